//! Whether something in a factory uses its managed private endpoints: what the rule says, and what the map draws.

use std::collections::HashMap;

use armlint_azure::facts::{PrivateLink, private_link, private_links_of};
use armlint_azure::host::{self, Target};
use armlint_azure::types::{PRIVATE_LINK_SERVICES, PURVIEW_ACCOUNTS, STORAGE_ACCOUNTS};
use armlint_azure::{outside, resource_id};
use armlint_engine::dialect::World;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::View;
use armlint_engine::value::{Presence, Text, Truth, Value, presence};
use smol_str::SmolStr;

use crate::activity::{self, Uses};
use crate::factory::{Factories, Factory, WORKSPACES, workspace_of_endpoint};
use crate::managed_endpoint::{self, ManagedEndpoint};
use crate::runtime::{self, RuntimeClass};
use crate::store::{self, Store};
use crate::{adf_expression, facts, reach};

/// Whether something uses a managed private endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointUse {
    /// A linked service, or an activity, certainly does.
    Used,
    /// Nothing does.
    Unused,
    /// Others than linked services use it: the service itself, Purview, triggers.
    Elsewhere,
    /// Not known.
    Unknown,
}

/// The uses of the managed private endpoints of a deployment.
#[derive(Default)]
pub struct EndpointUses(HashMap<ResourceId, EndpointUse>);

impl EndpointUses {
    /// Finds them out.
    pub(crate) fn build(view: View<'_>) -> EndpointUses {
        let graph = view.graph();
        let factories = Factories::in_view(view);
        let mut uses = EndpointUses::default();
        for factory in factories.list().iter().filter(|factory| !factory.endpoints.is_empty()) {
            // Where not all is here, or what is here may belong to another factory, others may use it.
            let whole = graph.world == World::Closed
                && factories.doubles(factory).next().is_none()
                && !has_spark(graph, factory);
            uses.add(factory, whole, view);
        }
        uses
    }

    /// Whether something uses an endpoint.
    pub fn of(&self, endpoint: ResourceId) -> EndpointUse {
        self.0.get(&endpoint).copied().unwrap_or(EndpointUse::Unknown)
    }

    fn add(&mut self, factory: &Factory, whole: bool, view: View<'_>) {
        let graph = view.graph();
        let users = may_isolate(graph, factory).then(|| Users::read(factory, view));
        let read = |id: &ResourceId| managed_endpoint::managed(graph.resource(*id));
        let endpoints: Vec<ManagedEndpoint> = factory.endpoints.iter().map(read).collect();
        let purview = endpoints.iter().any(|endpoint| endpoint.is_to(PURVIEW_ACCOUNTS))
            || factory.resource.is_some_and(|id| {
                presence(&graph.resource(id).property("purviewConfiguration")) != Presence::Absent
            });
        for endpoint in endpoints {
            let used = match &users {
                Some(users) => users.use_of(&endpoint),
                None => Truth::False,
            };
            let judged = judged(graph.resource(endpoint.resource), &endpoint, purview);
            let found = match (used, judged) {
                (Truth::True, _) => EndpointUse::Used,
                (_, Judged::Elsewhere) => EndpointUse::Elsewhere,
                (Truth::False, Judged::Here) if whole => EndpointUse::Unused,
                _ => EndpointUse::Unknown,
            };
            self.0.insert(endpoint.resource, found);
        }
    }
}

// Notebooks and jobs of a workspace reach stores without linked services.
fn has_spark(graph: &Graph, factory: &Factory) -> bool {
    let has = |kind: &str| graph.of_type(&format!("{WORKSPACES}/{kind}")).next().is_some();
    factory.ty == WORKSPACES && ["notebooks", "sparkJobDefinitions", "bigDataPools"].into_iter().any(has)
}

/// Whether a runtime of a factory may be in the managed virtual network.
pub fn may_isolate(graph: &Graph, factory: &Factory) -> bool {
    let runtimes = factory.runtimes.iter().map(|id| runtime::class(graph.resource(*id)));
    let default = factory.class_of(graph, &Text::Known(runtime::AUTO_RESOLVE.into())).0;
    runtimes.chain([default]).any(|class| matches!(class, RuntimeClass::Managed | RuntimeClass::Unknown))
}

// Who could use an endpoint.
enum Judged {
    // Only linked services and activities.
    Here,
    // Others as well.
    Elsewhere,
    // Not known.
    Open,
}

