//! The machines that self-hosted runtimes are installed on.
//!
//! A machine is known by what is run on it: a script that is given the key of a runtime
//! (`listAuthKeys(..)`), or that installs or registers a node. Names of machines prove nothing.

use std::collections::BTreeMap;

use armlint_azure::network::interface::{self, Interface};
use armlint_azure::types::{VIRTUAL_MACHINE_SCALE_SETS, VIRTUAL_MACHINES};
use armlint_engine::finding::Label;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::value::{Term, Value, ValueKind, Walk};

use crate::factory::INTEGRATION_RUNTIMES;
use crate::runtime::{self, RuntimeClass};

// What the installation scripts of the documentation and of Microsoft's reference templates are called,
// and how they register a node (create-self-hosted-integration-runtime, 2023-07-13).
const SCRIPTS: [&str; 4] = ["gatewayinstall", "installshirgateway", "dmgcmd", "registernewnode"];

// The function that returns the keys of a self-hosted runtime.
const KEYS: &str = "listAuthKeys";

const EXTENSIONS: [&str; 4] = [
    "Microsoft.Compute/virtualMachines/extensions",
    "Microsoft.Compute/virtualMachines/runCommands",
    "Microsoft.Compute/virtualMachineScaleSets/extensions",
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/extensions",
];

const MAX_DEPTH: usize = 32;

/// A machine, or a set of equal ones, that runs nodes of a self-hosted runtime.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The virtual machine or scale set.
    pub resource: ResourceId,
    /// Where the script stands that says so; it may hold the key.
    pub evidence: Label,
    /// The runtime, where the script's key or the deployment says which.
    pub runtime: Option<ResourceId>,
    /// Its interfaces; `None` where some are not here.
    pub interfaces: Option<Vec<Interface>>,
}

/// The machines of self-hosted runtimes of a deployment, in the order of their texts.
pub struct Machines(Vec<Machine>);

impl Machines {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> Machines {
        let graph = view.graph();
        let mut found: BTreeMap<ResourceId, Machine> = BTreeMap::new();
        let mut add = |machine: &Resource, script: Script| {
            let interfaces = || interface::of_machine(graph, machine);
            found.entry(machine.id).or_insert_with(|| Machine {
                resource: machine.id,
                evidence: script.label(),
                runtime: runtime_of(graph, &script),
                interfaces: interfaces(),
            });
        };
        for extension in EXTENSIONS.iter().flat_map(|ty| graph.of_type(ty)) {
            if let Some(script) = script(graph, &extension.properties)
                && let Some(machine) = machine_of(graph, extension)
            {
                add(machine, script);
            }
        }
        for set in graph.of_type(VIRTUAL_MACHINE_SCALE_SETS).filter(|set| !set.existing) {
            let extensions = set.property("virtualMachineProfile.extensionProfile.extensions");
            if let Some(script) = extensions
                .elements()
                .and_then(|all| all.iter().find_map(|extension| script(graph, extension)))
            {
                add(set, script);
            }
        }
        Machines(found.into_values().collect())
    }

    /// All of them.
    pub fn list(&self) -> &[Machine] {
        &self.0
    }
}

// A script that installs a node.
struct Script {
    place: Span,
    secret: bool,
    // What is left of the script.
    term: Term,
}

impl Script {
    fn holds_key(&self) -> bool {
        holds_key(&self.term)
    }

    fn label(&self) -> Label {
        let text = "this installs and registers the node".into();
        Label { span: self.place, text, sensitive: self.secret }
    }
}

fn script(graph: &Graph, extension: &Value) -> Option<Script> {
    let mut found = None;
    search(extension, 0, &mut graph.walk(), &mut found);
    found
}

// The text with the key of a runtime says more than any other.
fn search(value: &Value, depth: usize, once: &mut Walk, found: &mut Option<Script>) {
    if depth > MAX_DEPTH || !once.enters(value) || found.as_ref().is_some_and(Script::holds_key) {
        return;
    }
    match &value.kind {
        ValueKind::Array(elements) | ValueKind::OneOf(elements) => {
            elements.iter().for_each(|element| search(element, depth + 1, once, found));
        }
        ValueKind::Object(object) => {
            object.entries().iter().for_each(|entry| search(&entry.value, depth + 1, once, found));
        }
        ValueKind::Text(_) | ValueKind::Unknown(_) => {
            let Some(term) = value.text().map(Term::from) else { return };
            let installs = |literal: &str| {
                let literal = literal.to_ascii_lowercase();
                SCRIPTS.iter().any(|script| literal.contains(script))
            };
            let says = holds_key(&term) || term.any_literal(installs);
            if says && (found.is_none() || holds_key(&term)) {
                let secret = value.secure || value.known_text().is_some();
                *found = Some(Script { place: value.origin.span, secret, term });
            }
        }
        _ => {}
    }
}

// A key that is written as a call in a script for a later deployment counts as well.
fn holds_key(term: &Term) -> bool {
    let written = format!("{}(", KEYS.to_ascii_lowercase());
    term.discloses_call(|function| function.eq_ignore_ascii_case(KEYS))
        || term.any_literal(|literal| literal.to_ascii_lowercase().contains(&written))
}

// The machine that an extension belongs to. Two loops over the same nodes have names of their own.
fn machine_of<'g>(graph: &'g Graph, extension: &Resource) -> Option<&'g Resource> {
    let ty = if extension.ty.to_ascii_lowercase().contains("scalesets") {
        VIRTUAL_MACHINE_SCALE_SETS
    } else {
        VIRTUAL_MACHINES
    };
    let parent = extension.parent.map(|parent| graph.resource(parent)).filter(|parent| parent.is(ty));
    if let Some(parent) = parent {
        return (!parent.existing).then_some(parent);
    }
    let name = extension.name.segments.first()?.without_loop_names().key();
    let mut machines = graph.of_type(ty).filter(|machine| !machine.existing);
    machines.find(|machine| machine.name.last().without_loop_names().key() == name)
}

// The runtime whose key the script is given; the only self-hosted one where it does not say which.
fn runtime_of(graph: &Graph, script: &Script) -> Option<ResourceId> {
    let runtimes = || INTEGRATION_RUNTIMES.iter().flat_map(|ty| graph.of_type(ty));
    if script.holds_key() {
        let given = script.term.disclosed_calls(KEYS);
        let named = |runtime: &&Resource| {
            given.iter().flatten().any(|id| id.folded() == Term::from(runtime.resource_id.clone()).folded())
        };
        return runtimes().find(named).map(|runtime| runtime.id);
    }
    let mut own = runtimes().filter(|one| runtime::class(one) == RuntimeClass::SelfHosted);
    let first = own.next()?;
    own.next().is_none().then_some(first.id)
}
