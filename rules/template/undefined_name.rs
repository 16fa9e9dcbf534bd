//! An expression uses a name that nothing has
//!
//! ## Why
//!
//! Resource Manager refuses a template that uses a parameter, a variable, a copy loop or a symbolic name that is
//! not declared, and a dependency on a resource that is not in the template (Syntax and expressions in ARM
//! templates, 2024-06-20; Define the order for deploying resources, 2024-06-20). Letter case does not count.
//!
//! The expressions of a nested template of outer scope, which is the default, see the names of the template
//! around it and not those that the nested template declares (Use linked and nested templates, 2024-06-20).
//!
//! ## How to fix
//!
//! Correct the name, declare it, or give the nested template a scope of its own with
//! `"expressionEvaluationOptions": { "scope": "inner" }`.
//!
//! ## Examples
//!
//! ```jsonc bad without=adf/portal-public-access-remains
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "variables": { "suffix": "adf" },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryNam'), variables('sufix'))]", // expect: template/undefined-name, template/undefined-name
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": { "publicNetworkAccess": "Disabled" },
//!       "dependsOn": [
//!         "[resourceId('Microsoft.KeyVault/vaults', 'contoso-kv')]" // expect: template/undefined-name
//!       ]
//!     }
//!   ],
//!   "outputs": {
//!     "name": { "type": "string", "value": "[concat(parameters('factoryName'), variables('suffix'))]" }
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
//!     "vault": {
//!       "type": "Microsoft.KeyVault/vaults",
//!       "apiVersion": "2023-07-01",
//!       "name": "contoso-kv",
//!       "location": "westeurope"
//!     },
//!     "zones": {
//!       "copy": { "name": "zones", "count": 2 },
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[format('zone{0}.contoso.com', copyIndex('zone'))]", // expect: template/undefined-name
//!       "location": "global",
//!       "dependsOn": [
//!         "vaults" // expect: template/undefined-name
//!       ]
//!     }
//!   },
//!   "outputs": {
//!     "uri": {
//!       "type": "string",
//!       "value": "[reference('keyVault').vaultUri]" // expect: template/undefined-name
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [
//!     {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "nested",
//!       "properties": {
//!         "mode": "Incremental",
//!         "parameters": { "zone": { "value": "contoso.com" } },
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "parameters": { "zone": { "type": "string" } },
//!           "resources": [
//!             {
//!               "type": "Microsoft.Network/privateDnsZones",
//!               "apiVersion": "2020-06-01",
//!               "name": "[parameters('zone')]", // expect: template/undefined-name
//!               "location": "global"
//!             }
//!           ]
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc good without=adf/portal-public-access-remains
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "variables": {
//!     "copy": [ { "name": "zones", "count": 2, "input": "[concat('zone', copyIndex('zones'))]" } ]
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[concat(variables('zones')[copyIndex()], '.contoso.com')]",
//!       "location": "global",
//!       "copy": { "name": "zoneLoop", "count": "[length(variables('zones'))]" }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[PARAMETERS('FactoryName')]",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": { "publicNetworkAccess": "Disabled" },
//!       "dependsOn": [ "zoneLoop" ]
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
//!   "resources": {
//!     "vault": {
//!       "existing": true,
//!       "type": "Microsoft.KeyVault/vaults",
//!       "apiVersion": "2023-07-01",
//!       "name": "contoso-kv"
//!     },
//!     "nested": {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "nested",
//!       "properties": {
//!         "expressionEvaluationOptions": { "scope": "inner" },
//!         "mode": "Incremental",
//!         "parameters": { "uri": { "value": "[reference('vault').vaultUri]" } },
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "parameters": { "uri": { "type": "string" } },
//!           "resources": [],
//!           "outputs": { "uri": { "type": "string", "value": "[parameters('uri')]" } }
//!         }
//!       },
//!       "dependsOn": [ "vault" ]
//!     }
//!   },
//!   "outputs": { "uri": { "type": "string", "value": "[reference('nested').outputs.uri.value]" } }
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::Text;

use crate::model::template::dependency::Dependencies;
use crate::model::template::{Fault, FaultKind, Templates};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/undefined-name",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &[
        "Syntax and expressions in ARM templates, 2024-06-20",
        "Define the order for deploying resources in ARM templates, 2024-06-20",
        "Use linked and nested templates, 2024-06-20",
    ],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let templates = cx.derived(Templates::build);
    for fault in &templates.faults {
        let undefined = match fault.kind {
            FaultKind::Undefined => true,
            FaultKind::Symbol => is_no_name(fault, &templates, cx),
            FaultKind::UnknownFunction | FaultKind::ArgumentCount => false,
        };
        if undefined {
            fault.report(cx);
        }
    }
    let graph = cx.graph();
    let dependencies = cx.derived(Dependencies::build);
    for (from, entry, name) in &dependencies.missing {
        let message = match name.contains('/') {
            true => format!("The template has no such resource of type `{name}` to depend on"),
            false => format!("The template has no resource `{name}` to depend on"),
        };
        let help = "depend on resources of the same template only; what exists already needs no dependency";
        cx.report_on(graph.resource(*from), entry, message).help(help);
    }
}

// No resource of the template may have the name either.
fn is_no_name(fault: &Fault, templates: &Templates, cx: &Context<'_>) -> bool {
    let Some(scope) = templates.scopes.get(fault.scope) else { return false };
    let text = Text::Known(fault.name.clone());
    let mut around = cx.graph().resources().iter().filter(|other| scope.node.span.contains(other.span));
    around.all(|other| other.name.last().equals_ignore_case(&text).is_false())
}
