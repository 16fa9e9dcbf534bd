//! Secrets in properties that everybody reads who may read the resource.

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::View;
use armlint_engine::secret::shape::like_secret;
use armlint_engine::secret::{Naming, Shape, certain, is_placeholder, naming};
use armlint_engine::span::Span;
use armlint_engine::value::{Piece, StepKind, Value, ValueKind, Walk};
use smol_str::SmolStr;

use crate::connection_string::{self, Content, Form, Role};
use crate::facts::{self, ReadablePlace};
use crate::secret::{Carried, carried, is_runtime};
use crate::select;
use crate::types::AUTOMATION_VARIABLES;

/// How deep the value of a property is looked into.
const MAX_DEPTH: usize = 32;

/// A secret that everybody reads.
#[derive(Clone, Debug)]
pub struct Readable {
    /// The resource that shows it.
    pub resource: ResourceId,
    /// What the property is; none for tags and names, which every resource has.
    pub place: Option<ReadablePlace>,
    /// What it is called there: the name of the setting, or the key.
    pub name: Option<SmolStr>,
    /// The value that holds it.
    pub value: Value,
    /// Where it is written, or where it is used.
    pub span: Span,
    /// What it is.
    pub what: What,
    /// A condition decides whether it is there.
    pub conditional: bool,
}

/// What the secret is.
#[derive(Clone, Debug)]
pub enum What {
    /// It stands in clear text.
    Literal(Shape),
    /// It stands in clear text, and its name says that it is one.
    Named,
    /// It comes from a secure parameter, from a function or from Key Vault.
    Carried(Carried),
}

/// The secrets of a deployment that everybody reads.
pub struct ReadableSecrets(Vec<Readable>);

impl ReadableSecrets {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> ReadableSecrets {
        let graph = view.graph();
        let declared = graph.resources().iter().filter(|resource| !resource.existing);
        ReadableSecrets(declared.flat_map(|resource| of_resource(graph, resource)).collect())
    }

    /// All of them, in the order of their resources.
    pub fn all(&self) -> &[Readable] {
        &self.0
    }

    /// Those in places of a kind; in tags and names where `place` is none.
    pub fn of(&self, place: Option<ReadablePlace>) -> impl Iterator<Item = &Readable> {
        self.0.iter().filter(move |found| found.place == place)
    }
}

fn of_resource(graph: &Graph, resource: &Resource) -> Vec<Readable> {
    let mut search = Search { graph, resource, place: None, walk: graph.walk(), found: Vec::new() };
    for property in facts::readable_properties_of(&resource.ty) {
        let kept = property.unless.map(|(path, values)| select::is_one_of(resource, path, values));
        if kept.is_some_and(|kept| !kept.is_false()) {
            continue;
        }
        search.place = Some(property.place);
        for selected in select::select(resource, property.path).iter().filter(|selected| !selected.guessed) {
            let name = selected.name.as_ref().and_then(|name| name.known().cloned());
            let from = search.found.len();
            search.value(name.as_ref(), &selected.value, 0);
            let found = search.found.iter_mut().skip(from);
            found.for_each(|found| found.conditional |= selected.conditional);
        }
    }
    search.place = None;
    search.value(None, &resource.body.get("tags"), 0);
    search.value(None, &resource.name.written, 0);
    search.found
}

struct Search<'g> {
    graph: &'g Graph,
    resource: &'g Resource,
    place: Option<ReadablePlace>,
    walk: Walk,
    found: Vec<Readable>,
}

