//! An expression certainly fails when it is evaluated
//!
//! ## Why
//!
//! Resource Manager refuses the deployment where a function is given what it does not take, an index lies outside
//! of its array, or a property is asked for that an object does not have (ARM template functions, 2025-06). It is a
//! finding only where literals decide it: not where a parameter without a value takes part or where the default of
//! one does, not behind a condition, and not in an arm of `if()`.
//!
//! ## How to fix
//!
//! Correct the expression. `tryGet()` and `coalesce()` stand for what may be missing.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "variables": { "sizes": { "small": 1, "large": 2 }, "zones": [ "a", "b" ] },
//!   "resources": [],
//!   "outputs": {
//!     "size": {
//!       "type": "int",
//!       "value": "[variables('sizes').medium]" // expect: template/evaluation-error
//!     },
//!     "zone": {
//!       "type": "string",
//!       "value": "[variables('zones')[2]]" // expect: template/evaluation-error
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
//!     "zone": {
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[substring('contoso.com', 4, 20)]", // expect: template/evaluation-error
//!       "location": "global",
//!       "tags": {
//!         "level": "[add('one', 1)]" // expect: template/evaluation-error
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
//!   "parameters": { "size": { "type": "string", "defaultValue": "medium" }, "zone": { "type": "int" } },
//!   "variables": { "sizes": { "small": 1, "large": 2 }, "zones": [ "a", "b" ] },
//!   "resources": [],
//!   "outputs": {
//!     "size": { "type": "int", "value": "[variables('sizes')[parameters('size')]]" },
//!     "zone": { "type": "string", "value": "[variables('zones')[parameters('zone')]]" },
//!     "last": { "type": "string", "value": "[if(greater(parameters('zone'), 1), variables('zones')[2], '')]" }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "named": { "type": "bool" } },
//!   "variables": { "names": {} },
//!   "resources": {
//!     "zone": {
//!       "condition": "[parameters('named')]",
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[variables('names').zone]",
//!       "location": "global"
//!     }
//!   },
//!   "outputs": {
//!     "name": { "type": "string", "value": "[coalesce(tryGet(variables('names'), 'zone'), 'none')]" }
//!   }
//! }
//! ```

use armlint_engine::expression::ProblemKind;
use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::template::certain::is_reached;
use crate::model::template::evaluated;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/evaluation-error",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["ARM template functions, 2025-06"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    // With the values of a parameter file, what guards an expression is not told from what it uses.
    if !graph.dialect.is_template() || graph.is_environment {
        return;
    }
    evaluated::everything(graph);
    for problem in graph.problems() {
        // A loop that is not there is a name that is not there.
        let named = graph.text(problem.span).eq_ignore_ascii_case("copyIndex");
        if problem.kind == ProblemKind::Evaluation && !named && is_reached(graph, problem.span) {
            let message = format!("The expression cannot be evaluated: {}", problem.message);
            cx.report(&problem.span, message).confidence(Confidence::Medium);
        }
    }
}
