use armlint_azure::settings::{self, Wording};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const WORDING: Wording<'_> = Wording {
    says: "Attacks are only logged",
    help: "set it to `Prevention`",
    title: "Block attacks",
    applicability: Applicability::Safe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    settings::check("network/waf-detection-only", &WORDING, resource, cx);
}
