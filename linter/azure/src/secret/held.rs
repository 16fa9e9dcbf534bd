//! How the properties of secrets hold them: in clear text, or through parameters that show them.

use std::rc::Rc;

use armlint_engine::finding::Edit;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::View;
use armlint_engine::secret::shape::like_secret;
use armlint_engine::secret::{Naming, names_secret, names_user, naming};
use armlint_engine::span::Span;
use armlint_engine::value::{Parameter, Piece, StepKind, Value, ValueKind, Walk};
use smol_str::{SmolStr, format_smolstr};

use crate::connection_string::{self, Content, Part};
use crate::facts::{self, SecretKind};
use crate::secret::is_runtime;
use crate::select::{self, Selected};
use crate::types::DEPLOYMENTS;

/// How deep an object of settings is looked into.
const MAX_DEPTH: usize = 16;

/// The least letters and digits of a secret.
const LEAST: usize = 3;

/// A secret that does not stay one.
#[derive(Clone, Debug)]
pub struct Held {
    /// The resource that has it.
    pub resource: ResourceId,
    /// The property, with the key of a connection string behind a `;`.
    pub path: SmolStr,
    /// The value of the property.
    pub value: Value,
    /// Where the secret is written, or where the parameter is used.
    pub place: Span,
    /// What shows it.
    pub shown_by: ShownBy,
    /// A condition decides whether it is used.
    pub conditional: bool,
}

/// What shows a secret.
#[derive(Clone, Debug)]
pub enum ShownBy {
    /// It stands in clear text: all of it, and in no parameter.
    Literal,
    /// It stands in clear text as the default of a parameter that is not secure.
    Default(Rc<Parameter>),
    /// These parameters, which are not secure, are given it.
    Parameters(Vec<Rc<Parameter>>),
}

/// The secrets of the resources of a deployment that do not stay secrets.
pub struct HeldSecrets(Vec<Held>);

impl HeldSecrets {
    /// Collects them. What exists already holds what it holds.
    pub(crate) fn build(view: View<'_>) -> HeldSecrets {
        let graph = view.graph();
        let declared = graph.resources().iter().filter(|resource| !resource.existing);
        HeldSecrets(declared.flat_map(|resource| of_resource(graph, resource)).collect())
    }

    /// All of them, in the order of their resources.
    pub fn all(&self) -> &[Held] {
        &self.0
    }
}

fn of_resource(graph: &Graph, resource: &Resource) -> Vec<Held> {
    let mut search = Search { graph, resource: resource.id, found: Vec::new() };
    for property in facts::secret_properties_of(&resource.ty) {
        // What may not be there at all is no secret.
        for selected in select::select(resource, property.path).iter().filter(|selected| !selected.guessed) {
            search.property(property.path, property.kind, selected);
        }
    }
    if resource.is(DEPLOYMENTS) {
        search.arguments(resource);
    }
    search.found
}

struct Search<'g> {
    graph: &'g Graph,
    resource: ResourceId,
    found: Vec<Held>,
}

