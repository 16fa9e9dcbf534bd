use armlint_engine::finding::Applicability;
use armlint_engine::rule::{Context, edit};
use armlint_factory::adf_expression;
use armlint_factory::secret::{self, SecretSource, Secrets};

pub(crate) fn check(cx: &mut Context<'_>) {
    for (artefact, secret) in Secrets::in_view(cx.view()).all(cx.graph()) {
        let SecretSource::KeyVault(reference) = &secret.held else { continue };
        let version = reference.get("secretVersion");
        if !version.known_text().is_some_and(is_pinned) {
            continue;
        }
        let message = format!(
            "The Key Vault reference in {} of the {} is fixed to one version of the secret",
            secret.describe(),
            secret::describe(artefact)
        );
        let edit = edit::remove(cx.graph(), version.origin.span).filter(|_| version.origin.via.is_none());
        cx.report_on(artefact, &version, message)
            .help("Leave `secretVersion` out, so that the latest version is read")
            .fix("Read the latest version", Applicability::Unsafe, edit);
    }
}

fn is_pinned(version: &str) -> bool {
    let version = version.trim();
    !version.is_empty() && !version.eq_ignore_ascii_case("latest") && !adf_expression::is_dynamic(version)
}
