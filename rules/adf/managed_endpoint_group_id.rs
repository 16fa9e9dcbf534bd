//! Group of a managed private endpoint is not a sub-resource of its target
//!
//! ## Why
//!
//! A private endpoint leads to one sub-resource of a resource, and the resource type decides how these
//! are called: `sqlServer`, not `sqlDatabase`; `vault`, not `secrets` (private-endpoint-overview,
//! 2023-08-02). The API of Data Factory takes any text as `groupId`; the endpoint then fails to provision.
//! An endpoint to a private link service has no group.
//!
//! ## How to fix
//!
//! Name one of the sub-resources of the target's type. The case of letters does not count.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/sql.json
//! {
//!   "name": "sql",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Sql/servers/sql-sales",
//!     "groupId": "sqlDatabase" // expect: adf/managed-endpoint-group-id
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
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "lakeName": { "type": "string" } },
//!   "resources": {
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "properties": {}
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}/{2}', parameters('factoryName'), 'default', 'lake')]",
//!       "properties": {
//!         // expect: adf/managed-endpoint-approval
//!         "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', parameters('lakeName'))]",
//!         "groupId": "adls" // expect: adf/managed-endpoint-group-id
//!       },
//!       "dependsOn": ["network"]
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/sql.json
//! {
//!   "name": "sql",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Sql/servers/sql-sales",
//!     "groupId": "SqlServer"
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
//! A private link service has no groups, and the linter does not know those of every type:
//!
//! ```jsonc good
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/onprem.json
//! {
//!   "name": "onprem",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/hub/providers/Microsoft.Network/privateLinkServices/pls-onprem",
//!     "groupId": "",
//!     "fqdns": ["erp.contoso.com"]
//!   }
//! }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/cache.json
//! {
//!   "name": "cache",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/hub/providers/Microsoft.Cache/redis/cache1",
//!     "groupId": "redisCache"
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
//! // file: linkedService/ls_erp.json
//! {
//!   "name": "ls_erp",
//!   "properties": {
//!     "type": "HttpServer",
//!     "typeProperties": {
//!       "url": "https://erp.contoso.com/",
//!       "enableServerCertificateValidation": true,
//!       "authenticationType": "Anonymous"
//!     },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! ```

use armlint_engine::finding::{Applicability, Category, Confidence, Edit, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::Value;

use crate::model::endpoint;
use crate::model::factory::MANAGED_ENDPOINTS;
use crate::model::facts::{self, PrivateLink};
use crate::model::runtime::{Presence, presence};
use crate::model::snippet;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-endpoint-group-id",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["What is a private endpoint, 2023-08-02"],
    sentences: &["B14", "B19"],
    check: Check::Resource(MANAGED_ENDPOINTS, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let endpoint = endpoint::managed(resource);
    let Some(ty) = endpoint.identity.as_ref().and_then(|identity| identity.ty.as_deref()) else { return };
    let links: Vec<&'static PrivateLink> = facts::private_links_of(ty).collect();
    let Some(first) = links.first() else { return };
    let group = &endpoint.group;
    let written = match (presence(group), group.known_text()) {
        (Presence::Absent, _) => "",
        (_, Some(written)) => written,
        _ => return,
    };
    let ungrouped = links.iter().all(|link| link.group.is_empty());
    // Types without sub-resources that are no private link services take no endpoint at all.
    let service = first.ty.eq_ignore_ascii_case("Microsoft.Network/privateLinkServices");
    let right = if ungrouped { written.is_empty() || !service } else { is_group(&links, written) };
    if right {
        return;
    }
    let (ty, name) = (first.ty, snippet::called(resource, "This managed private endpoint"));
    let candidates: Vec<&str> =
        links.iter().map(|link| link.group).filter(|group| !group.is_empty()).collect();
    let message = match (ungrouped, written) {
        (true, _) => {
            format!("{name} leads to a private link service, which has no sub-resource `{written}`")
        }
        (false, "") => format!("{name} names no sub-resource of `{ty}`"),
        (false, _) => format!("`{written}` is not a sub-resource of `{ty}`"),
    };
    let help = match ungrouped {
        true => "write \"groupId\": \"\"".to_string(),
        false => format!("write \"groupId\": \"{}\"", candidates.join("\", or \"")),
    };
    let finding = cx.report_on(resource, group, message);
    finding.related(endpoint.target.origin.span, "the target").traced(group).help(help);
    if group.assumed || endpoint.target.assumed {
        finding.confidence(Confidence::Medium);
    }
    if let ([only], true) = (candidates.as_slice(), is_literal(group)) {
        let edit = Edit { span: group.origin.span, text: format!("\"{only}\"") };
        finding.fix("Name the only sub-resource", Applicability::Safe, vec![edit]);
    }
}

// A function app has a sub-resource for each slot.
fn is_group(links: &[&'static PrivateLink], written: &str) -> bool {
    links.iter().any(|link| {
        let slot = link.secondary_group.split_once('{').map(|(start, _)| start);
        let is_slot = slot.is_some_and(|start| {
            written.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
        });
        link.has_group(written) || is_slot
    })
}

fn is_literal(value: &Value) -> bool {
    value.known_text().is_some() && value.origin.via.is_none() && !value.assumed
}
