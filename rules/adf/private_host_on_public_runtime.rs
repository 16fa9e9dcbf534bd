use armlint_azure::{host, wording};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_factory::activity::Uses;
use armlint_factory::address::{self, Address};
use armlint_factory::endpoint_host_names::EndpointHostNames;
use armlint_factory::factory::{Factories, Factory};
use armlint_factory::facts::Fact;
use armlint_factory::reach::{self, Run};
use armlint_factory::runtime::RuntimeClass;
use armlint_factory::store;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some(facts) = store::facts_of(resource).filter(|_| !resource.existing) else { return };
    let address = address::address_of(graph, resource);
    let private = address.filter(|address| {
        let host = address.host.known();
        !facts.family.starts_with("azure") && host.is_some_and(|host| host::is_private(host))
    });
    if facts.azure_runtime && private.is_none() {
        return;
    }
    let (factories, uses) = (Factories::in_view(cx.view()), Uses::in_view(cx.view()));
    let Some(factory) = factories.of(resource) else { return };
    let runs = reach::runs(graph, factory, uses, resource);
    let led = private.as_ref().is_some_and(|address| may_lead(cx.view(), factories, factory, address));
    let stranded = |run: &&Run| match run.runtime.class {
        RuntimeClass::Global => true,
        RuntimeClass::Managed => !facts.azure_runtime || !led,
        _ => false,
    };
    let stranded: Vec<&Run> = runs.iter().filter(stranded).collect();
    let Some(first) = stranded.first() else { return };
    let name = wording::called(resource, "This linked service");
    let runtime = wording::quoted(&first.runtime.name).unwrap_or_else(|| "an Azure runtime".into());
    let ty = resource.property("type");
    let (place, message) = match &private {
        Some(address) if facts.azure_runtime => {
            let host = wording::quoted(&address.host).unwrap_or_else(|| "its host".into());
            (address.place, format!("{name} connects to {host}, which {runtime} cannot reach"))
        }
        _ => {
            let message =
                format!("`{}` of {name} works on self-hosted runtimes only, not on {runtime}", facts.ty);
            (ty.origin.span, message)
        }
    };
    let isolated = first.runtime.class == RuntimeClass::Managed;
    let day = cx.settings().as_of;
    let finding = cx.report_on(resource, &place, message);
    for run in stranded {
        match &run.activity {
            Some((activity, place)) => finding.related(*place, format!("`{activity}` uses it there")),
            None if run.runtime.implicit => finding,
            None => finding.related(run.runtime.place, "the runtime"),
        };
    }
    if isolated && private.is_some() && Fact::NoCustomDns.holds(day) {
        finding.label("the managed virtual network takes no DNS servers of your own");
    }
    finding.help("set \"connectVia\" to a self-hosted runtime in the network of the store");
}

// Whether a managed private endpoint of the factory may answer for a host.
fn may_lead(view: View<'_>, factories: &Factories, factory: &Factory, address: &Address) -> bool {
    let Some(host) = address.host.known() else { return true };
    let answered = EndpointHostNames::in_view(view);
    let answers = |factory: &Factory| answered.may_hold(factory, host);
    answers(factory) || factories.doubles(factory).any(answers)
}
