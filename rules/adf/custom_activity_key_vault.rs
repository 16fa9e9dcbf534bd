//! A custom activity is handed a reference to Key Vault that nobody resolves
//!
//! ## Why
//!
//! Data Factory writes the linked services that a Custom activity names in `referenceObjects`, and its
//! `extendedProperties`, to files for the program of the activity. It resolves references to Key Vault for
//! all activities but this one (Store credentials in Azure Key Vault, 2024-05-15: "all activity types
//! except custom activity support this feature"), so that the program finds the name of the secret and not
//! the secret.
//!
//! ## How to fix
//!
//! Read the secret in the program, with the managed identity of the Batch pool; or read it with a web
//! activity whose output is secure, and hand it over as a SecureString.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: linkedService/vault.json
//! {
//!   "name": "vault",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "AzureKeyVault",
//!     "typeProperties": { "baseUrl": "https://contoso-kv.vault.azure.net/" }
//!   }
//! }
//! // file: linkedService/plant.json
//! {
//!   "name": "plant",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "Sftp",
//!     "typeProperties": {
//!       "host": "files.example.com",
//!       "authenticationType": "Basic",
//!       "userName": "loader",
//!       "password": {
//!         "type": "AzureKeyVaultSecret",
//!         "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!         "secretName": "plant-loader"
//!       }
//!     }
//!   }
//! }
//! // file: pipeline/convert.json
//! {
//!   "name": "convert",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "Convert",
//!         "type": "Custom",
//!         "typeProperties": {
//!           "command": "convert.exe",
//!           "referenceObjects": {
//!             "linkedServices": [
//!               {
//!                 "type": "LinkedServiceReference",
//!                 "referenceName": "plant" // expect: adf/custom-activity-key-vault
//!               }
//!             ]
//!           }
//!         }
//!       }
//!     ]
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/pipelines",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/convert",
//!     "properties": {
//!       "activities": [
//!         {
//!           "name": "Convert",
//!           "type": "Custom",
//!           "typeProperties": {
//!             "command": "convert.exe",
//!             "extendedProperties": {
//!               "token": { // expect: adf/custom-activity-key-vault
//!                 "type": "AzureKeyVaultSecret",
//!                 "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!                 "secretName": "converter-token"
//!               }
//!             }
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! The linked service that runs the activity is read by Data Factory itself, and one without a secret has
//! nothing to resolve:
//!
//! ```jsonc good
//! // file: linkedService/lake.json
//! {
//!   "name": "lake",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" }
//!   }
//! }
//! // file: pipeline/convert.json
//! {
//!   "name": "convert",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "Convert",
//!         "type": "Custom",
//!         "typeProperties": {
//!           "command": "convert.exe",
//!           "referenceObjects": {
//!             "linkedServices": [{ "type": "LinkedServiceReference", "referenceName": "lake" }]
//!           }
//!         }
//!       }
//!     ]
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/pipelines",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/convert",
//!     "properties": {
//!       "activities": [
//!         {
//!           "name": "Convert",
//!           "type": "Custom",
//!           "typeProperties": {
//!             "command": "convert.exe",
//!             "extendedProperties": {
//!               "vaultUrl": "https://contoso-kv.vault.azure.net/",
//!               "secretName": "converter-token"
//!             }
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{ReferenceKind, Resource};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;

use crate::model::activity;
use crate::model::factory::{Factories, PIPELINES};
use crate::model::secret::{Held, Secrets};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/custom-activity-key-vault",
    category: Category::Correctness,
    severity: Severity::Low,
    equivalents: &[],
    references: &["Store credentials in Azure Key Vault, 2024-05-15"],
    sentences: &["A10"],
    check: Check::Resource(PIPELINES, check),
};

fn check(pipeline: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let custom = |activity: &armlint_engine::value::Value| activity.get("type").is_text("Custom").is_true();
    let mut found: Vec<(Span, String, Option<Span>)> = Vec::new();
    for activity in activity::activities(pipeline).into_iter().filter(custom) {
        let properties = activity.get("typeProperties");
        let named = activity.get("name").known_text().unwrap_or("?").to_string();
        let extended = properties.get("extendedProperties");
        for entry in extended.object().map(|object| object.entries()).unwrap_or_default() {
            if entry.value.get("type").is_text("AzureKeyVaultSecret").is_true() {
                let what = format!(
                    "The custom activity `{named}` gets `{}` as a reference to Key Vault, which it has to resolve \
                     itself",
                    entry.key
                );
                found.push((entry.value.origin.span, what, None));
            }
        }
        let references = properties.at("referenceObjects.linkedServices");
        let factories = cx.derived(Factories::build);
        let Some(factory) = factories.of(pipeline) else { continue };
        for reference in references.elements().unwrap_or_default() {
            let name = reference.get("referenceName");
            let service = name.text().and_then(|name| {
                factory.artefact(graph, &ReferenceKind::LinkedService, &name).filter(|found| !found.existing)
            });
            let Some(service) = service else { continue };
            let secrets = cx.derived(Secrets::build);
            let Some(secret) =
                secrets.of(service).iter().find(|secret| matches!(secret.held, Held::KeyVault(_)))
            else {
                continue;
            };
            let what = format!(
                "The custom activity `{named}` gets the linked service `{}` with a reference to Key Vault, which \
                 it has to resolve itself",
                service.name.display()
            );
            found.push((name.origin.span, what, Some(secret.place)));
        }
    }
    for (place, message, secret) in found {
        let finding = cx.report_on(pipeline, &place, message);
        finding.help("Read the secret in the program of the activity, with the managed identity of its pool");
        if let Some(secret) = secret {
            finding.related(secret, "this reference is not resolved");
        }
    }
}
