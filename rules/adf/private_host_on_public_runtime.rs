use armlint_azure::{host, wording};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_factory::activity::Uses;
use armlint_factory::address::{self, Address};
use armlint_factory::endpoint_host_names::EndpointHostNames;
use armlint_factory::factory::{Factories, Factory};
use armlint_factory::facts::{Fact, LinkedService};
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
    finding.help("set \"connectVia\" to a self-hosted runtime in the network of the store");
}

fn stranded(resource: &Resource, view: View<'_>) -> Option<Stranded> {
    let graph = view.graph();
    let facts = store::facts_of(resource)?;
    let private = address::address_of(graph, resource).filter(|address| {
        let host = address.host.known();
        !facts.family.starts_with("azure") && host.is_some_and(|host| host::is_private(host))
    });
    if facts.azure_runtime && private.is_none() {
        return None;
    }
    let factories = Factories::in_view(view);
    let factory = factories.of(resource)?;
    let led = private.as_ref().is_some_and(|address| may_lead(view, factories, factory, address));
    let mut runs = reach::runs(graph, factory, Uses::in_view(view), resource);
    runs.retain(|run| match run.runtime.class {
        RuntimeClass::Global => true,
        RuntimeClass::Managed => !facts.azure_runtime || !led,
        _ => false,
    });
    (!runs.is_empty()).then_some(Stranded { facts, private, runs })
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

// Whether a managed private endpoint of the factory may answer for a host.
fn may_lead(view: View<'_>, factories: &Factories, factory: &Factory, address: &Address) -> bool {
    let Some(host) = address.host.known() else { return true };
    let answered = EndpointHostNames::in_view(view);
    let answers = |factory: &Factory| answered.may_hold(factory, host);
    answers(factory) || factories.doubles(factory).any(answers)
}
