use std::collections::HashMap;

use armlint_azure::facts::{PrivateLink, private_link};
use armlint_azure::resource_id::{self, Identity};
use armlint_azure::types::{PRIVATE_LINK_SERVICES, PURVIEW_ACCOUNTS, STORAGE_ACCOUNTS};
use armlint_azure::{host, wording};
use armlint_engine::dialect::World;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View};
use armlint_engine::value::{Presence, Text, Truth, Value, presence};
use armlint_factory::activity::{self, Uses};
use armlint_factory::factory::{Factories, Factory, WORKSPACES};
use armlint_factory::managed_endpoint::{self, ManagedEndpoint};
use armlint_factory::runtime::{self, RuntimeClass};
use armlint_factory::store::{self, Store};
use armlint_factory::{adf_expression, facts, reach};
use smol_str::SmolStr;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.world != World::Closed {
        return;
    }
    let factories = Factories::in_view(cx.view());
    for factory in factories.list().iter().filter(|factory| !factory.endpoints.is_empty()) {
        if factories.doubles(factory).next().is_none() && !has_spark(graph, factory) {
            check_factory(factory, cx);
        }
    }
}

// Notebooks and jobs of a workspace reach stores without linked services.
fn has_spark(graph: &Graph, factory: &Factory) -> bool {
    let has = |kind: &str| graph.of_type(&format!("{WORKSPACES}/{kind}")).next().is_some();
    factory.ty == WORKSPACES && ["notebooks", "sparkJobDefinitions", "bigDataPools"].into_iter().any(has)
}

fn check_factory(factory: &Factory, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let unused = unused(factory, cx.view());
    let called = |endpoint: &ManagedEndpoint| {
        wording::called(graph.resource(endpoint.resource), "This managed private endpoint")
    };
    if may_isolate(graph, factory) {
        for endpoint in unused {
            let message = format!("{} is not used by any linked service", called(&endpoint));
            report(&[endpoint], message, cx);
        }
    } else if let Some(first) = unused.first() {
        let message = format!(
            "{} is of no use: no integration runtime is in the managed virtual network",
            called(first)
        );
        report(&unused, message, cx);
    }
}

fn unused(factory: &Factory, view: View<'_>) -> Vec<ManagedEndpoint> {
    let graph = view.graph();
    let users = Users::read(factory, view);
    let mut endpoints: Vec<ManagedEndpoint> =
        factory.endpoints.iter().map(|id| managed_endpoint::managed(graph.resource(*id))).collect();
    let purview = endpoints.iter().any(|endpoint| endpoint.is_to(PURVIEW_ACCOUNTS))
        || factory.resource.is_some_and(|id| {
            presence(&graph.resource(id).property("purviewConfiguration")) != Presence::Absent
        });
    endpoints.retain(|endpoint| {
        let of = |identity| users.use_of(endpoint, identity).is_false();
        judged(graph.resource(endpoint.resource), endpoint, purview)
            && endpoint.identity.as_ref().is_some_and(of)
    });
    endpoints
}

// Whether a runtime may be in the managed virtual network.
fn may_isolate(graph: &Graph, factory: &Factory) -> bool {
    let runtimes = factory.runtimes.iter().map(|id| runtime::class(graph.resource(*id)));
    let default = factory.class_of(graph, &Text::Known(runtime::AUTO_RESOLVE.into())).0;
    runtimes.chain([default]).any(|class| matches!(class, RuntimeClass::Managed | RuntimeClass::Unknown))
}

fn report(endpoints: &[ManagedEndpoint], message: String, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some((first, rest)) = endpoints.split_first() else { return };
    let resource = graph.resource(first.resource);
    let finding = cx.report_on(resource, &resource.place, message);
    finding.related(first.target.origin.span, "what it leads to");
    for other in rest {
        finding.related(graph.resource(other.resource).place, "nor is this one");
    }
    finding.help("remove it, or let what needs it run on a runtime in the managed virtual network");
}

// Whether only linked services could use the endpoint.
fn judged(resource: &Resource, endpoint: &ManagedEndpoint, purview: bool) -> bool {
    let reserved = presence(&resource.property("isReserved")) != Presence::Absent
        && !resource.property("isReserved").truth().is_false();
    let own = resource.name.last();
    if resource.existing || resource.repeated || reserved || own.starts_with("synapse-ws-").is_true() {
        return false;
    }
    let Some(identity) = &endpoint.identity else { return false };
    let Some(ty) = identity.ty.as_deref() else { return false };
    // The storage and the event hub of a Purview account are its own.
    let by_purview =
        purview && !["dfs", "table", "file"].iter().any(|group| endpoint.group.is_text(group).is_true());
    if by_purview && ty.eq_ignore_ascii_case(STORAGE_ACCOUNTS) {
        return false;
    }
    let known = |link: &PrivateLink| {
        facts::managed_target(link).is_some_and(|target| !target.linked_services.is_empty())
    };
    let group = endpoint.group.known_text().unwrap_or_default();
    let right = private_link(ty, group).is_some_and(known);
    right && !resource.condition.truth.is_false()
}

