//! What single rules find out about a deployment once.

use std::cell::OnceCell;

use armlint_engine::rule::View;

use crate::adf::api_version::Outdated;
use crate::adf::copy_runtime_conflict::Conflicts;
use crate::adf::managed_vnet_egress::Leaving;
use crate::adf::runtime_network_switch::RuntimeNetworks;
use crate::language::deployment_order::DeploymentOrder;

/// The models, each made when it is first asked for.
#[derive(Default)]
struct Models {
    conflicts: OnceCell<Conflicts>,
    runtime_networks: OnceCell<RuntimeNetworks>,
    deployment_order: OnceCell<DeploymentOrder>,
    leaving: OnceCell<Leaving>,
    outdated: OnceCell<Outdated>,
}

impl Conflicts {
    /// Of a deployment.
    pub(crate) fn in_view(view: View<'_>) -> &Conflicts {
        view.models::<Models>().conflicts.get_or_init(|| Conflicts::build(view))
    }
}

impl RuntimeNetworks {
    /// Of a deployment.
    pub(crate) fn in_view(view: View<'_>) -> &RuntimeNetworks {
        view.models::<Models>().runtime_networks.get_or_init(|| RuntimeNetworks::build(view))
    }
}

impl DeploymentOrder {
    /// Of a deployment.
    pub(crate) fn in_view(view: View<'_>) -> &DeploymentOrder {
        view.models::<Models>().deployment_order.get_or_init(|| DeploymentOrder::build(view))
    }
}

impl Leaving {
    /// Of a deployment.
    pub(crate) fn in_view(view: View<'_>) -> &Leaving {
        view.models::<Models>().leaving.get_or_init(|| Leaving::build(view))
    }
}

impl Outdated {
    /// Of a deployment.
    pub(crate) fn in_view(view: View<'_>) -> &Outdated {
        view.models::<Models>().outdated.get_or_init(|| Outdated::build(view))
    }
}
