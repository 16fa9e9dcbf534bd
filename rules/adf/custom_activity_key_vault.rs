use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use armlint_factory::activity;
use armlint_factory::artefact::ArtefactKind;
use armlint_factory::factory::Factories;
use armlint_factory::secret::{SecretSource, Secrets};

// What a custom activity gets with a reference to Key Vault in it.
struct Unresolved {
    what: String,
    place: Span,
    // The reference, where it is in a linked service.
    reference: Option<Span>,
}

pub(crate) fn check(pipeline: &Resource, cx: &mut Context<'_>) {
    for activity in activity::activities(pipeline) {
        if !activity.get("type").is_text("Custom").is_true() {
            continue;
        }
        let properties = activity.get("typeProperties");
        for found in extended(&properties).into_iter().chain(linked(pipeline, &properties, cx.view())) {
            report(pipeline, &activity, found, cx);
        }
    }
}

fn extended(properties: &Value) -> Vec<Unresolved> {
    let extended = properties.get("extendedProperties");
    let entries = extended.object().map(|object| object.entries()).unwrap_or_default();
    let references =
        entries.iter().filter(|entry| entry.value.get("type").is_text("AzureKeyVaultSecret").is_true());
    let found = references.map(|entry| Unresolved {
        what: format!("`{}` as", entry.key),
        place: entry.value.origin.span,
        reference: None,
    });
    found.collect()
}

fn linked(pipeline: &Resource, properties: &Value, view: View<'_>) -> Vec<Unresolved> {
    let references = properties.at("referenceObjects.linkedServices");
    let Some(factory) = Factories::in_view(view).of(pipeline) else { return Vec::new() };
    let found = references.elements().unwrap_or_default().iter().filter_map(|reference| {
        let name = reference.get("referenceName");
        let service = factory.artefact(view.graph(), ArtefactKind::LinkedService, &name.text()?)?;
        let mut secrets = Secrets::in_view(view).of(service).iter().filter(|_| !service.existing);
        let secret = secrets.find(|secret| matches!(secret.held, SecretSource::KeyVault(_)))?;
        Some(Unresolved {
            what: format!("the linked service `{}` with", service.name.display()),
            place: name.origin.span,
            reference: Some(secret.place),
        })
    });
    found.collect()
}

fn report(pipeline: &Resource, activity: &Value, found: Unresolved, cx: &mut Context<'_>) {
    let name = activity.get("name");
    let message = format!(
        "The custom activity `{}` gets {} a reference to Key Vault, which it has to resolve itself",
        name.known_text().unwrap_or("?"),
        found.what
    );
    let finding = cx.report_on(pipeline, &found.place, message);
    finding.help("Read the secret in the program of the activity, with the managed identity of its pool");
    if let Some(place) = found.reference {
        finding.related(place, "this reference is not resolved");
    }
}
