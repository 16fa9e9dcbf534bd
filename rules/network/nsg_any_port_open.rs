use armlint_azure::network::internet;
use armlint_azure::network::internet::Opened;
use armlint_azure::network::told;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let rules = internet::open_rules(cx.graph(), resource);
    for rule in rules.iter().filter(|rule| matches!(rule.opened, Opened::Wide(_))) {
        told::report(rule, resource, cx);
    }
}
