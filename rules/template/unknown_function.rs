//! A template calls a function that does not exist
//!
//! ## Why
//!
//! Resource Manager refuses a template with an expression that calls a function it does not know (Syntax and
//! expressions in ARM templates, 2024-06-20). Letter case does not count, all names that start with `list` are
//! taken, and a function of one's own needs its namespace. The rules of policies have functions of their own
//! and are not looked at.
//!
//! ## How to fix
//!
//! Correct the name, or declare the function in the section `functions`.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "prefix": { "type": "string" } },
//!   "variables": {
//!     "name": "[toLowerCase(parameters('prefix'))]", // expect: template/unknown-function
//!     "id": "[resourceIds('Microsoft.DataFactory/factories', variables('name'))]" // expect: template/unknown-function
//!   },
//!   "resources": [],
//!   "outputs": { "factory": { "type": "string", "value": "[variables('id')]" } }
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "functions": [
//!     {
//!       "namespace": "__bicep",
//!       "members": {
//!         "nameOf": {
//!           "parameters": [ { "type": "string", "name": "stage" } ],
//!           "output": { "type": "string", "value": "[format('adf-{0}', parameters('stage'))]" }
//!         }
//!       }
//!     }
//!   ],
//!   "resources": {},
//!   "outputs": {
//!     "name": {
//!       "type": "string",
//!       "value": "[__bicep.nameFor('test')]" // expect: template/unknown-function
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "prefix": { "type": "string" } },
//!   "variables": {
//!     "name": "[TOLOWER(parameters('prefix'))]",
//!     "text": "[[toLowerCase('x')]"
//!   },
//!   "resources": [],
//!   "outputs": {
//!     "name": { "type": "string", "value": "[concat(variables('name'), variables('text'))]" }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [
//!     {
//!       "type": "Microsoft.Authorization/policyDefinitions",
//!       "apiVersion": "2021-06-01",
//!       "name": "tagged",
//!       "properties": {
//!         "policyType": "Custom",
//!         "mode": "Indexed",
//!         "policyRule": {
//!           "if": { "value": "[addDays(field('tags.expiry'), -7)]", "less": "[utcNow()]" },
//!           "then": { "effect": "audit" }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::template::{FaultKind, Templates};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/unknown-function",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Syntax and expressions in ARM templates, 2024-06-20"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let templates = cx.derived(Templates::build);
    for fault in templates.faults.iter().filter(|fault| fault.kind == FaultKind::UnknownFunction) {
        fault.report(cx);
    }
}
