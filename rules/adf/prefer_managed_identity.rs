//! A store that takes a managed identity is opened with a secret
//!
//! ## Why
//!
//! A managed identity has no secret that could be stored, read or forgotten, and needs no rotation (Managed
//! identity for Azure Data Factory, 2024-05-15). A secret in Key Vault is the second best, and is left alone.
//! Azure Policy audits this under the title "Azure Data Factory linked services should use system-assigned
//! managed identity authentication when it is supported".
//!
//! One finding speaks of all linked services of a factory. Only stores of Azure are meant. Windows logins,
//! generic connectors such as REST and OData, and connection strings of which nothing is known are left
//! out.
//!
//! ## How to fix
//!
//! Give the managed identity of the factory access to the store, and take the secret out of the linked service.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "ordersPassword": { "type": "securestring" } },
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
//! In a Git folder, with a service principal and an account key that Data Factory holds:
//!
//! ```jsonc bad without=adf/credential-not-in-key-vault
//! // file: linkedService/archive.json
//! {
//!   "name": "archive",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "AzureBlobFS", // expect: adf/prefer-managed-identity
//!     "typeProperties": {
//!       "url": "https://contosoarchive.dfs.core.windows.net",
//!       "accountKey": { "type": "SecureString", "value": "**********" }
//!     }
//!   }
//! }
//! // file: linkedService/lake.json
//! {
//!   "name": "lake",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": {
//!       "url": "https://contosolake.dfs.core.windows.net",
//!       "servicePrincipalId": "11111111-2222-3333-4444-555555555555",
//!       "tenant": "contoso.onmicrosoft.com",
//!       "servicePrincipalCredentialType": "ServicePrincipalKey",
//!       "servicePrincipalCredential": { "type": "SecureString", "value": "**********" }
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/orders",
//!     "properties": {
//!       "type": "AzureSqlDatabase",
//!       "typeProperties": {
//!         "server": "contoso-sql.database.windows.net",
//!         "database": "orders",
//!         "encrypt": "mandatory",
//!         "authenticationType": "SystemAssignedManagedIdentity"
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! The secret is in Key Vault; and these stores take no identity of Azure:
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
//! // file: linkedService/orders.json
//! {
//!   "name": "orders",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "AzureSqlDatabase",
//!     "typeProperties": {
//!       "server": "contoso-sql.database.windows.net",
//!       "database": "orders",
//!       "encrypt": "mandatory",
//!       "authenticationType": "SQL",
//!       "userName": "loader",
//!       "password": {
//!         "type": "AzureKeyVaultSecret",
//!         "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!         "secretName": "orders-loader"
//!       }
//!     }
//!   }
//! }
//! // file: linkedService/crm.json
//! {
//!   "name": "crm",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "SqlServer",
//!     "typeProperties": {
//!       "server": "sql.corp",
//!       "database": "crm",
//!       "encrypt": "mandatory",
//!       "authenticationType": "Windows",
//!       "userName": "CORP\\loader",
//!       "password": {
//!         "type": "AzureKeyVaultSecret",
//!         "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!         "secretName": "crm-loader"
//!       }
//!     },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "onprem" }
//!   }
//! }
//! // file: integrationRuntime/onprem.json
//! { "name": "onprem", "properties": { "type": "SelfHosted" } }
//! ```

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use smol_str::SmolStr;

use crate::model::factory::Factories;
use crate::model::secret::{Secret, Secrets};
use crate::model::store;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/prefer-managed-identity",
    category: Category::Hygiene,
    severity: Severity::Low,
    equivalents: &["azure-policy:f78ccdb4-7bf4-4106-8647-270491d2978a"],
    references: &["Managed identity for Azure Data Factory, 2024-05-15"],
    sentences: &["A10"],
    check: Check::Deployment(check),
};

// A linked service that is opened with a secret.
struct Use {
    ty: &'static str,
    place: Span,
    name: SmolStr,
    sure: bool,
}

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let factories = cx.derived(Factories::build);
    let secrets = cx.derived(Secrets::build);
    for factory in factories.list() {
        let services = factory.linked_services.iter().map(|id| graph.resource(*id));
        let found: Vec<(&Resource, Use)> = services
            .filter_map(|service| Some((service, by_secret(service, secrets.of(service))?)))
            .collect();
        let Some(((service, first), others)) = found.split_first() else { continue };
        let more = match others.len() {
            0 => String::new(),
            1 => ", and so is another linked service".into(),
            count => format!(", and so are {count} other linked services"),
        };
        let message = format!(
            "`{}` takes a managed identity, but the linked service `{}` is opened with a secret{more}",
            first.ty, first.name
        );
        let finding = cx.report_on(service, &first.place, message);
        finding.help("Give the managed identity of the factory access to it, and take the secret out");
        for (_, other) in others {
            finding.related(other.place, format!("`{}` is opened with a secret", other.name));
        }
        if !found.iter().any(|(_, other)| other.sure) {
            finding.confidence(Confidence::Medium);
        }
    }
}

fn by_secret(service: &Resource, secrets: &[Secret]) -> Option<Use> {
    let facts = store::facts_of(service).filter(|facts| facts.managed_identity && !service.existing)?;
    let of_azure = |ty: &&str| ty.starts_with("Microsoft.") && *ty != "Microsoft.Network/privateLinkServices";
    if !facts.targets.iter().any(of_azure) {
        return None;
    }
    if service.property("typeProperties.authenticationType").is_text("Windows").is_true() {
        return None;
    }
    let used: Vec<&Secret> = secrets.iter().filter(|secret| opens(secret)).collect();
    used.first()?;
    Some(Use {
        ty: facts.ty,
        place: service.property("type").origin.span,
        name: service.name.display(),
        sure: used.iter().any(|secret| !secret.conditional),
    })
}

// The secrets of column encryption and of parameters do not open the store.
fn opens(secret: &Secret) -> bool {
    let certain = !secret.opaque && !secret.doubtful && secret.is_stored();
    let aside = ["alwaysEncryptedSettings.", "parameters.", "authHeaders."];
    certain && !aside.iter().any(|prefix| secret.path.starts_with(prefix))
}
