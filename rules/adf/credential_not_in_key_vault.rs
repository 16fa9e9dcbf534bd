use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::credential_relay;
use armlint_factory::factory::Factories;
use armlint_factory::runtime::RuntimeClass;
use armlint_factory::secret::{say_stored, stored};

pub(crate) fn check(service: &Resource, cx: &mut Context<'_>) {
    if service.existing {
        return;
    }
    let view = cx.view();
    let stored = stored(service, view);
    let Some(first) = stored.first() else { return private_key_file(service, cx) };
    // A rule of its own says that these do not get through.
    if credential_relay::relayed(service, view).is_some() {
        return;
    }
    let message =
        format!("The credential of the linked service `{}` is not kept in Key Vault", service.name.display());
    say_stored(&stored, service, view, cx.report_on(service, &first.place, message));
}

// A private key in a file is no secret of a template, but none of Key Vault either.
fn private_key_file(service: &Resource, cx: &mut Context<'_>) {
    let path = service.property("typeProperties.privateKeyPath");
    let written = path.text().is_some_and(|text| text.known().is_none_or(|text| !text.trim().is_empty()));
    if !written || path.is_missing() || !service.property("type").is_text("Sftp").is_true() {
        return;
    }
    let factory = Factories::in_view(cx.view()).of(service);
    let class = factory.map(|factory| factory.runtime_of(cx.graph(), service).class);
    let unreadable = matches!(class, Some(RuntimeClass::Global | RuntimeClass::Managed));
    let name = service.name.display();
    let message = match unreadable {
        true => format!(
            "The linked service `{name}` reads its private key from a file, which no Azure runtime can"
        ),
        false => format!(
            "The private key of the linked service `{name}` is a file of its runtime, not in Key Vault"
        ),
    };
    cx.report_on(service, &path.origin.span, message)
        .severity(if unreadable { Severity::High } else { Severity::Low })
        .help(
            "Keep the key in Key Vault, in Base64, and use `privateKeyContent` instead of `privateKeyPath`",
        );
}
