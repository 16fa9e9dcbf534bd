use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_factory::activity;
use armlint_factory::artefact::ArtefactKind;
use armlint_factory::factory::Factories;
use armlint_factory::secret::{SecretSource, Secrets};

pub(crate) fn check(pipeline: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let custom = |activity: &armlint_engine::value::Value| activity.get("type").is_text("Custom").is_true();
    let mut found: Vec<(Span, String, Option<Span>)> = Vec::new();
    for activity in activity::activities(pipeline).into_iter().filter(custom) {
        let properties = activity.get("typeProperties");
        let named = activity.get("name").known_text().unwrap_or("?").to_string();
        let extended = properties.get("extendedProperties");
        for entry in extended.object().map(|object| object.entries()).unwrap_or_default() {
            if entry.value.get("type").is_text("AzureKeyVaultSecret").is_true() {
                let what = format!(
                    "The custom activity `{named}` gets `{}` as a reference to Key Vault, which it has to resolve \
                     itself",
                    entry.key
                );
                found.push((entry.value.origin.span, what, None));
            }
        }
        let references = properties.at("referenceObjects.linkedServices");
        let factories = Factories::in_view(cx.view());
        let Some(factory) = factories.of(pipeline) else { continue };
        for reference in references.elements().unwrap_or_default() {
            let name = reference.get("referenceName");
            let service = name.text().and_then(|name| {
                factory.artefact(graph, ArtefactKind::LinkedService, &name).filter(|found| !found.existing)
            });
            let Some(service) = service else { continue };
            let secrets = Secrets::in_view(cx.view());
            let Some(secret) =
                secrets.of(service).iter().find(|secret| matches!(secret.held, SecretSource::KeyVault(_)))
            else {
                continue;
            };
            let what = format!(
                "The custom activity `{named}` gets the linked service `{}` with a reference to Key Vault, which \
                 it has to resolve itself",
                service.name.display()
            );
            found.push((name.origin.span, what, Some(secret.place)));
        }
    }
    for (place, message, secret) in found {
        let finding = cx.report_on(pipeline, &place, message);
        finding.help("Read the secret in the program of the activity, with the managed identity of its pool");
        if let Some(secret) = secret {
            finding.related(secret, "this reference is not resolved");
        }
    }
}
