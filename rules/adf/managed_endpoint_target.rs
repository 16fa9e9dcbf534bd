use armlint_azure::facts::private_links_of;
use armlint_azure::resource_id::Identity;
use armlint_azure::wording;
use armlint_engine::finding::Severity;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View};
use armlint_engine::value::{Presence, Value, presence};
use armlint_factory::facts;
use armlint_factory::managed_endpoint::{self, ManagedEndpoint};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let endpoint = managed_endpoint::managed(resource);
    let Some(fault) = fault(&endpoint, cx.view()) else { return check_kind(resource, &endpoint, cx) };
    let finding = cx.report_on(resource, &endpoint.target, fault.message(resource));
    finding.traced(&endpoint.target).help(fault.help());
    if matches!(fault, Fault::UnknownType(_)) {
        finding.severity(Severity::Low);
    }
    finding.assuming(&endpoint.target);
}

enum Fault {
    NoId,
    // The plan of an app has no Private Link, but the app has.
    Plan(String),
    // Only the parent of that type has, which comes second.
    Child(String, String),
    UnknownType(String),
}

impl Fault {
    fn message(&self, resource: &Resource) -> String {
        let name = wording::called(resource, "This managed private endpoint");
        match self {
            Fault::NoId => {
                format!("{name} names no resource: `privateLinkResourceId` must be the id of one")
            }
            Fault::Plan(ty) | Fault::Child(ty, _) => {
                format!("{name} leads to `{ty}`, which has no Private Link of its own")
            }
            Fault::UnknownType(ty) => {
                format!("{name} leads to `{ty}`, which is not known to support Private Link")
            }
        }
    }

    fn help(&self) -> String {
        const ID: &str = "/subscriptions/<id>/resourceGroups/<group>/providers/<type>/<name>";
        match self {
            Fault::NoId => format!("write the id of the resource: {ID}"),
            Fault::Plan(_) => "write the id of the function app, a `Microsoft.Web/sites`".into(),
            Fault::Child(_, parent) => format!("write the id of the `{parent}`, without what follows"),
            Fault::UnknownType(_) => "check that the type supports Private Link".into(),
        }
    }
}

fn fault(endpoint: &ManagedEndpoint, view: View<'_>) -> Option<Fault> {
    if presence(&endpoint.target) == Presence::Absent {
        return Some(Fault::NoId);
    }
    let identity = endpoint.identity.as_ref()?;
    let Some(ty) = identity.ty.as_deref() else {
        // An empty default is to be replaced, and a placeholder of a pipeline will be.
        let known =
            identity.id.known().filter(|id| !endpoint.target.assumed && !id.contains(['#', '{', '$']));
        return known.map(|_| Fault::NoId);
    };
    if private_links_of(ty).next().is_some() {
        return None;
    }
    if ty.eq_ignore_ascii_case("Microsoft.Web/serverfarms") {
        return Some(Fault::Plan(ty.into()));
    }
    // Slots of apps have their own name in the id of the app's endpoint.
    let above = ty.match_indices('/').skip(1).filter_map(|(at, _)| ty.get(..at));
    match above.filter(|above| private_links_of(above).next().is_some()).last() {
        Some(parent) => Some(Fault::Child(ty.into(), parent.into())),
        None => view.settings().is_strict().then(|| Fault::UnknownType(ty.into())),
    }
}

// Some kinds of a type take no endpoint.
fn check_kind(resource: &Resource, endpoint: &ManagedEndpoint, cx: &mut Context<'_>) {
    let target = endpoint.identity.as_ref().and_then(|identity| declared(cx.graph(), identity));
    let Some((path, value)) = target.and_then(excluded) else { return };
    let name = wording::called(resource, "This managed private endpoint");
    let kind = value.known_text().unwrap_or_default();
    let message =
        format!("{name} leads to a resource of the {path} `{kind}`, which takes no private endpoint");
    cx.report_on(resource, &endpoint.target, message)
        .related(value.origin.span, "its declaration")
        .traced(&endpoint.target)
        .traced(&value)
        .help("Upgrade the storage account to general purpose v2: \"kind\": \"StorageV2\"")
        .assuming(&value)
        .assuming(&endpoint.target);
}

// The property for which a resource takes no endpoint.
fn excluded(target: &Resource) -> Option<(&'static str, Value)> {
    let managed = private_links_of(&target.ty).filter_map(facts::managed_target);
    let mut settings = managed.flat_map(|managed| managed.not_for.iter());
    settings.find_map(|setting| {
        let value = target.body.at(setting.path);
        let holds = setting.values.iter().any(|other| value.is_text(other).is_true());
        holds.then_some((setting.path, value))
    })
}

fn declared<'g>(graph: &'g Graph, identity: &Identity) -> Option<&'g Resource> {
    let ty = identity.ty.as_deref().filter(|_| identity.above.is_empty())?;
    let key = identity.name.key();
    let mut named = graph.named(ty, &key);
    named.next().filter(|resource| !resource.existing && named.next().is_none())
}
