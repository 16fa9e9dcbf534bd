//! A variable is declared and never used
//!
//! ## Why
//!
//! What nothing uses misleads who reads the template, and often shows that an expression uses another name than
//! was meant (Best practices for ARM templates, 2024-09-26).
//!
//! A name that any expression of the template uses counts as used. Where a name is computed nothing is reported,
//! and neither are exports of a factory, what a Bicep file exports, and remarks: variables whose name starts
//! with `documentation` or `comment`.
//!
//! ## How to fix
//!
//! Use the variable where it was meant, or take it away.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "variables": {
//!     "networkName": "contoso-vnet",
//!     "subnetName": "data" // expect: template/unused-variable
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "[variables('networkName')]",
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
//!   "variables": {
//!     "copy": [
//!       {
//!         "name": "zones", // expect: template/unused-variable
//!         "count": 3,
//!         "input": "[format('zone{0}', copyIndex('zones'))]"
//!       },
//!       { "name": "names", "count": 2, "input": "[format('vnet{0}', copyIndex('names'))]" }
//!     ]
//!   },
//!   "resources": {},
//!   "outputs": { "names": { "type": "array", "value": "[variables('names')]" } }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "variables": {
//!     "prefix": "contoso",
//!     "networkName": "[concat(variables('PREFIX'), '-vnet')]"
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2023-09-01",
//!       "name": "[variables('networkName')]",
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
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "stage": { "type": "string" } },
//!   "variables": {
//!     "sizeTest": "small",
//!     "sizeProduction": "large"
//!   },
//!   "resources": [],
//!   "outputs": {
//!     "size": { "type": "string", "value": "[variables(concat('size', parameters('stage')))]" }
//!   }
//! }
//! ```

use armlint_engine::dialect::Dialect;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::template::{Scope, Templates};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/unused-variable",
    category: Category::Hygiene,
    severity: Severity::Low,
    equivalents: &[
        "arm-ttk:Variables-Must-Be-Referenced",
        "bicep-linter:no-unused-vars",
        "psrule:Azure.Template.UseVariables",
    ],
    references: &["Best practices for ARM templates, 2024-09-26"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    // Data Factory writes the variables of an export.
    if cx.graph().dialect == Dialect::Export {
        return;
    }
    let templates = cx.derived(Templates::build);
    for scope in templates.scopes.iter().filter(|scope| is_judged(scope)) {
        let mut unused: Vec<_> = scope.declared.variables.iter().collect();
        unused.retain(|(name, _)| {
            let remark = name.starts_with("documentation") || name.starts_with("comment");
            !scope.used.variables.contains(*name) && !remark && !is_exported(scope, name)
        });
        unused.sort_by_key(|(_, span)| span.start);
        for (_, span) in unused {
            let message = format!("Nothing uses the variable `{}`", cx.graph().text(*span));
            cx.report(span, message).help("use it, or take it away");
        }
    }
}

fn is_judged(scope: &Scope) -> bool {
    scope.does_something() && !scope.used.computed_variable && !scope.used.unread
}

// Other Bicep files import it.
fn is_exported(scope: &Scope, name: &str) -> bool {
    let metadata = scope.node.value("metadata");
    let exported = metadata.and_then(|metadata| metadata.value("__bicep_exported_variables!"));
    let exported = exported.map(|exported| exported.elements()).unwrap_or_default();
    exported
        .iter()
        .filter_map(|entry| entry.value("name")?.text())
        .any(|other| other.eq_ignore_ascii_case(name))
}
