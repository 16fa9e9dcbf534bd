use armlint_azure::settings::{self, Wording};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const WORDING: Wording<'_> = Wording {
    says: "Everybody who reaches the cluster has all rights",
    help: "make the cluster with `enableRBAC`",
    title: "",
    applicability: Applicability::Unsafe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    settings::check("aks/rbac-off", &WORDING, resource, cx);
}
