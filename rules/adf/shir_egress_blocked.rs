use std::collections::BTreeMap;

use armlint_azure::network::lookup::Lookup;
use armlint_azure::network::verdict::{Barrier, Decision};
use armlint_azure::wording;
use armlint_engine::finding::{Label, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_factory::machine::{Machine, Machines};
use armlint_factory::machine_need::{self, MachineNeed};

// What one thing blocks.
struct Blocked<'g> {
    barrier: Barrier,
    machine: &'g Resource,
    evidence: Label,
    subnet: Option<Span>,
    needs: Vec<MachineNeed>,
}

pub(crate) fn check(cx: &mut Context<'_>) {
    let mut blocked = BTreeMap::new();
    for machine in Machines::in_view(cx.view()).list() {
        collect(machine, cx.view(), &mut blocked);
    }
    for found in blocked.into_values() {
        report(found, cx);
    }
}

fn collect<'g>(machine: &Machine, view: View<'g>, blocked: &mut BTreeMap<(Span, String), Blocked<'g>>) {
    let graph = view.graph();
    let resource = graph.resource(machine.resource);
    // With several interfaces, the routes of the machine choose between them.
    let Some([interface]) = machine.interfaces.as_deref() else { return };
    if !interface.certain {
        return;
    }
    let surroundings = interface.surroundings(graph);
    let subnet = match &surroundings.subnet {
        Lookup::Found(subnet) => Some(subnet),
        _ => None,
    };
    for need in machine_need::of_machine(machine, resource, subnet, view) {
        let verdict = need.verdict(graph, interface, &surroundings);
        let Some(barrier) = verdict.by.filter(|_| verdict.decision == Decision::Deny) else { continue };
        let key = (barrier.place, barrier.what.clone());
        let (evidence, subnet) = (machine.evidence.clone(), subnet.map(|subnet| subnet.place));
        let new = Blocked { barrier, machine: resource, evidence, subnet, needs: Vec::new() };
        let needs = &mut blocked.entry(key).or_insert(new).needs;
        if !needs.iter().any(|other| other.display() == need.display()) {
            needs.push(need);
        }
    }
}

fn report(found: Blocked<'_>, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Blocked { barrier, machine, evidence, subnet, mut needs } = found;
    needs.sort_by_key(|need| std::cmp::Reverse(need.severity));
    let severity = needs.iter().map(|need| need.severity).max().unwrap_or(Severity::Low);
    let names: Vec<String> = needs.iter().map(|need| format!("`{}`", need.display())).collect();
    let message = format!("{} blocks the self-hosted runtime's way to {}", barrier.what, names.join(", "));
    let finding = cx.report_on(graph.resource(barrier.resource), &barrier.place, message);
    finding.severity(severity).label(purposes(&needs)).help(help(&needs));
    let host = wording::called(machine, "this machine");
    finding.related(machine.place, format!("nodes of the runtime run on {host}"));
    finding.related.push(evidence);
    if let Some(subnet) = subnet {
        finding.related(subnet, "the subnet of the machine");
    }
    for need in &needs {
        if let Some(place) = need.place {
            finding.related(place, format!("{} is needed for this", need.display()));
        }
    }
}

fn purposes(needs: &[MachineNeed]) -> String {
    let each = needs.iter().map(|need| format!("{}: {}", need.display(), need.purpose));
    each.collect::<Vec<String>>().join("; ")
}

fn help(needs: &[MachineNeed]) -> String {
    let mut advice = Vec::new();
    for need in needs {
        let tag = need.tag();
        let line = format!("{} to `{tag}` or `{}`", need.port, need.host());
        if !advice.contains(&line) {
            advice.push(line);
        }
    }
    format!("let outbound TCP through: {}", advice.join(", "))
}
