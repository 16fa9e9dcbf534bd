//! A self-hosted runtime keeps a credential that Private Link of the factory does not carry
//!
//! ## Why
//!
//! A credential that is not in Key Vault is stored on the machines of the self-hosted runtime. It is sent
//! there over Azure Relay, the channel of interactive authoring, and not over the private endpoint of the
//! factory (Create and configure a self-hosted integration runtime, Credentials store, 2023-07-13). What the
//! page on Private Link says of it has changed:
//!
//! | from | Azure Private Link for Azure Data Factory |
//! | --- | --- |
//! | 2020-09 | such credentials do not work when a private endpoint is enabled |
//! | 2021-06 | they do not work when public access is blocked as well |
//! | 2023-07-13 | store credentials in Key Vault to be sure of them; others need egress to Azure Relay |
//!
//! So the severity is high for the days before 2023-07-13, and medium since; low where the machines of the
//! runtime are here and certainly reach Azure Relay. For the same linked service there is no finding of `adf/credential-not-in-key-vault`. A factory is private when its public access is
//! disabled, when a private endpoint leads to it, or when the configuration lists it under
//! `adf.private-link`.
//!
//! ## How to fix
//!
//! Keep the credential in Key Vault and refer to it by an `AzureKeyVaultSecret`: the runtime reads it from the
//! vault itself.
//!
//! ## Examples
//!
//! ```jsonc bad without=adf/portal-public-access-remains
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "password": { "type": "securestring" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": { "publicNetworkAccess": "Disabled" }
//!     },
//!     {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-factory",
//!       "location": "westeurope",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!       "properties": {
//!         "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "factory",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]",
//!               "groupIds": ["dataFactory"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf/plant",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!       "properties": { "type": "SelfHosted" }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf/erp",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'contoso-adf', 'plant')]"],
//!       "properties": {
//!         "type": "Oracle",
//!         "typeProperties": {
//!           "connectionString": "Host=erp.corp;Port=1521;Sid=orcl;User Id=loader",
//!           "password": {
//!             "type": "SecureString",
//!             "value": "[parameters('password')]" // expect: adf/private-link-credential-not-in-key-vault
//!           }
//!         },
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "plant" }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! A Git folder does not say that the factory is private, but the configuration may:
//!
//! ```jsonc bad private-link=contoso-adf without=adf/portal-public-access-remains
//! // file: factory/contoso-adf.json
//! { "name": "contoso-adf", "location": "westeurope", "properties": {} }
//! // file: integrationRuntime/plant.json
//! { "name": "plant", "properties": { "type": "SelfHosted" } }
//! // file: linkedService/erp.json
//! {
//!   "name": "erp",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "Oracle",
//!     "typeProperties": {
//!       // expect: adf/private-link-credential-not-in-key-vault
//!       "encryptedCredential": "eyJDcmVkZW50aWFsSWQiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDIiLCJWZXJzaW9uIjoiMi4wIiwiQ2xhc3NUeXBlIjoiTWljcm9zb2Z0LkRhdGFQcm94eS5FeGFtcGxlLkNyZWRlbnRpYWwifQ=="
//!     },
//!     "connectVia": { "referenceName": "plant", "type": "IntegrationRuntimeReference" }
//!   }
//! }
//! ```
//!
//! In 2022 the public endpoint had to be closed as well:
//!
//! ```jsonc bad as-of=2022-01-01 without=adf/portal-public-access-remains
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "password": { "type": "securestring" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": { "publicNetworkAccess": "Disabled" }
//!     },
//!     {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-factory",
//!       "location": "westeurope",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!       "properties": {
//!         "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "factory",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]",
//!               "groupIds": ["dataFactory"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf/plant",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!       "properties": { "type": "SelfHosted" }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf/drop",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'contoso-adf', 'plant')]"],
//!       "properties": {
//!         "type": "Sftp",
//!         "typeProperties": {
//!           "host": "files.corp",
//!           "authenticationType": "Basic",
//!           "userName": "loader",
//!           "password": {
//!             "type": "SecureString",
//!             "value": "[parameters('password')]" // expect: adf/private-link-credential-not-in-key-vault
//!           }
//!         },
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "plant" }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! The runtime reads the password from Key Vault:
//!
//! ```jsonc good without=adf/portal-public-access-remains
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": { "publicNetworkAccess": "Disabled" }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-factory",
//!     "location": "westeurope",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!     "properties": {
//!       "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "factory",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]",
//!             "groupIds": ["dataFactory"]
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/plant",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/erp",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'contoso-adf', 'plant')]"],
//!     "properties": {
//!       "type": "Oracle",
//!       "typeProperties": {
//!         "connectionString": "Host=erp.corp;Port=1521;Sid=orcl;User Id=loader",
//!         "password": {
//!           "type": "AzureKeyVaultSecret",
//!           "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!           "secretName": "erp-loader"
//!         }
//!       },
//!       "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "plant" }
//!     }
//!   }
//! ]
//! ```
//!
//! On an Azure runtime the credential does not travel by Azure Relay; it still is not in Key Vault, which is
//! the matter of another rule:
//!
//! ```jsonc good without=adf/credential-not-in-key-vault,adf/portal-public-access-remains
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "password": { "type": "securestring" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": { "publicNetworkAccess": "Disabled" }
//!     },
//!     {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-factory",
//!       "location": "westeurope",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!       "properties": {
//!         "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "factory",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]",
//!               "groupIds": ["dataFactory"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf/plant",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!       "properties": { "type": "SelfHosted" }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf/drop",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!       "properties": {
//!         "type": "Sftp",
//!         "typeProperties": {
//!           "host": "files.example.com",
//!           "authenticationType": "Basic",
//!           "userName": "loader",
//!           "password": { "type": "SecureString", "value": "[parameters('password')]" }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Applicability, Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::factory::LINKED_SERVICES;
use crate::model::relay::{self, Verdict};
use crate::model::secret::vault::{self, Vaults};
use crate::model::secret::{Parameters, Secrets, describe_stored, stored};
use crate::model::snippet;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/private-link-credential-not-in-key-vault",
    category: Category::Secrets,
    severity: Severity::Medium,
    equivalents: &[],
    references: &[
        "Azure Private Link for Azure Data Factory, 2020-09-01, 2021-06-16 and 2023-07-13",
        "Create and configure a self-hosted integration runtime, Credentials store, 2023-07-13",
    ],
    sentences: &["A10", "A11"],
    check: Check::Resource(LINKED_SERVICES, check),
};

