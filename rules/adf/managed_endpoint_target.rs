//! Managed private endpoint leads to something that has no Private Link
//!
//! ## Why
//!
//! `privateLinkResourceId` is the id of the resource that supports Private Link: the server, not one of
//! its databases; the storage account, not its blob service; the function app, not its plan
//! (private-endpoint-overview, 2023-08-02). Storage accounts of the kind `Storage` (general purpose v1)
//! take no private endpoint (managed-virtual-network-private-endpoint, edition of 2021; storage-private-
//! endpoints: general purpose v2 only). The API takes any text; the endpoint then fails to provision.
//!
//! With `adf.strict` the rule also speaks of resource types that it does not know.
//!
//! ## How to fix
//!
//! Name the id of the server, account or app.
//!
//! ## Examples
//!
//! The endpoint of a database is that of its server:
//!
//! ```jsonc bad
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
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/sql.json
//! {
//!   "name": "sql",
//!   "properties": {
//!     // expect: adf/managed-endpoint-target
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Sql/servers/sql-sales/databases/sales",
//!     "groupId": "sqlServer"
//!   }
//! }
//! ```
//!
//! The account is of a kind without private endpoints:
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.Storage/storageAccounts",
//!     "apiVersion": "2023-05-01",
//!     "name": "stlake",
//!     "location": "westeurope",
//!     "kind": "Storage",
//!     "sku": { "name": "Standard_LRS" },
//!     "properties": { "minimumTlsVersion": "TLS1_2" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default/lake",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"
//!     ],
//!     "properties": {
//!       // expect: adf/managed-endpoint-approval, adf/managed-endpoint-target
//!       "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!       "groupId": "blob"
//!     }
//!   }
//! ]
//! ```
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
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/sql.json
//! {
//!   "name": "sql",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Sql/servers/sql-sales",
//!     "groupId": "sqlServer"
//!   }
//! }
//! // file: linkedService/ls_sql.json
//! {
//!   "name": "ls_sql",
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
//!
//! An id that is given later:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "targetIds": { "type": "array" } },
//!   "resources": {
//!     "factory": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('factoryName')]",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": {}
//!     },
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "dependsOn": ["factory"],
//!       "properties": {}
//!     },
//!     "endpoints": {
//!       "copy": { "name": "endpoints", "count": "[length(parameters('targetIds'))]" },
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}/{2}', parameters('factoryName'), 'default', format('target-{0}', copyIndex()))]",
//!       "dependsOn": ["network"],
//!       "properties": {
//!         "privateLinkResourceId": "[parameters('targetIds')[copyIndex()]]",
//!         "groupId": "blob"
//!       }
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::endpoint::{self, ManagedEndpoint};
use crate::model::factory::MANAGED_ENDPOINTS;
use crate::model::facts;
use crate::model::id::Identity;
use crate::model::runtime::{Presence, presence};
use crate::model::snippet;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-endpoint-target",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &[
        "What is a private endpoint, 2023-08-02",
        "Data Factory, managed virtual network and managed private endpoints, 2023-08-02",
    ],
    sentences: &["B19", "B30"],
    check: Check::Resource(MANAGED_ENDPOINTS, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let endpoint = endpoint::managed(resource);
    let name = snippet::called(resource, "This managed private endpoint");
    let Some((said, help)) = fault(&endpoint, cx) else {
        check_kind(resource, &endpoint, cx);
        return;
    };
    let unknown = matches!(said, Fault::UnknownType(_));
    let message = match said {
        Fault::NoId => format!("{name} names no resource: `privateLinkResourceId` must be the id of one"),
        Fault::Child(ty) => format!("{name} leads to `{ty}`, which has no Private Link of its own"),
        Fault::UnknownType(ty) => {
            format!("{name} leads to `{ty}`, which is not known to support Private Link")
        }
    };
    let finding = cx.report_on(resource, &endpoint.target, message);
    finding.traced(&endpoint.target).help(help);
    if unknown {
        finding.severity(Severity::Low);
    }
    if endpoint.target.assumed {
        finding.confidence(Confidence::Medium);
    }
}

enum Fault {
    NoId,
    Child(String),
    UnknownType(String),
}

fn fault(endpoint: &ManagedEndpoint, cx: &Context<'_>) -> Option<(Fault, String)> {
    const ID: &str = "/subscriptions/<id>/resourceGroups/<group>/providers/<type>/<name>";
    let no_id = || Some((Fault::NoId, format!("write the id of the resource: {ID}")));
    if presence(&endpoint.target) == Presence::Absent {
        return no_id();
    }
    let identity = endpoint.identity.as_ref()?;
    let Some(ty) = identity.ty.as_deref() else {
        // An empty default is to be replaced, and a placeholder of a pipeline will be.
        let known =
            identity.id.known().filter(|id| !endpoint.target.assumed && !id.contains(['#', '{', '$']));
        return known.and_then(|_| no_id());
    };
    if facts::private_links_of(ty).next().is_some() {
        return None;
    }
    if ty.eq_ignore_ascii_case("Microsoft.Web/serverfarms") {
        return Some((
            Fault::Child(ty.into()),
            "write the id of the function app, a `Microsoft.Web/sites`".into(),
        ));
    }
    // Slots of apps have their own name in the id of the app's endpoint.
    let above = ty.match_indices('/').skip(1).filter_map(|(at, _)| ty.get(..at));
    let known = above.filter(|above| facts::private_links_of(above).next().is_some());
    if let Some(parent) = known.last() {
        return Some((
            Fault::Child(ty.into()),
            format!("write the id of the `{parent}`, without what follows"),
        ));
    }
    let strict = cx.settings().adf.strict;
    strict.then(|| (Fault::UnknownType(ty.into()), "check that the type supports Private Link".into()))
}

// Some kinds of a type take no endpoint.
fn check_kind(resource: &Resource, endpoint: &ManagedEndpoint, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some(identity) = &endpoint.identity else { return };
    let Some(target) = declared(graph, identity) else { return };
    let mut excluded =
        facts::private_links_of(&target.ty).flat_map(|link| link.managed_endpoint_not_for.iter());
    let found = excluded.find_map(|setting| {
        let value = target.body.at(setting.path);
        let holds = setting.values.iter().any(|other| value.is_text(other).is_true());
        holds.then_some((setting.path, value))
    });
    let Some((path, value)) = found else { return };
    let name = snippet::called(resource, "This managed private endpoint");
    let written = value.known_text().unwrap_or_default();
    let finding = cx.report_on(
        resource,
        &endpoint.target,
        format!("{name} leads to a resource of the {path} `{written}`, which takes no private endpoint"),
    );
    finding.related(value.origin.span, "its declaration").traced(&endpoint.target).traced(&value);
    finding.help("upgrade the storage account to general purpose v2: \"kind\": \"StorageV2\"");
    if value.assumed || endpoint.target.assumed {
        finding.confidence(Confidence::Medium);
    }
}

fn declared<'g>(graph: &'g Graph, identity: &Identity) -> Option<&'g Resource> {
    let ty = identity.ty.as_deref().filter(|_| identity.above.is_empty())?;
    let key = identity.name.key();
    let mut named = graph.named(ty, &key);
    named.next().filter(|resource| !resource.existing && named.next().is_none())
}