fn judged(resource: &Resource, endpoint: &ManagedEndpoint, purview: bool) -> Judged {
    let reserved = resource.property("isReserved");
    let own = resource.name.last();
    let of_workspace = own.known().is_some_and(|name| workspace_of_endpoint(name).is_some());
    if of_workspace || (presence(&reserved) != Presence::Absent && !reserved.truth().is_false()) {
        return Judged::Elsewhere;
    }
    if resource.existing || resource.repeated || resource.condition.truth.is_false() {
        return Judged::Open;
    }
    let Some(ty) = endpoint.ty() else { return Judged::Open };
    // The storage and the event hub of a Purview account are its own.
    let by_purview =
        purview && !["dfs", "table", "file"].iter().any(|group| endpoint.group.is_text(group).is_true());
    if by_purview && ty.eq_ignore_ascii_case(STORAGE_ACCOUNTS) {
        return Judged::Elsewhere;
    }
    let group = endpoint.group.known_text().unwrap_or_default();
    let Some(link) = private_link(ty, group) else { return Judged::Open };
    match facts::managed_target(link) {
        Some(target) if !target.linked_services.is_empty() => Judged::Here,
        _ => Judged::Elsewhere,
    }
}

// What may use endpoints.
#[derive(Default)]
struct Users {
    // Stores with a known name, by name in lower case.
    named: HashMap<SmolStr, Vec<Store>>,
    // Other stores.
    open: Vec<Store>,
    // Something connects to any store.
    anything: bool,
    // Something calls any URL.
    any_url: bool,
    // The resource types that linked services without a known store may connect to.
    types: Vec<&'static str>,
    // The hosts that are called.
    hosts: Vec<Text>,
    // Others are called whose hosts are not known.
    open_hosts: bool,
}

impl Users {
    fn read(factory: &Factory, view: View<'_>) -> Users {
        let graph = view.graph();
        let uses = Uses::in_view(view);
        let mut users = Users::default();
        for service in factory.linked_services.iter().map(|id| graph.resource(*id)) {
            let runs = reach::runs(graph, factory, uses, service);
            let inside = reach::is_vault(service)
                || runs
                    .iter()
                    .any(|run| matches!(run.runtime.class, RuntimeClass::Managed | RuntimeClass::Unknown));
            if inside {
                users.add_service(service, view);
            } else if !runs.iter().all(|run| run.runtime.class.is_self_hosted()) {
                // A public runtime takes no endpoint: that it goes past one has a rule of its own.
                users.stores(service, view);
            }
        }
        for pipeline in factory.pipelines.iter().map(|id| graph.resource(*id)) {
            for activity in activity::activities(pipeline) {
                users.add_call(factory, &activity, view);
            }
        }
        users
    }

    // Whether the store is known.
    fn stores(&mut self, service: &Resource, view: View<'_>) -> bool {
        let store = store::store_of(view.graph(), view.settings(), service);
        let known = store.filter(|_| !service.existing).map(|store| self.add(store));
        known.is_some()
    }

    fn add(&mut self, store: Store) {
        // Only private link services have no sub-resources; they are matched by their kind.
        match store.name.as_ref().and_then(Text::known) {
            Some(name) => self.named.entry(name.to_ascii_lowercase().into()).or_default().push(store),
            None => self.open.push(store),
        }
    }

    fn add_service(&mut self, service: &Resource, view: View<'_>) {
        let host = store::host_of(view.settings(), service).filter(|_| !service.existing);
        let outside = host.as_ref().is_some_and(tells_domain);
        match host {
            Some(host) => self.hosts.push(host),
            None => self.open_hosts = true,
        }
        if !self.stores(service, view) {
            self.add_unknown(service, outside);
        }
    }

    // A linked service whose store is none of Azure, or not known.
    fn add_unknown(&mut self, service: &Resource, outside: bool) {
        let Some(facts) = store::facts_of(service).filter(|_| !service.existing) else {
            self.anything = true;
            return;
        };
        // A host in somebody else's domain is none of Azure's, whatever its first labels are; what a private link
        // service answers for without saying so, it may be.
        if outside {
            return self.types.push(PRIVATE_LINK_SERVICES);
        }
        if facts.targets.contains(&"*") {
            let urls = facts.ports.iter().any(|(port, _)| *port == 443);
            self.any_url |= urls;
            self.anything |= !urls;
        }
        self.types.extend(facts.targets.iter().copied());
        self.types.extend(facts::private_links_for(facts.ty).map(|link| link.ty));
    }

