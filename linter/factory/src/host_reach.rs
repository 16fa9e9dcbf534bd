//! How Azure runtimes reach the host of a linked service that is none of Azure's stores: what the rules say, and
//! what the map draws.

use armlint_azure::facts::by_host;
use armlint_azure::{host, outside};
use armlint_engine::graph::{Resource, ResourceId};
use armlint_engine::rule::View;

use crate::address::{self, Address};
use crate::endpoint_host_names::{Answer, EndpointHostNames};
use crate::factory::{Factories, Factory};
use crate::runtime::RuntimeClass;
use crate::store;

/// A host that is none of Azure's stores.
#[derive(Clone, Debug)]
pub struct HostReach {
    /// The host.
    pub address: Address,
    /// Who could reach it without an endpoint.
    pub network: HostNetwork,
    /// Whether a managed private endpoint of the factory answers for it.
    pub answer: Answer,
}

/// The network of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostNetwork {
    /// One that nobody outside of it can reach.
    Private,
    /// A public one of somebody else.
    Outside,
    /// A public one of Microsoft's, of a service without Private Link.
    Microsoft,
}

/// The host of a linked service; `None` where it is not known, or is that of a store of Azure.
pub fn host_reach(service: &Resource, view: View<'_>) -> Option<HostReach> {
    let facts = store::facts_of(service)?;
    let address = address::address_of(view.graph(), service)?;
    let (host, cloud) = (address.host.known()?, view.settings().cloud);
    let network = if !facts.family.starts_with("azure") && host::is_private(host) {
        HostNetwork::Private
    } else if outside::is_outside(host, cloud) {
        HostNetwork::Outside
    } else if outside::is_microsoft(host) && by_host(&address.host, cloud).is_empty() {
        HostNetwork::Microsoft
    } else {
        return None;
    };
    let factories = Factories::in_view(view);
    let factory = factories.of(service)?;
    let answer = answer(view, factories, factory, host);
    Some(HostReach { address, network, answer })
}

fn answer(view: View<'_>, factories: &Factories, factory: &Factory, host: &str) -> Answer {
    let names = EndpointHostNames::in_view(view);
    match names.answer(factory, host) {
        Answer::No if factories.doubles(factory).any(|other| names.answer(other, host) != Answer::No) => {
            Answer::Perhaps
        }
        answer => answer,
    }
}

/// Whether runtimes of a class certainly do not reach the store of a linked service, since only a self-hosted one
/// does.
pub fn is_stranded(service: &Resource, class: RuntimeClass, view: View<'_>) -> bool {
    let Some(facts) = store::facts_of(service) else { return false };
    let azure = matches!(class, RuntimeClass::Global | RuntimeClass::Managed);
    let private = || {
        let reach = host_reach(service, view).filter(|reach| reach.network == HostNetwork::Private);
        reach.is_some_and(|reach| class == RuntimeClass::Global || reach.answer == Answer::No)
    };
    azure && (!facts.azure_runtime || private())
}

impl HostReach {
    /// The managed private endpoint that answers for the host.
    pub fn endpoint(&self) -> Option<ResourceId> {
        match self.answer {
            Answer::Yes(endpoint) => Some(endpoint),
            Answer::Perhaps | Answer::No => None,
        }
    }
}
