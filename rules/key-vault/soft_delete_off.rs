use armlint_azure::settings::{self, Wording};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const WORDING: Wording<'_> = Wording {
    says: "Soft delete is switched off",
    help: "take it out: it cannot be switched off any more",
    title: "Switch soft delete on",
    applicability: Applicability::Safe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    settings::check("key-vault/soft-delete-off", &WORDING, resource, cx);
}
