use armlint_engine::finding::{Applicability, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::credential_relay;
use armlint_factory::factory::Factories;
use armlint_factory::runtime::RuntimeClass;
use armlint_factory::secret::key_vault::{self, KeyVaultServices};
use armlint_factory::secret::{Parameters, Secrets, describe_stored, stored};

pub(crate) fn check(service: &Resource, cx: &mut Context<'_>) {
    if service.existing {
        return;
    }
    let graph = cx.graph();
    let factories = Factories::in_view(cx.view());
    let parameters = Parameters::in_view(cx.view());
    let stored = stored(Secrets::in_view(cx.view()).of(service), parameters, service);
    let [first, others @ ..] = stored.as_slice() else {
        let factory = factories.of(service);
        let class = factory.map_or(RuntimeClass::Unknown, |factory| factory.runtime_of(graph, service).class);
        return private_key_file(service, class, cx);
    };
    // A rule of its own says that these do not get through.
    if credential_relay::relayed(service, cx.view()).is_some() {
        return;
    }
    let message =
        format!("The credential of the linked service `{}` is not kept in Key Vault", service.name.display());
    let vaults = KeyVaultServices::in_view(cx.view());
    let advice = key_vault::advice(vaults, service, first);
    let edits = key_vault::references(graph, vaults, service, &stored);
    let finding = cx.report_on(service, &first.place, message);
    finding.label(describe_stored(first));
    if let Some(advice) = advice {
        finding.help(format!("Keep it in Key Vault: {advice}"));
    }
    if first.is_written(graph) {
        finding.sensitive();
    }
    for secret in others.iter().filter(|secret| secret.place != first.place) {
        finding.related(secret.place, describe_stored(secret));
    }
    if stored.iter().all(|secret| secret.doubtful) {
        finding.confidence(Confidence::Low);
    }
    if let Some(edits) = edits {
        finding.fix("Refer to a secret in Key Vault", Applicability::Unsafe, edits);
    }
}

// A private key in a file is no secret of a template, but none of Key Vault either.
fn private_key_file(service: &Resource, class: RuntimeClass, cx: &mut Context<'_>) {
    let path = service.property("typeProperties.privateKeyPath");
    let written = path.text().is_some_and(|text| text.known().is_none_or(|text| !text.trim().is_empty()));
    if !written || path.is_missing() || !service.property("type").is_text("Sftp").is_true() {
        return;
    }
    let name = service.name.display();
    if matches!(class, RuntimeClass::Global | RuntimeClass::Managed) {
        let message = format!(
            "The linked service `{name}` reads its private key from a file, which no Azure runtime can"
        );
        cx.report_on(service, &path.origin.span, message).severity(Severity::High)
    } else {
        let message = format!(
            "The private key of the linked service `{name}` is a file of its runtime, not in Key Vault"
        );
        cx.report_on(service, &path.origin.span, message).severity(Severity::Low)
    }
    .help("Keep the key in Key Vault, in Base64, and use `privateKeyContent` instead of `privateKeyPath`");
}
