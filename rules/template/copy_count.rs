//! A copy loop runs more often than the service allows
//!
//! ## Why
//!
//! A loop runs from 0 to 800 times, for resources as for properties, variables and outputs (Resource iteration in
//! ARM templates, Copy limits, 2024-06-20). Resource Manager refuses a template with a loop beyond that. A count
//! that only the default of a parameter decides is no finding.
//!
//! ## How to fix
//!
//! Give the loop a count that it may have, or split it into nested deployments.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "variables": { "count": 1000 },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[concat('zone', copyIndex(), '.contoso.com')]",
//!       "location": "global",
//!       "copy": {
//!         "name": "zones",
//!         "count": "[variables('count')]" // expect: template/copy-count
//!       }
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
//!     "zones": {
//!       "copy": {
//!         "name": "zones",
//!         "count": "[sub(1, 2)]" // expect: template/copy-count
//!       },
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[format('zone{0}.contoso.com', copyIndex())]",
//!       "location": "global"
//!     }
//!   },
//!   "outputs": {
//!     "names": {
//!       "type": "array",
//!       "copy": {
//!         "count": 801, // expect: template/copy-count
//!         "input": "[format('name{0}', copyIndex())]"
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
//!   "parameters": { "count": { "type": "int", "defaultValue": 1000 } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[concat('zone', copyIndex(), '.contoso.com')]",
//!       "location": "global",
//!       "copy": { "name": "zones", "count": "[parameters('count')]" }
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
//!   "resources": {},
//!   "outputs": {
//!     "names": { "type": "array", "copy": { "count": 800, "input": "[format('name{0}', copyIndex())]" } },
//!     "none": { "type": "array", "copy": { "count": 0, "input": "[copyIndex()]" } }
//!   }
//! }
//! ```

use std::collections::BTreeMap;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use armlint_engine::value::{Number, ValueKind};

use crate::model::template::Templates;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/copy-count",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Resource iteration in ARM templates, 2024-06-20"],
    sentences: &[],
    check: Check::Deployment(check),
};

/// How often a loop may run.
const MAX_COUNT: i64 = 800;

fn check(cx: &mut Context<'_>) {
    let templates = cx.derived(Templates::build);
    let mut counts: BTreeMap<Span, i64> = templates.counts.iter().copied().collect();
    for resource in cx.graph().resources().iter().filter(|resource| resource.repeated) {
        let count = resource.body.get("copy").get("count");
        if let ValueKind::Number(Number::Int(number)) = count.kind
            && !count.assumed
        {
            counts.insert(count.origin.span, number);
        }
    }
    for (span, count) in counts {
        if count < 0 {
            cx.report(&span, format!("A loop cannot run {count} times"));
        } else if count > MAX_COUNT {
            let message = format!("The loop runs {count} times, and the service allows {MAX_COUNT}");
            cx.report(&span, message).help("split the loop into nested deployments");
        }
    }
}
