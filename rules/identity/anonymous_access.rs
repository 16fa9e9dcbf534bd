use armlint_azure::settings::{self, Wording};
use armlint_azure::types::STORAGE_ACCOUNTS;
use armlint_engine::finding::{Applicability, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::Context;
use armlint_engine::value::Value;

const WORDING: Wording<'_> = Wording {
    says: "Anybody reads without signing in",
    help: "give a role to whoever reads, and close it",
    title: "Close it",
    applicability: Applicability::Unsafe,
};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let faults = settings::faults("identity/anonymous-access", resource, cx.view());
    let closed = closed_account(resource, cx.graph());
    for fault in faults {
        let finding = fault.report(&WORDING, resource, cx);
        if let Some(setting) = &closed {
            finding.severity(Severity::Low).label("it has no effect");
            finding.related(setting.origin.span, "the account does not allow it");
        }
    }
}

// What says that the account of a container lets nobody read without a role: by default it is so.
fn closed_account(container: &Resource, graph: &Graph) -> Option<Value> {
    let name = container.name.ancestor_key(1);
    let mut accounts = graph.named(STORAGE_ACCOUNTS, &name).filter(|account| !account.existing);
    let setting = accounts.next()?.property("allowBlobPublicAccess");
    let closed = setting.is_absent() || !setting.assumed && setting.truth().is_false();
    (container.name.segments.len() > 1 && closed).then_some(setting)
}
