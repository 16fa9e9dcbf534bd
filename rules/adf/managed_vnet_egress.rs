//! Managed virtual network lets traffic out to public addresses, or needs a port that it does not
//!
//! ## Why
//!
//! The managed virtual network is no barrier to exfiltration by itself: all ports to public addresses are
//! open, and what a pipeline copies to a host outside of Azure leaves it (managed-virtual-network-private-endpoint,
//! 2023-08-02). That is said once for a factory. A Synapse workspace can close the way with
//! `preventDataExfiltration`, only when it is created (workspace-data-exfiltration-protection, 2025-02-10).
//!
//! In the editions from 2020-03-26 until 2021-05 only port 443 was open, so that a store on another port
//! could not be reached without a managed private endpoint.
//!
//! ## How to fix
//!
//! Reach stores over managed private endpoints, and restrict the others by outbound rules of the factory.
//! Create Synapse workspaces with `preventDataExfiltration`.
//!
//! ## Examples
//!
//! SQL Database listens on port 1433:
//!
//! ```jsonc bad as-of=2020-04-01
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ir-managed",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"],
//!     "properties": {
//!       "type": "Managed",
//!       "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!       "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ls_sales",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-sales', 'ir-managed')]"],
//!     "properties": {
//!       "type": "AzureSqlDatabase",
//!       "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" },
//!       "typeProperties": {
//!         "server": "sql-sales.database.windows.net", // expect: adf/managed-vnet-egress
//!         "database": "sales",
//!         "encrypt": "mandatory",
//!         "authenticationType": "SystemAssignedManagedIdentity"
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! A host outside of Azure:
//!
//! ```jsonc bad
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/kv-sales.json
//! {
//!   "name": "kv-sales",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lake/providers/Microsoft.KeyVault/vaults/kv-sales",
//!     "groupId": "vault"
//!   }
//! }
//! // file: integrationRuntime/ir-managed.json
//! {
//!   "name": "ir-managed",
//!   "properties": {
//!     "type": "Managed",
//!     "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!     "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!   }
//! }
//! // file: linkedService/ls_vault.json
//! {
//!   "name": "ls_vault",
//!   "properties": {
//!     "type": "AzureKeyVault",
//!     "typeProperties": { "baseUrl": "https://kv-sales.vault.azure.net/" }
//!   }
//! }
//! // file: linkedService/ls_partner.json
//! {
//!   "name": "ls_partner",
//!   "properties": {
//!     "type": "Sftp",
//!     "typeProperties": {
//!       "host": "sftp.partner.example.com", // expect: adf/managed-vnet-egress
//!       "port": 22,
//!       "authenticationType": "Basic",
//!       "userName": "sales",
//!       "password": {
//!         "type": "AzureKeyVaultSecret",
//!         "store": { "referenceName": "ls_vault", "type": "LinkedServiceReference" },
//!         "secretName": "partner"
//!       },
//!       "hostKeyFingerprint": "ssh-rsa 2048 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"
//!     },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! ```
//!
//! A workspace that may send data anywhere:
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.Synapse/workspaces",
//!     "apiVersion": "2021-06-01",
//!     "name": "syn-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {
//!       "managedVirtualNetwork": "default", // expect: adf/managed-vnet-egress
//!       "defaultDataLakeStorage": { "accountUrl": "https://stlake.dfs.core.windows.net", "filesystem": "synapse" }
//!     }
//!   }
//! ]
//! ```
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.Synapse/workspaces",
//!     "apiVersion": "2021-06-01",
//!     "name": "syn-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {
//!       "managedVirtualNetwork": "default",
//!       "managedVirtualNetworkSettings": { "preventDataExfiltration": true },
//!       "defaultDataLakeStorage": { "accountUrl": "https://stlake.dfs.core.windows.net", "filesystem": "synapse" }
//!     }
//!   }
//! ]
//! ```
//!
//! The partner is reached from a self-hosted runtime:
//!
//! ```jsonc good
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: integrationRuntime/ir-managed.json
//! {
//!   "name": "ir-managed",
//!   "properties": {
//!     "type": "Managed",
//!     "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!     "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!   }
//! }
//! // file: integrationRuntime/shir-onprem.json
//! { "name": "shir-onprem", "properties": { "type": "SelfHosted" } }
//! // file: linkedService/ls_vault.json
//! {
//!   "name": "ls_vault",
//!   "properties": {
//!     "type": "AzureKeyVault",
//!     "typeProperties": { "baseUrl": "https://kv-sales.vault.azure.net/" }
//!   }
//! }
//! // file: linkedService/ls_partner.json
//! {
//!   "name": "ls_partner",
//!   "properties": {
//!     "type": "Sftp",
//!     "typeProperties": {
//!       "host": "sftp.partner.example.com",
//!       "port": 22,
//!       "authenticationType": "Basic",
//!       "userName": "sales",
//!       "password": {
//!         "type": "AzureKeyVaultSecret",
//!         "store": { "referenceName": "ls_vault", "type": "LinkedServiceReference" },
//!         "secretName": "partner"
//!       },
//!       "hostKeyFingerprint": "ssh-rsa 2048 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"
//!     },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "shir-onprem" }
//!   }
//! }
//! ```
//!
//! A private endpoint is no public address:
//!
//! ```jsonc good as-of=2020-04-01
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/sql-sales.json
//! {
//!   "name": "sql-sales",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lake/providers/Microsoft.Sql/servers/sql-sales",
//!     "groupId": "sqlServer"
//!   }
//! }
//! // file: integrationRuntime/ir-managed.json
//! {
//!   "name": "ir-managed",
//!   "properties": {
//!     "type": "Managed",
//!     "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!     "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!   }
//! }
//! // file: linkedService/ls_sales.json
//! {
//!   "name": "ls_sales",
//!   "properties": {
//!     "type": "AzureSqlDatabase",
//!     "typeProperties": {
//!       "server": "sql-sales.database.windows.net",
//!       "database": "sales",
//!       "encrypt": "mandatory",
//!       "authenticationType": "SystemAssignedManagedIdentity"
//!     },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! ```

