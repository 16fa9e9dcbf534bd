//! A secure parameter has a secret as its default
//!
//! ## Why
//!
//! A default stands in the template in clear text, whatever the type of the parameter: everybody who can
//! read the repository, or the template in the deployment history, has the secret (Bicep linter rule
//! `secure-parameter-default`, 2024-04-01). The same holds for a literal value in a parameter file that lies
//! beside the template.
//!
//! Empty defaults, `newGuid()`, asterisks and placeholders are no secrets, nor is a connection string
//! without a secret key, which the export of Data Factory writes as a `secureString` with a default.
//!
//! ## How to fix
//!
//! Take the default away, and replace the secret at its source. In a parameter file, give a `reference` to
//! Key Vault instead of a `value` (Use Azure Key Vault to pass secure parameter value during deployment,
//! 2024-06-20).
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "catalogPassword": {
//!       "type": "securestring",
//!       "defaultValue": "changeme" // expect: adf/secret-parameter-default
//!     }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf/ssis-hook",
//!       "properties": {
//!         "type": "RestService",
//!         "typeProperties": {
//!           "url": "https://ssis.example.com/run",
//!           "enableServerCertificateValidation": true,
//!           "authenticationType": "Basic",
//!           "userName": "adf",
//!           "password": { "type": "SecureString", "value": "[parameters('catalogPassword')]" }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! An exported template whose connection string holds an account key, and a parameter file with a password:
//!
//! ```jsonc bad
//! // file: azuredeploy.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "factoryName": { "type": "string" },
//!     "landing_connectionString": {
//!       "type": "secureString",
//!       // expect: adf/secret-parameter-default
//!       "defaultValue": "DefaultEndpointsProtocol=https;AccountName=contosolanding;AccountKey=bm90LWEtcmVhbC1rZXk=;EndpointSuffix=core.windows.net"
//!     },
//!     "crmPassword": { "type": "securestring" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/landing')]",
//!       "properties": {
//!         "type": "AzureBlobStorage", // expect: adf/prefer-managed-identity
//!         "typeProperties": { "connectionString": "[parameters('landing_connectionString')]" }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/crm')]",
//!       "properties": {
//!         "type": "RestService",
//!         "typeProperties": {
//!           "url": "https://crm.example.com/api",
//!           "enableServerCertificateValidation": true,
//!           "authenticationType": "Basic",
//!           "userName": "loader",
//!           "password": {
//!             "type": "SecureString",
//!             "value": "[parameters('crmPassword')]" // expect: adf/credential-not-in-key-vault
//!           }
//!         }
//!       }
//!     }
//!   ]
//! }
//! // file: azuredeploy.parameters.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "factoryName": { "value": "contoso-adf" },
//!     "crmPassword": { "value": "n0t-a-real-password" } // expect: adf/secret-parameter-default
//!   }
//! }
//! ```
//!
//! Compiled Bicep:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "crm": {
//!       "type": "securestring",
//!       "defaultValue": "n0t-a-real-password" // expect: adf/secret-parameter-default
//!     }
//!   },
//!   "resources": {
//!     "crm": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf/crm",
//!       "properties": {
//!         "type": "RestService",
//!         "typeProperties": {
//!           "url": "https://crm.example.com/api",
//!           "enableServerCertificateValidation": true,
//!           "authenticationType": "Basic",
//!           "userName": "loader",
//!           "password": { "type": "SecureString", "value": "[parameters('crm')]" }
//!         }
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! A connection string without a secret, though the export calls it secure:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "factoryName": { "type": "string" },
//!     "orders_connectionString": {
//!       "type": "secureString",
//!       "defaultValue": "Data Source=tcp:contoso-sql.database.windows.net;Initial Catalog=orders;Encrypt=True"
//!     }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/orders')]",
//!       "properties": {
//!         "type": "AzureSqlDatabase",
//!         "typeProperties": { "connectionString": "[parameters('orders_connectionString')]" }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! Compiled Bicep whose parameter has no default:
//!
//! ```jsonc good without=adf/credential-not-in-key-vault
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "landing": { "type": "securestring" } },
//!   "resources": {
//!     "landing": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf/landing",
//!       "properties": {
//!         "type": "HttpServer",
//!         "typeProperties": {
//!           "url": "https://landing.example.com/",
//!           "enableServerCertificateValidation": true,
//!           "authenticationType": "Basic",
//!           "userName": "loader",
//!           "password": { "type": "SecureString", "value": "[parameters('landing')]" }
//!         }
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! The parameter file refers to Key Vault, and the runtime takes no reference of its own:
//!
//! ```jsonc good without=adf/linked-runtime-identity
//! // file: main.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "sharedRuntimeKey": { "type": "securestring", "defaultValue": "" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf/shared",
//!       "properties": {
//!         "type": "SelfHosted",
//!         "typeProperties": {
//!           "linkedInfo": {
//!             "authorizationType": "Key",
//!             "key": { "type": "SecureString", "value": "[parameters('sharedRuntimeKey')]" }
//!           }
//!         }
//!       }
//!     }
//!   ]
//! }
//! // file: main.parameters.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "sharedRuntimeKey": {
//!       "reference": {
//!         "keyVault": {
//!           "id": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/contoso-kv"
//!         },
//!         "secretName": "shared-runtime-key"
//!       }
//!     }
//!   }
//! }
//! ```

