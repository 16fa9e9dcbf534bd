use armlint_azure::network::address::{Own, Peer, Service};
use armlint_azure::network::lookup::Lookup;
use armlint_azure::network::route::Hop;
use armlint_azure::network::security::Flow;
use armlint_azure::network::subnet::{self, Subnet};
use armlint_azure::network::verdict::Decision;
use armlint_azure::network::{interface, path};
use armlint_azure::types::BATCH_ACCOUNTS;
use armlint_azure::{existence, resource_id};
use armlint_engine::finding::Severity;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, Truth, Value, presence};
use armlint_factory::facts;
use armlint_factory::runtime::{self, RuntimeClass};

// The ways to put a runtime into a virtual network.
enum Injection {
    Express,
    Standard,
}

// How and where a runtime is put into a virtual network.
struct Joined {
    injection: Injection,
    subnet: Lookup<Subnet>,
    // What names the subnet.
    named: Value,
}

pub(crate) fn check(runtime: &Resource, cx: &mut Context<'_>) {
    if runtime::class(runtime) != RuntimeClass::Ssis {
        return;
    }
    let compute = runtime.property("typeProperties.computeProperties");
    let standard = compute.get("vNetProperties");
    check_addresses(runtime, &standard.get("publicIPs"), cx);
    let Some(joined) = joined(runtime, &standard, cx.graph()) else {
        if presence(&standard) != Presence::Unknown && presence(&compute) != Presence::Unknown {
            report_outside(runtime, &standard, cx);
        }
        return;
    };
    check_gateway(runtime, &joined.named, cx);
    let Lookup::Found(subnet) = joined.subnet else { return };
    // A runtime may be joined to a subnet that exists already where this one is not deployed.
    if !existence::exists_with(cx.graph().resource(subnet.resource), runtime) {
        return;
    }
    let view = JoinedSubnet { runtime, subnet: &subnet, place: joined.named.origin.span };
    match joined.injection {
        Injection::Express => view.check_express(cx),
        Injection::Standard => view.check_standard(cx),
    }
}

// The network that a runtime is put into, by either injection; `None` where none is named.
fn joined(runtime: &Resource, standard: &Value, graph: &Graph) -> Option<Joined> {
    let mut express = ["typeProperties.customerVirtualNetwork", "customerVirtualNetwork"]
        .into_iter()
        .map(|path| runtime.property(path).get("subnetId"));
    if let Some(id) = express.find(|id| presence(id) != Presence::Absent) {
        return Some(Joined { injection: Injection::Express, subnet: subnet::by_id(graph, &id), named: id });
    }
    let mut keys = ["subnetId", "vNetId"].into_iter();
    keys.any(|key| presence(&standard.get(key)) != Presence::Absent).then(|| {
        let (subnet, named) = standard_subnet(graph, standard);
        Joined { injection: Injection::Standard, subnet, named }
    })
}

fn report_outside(runtime: &Resource, standard: &Value, cx: &mut Context<'_>) {
    cx.report_on(runtime, standard, "Azure-SSIS runtime is not joined to a virtual network")
        .help("Name a subnet in `typeProperties.customerVirtualNetwork.subnetId` (express injection), or in `typeProperties.computeProperties.vNetProperties` (standard injection)");
}

// The subnet of a standard injection, and the token that names it.
fn standard_subnet(graph: &Graph, properties: &Value) -> (Lookup<Subnet>, Value) {
    let id = properties.get("subnetId");
    if presence(&id) != Presence::Absent {
        return (subnet::by_id(graph, &id), id);
    }
    let (network, name) = (properties.get("vNetId"), properties.get("subnet"));
    let found = match (resource_id::identify(&network), name.text()) {
        (Some(identity), Some(text)) => subnet::by_name(graph, &identity.name, &text, None),
        _ => Lookup::Elsewhere,
    };
    (found, if name.is_absent() { network } else { name })
}

fn check_addresses(runtime: &Resource, addresses: &Value, cx: &mut Context<'_>) {
    let Some(count) = addresses.elements().map(<[Value]>::len).filter(|_| !addresses.assumed) else { return };
    if count != 0 && count != 2 {
        let message =
            format!("Azure-SSIS runtime with public addresses of its own needs two of them, not {count}");
        cx.report_on(runtime, addresses, message)
            .severity(Severity::High)
            .help("Name two static public addresses of the standard SKU, or none");
    }
}

fn check_gateway(runtime: &Resource, place: &Value, cx: &mut Context<'_>) {
    let gateway = "GatewaySubnet";
    let is = match subnet::names(place) {
        Some((_, name)) => name.known().is_some_and(|name| name.eq_ignore_ascii_case(gateway)),
        None => place.is_text(gateway).is_true(),
    };
    if is && !place.assumed {
        cx.report_on(
            runtime,
            place,
            "Azure-SSIS runtime cannot be joined to the subnet of a virtual network gateway",
        )
        .severity(Severity::High)
        .traced(place)
        .help("Use a subnet of its own");
    }
}

