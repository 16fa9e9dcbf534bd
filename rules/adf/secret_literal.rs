//! A secret stands in clear text
//!
//! ## Why
//!
//! Whoever can read the repository, the template or the deployment history has the secret: a password, an
//! account key, a SAS signature, the key of a service principal. Data Factory encrypts a SecureString when
//! it stores it, not in the text that it was deployed from (Data Factory REST API 2018-06-01, read on
//! 2026-07-07). A secret that was once committed stays in the history of the repository, so that it has to
//! be replaced. Linked services take a reference to a secret of Key Vault instead (Store credentials in
//! Azure Key Vault, 2024-05-15).
//!
//! Asterisks, placeholders such as `<password>`, expressions of Data Factory, references to Key Vault and
//! `encryptedCredential` are no secrets.
//!
//! ## How to fix
//!
//! Replace the secret at its source, keep the new one in Key Vault, and refer to it by an
//! `AzureKeyVaultSecret`. Where the service takes a SecureString only, give the value through a parameter
//! of type `securestring` without a default.
//!
//! ## Examples
//!
//! Only the value of the secret key is reported, not the whole connection string:
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/orders",
//!     "properties": {
//!       "type": "AzureSqlDatabase", // expect: adf/prefer-managed-identity
//!       "typeProperties": {
//!         // expect: adf/secret-literal
//!         "connectionString": "Server=tcp:contoso-sql.database.windows.net;Database=orders;User ID=loader;Password=N0t-A-Real-Passw0rd;Encrypt=True"
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! A variable hides nothing; the finding is where the secret is written:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "variables": {
//!     "lakeKey": "bm90LWEtcmVhbC1rZXk=" // expect: adf/secret-literal
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'lake')]",
//!       "properties": {
//!         "type": "AzureBlobFS", // expect: adf/prefer-managed-identity
//!         "typeProperties": {
//!           "url": "https://contosolake.dfs.core.windows.net",
//!           "accountKey": { "type": "SecureString", "value": "[variables('lakeKey')]" }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! In a Git folder, in a linked service and in an activity:
//!
//! ```jsonc bad
//! // file: linkedService/crm.json
//! {
//!   "name": "crm",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "RestService",
//!     "typeProperties": {
//!       "url": "https://crm.example.com/api",
//!       "enableServerCertificateValidation": true,
//!       "authenticationType": "Basic",
//!       "userName": "loader",
//!       "password": { "type": "SecureString", "value": "n0t-a-real-password" } // expect: adf/secret-literal
//!     }
//!   }
//! }
//! // file: pipeline/notify.json
//! {
//!   "name": "notify",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "Call",
//!         "type": "WebActivity",
//!         "typeProperties": {
//!           "method": "POST",
//!           "url": "https://hooks.example.com/done",
//!           "body": "{}",
//!           "authentication": {
//!             "type": "Basic",
//!             "username": "adf",
//!             "password": "n0t-a-real-one-either" // expect: adf/secret-literal
//!           }
//!         }
//!       }
//!     ]
//!   }
//! }
//! ```
//!
//! The secret is in Key Vault:
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/vault",
//!     "properties": {
//!       "type": "AzureKeyVault",
//!       "typeProperties": { "baseUrl": "https://contoso-kv.vault.azure.net/" }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/orders",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.DataFactory/factories/linkedservices', 'contoso-adf', 'vault')]"
//!     ],
//!     "properties": {
//!       "type": "AzureMySql",
//!       "typeProperties": {
//!         "connectionString": "Server=contoso-shop.mysql.database.azure.com;Port=3306;Database=orders;UID=loader;SSLMode=3",
//!         "password": {
//!           "type": "AzureKeyVaultSecret",
//!           "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!           "secretName": "orders-loader"
//!         }
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! Data Factory computes the secret when it is used; places that take a SecureString only show asterisks:
//!
//! ```jsonc good
//! // file: pipeline/call.json
//! {
//!   "name": "call",
//!   "properties": {
//!     "parameters": { "password": { "type": "string" } },
//!     "activities": [
//!       {
//!         "name": "Call",
//!         "type": "WebActivity",
//!         "typeProperties": {
//!           "method": "GET",
//!           "url": "https://crm.example.com/api",
//!           "authentication": {
//!             "type": "Basic",
//!             "username": "loader",
//!             "password": { "type": "Expression", "value": "@pipeline().parameters.password" }
//!           }
//!         }
//!       }
//!     ]
//!   }
//! }
//! // file: pipeline/run.json
//! {
//!   "name": "run",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "Package",
//!         "type": "ExecuteSSISPackage",
//!         "typeProperties": {
//!           "packageLocation": { "type": "SSISDB", "packagePath": "jobs/nightly/load.dtsx" },
//!           "executionCredential": {
//!             "domain": "CONTOSO",
//!             "userName": "ssis",
//!             "password": { "type": "SecureString", "value": "**********" }
//!           }
//!         }
//!       }
//!     ]
//!   }
//! }
//! ```

use std::collections::HashMap;

use armlint_engine::finding::{Category, Confidence, Label, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;

use crate::model::secret::vault::{self, Vaults};
use crate::model::secret::{self, Held, Secret, Secrets};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/secret-literal",
    category: Category::Secrets,
    severity: Severity::Critical,
    equivalents: &["azure-policy:127ef6d7-242f-43b3-9eef-947faf1725d0"],
    references: &[
        "Store credentials in Azure Key Vault, 2024-05-15",
        "Data Factory REST API 2018-06-01, SecureString and AzureKeyVaultSecretReference, 2026-07-07",
    ],
    sentences: &["A10"],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let vaults = cx.derived(Vaults::build);
    let secrets = cx.derived(Secrets::build);
    let literal = |(_, secret): &(&Resource, &Secret)| matches!(secret.held, Held::Literal);
    let mut places: Vec<Span> = Vec::new();
    let mut by_place: HashMap<Span, Vec<(&Resource, &Secret)>> = HashMap::new();
    for (artefact, secret) in secrets.all(graph).filter(literal) {
        let uses = by_place.entry(secret.place).or_default();
        if uses.is_empty() {
            places.push(secret.place);
        }
        uses.push((artefact, secret));
    }
    // One literal is one finding, however often a variable or a loop uses it.
    for place in places {
        let Some([(artefact, secret), others @ ..]) = by_place.get(&place).map(Vec::as_slice) else {
            continue;
        };
        let message = format!(
            "A secret stands in clear text in {} of the {}",
            secret.describe(),
            secret::describe(artefact)
        );
        let advice = vault::advice(&vaults, artefact, secret);
        let finding = cx.report_on(artefact, &place, message);
        finding.sensitive().help(help(advice));
        if secret.conditional {
            finding.confidence(Confidence::Medium);
        }
        for part in &secret.parts {
            let text = "a part of it is written here".to_string();
            finding.related.push(Label { span: *part, text, sensitive: true });
        }
        let own = secret.value.origin.span;
        if own != place && !own.contains(place) {
            finding.related(own, "it is used here");
        }
        for (other, secret) in others.iter().filter(|(_, other)| other.value.origin.span != own) {
            let text = format!("and in {} of the {}", secret.describe(), secret::describe(other));
            finding.related(secret.value.origin.span, text);
        }
    }
}

fn help(advice: Option<String>) -> String {
    match advice {
        Some(advice) => format!("Rotate the secret, keep it in Key Vault, and {advice}"),
        None => "Rotate the secret, and give it through a parameter of type `securestring` without a default"
            .to_string(),
    }
}
