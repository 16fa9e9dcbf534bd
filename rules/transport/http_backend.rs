use armlint_azure::settings::{self, Wording};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const WORDING: Wording<'_> = Wording {
    says: "The backend is called over plain HTTP",
    help: "call it over HTTPS",
    title: "",
    applicability: Applicability::Unsafe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    settings::check("transport/http-backend", &WORDING, resource, cx);
}
