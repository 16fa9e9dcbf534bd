//! The credential of a linked service is not kept in Key Vault
//!
//! ## Why
//!
//! A credential that is given to a linked service is stored by Data Factory, or by its self-hosted runtime.
//! It cannot be rotated without a new deployment, nobody can see who reads it, and it is copied into every
//! environment. A reference to Key Vault has none of these defects; the factory reads the secret with its
//! managed identity when it is needed (Store credentials in Azure Key Vault, 2024-05-15). Where a factory
//! is reached through Private Link, credentials that a self-hosted runtime stores do not travel over the
//! private endpoint (Azure Private Link for Azure Data Factory, 2021-06-16; 2023-07-13 recommends Key Vault
//! instead). Azure Policy audits it under the title "Azure Data Factory linked services should use Key
//! Vault for storing secrets".
//!
//! One finding speaks of all credentials of a linked service. A credential in clear text, in a parameter
//! that is not secure, or in the default of a parameter has a rule of its own, and so has one that a
//! self-hosted runtime keeps for a private factory. A connection string that
//! comes whole from a secure parameter may hold no secret: then the confidence is low, and there is no
//! finding where another secret of the linked service is in Key Vault. A private key that an SFTP linked
//! service reads from a file of its runtime is of low severity; an Azure runtime cannot read such a file.
//!
//! ## How to fix
//!
//! Put the secret into a Key Vault that the factory may read (`get` on secrets), declare a linked service
//! of type `AzureKeyVault`, and refer to the secret by an `AzureKeyVaultSecret`. Better still, sign in with
//! the managed identity of the factory, where the store takes it.
//!
//! ## Examples
//!
//! The parameter is secure, but Data Factory stores its value:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "ordersPassword": { "type": "securestring" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf/orders",
//!       "properties": {
//!         "type": "AzureSqlDatabase", // expect: adf/prefer-managed-identity
//!         "typeProperties": {
//!           "server": "contoso-sql.database.windows.net",
//!           "database": "orders",
//!           "encrypt": "mandatory",
//!           "authenticationType": "SQL",
//!           "userName": "loader",
//!           "password": {
//!             "type": "SecureString",
//!             "value": "[parameters('ordersPassword')]" // expect: adf/credential-not-in-key-vault
//!           }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! The key of an account, read when the template is deployed, as Bicep compiles it:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "factoryName": { "type": "string" },
//!     "storageName": { "type": "string" }
//!   },
//!   "resources": {
//!     "factory": {
//!       "existing": true,
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('factoryName')]"
//!     },
//!     "landing": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'landing')]",
//!       "properties": {
//!         "type": "AzureBlobStorage", // expect: adf/prefer-managed-identity
//!         "typeProperties": {
//!           // expect: adf/credential-not-in-key-vault
//!           "connectionString": "[format('DefaultEndpointsProtocol=https;AccountName={0};AccountKey={1}', parameters('storageName'), listKeys(resourceId('Microsoft.Storage/storageAccounts', parameters('storageName')), '2023-01-01').keys[0].value)]"
//!         }
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! In a Git folder, Data Factory holds the credential and writes a pointer to it:
//!
//! ```jsonc bad
//! // file: linkedService/lake.json
//! {
//!   "name": "lake",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "AzureBlobFS", // expect: adf/prefer-managed-identity
//!     "typeProperties": {
//!       "url": "https://contosolake.dfs.core.windows.net",
//!       "encryptedCredential": "eyJDcmVkZW50aWFsSWQiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDEiLCJWZXJzaW9uIjoiMjAxNy0xMS0zMCIsIlByb3RlY3Rpb25Nb2RlIjoiS2V5IiwiU2VjcmV0Q29udGVudFR5cGUiOiJQbGFpbnRleHQifQ==" // expect: adf/credential-not-in-key-vault
//!     }
//!   }
//! }
//! // file: linkedService/vault.json
//! {
//!   "name": "vault",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "AzureKeyVault",
//!     "typeProperties": { "baseUrl": "https://contoso-kv.vault.azure.net/" }
//!   }
//! }
//! ```
//!
//! The password is in Key Vault; the rest of the connection string is a parameter of an exported template:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "factoryName": { "type": "string" },
//!     "orders_connectionString": { "type": "secureString" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/vault')]",
//!       "properties": {
//!         "type": "AzureKeyVault",
//!         "typeProperties": { "baseUrl": "https://contoso-kv.vault.azure.net/" }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/orders')]",
//!       "properties": {
//!         "type": "AzureMySql",
//!         "typeProperties": {
//!           "connectionString": "[parameters('orders_connectionString')]",
//!           "password": {
//!             "type": "AzureKeyVaultSecret",
//!             "store": { "referenceName": "vault", "type": "LinkedServiceReference" },
//!             "secretName": "orders-loader"
//!           }
//!         }
//!       },
//!       "dependsOn": ["[concat(resourceId('Microsoft.DataFactory/factories', parameters('factoryName')), '/linkedServices/vault')]"]
//!     }
//!   ]
//! }
//! ```
//!
//! The factory signs in with its managed identity:
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
//! ```