impl Search<'_> {
    fn property(&mut self, path: &str, kind: SecretKind, selected: &Selected) {
        for value in selected.value.alternatives() {
            let value = value.clone().tainted_by(&selected.value);
            let conditional = selected.conditional || matches!(selected.value.kind, ValueKind::OneOf(_));
            let from = self.found.len();
            match kind {
                SecretKind::Secret => self.text(path, &value),
                SecretKind::Kept => self.kept(path, &value),
                SecretKind::ConnectionString => self.connection_string(path, &value),
                SecretKind::Settings => self.settings(path, &value, 0, &mut self.graph.walk()),
            }
            self.found.iter_mut().skip(from).for_each(|held| held.conditional = conditional);
        }
    }

    fn text(&mut self, path: &str, value: &Value) {
        let Some(text) = value.text() else { return };
        let pieces = value.pieces();
        let place = match &*pieces {
            [piece] => piece.origin.deciding(),
            _ => value.origin.span,
        };
        let is_short = |text: &SmolStr| text.bytes().filter(u8::is_ascii_alphanumeric).count() < LEAST;
        let content = match connection_string::content(&text, is_runtime) {
            Content::Literal if text.known().is_some_and(is_short) => Content::Masked,
            content => content,
        };
        self.add(path, value, &pieces, content, place);
    }

    // What is kept in a vault need be no secret: users and addresses are as well.
    fn kept(&mut self, path: &str, value: &Value) {
        let from = self.found.len();
        self.text(path, value);
        let own = self.graph.resource(self.resource).name.last();
        let is_named = own.known().is_some_and(|name| names_secret(name));
        let is_secret = |held: &Held| match &held.shown_by {
            _ if is_named => true,
            ShownBy::Parameters(parameters) => {
                parameters.iter().any(|own| naming(&own.name) != Naming::Plain)
            }
            _ => held.value.known_text().is_some_and(like_secret),
        };
        let mut at = 0;
        self.found.retain(|held| {
            at += 1;
            at <= from || is_secret(held)
        });
    }

    fn connection_string(&mut self, path: &str, value: &Value) {
        let pieces = value.pieces();
        let parsed = connection_string::parse(&pieces, is_runtime);
        for part in parsed.secrets() {
            self.key(path, value, &pieces, part);
        }
    }

    // One key of a connection string.
    fn key(&mut self, path: &str, value: &Value, pieces: &[Piece], part: &Part) {
        let touched: Vec<Piece> =
            part.fragments.iter().filter_map(|fragment| pieces.get(fragment.piece)).cloned().collect();
        let place = match (&*part.fragments, &*touched) {
            ([fragment], [piece]) => {
                let text = piece.text.known().map_or("", SmolStr::as_str);
                self.graph.part(piece.origin.deciding(), text, fragment.start, fragment.end)
            }
            _ => value.origin.span,
        };
        let content = connection_string::content(&part.value, is_runtime);
        self.add(&format_smolstr!("{path};{}", part.key), value, &touched, content, place);
    }

    fn settings(&mut self, path: &str, value: &Value, depth: usize, walk: &mut Walk) {
        if depth > MAX_DEPTH || !walk.enters(value) {
            return;
        }
        for entry in value.object().map(|object| object.entries()).unwrap_or_default() {
            let path = format_smolstr!("{path}.{}", entry.key);
            match entry.value.object() {
                Some(_) => self.settings(&path, &entry.value, depth + 1, walk),
                None if naming(&entry.key) == Naming::Secret => self.text(&path, &entry.value),
                None => {}
            }
        }
    }

    // What a deployment gives to the secure parameters of the template in it.
    fn arguments(&mut self, deployment: &Resource) {
        let declared = deployment.property("template.parameters");
        let given = deployment.property("parameters");
        for entry in given.object().map(|object| object.entries()).unwrap_or_default() {
            let ty = declared.get(&entry.key).get("type");
            if ty.is_text("securestring").is_true() && !names_user(&entry.key) {
                let from = self.found.len();
                self.text(&format_smolstr!("parameters.{}", entry.key), &entry.value.get("value"));
                // What comes from a parameter is one where it is used.
                let mut at = 0;
                self.found.retain(|held| {
                    at += 1;
                    at <= from || matches!(held.shown_by, ShownBy::Literal)
                });
            }
        }
    }

    fn add(&mut self, path: &str, value: &Value, pieces: &[Piece], content: Content, place: Span) {
        let Some(shown_by) = shown_by(pieces, content) else { return };
        let (path, value) = (path.into(), value.clone());
        self.found.push(Held { resource: self.resource, path, value, place, shown_by, conditional: false });
    }
}

// Parameters decide before the text does: the default of one is only one of its values.
fn shown_by(pieces: &[Piece], content: Content) -> Option<ShownBy> {
    let mut parameters: Vec<Rc<Parameter>> = Vec::new();
    for parameter in pieces.iter().flat_map(parameters_of) {
        if !parameters.iter().any(|other| other.span == parameter.span) {
            parameters.push(parameter);
        }
    }
    let is_literal = content == Content::Literal;
    if parameters.is_empty() {
        // The default of a secure object has a rule of its own.
        let defaulted = pieces.iter().any(|piece| piece.secure && piece.assumed);
        return (is_literal && !defaulted).then_some(ShownBy::Literal);
    }
    parameters.retain(|parameter| is_plain(parameter));
    let defaulted = parameters.iter().find(|parameter| parameter.default_span.is_some());
    match (defaulted, pieces) {
        _ if parameters.is_empty() || content == Content::Dynamic => None,
        (Some(parameter), [_]) if is_literal => Some(ShownBy::Default(parameter.clone())),
        // A part of a longer text need be no secret.
        (_, [_]) => Some(ShownBy::Parameters(parameters)),
        _ => None,
    }
}

/// Whether a parameter shows what it holds: its type is `string` or `object`.
pub fn is_plain(parameter: &Parameter) -> bool {
    let plain = ["string", "object"].iter().any(|ty| parameter.ty.eq_ignore_ascii_case(ty));
    plain && !parameter.shaped && !parameter.holds_secrets
}

// A literal that a nested deployment passes in is a literal, not a parameter. What is computed from a parameter is
// only one where it tells all of it.
fn parameters_of(piece: &Piece) -> Vec<Rc<Parameter>> {
    let steps = || piece.origin.steps().filter_map(|step| step.parameter.clone());
    if piece.text.known().is_some() {
        let deciding = piece.origin.steps().last();
        let defaulted = deciding.is_some_and(|step| step.kind == StepKind::ParameterDefault);
        return if defaulted { steps().collect() } else { Vec::new() };
    }
    let missing = piece.text.only_hole().and_then(|hole| hole.parameter.clone());
    let carried = piece.origin.steps().last().is_some_and(|step| step.kind == StepKind::Parameter);
    if missing.is_none() && !carried {
        return Vec::new();
    }
    steps().chain(missing).collect()
}

/// The change that gives a parameter another type; the quotes around the type stay as they are.
pub fn securing(graph: &Graph, ty: Span, secure: &str) -> Option<Edit> {
    let parsed = graph.sources.iter().find(|parsed| parsed.source.id == ty.source)?;
    let quote = parsed.source.slice(ty).chars().next().filter(|first| matches!(first, '"' | '\''));
    let quote = quote.map(String::from).unwrap_or_default();
    Some(Edit { span: ty, text: format!("{quote}{secure}{quote}") })
}
