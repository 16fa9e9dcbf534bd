//! Evaluated values, as `expand` and `eval` print them, without the secrets that they came to hold.
//!
//! The evaluator hides what is declared as a secret. What is written in clear text is known for one only to rules,
//! and by names and shapes: so the deployment is checked, and what is printed goes through the same masks.

use armlint_engine::dialect::{Belonging, Deployment, Dialect, ParameterFile, Parsed, World};
use armlint_engine::secret::SpanSet;
use armlint_engine::session::{Session, Texts};
use armlint_engine::settings::{Cloud, Settings};
use armlint_engine::span::SourceId;
use armlint_workspace::clock;
use armlint_workspace::masks::Masks;

/// What is secret in a deployment.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    masks: Masks,
    sources: Vec<SourceId>,
}

impl Secrets {
    /// Checks a deployment, whose sources have small ids, for what is secret in it.
    pub(crate) fn of(deployment: &Deployment) -> Secrets {
        let settings = Settings::new(clock::today(), Cloud::Public);
        let secrets = Session::new(armlint_rules::catalogue()).secrets(deployment, &settings);
        let sources = Texts::of(deployment, std::iter::empty()).sources;
        Secrets { masks: Masks::of_deployment(deployment, secrets), sources }
    }

    /// The places of the secrets.
    pub(crate) fn places(&self) -> &SpanSet {
        self.masks.places()
    }

    /// A message without secrets.
    pub(crate) fn scrub(&self, message: &str) -> String {
        self.masks.scrub(self.sources.iter().copied(), message)
    }

    /// A value without secrets.
    pub(crate) fn scrub_value(&self, value: &str) -> String {
        self.masks.scrub_value(self.sources.iter().copied(), value)
    }

    /// A text of JSON without the secrets: those that are known, what stands in a member that holds secrets,
    /// and what looks like one. A secret that is found in one place is hidden in all others.
    pub(crate) fn hide(&self, json: &str) -> String {
        self.masks.json(self.sources.iter().copied(), json)
    }
}

/// A template as a deployment, with the values that are given to it.
pub(crate) fn deployment(template: Parsed, parameters: Option<Parsed>, linked: Vec<Parsed>) -> Deployment {
    let given = |parsed| ParameterFile { parsed, belonging: Belonging::Given };
    Deployment {
        dialect: Dialect::Template,
        world: World::Open,
        sources: vec![template],
        linked,
        owner: None,
        reader: None,
        parameter_files: parameters.into_iter().map(given).collect(),
    }
}
