use std::collections::{BTreeMap, HashSet};

use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use armlint_factory::activity::activities;
use armlint_factory::adf_expression::Chain;
use armlint_factory::dynamic::{Dynamic, GlobalParameters, Names, PipelineNames, passed};
use armlint_factory::factory::{Factories, Factory};
use smol_str::SmolStr;

/// What a resource may speak of.
struct Scope {
    pipeline: Option<(PipelineNames, Names)>,
    dataset: Option<Names>,
    linked_service: Option<Names>,
}

// More places of one name, and suggestions for more names, help nobody.
const MAX_PLACES: usize = 8;
const MAX_SUGGESTIONS: usize = 64;

/// Missing names by what they are and how they are spelled, each with its places.
#[derive(Default)]
struct Missing(BTreeMap<(&'static str, SmolStr), Vec<Span>>);

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let factories = Factories::in_view(cx.view());
    let Some(factory) = factories.of(resource).filter(|_| !resource.existing) else { return };
    let scope = Scope::of(cx.view(), factory, resource);
    let missing = Missing::of(resource, &scope, cx.view());
    for (index, ((noun, name), places)) in missing.0.iter().enumerate() {
        let names = scope.names(noun).filter(|_| index < MAX_SUGGESTIONS);
        let nearest = names.and_then(|names| names.nearest(name));
        report(resource, &scope, (noun, name), nearest, places, cx);
    }
    report_passed(resource, factory, cx);
}

impl Scope {
    fn of(view: View<'_>, factory: &Factory, resource: &Resource) -> Scope {
        let kind = resource.ty.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let mut scope = Scope { pipeline: None, dataset: None, linked_service: None };
        let declared = || match resource.properties.object() {
            Some(_) => Names::declared(&resource.property("parameters")),
            None => Names::unknown(),
        };
        match kind.as_str() {
            "pipelines" => {
                let globals = GlobalParameters::in_view(view).of(factory);
                scope.pipeline = Some((PipelineNames::of(resource), globals));
            }
            "datasets" => scope.dataset = Some(declared()),
            "linkedservices" => scope.linked_service = Some(declared()),
            _ => {}
        }
        scope
    }

    fn names(&self, noun: &str) -> Option<&Names> {
        match (noun, &self.pipeline) {
            ("activity", Some((names, _))) => Some(&names.activities),
            ("variable", Some((names, _))) => Some(&names.variables),
            ("parameter", Some((names, _))) => Some(&names.parameters),
            ("global parameter", Some((_, globals))) => Some(globals),
            ("parameter", None) => self.dataset.as_ref().or(self.linked_service.as_ref()),
            _ => None,
        }
    }

    // What a chain names that certainly is not there: what it is, its name, and where that stands.
    fn lacks<'c>(&self, chain: &'c Chain<'_>) -> Option<(&'static str, &'c SmolStr, std::ops::Range<usize>)> {
        let step = |index: usize| Some((chain.step(index)?, chain.steps.get(index)?.range.clone()));
        let (noun, named) = if self.pipeline.is_some() {
            match () {
                () if chain.calls("activity") => ("activity", chain.named()),
                () if chain.calls("variables") => ("variable", chain.named()),
                () if chain.calls("pipeline") && chain.takes(0, "parameters") => ("parameter", step(1)),
                () if chain.calls("pipeline") && chain.takes(0, "globalParameters") => {
                    ("global parameter", step(1))
                }
                () => return None,
            }
        } else {
            let own = (self.dataset.is_some() && chain.calls("dataset"))
                || (self.linked_service.is_some() && chain.calls("linkedService"));
            ("parameter", step(0).filter(|_| own))
        };
        let (name, range) = named?;
        self.names(noun)?.lacks(name).then_some((noun, name, range))
    }
}

impl Missing {
    fn of(resource: &Resource, scope: &Scope, view: View<'_>) -> Missing {
        let mut missing = Missing::default();
        if let Some((names, _)) = &scope.pipeline {
            structural(resource, names, &mut missing);
        }
        for text in Dynamic::in_view(view).of(resource) {
            for chain in text.content.chains() {
                if let Some((noun, name, range)) = scope.lacks(&chain) {
                    missing.add(noun, name, || text.span(view.graph(), &range));
                }
            }
        }
        missing
    }
    fn add(&mut self, noun: &'static str, name: &SmolStr, place: impl FnOnce() -> Span) {
        let places = self.0.entry((noun, name.clone())).or_default();
        if places.len() < MAX_PLACES {
            places.push(place());
        }
    }
}

// Names that stand in the pipeline as plain strings.
fn structural(pipeline: &Resource, names: &PipelineNames, missing: &mut Missing) {
    let mut plain = |noun: &'static str, declared: &Names, value: &Value| {
        let literal = !value.assumed && !value.secure;
        if let Some(name) = value.known_text().filter(|name| literal && !name.starts_with('@'))
            && declared.lacks(name)
        {
            missing.add(noun, &name.into(), || value.origin.span);
        }
    };
    for activity in activities(pipeline) {
        for dependency in activity.get("dependsOn").elements().unwrap_or_default() {
            plain("activity", &names.activities, &dependency.get("activity"));
        }
        let sets = ["SetVariable", "AppendVariable"];
        let ty = activity.get("type");
        if sets.iter().any(|set| ty.is_text(set).is_true()) {
            let properties = activity.get("typeProperties");
            if properties.get("setSystemVariable").is_missing() {
                plain("variable", &names.variables, &properties.get("variableName"));
            }
        }
    }
}

fn report(
    resource: &Resource,
    scope: &Scope,
    (noun, name): (&str, &str),
    nearest: Option<&(SmolStr, Span)>,
    places: &[Span],
    cx: &mut Context<'_>,
) {
    let Some((first, more)) = places.split_first() else { return };
    let message = match (noun, &scope.pipeline) {
        ("global parameter", _) => format!("The factory has no global parameter `{name}`"),
        (_, Some(_)) => format!("The pipeline has no {noun} `{name}`"),
        (_, None) if scope.dataset.is_some() => format!("The dataset has no {noun} `{name}`"),
        (_, None) => format!("The linked service has no {noun} `{name}`"),
    };
    let finding = cx.report_on(resource, first, message);
    for place in more {
        finding.related(*place, "here as well");
    }
    let near = nearest.map(|(near, place)| (near.as_str(), *place));
    finding.similar(near, format!("Correct the name, or declare the {noun}"));
}

// A parameter that its target does not declare: at best it is of no use.
fn report_passed(resource: &Resource, factory: &Factory, cx: &mut Context<'_>) {
    // What is passed to one target several times is one mistake.
    let mut known = HashSet::new();
    for passed in passed(cx.graph(), factory, resource) {
        for (name, place) in &passed.names {
            if !passed.declared.lacks(name) || !known.insert((passed.target.id, name.clone())) {
                continue;
            }
            let (noun, target) = (passed.noun, passed.target.name.display());
            let message = format!("The {noun} `{target}` has no parameter `{name}`");
            let near = passed.declared.nearest(name).map(|(near, place)| (near.as_str(), *place));
            cx.report_on(resource, place, message)
                .severity(Severity::Medium)
                .similar(near, "pass only what is declared, or declare the parameter");
        }
    }
}
