//! What the machine of a self-hosted runtime has to reach.
//!
//! Source: create-self-hosted-integration-runtime, 2023-07-13 (domains and ports), and
//! data-factory-private-link, 2023-07-13.

use armlint_azure::existence;
use armlint_azure::network::address::{Peer, Service};
use armlint_azure::network::interface::{Interface, Surroundings};
use armlint_azure::network::lookup::{Lookup, same_text};
use armlint_azure::network::path;
use armlint_azure::network::subnet::{self, Subnet};
use armlint_azure::network::verdict::Verdict;
use armlint_azure::private_link::{Connection, Connections};
use armlint_engine::finding::Severity;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::View;
use armlint_engine::settings::Cloud;
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, Text, Truth, Value, presence};

use crate::artefact::ArtefactKind;
use crate::factory::{FACTORIES, Factories, Factory};
use crate::facts::{self, Fact, RuntimeDestination};
use crate::machine::Machine;
use crate::reference::{Reference, references};
use crate::runtime::{self, RuntimeClass};
use crate::secret::key_vault::AZURE_KEY_VAULT;
use crate::store;

/// Something that a machine has to reach.
#[derive(Clone, Debug)]
pub struct MachineNeed {
    /// How bad it is where it cannot.
    pub severity: Severity,
    /// What it is needed for, in words.
    pub purpose: &'static str,
    /// The TCP port.
    pub port: u16,
    /// Where something stands that needs it.
    pub place: Option<Span>,
    destination: &'static RuntimeDestination,
    service: Service,
    way: Way,
}

// The addresses that the name resolves to.
#[derive(Clone, Debug)]
enum Way {
    Public,
    Private(Peer),
    Either,
}

impl MachineNeed {
    fn new(
        destination: &'static RuntimeDestination,
        severity: Severity,
        hosts: Vec<String>,
        way: Way,
    ) -> MachineNeed {
        MachineNeed {
            severity,
            purpose: destination.purpose,
            port: destination.port,
            place: None,
            service: destination.service(hosts),
            destination,
            way,
        }
    }

    /// Host and port.
    pub fn display(&self) -> String {
        format!("{}:{}", self.host(), self.port)
    }

    /// The host; `*.` in front is any name.
    pub fn host(&self) -> &str {
        self.service.hosts.first().map_or("", String::as_str)
    }

    /// Whether it is Azure Relay.
    pub fn is_relay(&self) -> bool {
        self.destination.key == "relay"
    }

    /// The service tag to allow.
    pub fn tag(&self) -> &'static str {
        self.destination
            .tags
            .iter()
            .copied()
            .find(|tag| *tag != "AzureCloud")
            .unwrap_or(if self.destination.tags.is_empty() { "Internet" } else { "AzureCloud" })
    }

    /// Whether an interface reaches it.
    pub fn verdict(&self, graph: &Graph, interface: &Interface, around: &Surroundings) -> Verdict {
        let public = || path::to_service(graph, interface, around, &self.service, self.port);
        match &self.way {
            Way::Public => public(),
            Way::Private(peer) => path::to_private(around, peer, self.port),
            Way::Either => public().either(path::to_private(around, &Peer::Private(Vec::new()), self.port)),
        }
    }
}

