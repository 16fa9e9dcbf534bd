use armlint_azure::network::service_firewall::{Admitted, Who, admitted};
use armlint_azure::wording;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    for entry in admitted(cx.graph(), resource).iter().filter(|entry| entry.who == Who::Azure) {
        report(entry, resource, cx);
    }
}

fn report(entry: &Admitted, resource: &Resource, cx: &mut Context<'_>) {
    let name = wording::called(resource, "a service");
    let message = format!("The firewall lets every service of Azure in, of any customer: {name}");
    let finding = cx.report_on(resource, &entry.place, message);
    finding
        .confidence(entry.confidence)
        .traced(&entry.place)
        .help("let in the virtual networks that need it, or connect over a private endpoint");
}