use std::collections::HashMap;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{Resource, ResourceId};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::settings::Cloud;
use armlint_engine::value::Text;

use crate::model::address::{self, Address};
use crate::model::answered::Answered;
use crate::model::coverage::{Coverage, Endpoints};
use crate::model::factory::{Factories, Factory, WORKSPACES};
use crate::model::facts::{self, Fact};
use crate::model::gap::{self, Instead};
use crate::model::reach::{self, Consumer};
use crate::model::runtime::{Presence, RuntimeClass, presence};
use crate::model::{snippet, store};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-vnet-egress",
    category: Category::Network,
    severity: Severity::Low,
    equivalents: &[],
    references: &[
        "Data Factory, managed virtual network (preview), 2020-03-26",
        "Data Factory, managed virtual network and managed private endpoints, 2023-08-02",
        "Synapse, data exfiltration protection, 2025-02-10",
    ],
    sentences: &["B3", "B7", "B16", "B31"],
    check: Check::Resource(TYPES, check),
};

const TYPES: &[&str] = &[
    "Microsoft.DataFactory/factories/linkedservices",
    "Microsoft.Synapse/workspaces/linkedservices",
    WORKSPACES,
];

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let day = cx.settings().as_of;
    if resource.existing {
        return;
    }
    if resource.is(WORKSPACES) {
        if Fact::AllPortsOpen.holds(day) {
            workspace(resource, cx);
        }
    } else if Fact::OnlyPort443.holds(day) {
        closed_port(resource, cx);
    } else if Fact::AllPortsOpen.holds(day) {
        open_ports(resource, cx);
    }
}

// The switch can be given only when the workspace is made; a Git folder does not hold it.
fn workspace(resource: &Resource, cx: &mut Context<'_>) {
    let network = resource.property("managedVirtualNetwork");
    if cx.graph().dialect.is_folder() || !network.is_text("default").is_true() {
        return;
    }
    let settings = resource.property("managedVirtualNetworkSettings");
    let prevents = settings.get("preventDataExfiltration");
    let open = match presence(&prevents) {
        Presence::Absent => true,
        Presence::Present => prevents.truth().is_false() && !prevents.assumed,
        Presence::Unknown => false,
    };
    if !open {
        return;
    }
    let name = snippet::called(resource, "this workspace");
    let message = format!("The managed virtual network of {name} lets data out to any public address");
    let place = if prevents.is_missing() { network.origin.span } else { prevents.origin.span };
    cx.report_on(resource, &place, message).severity(Severity::Medium).help(
        "set \"managedVirtualNetworkSettings\": { \"preventDataExfiltration\": true } before the workspace is \
         created; it cannot be changed later",
    );
}

