use std::collections::BTreeSet;

use armlint_azure::connection_string::{Content, Form, Role};
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_engine::syntax::{Member, Node, NodeKind};
use armlint_engine::value::Text;
use armlint_factory::connection_string::{content, parse_text};
use armlint_factory::secret::{Parameters, Secrets};

use crate::language::parameter::{Given, Schema, is_placeholder};

pub(crate) fn check(cx: &mut Context<'_>) {
    let Some(given) = Given::of(cx.graph()) else { return };
    let found = secrets(&given);
    if found.is_empty() {
        return;
    }
    let told = told_by_artefacts(cx.view());
    for (span, declared) in found.into_iter().filter(|(span, _)| !told.contains(span)) {
        let name = &declared.key.text;
        cx.report(&span, format!("The parameter file holds the secret of the parameter `{name}`"))
            .sensitive()
            .related(declared.key_span, "the parameter")
            .help("Replace the secret, and give a `reference` to Key Vault instead of a `value`");
    }
}

// The secrets in the files, each with the declaration of its parameter.
fn secrets<'g>(given: &Given<'g>) -> Vec<(Span, &'g Member)> {
    let entries = given.files.iter().flat_map(|file| given.entries(file));
    let found = entries.filter_map(|(entry, declared)| {
        let schema = Schema::new(&declared.value, given.template);
        let value = entry.value.value("value")?;
        let parts = schema.secret_parts(&declared.key.text, value);
        let spans: Vec<Span> = parts.into_iter().filter_map(|(name, part)| secret(name, part)).collect();
        Some(spans.into_iter().map(move |span| (span, declared)))
    });
    found.flatten().collect()
}

// The secret in a part whose type is secure.
fn secret(name: &str, part: &Node) -> Option<Span> {
    if is_user(name) {
        return None;
    }
    // Where it is one text, its type says that it is a secret.
    match part.text() {
        Some(text) => is_secret(text, name).then_some(part.span),
        None => secret_member(part),
    }
}

// Of an object only what is called a secret: hosts and users stand beside it.
fn secret_member(value: &Node) -> Option<Span> {
    match &value.kind {
        NodeKind::Object(members) => members.iter().find_map(|member| match member.value.text() {
            Some(text) => {
                let name = &member.key.text;
                (is_called_secret(name) && is_secret(text, name)).then_some(member.value.span)
            }
            None => secret_member(&member.value),
        }),
        NodeKind::Array(elements) => elements.iter().find_map(secret_member),
        _ => None,
    }
}

// The name of a user is none, though many a template keeps it like one.
fn is_user(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["username", "user", "login", "userid"].iter().any(|end| lower.ends_with(end))
}

fn is_called_secret(name: &str) -> bool {
    const WORDS: [&str; 8] = ["password", "pwd", "secret", "key", "token", "sas", "api", "connectionstring"];
    let lower = name.to_ascii_lowercase();
    // `secretName` names one.
    let named = ["name", "id", "uri", "url", "version", "type"].iter().any(|end| lower.ends_with(end));
    !named && WORDS.iter().any(|word| lower.contains(word))
}

fn is_secret(text: &str, name: &str) -> bool {
    if is_placeholder(text) || is_request(text, name) || text.starts_with("ssh-") {
        return false;
    }
    let value = Text::Known(text.into());
    if content(&value) != Content::Literal {
        return false;
    }
    let parsed = parse_text(&value);
    // A connection string tells by its keys what is secret in it.
    let tells = parsed.form == Form::Url
        || [Role::Host, Role::Account, Role::StorageEndpoint, Role::User]
            .into_iter()
            .any(|role| parsed.role(role).is_some());
    !tells || parsed.secrets().any(|part| content(&part.value) == Content::Literal)
}

// What an author leaves for others to fill in: a sentence, a name in capitals, the parameter's own name.
fn is_request(text: &str, name: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let words = text.split_whitespace().count();
    let only_letters = text.chars().all(|c| c.is_ascii_alphabetic() || " -_.".contains(c));
    let capitals = text.split(['-', '_']).count() > 2 && !text.chars().any(|c| c.is_ascii_lowercase());
    words > 2
        || only_letters && (capitals || text.to_ascii_lowercase().contains("your"))
        || (!text.is_empty() && letters(name).ends_with(&letters(text)) && letters(text).len() > 8)
}

// The values that a rule about the artefacts of a factory speaks of.
fn told_by_artefacts(view: View<'_>) -> BTreeSet<Span> {
    let graph = view.graph();
    let secrets = Secrets::in_view(view);
    let parameters = Parameters::in_view(view);
    let mut told = BTreeSet::new();
    for (_, secret) in secrets.all(graph) {
        for parameter in secret.parameters.iter().filter(|parameter| parameter.secure) {
            let given = parameters.in_files(graph, parameter);
            told.extend(given.iter().filter(|v| secret.is_given_by(v)).map(|value| value.origin.span));
        }
    }
    told
}
