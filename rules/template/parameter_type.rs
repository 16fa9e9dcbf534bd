//! A parameter file gives a value that the parameter does not take
//!
//! ## Why
//!
//! The deployment is refused before it starts: the value has another type than the one that is declared, is none of
//! the allowed values, or breaks a limit (Parameters in ARM templates, 2024-06; for the types of language version 2.0
//! Definitions in ARM templates, 2024-07). Nothing is converted: `"4"` is no `int`, and `"true"` is no `bool`.
//!
//! Texts that a pipeline replaces before the deployment (`GEN-UNIQUE`, `#{name}#`, `__name__`, `$(name)`, `<name>`) and
//! references to Key Vault are of every type.
//!
//! ## How to fix
//!
//! Write the value as the template declares it: numbers and booleans without quotes, arrays and objects as such.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: main.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "type": "string" },
//!     "zones": { "type": "int" },
//!     "stage": { "type": "string", "allowedValues": ["dev", "prod"] }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": { "zones": "[string(parameters('zones'))]", "stage": "[string(parameters('stage'))]" }
//!     }
//!   ]
//! }
//! // file: main.parameters.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "value": "contoso-reader" },
//!     "zones": { "value": "3" }, // expect: template/parameter-type
//!     "stage": { "value": "test" } // expect: template/parameter-type
//!   }
//! }
//! ```
//!
//! A part of a value does not fit its own type:
//!
//! ```jsonc bad
//! // file: main.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "definitions": {
//!     "rule": {
//!       "type": "object",
//!       "properties": { "name": { "type": "string" }, "priority": { "type": "int", "minValue": 100 } }
//!     }
//!   },
//!   "parameters": {
//!     "name": { "type": "string", "minLength": 3 },
//!     "rules": { "type": "array", "items": { "$ref": "#/definitions/rule" } }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": { "rules": "[string(parameters('rules'))]" }
//!     }
//!   ]
//! }
//! // file: main.parameters.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "value": "contoso-reader" },
//!     "rules": {
//!       "value": [
//!         { "name": "web", "priority": 100 },
//!         { "name": "ssh", "priority": 10 } // expect: template/parameter-type
//!       ]
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! // file: main.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "type": "string" },
//!     "zones": { "type": "int" },
//!     "stage": { "type": "string", "allowedValues": ["dev", "prod"] }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": { "zones": "[string(parameters('zones'))]", "stage": "[string(parameters('stage'))]" }
//!     }
//!   ]
//! }
//! // file: main.parameters.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "value": "contoso-reader" },
//!     "zones": { "value": 3 },
//!     "stage": { "value": "Prod" }
//!   }
//! }
//! ```
//!
//! What a pipeline fills in, and what Key Vault holds:
//!
//! ```jsonc good
//! // file: main.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "vault": { "type": "string", "maxLength": 24 },
//!     "apiKey": { "type": "securestring", "minLength": 12 }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.KeyVault/vaults/secrets",
//!       "apiVersion": "2023-07-01",
//!       "name": "[concat(parameters('vault'), '/api-key')]",
//!       "properties": { "value": "[parameters('apiKey')]" }
//!     }
//!   ]
//! }
//! // file: main.parameters.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "vault": { "value": "#{NameOfTheKeyVaultOfThisStage}#" },
//!     "apiKey": {
//!       "reference": {
//!         "keyVault": {
//!           "id": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/contoso-kv"
//!         },
//!         "secretName": "api-key"
//!       }
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::syntax::NodeKind;

use crate::model::parameter::{Given, Literals, Schema};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/parameter-type",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Parameters in ARM templates, 2024-06", "Definitions in ARM templates, 2024-07"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let Some(given) = Given::of(cx.graph()) else { return };
    for file in given.files {
        for (entry, declared) in given.entries(file) {
            // Null stands for no value at all.
            let value = entry.value.value("value").filter(|value| value.kind != NodeKind::Null);
            let Some(value) = value.filter(|_| entry.value.get("reference").is_none()) else { continue };
            let schema = Schema::new(&declared.value, given.template, Literals::Plain);
            let Some(fault) = schema.fault(value) else { continue };
            let name = &declared.key.text;
            let what = if fault.span == value.span { "The value" } else { "A part of the value" };
            let message = format!("{what} for the parameter `{name}` {}", fault.reason);
            let finding = cx.report(&fault.span, message);
            finding.related(declared.key_span, "the parameter");
            finding.help("Write the value as the template declares it, or change the declaration");
            if schema.is_secure() {
                finding.sensitive();
            }
        }
    }
}
