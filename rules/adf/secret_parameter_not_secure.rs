use std::collections::BTreeMap;
use std::rc::Rc;

use armlint_engine::finding::{Applicability, Confidence, Edit, Finding, Label};
use armlint_engine::graph::{Graph, ParameterUse, Resource};
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::{Parameter, Value};
use armlint_factory::secret::{self, Offence, Parameters, Secret, Secrets};

use crate::language::secret_argument::SecretCarriers;

// A parameter and why it should be secure.
struct Leak<'a> {
    parameter: Rc<Parameter>,
    feeds: Vec<(&'a Resource, &'a Secret)>,
    given: Vec<Value>,
}

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let secrets = Secrets::in_view(cx.view());
    let parameters = Parameters::in_view(cx.view());
    let mut leaks: BTreeMap<Span, Leak<'_>> = BTreeMap::new();
    for (artefact, secret) in secrets.all(graph) {
        let Some(Offence::PlainParameters(plain)) = parameters.offence(artefact, secret) else { continue };
        for parameter in plain {
            leak(&mut leaks, &parameter).feeds.push((artefact, secret));
        }
    }
    let mut carriers = SecretCarriers::of(graph);
    for declared in graph.parameters.iter().filter(|declared| is_given_secret(&mut carriers, declared)) {
        leak(&mut leaks, &declared.parameter).given.push(declared.given.clone());
    }
    for leak in leaks.into_values() {
        report(cx, parameters, &leak);
    }
}

fn leak<'l, 'a>(leaks: &'l mut BTreeMap<Span, Leak<'a>>, parameter: &Rc<Parameter>) -> &'l mut Leak<'a> {
    leaks.entry(parameter.span).or_insert_with(|| Leak {
        parameter: parameter.clone(),
        feeds: Vec::new(),
        given: Vec::new(),
    })
}

fn report(cx: &mut Context<'_>, parameters: &Parameters, leak: &Leak<'_>) {
    let graph = cx.graph();
    let Parameter { name, ty, type_span, .. } = &*leak.parameter;
    let verb = if leak.feeds.is_empty() { "is given" } else { "feeds" };
    let message = format!("The parameter `{name}` {verb} a secret, but its type is `{ty}`");
    let secure = if ty.eq_ignore_ascii_case("object") { "secureObject" } else { "securestring" };
    let default = parameters.default_of(&leak.parameter).filter(|value| leak.is_literal(value));
    let also = if default.is_some() { ", and take its default away" } else { "" };
    let finding = match leak.feeds.first() {
        Some((artefact, _)) => cx.report_on(artefact, type_span, message),
        None => cx.report(type_span, message),
    };
    finding.help(match graph.is_lowered(*type_span) {
        true => format!("Write `@secure()` before it{also}"),
        false => format!("Make its type `{secure}`{also}"),
    });
    leak.relate(finding);
    let in_files = parameters.in_files(graph, &leak.parameter);
    for value in default.into_iter().chain(in_files.iter().filter(|value| leak.is_literal(value))) {
        let text = "this is the secret in clear text".to_string();
        finding.related.push(Label { span: value.origin.span, text, sensitive: true });
    }
    if leak.given.is_empty() && leak.feeds.iter().all(|(_, secret)| secret.doubtful) {
        finding.confidence(Confidence::Low);
    }
    let edit = edit(graph, *type_span, secure);
    finding.fix(&format!("Make the type `{secure}`"), Applicability::Safe, edit);
}

impl Leak<'_> {
    fn is_literal(&self, value: &Value) -> bool {
        self.feeds.iter().any(|(_, secret)| secret.is_given_by(value))
    }

    fn relate(&self, finding: &mut Finding) {
        for (artefact, secret) in &self.feeds {
            let text = format!("it feeds {} of the {}", secret.describe(), secret::describe(artefact));
            finding.related(secret.place, text);
        }
        for given in &self.given {
            finding.related(given.origin.span, "the secret is given here");
        }
    }
}

// The quotes stay as they are.
fn edit(graph: &Graph, token: Span, secure: &str) -> Option<Edit> {
    let parsed = graph.sources.iter().find(|parsed| parsed.source.id == token.source)?;
    let written = parsed.source.slice(token);
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''));
    let quote = quote.map(String::from).unwrap_or_default();
    Some(Edit { span: token, text: format!("{quote}{secure}{quote}") })
}

// A parameter of a nested template that shows a secret.
fn is_given_secret(carriers: &mut SecretCarriers<'_>, declared: &ParameterUse) -> bool {
    let Parameter { name, shaped, .. } = &*declared.parameter;
    !shaped && !declared.given.is_absent() && carriers.hold(name, &declared.given)
}