fn check(service: &Resource, cx: &mut Context<'_>) {
    let Some(travel) = relay::travel(service, cx).filter(|_| !service.existing) else { return };
    let graph = cx.graph();
    let parameters = cx.derived(Parameters::build);
    let stored = stored(cx.derived(Secrets::build).of(service), &parameters, service);
    let Some((first, others)) = stored.split_first() else { return };
    let name = service.name.display();
    let message = match travel.verdict {
        Verdict::Advice => format!(
            "The credential of the linked service `{name}` is not in Key Vault and reaches the self-hosted \
             runtime only over Azure Relay, which Private Link does not carry"
        ),
        _ => format!(
            "The credential of the linked service `{name}` is not in Key Vault and does not work with Private \
             Link of the factory"
        ),
    };
    let vaults = cx.derived(Vaults::build);
    let advice = vault::advice(&vaults, service, first);
    let edits = vault::references(graph, &vaults, service, &stored);
    let finding = cx.report_on(service, &first.place, message);
    finding.label(describe_stored(first));
    if travel.verdict != Verdict::Advice {
        finding.severity(Severity::High);
    } else if travel.open {
        finding.severity(Severity::Low);
    }
    if let Some(advice) = advice {
        finding.help(format!("Keep it in Key Vault: {advice}"));
    }
    if first.is_written(graph) {
        finding.sensitive();
    }
    for secret in others.iter().filter(|secret| secret.place != first.place) {
        finding.related(secret.place, describe_stored(secret));
    }
    let runtime = snippet::quoted(&travel.runtime.name).unwrap_or_else(|| "named here".into());
    finding.related(travel.runtime.place, format!("it runs on the self-hosted runtime {runtime}"));
    for cause in travel.causes {
        finding.related(cause, "this makes the factory private");
    }
    if stored.iter().all(|secret| secret.doubtful) {
        finding.confidence(Confidence::Low);
    }
    if let Some(edits) = edits {
        finding.fix("Refer to a secret in Key Vault", Applicability::Unsafe, edits);
    }
}
