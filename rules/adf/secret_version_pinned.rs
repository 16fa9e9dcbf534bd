use armlint_engine::finding::Applicability;
use armlint_engine::rule::{Context, edit};
use armlint_factory::adf_expression;
use armlint_factory::secret::{self, SecretSource, Secrets};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let secrets = Secrets::in_view(cx.view());
    for (artefact, secret) in secrets.all(graph) {
        let SecretSource::KeyVault(reference) = &secret.held else { continue };
        let version = reference.get("secretVersion");
        let pinned = |text: &str| {
            let text = text.trim();
            !text.is_empty() && !text.eq_ignore_ascii_case("latest") && !adf_expression::is_dynamic(text)
        };
        if !version.known_text().is_some_and(pinned) {
            continue;
        }
        let message = format!(
            "The Key Vault reference in {} of the {} is fixed to one version of the secret",
            secret.describe(),
            secret::describe(artefact)
        );
        let edit = edit::remove(graph, version.origin.span);
        let finding = cx.report_on(artefact, &version, message);
        finding.help("Leave `secretVersion` out, so that the latest version is read");
        let edit = edit.filter(|_| version.origin.via.is_none());
        finding.fix("Read the latest version", Applicability::Unsafe, edit);
    }
}
