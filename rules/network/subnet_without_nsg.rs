use armlint_azure::facts::needs_no_security_group;
use armlint_azure::network::subnet::{self, NamedSubnets, Subnet};
use armlint_azure::wording;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View};
use armlint_engine::value::{Presence, Truth, Value, presence};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let view = cx.view();
    let declared = subnet::declared(view.graph(), resource);
    let open: Vec<Subnet> = declared.into_iter().filter(|subnet| is_open(view, subnet)).collect();
    for subnet in open {
        report(&subnet, resource, cx);
    }
}

// Whether a subnet certainly has no group and needs one.
fn is_open(view: View<'_>, subnet: &Subnet) -> bool {
    has_no_group(&subnet.properties)
        && subnet.name.known().is_some_and(|name| !needs_no_security_group("name", name))
        && is_free(&subnet.properties.get("delegations"))
        // Network policies that are off: a group has no effect on what is meant to be there.
        && !subnet.properties.get("privateEndpointNetworkPolicies").is_text("Disabled").is_true()
        && !has_twin_with_group(view, subnet)
        && !has_own_groups(view.graph(), subnet)
}

fn has_no_group(properties: &Value) -> bool {
    let group = properties.get("networkSecurityGroup");
    match presence(&group) {
        Presence::Absent => properties.object().is_some(),
        Presence::Present => {
            let id = group.get("id");
            presence(&id) == Presence::Absent && group.object().is_some() || id.known_text() == Some("")
        }
        Presence::Unknown => false,
    }
}

// Whether it certainly is delegated to no service that needs none.
fn is_free(delegations: &Value) -> bool {
    let needs_none = |delegation: &Value| {
        delegation
            .at("properties.serviceName")
            .known_text()
            .is_none_or(|service| needs_no_security_group("delegation", service))
    };
    match delegations.elements() {
        Some(elements) => !elements.iter().any(needs_none),
        None => presence(delegations) == Presence::Absent,
    }
}

// The same subnet is declared once more, there with a group.
fn has_twin_with_group(view: View<'_>, subnet: &Subnet) -> bool {
    let name = subnet.name.known().map_or("", |name| name.as_str());
    NamedSubnets::in_view(view).called(name).iter().any(|twin| {
        let same = twin.network.equals_ignore_case(&subnet.network);
        twin.resource != subnet.resource && !same.is_false() && !has_no_group(&twin.properties)
    })
}

// All interfaces in it have groups of their own.
fn has_own_groups(graph: &Graph, subnet: &Subnet) -> bool {
    let groups: Vec<Truth> = subnet::interfaces(graph, subnet)
        .map(|interface| match presence(&interface.property("networkSecurityGroup")) {
            Presence::Present => Truth::True,
            Presence::Absent => Truth::False,
            Presence::Unknown => Truth::Unknown,
        })
        .collect();
    !groups.is_empty() && !Truth::all(groups).is_false()
}

fn report(subnet: &Subnet, resource: &Resource, cx: &mut Context<'_>) {
    let name = wording::quoted(&subnet.name).unwrap_or_else(|| "of the network".into());
    let message = format!("Subnet {name} has no network security group");
    cx.report_on(resource, &subnet.place, message).help("give it a network security group");
}
