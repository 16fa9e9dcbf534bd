//! The secrets of linked services and other artefacts, and how each is held.

mod address;
pub mod embedded;
pub mod key_vault;
mod knowledge;
mod offence;
mod place;
mod source;
mod stored;

use std::collections::HashMap;
use std::rc::Rc;

use armlint_azure::connection_string::{Content, Form};
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::value::{Parameter, Term, Text, Value};
use smol_str::{SmolStr, format_smolstr};

pub use knowledge::KNOWLEDGE;
pub use offence::{Offence, Parameters};
pub use stored::{say_stored, stored};

use crate::artefact::{self, ArtefactKind};
use crate::connection_string;
use crate::encrypted_credential::Encryption;

/// A place that holds a secret.
#[derive(Clone, Debug)]
pub struct Secret {
    /// The property, below `typeProperties` where it stands there, with the key of a connection string
    /// behind a `;`.
    pub path: SmolStr,
    /// How it is held.
    pub held: SecretSource,
    /// The secret where it is written, the reference to it, or the expression that it comes from.
    pub place: Span,
    /// Where its other parts are written, if it is a literal that is put together from several.
    pub parts: Vec<Span>,
    /// The value of the property; inside of a SecureString its `value`.
    pub value: Value,
    /// The service takes a Key Vault reference here.
    pub key_vault: bool,
    /// The property is a whole connection string of which nothing is known.
    pub opaque: bool,
    /// It may hold no secret: it is opaque, and nothing calls it one.
    pub doubtful: bool,
    /// It is one of several alternatives that a condition decides between.
    pub conditional: bool,
    /// The parameters that it comes through, the nearest first.
    pub parameters: Vec<Rc<Parameter>>,
    /// Those parameters hold the secret and nothing else, and not a connection string around it.
    pub alone: bool,
}

/// How a secret is held.
#[derive(Clone, Debug)]
pub enum SecretSource {
    /// In a Key Vault: the reference object.
    KeyVault(Value),
    /// In clear text.
    Literal,
    /// It comes from a secure parameter.
    SecureParameter(Rc<Parameter>),
    /// It comes through a parameter that is not secure.
    PlainParameter(Rc<Parameter>),
    /// It is made when the template is deployed: `listKeys()`.
    Expression,
    /// Data Factory computes it when it is used.
    Dynamic,
    /// Asterisks or a placeholder stand for it.
    Masked,
    /// Data Factory or a self-hosted runtime holds it: `encryptedCredential`.
    Encrypted(Encryption),
    /// Nothing is there.
    Empty,
    /// Not known.
    Unknown,
}

/// The secrets of all artefacts of a deployment.
pub struct Secrets {
    // Without those that have none, in the order of the text.
    artefacts: Vec<(ResourceId, Vec<Secret>)>,
    // Where they are in it.
    places: HashMap<ResourceId, usize>,
}

impl Secrets {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> Secrets {
        let graph = view.graph();
        let artefacts = graph.resources().iter().filter(|resource| !resource.existing);
        let found = artefacts.map(|resource| (resource.id, secrets_of(graph, resource)));
        let artefacts: Vec<_> = found.filter(|(_, secrets)| !secrets.is_empty()).collect();
        let places = artefacts.iter().enumerate().map(|(place, (id, _))| (*id, place)).collect();
        Secrets { artefacts, places }
    }

    /// Those of an artefact of a factory or workspace; none of anything else, nor of what exists already.
    pub fn of(&self, artefact: &Resource) -> &[Secret] {
        let found = self.places.get(&artefact.id).and_then(|place| self.artefacts.get(*place));
        found.map(|(_, secrets)| secrets.as_slice()).unwrap_or_default()
    }

    /// The artefacts that have secrets, with those, in the order of the text.
    pub fn by_artefact<'s, 'g>(
        &'s self,
        graph: &'g Graph,
    ) -> impl Iterator<Item = (&'g Resource, &'s [Secret])> + use<'s, 'g> {
        self.artefacts.iter().map(|(id, secrets)| (graph.resource(*id), secrets.as_slice()))
    }

