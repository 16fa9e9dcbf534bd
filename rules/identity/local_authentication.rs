use armlint_azure::settings::{self, Wording};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const WORDING: Wording<'_> = Wording {
    says: "Keys or passwords open the service",
    help: "turn it off once everything signs in with an identity",
    title: "Turn local authentication off",
    applicability: Applicability::Unsafe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    settings::check("identity/local-authentication", &WORDING, resource, cx);
}