use armlint_engine::finding::{Applicability, Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::factory::{Factories, LINKED_SERVICES};
use crate::model::relay;
use crate::model::runtime::RuntimeClass;
use crate::model::secret::vault::{self, Vaults};
use crate::model::secret::{Parameters, Secrets, describe_stored, stored};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/credential-not-in-key-vault",
    category: Category::Secrets,
    severity: Severity::Medium,
    equivalents: &["azure-policy:127ef6d7-242f-43b3-9eef-947faf1725d0"],
    references: &[
        "Store credentials in Azure Key Vault, 2024-05-15",
        "Azure Private Link for Azure Data Factory, 2023-07-25",
        "Copy data from and to an SFTP server, 2024-01-05",
    ],
    sentences: &["A10"],
    check: Check::Resource(LINKED_SERVICES, check),
};

fn check(service: &Resource, cx: &mut Context<'_>) {
    if service.existing {
        return;
    }
    let graph = cx.graph();
    let factories = cx.derived(Factories::build);
    let parameters = cx.derived(Parameters::build);
    let stored = stored(cx.derived(Secrets::build).of(service), &parameters, service);
    let [first, others @ ..] = stored.as_slice() else {
        let factory = factories.of(service);
        let class = factory.map_or(RuntimeClass::Unknown, |factory| factory.runtime_of(graph, service).class);
        return private_key_file(service, class, cx);
    };
    // A rule of its own says that these do not get through.
    if relay::travel(service, cx).is_some() {
        return;
    }
    let message =
        format!("The credential of the linked service `{}` is not kept in Key Vault", service.name.display());
    let vaults = cx.derived(Vaults::build);
    let advice = vault::advice(&vaults, service, first);
    let edits = vault::references(graph, &vaults, service, &stored);
    let finding = cx.report_on(service, &first.place, message);
    finding.label(describe_stored(first));
    if let Some(advice) = advice {
        finding.help(format!("Keep it in Key Vault: {advice}"));
    }
    if first.is_written(graph) {
        finding.sensitive();
    }
    for secret in others.iter().filter(|secret| secret.place != first.place) {
        finding.related(secret.place, describe_stored(secret));
    }
    if stored.iter().all(|secret| secret.doubtful) {
        finding.confidence(Confidence::Low);
    }
    if let Some(edits) = edits {
        finding.fix("Refer to a secret in Key Vault", Applicability::Unsafe, edits);
    }
}

// A private key in a file is no secret of a template, but none of Key Vault either.
fn private_key_file(service: &Resource, class: RuntimeClass, cx: &mut Context<'_>) {
    let path = service.property("typeProperties.privateKeyPath");
    let written = path.text().is_some_and(|text| text.known().is_none_or(|text| !text.trim().is_empty()));
    if !written || path.is_missing() || !service.property("type").is_text("Sftp").is_true() {
        return;
    }
    let name = service.name.display();
    if matches!(class, RuntimeClass::Global | RuntimeClass::Managed) {
        let message = format!(
            "The linked service `{name}` reads its private key from a file, which no Azure runtime can"
        );
        cx.report_on(service, &path.origin.span, message).severity(Severity::High)
    } else {
        let message = format!(
            "The private key of the linked service `{name}` is a file of its runtime, not in Key Vault"
        );
        cx.report_on(service, &path.origin.span, message).severity(Severity::Low)
    }
    .help("Keep the key in Key Vault, in Base64, and use `privateKeyContent` instead of `privateKeyPath`");
}
