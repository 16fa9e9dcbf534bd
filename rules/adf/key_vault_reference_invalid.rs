//! A reference to Key Vault leads to no secret
//!
//! ## Why
//!
//! A reference to a secret names a store and a secret: `store` is a reference to a linked service of type
//! `AzureKeyVault`, and `secretName` is the name of a secret of that vault (Store credentials in Azure Key
//! Vault, 2024-05-15). Where the store is left out, is a linked service of another type, or the name is
//! empty, the deployment fails, or the first run does.
//!
//! ## How to fix
//!
//! Declare a linked service of type `AzureKeyVault` and name it in `store.referenceName`, with the type
//! `LinkedServiceReference`. Put the name of the secret, not its URL and not its value, into `secretName`.
//!
//! ## Examples
//!
//! The store is the database itself, and a reference without a secret:
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/orders",
//!     "dependsOn": [ "[resourceId('Microsoft.DataFactory/factories/linkedservices', 'contoso-adf', 'crm')]" ],
//!     "properties": {
//!       "type": "SapHana",
//!       "typeProperties": {
//!         "server": "hana.example.com:30015",
//!         "authenticationType": "Basic",
//!         "userName": "loader",
//!         "password": {
//!           "type": "AzureKeyVaultSecret",
//!           "store": {
//!             "type": "LinkedServiceReference",
//!             "referenceName": "crm" // expect: adf/key-vault-reference-invalid
//!           },
//!           "secretName": "orders-loader"
//!         }
//!       },
//!       "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "plant" }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/crm",
//!     "properties": {
//!       "type": "RestService",
//!       "typeProperties": {
//!         "url": "https://crm.example.com/api",
//!         "enableServerCertificateValidation": true,
//!         "authenticationType": "Basic",
//!         "userName": "loader",
//!         "password": {
//!           "type": "AzureKeyVaultSecret",
//!           "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!           "secretName": "" // expect: adf/key-vault-reference-invalid
//!         }
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! In a Git folder, with the store left out:
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
//!       "password": { // expect: adf/key-vault-reference-invalid
//!         "type": "AzureKeyVaultSecret",
//!         "secretName": "crm-loader"
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! The vault may be declared elsewhere, and names may be parameters:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "factoryName": { "type": "string" },
//!     "vaultLinkedService": { "type": "string" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
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
//!             "type": "AzureKeyVaultSecret",
//!             "store": {
//!               "type": "LinkedServiceReference",
//!               "referenceName": "[parameters('vaultLinkedService')]"
//!             },
//!             "secretName": "crm-loader"
//!           }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
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
//!       "password": {
//!         "type": "AzureKeyVaultSecret",
//!         "store": { "referenceName": "vault", "type": "LinkedServiceReference" },
//!         "secretName": { "type": "Expression", "value": "@concat('crm-', linkedService().user)" }
//!       }
//!     },
//!     "parameters": { "user": { "type": "String" } }
//!   }
//! }
//! ```

use armlint_engine::dialect::World;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{Graph, ReferenceKind, Resource};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use armlint_engine::value::{Truth, Value};

use crate::model::factory::Factories;
use crate::model::secret::vault::AZURE_KEY_VAULT;
use crate::model::secret::{self, Held, Secrets};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/key-vault-reference-invalid",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &[
        "Store credentials in Azure Key Vault, 2024-05-15",
        "Data Factory REST API 2018-06-01, AzureKeyVaultSecretReference, 2026-07-07",
    ],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let factories = cx.derived(Factories::build);
    let secrets = cx.derived(Secrets::build);
    let mut seen: Vec<Span> = Vec::new();
    for (artefact, secret) in secrets.all(graph) {
        let Held::KeyVault(reference) = &secret.held else { continue };
        let Some(fault) = fault(graph, &factories, artefact, reference) else { continue };
        if seen.contains(&fault.place) {
            continue;
        }
        seen.push(fault.place);
        let message = format!(
            "The Key Vault reference in {} of the {} {}",
            secret.describe(),
            secret::describe(artefact),
            fault.what
        );
        let finding = cx.report_on(artefact, &fault.place, message);
        finding.help(fault.help);
        if let Some((place, text)) = fault.related {
            finding.related(place, text);
        }
    }
}

struct Fault {
    place: Span,
    what: String,
    help: &'static str,
    related: Option<(Span, String)>,
}

impl Fault {
    fn at(value: &Value, what: impl Into<String>, help: &'static str) -> Fault {
        Fault { place: value.origin.span, what: what.into(), help, related: None }
    }
}

const STORE: &str = "Make `store` a reference of type `LinkedServiceReference` to a linked service of type \
                     `AzureKeyVault`";

fn fault(graph: &Graph, factories: &Factories, artefact: &Resource, reference: &Value) -> Option<Fault> {
    let store = reference.get("store");
    if store.is_missing() {
        return Some(Fault::at(&store, "names no `store`", STORE));
    }
    let kind = store.get("type");
    if !kind.is_missing() && kind.is_text("LinkedServiceReference") == Truth::False {
        return Some(Fault::at(&kind, "has a `store` that is no `LinkedServiceReference`", STORE));
    }
    let name = store.get("referenceName");
    // An empty name, as any that leads nowhere, is a dangling reference where everything is known.
    let unnamed = name.is_missing() || (is_empty(&name) && graph.world == World::Open);
    if unnamed && store.object().is_some() {
        return Some(Fault::at(&name, "has a `store` without a name", STORE));
    }
    target(graph, factories, artefact, &name).or_else(|| {
        let secret = reference.get("secretName");
        is_empty(&secret).then(|| {
            Fault::at(&secret, "names no secret", "Set `secretName` to the name of a secret of the vault")
        })
    })
}

// The store that the name leads to.
fn target(graph: &Graph, factories: &Factories, artefact: &Resource, name: &Value) -> Option<Fault> {
    let factory = factories.of(artefact)?;
    let service = factory.artefact(graph, &ReferenceKind::LinkedService, &name.text()?)?;
    let ty = service.property("type");
    if service.existing || ty.is_missing() || ty.is_text(AZURE_KEY_VAULT) != Truth::False {
        return None;
    }
    let what = format!("leads to a linked service of type `{}`", ty.known_text().unwrap_or("?"));
    let related = Some((ty.origin.span, format!("this is `{}`", service.name.display())));
    Some(Fault { related, ..Fault::at(name, what, STORE) })
}

fn is_empty(value: &Value) -> bool {
    value.is_missing() || value.known_text().is_some_and(|text| text.trim().is_empty())
}
