//! Runs the rules over a deployment, and turns the engine's own problems into findings.

mod environments;
pub(crate) mod stopwatch;
mod yielding;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use stopwatch::Stopwatch;

use crate::dialect::{Deployment, Parsed, TemplateNames, World, written_names};
use crate::expression::EvaluationProblemKind;
use crate::expression::shared::ExpressionTexts;
use crate::finding::{Category, Confidence, Finding, Label, ResourceLabel, Severity, sensitive_places};
use crate::graph::{self, Given, Graph};
use crate::rule::context::{Models, Reported};
use crate::rule::{Catalogue, Check, Context, Level, RuleSpec, View, declarative};
use crate::secret::places::Link;
use crate::secret::{Knowledge, places};
use crate::settings::Settings;
use crate::span::{SourceId, Span};
use crate::syntax::{Problem, ProblemKind};

/// The rule of text that cannot be read.
pub const SYNTAX_ERROR: &str = "template/syntax-error";
/// The rule of text that only Resource Manager reads.
pub const NONSTANDARD_JSON: &str = "template/nonstandard-json";
/// The rule of keys that stand twice in an object.
pub const DUPLICATE_KEY: &str = "template/duplicate-key";
/// The rule of expressions that do not parse.
pub const EXPRESSION_SYNTAX: &str = "template/expression-syntax";
/// The rule of errors of the linter.
pub const INTERNAL_ERROR: &str = "template/internal-error";

/// Why what reached a limit is checked in part.
pub(crate) const LIMITED: &str = "evaluation stopped at a limit";

/// What the check of one deployment found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checked {
    pub(crate) findings: Vec<Finding>,
    /// Places that hold secrets, found while reading.
    pub(crate) secrets: Vec<Span>,
    /// Evaluation stopped at a limit.
    pub(crate) limited: bool,
    /// Parameter files that were not evaluated to the end, and why.
    pub(crate) partial: Vec<(SourceId, String)>,
}

/// Checks one deployment with all rules, without values of its parameters and with each parameter file.
pub(crate) fn deployment(
    deployment: &Deployment,
    catalogue: &Catalogue,
    settings: &Settings,
    expressions: &Arc<ExpressionTexts>,
    stopwatch: &Stopwatch,
) -> Checked {
    let given = Given { expressions: expressions.clone(), ..Given::default() };
    let mut checked = once(deployment, &given, catalogue, settings, stopwatch);
    if !deployment.parameter_files.is_empty() {
        environments::add(deployment, &given, catalogue, settings, stopwatch, &mut checked);
    }
    checked
}

/// What the texts of a deployment themselves say to be secret, by names and types.
pub(crate) fn written_secrets(deployment: &Deployment, knowledge: &Knowledge) -> Vec<Span> {
    let (mut spans, mut parameters, mut links) = (Vec::new(), BTreeSet::new(), Vec::new());
    for parsed in &deployment.sources {
        let found = places(&parsed.document.root, deployment.dialect.is_folder(), knowledge);
        spans.extend(found.spans);
        parameters.extend(found.parameters);
        links.extend(found.links);
    }
    spans.extend(given_to_linked(&links, &deployment.linked));
    for file in &deployment.parameter_files {
        spans.extend(places(&file.parsed.document.root, false, knowledge).spans);
        let entries = parameters.iter().filter_map(|name| file.entry(name));
        spans.extend(entries.filter_map(|entry| Some(entry.value.value("value")?.span)));
    }
    spans
}

// What secure parameters of the templates that links may lead to are given.
fn given_to_linked(links: &[Link], linked: &[Parsed]) -> Vec<Span> {
    let mut names = TemplateNames::default();
    if !links.is_empty() {
        linked.iter().enumerate().for_each(|(index, parsed)| names.add(&parsed.source.path, index));
    }
    let secure = |link: &Link| -> Vec<Span> {
        let written = written_names(&link.to);
        let templates = names.ending(&written).filter_map(|index| linked.get(index));
        templates.flat_map(|parsed| link.secrets(&parsed.document.root)).collect()
    };
    links.iter().flat_map(secure).collect()
}

/// The places that hold secrets in a deployment and in the templates that it may link to.
pub(crate) fn secrets(deployment: &Deployment, catalogue: &Catalogue, settings: &Settings) -> Vec<Span> {
    let stopwatch = Stopwatch::start(false);
    let checked = self::deployment(deployment, catalogue, settings, &Arc::default(), &stopwatch);
    let written = written_secrets(deployment, catalogue.secrets());
    let linked = deployment.linked.iter();
    let linked = linked.flat_map(|parsed| places(&parsed.document.root, false, catalogue.secrets()).spans);
    let found = sensitive_places(&checked.findings).chain(checked.secrets.iter().copied());
    found.chain(written).chain(linked).collect()
}

