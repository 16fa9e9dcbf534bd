use armlint_azure::wording;
use armlint_engine::finding::{Applicability, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::credential_relay::{self, RelayVerdict};
use armlint_factory::secret::key_vault::{self, KeyVaultServices};
use armlint_factory::secret::{Parameters, Secrets, describe_stored, stored};

pub(crate) fn check(service: &Resource, cx: &mut Context<'_>) {
    let Some(travel) = credential_relay::relayed(service, cx.view()).filter(|_| !service.existing) else {
        return;
    };
    let graph = cx.graph();
    let parameters = Parameters::in_view(cx.view());
    let stored = stored(Secrets::in_view(cx.view()).of(service), parameters, service);
    let Some((first, others)) = stored.split_first() else { return };
    let name = service.name.display();
    let message = match travel.verdict {
        RelayVerdict::Advice => format!(
            "The credential of the linked service `{name}` is not in Key Vault and reaches the self-hosted \
             runtime only over Azure Relay, which Private Link does not carry"
        ),
        _ => format!(
            "The credential of the linked service `{name}` is not in Key Vault and does not work with Private \
             Link of the factory"
        ),
    };
    let vaults = KeyVaultServices::in_view(cx.view());
    let advice = key_vault::advice(vaults, service, first);
    let edits = key_vault::references(graph, vaults, service, &stored);
    let finding = cx.report_on(service, &first.place, message);
    finding.label(describe_stored(first));
    if travel.verdict != RelayVerdict::Advice {
        finding.severity(Severity::High);
    } else if travel.open {
        finding.severity(Severity::Low);
    }
    if let Some(advice) = advice {
        finding.help(format!("Keep it in Key Vault: {advice}"));
    }
    if first.is_written(graph) {
        finding.sensitive();
    }
    for secret in others.iter().filter(|secret| secret.place != first.place) {
        finding.related(secret.place, describe_stored(secret));
    }
    let runtime = wording::quoted(&travel.runtime.name).unwrap_or_else(|| "named here".into());
    finding.related(travel.runtime.place, format!("it runs on the self-hosted runtime {runtime}"));
    for cause in travel.causes {
        finding.related(cause, "this makes the factory private");
    }
    if stored.iter().all(|secret| secret.doubtful) {
        finding.confidence(Confidence::Low);
    }
    if let Some(edits) = edits {
        finding.fix("Refer to a secret in Key Vault", Applicability::Unsafe, edits);
    }
}
