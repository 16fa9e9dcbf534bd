//! A parameter file leaves out a parameter that has no default
//!
//! ## Why
//!
//! A deployment with the file alone is refused: a parameter without `defaultValue` needs a value (Parameters in ARM
//! templates, 2024-06). Often the parameter is new in the template, and one of the environments was forgotten.
//!
//! Silent are secure parameters, which better come from elsewhere than from the file; names that begin
//! with an underscore, such as `_artifactsLocation`, which deployment scripts set; files that set less
//! than half of what has no default, since the rest comes from the command line; and what another file of the same
//! template sets where the two have nothing in common, since both are given together. A file that belongs to the
//! template only because they are alone in their folder is not judged.
//!
//! ## How to fix
//!
//! Give the parameter a value, or a default in the template if there is one that is right everywhere.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: main.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "type": "string" },
//!     "owner": { "type": "string" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": { "owner": "[string(parameters('owner'))]" }
//!     }
//!   ]
//! }
//! // file: main.parameters.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { // expect: template/parameter-missing
//!     "name": { "value": "contoso-reader" }
//!   }
//! }
//! ```
//!
//! Of two environments one has been forgotten:
//!
//! ```jsonc bad
//! // file: main.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "type": "string" },
//!     "owner": { "type": "string" },
//!     "stage": { "type": "string" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": { "owner": "[string(parameters('owner'))]", "stage": "[string(parameters('stage'))]" }
//!     }
//!   ]
//! }
//! // file: main.parameters.dev.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "value": "contoso-reader" },
//!     "owner": { "value": "platform" },
//!     "stage": { "value": "dev" }
//!   }
//! }
//! // file: main.parameters.prod.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { // expect: template/parameter-missing
//!     "name": { "value": "contoso-reader" },
//!     "stage": { "value": "prod" }
//!   }
//! }
//! ```
//!
//! Defaults, and what may be null, need no value:
//!
//! ```jsonc good
//! // file: main.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": {
//!     "name": { "type": "string" },
//!     "owner": { "type": "string", "nullable": true },
//!     "stage": { "type": "string", "defaultValue": "dev" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": { "owner": "[string(parameters('owner'))]", "stage": "[string(parameters('stage'))]" }
//!     }
//!   ]
//! }
//! // file: main.parameters.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "value": "contoso-reader" }
//!   }
//! }
//! ```
//!
//! Two files that are given together:
//!
//! ```jsonc good
//! // file: main.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "type": "string" },
//!     "owner": { "type": "string" },
//!     "stage": { "type": "string" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
//!       "apiVersion": "2023-01-31",
//!       "name": "[parameters('name')]",
//!       "location": "westeurope",
//!       "tags": { "owner": "[string(parameters('owner'))]", "stage": "[string(parameters('stage'))]" }
//!     }
//!   ]
//! }
//! // file: main.parameters.common.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "name": { "value": "contoso-reader" },
//!     "owner": { "value": "platform" }
//!   }
//! }
//! // file: main.parameters.prod.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "stage": { "value": "prod" }
//!   }
//! }
//! ```

use armlint_engine::dialect::{Belonging, ParameterFile};
use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::syntax::{Member, Node, NodeKind};

use crate::model::parameter::{Given, Literals, Schema, is_whole};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/parameter-missing",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Parameters in ARM templates, 2024-06", "Create parameter file, 2025-04-28"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let Some(given) = Given::of(cx.graph()) else { return };
    let required: Vec<&Member> =
        given.declared().iter().filter(|declared| is_required(declared, given.template)).collect();
    for file in given.files {
        if file.belonging < Belonging::Named || !is_whole(&file.parsed.document) {
            continue;
        }
        let missing: Vec<&Member> =
            required.iter().copied().filter(|declared| !sets(file, &declared.key.text)).collect();
        if missing.len() * 2 > required.len() {
            continue;
        }
        let others = || given.files.iter().filter(|other| is_complement(file, other));
        for declared in missing {
            let name = &declared.key.text;
            if !others().any(|other| sets(other, name)) {
                report(cx, file, declared);
            }
        }
    }
}

fn report(cx: &mut Context<'_>, file: &ParameterFile, declared: &Member) {
    let root = &file.parsed.document.root;
    let name = &declared.key.text;
    let section = root.get("parameters").map_or(root.span.part(0, 1), |section| section.key_span);
    let at = file.entry(name).map_or(section, |entry| entry.key_span);
    cx.report(&at, format!("The parameter `{name}` has no default, and the file gives it no value"))
        .related(declared.key_span, "the parameter")
        .confidence(Confidence::Medium)
        .help("Give the parameter a value here, or a default in the template");
}

fn is_required(declared: &Member, template: &Node) -> bool {
    let schema = Schema::new(&declared.value, template, Literals::Template);
    let default = declared.value.get("defaultValue").is_some();
    // `_artifactsLocation` and its like.
    let by_scripts = declared.key.text.starts_with('_');
    declared.value.is_object() && !default && !schema.is_nullable() && !schema.is_secure() && !by_scripts
}

fn sets(file: &ParameterFile, name: &str) -> bool {
    let Some(entry) = file.entry(name) else { return false };
    let null = |value: &Node| value.kind == NodeKind::Null;
    let member = |key| entry.value.value(key).is_some_and(|value| !null(value));
    !entry.value.is_object() || ["value", "reference", "expression"].into_iter().any(member)
}

// Files without a parameter in common are parts of one environment.
fn is_complement(file: &ParameterFile, other: &ParameterFile) -> bool {
    file.entries().iter().all(|entry| other.entry(&entry.key.text).is_none())
}
