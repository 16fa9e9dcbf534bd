//! The names that expressions may speak of.

use std::collections::{HashMap, HashSet};

use armlint_engine::graph::Resource;
use armlint_engine::rule::View;
use armlint_engine::similar;
use armlint_engine::span::Span;
use armlint_engine::value::{Value, Walk};
use smol_str::SmolStr;

use crate::factory::{FACTORIES, Factory};

const MAX_ACTIVITY_DEPTH: usize = 16;

/// Declared names of one kind. Case does not count.
#[derive(Clone, Debug, Default)]
pub struct Names {
    list: Vec<(SmolStr, Span)>,
    keys: HashSet<String>,
    open: bool,
}

/// What a pipeline declares.
#[derive(Clone, Debug, Default)]
pub struct PipelineNames {
    /// Its activities, nested ones included.
    pub activities: Names,
    /// Its parameters.
    pub parameters: Names,
    /// Its variables.
    pub variables: Names,
}

/// The global parameters of the factories, by the keys of their names.
#[derive(Clone, Debug, Default)]
pub struct GlobalParameters(HashMap<SmolStr, Names>);

impl Names {
    /// Any names: what is declared is not known.
    pub fn unknown() -> Names {
        Names { open: true, ..Names::default() }
    }

    /// The keys of an object of declarations; none where it is missing.
    pub fn declared(declarations: &Value) -> Names {
        let mut names = Names::default();
        names.add_keys(declarations);
        names
    }

    /// Whether a name certainly is not declared.
    pub fn lacks(&self, name: &str) -> bool {
        !self.open && !self.keys.contains(&name.to_lowercase())
    }

    /// The declared name that differs by no more than a slip.
    pub fn nearest(&self, name: &str) -> Option<&(SmolStr, Span)> {
        let near = similar::nearest(name, self.list.iter().map(|(declared, _)| declared))?;
        self.list.iter().find(|(declared, _)| declared == near)
    }

    fn add(&mut self, name: SmolStr, place: Span) {
        self.keys.insert(name.to_lowercase());
        self.list.push((name, place));
    }

    fn add_keys(&mut self, declarations: &Value) {
        if declarations.is_missing() {
            return;
        }
        let Some(object) = declarations.object() else {
            self.open = true;
            return;
        };
        let (keys, open) = object.keys();
        self.open |= open;
        for key in keys {
            let span = object.key_span(&key).unwrap_or(declarations.origin.span);
            self.add(key, span);
        }
    }
}

impl PipelineNames {
    /// Collects them.
    pub fn of(pipeline: &Resource) -> PipelineNames {
        if pipeline.properties.object().is_none() {
            return PipelineNames {
                activities: Names::unknown(),
                parameters: Names::unknown(),
                variables: Names::unknown(),
            };
        }
        let mut activities = Names::default();
        collect(&pipeline.property("activities"), 0, &mut Walk::uncharged(), &mut activities);
        PipelineNames {
            activities,
            parameters: Names::declared(&pipeline.property("parameters")),
            variables: Names::declared(&pipeline.property("variables")),
        }
    }
}

impl GlobalParameters {
    /// Collects them from the factories and from the resources that hold them alone.
    pub(crate) fn build(view: View<'_>) -> GlobalParameters {
        let graph = view.graph();
        let mut parameters: HashMap<SmolStr, Names> = HashMap::new();
        for factory in graph.of_type(FACTORIES).filter(|factory| !factory.existing) {
            let names = parameters.entry(factory.name.key()).or_default();
            names.add_keys(&factory.property("globalParameters"));
        }
        for resource in graph.of_type(&format!("{FACTORIES}/globalParameters")) {
            parameters.entry(resource.name.ancestor_key(1)).or_default().add_keys(&resource.properties);
        }
        GlobalParameters(parameters)
    }

    /// Those of a factory; open where there are none, since an export may leave them out.
    pub fn of(&self, factory: &Factory) -> Names {
        let known = self.0.get(&factory.key).filter(|names| factory.closed && !names.list.is_empty());
        let known = known.filter(|_| factory.ty == FACTORIES);
        known.cloned().unwrap_or_else(Names::unknown)
    }
}

fn collect(list: &Value, depth: usize, once: &mut Walk, names: &mut Names) {
    if !once.enters(list) {
        return;
    }
    let Some(activities) = list.elements() else {
        names.open |= !list.is_missing();
        return;
    };
    if depth > MAX_ACTIVITY_DEPTH {
        names.open = true;
        return;
    }
    for activity in activities {
        let name = activity.get("name");
        match name.known_text() {
            Some(text) => names.add(text.into(), name.origin.span),
            None => names.open = true,
        }
        let properties = activity.get("typeProperties");
        let Some(object) = properties.object() else {
            names.open |= !properties.is_missing();
            continue;
        };
        names.open |= object.is_open();
        for key in object.keys().0 {
            if key.to_ascii_lowercase().ends_with("activities") {
                collect(&properties.get(&key), depth + 1, once, names);
            } else if key.eq_ignore_ascii_case("cases") {
                let cases = properties.get(&key);
                names.open |= cases.elements().is_none() && !cases.is_missing();
                for case in cases.elements().unwrap_or_default() {
                    collect(&case.get("activities"), depth + 1, once, names);
                }
            }
        }
    }
}
