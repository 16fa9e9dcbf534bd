//! An output that is not secure returns a secret
//!
//! ## Why
//!
//! Outputs are kept in the history of deployments, in clear text: whoever may read the deployment reads the
//! secret (Outputs in ARM templates, 2024-06-20; Best practices for ARM templates, 2024-09-26). A secret is the
//! value of a secure parameter, what `listKeys()` and its like return, and what is put together from these. Only
//! outputs of type `securestring` and `secureObject` are not kept.
//!
//! ## How to fix
//!
//! Take the output away, and read the secret where it is needed: from Key Vault, or with `listKeys()` on the
//! resource.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "adminPassword": { "type": "securestring" } },
//!   "resources": [],
//!   "outputs": {
//!     "connection": {
//!       "type": "string",
//!       "value": "[concat('Server=contoso-sql;Password=', parameters('adminPassword'))]" // expect: template/secret-in-output
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
//!     "lake": {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "lake",
//!       "properties": {
//!         "expressionEvaluationOptions": { "scope": "inner" },
//!         "mode": "Incremental",
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "resources": [],
//!           "outputs": {
//!             "key": {
//!               "type": "string",
//!               "value": "[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'contosolake'), '2023-05-01').keys[0].value]" // expect: template/secret-in-output
//!             }
//!           }
//!         }
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! A member of a user-defined type is secure where its type says so:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "definitions": {
//!     "login": {
//!       "type": "object",
//!       "properties": { "name": { "type": "string" }, "password": { "type": "securestring" } }
//!     }
//!   },
//!   "parameters": {
//!     "login": { "$ref": "#/definitions/login" },
//!     "logins": { "type": "array", "items": { "$ref": "#/definitions/login" } },
//!     "known": { "$ref": "#/definitions/login", "defaultValue": { "name": "contoso", "password": "" } }
//!   },
//!   "resources": {},
//!   "outputs": {
//!     "name": { "type": "string", "value": "[parameters('login').name]" },
//!     "password": { "type": "string", "value": "[parameters('login').password]" }, // expect: template/secret-in-output
//!     "first": { "type": "string", "value": "[parameters('logins')[0].password]" }, // expect: template/secret-in-output
//!     "of": { "type": "string", "value": "[parameters('known').name]" }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "adminPassword": { "type": "securestring" }, "user": { "type": "string" } },
//!   "resources": [],
//!   "outputs": {
//!     "user": { "type": "string", "value": "[parameters('user')]" },
//!     "given": { "type": "bool", "value": "[not(empty(parameters('adminPassword')))]" },
//!     "seed": { "type": "string", "value": "[uniqueString(parameters('adminPassword'))]" }
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
//!     "key": {
//!       "type": "securestring",
//!       "value": "[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'contosolake'), '2023-05-01').keys[0].value]"
//!     }
//!   }
//! }
//! ```

use std::collections::HashSet;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::{StepKind, Type, Value};

use crate::model::secret::carries_secret;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/secret-in-output",
    category: Category::Secrets,
    severity: Severity::High,
    equivalents: &[
        "arm-ttk:Outputs-Must-Not-Contain-Secrets",
        "bicep-linter:outputs-should-not-contain-secrets",
    ],
    references: &["Outputs in ARM templates, 2024-06-20", "Best practices for ARM templates, 2024-09-26"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let mut seen = HashSet::new();
    let nested = graph.nested_outputs.iter().map(|(_, outputs)| outputs);
    for outputs in graph.outputs.iter().chain(nested) {
        for output in outputs.object().map(|object| object.entries()).unwrap_or_default() {
            let value = output.value.get("value");
            let secure = is_secure(&output.value.get("type"));
            if secure || value.is_missing() || gives_nothing_away(&value) {
                continue;
            }
            if carries_secret(graph, &output.key, &value) && seen.insert(value.origin.span) {
                let message = format!("The output `{}` is a secret, and its type is not secure", output.key);
                let finding = cx.report(&value.origin.span, message);
                finding.traced(&value).help(
                    "read the secret where it is needed, from Key Vault or by a reference to the resource, \
                     and take the output away",
                );
            }
        }
    }
}

fn is_secure(ty: &Value) -> bool {
    ["securestring", "secureobject"].iter().any(|secure| ty.is_text(secure).is_true())
}

// How long a secret is, or whether there is one; and what `reference()` returns of a resource, since the
// service gives no secret back.
fn gives_nothing_away(value: &Value) -> bool {
    value.origin.steps().any(|step| step.kind == StepKind::Reference)
        || matches!(value.ty(), Some(Type::Bool | Type::Number | Type::Null))
}