fn closed_port(resource: &Resource, cx: &mut Context<'_>) {
    let Some(port) = gap::closed_port(resource, cx) else { return };
    let (place, consumers) = match gap::gap(resource, cx) {
        Some(gap) if matches!(gap.instead, Instead::Port(_)) => (gap.store.place, gap.consumers),
        Some(_) => return,
        None => {
            let Some((address, consumers)) = unlisted(resource, cx) else { return };
            (address.place, consumers)
        }
    };
    let name = snippet::called(resource, "This linked service");
    let message = format!("{name} needs port {port}, but from the managed network only port 443 is open");
    let finding = cx.report_on(resource, &place, message);
    finding.severity(Severity::High);
    for consumer in consumers {
        finding.related(consumer.place, consumer.label);
    }
    finding.help("add a managed private endpoint to the store, or use a self-hosted runtime");
}

// A known public host that no managed private endpoint of the day leads to, and what needs it.
fn unlisted(resource: &Resource, cx: &Context<'_>) -> Option<(Address, Vec<Consumer>)> {
    let (graph, settings) = (cx.graph(), cx.settings());
    let factories = cx.derived(Factories::build);
    let factory = factories.of(resource)?;
    let address = address::address_of(graph, resource)?;
    let host = address.host.known().filter(|host| host.contains('.') && !address::is_private(host))?;
    let store = store::store_of(graph, settings, resource);
    let listed = store.as_ref().is_some_and(|store| {
        let covered = cx.derived(Endpoints::build).coverage(factory, store);
        !matches!(covered, Coverage::Missing) || store.links.iter().any(|link| link.is_listed(settings.as_of))
    });
    if listed
        || !reach::declares_endpoints(graph, factory)
        || cx.derived(Answered::build).may_hold(factory, host)
    {
        return None;
    }
    let consumers = reach::consumers(resource, cx);
    (!consumers.is_empty()).then_some((address, consumers))
}

/// The linked services that take data out of Azure from the managed network, for each factory by the
/// first.
struct Leaving(HashMap<ResourceId, Vec<(ResourceId, Address)>>);

impl Leaving {
    fn build(cx: &Context<'_>) -> Leaving {
        let graph = cx.graph();
        let answered = cx.derived(Answered::build);
        let of_factory = |factory: &Factory| {
            // Where no runtime is in the network, nothing leaves it.
            if factory.runtimes_of(graph, RuntimeClass::Managed).next().is_none() {
                return Vec::new();
            }
            let services = factory.linked_services.iter().map(|id| graph.resource(*id));
            let leaving = services.filter(|service| !service.existing).filter_map(|service| {
                let address = address::address_of(graph, service)?;
                let host = address.host.known().filter(|host| is_outside(host, cx.settings().cloud))?;
                let leaves = !answered.may_hold(factory, host) && !reach::consumers(service, cx).is_empty();
                leaves.then_some((service.id, address))
            });
            leaving.collect()
        };
        let lists = cx.derived(Factories::build);
        let lists = lists.list().iter().map(of_factory);
        Leaving(lists.filter_map(|list: Vec<(ResourceId, Address)>| Some((list.first()?.0, list))).collect())
    }
}

fn open_ports(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let leaving = cx.derived(Leaving::build);
    let Some([(_, address), others @ ..]) = leaving.0.get(&resource.id).map(Vec::as_slice) else { return };
    let host = snippet::quoted(&address.host).unwrap_or_else(|| "a host outside of Azure".into());
    let message =
        format!("The managed network lets data out to {host}; it is no barrier to exfiltration by itself");
    let finding = cx.report_on(resource, &address.place, message);
    for (id, address) in others {
        let name = snippet::called(graph.resource(*id), "this linked service");
        finding.related(address.place, format!("and so does {name}"));
    }
    finding.help("restrict the factory by outbound rules, or reach the host from a self-hosted runtime");
}

// Whether a host is certainly none of Microsoft's.
fn is_outside(host: &str, cloud: Cloud) -> bool {
    const OWN: [&str; 14] = [
        "azure.com",
        "azure.net",
        "azure.us",
        "azure.cn",
        "windows.net",
        "microsoft.com",
        "microsoftonline.com",
        "azurewebsites.net",
        "azuredatabricks.net",
        "azuresynapse.net",
        "azurehdinsight.net",
        "dynamics.com",
        "sharepoint.com",
        "office.com",
    ];
    let below = |end: &&str| {
        let rest = host.len().checked_sub(end.len()).and_then(|at| Some((host.get(..at)?, host.get(at..)?)));
        rest.is_some_and(|(rest, last)| {
            last.eq_ignore_ascii_case(end) && (rest.is_empty() || rest.ends_with('.'))
        })
    };
    let known = !facts::by_host(&Text::Known(host.into()), cloud).is_empty();
    host.contains('.') && !known && !address::is_private(host) && !OWN.iter().any(below)
}
