//! What a place in a pipeline, dataset, linked service, runtime or trigger speaks of: another artefact, or
//! something that an artefact declares. All is found by the models of the rules.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use armlint_factory::activity::activities;
use armlint_factory::adf_expression::Chain;
use armlint_factory::dynamic::{Dynamic, passed};
use armlint_factory::factory::{FACTORIES, Factories};
use armlint_factory::reference::Reference;
use armlint_factory::reference::references;

use super::pointer::Pointer;

/// What is spoken of.
pub(super) enum Spoken<'g> {
    /// Another artefact, which may not be declared.
    Artefact(Box<Reference>),
    /// Something that an artefact declares.
    Declared(Declared<'g>),
}

/// A declaration in an artefact.
pub(super) struct Declared<'g> {
    /// What it is: `activity`, `parameter of the dataset`, ...
    pub(super) noun: &'static str,
    /// Its name.
    pub(super) name: String,
    /// The token of its name.
    pub(super) key: Span,
    /// The declaration.
    pub(super) value: Value,
    /// The artefact.
    pub(super) owner: &'g Resource,
}

/// What a place speaks of, and the token that does.
pub(super) fn spoken<'g>(pointer: &Pointer<'_>, view: View<'g>) -> Option<(Span, Spoken<'g>)> {
    let resource = resource_at(view.graph(), pointer)?;
    if let Some(reference) = reference_at(view.graph(), resource, pointer) {
        return Some((pointer.token(), Spoken::Artefact(Box::new(reference))));
    }
    let (token, declared) = in_expression(pointer, resource, view)
        .or_else(|| Some((pointer.token(), plain(pointer, resource, view)?)))?;
    Some((token, Spoken::Declared(declared)))
}

/// The innermost resource around a place.
pub(super) fn resource_at<'g>(graph: &'g Graph, pointer: &Pointer<'_>) -> Option<&'g Resource> {
    let around = graph.resources().iter().filter(|resource| pointer.is_in(resource.span));
    around.min_by_key(|resource| resource.span.end - resource.span.start)
}

fn reference_at(graph: &Graph, resource: &Resource, pointer: &Pointer<'_>) -> Option<Reference> {
    let names = pointer.under(0, "referenceName") || pointer.under(0, "type");
    let token = pointer.token();
    let object = pointer.path.above(1)?.span;
    let is_meant = |reference: &Reference| {
        reference.value.origin.span == token || (names && reference.object.origin.span == object)
    };
    references(graph, resource).into_iter().find(is_meant)
}

// Names that stand in plain strings and keys.
fn plain<'g>(pointer: &Pointer<'_>, resource: &'g Resource, view: View<'g>) -> Option<Declared<'g>> {
    let text = pointer.scalar()?.text.as_str();
    if pointer.path.on_key {
        let factories = Factories::in_view(view);
        let factory = factories.of(resource)?;
        let token = pointer.token();
        let passed = passed(view.graph(), factory, resource);
        let target = passed.iter().find(|passed| passed.names.iter().any(|(_, place)| *place == token))?;
        let noun = match target.noun {
            "dataset" => "parameter of the dataset",
            "linked service" => "parameter of the linked service",
            _ => "parameter of the pipeline",
        };
        return member(noun, target.target, "parameters", text);
    }
    if pointer.under(0, "activity") && pointer.under(2, "dependsOn") {
        return activity(resource, text);
    }
    if pointer.under(0, "variableName") {
        return member("variable", resource, "variables", text);
    }
    None
}

fn in_expression<'g>(
    pointer: &Pointer<'_>,
    resource: &'g Resource,
    view: View<'g>,
) -> Option<(Span, Declared<'g>)> {
    let dynamic = Dynamic::in_view(view);
    let text = dynamic.of(resource).iter().find(|text| text.place == pointer.token())?;
    let chains = text.content.chains();
    let around = chains.iter().filter_map(|chain| {
        let span = text.span(view.graph(), &chain.range);
        pointer.is_in(span).then_some((span, chain))
    });
    let (span, chain) = around.min_by_key(|(span, _)| span.end - span.start)?;
    Some((span, of_chain(chain, pointer, resource, view)?))
}

fn of_chain<'g>(
    chain: &Chain<'_>,
    pointer: &Pointer<'_>,
    resource: &'g Resource,
    view: View<'g>,
) -> Option<Declared<'g>> {
    let named = |at: usize| chain.step(at).map(|name| name.as_str());
    if chain.calls("activity") {
        return activity(resource, chain.named()?.0);
    }
    if chain.calls("variables") {
        return member("variable", resource, "variables", chain.named()?.0);
    }
    if chain.calls("pipeline") && chain.takes(0, "parameters") {
        return member("parameter of the pipeline", resource, "parameters", named(1)?);
    }
    if chain.calls("pipeline") && chain.takes(0, "globalParameters") {
        return global(resource, named(1)?, view);
    }
    if chain.calls("linkedService") {
        return member("parameter of the linked service", resource, "parameters", named(0)?);
    }
    if chain.calls("dataset") {
        return member("parameter of the dataset", resource, "parameters", named(0)?);
    }
    if chain.calls("item") {
        return items(pointer, resource);
    }
    None
}

fn activity<'g>(pipeline: &'g Resource, name: &str) -> Option<Declared<'g>> {
    let named = |activity: &Value| {
        activity.get("name").known_text().is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    let value = activities(pipeline).into_iter().find(named)?;
    let key = value.get("name").origin.span;
    Some(Declared { noun: "activity", name: name.into(), key, value, owner: pipeline })
}

fn member<'g>(noun: &'static str, owner: &'g Resource, section: &str, name: &str) -> Option<Declared<'g>> {
    declared(noun, owner, &owner.property(section), name)
}

fn declared<'g>(
    noun: &'static str,
    owner: &'g Resource,
    section: &Value,
    name: &str,
) -> Option<Declared<'g>> {
    let object = section.object()?;
    let key = object.key_span(name)?;
    Some(Declared { noun, name: name.into(), key, value: object.get(name)?, owner })
}

fn global<'g>(resource: &Resource, name: &str, view: View<'g>) -> Option<Declared<'g>> {
    let graph = view.graph();
    let key = resource.name.ancestor_key(1);
    let factories = graph.of_type(FACTORIES).filter(|factory| factory.name.key() == key);
    let own = factories.map(|factory| (factory, factory.property("globalParameters")));
    let ty = format!("{FACTORIES}/globalParameters");
    let apart = graph.of_type(&ty).filter(|apart| apart.name.ancestor_key(1) == key);
    let apart = apart.map(|apart| (apart, apart.properties.clone()));
    let mut all = own.chain(apart);
    all.find_map(|(owner, section)| declared("global parameter", owner, &section, name))
}

// What the innermost loop around goes over.
fn items<'g>(pointer: &Pointer<'_>, resource: &'g Resource) -> Option<Declared<'g>> {
    let holder =
        pointer.around().find(|node| node.get("items").is_some() && node.get("activities").is_some())?;
    let span = holder.span;
    let all = activities(resource);
    let around = all.iter().find(|activity| activity.get("typeProperties").origin.span == span)?;
    let items = around.at("typeProperties.items");
    let key = around.get("typeProperties").object()?.key_span("items")?;
    Some(Declared { noun: "items of the loop", name: "items".into(), key, value: items, owner: resource })
}
