//! A parameter is declared and never used
//!
//! ## Why
//!
//! Whoever deploys the template has to think of a value that changes nothing, and believes that it does. Often
//! the parameter was meant to be used, and something else is deployed instead (Best practices for ARM templates,
//! 2024-09-26).
//!
//! A name that any expression of the template uses counts as used. Where a name is computed nothing is reported,
//! and neither are exports of a factory and the parameters that pipelines pass to every template.
//!
//! ## How to fix
//!
//! Use the parameter where it was meant, or take it away, from parameter files as well.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "networkName": { "type": "string" },
//!     "stage": { "type": "string" } // expect: template/unused-parameter
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "[parameters('networkName')]",
//!       "location": "westeurope",
//!       "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/16" ] } }
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
//!     "network": {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "network",
//!       "properties": {
//!         "expressionEvaluationOptions": { "scope": "inner" },
//!         "mode": "Incremental",
//!         "parameters": { "name": { "value": "contoso-vnet" } },
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "parameters": {
//!             "name": { "type": "string" } // expect: template/unused-parameter
//!           },
//!           "resources": [
//!             {
//!               "type": "Microsoft.Network/privateDnsZones",
//!               "apiVersion": "2020-06-01",
//!               "name": "contoso.com",
//!               "location": "global"
//!             }
//!           ]
//!         }
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "_artifactsLocation": { "type": "string", "defaultValue": "[deployment().properties.templateLink.uri]" },
//!     "networkName": { "type": "string" },
//!     "zone": { "type": "string" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "outer",
//!       "properties": {
//!         "mode": "Incremental",
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "resources": [
//!             {
//!               "type": "Microsoft.Network/privateDnsZones",
//!               "apiVersion": "2020-06-01",
//!               "name": "[parameters('ZONE')]",
//!               "location": "global",
//!               "tags": { "[parameters('networkName')]": "network" }
//!             }
//!           ]
//!         }
//!       }
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
//!     "stage": { "type": "string" },
//!     "nameTest": { "type": "string" },
//!     "nameProduction": { "type": "string" }
//!   },
//!   "resources": [],
//!   "outputs": {
//!     "name": { "type": "string", "value": "[parameters(concat('name', parameters('stage')))]" }
//!   }
//! }
//! ```

use armlint_engine::dialect::Dialect;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};
use smol_str::StrExt;

use crate::model::template::{Scope, Templates};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/unused-parameter",
    category: Category::Hygiene,
    severity: Severity::Low,
    equivalents: &[
        "arm-ttk:Parameters-Must-Be-Referenced",
        "bicep-linter:no-unused-params",
        "psrule:Azure.Template.UseParameters",
    ],
    references: &["Best practices for ARM templates, 2024-09-26"],
    sentences: &[],
    check: Check::Deployment(check),
};

/// Parameters that pipelines pass to every template, whether or not it asks for them.
const CONVENTIONAL: [&str; 2] = ["_artifactsLocation", "_artifactsLocationSasToken"];

fn check(cx: &mut Context<'_>) {
    // Data Factory writes the parameters of an export.
    if cx.graph().dialect == Dialect::Export {
        return;
    }
    let templates = cx.derived(Templates::build);
    for scope in templates.scopes.iter().filter(|scope| is_judged(scope)) {
        for member in scope.node.value("parameters").map(|node| node.members()).unwrap_or_default() {
            let name = &member.key.text;
            let conventional = CONVENTIONAL.iter().any(|other| name.eq_ignore_ascii_case(other));
            if !conventional && !scope.used.parameters.contains(&name.to_lowercase_smolstr()) {
                let message = format!("Nothing uses the parameter `{name}`");
                cx.report(&member.key_span, message).help("use it, or take it away");
            }
        }
    }
}

fn is_judged(scope: &Scope) -> bool {
    scope.does_something() && !scope.used.computed_parameter && !scope.used.unread
}
