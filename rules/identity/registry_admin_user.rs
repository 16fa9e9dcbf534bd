use armlint_azure::settings::{self, Wording};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const WORDING: Wording<'_> = Wording {
    says: "The admin user is on",
    help: "turn it off, and give a role to whoever pulls",
    title: "Turn the admin user off",
    applicability: Applicability::Unsafe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    settings::check("identity/registry-admin-user", &WORDING, resource, cx);
}
