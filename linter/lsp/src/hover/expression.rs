//! What an expression of a template, or a part of one, comes to.

use armlint_engine::dialect::{Deployment, ParameterFile};
use armlint_engine::expression::locate::{Located, Within, around};
use armlint_engine::expression::parser::{Expression, ExpressionKind, is_expression};
use armlint_engine::expression::scope::{Frame, TemplateScope};
use armlint_engine::graph::{Given, Graph, lower_given};
use armlint_engine::span::Span;
use armlint_engine::syntax::path::Path;
use armlint_engine::value::{Origin, Reason, Step, StepKind, Value, ValueKind};

use super::Subject;
use super::cause::causes;
use super::markdown::{block, code, prose};
use super::shown::Shown;

/// How many parameter files are evaluated for one hover, and how many steps of origins are told.
const MAX_ENVIRONMENTS: usize = 8;
const MAX_STEPS: usize = 8;

/// The value of the smallest expression around the place.
pub(super) fn say(subject: &Subject<'_>, shown: &Shown<'_>) -> Option<(Span, String)> {
    let graph = subject.view.graph();
    let (located, span) = (graph.locate(subject.pointer.span())?, subject.pointer.token());
    let scalar = subject.pointer.scalar().filter(|scalar| is_expression(&scalar.text))?;
    let parsed = graph.expression(scalar, span);
    let whole = parsed.within(scalar, span).ok()?;
    if shown.is_nothing() {
        return Some((span, String::new()));
    }
    let (scope, expression) = meant(subject, &located, whole);
    // The brackets and quotes around an expression stand for all of it.
    let about = if subject.pointer.is_in(expression.span()) { expression.span() } else { span };
    let value = scope.evaluate(expression);
    let title = title(&scope, expression);
    let evaluate = |graph: &Graph| {
        let located = graph.locate(subject.pointer.span())?;
        let parsed = graph.expression(scalar, span);
        let (scope, expression) = meant(subject, &located, parsed.within(scalar, span).ok()?);
        Some(scope.evaluate(expression))
    };
    let mut text = title.0;
    text.push_str(&of_value(subject, shown, &value, title.1, &evaluate));
    let instance = located.declaration.as_ref().and_then(|declaration| declaration.instance.clone());
    if let Some((name, Some(_))) = instance {
        text.push_str(&format!("\n\nThis is the first instance of the loop {}.", code(&name)));
    }
    Some((about, text))
}

// The smallest expression that has something to tell: a literal and a lambda are parts of a call.
fn meant<'e>(subject: &Subject<'_>, located: &Located, whole: Expression<'e>) -> Within<'e> {
    let mut chain = around(&located.scope, whole, subject.pointer.offset);
    let is_part = |expression: &Expression<'_>| match expression.kind() {
        ExpressionKind::String(_) | ExpressionKind::Number(_) => true,
        ExpressionKind::Call(call) => call.name().eq_ignore_ascii_case("lambda"),
        _ => false,
    };
    while chain.len() > 1 && chain.last().is_some_and(|(_, expression)| is_part(expression)) {
        chain.pop();
    }
    chain.pop().unwrap_or_else(|| (located.scope.clone(), whole))
}

// What an expression is, and what it is the value of.
fn title<'e>(scope: &TemplateScope, expression: Expression<'e>) -> (String, Option<&'e str>) {
    let ExpressionKind::Call(call) = expression.kind() else {
        let last = match expression.kind() {
            ExpressionKind::Property(_, name, _) => Some(name),
            _ => None,
        };
        return ("**Value**".to_string(), last);
    };
    let literal = call.argument(0).and_then(Expression::literal).map(|text| text.as_str());
    let noun = ["parameters", "variables"].iter().position(|name| call.name().eq_ignore_ascii_case(name));
    match (noun, literal, call.namespace()) {
        (Some(0), Some(name), None) => {
            (format!("**Parameter** {}{}", code(name), declared_type(scope, name)), Some(name))
        }
        (Some(_), Some(name), None) => (format!("**Variable** {}", code(name)), Some(name)),
        (_, _, Some(namespace)) => {
            (format!("**Call** {}", code(&format!("{namespace}.{}", call.name()))), None)
        }
        _ => (format!("**Call** {}", code(call.name())), None),
    }
}

// The type of a parameter of the template. A function of the user has parameters of its own.
fn declared_type(scope: &TemplateScope, name: &str) -> String {
    if scope.frames().any(|frame| matches!(frame, Frame::Function { .. })) {
        return String::new();
    }
    let mut all = scope.template.parameters().iter().rev().map(|declared| &declared.parameter);
    let own = all.find(|own| own.name.eq_ignore_ascii_case(name)).filter(|own| !own.ty.is_empty());
    own.map_or(String::new(), |own| format!(": {}", code(&own.ty)))
}