// The workspace of Databricks, whose host does not tell its name.
fn workspace(service: &Resource) -> Option<Text> {
    let identity = resource_id::identify(&service.property("typeProperties.workspaceResourceId"))?;
    identity.ty.is_some().then_some(identity.name)
}

// What may use endpoints.
#[derive(Default)]
struct Users {
    // Stores with a known name, by name in lower case.
    named: HashMap<SmolStr, Vec<Store>>,
    // Other stores.
    open: Vec<Store>,
    // The resource types that linked services without a known store may connect to.
    anything: bool,
    types: Vec<&'static str>,
    // The hosts that are called.
    hosts: Vec<Text>,
    // Others are called whose hosts are not known.
    open_hosts: bool,
}

impl Users {
    fn read(factory: &Factory, view: View<'_>) -> Users {
        let (graph, settings) = (view.graph(), view.settings());
        let uses = Uses::in_view(view);
        let mut users = Users::default();
        for service in factory.linked_services.iter().map(|id| graph.resource(*id)) {
            let runs = reach::runs(graph, factory, uses, service);
            if runs.iter().all(|run| run.runtime.class.is_self_hosted()) {
                continue;
            }
            match store::host_of(settings, service) {
                Some(host) if !service.existing => users.hosts.push(host),
                _ => users.open_hosts = true,
            }
            match store::store_of(graph, settings, service) {
                Some(store) if !service.existing => {
                    let name = store.name.or_else(|| workspace(service));
                    users.add(Store { name, ..store });
                }
                _ => users.add_unknown(service),
            }
        }
        for pipeline in factory.pipelines.iter().map(|id| graph.resource(*id)) {
            for activity in activity::activities(pipeline) {
                users.add_call(factory, &activity, view);
            }
        }
        users
    }

    fn add(&mut self, store: Store) {
        // Only private link services have no sub-resources; they are matched by their kind.
        match store.name.as_ref().and_then(Text::known) {
            Some(name) => self.named.entry(name.to_ascii_lowercase().into()).or_default().push(store),
            None => self.open.push(store),
        }
    }

    fn add_unknown(&mut self, service: &Resource) {
        match store::facts_of(service) {
            Some(facts) => {
                self.anything |= facts.targets.contains(&"*");
                self.types.extend(facts.targets.iter().copied());
                self.types.extend(facts::private_links_for(facts.ty).map(|link| link.ty));
            }
            None => self.anything = true,
        }
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
        let url = activity.at("typeProperties.url").text();
        let known = url.filter(|url| url.known().is_none_or(|url| !adf_expression::is_dynamic(url)));
        let host = known.and_then(|url| host::host_of(&url)).map(|host| host.name);
        let target =
            host.clone().map(|host| host::target(&host, view.settings().cloud).map(|target| (target, host)));
        match target {
            Some(Some((target, host))) => {
                let place = activity.origin.span;
                self.hosts.push(host.clone());
                self.add(Store { links: target.links, name: target.name, host, place, resource: None });
            }
            // A host that is not Azure's.
            Some(None) => self.hosts.extend(host),
            None => self.anything = true,
        }
    }

    // Whether one of the hosts is called that an endpoint answers for; `None` where it does not tell them.
    fn called(&self, endpoint: &ManagedEndpoint) -> Option<Truth> {
        let names = endpoint.fqdns.elements().filter(|names| !names.is_empty())?;
        let bare = |name: &Value| host::host_of(&name.text()?).map(|host| host.name);
        let names: Option<Vec<Text>> = names.iter().map(bare).collect();
        let names = names?;
        let same = names.iter().flat_map(|name| self.hosts.iter().map(|host| host.equals_ignore_case(name)));
        let open = if self.open_hosts || self.anything { Truth::Unknown } else { Truth::False };
        Some(Truth::any(same.chain([open])))
    }

    fn use_of(&self, endpoint: &ManagedEndpoint, target: &Identity) -> Truth {
        let Some(ty) = target.ty.as_deref() else { return Truth::Unknown };
        // What stands behind a private link service has the names that its endpoint says.
        if endpoint.is_to(PRIVATE_LINK_SERVICES)
            && let Some(called) = self.called(endpoint)
        {
            return called;
        }
        if self.anything || self.types.iter().any(|other| other.eq_ignore_ascii_case(ty)) {
            return Truth::Unknown;
        }
        let near: Box<dyn Iterator<Item = &Store>> = match target.name.known() {
            Some(_) => {
                let named = self.named.get(resource_id::name_key(&target.name).as_str());
                Box::new(named.into_iter().flatten().chain(&self.open))
            }
            None => Box::new(self.named.values().flatten().chain(&self.open)),
        };
        Truth::any(near.map(|store| {
            let same = store.links.iter().any(|link| link.ty.eq_ignore_ascii_case(ty));
            if same { store.is_named_by(target) } else { Truth::False }
        }))
    }
}
