//! A template deploys the same resource twice
//!
//! ## Why
//!
//! Resource Manager refuses a template that declares two resources of the same type, name and scope: "The
//! resource is defined multiple times in a template" (Troubleshoot common Azure deployment errors,
//! InvalidTemplate, 2024-04-05). It is a finding only where both are certainly deployed under one name; two
//! conditions that differ may exclude each other.
//!
//! ## How to fix
//!
//! Deploy the resource once. In a copy loop the name needs `copyIndex()`.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "networkName": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "[parameters('networkName')]",
//!       "location": "westeurope",
//!       "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/16" ] } }
//!     },
//!     {
//!       "type": "microsoft.network/virtualnetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "[parameters('networkName')]", // expect: template/duplicate-resource
//!       "location": "westeurope",
//!       "properties": { "addressSpace": { "addressPrefixes": [ "10.1.0.0/16" ] } }
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
//!       "copy": { "name": "zones", "count": 2 },
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "contoso.com", // expect: template/duplicate-resource
//!       "location": "global"
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "networkName": { "type": "string" }, "other": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "[parameters('networkName')]",
//!       "location": "westeurope",
//!       "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/16" ] } }
//!     },
//!     {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "[parameters('other')]",
//!       "location": "westeurope",
//!       "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/16" ] } }
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
//!   "parameters": { "large": { "type": "bool" } },
//!   "resources": {
//!     "small": {
//!       "condition": "[not(parameters('large'))]",
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "contoso-vnet",
//!       "location": "westeurope",
//!       "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/24" ] } }
//!     },
//!     "large": {
//!       "condition": "[parameters('large')]",
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "contoso-vnet",
//!       "location": "westeurope",
//!       "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/16" ] } }
//!     }
//!   }
//! }
//! ```

use std::collections::HashMap;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use armlint_engine::value::Reason;
use smol_str::SmolStr;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/duplicate-resource",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Troubleshoot common Azure deployment errors, InvalidTemplate, 2024-04-05"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if !graph.dialect.is_template() {
        return;
    }
    let mut known: HashMap<_, &Resource> = HashMap::new();
    let mut loops: HashMap<Span, usize> = HashMap::new();
    for resource in graph.resources().iter().filter(|resource| is_certain(resource)) {
        let key = (
            resource.module,
            resource.span.source,
            resource.ty.to_ascii_lowercase(),
            identity(graph, resource),
        );
        let Some(first) = known.get(&key) else {
            known.insert(key, resource);
            continue;
        };
        if !first.condition.is_same(&resource.condition) {
            continue;
        }
        if first.span == resource.span {
            let of_default = resource.body.get("copy").get("count").assumed;
            if !of_default && resource.name.segments.len() == first.name.segments.len() {
                *loops.entry(resource.span).or_insert(0) += 1;
            }
            if loops.get(&resource.span) == Some(&1) {
                let message = "All instances of the loop have the same name".to_string();
                let finding = cx.report_on(resource, &resource.place, message);
                finding.help("put `copyIndex()` into the name");
            }
            continue;
        }
        let message = format!("The template deploys the resource `{}` twice", resource.name.display());
        let finding = cx.report_on(resource, &resource.place, message);
        finding
            .related(first.place, "the first one")
            .help("deploy it once, or give one of the two another name");
    }
}

// Whether it is made, under a name that says which resource it is.
fn is_certain(resource: &Resource) -> bool {
    let vague = |reason: Reason| {
        matches!(reason, Reason::Limit | Reason::Error | Reason::Placeholder | Reason::RunTime)
    };
    let exact =
        resource.resource_id.is_exact() && resource.resource_id.holes().all(|hole| !vague(hole.reason));
    let conditional = resource.condition.truth.is_true() || !resource.condition.terms.is_empty();
    !resource.existing && !resource.repeated && conditional && exact && !resource.name.written.is_missing()
}

// The id; for a name that a default decides, also how it is written, since another default may tell two
// resources apart.
fn identity(graph: &Graph, resource: &Resource) -> (SmolStr, Option<String>) {
    let id = resource.resource_id.key();
    (id, resource.name.written.assumed.then(|| graph.written(&resource.name.written)))
}
