//! A function is called with too few or too many arguments
//!
//! ## Why
//!
//! Resource Manager refuses a template with such a call: the number of arguments of each function is fixed or
//! has bounds (ARM template functions, 2025-06; Bicep's namespace types, 2026-08).
//!
//! ## How to fix
//!
//! Give the function what it takes; a comma or a parenthesis may stand in the wrong place.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "prefix": { "type": "string" } },
//!   "variables": {
//!     "name": "[if(empty(parameters('prefix')), 'adf')]" // expect: template/wrong-argument-count
//!   },
//!   "resources": [],
//!   "outputs": { "name": { "type": "string", "value": "[variables('name')]" } }
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
//!           "parameters": [
//!             { "type": "string", "name": "stage" },
//!             { "type": "int", "name": "index", "nullable": true }
//!           ],
//!           "output": {
//!             "type": "string",
//!             "value": "[format('adf-{0}-{1}', parameters('stage'), coalesce(parameters('index'), 0))]"
//!           }
//!         }
//!       }
//!     }
//!   ],
//!   "resources": {},
//!   "outputs": {
//!     "one": { "type": "string", "value": "[__bicep.nameOf('test')]" },
//!     "none": {
//!       "type": "string",
//!       "value": "[__bicep.nameOf()]" // expect: template/wrong-argument-count
//!     },
//!     "case": {
//!       "type": "string",
//!       "value": "[toLower('A', 'B')]" // expect: template/wrong-argument-count
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
//!   "resources": [],
//!   "outputs": {
//!     "name": { "type": "string", "value": "[concat(parameters('prefix'))]" },
//!     "part": { "type": "string", "value": "[substring(parameters('prefix'), 0)]" },
//!     "date": { "type": "string", "value": "[format('{0}', createObject())]" }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "resources": {},
//!   "outputs": {
//!     "all": {
//!       "type": "array",
//!       "value": "[map(range(0, 3), lambda('i', format('adf-{0}', lambdaVariables('i'))))]"
//!     },
//!     "sum": {
//!       "type": "int",
//!       "value": "[reduce(range(0, 3), 0, lambda('all', 'one', add(lambdaVariables('all'), lambdaVariables('one'))))]"
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::template::{FaultKind, Templates};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/wrong-argument-count",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["ARM template functions, 2025-06"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let templates = cx.derived(Templates::build);
    for fault in templates.faults.iter().filter(|fault| fault.kind == FaultKind::ArgumentCount) {
        fault.report(cx);
    }
}
