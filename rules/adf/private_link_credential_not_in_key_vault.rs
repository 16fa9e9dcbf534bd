use armlint_azure::wording;
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::credential_relay::{self, RelayVerdict, RelayedCredentials};
use armlint_factory::secret::{say_stored, stored};

pub(crate) fn check(service: &Resource, cx: &mut Context<'_>) {
    let view = cx.view();
    let relayed = credential_relay::relayed(service, view).filter(|_| !service.existing);
    let Some(travel) = relayed else { return };
    let stored = stored(service, view);
    let Some(first) = stored.first() else { return };
    let finding = cx.report_on(service, &first.place, message(service, &travel));
    say_stored(&stored, service, view, finding);
    if travel.verdict != RelayVerdict::Advice {
        finding.severity(Severity::High);
    } else if travel.open {
        finding.severity(Severity::Low);
    }
    let runtime = wording::quoted(&travel.runtime.name).unwrap_or_else(|| "named here".into());
    finding.related(travel.runtime.place, format!("it runs on the self-hosted runtime {runtime}"));
    for cause in travel.causes {
        finding.related(cause, "this makes the factory private");
    }
}

fn message(service: &Resource, travel: &RelayedCredentials) -> String {
    let name = service.name.display();
    match travel.verdict {
        RelayVerdict::Advice => format!(
            "The credential of the linked service `{name}` is not in Key Vault and reaches the self-hosted \
             runtime only over Azure Relay, which Private Link does not carry"
        ),
        _ => format!(
            "The credential of the linked service `{name}` is not in Key Vault and does not work with Private \
             Link of the factory"
        ),
    }
}
