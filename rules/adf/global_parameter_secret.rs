use armlint_azure::connection_string::Content;
use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::secret::names_secret;
use armlint_engine::secret::shape::like_secret;
use armlint_engine::value::{Text, Value};
use armlint_factory::connection_string;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let (lists, noun, key) = lists(resource);
    for entry in lists.iter().filter_map(Value::object).flat_map(|list| list.entries()) {
        let value = entry.value.get(key);
        let Some(text) = value.known_text() else { continue };
        let named = names_secret(&entry.key) && like_secret(text);
        if !is_literal(text) || !(named || holds_key(text)) {
            continue;
        }
        let message = format!(
            "The {noun} `{}` of `{}` holds a secret in clear text",
            entry.key,
            resource.name.display()
        );
        let finding = cx.report_on(resource, &value.origin.deciding(), message);
        finding.sensitive().help(
            "Rotate the secret, keep it in Key Vault, and read it with a web activity whose output is secure",
        );
        if named {
            finding.confidence(Confidence::Medium);
        }
    }
}

// The lists of values of a resource, what one of these is, and the member that holds it.
fn lists(resource: &Resource) -> (Vec<Value>, &'static str, &'static str) {
    if resource.is("Microsoft.DataFactory/factories") {
        (vec![resource.property("globalParameters")], "global parameter", "value")
    } else if resource.is("Microsoft.DataFactory/factories/globalParameters") {
        (vec![resource.properties.clone()], "global parameter", "value")
    } else {
        let lists = vec![resource.property("parameters"), resource.property("variables")];
        (lists, "parameter or variable", "defaultValue")
    }
}

fn is_literal(text: &str) -> bool {
    connection_string::content(&Text::Known(text.into())) == Content::Literal
}

// Whether it is a connection string with a secret.
fn holds_key(text: &str) -> bool {
    let parsed = connection_string::parse_text(&Text::Known(text.into()));
    parsed.secrets().any(|part| connection_string::content(&part.value) == Content::Literal)
}
