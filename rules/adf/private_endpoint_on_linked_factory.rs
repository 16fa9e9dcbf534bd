//! Private endpoint is on the factory that only links to a shared runtime
//!
//! ## Why
//!
//! A linked self-hosted runtime talks to the factory that owns it, not to the one that links to it. So the
//! private endpoint for its traffic belongs to the owner (data-factory-private-link, 2023-07-13: if you
//! share a runtime, create the private endpoint on the factory that holds the shared runtime). An endpoint
//! to the linking factory carries nothing, and the traffic of the runtime stays public.
//!
//! The rule speaks only where both factories are in the deployment, and the linking one has no
//! self-hosted runtime of its own.
//!
//! ## How to fix
//!
//! Point the private endpoint to the factory that owns the runtime.
//!
//! ## Examples
//!
//! ```jsonc bad without=adf/portal-public-access-remains,adf/public-network-access
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-shared",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-shared/shir",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-shared')]"],
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shared",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {
//!       "type": "SelfHosted",
//!       "typeProperties": {
//!         "linkedInfo": {
//!           "authorizationType": "RBAC",
//!           "resourceId": "[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-shared', 'shir')]"
//!         }
//!       }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Authorization/roleAssignments",
//!     "apiVersion": "2022-04-01",
//!     "name": "[guid('shir')]",
//!     "scope": "[resourceId('Microsoft.DataFactory/factories', 'adf-shared')]",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-shared')]"],
//!     "properties": {
//!       "roleDefinitionId": "[resourceId('Microsoft.Authorization/roleDefinitions', 'b24988ac-6180-42a0-ab88-20f7382dd24c')]",
//!       "principalId": "[reference(resourceId('Microsoft.DataFactory/factories', 'adf-sales'), '2018-06-01', 'full').identity.principalId]",
//!       "principalType": "ServicePrincipal"
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-sales",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": {
//!         "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]"
//!       },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "connection",
//!           "properties": {
//!             // expect: adf/private-endpoint-on-linked-factory
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]",
//!             "groupIds": ["dataFactory"]
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! The same in compiled Bicep, with the endpoint to the portal of the owner:
//!
//! ```jsonc bad without=adf/portal-public-access-remains,adf/public-network-access
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "prefix": { "type": "string" }, "subnetId": { "type": "string" } },
//!   "resources": {
//!     "owner": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}-shared', parameters('prefix'))]",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": {}
//!     },
//!     "runtime": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/shir', format('{0}-shared', parameters('prefix')))]",
//!       "dependsOn": ["owner"],
//!       "properties": { "type": "SelfHosted" }
//!     },
//!     "sales": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}-sales', parameters('prefix'))]",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": {}
//!     },
//!     "linked": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/shared', format('{0}-sales', parameters('prefix')))]",
//!       "dependsOn": ["sales", "runtime"],
//!       "properties": {
//!         "type": "SelfHosted",
//!         "typeProperties": {
//!           "linkedInfo": {
//!             "authorizationType": "RBAC",
//!             "resourceId": "[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', format('{0}-shared', parameters('prefix')), 'shir')]"
//!           }
//!         }
//!       }
//!     },
//!     "role": {
//!       "type": "Microsoft.Authorization/roleAssignments",
//!       "apiVersion": "2022-04-01",
//!       "name": "[guid('shir')]",
//!       "properties": {
//!         "roleDefinitionId": "[resourceId('Microsoft.Authorization/roleDefinitions', 'b24988ac-6180-42a0-ab88-20f7382dd24c')]",
//!         "principalId": "[reference('sales', '2018-06-01', 'full').identity.principalId]",
//!         "principalType": "ServicePrincipal"
//!       },
//!       "dependsOn": ["sales"]
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-sales",
//!       "location": "[resourceGroup().location]",
//!       "dependsOn": ["sales"],
//!       "properties": {
//!         "subnet": { "id": "[parameters('subnetId')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "connection",
//!             "properties": {
//!               // expect: adf/private-endpoint-on-linked-factory
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', format('{0}-sales', parameters('prefix')))]",
//!               "groupIds": ["dataFactory"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     "portal": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-portal",
//!       "location": "[resourceGroup().location]",
//!       "dependsOn": ["owner"],
//!       "properties": {
//!         "subnet": { "id": "[parameters('subnetId')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "connection",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', format('{0}-shared', parameters('prefix')))]",
//!               "groupIds": ["portal"]
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good without=adf/portal-public-access-remains,adf/public-network-access
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-shared",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-shared/shir",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-shared')]"],
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shared",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {
//!       "type": "SelfHosted",
//!       "typeProperties": {
//!         "linkedInfo": {
//!           "authorizationType": "RBAC",
//!           "resourceId": "[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-shared', 'shir')]"
//!         }
//!       }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Authorization/roleAssignments",
//!     "apiVersion": "2022-04-01",
//!     "name": "[guid('shir')]",
//!     "scope": "[resourceId('Microsoft.DataFactory/factories', 'adf-shared')]",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-shared')]"],
//!     "properties": {
//!       "roleDefinitionId": "[resourceId('Microsoft.Authorization/roleDefinitions', 'b24988ac-6180-42a0-ab88-20f7382dd24c')]",
//!       "principalId": "[reference(resourceId('Microsoft.DataFactory/factories', 'adf-sales'), '2018-06-01', 'full').identity.principalId]",
//!       "principalType": "ServicePrincipal"
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-shared",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": {
//!         "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]"
//!       },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "connection",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-shared')]",
//!             "groupIds": ["dataFactory"]
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! The owner is elsewhere, and so may be its endpoint:
//!
//! ```jsonc good without=adf/portal-public-access-remains,adf/public-network-access
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
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shared",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {
//!       "type": "SelfHosted",
//!       "typeProperties": {
//!         "linkedInfo": {
//!           "authorizationType": "RBAC",
//!           "resourceId": "[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-shared', 'shir')]"
//!         }
//!       }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-sales",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": {
//!         "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]"
//!       },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "connection",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]",
//!             "groupIds": ["dataFactory"]
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::Value;

use crate::model::endpoint::Connections;
use crate::model::factory::{FACTORIES, Factories, Factory};
use crate::model::runtime::{self, RuntimeClass};
use crate::model::{deployed, id, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/private-endpoint-on-linked-factory",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Azure Private Link for Azure Data Factory, 2023-07-13"],
    sentences: &["A3"],
    check: Check::Resource(&["Microsoft.DataFactory/factories/integrationRuntimes"], check),
};

