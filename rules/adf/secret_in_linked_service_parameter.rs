use armlint_azure::connection_string::{Content, Role};
use armlint_engine::finding::{Finding, Label, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::value::{Text, Value};
use armlint_factory::secret::{Secret, SecretSource, Secrets, linked_service_parameters};
use armlint_factory::{connection_string, store};
use smol_str::SmolStr;

// A parameter that carries a secret, and where it is used.
struct Carrier {
    name: SmolStr,
    used: Value,
    // Its default is a secret by itself, not a connection string around one.
    alone: bool,
}

pub(crate) fn check(service: &Resource, cx: &mut Context<'_>) {
    let parameters = service.property("parameters");
    if service.existing || parameters.object().is_none() {
        return;
    }
    for carrier in carriers(service, cx.view()) {
        let parameter = parameters.get(&carrier.name);
        let ty = parameter.get("type");
        let plain = ["String", "Object"].into_iter().find(|plain| ty.is_text(plain).is_true());
        let Some(plain) = plain else { continue };
        let message = format!(
            "The linked service `{}` takes a secret through its parameter `{}`, whose type is `{plain}`",
            service.name.display(),
            carrier.name
        );
        let default = parameter.get("defaultValue");
        let literal = is_literal(&default, carrier.alone).then_some(&default);
        // Whether a whole connection string holds a secret is not known.
        if carrier.alone || literal.is_some() {
            carrier.say(literal, cx.report_on(service, &ty, message));
        }
    }
}

impl Carrier {
    // `literal` is the secret in clear text.
    fn say(&self, literal: Option<&Value>, finding: &mut Finding) {
        finding.help(
            "Let the parameter choose the name of a secret in Key Vault; or make its type `SecureString`, \
             without a default",
        );
        finding.related.push(Label {
            span: self.used.origin.span,
            text: "the secret is made of it here".into(),
            sensitive: literal.is_some() || self.used.secure,
        });
        if let Some(default) = literal {
            let text = "this is the secret in clear text".into();
            finding.severity(Severity::Critical);
            finding.related.push(Label { span: default.origin.span, text, sensitive: true });
        }
    }
}

fn carriers(service: &Resource, view: View<'_>) -> Vec<Carrier> {
    let mut found: Vec<Carrier> = Vec::new();
    let secrets = Secrets::in_view(view);
    // What a secure parameter of the template has as its default is what is published.
    let computed = secrets
        .of(service)
        .iter()
        .filter(|secret| matches!(secret.held, SecretSource::Dynamic | SecretSource::SecureParameter(_)));
    let own = computed.flat_map(|secret: &Secret| {
        let names = secret.linked_service_parameters();
        names.into_iter().map(|name| Carrier { name, used: secret.value.clone(), alone: true })
    });
    for carrier in own.chain(whole(service)) {
        if !found.iter().any(|other| other.name.eq_ignore_ascii_case(&carrier.name)) {
            found.push(carrier);
        }
    }
    found
}

// Parameters that are a connection string as a whole.
fn whole(service: &Resource) -> Vec<Carrier> {
    let Some(facts) = store::facts_of(service) else { return Vec::new() };
    let mut found = Vec::new();
    for path in &facts.string_or_secret {
        let value = service.property("typeProperties").at(path);
        let inner = if value.object().is_some() { value.get("value") } else { value };
        let Some(text) = inner.text() else { continue };
        let parsed = connection_string::parse_text(&text);
        let opaque = parsed.parts.iter().all(|part| part.role == Role::Hidden);
        if !opaque || connection_string::content(&text) != Content::Dynamic {
            continue;
        }
        for name in linked_service_parameters(&text) {
            found.push(Carrier { name, used: inner.clone(), alone: false });
        }
    }
    found
}

fn is_literal(default: &Value, alone: bool) -> bool {
    let Some(text) = default.known_text() else { return false };
    let text = Text::Known(text.into());
    let literal = |text: &Text| connection_string::content(text) == Content::Literal;
    if alone {
        return literal(&text);
    }
    connection_string::parse_text(&text).secrets().any(|part| literal(&part.value))
}
