//! Evaluated values, as `expand` and `eval` print them, without the secrets that they came to hold.
//!
//! The evaluator hides what is declared as a secret. What is written in clear text is known for a secret
//! only to rules, and by the names of the members that hold it; so it is looked for in the result.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use armlint_engine::dialect::Given;
use armlint_engine::session::{Input, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use serde_json::{Map, Value as Json};

use super::mask::{self, MIN_SCRUBBED, Masks, SCRUBBED};
use super::sweep;
use crate::clock;
use crate::error::Error;
use crate::load;

/// What is secret in a template and in the values that are given to it.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    masks: Masks,
    spans: Vec<Span>,
}

impl Secrets {
    /// Checks the two texts, which are the sources 0 and 1, for what is secret in them.
    pub(crate) fn of(template: Option<&Source>, parameters: Option<&Source>) -> Result<Secrets, Error> {
        let mut inputs: Vec<Input> = template.into_iter().chain(parameters).map(input).collect();
        if inputs.is_empty() {
            return Ok(Secrets::default());
        }
        // The ids of a session are the numbers of its inputs.
        if template.is_none() {
            inputs.insert(0, input(&Source::new(SourceId(0), "", "{}".to_string())));
        }
        let paths = |source: Option<&Source>| source.map(|source| source.path.clone()).into_iter().collect();
        let given = Given { parameters: paths(parameters), templates: paths(template), ..Given::default() };
        let settings = Settings::new(clock::today(), Cloud::Public);
        // Workers of this pool have the stack that deep nesting needs.
        Ok(load::pool(None)?.install(|| {
            let mut session = Session::new(armlint_rules::catalogue());
            session.give(given);
            session.set_all(inputs);
            let report = session.check(&settings);
            Secrets { masks: Masks::whole(&report), spans: mask::secret_spans(&report).collect() }
        }))
    }

    /// The places of the secrets that rules know.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// A message without secrets.
    pub(crate) fn scrub(&self, message: &str) -> String {
        self.masks.scrub(message)
    }

    /// A value without secrets.
    pub(crate) fn scrub_value(&self, value: &str) -> String {
        self.masks.scrub_value(value)
    }

    /// Takes the secrets out of a value: those that are known, what stands in a member that holds secrets,
    /// and what looks like one. A secret that is found in one place is hidden in all others.
    pub(crate) fn hide(&self, json: &mut Json) {
        let mut found = BTreeSet::new();
        self.hide_in(json, false, &mut found);
        found.retain(|text| text.chars().count() >= MIN_SCRUBBED && !sweep::names_secret(text));
        let again = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&found);
        if let Some(again) = again.ok().filter(|_| !found.is_empty()) {
            replace(json, &again);
        }
    }

    // `secret` says that the value stands in a member that holds secrets.
    fn hide_in(&self, json: &mut Json, secret: bool, found: &mut BTreeSet<String>) {
        match json {
            Json::String(text) if secret && !text.is_empty() && !sweep::is_dynamic(text) => {
                found.insert(std::mem::replace(text, SCRUBBED.to_string()));
            }
            Json::String(text) => {
                for range in sweep::secrets(text, 0..text.len(), false) {
                    found.extend(text.get(range).map(ToString::to_string));
                }
                *text = self.scrub_value(text);
            }
            Json::Number(_) if secret => *json = Json::from(SCRUBBED),
            Json::Array(elements) => {
                for element in elements {
                    self.hide_in(element, secret, found);
                }
            }
            Json::Object(members) => {
                let carries = secret || is_declared_secret(members);
                for (key, value) in members {
                    let secret = (carries && sweep::carries_value(key)) || sweep::names_secret(key);
                    self.hide_in(value, secret, found);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
}

fn input(source: &Source) -> Input {
    Input {
        path: source.path.clone(),
        content: Ok(source.text.clone().into_bytes()),
        context: false,
        named: true,
    }
}

// `{"type": "SecureString", "value": ..}`, or a parameter whose name says that it is a secret.
fn is_declared_secret(members: &Map<String, Json>) -> bool {
    let text = |key: &str| members.get(key).and_then(Json::as_str).unwrap_or_default();
    let ty = text("type").to_ascii_lowercase();
    matches!(ty.as_str(), "securestring" | "secureobject") || sweep::names_secret(text("name"))
}

fn replace(json: &mut Json, secrets: &AhoCorasick) {
    match json {
        Json::String(text) => *text = secrets.replace_all(text, &vec![SCRUBBED; secrets.patterns_len()]),
        Json::Array(elements) => elements.iter_mut().for_each(|element| replace(element, secrets)),
        Json::Object(members) => members.values_mut().for_each(|value| replace(value, secrets)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}
