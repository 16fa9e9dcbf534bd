use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use armlint_azure::dns::{self, Declared};
use armlint_azure::facts::zones;
use armlint_azure::network::interface::Interface;
use armlint_azure::private_link::{self, Connections};
use armlint_azure::types::{
    AZURE_FIREWALLS, FIREWALL_POLICIES, LOAD_BALANCERS, NETWORK_INTERFACES, PRIVATE_DNS_ZONE_LINKS,
    PRIVATE_ENDPOINTS, VIRTUAL_MACHINE_SCALE_SETS, VIRTUAL_MACHINES, VIRTUAL_NETWORKS,
};
use armlint_azure::{existence, wording};
use armlint_engine::finding::Severity;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::{Context, View};
use armlint_engine::settings::Cloud;
use armlint_engine::value::{Truth, Value};
use armlint_factory::factory::{FACTORIES, Factories};
use armlint_factory::facts::Fact;
use armlint_factory::machine::{Machine, Machines};

// The virtual address of Azure's DNS.
const AZURE_DNS: &str = "168.63.129.16";

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let none = |ty| graph.of_type(ty).next().is_none();
    if none(VIRTUAL_NETWORKS)
        || none(PRIVATE_ENDPOINTS)
        || !Fact::FactoryPrivateLink.holds(cx.settings().as_of)
    {
        return;
    }
    let Clients { networks, interfaces } = clients(cx.view());
    for (network, endpoint) in networks {
        let network = graph.resource(network);
        let name = wording::called(network, "This virtual network");
        let list = network.property("dhcpOptions.dnsServers");
        check_servers(network, &name, &list, graph.resource(endpoint), cx);
    }
    for (interface, (list, endpoint)) in interfaces {
        let interface = graph.resource(interface);
        let name = wording::called(interface, "This network interface");
        check_servers(interface, &name, &list, graph.resource(endpoint), cx);
    }
}

// Where the private endpoint of a factory is looked for: each with the first endpoint.
#[derive(Default)]
struct Clients {
    networks: BTreeMap<ResourceId, ResourceId>,
    // Servers of an interface are asked instead of those of its network.
    interfaces: BTreeMap<ResourceId, (Value, ResourceId)>,
}

fn clients(view: View<'_>) -> Clients {
    let (graph, declared) = (view.graph(), Declared::in_view(view));
    let mut clients = Clients::default();
    for endpoint in graph.of_type(PRIVATE_ENDPOINTS).filter(|endpoint| !endpoint.existing) {
        let network = dns::network_of(endpoint).and_then(|id| declared.network(graph, &id));
        if let Some(network) = network.filter(|_| leads_to_factory(endpoint)) {
            clients.networks.entry(network.id).or_insert(endpoint.id);
        }
    }
    for machine in Machines::in_view(view).list() {
        let Some(endpoint) = endpoint_of(machine, view) else { continue };
        for interface in machine.interfaces.iter().flatten().filter(|interface| interface.certain) {
            clients.add(interface, endpoint, view);
        }
    }
    clients
}

impl Clients {
    fn add(&mut self, interface: &Interface, endpoint: ResourceId, view: View<'_>) {
        let own = interface.properties.at("dnsSettings.dnsServers");
        if own.elements().is_some_and(|servers| !servers.is_empty()) {
            self.interfaces.entry(interface.resource).or_insert((own, endpoint));
            return;
        }
        let network = interface.subnet_id().and_then(|id| dns::network_of_subnet(&id));
        let network = network.and_then(|id| Declared::in_view(view).network(view.graph(), &id));
        if let Some(network) = network {
            self.networks.entry(network.id).or_insert(endpoint);
        }
    }
}

// The private endpoint that the runtime of a machine has to find: that of its factory.
fn endpoint_of(machine: &Machine, view: View<'_>) -> Option<ResourceId> {
    let graph = view.graph();
    let factories = Factories::in_view(view);
    let factory = factories.of(graph.resource(machine.runtime?))?.declared(graph)?;
    let connections = Connections::in_view(view);
    let endpoint = connections.first(factory, Some("dataFactory"))?.resource;
    existence::exists_with(graph.resource(endpoint), graph.resource(machine.resource)).then_some(endpoint)
}

fn leads_to_factory(resource: &Resource) -> bool {
    private_link::connections(resource).iter().any(|connection| connection.is_to(FACTORIES))
}

fn check_servers(owner: &Resource, name: &str, list: &Value, endpoint: &Resource, cx: &mut Context<'_>) {
    let Some(proven) = unresolved(list, cx.graph()) else { return };
    let cloud = cx.settings().cloud;
    let suffix = match cloud {
        Cloud::Public => "datafactory.azure.net",
        Cloud::UsGovernment => "datafactory.azure.us",
        Cloud::China => "datafactory.azure.cn",
    };
    let message = format!(
        "{name} uses custom DNS servers; they must resolve `{{factory}}.{{region}}.{suffix}` to the private endpoint"
    );
    let zone = zones(FACTORIES, "dataFactory", cloud).first().copied().unwrap_or_default();
    let finding = cx.report_on(owner, list, message);
    finding.related(endpoint.place, "the private endpoint to the factory").traced(list);
    if proven {
        finding.severity(Severity::Medium).label("nothing in this deployment has the address");
    }
    finding.help(format!("Forward the zone `{zone}` to {AZURE_DNS} on these servers"));
}

