//! A secret stands in clear text in an activity
//!
//! ## Why
//!
//! What an activity sends is plain text in the pipeline, in the exported template and in the input of every
//! run in the monitoring view. Keys and tokens are often pasted there: the header `Authorization` or
//! `x-functions-key`, the signature of a SAS URI or of a Logic App, the `code` of a function, the address of
//! a webhook, whose path is its key, a password in a statement or in a sensitive parameter of an SSIS
//! package. Web activities take an authentication with a reference to Key Vault instead (Web activity,
//! 2024-05-15), and all but one activity take references to linked services.
//!
//! What Data Factory computes, `@{...}`, is left alone. Datasets are looked at as well, for they hold
//! relative addresses.
//!
//! ## How to fix
//!
//! Replace the secret. Sign in with a managed identity or with the `authentication` of the activity, read
//! the key from Key Vault by a web activity whose output is secure, or move the call to a linked service.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: pipeline/notify.json
//! {
//!   "name": "notify",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "Function",
//!         "type": "WebActivity",
//!         "typeProperties": {
//!           "method": "POST",
//!           "url": "https://contoso-fn.azurewebsites.net/api/run?code=bm90LWEtcmVhbC1rZXk=", // expect: adf/activity-secret
//!           "headers": {
//!             "Content-Type": "application/json",
//!             "x-api-key": "n0t-a-real-key" // expect: adf/activity-secret
//!           },
//!           "body": "{}"
//!         }
//!       },
//!       {
//!         "name": "Branch",
//!         "type": "IfCondition",
//!         "typeProperties": {
//!           "expression": { "type": "Expression", "value": "@equals(1, 1)" },
//!           "ifTrueActivities": [
//!             {
//!               "name": "Hook",
//!               "type": "SetVariable",
//!               "typeProperties": {
//!                 "variableName": "hook",
//!                 // expect: adf/activity-secret
//!                 "value": "https://hooks.slack.com/services/T00000000/B00000000/notarealtoken0000"
//!               }
//!             }
//!           ]
//!         }
//!       }
//!     ],
//!     "variables": { "hook": { "type": "String" } }
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/load')]",
//!       "properties": {
//!         "activities": [
//!           {
//!             "name": "Token",
//!             "type": "WebActivity",
//!             "typeProperties": {
//!               "method": "POST",
//!               "url": "https://login.example.com/oauth2/token",
//!               "body": "grant_type=client_credentials&client_id=loader&client_secret=n0t~a~real~secret" // expect: adf/activity-secret
//!             }
//!           },
//!           {
//!             "name": "Login",
//!             "type": "Script",
//!             "linkedServiceName": { "type": "LinkedServiceReference", "referenceName": "[parameters('factoryName')]" },
//!             "typeProperties": {
//!               "scripts": [
//!                 {
//!                   "type": "NonQuery",
//!                   "text": "CREATE LOGIN loader WITH PASSWORD = 'n0t-a-real-password'" // expect: adf/activity-secret
//!                 }
//!               ]
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc good
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
//!           "url": "https://contoso-fn.azurewebsites.net/api/run?code=@{pipeline().parameters.code}",
//!           "headers": {
//!             "Content-Type": "application/json",
//!             "Authorization": { "type": "Expression", "value": "@concat('Bearer ', pipeline().parameters.token)" }
//!           },
//!           "body": "{}",
//!           "authentication": { "type": "MSI", "resource": "https://management.azure.com/" }
//!         }
//!       }
//!     ],
//!     "parameters": { "code": { "type": "string" }, "token": { "type": "string" } }
//!   }
//! }
//! ```
//!
//! Countries have codes as well, and a column may be called a password:
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/pipelines",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/load",
//!     "properties": {
//!       "activities": [
//!         {
//!           "name": "Country",
//!           "type": "WebActivity",
//!           "typeProperties": { "method": "GET", "url": "https://api.example.com/countries?code=NL" }
//!         },
//!         {
//!           "name": "Users",
//!           "type": "Script",
//!           "typeProperties": {
//!             "scripts": [{ "type": "Query", "text": "SELECT id FROM users WHERE password = 'expired'" }]
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::activity;
use crate::model::secret::embedded::{self, Embedded};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/activity-secret",
    category: Category::Secrets,
    severity: Severity::Critical,
    equivalents: &[],
    references: &[
        "Web activity in Azure Data Factory, 2024-05-15",
        "Store credentials in Azure Key Vault, 2024-05-15",
    ],
    sentences: &["A10"],
    check: Check::Resource(
        &[
            "Microsoft.DataFactory/factories/pipelines",
            "Microsoft.Synapse/workspaces/pipelines",
            "Microsoft.DataFactory/factories/datasets",
            "Microsoft.Synapse/workspaces/datasets",
        ],
        check,
    ),
};

fn check(artefact: &Resource, cx: &mut Context<'_>) {
    if artefact.existing {
        return;
    }
    let graph = cx.graph();
    if artefact.ty.to_ascii_lowercase().ends_with("/datasets") {
        let found = embedded::embedded(graph, "typeProperties", &artefact.property("typeProperties"));
        return report(artefact, &format!("the dataset `{}`", artefact.name.display()), found, cx);
    }
    for activity in activity::activities(artefact) {
        let found = embedded::embedded(graph, "typeProperties", &activity.get("typeProperties"));
        let name = activity.get("name");
        let owner = format!("the activity `{}`", name.known_text().unwrap_or("?"));
        report(artefact, &owner, found, cx);
    }
}

fn report(artefact: &Resource, owner: &str, found: Vec<Embedded>, cx: &mut Context<'_>) {
    for secret in found {
        let path = secret.path.strip_prefix("typeProperties.").unwrap_or(&secret.path);
        let message = format!("`{path}` of {owner} holds {} in clear text", secret.kind.noun());
        let finding = cx.report_on(artefact, &secret.place, message);
        finding.sensitive().help(
            "Rotate the secret; sign in with a managed identity, or read the secret from Key Vault when it is needed",
        );
        if secret.assumed {
            finding.confidence(Confidence::Medium);
        }
    }
}
