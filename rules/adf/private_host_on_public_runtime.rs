//! Store that only a self-hosted runtime reaches is used from an Azure runtime
//!
//! ## Why
//!
//! An Azure runtime, in the managed virtual network or not, reaches no host of a private network: no
//! private or link-local address, no name of one label, no name below `.local`, `.internal`, `.corp` or
//! `.lan`. From the managed virtual network a managed private endpoint to a private link service of your
//! own leads there, for the host names that it holds (tutorial-managed-virtual-network-on-premise-sql-server,
//! 2023-08-10).
//!
//! Some connectors run on self-hosted runtimes only, wherever the store is: ODBC, Informix, Access, Sybase,
//! SAP HANA, SAP BW and SAP tables among them (supported data stores, 2020-12-18; API 2018-06-01).
//!
//! ## How to fix
//!
//! Set `connectVia` to a self-hosted runtime in the network of the store, or add a managed private endpoint
//! to a private link service in front of it.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: integrationRuntime/ir-azure.json
//! {
//!   "name": "ir-azure",
//!   "properties": {
//!     "type": "Managed",
//!     "typeProperties": { "computeProperties": { "location": "West Europe" } }
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
//! // file: linkedService/ls_sales.json
//! {
//!   "name": "ls_sales",
//!   "properties": {
//!     "type": "SqlServer",
//!     "typeProperties": {
//!       "server": "sql01.corp.local", // expect: adf/private-host-on-public-runtime
//!       "database": "sales",
//!       "encrypt": "mandatory",
//!       "authenticationType": "Windows",
//!       "userName": "CONTOSO\\adf",
//!       "password": {
//!         "type": "AzureKeyVaultSecret",
//!         "store": { "referenceName": "ls_vault", "type": "LinkedServiceReference" },
//!         "secretName": "sql-sales"
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! The connector runs on self-hosted runtimes only:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "server": { "type": "string" } },
//!   "resources": {
//!     "runtime": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'ir-managed')]",
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!         "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!       }
//!     },
//!     "warehouse": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'ls_bw')]",
//!       "properties": {
//!         "type": "SapBW", // expect: adf/private-host-on-public-runtime
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" },
//!         "typeProperties": { "server": "[parameters('server')]", "systemNumber": "00", "clientId": "100" }
//!       },
//!       "dependsOn": ["runtime"]
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
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
//! // file: linkedService/ls_sales.json
//! {
//!   "name": "ls_sales",
//!   "properties": {
//!     "type": "SqlServer",
//!     "typeProperties": {
//!       "server": "10.20.0.4",
//!       "database": "sales",
//!       "encrypt": "mandatory",
//!       "authenticationType": "Windows",
//!       "userName": "CONTOSO\\adf",
//!       "password": {
//!         "type": "AzureKeyVaultSecret",
//!         "store": { "referenceName": "ls_vault", "type": "LinkedServiceReference" },
//!         "secretName": "sql-sales"
//!       }
//!     },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "shir-onprem" }
//!   }
//! }
//! ```
//!
//! A private link service of your own answers for the host:
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.Network/privateLinkServices",
//!     "apiVersion": "2024-05-01",
//!     "name": "pls-sql",
//!     "location": "westeurope",
//!     "properties": {
//!       "autoApproval": { "subscriptions": ["*"] },
//!       "loadBalancerFrontendIpConfigurations": [
//!         { "id": "[resourceId('Microsoft.Network/loadBalancers/frontendIPConfigurations', 'lb-sql', 'front')]" }
//!       ],
//!       "ipConfigurations": [
//!         {
//!           "name": "nat",
//!           "properties": { "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-sql', 'nat')]" } }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default/sql",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]",
//!       "[resourceId('Microsoft.Network/privateLinkServices', 'pls-sql')]"
//!     ],
//!     "properties": {
//!       "privateLinkResourceId": "[resourceId('Microsoft.Network/privateLinkServices', 'pls-sql')]",
//!       "fqdns": ["sql01.corp.local"]
//!     }
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
//!       "type": "SqlServer",
//!       "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" },
//!       "typeProperties": {
//!         "server": "sql01.corp.local",
//!         "database": "sales",
//!         "encrypt": "mandatory",
//!         "authenticationType": "SQL",
//!         "userName": "adf",
//!         "password": {
//!           "type": "AzureKeyVaultSecret",
//!           "store": { "referenceName": "ls_vault", "type": "LinkedServiceReference" },
//!           "secretName": "sql-sales"
//!         }
//!       }
//!     }
//!   }
//! ]
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::activity::Uses;
use crate::model::address::{self, Address};
use crate::model::answered::Answered;
use crate::model::factory::{Factories, Factory, LINKED_SERVICES};
use crate::model::facts::Fact;
use crate::model::reach::{self, Run};
use crate::model::runtime::RuntimeClass;
use crate::model::{snippet, store};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/private-host-on-public-runtime",
    category: Category::Network,
    severity: Severity::High,
    equivalents: &[],
    references: &[
        "Data Factory, supported data stores, 2020-12-18",
        "Data Factory, access on-premises SQL Server from a managed virtual network, 2023-08-10",
        "RFC 1918, RFC 3927, RFC 6762",
    ],
    sentences: &[],
    check: Check::Resource(LINKED_SERVICES, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some(facts) = store::facts_of(resource).filter(|_| !resource.existing) else { return };
    let address = address::address_of(graph, resource);
    let private = address.filter(|address| {
        let host = address.host.known();
        !facts.family.starts_with("azure") && host.is_some_and(|host| address::is_private(host))
    });
    if facts.azure_runtime && private.is_none() {
        return;
    }
    let (factories, uses) = (cx.derived(Factories::build), cx.derived(Uses::build));
    let Some(factory) = factories.of(resource) else { return };
    let runs = reach::runs(graph, factory, &uses, resource);
    let led = private.as_ref().is_some_and(|address| may_lead(cx, &factories, factory, address));
    let stranded = |run: &&Run| match run.runtime.class {
        RuntimeClass::Global => true,
        RuntimeClass::Managed => !facts.azure_runtime || !led,
        _ => false,
    };
    let stranded: Vec<&Run> = runs.iter().filter(stranded).collect();
    let Some(first) = stranded.first() else { return };
    let name = snippet::called(resource, "This linked service");
    let runtime = snippet::quoted(&first.runtime.name).unwrap_or_else(|| "an Azure runtime".into());
    let ty = resource.property("type");
    let (place, message) = match &private {
        Some(address) if facts.azure_runtime => {
            let host = snippet::quoted(&address.host).unwrap_or_else(|| "its host".into());
            (address.place, format!("{name} connects to {host}, which {runtime} cannot reach"))
        }
        _ => {
            let message =
                format!("`{}` of {name} works on self-hosted runtimes only, not on {runtime}", facts.ty);
            (ty.origin.span, message)
        }
    };
    let isolated = first.runtime.class == RuntimeClass::Managed;
    let day = cx.settings().as_of;
    let finding = cx.report_on(resource, &place, message);
    for run in stranded {
        match &run.activity {
            Some((activity, place)) => finding.related(*place, format!("`{activity}` uses it there")),
            None if run.runtime.implicit => finding,
            None => finding.related(run.runtime.place, "the runtime"),
        };
    }
    if isolated && private.is_some() && Fact::NoCustomDns.holds(day) {
        finding.label("the managed virtual network takes no DNS servers of your own");
    }
    finding.help("set \"connectVia\" to a self-hosted runtime in the network of the store");
}

// Whether a managed private endpoint of the factory may answer for a host.
fn may_lead(cx: &Context<'_>, factories: &Factories, factory: &Factory, address: &Address) -> bool {
    let Some(host) = address.host.known() else { return true };
    let answered = cx.derived(Answered::build);
    let answers = |factory: &Factory| answered.may_hold(factory, host);
    answers(factory) || factories.doubles(factory).any(answers)
}
