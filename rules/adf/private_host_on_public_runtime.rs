use armlint_azure::wording;
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_factory::activity::Uses;
use armlint_factory::address::Address;
use armlint_factory::factory::Factories;
use armlint_factory::facts::{Fact, LinkedService};
use armlint_factory::host_reach::{self, HostNetwork, host_reach};
use armlint_factory::reach::{self, Run};
use armlint_factory::runtime::RuntimeClass;
use armlint_factory::store;

// A linked service on Azure runtimes that only a self-hosted one reaches.
struct Stranded {
    facts: &'static LinkedService,
    // Its address, where that is one of a private network.
    private: Option<Address>,
    // Never empty.
    runs: Vec<Run>,
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let Some(stranded) = stranded(resource, cx.view()).filter(|_| !resource.existing) else { return };
    let Some(first) = stranded.runs.first().map(|run| &run.runtime) else { return };
    let runtime = wording::quoted(&first.name).unwrap_or_else(|| "an Azure runtime".into());
    let (place, message) = stranded.message(resource, &runtime);
    let custom_dns = stranded.private.is_some() && Fact::NoCustomDns.holds(cx.settings().as_of);
    let finding = cx.report_on(resource, &place, message);
    for run in &stranded.runs {
        match &run.activity {
            Some((activity, place)) => finding.related(*place, format!("`{activity}` uses it there")),
            None if run.runtime.implicit => finding,
            None => finding.related(run.runtime.place, "the runtime"),
        };
    }
    if first.class == RuntimeClass::Managed && custom_dns {
        finding.label("the managed virtual network takes no DNS servers of your own");
    }
    finding.help("Set \"connectVia\" to a self-hosted runtime in the network of the store");
}

fn stranded(resource: &Resource, view: View<'_>) -> Option<Stranded> {
    let factory = Factories::in_view(view).of(resource)?;
    let facts = store::facts_of(resource)?;
    let reach = host_reach(resource, view).filter(|reach| reach.network == HostNetwork::Private);
    let mut runs = reach::runs(view.graph(), factory, Uses::in_view(view), resource);
    let stranded = host_reach::Stranded::of(resource, view);
    runs.retain(|run| stranded.holds(run.runtime.class));
    (!runs.is_empty()).then_some(Stranded { facts, private: reach.map(|reach| reach.address), runs })
}

impl Stranded {
    fn message(&self, resource: &Resource, runtime: &str) -> (Span, String) {
        let name = wording::called(resource, "This linked service");
        match &self.private {
            Some(address) if self.facts.azure_runtime => {
                let host = wording::quoted(&address.host).unwrap_or_else(|| "its host".into());
                (address.place, format!("{name} connects to {host}, which {runtime} cannot reach"))
            }
            _ => {
                let ty = self.facts.ty;
                let message =
                    format!("`{ty}` of {name} works on self-hosted runtimes only, not on {runtime}");
                (resource.property("type").origin.span, message)
            }
        }
    }
}
