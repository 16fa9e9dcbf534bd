//! Private endpoints of others to the stores of a factory: those of networks, and the managed ones of
//! other factories.

use std::collections::HashMap;

use armlint_azure::private_link::{self, Connections};
use armlint_azure::resource_id::{self, Identity};
use armlint_engine::graph::ResourceId;
use armlint_engine::rule::View;
use armlint_engine::value::{Truth, Value};
use smol_str::SmolStr;

use crate::factory::{Factories, Factory};
use crate::managed_endpoint;
use crate::store::Store;

/// All private endpoints of a deployment, by the name of their target.
#[derive(Default)]
pub struct ForeignEndpoints(HashMap<SmolStr, Vec<Lead>>);

struct Lead {
    resource: ResourceId,
    identity: Identity,
    group: Group,
    // The factory of a managed one.
    factory: Option<(SmolStr, SmolStr)>,
}

enum Group {
    One(Value),
    List(Value),
}

impl ForeignEndpoints {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> ForeignEndpoints {
        let mut foreign = ForeignEndpoints::default();
        for connection in Connections::in_view(view).list() {
            let group = Group::List(connection.groups.clone());
            foreign.push(connection.resource, connection.identity.as_ref(), group, None);
        }
        for factory in Factories::in_view(view).list() {
            for endpoint in
                factory.endpoints.iter().map(|id| managed_endpoint::managed(view.graph().resource(*id)))
            {
                let group = Group::One(endpoint.group);
                let own = (factory.ty.clone(), factory.key.clone());
                foreign.push(endpoint.resource, endpoint.identity.as_ref(), group, Some(own));
            }
        }
        foreign
    }

    fn push(
        &mut self,
        resource: ResourceId,
        identity: Option<&Identity>,
        group: Group,
        factory: Option<(SmolStr, SmolStr)>,
    ) {
        let Some(identity) = identity.cloned() else { return };
        let leads = self.0.entry(identity.key.clone()).or_default();
        leads.push(Lead { resource, identity, group, factory });
    }

    /// The first private endpoint of others that certainly leads to a store of a factory: through a
    /// sub-resource that the connector uses where `same`, else through any.
    pub fn first(&self, factory: &Factory, store: &Store, same: bool) -> Option<ResourceId> {
        let name = store.name.as_ref()?;
        let mut leads = self.0.get(&resource_id::name_key(name))?.iter().filter(|lead| {
            let own = lead.factory.as_ref().is_some_and(|(ty, key)| *ty == factory.ty && *key == factory.key);
            !own && store.is_named_by(&lead.identity).is_true()
        });
        let wanted =
            |lead: &&Lead| !same || Truth::any(store.groups().map(|group| lead.is_to(group))).is_true();
        leads.find(wanted).map(|lead| lead.resource)
    }
}

impl Lead {
    fn is_to(&self, wanted: &str) -> Truth {
        match &self.group {
            Group::One(group) => group.is_text(wanted),
            Group::List(groups) => private_link::holds(groups, wanted),
        }
    }
}
