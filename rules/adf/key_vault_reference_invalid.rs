use armlint_engine::dialect::World;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::{Truth, Value};
use armlint_factory::artefact::ArtefactKind;
use armlint_factory::factory::Factories;
use armlint_factory::secret::key_vault::AZURE_KEY_VAULT;
use armlint_factory::secret::{self, Secret, SecretSource, Secrets};

pub(crate) fn check(cx: &mut Context<'_>) {
    let (graph, factories) = (cx.graph(), Factories::in_view(cx.view()));
    // What a loop repeats is one mistake, although each of its artefacts has another name.
    let mut known: Vec<Span> = Vec::new();
    for (artefact, secret) in Secrets::in_view(cx.view()).all(graph) {
        let SecretSource::KeyVault(reference) = &secret.held else { continue };
        let fault = fault(graph, factories, artefact, reference);
        if let Some(fault) = fault.filter(|fault| !known.contains(&fault.place)) {
            known.push(fault.place);
            report(artefact, secret, fault, cx);
        }
    }
}

fn report(artefact: &Resource, secret: &Secret, fault: Fault, cx: &mut Context<'_>) {
    let message = format!(
        "The Key Vault reference in {} of the {} {}",
        secret.describe(),
        secret::describe(artefact),
        fault.what
    );
    let finding = cx.report_on(artefact, &fault.place, message);
    finding.help(fault.help);
    if let Some((place, text)) = fault.related {
        finding.related(place, text);
    }
}

struct Fault {
    place: Span,
    what: String,
    help: &'static str,
    related: Option<(Span, String)>,
}

impl Fault {
    fn at(value: &Value, what: impl Into<String>, help: &'static str) -> Fault {
        Fault { place: value.origin.span, what: what.into(), help, related: None }
    }
}

const STORE: &str = "Make `store` a reference of type `LinkedServiceReference` to a linked service of type \
                     `AzureKeyVault`";

fn fault(graph: &Graph, factories: &Factories, artefact: &Resource, reference: &Value) -> Option<Fault> {
    let store = reference.get("store");
    if store.is_missing() {
        return Some(Fault::at(&store, "names no `store`", STORE));
    }
    let kind = store.get("type");
    if !kind.is_missing() && kind.is_text("LinkedServiceReference") == Truth::False {
        return Some(Fault::at(&kind, "has a `store` that is no `LinkedServiceReference`", STORE));
    }
    let name = store.get("referenceName");
    // An empty name, as any that leads nowhere, is a dangling reference where everything is known.
    let unnamed = name.is_missing() || (is_empty(&name) && graph.world == World::Open);
    if unnamed && store.object().is_some() {
        return Some(Fault::at(&name, "has a `store` without a name", STORE));
    }
    target(graph, factories, artefact, &name).or_else(|| {
        let secret = reference.get("secretName");
        is_empty(&secret).then(|| {
            Fault::at(&secret, "names no secret", "Set `secretName` to the name of a secret of the vault")
        })
    })
}

// The store that the name leads to.
fn target(graph: &Graph, factories: &Factories, artefact: &Resource, name: &Value) -> Option<Fault> {
    let factory = factories.of(artefact)?;
    let service = factory.artefact(graph, ArtefactKind::LinkedService, &name.text()?)?;
    let ty = service.property("type");
    if service.existing || ty.is_missing() || ty.is_text(AZURE_KEY_VAULT) != Truth::False {
        return None;
    }
    let what = format!("leads to a linked service of type `{}`", ty.known_text().unwrap_or("?"));
    let related = Some((ty.origin.span, format!("this is `{}`", service.name.display())));
    Some(Fault { related, ..Fault::at(name, what, STORE) })
}

// A blank that is only a default is to be filled in.
fn is_empty(value: &Value) -> bool {
    !value.assumed && is_blank(value)
}

fn is_blank(value: &Value) -> bool {
    value.is_missing() || value.known_text().is_some_and(|text| text.trim().is_empty())
}
