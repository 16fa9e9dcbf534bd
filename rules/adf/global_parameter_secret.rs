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
    let (lists, noun, key): (Vec<Value>, &str, &str) = if resource.is("Microsoft.DataFactory/factories") {
        (vec![resource.property("globalParameters")], "global parameter", "value")
    } else if resource.is("Microsoft.DataFactory/factories/globalParameters") {
        (vec![resource.properties.clone()], "global parameter", "value")
    } else {
        let lists = vec![resource.property("parameters"), resource.property("variables")];
        (lists, "parameter or variable", "defaultValue")
    };
    for entry in lists.iter().filter_map(Value::object).flat_map(|list| list.entries()) {
        let value = entry.value.get(key);
        let Some(text) = value.known_text() else { continue };
        let literal = connection_string::content(&Text::Known(text.into())) == Content::Literal;
        let named = names_secret(&entry.key) && like_secret(text);
        let keyed = || {
            let parsed = connection_string::parse_text(&Text::Known(text.into()));
            parsed.secrets().any(|part| connection_string::content(&part.value) == Content::Literal)
        };
        if !literal || !(named || keyed()) {
            continue;
        }
        let message = format!(
            "The {noun} `{}` of `{}` holds a secret in clear text",
            entry.key,
            resource.name.display()
        );
        let place = value.origin.deciding();
        let finding = cx.report_on(resource, &place, message);
        finding.sensitive();
        finding.help(
            "Rotate the secret, keep it in Key Vault, and read it with a web activity whose output is secure",
        );
        if named {
            finding.confidence(Confidence::Medium);
        }
    }
}