    // An activity that calls a URL from the managed network.
    fn add_call(&mut self, factory: &Factory, activity: &Value, view: View<'_>) {
        let calls = ["WebActivity", "WebHook"].iter().any(|ty| activity.get("type").is_text(ty).is_true());
        let runtime = activity.at("typeProperties.connectVia");
        if !calls || presence(&runtime) == Presence::Absent {
            return;
        }
        let class = factory.named_runtime(view.graph(), &runtime).class;
        if class.is_self_hosted() || class == RuntimeClass::Global {
            return;
        }
        let url = activity.at("typeProperties.url");
        let url = if url.object().is_some() { url.get("value") } else { url };
        let known = url.text().filter(|url| url.known().is_none_or(|url| !is_computed(url)));
        let Some(host) = known.and_then(|url| host::host_of(&url)).map(|host| host.name) else {
            self.any_url = true;
            self.open_hosts = true;
            return;
        };
        self.hosts.push(host.clone());
        match host::target(&host, view.settings().cloud) {
            Some(Target { links, name, host, secondary }) => {
                let place = activity.origin.span;
                self.add(Store { links, name, host, place, resource: None, secondary });
            }
            None if tells_domain(&host) => self.types.push(PRIVATE_LINK_SERVICES),
            None => self.any_url = true,
        }
    }

    // Whether one of the hosts is called that an endpoint answers for; `None` where it does not tell them.
    fn called(&self, endpoint: &ManagedEndpoint) -> Option<Truth> {
        let names = endpoint.fqdns.elements().filter(|names| !names.is_empty())?;
        let bare = |name: &Value| host::host_of(&name.text()?).map(|host| host.name);
        let names: Option<Vec<Text>> = names.iter().map(bare).collect();
        let names = names?;
        let same = names.iter().flat_map(|name| self.hosts.iter().map(|host| may_lead(host, name)));
        let open = if self.open_hosts || self.anything { Truth::Unknown } else { Truth::False };
        Some(Truth::any(same.chain([open])))
    }

    fn use_of(&self, endpoint: &ManagedEndpoint) -> Truth {
        let Some(target) = &endpoint.identity else { return Truth::Unknown };
        let Some(ty) = target.ty.as_deref() else { return Truth::Unknown };
        // What stands behind a private link service has the names that its endpoint says.
        if endpoint.is_to(PRIVATE_LINK_SERVICES)
            && let Some(called) = self.called(endpoint)
        {
            return called;
        }
        let near: Box<dyn Iterator<Item = &Store>> = match target.name.known() {
            Some(_) => {
                let named = self.named.get(resource_id::name_key(&target.name).as_str());
                Box::new(named.into_iter().flatten().chain(&self.open))
            }
            None => Box::new(self.named.values().flatten().chain(&self.open)),
        };
        let open = if self.may_be_any(ty, endpoint) { Truth::Unknown } else { Truth::False };
        Truth::any(near.map(|store| leads_to(store, endpoint)).chain([open]))
    }

    // Whether something whose store is not known may use an endpoint.
    fn may_be_any(&self, ty: &str, endpoint: &ManagedEndpoint) -> bool {
        let http = || match endpoint.group.known_text().and_then(|group| private_link(ty, group)) {
            Some(link) => link.http,
            None => private_links_of(ty).any(|link: &PrivateLink| link.http),
        };
        self.anything
            || self.types.iter().any(|other| other.eq_ignore_ascii_case(ty))
            || self.any_url && http()
    }
}

// Through whatever sub-resource: that it is the wrong one has a rule of its own.
fn leads_to(store: &Store, endpoint: &ManagedEndpoint) -> Truth {
    let Some(target) = &endpoint.identity else { return Truth::Unknown };
    let same = target
        .ty
        .as_deref()
        .is_some_and(|ty| store.links.iter().any(|link| link.ty.eq_ignore_ascii_case(ty)));
    if same { store.is_named_by(target) } else { Truth::False }
}

fn is_computed(url: &str) -> bool {
    let content = adf_expression::parse(url.trim_start());
    content.form == adf_expression::Form::Whole
}

// Whether a host says whose domain it is in: its last two labels are known.
fn tells_domain(host: &Text) -> bool {
    outside::domain(host).is_some_and(|domain| !outside::is_microsoft(&domain))
}

// Whether DNS leads from a host to a name that an endpoint answers for. The host of a connection string may be that
// of a service record (`mongodb+srv`), and any name may be another one for this, within one domain or to a name of
// Azure's.
fn may_lead(host: &Text, name: &Text) -> Truth {
    let same = host.equals_ignore_case(name);
    if !same.is_false() {
        return same;
    }
    let (Some(own), Some(wanted)) = (outside::domain(host), outside::domain(name)) else {
        return Truth::Unknown;
    };
    let other = own == wanted || outside::is_microsoft(&wanted) && !outside::is_microsoft(&own);
    if other { Truth::Unknown } else { Truth::False }
}