/// What `look` makes of a deployment's graph, with its first parameter file where it has one; none where
/// the linter fails.
pub(crate) fn look<T>(
    deployment: &Deployment,
    settings: &Settings,
    look: impl Fn(View<'_>) -> T,
) -> Option<T> {
    let seen = catch_unwind(AssertUnwindSafe(|| {
        let file = deployment.parameter_files.first();
        let given = file.map(|file| Given::by(file, Given::default().expressions)).unwrap_or_default();
        let mut graph = graph::lower_given(deployment, &given);
        if settings.adf.closed_world {
            graph.world = World::Closed;
        }
        look(View::new(&graph, settings, &Models::default()))
    }));
    seen.ok()
}

fn once(
    deployment: &Deployment,
    given: &Given,
    catalogue: &Catalogue,
    settings: &Settings,
    stopwatch: &Stopwatch,
) -> Checked {
    let mut checked = Checked::default();
    let root = deployment.sources.first().map(|parsed| parsed.document.root.span);
    let made = catch_unwind(AssertUnwindSafe(|| graph::lower_given(deployment, given)));
    let mut graph = match made {
        Ok(graph) => graph,
        Err(panic) => {
            if let Some(span) = root {
                checked.findings.push(internal(catalogue, "reading the deployment", &panic, span));
            }
            return checked;
        }
    };
    if settings.adf.closed_world {
        graph.world = World::Closed;
    }
    run(&graph, catalogue, settings, stopwatch, &mut checked);
    let syntax = graph.semantics().syntax.iter().cloned();
    for problem in graph.problems().into_iter().chain(syntax) {
        match problem.kind {
            EvaluationProblemKind::Syntax => {
                let mut finding =
                    finding(catalogue, EXPRESSION_SYNTAX, problem.span, "Expression does not parse");
                finding.message = format!("Expression does not parse: {}", problem.message);
                checked.findings.push(finding);
            }
            EvaluationProblemKind::Limit => checked.limited = true,
            _ => {}
        }
    }
    checked.secrets.extend(graph.secret_defaults());
    checked
}

fn run(
    graph: &Graph,
    catalogue: &Catalogue,
    settings: &Settings,
    stopwatch: &Stopwatch,
    checked: &mut Checked,
) {
    let models = Models::default();
    let view = View::new(graph, settings, &models);
    let mut reported = Vec::new();
    let asked = |rule: &&RuleSpec| rule.level == Level::Default || settings.is_strict();
    for rule in catalogue.for_deployments().filter(asked) {
        let mut context = Context::new(view, rule);
        let place = graph.sources.first().map(|parsed| parsed.document.root.span);
        let outcome = stopwatch.measure(rule.id, || {
            catch_unwind(AssertUnwindSafe(|| {
                if let Check::Deployment(check) = &rule.check {
                    check(&mut context);
                }
            }))
        });
        reported.extend(settle(catalogue, rule, place, outcome, context, checked));
    }
    for resource in graph.resources() {
        let reader = OnceCell::new();
        for rule in catalogue.for_type(&resource.ty).filter(asked) {
            let mut context = Context::new(view, rule);
            let outcome = stopwatch.measure(rule.id, || {
                catch_unwind(AssertUnwindSafe(|| match &rule.check {
                    Check::Resource(_, check) => check(resource, &mut context),
                    Check::Setting(_, setting) => {
                        let reader =
                            reader.get_or_init(|| declarative::PropertyReader::new(resource, graph.walk()));
                        declarative::check(setting, reader, &mut context);
                    }
                    Check::Deployment(_) | Check::Engine => {}
                }))
            });
            reported.extend(settle(catalogue, rule, Some(resource.place), outcome, context, checked));
        }
    }
    checked.findings.extend(yielding::settle(graph, catalogue, reported));
}

// A rule that panics costs its own findings and nothing else.
fn settle(
    catalogue: &Catalogue,
    rule: &RuleSpec,
    place: Option<Span>,
    outcome: std::thread::Result<()>,
    context: Context<'_>,
    checked: &mut Checked,
) -> Vec<Reported> {
    match (outcome, place) {
        (Ok(()), _) => return context.into_findings(),
        (Err(panic), Some(place)) => {
            checked.findings.push(internal(catalogue, &format!("the rule {}", rule.id), &panic, place));
        }
        (Err(_), None) => {}
    }
    Vec::new()
}

fn internal(catalogue: &Catalogue, what: &str, panic: &(dyn std::any::Any + Send), span: Span) -> Finding {
    let said = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_string())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    finding(catalogue, INTERNAL_ERROR, span, &format!("The linter failed in {what}: {said}"))
}

