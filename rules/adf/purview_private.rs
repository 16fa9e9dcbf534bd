use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::Truth;

use crate::model::factory::Factories;
use crate::model::{deployed, endpoint, id, snippet};

const ACCOUNTS: &str = "Microsoft.Purview/accounts";

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if resource.existing || deployed::has_remote_parts(graph) {
        return;
    }
    let written = resource.property("purviewConfiguration.purviewResourceId");
    let Some(identity) = id::identify(&written) else { return };
    let mut accounts = graph.of_type(ACCOUNTS).filter(|account| !account.existing);
    let named = |account: &&Resource| id::names(&identity, ACCOUNTS, &account.name.last()).is_true();
    let Some(account) = accounts.find(named) else { return };
    if !endpoint::public_off(account).is_true() || !deployed::along(account, resource) {
        return;
    }
    let factories = cx.derived(Factories::build);
    let Some(factory) = factories.of(resource) else { return };
    let own = factory.endpoints.iter().map(|id| endpoint::managed(graph.resource(*id)));
    let leads = own.map(|endpoint| match &endpoint.identity {
        Some(identity) => id::names(identity, ACCOUNTS, &account.name.last()),
        None => Truth::Unknown,
    });
    let elsewhere = factories.doubles(factory).any(|other| !other.endpoints.is_empty());
    if !Truth::any(leads).is_false() || elsewhere {
        return;
    }
    let name = snippet::called(account, "the Purview account");
    let finding = cx.report_on(
        resource,
        &written,
        format!("{name} is closed to public networks, and no managed private endpoint leads there: lineage is lost")
            .replacen("the Purview", "The Purview", 1),
    );
    finding.related(account.place, "the Purview account").traced(&written);
    finding.help("add a managed private endpoint with the group `account` to it");
    if written.assumed {
        finding.confidence(Confidence::Medium);
    }
}
