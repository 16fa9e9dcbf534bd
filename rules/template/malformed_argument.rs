use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::syntax::Node;
use armlint_engine::value::{Value, ValueKind};

use crate::language::parameter::{Arguments, Giver};

/// The members of a parameter file; Create parameter file, 2025-04-28.
const SECTIONS: [&str; 5] = ["$schema", "contentVersion", "parameters", "metadata", "languageVersion"];

pub(crate) fn check(cx: &mut Context<'_>) {
    for arguments in Arguments::all(cx.graph()) {
        if let Giver::File(file) = arguments.giver {
            for (name, key) in beside_parameters(&file.parsed.document.root) {
                let message = format!("`{name}` stands beside the parameters, where nothing reads it");
                cx.report(&key, message).help("Move it into `parameters`");
            }
        }
        for argument in &arguments.list {
            if let Some(fault) = fault(&argument.entry) {
                let message = format!("The parameter `{}` {fault}", argument.name);
                cx.report(&argument.key, message)
                    .confidence(arguments.confidence())
                    .help("Write `{ \"value\": ... }`, or `{ \"reference\": { \"keyVault\": ..., \"secretName\": ... } }`");
            }
        }
    }
}

// What is written like a parameter at the top of a file whose parameters stand below.
fn beside_parameters(root: &Node) -> Vec<(&str, Span)> {
    if root.get("parameters").is_none() {
        return Vec::new();
    }
    let given = |node: &Node| node.get("value").is_some() || node.get("reference").is_some();
    let others = root.members().iter().filter(|member| {
        let known = SECTIONS.iter().any(|known| member.key.text.eq_ignore_ascii_case(known));
        !known && given(&member.value)
    });
    others.map(|member| (member.key.text.as_str(), member.key_span)).collect()
}

fn fault(entry: &Value) -> Option<&'static str> {
    match &entry.kind {
        ValueKind::Object(_) if is_there(entry, "value") && is_there(entry, "reference") => {
            Some("is given both a `value` and a `reference`")
        }
        ValueKind::Bool(_) | ValueKind::Number(_) | ValueKind::Text(_) | ValueKind::Array(_) => {
            Some("is given no object with a `value` or a `reference`")
        }
        _ => None,
    }
}

// Whether a member certainly is there.
fn is_there(entry: &Value, key: &str) -> bool {
    entry.object().is_some_and(|object| {
        let written = object.keys().0.iter().any(|own| own.eq_ignore_ascii_case(key));
        written && !entry.get(key).is_missing()
    })
}
