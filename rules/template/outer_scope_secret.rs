//! A nested deployment of outer scope uses a secret
//!
//! ## Why
//!
//! The expressions of a nested template of outer scope, which is the default, are evaluated before the nested
//! deployment starts: its template holds their values, and the history of deployments shows it. So a secure
//! parameter, or what `listKeys()` returns, stands there in clear text (Use linked and nested templates, 2024-06-20).
//!
//! ## How to fix
//!
//! Give the nested template a scope of its own with `"expressionEvaluationOptions": { "scope": "inner" }`, and
//! pass the secret as a parameter of type `securestring`.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "adminPassword": { "type": "securestring" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "nested",
//!       "properties": {
//!         "mode": "Incremental",
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "resources": [
//!             {
//!               "type": "Microsoft.Sql/servers",
//!               "apiVersion": "2023-05-01-preview",
//!               "name": "contoso-sql",
//!               "location": "westeurope",
//!               "properties": {
//!                 "administratorLogin": "loader",
//!                 "administratorLoginPassword": "[parameters('adminPassword')]" // expect: template/outer-scope-secret
//!               }
//!             }
//!           ]
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "variables": {
//!     "key": "[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'contosolake'), '2023-05-01').keys[0].value]"
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "nested",
//!       "properties": {
//!         "mode": "Incremental",
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "resources": [
//!             {
//!               "type": "Microsoft.KeyVault/vaults/secrets",
//!               "apiVersion": "2023-07-01",
//!               "name": "contoso-kv/lake",
//!               "properties": {
//!                 "value": "[variables('key')]" // expect: template/outer-scope-secret
//!               }
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
//!   "parameters": { "adminPassword": { "type": "securestring" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "nested",
//!       "properties": {
//!         "expressionEvaluationOptions": { "scope": "inner" },
//!         "mode": "Incremental",
//!         "parameters": { "adminPassword": { "value": "[parameters('adminPassword')]" } },
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "parameters": { "adminPassword": { "type": "securestring" } },
//!           "resources": [
//!             {
//!               "type": "Microsoft.Sql/servers",
//!               "apiVersion": "2023-05-01-preview",
//!               "name": "contoso-sql",
//!               "location": "westeurope",
//!               "properties": {
//!                 "administratorLogin": "loader",
//!                 "administratorLoginPassword": "[parameters('adminPassword')]"
//!               }
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
//!   "parameters": { "networkName": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "nested",
//!       "properties": {
//!         "mode": "Incremental",
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "resources": [
//!             {
//!               "type": "Microsoft.Network/privateDnsZones",
//!               "apiVersion": "2020-06-01",
//!               "name": "[parameters('networkName')]",
//!               "location": "global"
//!             }
//!           ]
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```

use std::collections::HashSet;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Graph;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use smol_str::SmolStr;

use crate::model::template::{Outer, Scope, Templates, Use};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/outer-scope-secret",
    category: Category::Secrets,
    severity: Severity::Medium,
    equivalents: &[
        "arm-ttk:Secure-Params-In-Nested-Deployments",
        "bicep-linter:secure-params-in-nested-deploy",
        "psrule:Azure.Deployment.OuterSecret",
    ],
    references: &["Use linked and nested templates, 2024-06-20"],
    sentences: &[],
    check: Check::Deployment(check),
};

/// How far a secret is followed from variable to variable.
const MAX_STEPS: usize = 64;

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let templates = cx.derived(Templates::build);
    let secure = secure_parameters(graph);
    for outer in &templates.outers {
        let Some(scope) = templates.scopes.get(outer.scope) else { continue };
        let secrets = secrets(scope, &secure);
        let used: Vec<Span> = uses(outer, scope, &secure, &secrets).collect();
        let Some((first, rest)) = used.split_first() else { continue };
        let message = "A nested deployment of outer scope uses a secret";
        let finding = cx.report(first, message);
        finding.related(outer.place, "the nested deployment").help(
            "give the nested template `\"expressionEvaluationOptions\": { \"scope\": \"inner\" }`, and the secret as a \
             secure parameter",
        );
        for span in rest {
            finding.related(*span, "here as well");
        }
    }
}

// The tokens of the names of secure parameters.
fn secure_parameters(graph: &Graph) -> HashSet<Span> {
    let secure = graph.parameters.iter().filter(|declared| declared.parameter.secure);
    secure.map(|declared| declared.parameter.span).collect()
}

fn is_secret(what: &Use, scope: &Scope, secure: &HashSet<Span>, variables: &HashSet<SmolStr>) -> bool {
    match what {
        Use::Parameter(name) => {
            scope.declared.parameters.get(name).is_some_and(|declared| secure.contains(declared))
        }
        Use::Variable(name) => variables.contains(name),
        Use::List(_) => true,
    }
}

// The variables that hold secrets.
fn secrets(scope: &Scope, secure: &HashSet<Span>) -> HashSet<SmolStr> {
    let mut found = HashSet::new();
    for _ in 0..MAX_STEPS {
        let before = found.len();
        for (name, uses) in &scope.variables {
            if uses.iter().any(|(_, what)| is_secret(what, scope, secure, &found)) {
                found.insert(name.clone());
            }
        }
        if found.len() == before {
            break;
        }
    }
    found
}

fn uses<'a>(
    outer: &'a Outer,
    scope: &'a Scope,
    secure: &'a HashSet<Span>,
    secrets: &'a HashSet<SmolStr>,
) -> impl Iterator<Item = Span> + 'a {
    let secret = outer.uses.iter().filter(|(_, what)| is_secret(what, scope, secure, secrets));
    secret.map(|(span, _)| *span)
}
