//! A parameter file sets a parameter that the template does not declare
//!
//! ## Why
//!
//! The deployment is refused: Resource Manager takes no value for a parameter that the template does not declare
//! (Create parameter file, 2025-04-28: the parameter names must match those of the template). Often the parameter
//! was renamed in the template, or its name is misspelled in the file.
//!
//! A file belongs to the template that `metadata.template` in it or its own name names, that `--parameters` gives it
//! for, or that is the only one in its folder and declares most of what the file sets.
//!
//! ## How to fix
//!
//! Give the value the name that the template declares, or take it out of the file.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: main.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "type": "string" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": {  }
//!     }
//!   ]
//! }
//! // file: main.parameters.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "value": "contoso-reader" },
//!     "location": { "value": "westeurope" } // expect: template/parameter-unknown
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! // file: azuredeploy.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "type": "string" },
//!     "retentionDays": { "type": "int", "defaultValue": 30 }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": { "retentionDays": "[string(parameters('retentionDays'))]" }
//!     }
//!   ]
//! }
//! // file: azuredeploy.parameters.prod.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "value": "contoso-reader" },
//!     "retentionInDays": { "value": 90 } // expect: template/parameter-unknown
//!   }
//! }
//! ```
//!
//! The case of names does not matter:
//!
//! ```jsonc good
//! // file: main.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "type": "string" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": {  }
//!     }
//!   ]
//! }
//! // file: main.parameters.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "Name": { "value": "contoso-reader" }
//!   }
//! }
//! ```
//!
//! A file that belongs to the only template of its folder:
//!
//! ```jsonc good
//! // file: main.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "type": "string" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": {  }
//!     }
//!   ]
//! }
//! // file: prod.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "value": "contoso-reader" }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::parameter::Given;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/parameter-unknown",
    category: Category::Correctness,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Create parameter file, 2025-04-28"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let Some(given) = Given::of(cx.graph()) else { return };
    for file in given.files {
        for entry in file.entries().iter().filter(|entry| given.declaration(&entry.key.text).is_none()) {
            let message = format!("The template declares no parameter `{}`", entry.key.text);
            let finding = cx.report(&entry.key_span, message);
            if let Some(section) = given.template.get("parameters") {
                finding.related(section.key_span, "the parameters of the template");
            }
            finding.help("Give the value the name that the template declares, or take it out of the file");
        }
    }
}
