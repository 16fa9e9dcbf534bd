//! Declarations of parameters, variables and outputs of templates.

use std::rc::Rc;

use armlint_engine::dialect::ParameterFile;
use armlint_engine::expression::scope::literal;
use armlint_engine::expression::template::{ParameterDeclaration, Template};
use armlint_engine::graph::Graph;
use armlint_engine::span::Span;
use armlint_engine::syntax::{Member, Node};
use armlint_engine::value::Value;

use super::Subject;
use super::expression::of_value;
use super::markdown::{code, prose};
use super::shown::Shown;

/// How many allowed values, and how many parameter files, are named.
const MAX_LISTED: usize = 16;

/// What limits the values of a parameter.
const LIMITS: [&str; 4] = ["minLength", "maxLength", "minValue", "maxValue"];

/// What the key at the place declares.
pub(super) fn say(subject: &Subject<'_>, shown: &Shown<'_>) -> Option<(Span, String)> {
    let pointer = subject.pointer;
    if !pointer.path.on_key {
        return None;
    }
    let located = subject.view.graph().locate(pointer.span())?;
    let member = pointer.path.steps.last()?.member?;
    let token = member.key_span;
    if pointer.under(1, "parameters") && pointer.under(2, "properties") {
        let nested = located.declaration.as_ref()?.nested().filter(|nested| !nested.outer)?;
        let template = nested.scope.template.clone();
        return Some((token, parameter(subject, shown, &template, &member.key.text)?));
    }
    let template = &located.scope.template;
    if pointer.path.above(2)?.span != template.node.span {
        return None;
    }
    if pointer.under(1, "parameters") {
        return Some((token, parameter(subject, shown, template, &member.key.text)?));
    }
    if pointer.under(1, "variables") && !member.key.text.eq_ignore_ascii_case("copy") {
        return Some((token, value(subject, shown, "Variable", member, &member.value)?));
    }
    if pointer.under(1, "outputs") {
        return Some((token, value(subject, shown, "Output", member, member.value.value("value")?)?));
    }
    None
}

/// What the key of a parameter file gives a value to.
pub(super) fn of_argument(subject: &Subject<'_>, shown: &Shown<'_>) -> Option<(Span, String)> {
    let pointer = subject.pointer;
    let depth = pointer.path.steps.len();
    let is_entry = depth == 1 || (depth == 2 && pointer.under(1, "parameters"));
    let name = pointer.scalar().filter(|_| pointer.path.on_key && is_entry)?;
    let template = subject.view.graph().templates().first()?;
    Some((pointer.token(), parameter(subject, shown, template, &name.text)?))
}

// Anything that is named and has a value.
fn value(
    subject: &Subject<'_>,
    shown: &Shown<'_>,
    noun: &str,
    member: &Member,
    node: &Node,
) -> Option<String> {
    let name = member.key.text.as_str();
    let title = format!("**{noun}** {}", code(name));
    if shown.is_nothing() {
        return Some(title);
    }
    let secure = member
        .value
        .value("type")
        .and_then(Node::text)
        .is_some_and(|ty| noun == "Output" && ty.to_ascii_lowercase().starts_with("secure"));
    let evaluate = |graph: &Graph| {
        let located = graph.locate(Span { end: node.span.start + 1, ..node.span })?;
        let value = located.scope.evaluate_node(node, member.key_span);
        Some(if secure { value.secured() } else { value })
    };
    let value = evaluate(subject.view.graph())?;
    Some(title + &of_value(subject, shown, &value, Some(name), &evaluate))
}

fn parameter(
    subject: &Subject<'_>,
    shown: &Shown<'_>,
    template: &Rc<Template>,
    name: &str,
) -> Option<String> {
    let mut all = template.parameters().iter().rev();
    let declared = all.find(|declared| declared.parameter.name.eq_ignore_ascii_case(name))?;
    let own = &declared.parameter;
    let ty = if own.ty.is_empty() { String::new() } else { format!(": {}", code(&own.ty)) };
    let mut text = format!("**Parameter** {}{ty}", code(&own.name));
    if shown.is_nothing() {
        return Some(text);
    }
    let described = declared.node.value("metadata").and_then(|metadata| metadata.value("description"));
    if let Some(description) = described.and_then(Node::text) {
        text.push_str(&format!("\n\n{}", prose(description)));
    }
    text.push('\n');
    text.push_str(&limits(shown, declared));
    let default = template.parameter_default(declared);
    text.push_str(&match default.is_absent() {
        true => "\n- no default".to_string(),
        false => format!("\n- default: {}", shown.inline(&default, Some(name))),
    });
    let files = &subject.deployment.parameter_files;
    let shown_files = files.iter().take(MAX_LISTED).filter(|_| template.root);
    let (set, unset): (Vec<&ParameterFile>, Vec<&ParameterFile>) =
        shown_files.partition(|file| file.entry(&own.name).is_some());
    text.extend(set.into_iter().map(|file| given(shown, declared, file)));
    if !unset.is_empty() {
        let files: Vec<String> = unset.into_iter().map(|file| code(file.path())).collect();
        text.push_str(&format!("\n- not set in {}", files.join(", ")));
    }
    if files.len() > MAX_LISTED && template.root {
        text.push_str(&format!("\n- and {} more parameter files", files.len() - MAX_LISTED));
    }
    if !template.root {
        let given = template.parameter_given(declared);
        if !given.is_absent() {
            text.push_str(&format!("\n- given: {}", shown.inline(&declared.secrets.mark(given), Some(name))));
        }
    }
    text.push_str(&format!("\n- declared in {}", shown.place(own.span)));
    Some(text)
}

fn limits(shown: &Shown<'_>, declared: &ParameterDeclaration) -> String {
    let name = declared.parameter.name.as_str();
    let marked = |node: &Node| declared.secrets.mark(literal(node, node.span));
    let mut text = String::new();
    if let Some(allowed) =
        declared.node.value("allowedValues").filter(|allowed| !allowed.elements().is_empty())
    {
        let all = allowed.elements();
        let values: Vec<String> =
            all.iter().take(MAX_LISTED).map(|node| shown.inline(&marked(node), Some(name))).collect();
        let more = if all.len() > MAX_LISTED { ", ..." } else { "" };
        text.push_str(&format!("\n- allowed: {}{more}", values.join(", ")));
    }
    for key in LIMITS {
        if let Some(limit) = declared.node.value(key) {
            text.push_str(&format!("\n- {key}: {}", shown.inline(&literal(limit, limit.span), None)));
        }
    }
    text
}

// What a parameter file gives.
fn given(shown: &Shown<'_>, declared: &ParameterDeclaration, file: &ParameterFile) -> String {
    let name = declared.parameter.name.as_str();
    let Some(entry) = file.entry(name) else { return String::new() };
    let what = if entry.value.get("reference").is_some() {
        "a secret of a Key Vault".to_string()
    } else if let Some(node) = entry.value.value("value") {
        let value: Value = declared.secrets.mark(literal(node, node.span));
        shown.inline(&value, Some(name))
    } else {
        "computed".to_string()
    };
    format!("\n- {}: {what}", shown.place(entry.key_span))
}