/// A value, why it is not known, what it is with each parameter file, and where it comes from. `name` is what
/// it is the value of; `evaluate` gives the same value in the graph of an environment.
pub(super) fn of_value(
    subject: &Subject<'_>,
    shown: &Shown<'_>,
    value: &Value,
    name: Option<&str>,
    evaluate: &dyn Fn(&Graph) -> Option<Value>,
) -> String {
    let graph = subject.view.graph();
    let mut text = state(subject, shown, value, name);
    let causes = if value.is_known() { Vec::new() } else { causes(value, graph) };
    text.extend(causes.iter().map(|cause| format!("\n- {cause}")));
    if value.assumed || !value.term().parameters().is_empty() {
        let files = &subject.deployment.parameter_files;
        for file in files.iter().take(MAX_ENVIRONMENTS) {
            let environment = environment(subject.deployment, file);
            if let Some(value) = evaluate(&environment) {
                text.push_str(&format!("\n- with {}: {}", code(file.path()), shown.inline(&value, name)));
            }
        }
        if files.len() > MAX_ENVIRONMENTS {
            text.push_str(&format!("\n- and {} more parameter files", files.len() - MAX_ENVIRONMENTS));
        }
    }
    text.push_str(&origins(subject, shown, value));
    text
}

/// The graph of a deployment with one of its parameter files.
pub(super) fn environment(deployment: &Deployment, file: &ParameterFile) -> Graph {
    let one = Deployment { parameter_files: vec![file.clone()], ..deployment.clone() };
    lower_given(&one, &Given::by(file, Given::default().expressions))
}

fn state(subject: &Subject<'_>, shown: &Shown<'_>, value: &Value, name: Option<&str>) -> String {
    if shown.is_hidden(value, name) {
        return "\n\nThe value is a secret and is not shown.".to_string();
    }
    let by_default = if value.assumed { ", by default" } else { "" };
    match &value.kind {
        ValueKind::Unknown(unknown) if unknown.reason == Reason::Error => {
            let problems = subject.view.graph().problems();
            let own = |span: Span| value.origin.span.contains(span) || span.contains(value.origin.span);
            match problems.iter().find(|problem| own(problem.span)) {
                Some(problem) => format!("\n\nIt cannot be evaluated: {}", prose(&problem.message)),
                None => "\n\nIt cannot be evaluated".to_string(),
            }
        }
        ValueKind::Unknown(_) => {
            let expression = shown.unknown(value);
            let expression = match expression.len() {
                0..=160 => code(&expression),
                _ => format!("\n\n{}\n", block(&expression)),
            };
            format!("\n\nNot known{by_default}: {expression}\n")
        }
        ValueKind::Absent => "\n\nNothing is there".to_string(),
        ValueKind::OneOf(_) => format!("\n\nOne of{by_default}: {}\n", shown.value(value, name)),
        _ if !value.is_known() => format!("\n\nKnown in part{by_default}: {}\n", shown.value(value, name)),
        _ => format!("\n\nValue{by_default}: {}\n", shown.value(value, name)),
    }
}

fn origins(subject: &Subject<'_>, shown: &Shown<'_>, value: &Value) -> String {
    let mut lines: Vec<String> = Vec::new();
    let pieces = value.pieces();
    let all = std::iter::once(&value.origin).chain(pieces.iter().map(|piece| &piece.origin));
    for step in all.flat_map(Origin::steps) {
        let line = format!("\n- {}: {}", described(subject, step), shown.place(step.span));
        if lines.len() < MAX_STEPS && !lines.contains(&line) {
            lines.push(line);
        }
    }
    match lines.is_empty() {
        true => String::new(),
        false => format!("\n\nFrom{}", lines.concat()).replacen("From\n", "From\n\n", 1),
    }
}

fn described(subject: &Subject<'_>, step: &Step) -> String {
    let parameter = step.parameter.as_ref().map(|parameter| code(&parameter.name)).unwrap_or_default();
    match step.kind {
        StepKind::Parameter => format!("parameter {parameter}, without value"),
        StepKind::ParameterDefault => format!("default of parameter {parameter}"),
        StepKind::ParameterValue => format!("value of parameter {parameter}"),
        StepKind::Variable => match variable(subject, step.span) {
            Some(name) => format!("variable {}", code(&name)),
            None => "variable".to_string(),
        },
        StepKind::Output => "output".to_string(),
        StepKind::Reference => "property".to_string(),
    }
}

// The variable that a token is in.
fn variable(subject: &Subject<'_>, span: Span) -> Option<String> {
    let graph = subject.view.graph();
    let texts = graph.sources.iter().chain(&graph.linked).filter(|parsed| parsed.source.id == span.source);
    texts.into_iter().find_map(|parsed| {
        let path = Path::at(&parsed.document.root, span.start)?;
        let section = (0..path.steps.len()).rev().find(|at| path.leads(*at, "variables"))?;
        let member = path.steps.get(section + 1)?.member?;
        Some(member.key.text.to_string())
    })
}
