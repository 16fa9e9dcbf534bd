//! What is wrong with the way a secret is held: at most one thing, the gravest.

use std::collections::HashMap;
use std::rc::Rc;

use armlint_engine::expression::scope::literal;
use armlint_engine::graph::{Graph, ParameterUse, Resource};
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::value::{Parameter, Value};
use smol_str::SmolStr;

use crate::secret::source::is_plain;
use crate::secret::{Secret, SecretSource};

/// What is wrong with a secret. Each has a rule of its own, so that a cause is reported once.
#[derive(Clone, Debug)]
pub enum Offence {
    /// It stands in clear text.
    Literal,
    /// It comes through parameters that are not secure.
    PlainParameters(Vec<Rc<Parameter>>),
    /// It comes through secure parameters that have it as their default.
    Defaults(Vec<Rc<Parameter>>),
    /// It is kept outside of Key Vault.
    Stored,
}

/// The parameters of a deployment's templates with what they are given.
pub struct Parameters {
    uses: HashMap<Span, ParameterUse>,
}

impl Parameters {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> Parameters {
        let graph = view.graph();
        let uses = graph.parameters.iter().map(|declared| (declared.parameter.span, declared.clone()));
        Parameters { uses: uses.collect() }
    }

    /// The default of a parameter, where it has one.
    pub fn default_of(&self, parameter: &Parameter) -> Option<&Value> {
        self.uses.get(&parameter.span).map(|declared| &declared.default).filter(|value| !value.is_absent())
    }

    /// What the parameter files of the deployment give to a parameter of its root template.
    pub fn in_files(&self, graph: &Graph, parameter: &Parameter) -> Vec<Value> {
        if !self.uses.get(&parameter.span).is_some_and(|declared| declared.root) {
            return Vec::new();
        }
        let given = graph.parameter_files.iter().filter_map(|file| {
            let member = file.entry(&parameter.name)?.value.get("value")?;
            Some(literal(&member.value, member.key_span))
        });
        given.collect()
    }

    /// What is wrong with a secret of an artefact; `None` where nothing is, or where that is not known.
    pub fn offence(&self, artefact: &Resource, secret: &Secret) -> Option<Offence> {
        match &secret.held {
            SecretSource::Literal => Some(Offence::Literal),
            SecretSource::PlainParameter(_) => {
                let plain = secret.parameters.iter().filter(|parameter| is_plain(parameter));
                Some(Offence::PlainParameters(plain.cloned().collect()))
            }
            SecretSource::SecureParameter(_) => {
                let holds = |parameter: &&Rc<Parameter>| {
                    let default = self.default_of(parameter);
                    parameter.secure && default.is_some_and(|default| secret.is_given_by(default))
                };
                let holding: Vec<_> = secret.parameters.iter().filter(holds).cloned().collect();
                Some(if holding.is_empty() { Offence::Stored } else { Offence::Defaults(holding) })
            }
            SecretSource::Expression | SecretSource::Masked | SecretSource::Encrypted(_) => {
                Some(Offence::Stored)
            }
            SecretSource::Dynamic => is_secure_parameter(artefact, secret).then_some(Offence::Stored),
            SecretSource::KeyVault(_) | SecretSource::Empty | SecretSource::Unknown => None,
        }
    }
}

// `@{linkedService().x}` of a parameter of type SecureString.
fn is_secure_parameter(artefact: &Resource, secret: &Secret) -> bool {
    let parameters = artefact.property("parameters");
    let secure = |name: &SmolStr| parameters.get(name).get("type").is_text("SecureString").is_true();
    secret.linked_service_parameters().iter().any(secure)
}
