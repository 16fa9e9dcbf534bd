//! Nothing refers to an existing resource
//!
//! ## Why
//!
//! A resource with `existing` is not deployed: it is there to be referred to. Where nothing refers to it, not by
//! its symbolic name and not by its type, it does nothing but need the right to read the resource
//! (Resource declaration in ARM templates, language version 2.0, 2024-06-20).
//!
//! ## How to fix
//!
//! Refer to the resource where it was meant, or take it away.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "resources": {
//!     "vault": { // expect: template/unused-existing
//!       "existing": true,
//!       "type": "Microsoft.KeyVault/vaults",
//!       "apiVersion": "2023-07-01",
//!       "name": "contoso-kv"
//!     },
//!     "zone": {
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "contoso.com",
//!       "location": "global"
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "resources": {
//!     "network": {
//!       "existing": true,
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "contoso-vnet"
//!     },
//!     "lake": { // expect: template/unused-existing
//!       "existing": true,
//!       "type": "Microsoft.Storage/storageAccounts",
//!       "apiVersion": "2023-05-01",
//!       "name": "contosolake"
//!     }
//!   },
//!   "outputs": { "space": { "type": "object", "value": "[reference('network').addressSpace]" } }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "resources": {
//!     "network": {
//!       "existing": true,
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "contoso-vnet"
//!     },
//!     "subnet": {
//!       "type": "Microsoft.Network/virtualNetworks/subnets",
//!       "apiVersion": "2023-09-01",
//!       "name": "[format('{0}/{1}', 'contoso-vnet', 'data')]",
//!       "properties": { "addressPrefix": "10.0.1.0/24" }
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "resources": {
//!     "lake": {
//!       "existing": true,
//!       "type": "Microsoft.Storage/storageAccounts",
//!       "apiVersion": "2023-05-01",
//!       "name": "contosolake"
//!     },
//!     "zone": {
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "contoso.com",
//!       "location": "global",
//!       "dependsOn": [ "lake" ]
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use armlint_engine::syntax::{Node, NodeKind};
use smol_str::StrExt;

use crate::model::template::{Scope, Templates};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/unused-existing",
    category: Category::Hygiene,
    severity: Severity::Low,
    equivalents: &["bicep-linter:no-unused-existing-resources"],
    references: &["Resource declaration in ARM templates, 2024-06-20"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let templates = cx.derived(Templates::build);
    for scope in &templates.scopes {
        let resources = scope.node.value("resources").map(Node::members).unwrap_or_default();
        for member in resources.iter().filter(|member| is_existing(&member.value)) {
            let ty = member.value.value("type").and_then(Node::text).unwrap_or("").to_lowercase_smolstr();
            let symbol = member.key.text.to_lowercase_smolstr();
            if !scope.used.unread && !ty.is_empty() && !is_named(scope, &symbol, &ty, member.value.span) {
                let message = format!("Nothing refers to the existing resource `{}`", member.key.text);
                cx.report(&member.key_span, message).help("refer to it, or take it away");
            }
        }
    }
}

fn is_existing(resource: &Node) -> bool {
    resource.value("existing").is_some_and(|existing| existing.kind == NodeKind::Bool(true))
}

// By its symbolic name, or by its type: Bicep writes `id` as `resourceId(type, ..)`, and children name only
// their own type.
fn is_named(scope: &Scope, symbol: &str, ty: &str, own: Span) -> bool {
    let below = |other: &str| other.strip_prefix(ty).is_some_and(|rest| rest.starts_with('/'));
    let names = |text: &str| {
        let base = text.split('[').next().unwrap_or(text);
        base == symbol || text == ty || below(text) || text.contains(ty)
    };
    scope.literals.iter().any(|(text, span)| !own.contains(*span) && names(text))
        || scope.resources.iter().any(|(other, span)| !own.contains(*span) && below(other))
}
