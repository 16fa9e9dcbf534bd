//! Runs the rules over a deployment, and turns the engine's own problems into findings.

mod environments;
mod links;
pub(crate) mod stopwatch;
mod syntax;
mod yielding;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use stopwatch::Stopwatch;
pub(crate) use syntax::{sentence, syntax};

use crate::dialect::{Deployment, Parsed, TemplateNames, World, written_names};
use crate::expression::EvaluationProblemKind;
use crate::expression::shared::ExpressionTexts;
use crate::finding::{Category, Confidence, Finding, Fix, Label, ResourceLabel, Severity, sensitive_places};
use crate::graph::{self, Given, Graph};
use crate::rule::context::{Models, Reported};
use crate::rule::{Catalogue, Check, Context, Level, RuleSpec, View, declarative};
use crate::secret::places::Link;
use crate::secret::{Knowledge, places};
use crate::settings::Settings;
use crate::span::{SourceId, Span};

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
    /// Templates that link to what is not here, and to what.
    pub(crate) unresolved: Vec<(SourceId, String)>,
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
    without_foreign_fixes(deployment, &mut checked.findings);
    checked
}

// Rules write edits in the words of templates, which are none of a text that was lowered.
fn without_foreign_fixes(deployment: &Deployment, findings: &mut [Finding]) {
    let texts = deployment.sources.iter().chain(&deployment.linked);
    let lowered = texts.filter(|parsed| parsed.document.is_lowered).map(|parsed| parsed.source.id);
    let lowered: BTreeSet<SourceId> = lowered.collect();
    let is_foreign = |fix: &Fix| fix.edits.iter().any(|edit| lowered.contains(&edit.span.source));
    for finding in findings.iter_mut().filter(|finding| finding.fix.as_ref().is_some_and(is_foreign)) {
        finding.fix = None;
    }
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
    checked.unresolved.extend(links::unresolved(&graph));
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
