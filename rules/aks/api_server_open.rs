use armlint_azure::settings::{self, Wording};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const WORDING: Wording<'_> = Wording {
    says: "Everybody reaches the API server",
    help: "make the cluster private, or list addresses in `authorizedIPRanges`",
    title: "",
    applicability: Applicability::Unsafe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    settings::check("aks/api-server-open", &WORDING, resource, cx);
}
