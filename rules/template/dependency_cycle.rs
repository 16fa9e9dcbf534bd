//! Resources depend on each other in a circle
//!
//! ## Why
//!
//! Resource Manager refuses a template whose dependencies lead back to where they start: "Deployment template
//! validation failed: circular dependency detected" (Define the order for deploying resources, 2024-06-20). A
//! dependency is found by name, by id, by symbolic name and by the name of a copy loop.
//!
//! ## How to fix
//!
//! Take away the dependency that is not needed. Where both are, split one of the resources: a child resource, or
//! a nested deployment that changes it afterwards.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "a-vnet",
//!       "location": "westeurope",
//!       "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/16" ] } },
//!       "dependsOn": [
//!         "[resourceId('Microsoft.Network/virtualNetworks', 'b-vnet')]" // expect: template/dependency-cycle
//!       ]
//!     },
//!     {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "b-vnet",
//!       "location": "westeurope",
//!       "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/16" ] } },
//!       "dependsOn": [ "Microsoft.Network/virtualNetworks/a-vnet" ]
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "resources": {
//!     "zones": {
//!       "copy": { "name": "zoneLoop", "count": 2 },
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[format('zone{0}.contoso.com', copyIndex())]",
//!       "location": "global",
//!       "dependsOn": [
//!         "record" // expect: template/dependency-cycle
//!       ]
//!     },
//!     "record": {
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "contoso.com",
//!       "location": "global",
//!       "dependsOn": [ "zones" ]
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "a-vnet",
//!       "location": "westeurope",
//!       "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/16" ] } }
//!     },
//!     {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "b-vnet",
//!       "location": "westeurope",
//!       "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/16" ] } },
//!       "dependsOn": [ "a-vnet" ]
//!     },
//!     {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "c-vnet",
//!       "location": "westeurope",
//!       "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/16" ] } },
//!       "dependsOn": [ "a-vnet", "b-vnet" ]
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "first": { "type": "string" }, "second": { "type": "string" } },
//!   "resources": {
//!     "a": {
//!       "condition": "[equals(parameters('first'), 'a')]",
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[parameters('first')]",
//!       "location": "global",
//!       "dependsOn": [ "b" ]
//!     },
//!     "b": {
//!       "condition": "[equals(parameters('first'), 'b')]",
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[parameters('second')]",
//!       "location": "global",
//!       "dependsOn": [ "a" ]
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::template::dependency::{Dependencies, Edge};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/dependency-cycle",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Define the order for deploying resources in ARM templates, 2024-06-20"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let dependencies = cx.derived(Dependencies::build);
    for cycle in dependencies.cycles(graph) {
        let resources: Vec<&Resource> = cycle.iter().map(|edge| graph.resource(edge.from)).collect();
        if !all_deployed(&resources) {
            continue;
        }
        let Some((first, rest)) = from_the_first(&cycle) else { continue };
        let resource = graph.resource(first.from);
        let message = match rest.len() {
            0 => format!("The resource `{}` depends on itself", resource.name.display()),
            _ => format!("{} resources depend on each other in a circle", cycle.len()),
        };
        let finding = cx.report_on(resource, &first.span, message);
        for edge in rest {
            let from = graph.resource(edge.from);
            finding.related(edge.span, format!("`{}` depends on the next one", from.name.display()));
        }
        finding.help("take away the dependency that is not needed");
    }
}

// Resources with different conditions may never be deployed together.
fn all_deployed(resources: &[&Resource]) -> bool {
    let mut conditions =
        resources.iter().map(|resource| &resource.condition).filter(|one| !one.terms.is_empty());
    conditions.next().is_none_or(|first| conditions.all(|other| other.is_same(first)))
}

// The edge that stands first in the text, and the others as they follow it.
fn from_the_first(cycle: &[Edge]) -> Option<(Edge, Vec<Edge>)> {
    let at = (0..cycle.len()).min_by_key(|at| cycle[*at].span)?;
    let mut edges = cycle[at..].iter().chain(&cycle[..at]).copied();
    let first = edges.next()?;
    Some((first, edges.collect()))
}