/// What a machine has to reach, as far as the deployment says it; nothing where the runtime is that of
/// another cloud than the one that is checked for.
pub fn of_machine(
    machine: &Machine,
    resource: &Resource,
    subnet: Option<&Subnet>,
    view: View<'_>,
) -> Vec<MachineNeed> {
    let (graph, cloud) = (view.graph(), view.settings().cloud);
    let factories = Factories::in_view(view);
    let runtime = machine.runtime.map(|id| graph.resource(id));
    let factory = runtime.and_then(|runtime| factories.of(runtime));
    // A workspace has other names and no private endpoint for its runtimes.
    let other = runtime.is_some_and(|runtime| runtime::class(runtime) != RuntimeClass::SelfHosted)
        || factory.is_some_and(|factory| factory.ty != FACTORIES);
    let declared = factory.and_then(|factory| factory.declared(graph));
    let locations = [Some(resource), declared].into_iter().flatten();
    if other || locations.map(Resource::location).any(|place| of_other_cloud(&place, cloud)) {
        return Vec::new();
    }
    let around = Around { view, machine: resource, subnet };
    let mut needs = Vec::new();
    needs.extend(around.control(declared));
    if let Some(runtime) = runtime {
        needs.extend(around.relay(runtime));
    }
    if Fact::UpdateNeedsPublicDownload.holds(view.settings().as_of) {
        needs.extend(around.simple("download", Severity::Low));
    }
    if let (Some(runtime), Some(factory)) = (runtime, factory) {
        around.stores(runtime, factory, &mut needs);
    }
    needs
}

struct Around<'a, 'c> {
    view: View<'c>,
    machine: &'a Resource,
    subnet: Option<&'a Subnet>,
}

impl Around<'_, '_> {
    fn hosts(&self, destination: &RuntimeDestination) -> Vec<String> {
        let hosts = destination.hosts(self.view.settings().cloud);
        hosts.iter().map(|host| host.to_string()).collect()
    }

    fn simple(&self, key: &str, severity: Severity) -> Option<MachineNeed> {
        let destination = facts::runtime_destination(key)?;
        Some(MachineNeed::new(destination, severity, self.hosts(destination), Way::Public))
    }

    fn control(&self, factory: Option<&Resource>) -> Option<MachineNeed> {
        let destination = facts::runtime_destination("control")?;
        let mut hosts = self.hosts(destination);
        if let Some(factory) = factory
            && let Some(name) = factory.name.last().known()
            && let Some(region) = region(&factory.location())
            && self.view.settings().cloud == Cloud::Public
            && let Some(first) = hosts.first_mut()
        {
            *first = format!("{}.{region}.datafactory.azure.net", name.to_lowercase());
        }
        let known = factory.and_then(|factory| factory.name.last().known().cloned());
        let private = known.is_some_and(|name| {
            let mut chosen = self.view.settings().adf.private_link.iter();
            chosen.any(|other| other.eq_ignore_ascii_case(&name))
        });
        let way = if private { Way::Either } else { self.way(factory, "dataFactory") };
        Some(MachineNeed::new(destination, Severity::High, hosts, way))
    }

    // Interactive authoring needs Azure Relay, unless the runtime does it by itself.
    fn relay(&self, runtime: &Resource) -> Option<MachineNeed> {
        let switch = runtime.property("typeProperties.selfContainedInteractiveAuthoringEnabled");
        let by_itself = match presence(&switch) {
            Presence::Absent => Truth::False,
            _ if switch.assumed => Truth::Unknown,
            _ => switch.truth(),
        };
        let always = Fact::AuthoringNeedsRelay.holds(self.view.settings().as_of);
        if !always && !by_itself.is_false() {
            return None;
        }
        let need = self.simple("relay", Severity::Medium)?;
        Some(MachineNeed { place: Some(runtime.place), ..need })
    }

    // The stores, and the vaults of their secrets, of the linked services on the runtime.
    fn stores(&self, runtime: &Resource, factory: &Factory, needs: &mut Vec<MachineNeed>) {
        let graph = self.view.graph();
        let services = factory.linked_services.iter().map(|id| graph.resource(*id));
        for service in
            services.filter(|service| !service.existing && existence::exists_with(service, self.machine))
        {
            if factory.runtime_of(graph, service).resource != Some(runtime.id) {
                continue;
            }
            let own = (!is_vault(service)).then(|| self.store(service, service)).flatten();
            needs.extend(own);
            for reference in references(graph, service) {
                let Some(vault) = vault_of(graph, &reference) else { continue };
                let need = self.store(vault, service);
                needs.extend(
                    need.map(|need| MachineNeed { place: Some(reference.value.origin.span), ..need }),
                );
            }
        }
    }

