use armlint_azure::settings::{self, Wording};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const WORDING: Wording<'_> = Wording {
    says: "Clients may use TLS 1.0 or 1.1",
    help: "set it to TLS 1.2",
    title: "Set TLS 1.2",
    applicability: Applicability::Safe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    settings::check("transport/minimum-tls", &WORDING, resource, cx);
}
