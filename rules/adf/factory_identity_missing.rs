use armlint_azure::identity::{AssignedIdentities, assigned};
use armlint_azure::wording;
use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View, edit};
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, Truth, presence};
use armlint_factory::factory::{Factories, Factory};
use armlint_factory::identity;
use armlint_factory::secret::{self, SecretSource, Secrets};

// What needs an identity of the factory.
struct Need {
    place: Span,
    what: String,
    user_assigned: bool,
}

// What asks for an identity that the factory has not.
fn unmet(resource: &Resource, assigned: &AssignedIdentities, view: View<'_>) -> Vec<Need> {
    if resource.existing || view.graph().dialect.is_folder() || assigned.is_unknown() {
        return Vec::new();
    }
    let factories = Factories::in_view(view);
    let Some(factory) = factories.of(resource) else { return Vec::new() };
    let missing = |need: &Need| match need.user_assigned {
        true => assigned.user == Truth::False,
        false => assigned.user == Truth::False && assigned.system == Truth::False,
    };
    needs(view, factory).into_iter().filter(missing).collect()
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let assigned = assigned(resource);
    let needs = unmet(resource, &assigned, cx.view());
    let Some(first) = needs.first() else { return };
    let written = resource.body.at("identity.type");
    let place = if presence(&written) == Presence::Present { written.origin.span } else { resource.place };
    let name = wording::called(resource, "declared here");
    let user_assigned = needs.iter().all(|need| need.user_assigned);
    let kind = if user_assigned { "user-assigned identity" } else { "identity" };
    let message = format!("The data factory {name} has no {kind}, which {}", first.what);
    let fix = if user_assigned { None } else { fix(cx.view(), resource, &assigned) };
    let finding = cx.report_on(resource, &place, message);
    finding.help(if user_assigned {
        "Give the factory the identity: `\"identity\": {\"type\": \"UserAssigned\", \"userAssignedIdentities\": \
         {\"<id of the identity>\": {}}}`"
    } else {
        "Add `\"identity\": {\"type\": \"SystemAssigned\"}` to the factory, and grant it what it needs"
    });
    for need in needs.iter().take(20) {
        finding.related(need.place, format!("the identity {}", need.what));
    }
    finding.fix("Give the factory an identity", Applicability::Unsafe, fix);
}

fn fix(view: View<'_>, resource: &Resource, assigned: &AssignedIdentities) -> Option<Edit> {
    let graph = view.graph();
    if !assigned.written {
        return edit::add_member(graph, resource.span, "identity", "{ \"type\": \"SystemAssigned\" }");
    }
    let ty = resource.body.at("identity.type");
    edit::replace(&ty, "\"SystemAssigned\"")
}

fn needs(view: View<'_>, factory: &Factory) -> Vec<Need> {
    let graph = view.graph();
    let artefacts = [&factory.linked_services, &factory.pipelines, &factory.runtimes];
    let artefacts =
        artefacts.into_iter().flatten().filter_map(|id| of_artefact(graph.resource(*id), factory, view));
    let credentials = factory.credentials.iter().filter_map(|id| of_credential(graph.resource(*id)));
    artefacts.chain(credentials).collect()
}

fn of_artefact(artefact: &Resource, factory: &Factory, view: View<'_>) -> Option<Need> {
    if artefact.existing {
        return None;
    }
    let called = secret::describe(artefact);
    let secrets = Secrets::in_view(view).of(artefact);
    if let Some(place) = identity::system_assigned_use(artefact, secrets) {
        return Some(Need { place, what: format!("the {called} signs in with"), user_assigned: false });
    }
    // A vault that is opened by a credential needs none of the factory.
    let read = secrets.iter().find(|secret| match &secret.held {
        SecretSource::KeyVault(reference) => {
            identity::opens_by_factory(view.graph(), factory, reference).is_true()
        }
        _ => false,
    })?;
    let what = format!("the {called} reads a secret of Key Vault with");
    Some(Need { place: read.place, what, user_assigned: false })
}

fn of_credential(credential: &Resource) -> Option<Need> {
    let ty = credential.property("type");
    let managed = !credential.existing && ty.is_text("ManagedIdentity").is_true();
    let what = format!("the {} stands for", secret::describe(credential));
    managed.then_some(Need { place: ty.origin.span, what, user_assigned: true })
}