use std::collections::BTreeMap;

use armlint_engine::finding::{Applicability, Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;

use crate::model::edit;
use crate::model::secret::{self, Held, Offence, Parameters, Secret, Secrets};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/secret-parameter-default",
    category: Category::Secrets,
    severity: Severity::Critical,
    equivalents: &[
        "checkov:CKV_AZURE_131",
        "kics:4d2cf896-c053-4be5-9c95-8b4771112f29",
        "arm-ttk:Secure-String-Parameters-Cannot-Have-Default",
        "bicep-linter:secure-parameter-default",
    ],
    references: &[
        "Best practices for ARM templates, Security recommendations for parameters, 2024-09-26",
        "Use Azure Key Vault to pass secure parameter value during deployment, 2024-06-20",
    ],
    sentences: &["A10"],
    check: Check::Deployment(check),
};

struct Leak<'a> {
    message: String,
    help: &'static str,
    // The default can be taken away; a value in a parameter file has to be given somehow.
    is_default: bool,
    feeds: Vec<(&'a Resource, &'a Secret)>,
}

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let secrets = cx.derived(Secrets::build);
    let parameters = cx.derived(Parameters::build);
    let mut leaks: BTreeMap<Span, Leak<'_>> = BTreeMap::new();
    for (artefact, secret) in secrets.all(graph) {
        if let Some(Offence::Defaults(holding)) = parameters.offence(artefact, secret) {
            for parameter in holding {
                let Some(span) = parameter.default_span else { continue };
                let message =
                    format!("The secure parameter `{}` has a secret as its default", parameter.name);
                let help = "Rotate the secret, and take the default away: the deployment asks for a value, or \
                            reads it from Key Vault";
                let leak =
                    leaks.entry(span).or_insert(Leak { message, help, is_default: true, feeds: Vec::new() });
                leak.feeds.push((artefact, secret));
            }
        }
        if !matches!(secret.held, Held::SecureParameter(_)) {
            continue;
        }
        for parameter in secret.parameters.iter().filter(|parameter| parameter.secure) {
            for value in parameters.in_files(graph, parameter).iter().filter(|v| secret.is_given_by(v)) {
                let message =
                    format!("The parameter file holds the secret of the parameter `{}`", parameter.name);
                let help = "Rotate the secret, and give a `reference` to Key Vault instead of a `value`";
                let leak = Leak { message, help, is_default: false, feeds: Vec::new() };
                leaks.entry(value.origin.span).or_insert(leak).feeds.push((artefact, secret));
            }
        }
    }
    for (span, leak) in leaks {
        let Some((artefact, _)) = leak.feeds.first() else { continue };
        let edit = edit::remove(graph, span).filter(|_| leak.is_default);
        let finding = cx.report_on(artefact, &span, leak.message);
        finding.sensitive().help(leak.help);
        for (artefact, secret) in &leak.feeds {
            let text = format!("it feeds {} of the {}", secret.describe(), secret::describe(artefact));
            finding.related(secret.place, text);
        }
        if leak.feeds.iter().all(|(_, secret)| secret.conditional) {
            finding.confidence(Confidence::Medium);
        }
        if let Some(edit) = edit {
            finding.fix("Take the default away", Applicability::Unsafe, vec![edit]);
        }
    }
}