struct JoinedSubnet<'a> {
    runtime: &'a Resource,
    subnet: &'a Subnet,
    place: Span,
}

impl JoinedSubnet<'_> {
    fn check_express(&self, cx: &mut Context<'_>) {
        self.check_delegation(cx);
        if let Some(service) = service("ssis-express") {
            let end = "the service tag `DataFactoryManagement`";
            self.check_group(cx, true, 443, &Peer::Service(service), end);
        }
    }

    fn check_delegation(&self, cx: &mut Context<'_>) {
        const BATCH: &str = BATCH_ACCOUNTS;
        let delegations = self.subnet.properties.get("delegations");
        let delegated = match delegations.elements() {
            Some(all) => Truth::any(all.iter().map(|one| match one.at("properties.serviceName") {
                name if name.assumed => Truth::Unknown,
                name => name.is_text(BATCH),
            })),
            None if presence(&delegations) == Presence::Absent => Truth::False,
            None => Truth::Unknown,
        };
        if delegated.is_false() {
            let message = format!("Subnet of an Azure-SSIS runtime is not delegated to `{BATCH}`");
            let at = if delegations.is_absent() { self.subnet.place } else { delegations.origin.span };
            self.report(cx, self.subnet.resource, at, message).help(format!(
                "Add \"delegations\": [{{ \"name\": \"batch\", \"properties\": {{ \"serviceName\": \"{BATCH}\" }} }}]"
            ));
        }
    }

    fn check_standard(&self, cx: &mut Context<'_>) {
        // The addresses of the service that starts the nodes; nothing else of the internet.
        let batch = Service {
            hosts: Vec::new(),
            tags: vec!["BatchNodeManagement"],
            doubtful_tags: vec!["AzureCloud"],
            endpoints: Vec::new(),
        };
        let peer = Peer::Service(batch);
        self.check_group(cx, false, 29876, &peer, "the service tag `BatchNodeManagement`");
        if let Some(service) = service("ssis-standard") {
            self.check_group(cx, true, 443, &Peer::Service(service), "the service tag `AzureCloud`");
        }
        self.check_routes(cx, &peer);
    }

    fn check_group(&self, cx: &mut Context<'_>, outbound: bool, port: u16, peer: &Peer, end: &str) {
        let graph = cx.graph();
        let owner = graph.resource(self.subnet.resource);
        let holder = self.subnet.properties.get("networkSecurityGroup");
        let Lookup::Found(group) = interface::group(graph, &holder, owner) else { return };
        let own = Own { blocks: self.subnet.blocks(), groups: None };
        let verdict = group.decide(&Flow { outbound, port, peer, own: &own });
        let Some(barrier) = verdict.by.filter(|_| verdict.decision == Decision::Deny) else { return };
        let (way, ports) = match outbound {
            true => ("to", "443"),
            false => ("from", "29876-29877"),
        };
        let message =
            format!("{} blocks port {ports} {way} {end}, which the Azure-SSIS runtime needs", barrier.what);
        let direction = if outbound { "outbound" } else { "inbound" };
        self.report(cx, barrier.resource, barrier.place, message)
            .help(format!("Allow {direction} TCP {ports} {way} {end} before it"));
    }

    fn check_routes(&self, cx: &mut Context<'_>, peer: &Peer) {
        let graph = cx.graph();
        let owner = graph.resource(self.subnet.resource);
        let Hop::Appliance { route, .. } = path::hop(graph, self.subnet, owner, peer) else { return };
        let message = format!(
            "{} sends answers to the service tag `BatchNodeManagement` to an appliance, so that the Azure-SSIS runtime cannot start",
            route.what
        );
        self.report(cx, route.resource, route.place, message)
            .help("Add a route with the address prefix `BatchNodeManagement.<region>` and the next hop type `Internet`");
    }

    fn report<'c>(
        &self,
        cx: &'c mut Context<'_>,
        owner: armlint_engine::graph::ResourceId,
        place: Span,
        message: String,
    ) -> &'c mut armlint_engine::finding::Finding {
        let owner = cx.graph().resource(owner);
        let (runtime, named) = (self.runtime.place, self.place);
        let finding = cx.report_on(owner, &place, message);
        finding.severity(Severity::High);
        finding.related(runtime, "the Azure-SSIS runtime").related(named, "it is joined to the subnet here")
    }
}

fn service(key: &str) -> Option<Service> {
    facts::runtime_destination(key).map(|destination| destination.service(Vec::new()))
}