/// A finding of one of the engine's own rules.
pub(crate) fn finding(catalogue: &Catalogue, rule: &'static str, span: Span, message: &str) -> Finding {
    let spec = catalogue.rule(rule);
    Finding {
        rule,
        category: spec.map_or(Category::Correctness, |spec| spec.category),
        severity: spec.map_or(Severity::High, |spec| spec.severity),
        confidence: Confidence::High,
        message: message.to_string(),
        primary: Label::at(span),
        related: Vec::new(),
        help: None,
        resource: None::<ResourceLabel>,
        fix: None,
        environments: Vec::new(),
        decided_by: Vec::new(),
        fingerprint: String::new(),
        suppressed: None,
    }
}

/// The findings of a file's syntax.
pub(crate) fn syntax(problems: &[Problem], catalogue: &Catalogue) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut unusual: BTreeSet<&'static str> = BTreeSet::new();
    for problem in problems {
        let made = match &problem.kind {
            kind if kind.is_error() => finding(catalogue, SYNTAX_ERROR, problem.span, &sentence(kind)),
            ProblemKind::DuplicateKey(first) | ProblemKind::DuplicateKeyCase(first) => {
                let mut made = finding(catalogue, DUPLICATE_KEY, problem.span, &sentence(&problem.kind));
                made.related(*first, "the first one");
                if matches!(problem.kind, ProblemKind::DuplicateKeyCase(_)) {
                    // Objects keep both: whether anything is lost depends on who reads them.
                    made.confidence(Confidence::Low);
                }
                made
            }
            kind => match nonstandard(kind) {
                // Once a kind and file: who writes one trailing comma writes many.
                Some(name) if unusual.insert(name) => {
                    finding(catalogue, NONSTANDARD_JSON, problem.span, &sentence(kind))
                }
                _ => continue,
            },
        };
        findings.push(made);
    }
    findings
}

// Line breaks inside strings are documented and are no finding.
fn nonstandard(kind: &ProblemKind) -> Option<&'static str> {
    match kind {
        ProblemKind::TrailingComma => Some("trailing-comma"),
        ProblemKind::SingleQuotes => Some("single-quotes"),
        ProblemKind::UnquotedKey => Some("unquoted-key"),
        ProblemKind::UnusualNumber => Some("unusual-number"),
        ProblemKind::ControlCharacter => Some("control-character"),
        _ => None,
    }
}

/// A problem as a sentence without a full stop.
pub(crate) fn sentence(kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::Unexpected(expected) => format!("{} is expected here", capitalised(expected)),
        ProblemKind::UnterminatedString => "String has no closing quote".into(),
        ProblemKind::UnterminatedComment => "Comment has no end".into(),
        ProblemKind::Unclosed => "Bracket is never closed".into(),
        ProblemKind::InvalidEscape => "Escape sequence is not one of JSON".into(),
        ProblemKind::MissingComma => "A comma is missing before this".into(),
        ProblemKind::TrailingText => "Text stands behind the end of the document".into(),
        ProblemKind::TooDeep => "Nested too deep: what is inside is not checked".into(),
        ProblemKind::TooManyNodes => "Aliases expand to too many values: the rest is not checked".into(),
        ProblemKind::Yaml(said) => capitalised(said),
        ProblemKind::TrailingComma => "Trailing comma: Resource Manager takes it, JSON does not".into(),
        ProblemKind::SingleQuotes => "Single quotes: Resource Manager takes them, JSON does not".into(),
        ProblemKind::UnquotedKey => "Key without quotes: Resource Manager takes it, JSON does not".into(),
        ProblemKind::UnusualNumber => "Number in a form that Resource Manager takes and JSON does not".into(),
        ProblemKind::MultilineString => "Line break inside a string".into(),
        ProblemKind::ControlCharacter => "Control character inside a string".into(),
        ProblemKind::DuplicateKey(_) => {
            "Key stands twice in this object: the service keeps the last one".into()
        }
        ProblemKind::DuplicateKeyCase(_) => {
            "Key stands in this object in another spelling: a look-up by name finds only one of them".into()
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}