impl Search<'_> {
    fn value(&mut self, name: Option<&SmolStr>, value: &Value, depth: usize) {
        if depth > MAX_DEPTH || value.is_missing() || !self.walk.enters(value) {
            return;
        }
        match &value.kind {
            ValueKind::Array(values) => values.iter().for_each(|value| self.value(name, value, depth + 1)),
            ValueKind::OneOf(values) => {
                let from = self.found.len();
                values.iter().for_each(|value| self.value(name, value, depth + 1));
                self.found.iter_mut().skip(from).for_each(|found| found.conditional = true);
            }
            ValueKind::Object(object) => {
                let entries = object.entries();
                entries.iter().for_each(|entry| self.value(Some(&entry.key), &entry.value, depth + 1));
            }
            _ => self.leaf(name, value),
        }
    }

    fn leaf(&mut self, name: Option<&SmolStr>, value: &Value) {
        if self.literals(name, value) || is_given(value) {
            return;
        }
        let carried = carried(self.graph, name.map_or("", SmolStr::as_str), value);
        if let Some(carried) = carried.filter(|carried| self.place.is_some() || is_called_secret(carried)) {
            self.add(name, value, value.origin.span, What::Carried(carried));
        }
    }

    // Whether secrets stand in it in clear text.
    fn literals(&mut self, name: Option<&SmolStr>, value: &Value) -> bool {
        let pieces = value.pieces();
        let from = self.found.len();
        for piece in pieces.iter().filter(|piece| !piece.secure) {
            let Some(text) = piece.text.known().filter(|text| !is_runtime(text)) else { continue };
            for (range, shape) in certain(text) {
                let span = self.graph.part(piece.origin.deciding(), text, range.start, range.end);
                self.add(name, value, span, What::Literal(shape));
            }
        }
        if self.found.len() == from {
            self.keyed(name, value, &pieces);
        }
        if let [piece] = &*pieces
            && self.found.len() == from
            && is_named(name, piece)
        {
            let text = piece.text.known().map_or("", SmolStr::as_str);
            let span = self.graph.part(piece.origin.deciding(), text, 0, text.len());
            self.add(name, value, span, What::Named);
        }
        self.found.len() > from
    }

    // The passwords of connection strings.
    fn keyed(&mut self, name: Option<&SmolStr>, value: &Value, pieces: &[Piece]) {
        let speaks_of_hosts =
            matches!(self.place, Some(ReadablePlace::AppSetting | ReadablePlace::ContainerEnvironment));
        if !speaks_of_hosts || pieces.iter().all(|piece| piece.text.known().is_none()) {
            return;
        }
        let parsed = connection_string::parse(pieces, is_runtime);
        let server = [Role::Host, Role::StorageEndpoint, Role::Account]
            .iter()
            .any(|role| parsed.role(*role).is_some());
        if !server || parsed.form == Form::Dynamic {
            return;
        }
        for part in parsed.secrets() {
            let literal = connection_string::content(&part.value, is_runtime) == Content::Literal;
            let [fragment] = &*part.fragments else { continue };
            let Some(piece) = pieces.get(fragment.piece).filter(|piece| literal && !piece.secure) else {
                continue;
            };
            let text = piece.text.known().map_or("", SmolStr::as_str);
            let span = self.graph.part(piece.origin.deciding(), text, fragment.start, fragment.end);
            self.add(name, value, span, What::Named);
        }
    }

    fn add(&mut self, name: Option<&SmolStr>, value: &Value, span: Span, what: What) {
        self.found.push(Readable {
            resource: self.resource.id,
            place: self.place,
            name: name.cloned().or_else(|| self.own_name()),
            value: value.clone(),
            span,
            what,
            conditional: false,
        });
    }

    // A variable of an automation account is called as its resource is.
    fn own_name(&self) -> Option<SmolStr> {
        self.resource.is(AUTOMATION_VARIABLES).then(|| self.resource.name.last().known().cloned())?
    }
}

// A literal that a nested deployment passes in is one, whatever the type of the parameter is.
fn is_given(value: &Value) -> bool {
    let given = |piece: &Piece| {
        let deciding = piece.origin.steps().last().map(|step| step.kind);
        !piece.secure || deciding == Some(StepKind::ParameterValue)
    };
    value.known_text().is_some() && value.pieces().iter().all(given)
}

// What is called a secret and looks like one.
fn is_named(name: Option<&SmolStr>, piece: &Piece) -> bool {
    let Some(text) = piece.text.known() else { return false };
    let text = text.trim_matches('"');
    name.is_some_and(|name| naming(name) == Naming::Secret)
        && !piece.secure
        && like_secret(text)
        && !is_placeholder(text)
        && !is_runtime(text)
}

// Of what stands in names and tags, whether it is more than an identifier that somebody keeps like a secret.
fn is_called_secret(carried: &Carried) -> bool {
    match carried {
        Carried::Parameter(parameter) => naming(&parameter.name) != Naming::Plain,
        Carried::Call(_) => true,
        Carried::RunTime => false,
    }
}
