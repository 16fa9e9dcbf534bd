use std::collections::BTreeSet;

use armlint_azure::network::address::Peer;
use armlint_azure::network::interface::{Interface, Surroundings};
use armlint_azure::network::lookup::Lookup;
use armlint_azure::network::path;
use armlint_azure::network::security::{Flow, SecurityGroup};
use armlint_azure::network::verdict::{Barrier, Decision, Verdict};
use armlint_azure::types::LOAD_BALANCERS;
use armlint_azure::{existence, resource_id};
use armlint_engine::finding::Severity;
use armlint_engine::graph::Graph;
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use armlint_factory::machine::{Machine, Machines};

// Ports that somebody tries first: remote desktop, SSH, file shares, WinRM, and the runtime's own.
const PORTS: [u16; 6] = [22, 445, 3389, 5985, 5986, 8060];

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    // A rule that several machines are behind is one mistake, whichever port shows it first.
    let mut known = BTreeSet::new();
    for machine in Machines::in_view(cx.view()).list() {
        for interface in machine.interfaces.iter().flatten().filter(|interface| interface.certain) {
            let surroundings = interface.surroundings(graph);
            let inbound = Inbound { machine, interface, surroundings: &surroundings };
            if let Some((door, place)) = inbound.door(graph) {
                report_door(&inbound, door, place, cx);
                continue;
            }
            for (barrier, port) in inbound.allowed() {
                if known.insert(barrier.place) {
                    report_rule(machine, &barrier, port, cx);
                }
            }
        }
    }
}

// A way in, for messages.
struct Door {
    what: &'static str,
    help: &'static str,
}

const ADDRESS: Door = Door {
    what: "its machine has a public address",
    help: "Remove the public address: the runtime only opens outbound connections; administer the machine \
           over Azure Bastion or a private network",
};
const MAPPED: Door = Door {
    what: "a public load balancer leads to its machine",
    help: "remove the inbound NAT rule: the runtime only opens outbound connections; administer the machine \
           over Azure Bastion or a private network",
};

// The id of an inbound NAT rule, where its load balancer certainly has a public address.
fn mapped(graph: &Graph, machine: &Machine, interface: &Interface) -> Option<Value> {
    interface.inbound_rules().into_iter().find(|rule| {
        let Some(identity) = resource_id::identify(rule) else { return false };
        let ours = identity.ty.as_deref().is_some_and(|ty| {
            let kind = ty.get(..LOAD_BALANCERS.len());
            kind.is_some_and(|kind| kind.eq_ignore_ascii_case(LOAD_BALANCERS))
        });
        let Some(name) = identity.above.first().filter(|_| ours) else { return false };
        let mut balancers = graph.of_type(LOAD_BALANCERS).filter(|balancer| !balancer.existing);
        balancers.any(|balancer| {
            let frontends = balancer.property("frontendIPConfigurations");
            let mut frontends = frontends.elements().unwrap_or_default().iter();
            resource_id::same_name(&balancer.name.last(), name).is_true()
                && existence::exists_with(balancer, graph.resource(machine.resource))
                && frontends.any(|one| one.at("properties.publicIPAddress.id").text().is_some())
        })
    })
}

// Connections from the internet to an interface of a machine.
struct Inbound<'a> {
    machine: &'a Machine,
    interface: &'a Interface,
    surroundings: &'a Surroundings,
}

impl Inbound<'_> {
    // The way in that certainly is there, and what names it.
    fn door(&self, graph: &Graph) -> Option<(&'static Door, Span)> {
        let public = self.interface.public_addresses().into_iter().find(|address| address.certain);
        match public {
            Some(address) => Some((&ADDRESS, address.value.origin.span)),
            None => Some((&MAPPED, mapped(graph, self.machine, self.interface)?.origin.span)),
        }
    }
    fn groups(&self) -> impl Iterator<Item = &SecurityGroup> {
        self.surroundings.groups.iter().filter_map(|group| match group {
            Lookup::Found(group) => Some(group),
            _ => None,
        })
    }

    fn ports(&self) -> BTreeSet<u16> {
        self.groups().flat_map(SecurityGroup::inbound_ports).chain(PORTS).collect()
    }

    fn ask(&self, port: u16, decide: impl Fn(&Flow<'_>) -> Verdict) -> Verdict {
        let peer = Peer::Internet;
        decide(&Flow { outbound: false, port, peer: &peer, own: &self.surroundings.own })
    }

    // The rules that let something in, where nothing else stops it; with the first port of each.
    fn allowed(&self) -> Vec<(Barrier, u16)> {
        let verdicts = self
            .ports()
            .into_iter()
            .map(|port| (self.ask(port, |flow| path::groups(self.surroundings, flow)), port));
        distinct(verdicts.collect())
    }

    // The rules of one of the security groups that let something in, whatever the others do.
    fn opened(&self) -> Vec<(Barrier, u16)> {
        let ports = self.ports();
        let of_group = |group: &SecurityGroup| -> Vec<(Verdict, u16)> {
            ports.iter().map(|port| (self.ask(*port, |flow| group.decide(flow)), *port)).collect()
        };
        distinct(self.groups().flat_map(of_group).collect())
    }

    fn is_closed(&self) -> bool {
        let denied =
            |port| self.ask(port, |flow| path::groups(self.surroundings, flow)).decision == Decision::Deny;
        self.ports().into_iter().all(denied)
    }
}

fn distinct(verdicts: Vec<(Verdict, u16)>) -> Vec<(Barrier, u16)> {
    let mut found: Vec<(Barrier, u16)> = Vec::new();
    for (verdict, port) in verdicts {
        if let Some(barrier) = verdict.by.filter(|_| verdict.decision == Decision::Allow)
            && !found.iter().any(|(other, _)| *other == barrier)
        {
            found.push((barrier, port));
        }
    }
    found
}

fn report_door(inbound: &Inbound<'_>, door: &Door, place: Span, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let (machine, interface) = (inbound.machine, inbound.interface);
    let (host, owner) = (graph.resource(machine.resource), graph.resource(interface.resource));
    let message = format!("Self-hosted runtime needs no inbound access from the internet, but {}", door.what);
    let finding = cx.report_on(owner, &place, message);
    finding.related.push(machine.evidence.clone());
    if inbound.is_closed() {
        finding.severity(Severity::Low);
    }
    for (barrier, port) in inbound.opened() {
        finding.related(barrier.place, format!("{} lets the internet in at port {port}", barrier.what));
    }
    finding.related(host.place, "nodes of the runtime run here").help(door.help);
}

fn report_rule(machine: &Machine, barrier: &Barrier, port: u16, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let host = graph.resource(machine.resource);
    let message = format!(
        "Self-hosted runtime needs no inbound access from the internet, but {} lets it in at port {port}",
        lower_first(&barrier.what)
    );
    let finding = cx.report_on(graph.resource(barrier.resource), &barrier.place, message);
    finding.related.push(machine.evidence.clone());
    finding
        .related(host.place, "nodes of the runtime run here")
        .help("Deny it, or narrow the source to the networks that administer the machine; nodes talk to each other at port 8060 inside of the subnet");
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}
