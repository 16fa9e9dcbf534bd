//! A linked service takes a secret through a plain parameter
//!
//! ## Why
//!
//! Data Factory evaluates `@{linkedService().password}` with the value that a dataset or an activity gives
//! to the parameter. A parameter of type `String` or `Object` shows that value in the dataset, in the
//! pipeline and in the input of every run in the monitoring view; a value of type `SecureString` is masked
//! (Parameterize linked services, 2024-10-21; Data Factory REST API 2018-06-01, ParameterType, read on
//! 2026-07-07). The page on parameterized linked services advises not to pass secrets at all, and to give
//! the name of a Key Vault secret instead.
//!
//! A default that holds the secret stands in clear text on top of that.
//!
//! ## How to fix
//!
//! Keep the secret in Key Vault, and let the parameter choose its name: `"secretName":
//! "@{linkedService().secretName}"`. Where that is not possible, make the type of the parameter
//! `SecureString`.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: linkedService/plant.json
//! {
//!   "name": "plant",
//!   "type": "Microsoft.DataFactory/factories/linkedservices",
//!   "properties": {
//!     "type": "FtpServer",
//!     "typeProperties": {
//!       "host": "@{linkedService().host}",
//!       "enableSsl": true,
//!       "enableServerCertificateValidation": true,
//!       "authenticationType": "Basic",
//!       "userName": "loader",
//!       "password": { "type": "SecureString", "value": "@{linkedService().password}" }
//!     },
//!     "parameters": {
//!       "host": { "type": "String" },
//!       "password": {
//!         "type": "String" // expect: adf/secret-in-linked-service-parameter
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! In a template, within a connection string, and with the secret as the default:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/tenants')]",
//!       "properties": {
//!         "type": "Oracle",
//!         "typeProperties": {
//!           "connectionString": "Host=@{linkedService().host};Port=1521;Sid=orcl;User Id=loader;Password=@{linkedService().pw}"
//!         },
//!         "parameters": {
//!           "host": { "type": "String" },
//!           "pw": {
//!             "type": "string", // expect: adf/secret-in-linked-service-parameter
//!             "defaultValue": "n0t-a-real-password"
//!           }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! The parameter chooses the secret of the vault:
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
//!     "type": "FtpServer",
//!     "typeProperties": {
//!       "host": "@{linkedService().host}",
//!       "enableSsl": true,
//!       "enableServerCertificateValidation": true,
//!       "authenticationType": "Basic",
//!       "userName": "loader",
//!       "password": {
//!         "type": "AzureKeyVaultSecret",
//!         "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!         "secretName": { "type": "Expression", "value": "@linkedService().secretName" }
//!       }
//!     },
//!     "parameters": {
//!       "host": { "type": "String" },
//!       "secretName": { "type": "String" }
//!     }
//!   }
//! }
//! ```
//!
//! Only what is no secret is a parameter:
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
//!         "connectionString": "Server=@{linkedService().server};Database=@{linkedService().database};Encrypt=True"
//!       },
//!       "parameters": {
//!         "server": { "type": "String" },
//!         "database": { "type": "String", "defaultValue": "orders" }
//!       }
//!     }
//!   }
//! ]
//! ```

use armlint_engine::finding::{Category, Label, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::{Text, Value};
use smol_str::SmolStr;

use crate::model::connection_string::{self, Content, Role};
use crate::model::factory::LINKED_SERVICES;
use crate::model::secret::{Held, Secret, Secrets, linked_service_parameters};
use crate::model::store;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/secret-in-linked-service-parameter",
    category: Category::Secrets,
    severity: Severity::Medium,
    equivalents: &[],
    references: &[
        "Parameterize linked services in Azure Data Factory and Azure Synapse Analytics, 2024-10-21",
        "Data Factory REST API 2018-06-01, ParameterType, 2026-07-07",
    ],
    sentences: &["A10"],
    check: Check::Resource(LINKED_SERVICES, check),
};

// A parameter that carries a secret, and where it is used.
struct Carrier {
    name: SmolStr,
    used: Value,
    // Its default is a secret by itself, not a connection string around one.
    alone: bool,
}

fn check(service: &Resource, cx: &mut Context<'_>) {
    let parameters = service.property("parameters");
    if service.existing || parameters.object().is_none() {
        return;
    }
    for carrier in carriers(service, cx) {
        let parameter = parameters.get(&carrier.name);
        let ty = parameter.get("type");
        let plain = ["String", "Object"].into_iter().find(|plain| ty.is_text(plain).is_true());
        let Some(plain) = plain else { continue };
        let default = parameter.get("defaultValue");
        let literal = is_literal(&default, carrier.alone);
        // Whether a whole connection string holds a secret is not known.
        if !carrier.alone && !literal {
            continue;
        }
        let message = format!(
            "The linked service `{}` takes a secret through its parameter `{}`, whose type is `{plain}`",
            service.name.display(),
            carrier.name
        );
        let finding = cx.report_on(service, &ty, message);
        finding.help(
            "Let the parameter choose the name of a secret in Key Vault; or make its type `SecureString`, \
             without a default",
        );
        finding.related.push(Label {
            span: carrier.used.origin.span,
            text: "the secret is made of it here".into(),
            sensitive: literal || carrier.used.secure,
        });
        if literal {
            let text = "this is the secret in clear text".into();
            finding.severity(Severity::Critical);
            finding.related.push(Label { span: default.origin.span, text, sensitive: true });
        }
    }
}

fn carriers(service: &Resource, cx: &Context<'_>) -> Vec<Carrier> {
    let mut found: Vec<Carrier> = Vec::new();
    let secrets = cx.derived(Secrets::build);
    let computed = secrets.of(service).iter().filter(|secret| matches!(secret.held, Held::Dynamic));
    let own = computed.flat_map(|secret: &Secret| {
        let names = secret.linked_service_parameters();
        names.into_iter().map(|name| Carrier { name, used: secret.value.clone(), alone: true })
    });
    for carrier in own.chain(whole(service)) {
        if !found.iter().any(|other| other.name.eq_ignore_ascii_case(&carrier.name)) {
            found.push(carrier);
        }
    }
    found
}

// Parameters that are a connection string as a whole.
fn whole(service: &Resource) -> Vec<Carrier> {
    let Some(facts) = store::facts_of(service) else { return Vec::new() };
    let mut found = Vec::new();
    for path in &facts.string_or_secret {
        let value = service.property("typeProperties").at(path);
        let inner = if value.object().is_some() { value.get("value") } else { value };
        let Some(text) = inner.text() else { continue };
        let parsed = connection_string::parse_text(&text);
        let opaque = parsed.parts.iter().all(|part| part.role == Role::Hidden);
        if !opaque || connection_string::content(&text) != Content::Dynamic {
            continue;
        }
        for name in linked_service_parameters(&text) {
            found.push(Carrier { name, used: inner.clone(), alone: false });
        }
    }
    found
}

fn is_literal(default: &Value, alone: bool) -> bool {
    let Some(text) = default.known_text() else { return false };
    let text = Text::Known(text.into());
    let literal = |text: &Text| connection_string::content(text) == Content::Literal;
    if alone {
        return literal(&text);
    }
    connection_string::parse_text(&text).secrets().any(|part| literal(&part.value))
}
