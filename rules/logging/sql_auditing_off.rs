use armlint_azure::settings::{self, Wording};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const WORDING: Wording<'_> = Wording {
    says: "Nothing is audited",
    help: "switch auditing on",
    title: "Switch auditing on",
    applicability: Applicability::Unsafe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    settings::check("logging/sql-auditing-off", &WORDING, resource, cx);
}
