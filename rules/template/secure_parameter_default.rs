use std::collections::HashSet;

use armlint_azure::connection_string::{Content, Form};
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::{Text, Value, ValueKind, Walk};
use armlint_factory::connection_string;
use armlint_factory::secret::Secrets;

/// Texts that stand for no value.
const FILLERS: [&str; 6] = ["none", "null", "default", "defaultValue", "unused", "undefined"];

/// How deep a default is looked into.
const MAX_DEPTH: usize = 32;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    // A secret of a factory has a rule of its own.
    let secrets = Secrets::in_view(cx.view());
    let parameters = secrets.all(graph).flat_map(|(_, secret)| &secret.parameters);
    let judged: HashSet<Span> = parameters.map(|parameter| parameter.span).collect();
    for declared in graph.parameters.iter().filter(|declared| declared.parameter.secure) {
        let parameter = &declared.parameter;
        let Some(span) = parameter.default_span.filter(|_| !judged.contains(&parameter.span)) else {
            continue;
        };
        if holds_literal(&declared.default, &|value| is_literal(&graph.written(value)), 0, &mut graph.walk())
        {
            let message = format!("The secure parameter `{}` has a literal as its default", parameter.name);
            cx.report(&span, message)
                .sensitive()
                .help("Change the secret, and remove the default: the deployment asks for a value, or reads it from Key Vault");
        }
    }
}

// Not an expression.
fn is_literal(written: &str) -> bool {
    !written.starts_with('[') || written.starts_with("[[")
}

// Something that may be a secret: no placeholder, and no connection string or URL without one.
fn is_secret(text: &str) -> bool {
    let letters = text.bytes().filter(u8::is_ascii_alphanumeric).count();
    if letters < 3 || FILLERS.iter().any(|filler| text.eq_ignore_ascii_case(filler)) {
        return false;
    }
    let text = Text::Known(text.into());
    let literal = |text: &Text| connection_string::content(text) == Content::Literal;
    let parsed = connection_string::parse_text(&text);
    match parsed.form {
        Form::Plain => literal(&text),
        Form::Dynamic => false,
        Form::Keyed | Form::Url | Form::Query => parsed.secrets().any(|part| literal(&part.value)),
    }
}

fn holds_literal(value: &Value, literal: &impl Fn(&Value) -> bool, depth: usize, once: &mut Walk) -> bool {
    if depth > MAX_DEPTH || !once.enters(value) || !literal(value) {
        return false;
    }
    match &value.kind {
        ValueKind::Text(Text::Known(text)) => is_secret(text.trim()),
        ValueKind::Array(values) => values.iter().any(|value| holds_literal(value, literal, depth + 1, once)),
        ValueKind::Object(object) => {
            object.entries().iter().any(|entry| holds_literal(&entry.value, literal, depth + 1, once))
        }
        _ => false,
    }
}
