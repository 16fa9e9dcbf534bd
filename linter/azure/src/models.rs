//! What is found out about the resources of a deployment once, for all rules.

use std::cell::OnceCell;

use armlint_engine::rule::View;

use crate::dns::{Declared, Owners, Registrations};
use crate::network::subnet::NamedSubnets;
use crate::private_link::Connections;
use crate::schema::Deviations;
use crate::secret::{HeldSecrets, ReadableSecrets};

/// The models, each made when it is first asked for.
#[derive(Default)]
struct Models {
    connections: OnceCell<Connections>,
    declared: OnceCell<Declared>,
    deviations: OnceCell<Deviations>,
    named_subnets: OnceCell<NamedSubnets>,
    owners: OnceCell<Owners>,
    registrations: OnceCell<Registrations>,
    held_secrets: OnceCell<HeldSecrets>,
    readable_secrets: OnceCell<ReadableSecrets>,
}

impl Connections {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Connections {
        view.models::<Models>().connections.get_or_init(|| Connections::build(view))
    }
}

impl Declared {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Declared {
        view.models::<Models>().declared.get_or_init(|| Declared::build(view))
    }
}

impl Deviations {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Deviations {
        view.models::<Models>().deviations.get_or_init(|| Deviations::build(view))
    }
}

impl NamedSubnets {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &NamedSubnets {
        view.models::<Models>().named_subnets.get_or_init(|| NamedSubnets::build(view))
    }
}

impl Owners {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Owners {
        view.models::<Models>().owners.get_or_init(|| Owners::build(view))
    }
}

impl Registrations {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Registrations {
        view.models::<Models>().registrations.get_or_init(|| Registrations::build(view))
    }
}

impl HeldSecrets {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &HeldSecrets {
        view.models::<Models>().held_secrets.get_or_init(|| HeldSecrets::build(view))
    }
}

impl ReadableSecrets {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &ReadableSecrets {
        view.models::<Models>().readable_secrets.get_or_init(|| ReadableSecrets::build(view))
    }
}