    fn store(&self, service: &Resource, user: &Resource) -> Option<MachineNeed> {
        let (graph, settings) = (self.view.graph(), self.view.settings());
        let found = store::store_of(graph, settings, service)?;
        let destination = facts::runtime_destinations().iter().find(|destination| {
            let ends = destination.hosts(settings.cloud).iter().filter_map(|host| host.strip_prefix("*."));
            let mut ends = ends.filter(|end| !end.is_empty());
            let named = !matches!(destination.key, "control" | "relay");
            named && ends.any(|end| found.host.ends_with(&format!(".{end}")).is_true())
        })?;
        let host = match found.host.known() {
            Some(host) => vec![host.to_lowercase()],
            None => self.hosts(destination),
        };
        let way = self.way(found.resource.map(|id| graph.resource(id)), found.group());
        let need = MachineNeed::new(destination, Severity::High, host, way);
        Some(MachineNeed { place: Some(user.place), ..need })
    }

    // A name resolves to a private address where a private endpoint to the resource stands in the network
    // of the machine. Who does not declare the resource does not know its endpoints.
    fn way(&self, target: Option<&Resource>, group: &str) -> Way {
        let graph = self.view.graph();
        let Some(target) = target.filter(|target| !target.existing) else { return Way::Either };
        let connections = Connections::in_view(self.view);
        if existence::has_remote_parts(graph) {
            return Way::Either;
        }
        let mut either = false;
        for connection in connections.list() {
            match connection.leads_to(target, Some(group)) {
                Truth::False => {}
                Truth::True if self.beside(connection) => return Way::Private(self.peer(connection)),
                _ => either = true,
            }
        }
        if either { Way::Either } else { Way::Public }
    }

    fn beside(&self, connection: &Connection) -> bool {
        let endpoint = self.view.graph().resource(connection.resource);
        let Some((network, _)) = subnet::names(&endpoint.property("subnet.id")) else { return false };
        self.subnet.is_some_and(|own| same_text(&own.network, &network))
            && existence::exists_with(endpoint, self.machine)
    }

    fn peer(&self, connection: &Connection) -> Peer {
        let graph = self.view.graph();
        let id = graph.resource(connection.resource).property("subnet.id");
        let blocks = match subnet::by_id(graph, &id) {
            Lookup::Found(subnet) => subnet.blocks(),
            _ => None,
        };
        Peer::Private(blocks.unwrap_or_default())
    }
}

fn is_vault(service: &Resource) -> bool {
    service.property("type").is_text(AZURE_KEY_VAULT).is_true()
}

fn vault_of<'g>(graph: &'g Graph, reference: &Reference) -> Option<&'g Resource> {
    let target =
        graph.resource(reference.target.filter(|_| reference.kind == Some(ArtefactKind::LinkedService))?);
    is_vault(target).then_some(target)
}

// The region as host names hold it.
fn region(location: &Value) -> Option<String> {
    let text = location.text()?;
    let known: &Text = &text;
    let region = known.known()?.to_lowercase().replace(' ', "");
    (!region.is_empty() && !location.assumed).then_some(region)
}

// Regions of the other clouds have names of their own.
fn of_other_cloud(location: &Value, cloud: Cloud) -> bool {
    const REGIONS: [(&str, Option<Cloud>); 7] = [
        ("usgov", Some(Cloud::UsGovernment)),
        ("usdod", Some(Cloud::UsGovernment)),
        ("china", Some(Cloud::China)),
        ("ussec", None),
        ("usnat", None),
        ("germanycentral", None),
        ("germanynortheast", None),
    ];
    let Some(region) = location.known_text().map(|region| region.to_lowercase().replace(' ', "")) else {
        return false;
    };
    match REGIONS.iter().find(|(start, _)| region.starts_with(start)) {
        Some((_, own)) => *own != Some(cloud),
        None => cloud != Cloud::Public,
    }
}
