use armlint_azure::network::service_firewall::{Admitted, Who, admitted};
use armlint_azure::wording;
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    for entry in admitted(cx.graph(), resource).iter().filter(|entry| entry.who != Who::Azure) {
        report(entry, resource, cx);
    }
}

fn report(entry: &Admitted, resource: &Resource, cx: &mut Context<'_>) {
    let name = wording::called(resource, "a service");
    let (whom, severity) = match entry.who {
        Who::Everybody => ("the whole internet", Severity::High),
        _ => ("a large part of the internet", Severity::Medium),
    };
    let message = format!("The firewall lets {whom} in: {name}");
    let finding = cx.report_on(resource, &entry.place, message);
    finding
        .severity(severity)
        .confidence(entry.confidence)
        .traced(&entry.place)
        .help("let in the addresses that need it, or connect over a private endpoint");
}
