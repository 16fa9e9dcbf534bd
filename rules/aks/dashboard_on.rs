use armlint_azure::settings::{self, Wording};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const WORDING: Wording<'_> = Wording {
    says: "The dashboard add-on is on",
    help: "turn it off",
    title: "Turn the dashboard off",
    applicability: Applicability::Safe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    settings::check("aks/dashboard-on", &WORDING, resource, cx);
}
