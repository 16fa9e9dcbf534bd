use armlint_azure::connection_string::Content;
use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::secret::names_secret;
use armlint_engine::secret::shape::like_secret;
use armlint_engine::value::{Text, Value};
use armlint_factory::connection_string;

// A kind of parameters: where they are, what one is called, and the member that holds its value.
struct Parameters {
    lists: Vec<Value>,
    noun: &'static str,
    key: &'static str,
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let Parameters { lists, noun, key } = parameters(resource);
    for entry in lists.iter().filter_map(Value::object).flat_map(|list| list.entries()) {
        let value = entry.value.get(key);
        let text = value.known_text().filter(|text| is_literal(text));
        let named = text.is_some_and(|text| names_secret(&entry.key) && like_secret(text));
        if !named && !text.is_some_and(holds_key) {
            continue;
        }
        let (name, owner) = (&entry.key, resource.name.display());
        let message = format!("The {noun} `{name}` of `{owner}` holds a secret in clear text");
        let finding = cx.report_on(resource, &value.origin.deciding(), message);
        finding.sensitive().help(
            "Rotate the secret, keep it in Key Vault, and read it with a web activity whose output is secure",
        );
        if named {
            finding.confidence(Confidence::Medium);
        }
    }
}

fn parameters(resource: &Resource) -> Parameters {
    if resource.is("Microsoft.DataFactory/factories") {
        let lists = vec![resource.property("globalParameters")];
        Parameters { lists, noun: "global parameter", key: "value" }
    } else if resource.is("Microsoft.DataFactory/factories/globalParameters") {
        let lists = vec![resource.properties.clone()];
        Parameters { lists, noun: "global parameter", key: "value" }
    } else {
        let lists = vec![resource.property("parameters"), resource.property("variables")];
        Parameters { lists, noun: "parameter or variable", key: "defaultValue" }
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
