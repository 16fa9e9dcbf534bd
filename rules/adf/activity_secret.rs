use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::activity;
use armlint_factory::secret::embedded::{self, Embedded};

pub(crate) fn check(artefact: &Resource, cx: &mut Context<'_>) {
    if artefact.existing {
        return;
    }
    let graph = cx.graph();
    if artefact.ty.to_ascii_lowercase().ends_with("/datasets") {
        let found = embedded::embedded(graph, "typeProperties", &artefact.property("typeProperties"));
        return report(artefact, &format!("the dataset `{}`", artefact.name.display()), found, cx);
    }
    for activity in activity::activities(artefact) {
        let found = embedded::embedded(graph, "typeProperties", &activity.get("typeProperties"));
        let name = activity.get("name");
        let owner = format!("the activity `{}`", name.known_text().unwrap_or("?"));
        report(artefact, &owner, found, cx);
    }
}

fn report(artefact: &Resource, owner: &str, found: Vec<Embedded>, cx: &mut Context<'_>) {
    for secret in found {
        let path = secret.path.strip_prefix("typeProperties.").unwrap_or(&secret.path);
        let message = format!("`{path}` of {owner} holds {} in clear text", secret.kind.noun());
        let finding = cx.report_on(artefact, &secret.place, message);
        finding.sensitive().help(
            "Rotate the secret; sign in with a managed identity, or read the secret from Key Vault when it is needed",
        );
        if secret.assumed {
            finding.confidence(Confidence::Medium);
        }
    }
}
