//! The default of a parameter is none of its own type
//!
//! ## Why
//!
//! A deployment that gives the parameter no value is refused: defaults are held to the declared type, the allowed
//! values and the limits as every value is (Parameters in ARM templates, 2024-06; for the types of language version
//! 2.0 Definitions in ARM templates, 2024-07).
//!
//! Defaults that are expressions are not judged, nor are empty strings and null: they say that a value has to be
//! given.
//!
//! ## How to fix
//!
//! Write a default that the declaration takes, or widen the declaration.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "type": "string" },
//!     "stage": {
//!       "type": "string",
//!       "allowedValues": ["dev", "prod"],
//!       "defaultValue": "test" // expect: template/parameter-default-type
//!     }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": { "stage": "[string(parameters('stage'))]" }
//!     }
//!   ]
//! }
//! ```
//!
//! An array in quotes, and a number out of its limits:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "type": "string" },
//!     "zones": {
//!       "type": "array",
//!       "defaultValue": "1, 2" // expect: template/parameter-default-type
//!     },
//!     "retentionDays": {
//!       "type": "int",
//!       "minValue": 30,
//!       "defaultValue": 7 // expect: template/parameter-default-type
//!     }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": { "zones": "[string(parameters('zones'))]", "retentionDays": "[string(parameters('retentionDays'))]" }
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "type": "string" },
//!     "stage": { "type": "string", "allowedValues": ["dev", "prod"], "defaultValue": "Dev" },
//!     "zones": { "type": "array", "defaultValue": [1, 2] }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": { "stage": "[string(parameters('stage'))]", "zones": "[string(parameters('zones'))]" }
//!     }
//!   ]
//! }
//! ```
//!
//! An expression, and a default of null:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": {
//!     "name": { "type": "string" },
//!     "stage": { "type": "string", "maxLength": 4, "defaultValue": "[take(parameters('name'), 4)]" },
//!     "owner": { "type": "string", "nullable": true, "defaultValue": null }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": { "stage": "[string(parameters('stage'))]", "owner": "[string(parameters('owner'))]" }
//!     }
//!   ]
//! }
//! ```

use std::collections::BTreeSet;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use armlint_engine::syntax::{Node, NodeKind};

use crate::model::parameter::{Literals, Schema, declaration_at};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/parameter-default-type",
    category: Category::Correctness,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Parameters in ARM templates, 2024-06", "Definitions in ARM templates, 2024-07"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.is_environment {
        return;
    }
    let mut judged: BTreeSet<Span> = BTreeSet::new();
    for declared in &graph.parameters {
        let parameter = &declared.parameter;
        if parameter.default_span.is_none() || !judged.insert(parameter.span) {
            continue;
        }
        let source = graph.sources.iter().find(|parsed| parsed.source.id == parameter.span.source);
        let found = source.and_then(|parsed| declaration_at(&parsed.document.root, parameter.span));
        let Some((template, declaration)) = found else { continue };
        let default = declaration.value("defaultValue").filter(|value| !is_blank(value));
        let schema = Schema::new(declaration, template, Literals::Template);
        let Some(fault) = default.and_then(|default| schema.fault(default)) else { continue };
        let message = format!("The default of the parameter `{}` {}", parameter.name, fault.reason);
        let finding = cx.report(&fault.span, message);
        finding.help("Write a default that the declaration takes, or widen the declaration");
        if schema.is_secure() {
            finding.sensitive();
        }
    }
}

// An empty text and null stand for no value at all.
fn is_blank(value: &Node) -> bool {
    value.kind == NodeKind::Null || value.text() == Some("")
}