// Whether name servers certainly do not answer for private zones; `None` where some do, or none are known.
fn unresolved(list: &Value, graph: &Graph) -> Option<bool> {
    let servers = list.elements().unwrap_or_default();
    let first = servers.first().filter(|_| !list.assumed || servers.len() == 1)?;
    let addresses: Vec<&str> = servers.iter().map(Value::known_text).collect::<Option<_>>()?;
    let resolves = Truth::any(addresses.iter().map(|address| resolves(graph, address)));
    let empty = || addresses.iter().all(|address| is_nowhere(graph, address));
    let certain = resolves.is_false() && !first.assumed && !existence::has_remote_parts(graph);
    (!resolves.is_true()).then(|| certain && empty())
}

// Whether something of the deployment answers for private zones at an address.
fn resolves(graph: &Graph, address: &str) -> Truth {
    if address == AZURE_DNS {
        return Truth::True;
    }
    let inbound = graph.of_type("Microsoft.Network/dnsResolvers/inboundEndpoints");
    let inbound = inbound.map(|endpoint| is_inbound(endpoint, address));
    // The address of a firewall is not in its template.
    let proxies = graph.of_type(FIREWALL_POLICIES).map(|policy| {
        let on = policy.property("dnsSettings.enableProxy").truth();
        if on.is_false() { Truth::False } else { Truth::Unknown }
    });
    let machines = graph.of_type(NETWORK_INTERFACES).map(|interface| answers(graph, interface, address));
    Truth::any(inbound.chain(proxies).chain(machines))
}

fn is_inbound(endpoint: &Resource, address: &str) -> Truth {
    let configurations = endpoint.property("ipConfigurations");
    let Some(list) = configurations.elements() else { return Truth::Unknown };
    Truth::any(list.iter().map(|configuration| match configuration.get("privateIpAddress") {
        written if written.is_absent() => Truth::Unknown,
        written => written.is_text(address),
    }))
}

// Whether a machine with the address may answer for private zones.
fn answers(graph: &Graph, interface: &Resource, address: &str) -> Truth {
    let configurations = interface.property("ipConfigurations");
    let mut list = configurations.elements().unwrap_or_default().iter();
    let own = list.find(|own| own.at("properties.privateIPAddress").is_text(address).is_true());
    own.map_or(Truth::False, |own| is_linked(graph, &own.at("properties.subnet.id")))
}

// Whether a private zone is linked to the network of a subnet.
fn is_linked(graph: &Graph, subnet: &Value) -> Truth {
    let Some(network) = dns::network_of_subnet(subnet) else { return Truth::Unknown };
    let linked = graph.of_type(PRIVATE_DNS_ZONE_LINKS).any(|link| {
        let target = link.property("virtualNetwork.id").text();
        target.is_some_and(|target| target.key() == network.key())
    });
    if linked { Truth::True } else { Truth::Unknown }
}

// Whether an address lies in a network of the deployment, but nothing here could have it.
fn is_nowhere(graph: &Graph, address: &str) -> bool {
    const OWNERS: [&str; 7] = [
        AZURE_FIREWALLS,
        NETWORK_INTERFACES,
        LOAD_BALANCERS,
        "Microsoft.Network/dnsResolvers/inboundEndpoints",
        VIRTUAL_MACHINES,
        VIRTUAL_MACHINE_SCALE_SETS,
        "Microsoft.AAD/domainServices",
    ];
    let Ok(address) = address.parse::<Ipv4Addr>() else { return false };
    let within = graph.of_type(VIRTUAL_NETWORKS).filter(|network| !network.existing).any(|network| {
        let prefixes = network.property("addressSpace.addressPrefixes");
        let list = prefixes.elements().unwrap_or_default().iter();
        list.filter_map(Value::known_text).any(|prefix| contains(prefix, address))
    });
    within && OWNERS.iter().all(|ty| graph.of_type(ty).next().is_none())
}

// Whether a prefix like 10.0.0.0/16 holds an address.
fn contains(prefix: &str, address: Ipv4Addr) -> bool {
    let Some((base, length)) = prefix.split_once('/') else { return false };
    let (Ok(base), Ok(length)) = (base.parse::<Ipv4Addr>(), length.parse::<u32>()) else { return false };
    let mask = match length {
        0 => 0,
        1..=32 => u32::MAX << (32 - length),
        _ => return false,
    };
    base.to_bits() & mask == address.to_bits() & mask
}
