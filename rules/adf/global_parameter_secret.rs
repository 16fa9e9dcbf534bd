//! A parameter or variable of a factory or pipeline holds a secret
//!
//! ## Why
//!
//! Global parameters, defaults of pipeline parameters and defaults of variables are plain text: they stand
//! in the repository and in the exported template, the monitoring view shows them with every run, and
//! everybody who may read the factory can read them (Global parameters in Azure Data Factory, 2024-10-03;
//! there is no secure type of global parameters). A secret is found by the name of the parameter and by the
//! look of its value: long, mixed, and no URL, name or id.
//!
//! ## How to fix
//!
//! Replace the secret, keep the new one in Key Vault, and read it with a web activity whose output is
//! secure, or through a linked service.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {
//!       "globalParameters": {
//!         "region": { "type": "String", "value": "westeurope" },
//!         "apiKey": { "type": "String", "value": "n0tAr3alK3y4nyWh3r3" } // expect: adf/global-parameter-secret
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! ```jsonc bad
//! // file: pipeline/load.json
//! {
//!   "name": "load",
//!   "properties": {
//!     "parameters": {
//!       "clientSecret": {
//!         "type": "string",
//!         "defaultValue": "n0t~A.r3al-S3cret_4nywh3re" // expect: adf/global-parameter-secret
//!       },
//!       "secretName": { "type": "string", "defaultValue": "loader-client-secret-2024" }
//!     },
//!     "variables": {
//!       "access_token": { "type": "String", "defaultValue": "N0tAR3alT0ken1234567" } // expect: adf/global-parameter-secret
//!     },
//!     "activities": []
//!   }
//! }
//! ```
//!
//! Names, ids, addresses and expressions are no secrets:
//!
//! ```jsonc good
//! // file: pipeline/load.json
//! {
//!   "name": "load",
//!   "properties": {
//!     "parameters": {
//!       "passwordSecret": { "type": "string", "defaultValue": "sql-loader-password" },
//!       "tokenUrl": { "type": "string", "defaultValue": "https://login.example.com/oauth2/token" },
//!       "clientKeyId": { "type": "string", "defaultValue": "11111111-2222-3333-4444-555555555555" },
//!       "primaryKey": { "type": "string", "defaultValue": "CustomerId,OrderDate2024" },
//!       "password": { "type": "string", "defaultValue": "" }
//!     },
//!     "variables": {
//!       "token": { "type": "String", "defaultValue": "@pipeline().RunId" }
//!     },
//!     "activities": []
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": {
//!         "globalParameters": {
//!           "apiKeySecretName": { "type": "String", "value": "contoso-api-key-2024" },
//!           "retries": { "type": "Int", "value": 3 }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::secret::names_secret;
use armlint_engine::secret::shape::like_secret;
use armlint_engine::value::{Text, Value};

use crate::model::connection_string::{self, Content};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/global-parameter-secret",
    category: Category::Secrets,
    severity: Severity::Critical,
    equivalents: &[],
    references: &["Global parameters in Azure Data Factory, 2024-10-03"],
    sentences: &["A10"],
    check: Check::Resource(
        &[
            "Microsoft.DataFactory/factories",
            "Microsoft.DataFactory/factories/globalParameters",
            "Microsoft.DataFactory/factories/pipelines",
            "Microsoft.Synapse/workspaces/pipelines",
        ],
        check,
    ),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let (lists, noun, key): (Vec<Value>, &str, &str) = if resource.is("Microsoft.DataFactory/factories") {
        (vec![resource.property("globalParameters")], "global parameter", "value")
    } else if resource.is("Microsoft.DataFactory/factories/globalParameters") {
        (vec![resource.properties.clone()], "global parameter", "value")
    } else {
        let lists = vec![resource.property("parameters"), resource.property("variables")];
        (lists, "parameter or variable", "defaultValue")
    };
    for entry in lists.iter().filter_map(Value::object).flat_map(|list| list.entries()) {
        let value = entry.value.get(key);
        let Some(text) = value.known_text() else { continue };
        let literal = connection_string::content(&Text::Known(text.into())) == Content::Literal;
        let named = names_secret(&entry.key) && like_secret(text);
        let keyed = || {
            let parsed = connection_string::parse_text(&Text::Known(text.into()));
            parsed.secrets().any(|part| connection_string::content(&part.value) == Content::Literal)
        };
        if !literal || !(named || keyed()) {
            continue;
        }
        let message = format!(
            "The {noun} `{}` of `{}` holds a secret in clear text",
            entry.key,
            resource.name.display()
        );
        let place = value.origin.deciding();
        let finding = cx.report_on(resource, &place, message);
        finding.sensitive();
        finding.help(
            "Rotate the secret, keep it in Key Vault, and read it with a web activity whose output is secure",
        );
        if named {
            finding.confidence(Confidence::Medium);
        }
    }
}
