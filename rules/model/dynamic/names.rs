//! The names that expressions may speak of.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use smol_str::SmolStr;

use crate::model::factory::{FACTORIES, Factory};

const MAX_ACTIVITY_DEPTH: usize = 16;

// How far a name may be from another to be meant by it.
const MAX_DISTANCE: usize = 2;

/// Declared names of one kind. Case does not count.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The names and where each is declared.
    pub list: Vec<(SmolStr, Span)>,
    /// There may be others.
    pub open: bool,
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

/// The global parameters of a factory.
#[derive(Clone, Debug, Default)]
pub struct GlobalParameters(pub Names);

impl Names {
    /// The keys of an object of declarations; none where it is missing.
    pub fn declared(declarations: &Value) -> Names {
        let mut names = Names::default();
        names.add_keys(declarations);
        names
    }

    /// Whether a name certainly is not declared.
    pub fn lacks(&self, name: &str) -> bool {
        !self.open && !self.list.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    /// The declared name that differs by no more than a slip.
    pub fn nearest(&self, name: &str) -> Option<&(SmolStr, Span)> {
        let lower = name.to_lowercase();
        let near = self.list.iter().filter_map(|declared| {
            let other = declared.0.to_lowercase();
            let distance = strsim::damerau_levenshtein(&lower, &other);
            (distance <= MAX_DISTANCE && distance < lower.len().min(other.len()))
                .then_some((distance, declared))
        });
        near.min_by_key(|(distance, _)| *distance).map(|(_, declared)| declared)
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
            self.list.push((key, span));
        }
    }
}

impl PipelineNames {
    /// Collects them.
    pub fn of(pipeline: &Resource) -> PipelineNames {
        if pipeline.properties.object().is_none() {
            let open = || Names { list: Vec::new(), open: true };
            return PipelineNames { activities: open(), parameters: open(), variables: open() };
        }
        let mut activities = Names::default();
        collect(&pipeline.property("activities"), 0, &mut activities);
        PipelineNames {
            activities,
            parameters: Names::declared(&pipeline.property("parameters")),
            variables: Names::declared(&pipeline.property("variables")),
        }
    }
}

impl GlobalParameters {
    /// Collects them from the factory and from the resources that hold them alone.
    pub fn of(graph: &Graph, factory: &Factory) -> GlobalParameters {
        let mut names = Names::default();
        if let Some(declared) = factory.declared(graph) {
            names.add_keys(&declared.property("globalParameters"));
        }
        for resource in graph.of_type(&format!("{FACTORIES}/globalParameters")) {
            if resource.name.ancestor_key(1) == factory.key {
                names.add_keys(&resource.properties);
            }
        }
        GlobalParameters(names)
    }
}

fn collect(list: &Value, depth: usize, names: &mut Names) {
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
            Some(text) => names.list.push((text.into(), name.origin.span)),
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
                collect(&properties.get(&key), depth + 1, names);
            } else if key.eq_ignore_ascii_case("cases") {
                let cases = properties.get(&key);
                names.open |= cases.elements().is_none() && !cases.is_missing();
                for case in cases.elements().unwrap_or_default() {
                    collect(&case.get("activities"), depth + 1, names);
                }
            }
        }
    }
}
