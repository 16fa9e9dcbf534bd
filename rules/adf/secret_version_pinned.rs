//! A reference to Key Vault names one version of the secret
//!
//! ## Why
//!
//! A reference without `secretVersion` reads the latest version of the secret (Data Factory REST API
//! 2018-06-01, AzureKeyVaultSecretReference, read on 2026-07-07). One that names a version goes on to read
//! the old secret after it was rotated, until somebody changes the linked service; when the old version is
//! disabled, the runs fail.
//!
//! ## How to fix
//!
//! Leave `secretVersion` out.
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
//!         "secretName": "plant-loader",
//!         "secretVersion": "0123456789abcdef0123456789abcdef" // expect: adf/secret-version-pinned
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/pipelines",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/notify",
//!     "properties": {
//!       "activities": [
//!         {
//!           "name": "Call",
//!           "type": "WebActivity",
//!           "typeProperties": {
//!             "method": "GET",
//!             "url": "https://hooks.example.com/done",
//!             "authentication": {
//!               "type": "Basic",
//!               "username": "adf",
//!               "password": {
//!                 "type": "AzureKeyVaultSecret",
//!                 "secretVersion": "0123456789abcdef0123456789abcdef", // expect: adf/secret-version-pinned
//!                 "secretName": "hook",
//!                 "store": { "type": "LinkedServiceReference", "referenceName": "vault" }
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
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/plant",
//!     "properties": {
//!       "type": "Sftp",
//!       "typeProperties": {
//!         "host": "files.example.com",
//!         "authenticationType": "Basic",
//!         "userName": "loader",
//!         "password": {
//!           "type": "AzureKeyVaultSecret",
//!           "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!           "secretName": "plant-loader",
//!           "secretVersion": ""
//!         }
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! Whoever uses the linked service chooses the version:
//!
//! ```jsonc good
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
//!         "secretName": "plant-loader",
//!         "secretVersion": { "type": "Expression", "value": "@linkedService().version" }
//!       }
//!     },
//!     "parameters": { "version": { "type": "String" } }
//!   }
//! }
//! ```

use armlint_engine::finding::{Applicability, Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::adf_expression;
use crate::model::edit;
use crate::model::secret::{self, Held, Secrets};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/secret-version-pinned",
    category: Category::Hygiene,
    severity: Severity::Low,
    equivalents: &[],
    references: &[
        "Store credentials in Azure Key Vault, 2024-05-15",
        "Data Factory REST API 2018-06-01, AzureKeyVaultSecretReference, 2026-07-07",
    ],
    sentences: &["A10"],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let secrets = cx.derived(Secrets::build);
    for (artefact, secret) in secrets.all(graph) {
        let Held::KeyVault(reference) = &secret.held else { continue };
        let version = reference.get("secretVersion");
        let pinned = |text: &str| {
            let text = text.trim();
            !text.is_empty() && !text.eq_ignore_ascii_case("latest") && !adf_expression::is_dynamic(text)
        };
        if !version.known_text().is_some_and(pinned) {
            continue;
        }
        let message = format!(
            "The Key Vault reference in {} of the {} is fixed to one version of the secret",
            secret.describe(),
            secret::describe(artefact)
        );
        let edit = edit::remove(graph, version.origin.span);
        let finding = cx.report_on(artefact, &version, message);
        finding.help("Leave `secretVersion` out, so that the latest version is read");
        if let Some(edit) = edit.filter(|_| version.origin.via.is_none()) {
            finding.fix("Read the latest version", Applicability::Unsafe, vec![edit]);
        }
    }
}
