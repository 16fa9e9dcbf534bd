use armlint_azure::settings::{self, Wording};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const WORDING: Wording<'_> = Wording {
    says: "What is deleted can be purged",
    help: "set it to `true`, or leave it out: `false` is refused",
    title: "Protect from purging",
    applicability: Applicability::Unsafe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    settings::check("key-vault/purge-protection-off", &WORDING, resource, cx);
}