    /// Every secret with its artefact.
    pub fn all<'s, 'g>(
        &'s self,
        graph: &'g Graph,
    ) -> impl Iterator<Item = (&'g Resource, &'s Secret)> + use<'s, 'g> {
        let artefacts = self.by_artefact(graph);
        artefacts.flat_map(|(resource, secrets)| secrets.iter().map(move |secret| (resource, secret)))
    }
}

fn secrets_of(graph: &Graph, artefact: &Resource) -> Vec<Secret> {
    let Some(kind) = kind(artefact) else { return Vec::new() };
    let mut found = match kind {
        ArtefactKind::LinkedService => place::of_linked_service(graph, artefact),
        _ => place::of_table(graph, artefact, kind),
    };
    place::declared(graph, artefact, &mut found);
    found
}

/// The kinds of artefacts that hold secrets.
const HOLDERS: [ArtefactKind; 4] = [
    ArtefactKind::LinkedService,
    ArtefactKind::IntegrationRuntime,
    ArtefactKind::Pipeline,
    ArtefactKind::Credential,
];

/// What a resource is, where it may hold secrets.
pub fn kind(resource: &Resource) -> Option<ArtefactKind> {
    artefact::kind_of(resource).filter(|kind| HOLDERS.contains(kind))
}

/// What messages call an artefact: its kind and name.
pub fn describe(artefact: &Resource) -> String {
    let noun = kind(artefact).map_or("artefact", ArtefactKind::noun);
    format!("{noun} `{}`", artefact.name.display())
}

impl Secret {
    /// What messages call the place: the property, and the key of its connection string.
    pub fn describe(&self) -> SmolStr {
        match self.path.split_once(';') {
            Some((path, key)) => format_smolstr!("`{path}` (`{key}`)"),
            None => format_smolstr!("`{}`", self.path),
        }
    }

    /// The parameters of the linked service that Data Factory computes the secret from, as written.
    pub fn linked_service_parameters(&self) -> Vec<SmolStr> {
        let computed = match self.path.split_once(';') {
            Some((_, key)) => {
                let parsed = connection_string::parse(&self.value.pieces());
                parsed.get(key).map(|part| part.value.clone())
            }
            None => self.value.text().or_else(|| self.value.get("value").text()),
        };
        computed.map(|text| linked_service_parameters(&text)).unwrap_or_default()
    }

    /// Whether Data Factory, or the runtime, certainly stores the secret itself.
    pub fn is_stored(&self) -> bool {
        !matches!(
            self.held,
            SecretSource::KeyVault(_) | SecretSource::Dynamic | SecretSource::Empty | SecretSource::Unknown
        )
    }

    /// Whether a value that is given to one of its parameters holds the secret in clear text. Where the
    /// parameter holds a whole connection string, only the keys of secrets count.
    pub fn is_given_by(&self, value: &Value) -> bool {
        let Some(text) = value.known_text() else { return false };
        let text = Text::Known(text.into());
        if self.alone {
            return connection_string::content(&text) == Content::Literal;
        }
        let parsed = connection_string::parse_text(&text);
        let literal = |value: &Text| connection_string::content(value) == Content::Literal;
        parsed.form != Form::Dynamic && parsed.secrets().any(|part| literal(&part.value))
    }
}

/// The parameters that an expression of Data Factory takes from `linkedService()`, as written.
pub fn linked_service_parameters(expression: &Text) -> Vec<SmolStr> {
    const CALL: &str = "linkedservice().";
    let mut found: Vec<SmolStr> = Vec::new();
    for text in Term::from(expression.clone()).literals() {
        let lower = text.to_ascii_lowercase();
        for (at, call) in lower.match_indices(CALL) {
            let rest = text.get(at + call.len()..).unwrap_or_default();
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let name = &rest[..end];
            if !name.is_empty() && !found.iter().any(|other| other.eq_ignore_ascii_case(name)) {
                found.push(name.into());
            }
        }
    }
    found
}
