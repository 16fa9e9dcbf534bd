use armlint_azure::types::PRIVATE_LINK_SERVICES;
use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_factory::factory::{Factories, Factory};
use armlint_factory::secret::{Secret, Secrets};
use armlint_factory::store;
use smol_str::SmolStr;

// A linked service that is opened with a secret.
struct Use {
    ty: &'static str,
    place: Span,
    name: SmolStr,
    sure: bool,
}

pub(crate) fn check(cx: &mut Context<'_>) {
    for factory in Factories::in_view(cx.view()).list() {
        report(&by_secrets(factory, cx.view()), cx);
    }
}

fn by_secrets<'g>(factory: &Factory, view: View<'g>) -> Vec<(&'g Resource, Use)> {
    let services = factory.linked_services.iter().map(|id| view.graph().resource(*id));
    let secrets = Secrets::in_view(view);
    services.filter_map(|service| Some((service, by_secret(service, secrets.of(service))?))).collect()
}

// One finding for a factory, at the first.
fn report(found: &[(&Resource, Use)], cx: &mut Context<'_>) {
    let Some(((service, first), others)) = found.split_first() else { return };
    let more = match others.len() {
        0 => String::new(),
        1 => ", and so is another linked service".into(),
        count => format!(", and so are {count} other linked services"),
    };
    let message = format!(
        "`{}` takes a managed identity, but the linked service `{}` is opened with a secret{more}",
        first.ty, first.name
    );
    let finding = cx.report_on(service, &first.place, message);
    finding.help("Give the managed identity of the factory access to it, and take the secret out");
    for (_, other) in others {
        finding.related(other.place, format!("`{}` is opened with a secret", other.name));
    }
    if !found.iter().any(|(_, other)| other.sure) {
        finding.confidence(Confidence::Medium);
    }
}

fn by_secret(service: &Resource, secrets: &[Secret]) -> Option<Use> {
    let facts = store::facts_of(service).filter(|facts| facts.managed_identity && !service.existing)?;
    let of_azure = |ty: &&str| ty.starts_with("Microsoft.") && *ty != PRIVATE_LINK_SERVICES;
    if !facts.targets.iter().any(of_azure) {
        return None;
    }
    if service.property("typeProperties.authenticationType").is_text("Windows").is_true() {
        return None;
    }
    let used: Vec<&Secret> = secrets.iter().filter(|secret| opens(secret)).collect();
    used.first()?;
    Some(Use {
        ty: facts.ty,
        place: service.property("type").origin.span,
        name: service.name.display(),
        sure: used.iter().any(|secret| !secret.conditional),
    })
}

// The secrets of column encryption and of parameters do not open the store.
fn opens(secret: &Secret) -> bool {
    let certain = !secret.opaque && !secret.doubtful && secret.is_stored();
    let aside = ["alwaysEncryptedSettings.", "parameters.", "authHeaders."];
    certain && !aside.iter().any(|prefix| secret.path.starts_with(prefix))
}
