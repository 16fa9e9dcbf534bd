//! What is found out about the factories of a deployment once, for all rules and maps.

use std::cell::OnceCell;

use armlint_engine::rule::View;

use crate::activity::Uses;
use crate::copy::Copies;
use crate::coverage::Endpoints;
use crate::dynamic::{Dynamic, GlobalParameters};
use crate::endpoint_host_names::EndpointHostNames;
use crate::endpoint_use::EndpointUses;
use crate::factory::Factories;
use crate::foreign_endpoint::ForeignEndpoints;
use crate::machine::Machines;
use crate::private_factory::PrivateFactories;
use crate::reach::VaultReaders;
use crate::secret::key_vault::KeyVaultServices;
use crate::secret::{Parameters, Secrets};
use crate::vault_reads::VaultReads;

/// The models, each made when it is first asked for.
#[derive(Default)]
struct Models {
    copies: OnceCell<Copies>,
    dynamic: OnceCell<Dynamic>,
    endpoint_host_names: OnceCell<EndpointHostNames>,
    endpoint_uses: OnceCell<EndpointUses>,
    endpoints: OnceCell<Endpoints>,
    factories: OnceCell<Factories>,
    foreign_endpoints: OnceCell<ForeignEndpoints>,
    global_parameters: OnceCell<GlobalParameters>,
    key_vault_services: OnceCell<KeyVaultServices>,
    machines: OnceCell<Machines>,
    parameters: OnceCell<Parameters>,
    private_factories: OnceCell<PrivateFactories>,
    secrets: OnceCell<Secrets>,
    uses: OnceCell<Uses>,
    vault_readers: OnceCell<VaultReaders>,
    vault_reads: OnceCell<VaultReads>,
}

impl Copies {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Copies {
        view.models::<Models>().copies.get_or_init(|| Copies::build(view))
    }
}

impl Dynamic {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Dynamic {
        view.models::<Models>().dynamic.get_or_init(|| Dynamic::build(view))
    }
}

impl EndpointHostNames {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &EndpointHostNames {
        view.models::<Models>().endpoint_host_names.get_or_init(|| EndpointHostNames::build(view))
    }
}

impl EndpointUses {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &EndpointUses {
        view.models::<Models>().endpoint_uses.get_or_init(|| EndpointUses::build(view))
    }
}

impl Endpoints {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Endpoints {
        view.models::<Models>().endpoints.get_or_init(|| Endpoints::build(view))
    }
}

impl Factories {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Factories {
        view.models::<Models>().factories.get_or_init(|| Factories::build(view))
    }
}

impl ForeignEndpoints {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &ForeignEndpoints {
        view.models::<Models>().foreign_endpoints.get_or_init(|| ForeignEndpoints::build(view))
    }
}

impl GlobalParameters {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &GlobalParameters {
        view.models::<Models>().global_parameters.get_or_init(|| GlobalParameters::build(view))
    }
}

impl KeyVaultServices {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &KeyVaultServices {
        view.models::<Models>().key_vault_services.get_or_init(|| KeyVaultServices::build(view))
    }
}

impl Machines {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Machines {
        view.models::<Models>().machines.get_or_init(|| Machines::build(view))
    }
}

impl Parameters {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Parameters {
        view.models::<Models>().parameters.get_or_init(|| Parameters::build(view))
    }
}

impl PrivateFactories {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &PrivateFactories {
        view.models::<Models>().private_factories.get_or_init(|| PrivateFactories::build(view))
    }
}

impl Secrets {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Secrets {
        view.models::<Models>().secrets.get_or_init(|| Secrets::build(view))
    }
}

impl Uses {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &Uses {
        view.models::<Models>().uses.get_or_init(|| Uses::build(view))
    }
}

impl VaultReaders {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &VaultReaders {
        view.models::<Models>().vault_readers.get_or_init(|| VaultReaders::build(view))
    }
}

impl VaultReads {
    /// Of a deployment.
    pub fn in_view(view: View<'_>) -> &VaultReads {
        view.models::<Models>().vault_reads.get_or_init(|| VaultReads::build(view))
    }
}