/// Whether this rule reports that the private endpoint of the factory `owner` is on another one, which links
/// to its runtime.
pub(super) fn has_misplaced_endpoint(owner: &Resource, cx: &Context<'_>) -> bool {
    let factories = cx.derived(Factories::build);
    let mut runtimes = factories.list().iter().flat_map(|factory| &factory.runtimes);
    runtimes.any(|id| {
        misplaced(cx.graph().resource(*id), cx).is_some_and(|misplaced| misplaced.owner.id == owner.id)
    })
}

// A private endpoint, in the way from a linked runtime to the factory that owns it.
struct Misplaced<'a> {
    // The id of the runtime that is shared.
    linked: Value,
    owner: &'a Resource,
    endpoint: &'a Resource,
    target: Value,
}

fn misplaced<'a>(resource: &Resource, cx: &Context<'a>) -> Option<Misplaced<'a>> {
    let graph = cx.graph();
    let factories = cx.derived(Factories::build);
    let factory = factories.of(resource)?;
    // The first linked runtime speaks for its factory.
    let classes = factory.runtimes.iter().map(|id| (*id, runtime::class(graph.resource(*id))));
    let classes: Vec<_> = classes.collect();
    let first = classes.iter().find(|(_, class)| *class == RuntimeClass::Linked);
    let own = |class: &RuntimeClass| matches!(class, RuntimeClass::SelfHosted | RuntimeClass::Unknown);
    if first.is_none_or(|(id, _)| *id != resource.id) || classes.iter().any(|(_, class)| own(class)) {
        return None;
    }
    let linked = resource.property("typeProperties.linkedInfo.resourceId");
    let owner = owner(&linked, &factories).filter(|owner| owner.key != factory.key)?;
    let (owner, this) = (owner.declared(graph)?, factory.declared(graph)?);
    let connections = cx.derived(Connections::build);
    let connection = connections.first(this, Some("dataFactory"))?;
    let endpoint = graph.resource(connection.resource);
    let wrong = connections.reach(owner, Some("dataFactory")).is_false()
        && deployed::along(owner, endpoint)
        && !deployed::has_remote_parts(graph);
    wrong.then(|| Misplaced { linked, owner, endpoint, target: connection.target.clone() })
}

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let Some(Misplaced { linked, owner, endpoint, target }) = misplaced(resource, cx) else { return };
    let target = &target;
    let name = snippet::called(owner, "the factory that owns the runtime");
    let finding = cx.report_on(
        endpoint,
        target,
        format!(
            "Private endpoint is on the factory that only links to the shared runtime; it must be on {name}, \
             which owns it"
        ),
    );
    finding
        .related(linked.origin.span, "the runtime that is shared")
        .related(owner.place, "the factory that owns the runtime")
        .traced(target)
        .help("name the owner's id in `privateLinkServiceId`");
    if target.assumed || linked.assumed {
        finding.confidence(Confidence::Medium);
    }
}

// The factory of the deployment that an id of a runtime names.
fn owner<'f>(linked: &Value, factories: &'f Factories) -> Option<&'f Factory> {
    let identity = id::identify(linked)?;
    let ty = identity.ty.as_deref()?;
    let name = identity.above.last().filter(|_| identity.above.len() == 1)?;
    if !ty.eq_ignore_ascii_case("Microsoft.DataFactory/factories/integrationRuntimes") {
        return None;
    }
    let same = |factory: &&Factory| {
        let other = factory.name.as_ref();
        factory.ty == FACTORIES && other.is_some_and(|other| id::same_name(other, name).is_true())
    };
    factories.list().iter().find(same)
}
