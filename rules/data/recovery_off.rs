use armlint_azure::settings::{self, Wording};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const WORDING: Wording<'_> = Wording {
    says: "What is deleted is gone",
    help: "switch it on",
    title: "Switch it on",
    applicability: Applicability::Safe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    settings::check("data/recovery-off", &WORDING, resource, cx);
}
