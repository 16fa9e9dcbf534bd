use std::collections::HashSet;

use armlint_engine::finding::{Label, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_factory::credential_relay;
use armlint_factory::factory::Factories;
use armlint_factory::runtime::RuntimeClass;
use armlint_factory::secret::{Secret, say_stored, stored};

// The credentials of a linked service that are kept elsewhere.
struct Kept<'g> {
    service: &'g Resource,
    secrets: Vec<Secret>,
}

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    for factory in Factories::in_view(cx.view()).list() {
        let services =
            || factory.linked_services.iter().map(|id| graph.resource(*id)).filter(|own| !own.existing);
        let mut kept: Vec<Kept<'_>> = services().filter_map(|service| kept(service, cx.view())).collect();
        // What a loop repeats is written once.
        let mut known = HashSet::new();
        kept.retain(|kept| kept.secrets.first().is_some_and(|secret| known.insert(secret.place)));
        // What nobody knows to be a secret does not speak for the others.
        let (doubtful, sure): (Vec<_>, Vec<_>) = kept.into_iter().partition(Kept::is_doubtful);
        report(&sure, cx);
        report(&doubtful, cx);
        for service in services() {
            private_key_file(service, cx);
        }
    }
}

fn kept<'g>(service: &'g Resource, view: View<'g>) -> Option<Kept<'g>> {
    let secrets = stored(service, view);
    // A rule of its own says of some that they do not get through.
    let own = !secrets.is_empty() && credential_relay::relayed(service, view).is_none();
    own.then_some(Kept { service, secrets })
}

impl Kept<'_> {
    fn is_doubtful(&self) -> bool {
        self.secrets.iter().all(|secret| secret.doubtful)
    }
}

// One finding for a factory, at the first.
fn report(kept: &[Kept<'_>], cx: &mut Context<'_>) {
    let (graph, view) = (cx.graph(), cx.view());
    let Some((first, others)) = kept.split_first() else { return };
    let Some(secret) = first.secrets.first() else { return };
    let more = match others.len() {
        0 => String::new(),
        1 => ", nor is that of another linked service".to_string(),
        count => format!(", nor are those of {count} other linked services"),
    };
    let name = first.service.name.display();
    let message = format!("The credential of the linked service `{name}` is not kept in Key Vault{more}");
    let finding = cx.report_on(first.service, &secret.place, message);
    say_stored(&first.secrets, first.service, view, finding);
    for other in others {
        let Some(secret) = other.secrets.first() else { continue };
        let text = format!("{} of `{}` is not either", secret.describe(), other.service.name.display());
        let sensitive = secret.is_written(graph);
        finding.related.push(Label { span: secret.place, text, sensitive });
    }
}

// A private key in a file is no secret of a template, but none of Key Vault either.
fn private_key_file(service: &Resource, cx: &mut Context<'_>) {
    if !stored(service, cx.view()).is_empty() {
        return;
    }
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
