//! The factory has no identity, but its linked services sign in with it
//!
//! ## Why
//!
//! Data Factory reads secrets of Key Vault with the managed identity of the factory, and signs in with it
//! where a linked service uses a managed identity (Store credentials in Azure Key Vault, 2024-05-15: the
//! identity of the factory needs permission on the vault). The portal and the SDKs create the identity with
//! the factory. A template does not: a factory without `identity` has none (Managed identity for Azure Data
//! Factory, 2024-05-15), and everything that needs it fails in the first run.
//!
//! A credential of the type `ManagedIdentity` stands for a user-assigned identity, which the factory has to
//! list.
//!
//! ## How to fix
//!
//! Add `"identity": { "type": "SystemAssigned" }` to the factory; for a credential `UserAssigned`, with the
//! identity under `userAssignedIdentities`.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf", // expect: adf/factory-identity-missing
//!     "location": "westeurope",
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/plant",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!     "properties": {
//!       "type": "Sftp",
//!       "typeProperties": {
//!         "host": "files.example.com",
//!         "authenticationType": "Basic",
//!         "userName": "loader",
//!         "password": {
//!           "type": "AzureKeyVaultSecret",
//!           "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!           "secretName": "plant-loader"
//!         }
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! As Bicep compiles it: the identity is switched off, and the one of a credential is not listed:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "first": { "type": "string" }, "second": { "type": "string" }, "identityId": { "type": "string" } },
//!   "resources": {
//!     "factory": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('first')]",
//!       "location": "westeurope",
//!       "identity": {
//!         "type": "None" // expect: adf/factory-identity-missing
//!       },
//!       "properties": {}
//!     },
//!     "lake": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('first'), 'lake')]",
//!       "dependsOn": ["factory"],
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" }
//!       }
//!     },
//!     "other": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('second')]",
//!       "location": "westeurope",
//!       "identity": {
//!         "type": "SystemAssigned" // expect: adf/factory-identity-missing
//!       },
//!       "properties": {}
//!     },
//!     "loader": {
//!       "type": "Microsoft.DataFactory/factories/credentials",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('second'), 'loader')]",
//!       "dependsOn": ["other"],
//!       "properties": {
//!         "type": "ManagedIdentity",
//!         "typeProperties": { "resourceId": "[parameters('identityId')]" }
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/lake",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!     "properties": {
//!       "type": "AzureBlobFS",
//!       "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" }
//!     }
//!   }
//! ]
//! ```
//!
//! Nothing signs in with it here; and in a Git folder the file of the factory does not decide:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": {
//!     "factory": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('factoryName')]",
//!       "location": "westeurope",
//!       "properties": {}
//!     },
//!     "rates": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'rates')]",
//!       "dependsOn": ["factory"],
//!       "properties": {
//!         "type": "HttpServer",
//!         "typeProperties": { "url": "https://rates.example.com", "authenticationType": "Anonymous" }
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! // file: factory/contoso-adf.json
//! { "name": "contoso-adf", "location": "westeurope", "properties": {} }
//! // file: linkedService/lake.json
//! {
//!   "name": "lake",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" }
//!   }
//! }
//! ```

use armlint_engine::finding::{Applicability, Category, Edit, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use armlint_engine::value::Truth;

use crate::model::factory::{FACTORIES, Factories, Factory};
use crate::model::identity::{self, Assigned};
use crate::model::runtime::{Presence, presence};
use crate::model::secret::{self, Held, Secrets};
use crate::model::{edit, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/factory-identity-missing",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &["checkov:CKV_AZURE_104", "psrule:Azure.ADF.Identity"],
    references: &[
        "Store credentials in Azure Key Vault, 2024-05-15",
        "Managed identity for Azure Data Factory, 2024-05-15",
    ],
    sentences: &["A10"],
    check: Check::Resource(&[FACTORIES], check),
};

// What needs an identity of the factory.
struct Need {
    place: Span,
    what: String,
    user_assigned: bool,
}

/// Whether this rule reports the factory `resource`, and an identity of its own would mend that.
pub(super) fn lacks_own_identity(resource: &Resource, cx: &Context<'_>) -> bool {
    unmet(resource, &identity::assigned(resource), cx).iter().any(|need| !need.user_assigned)
}

// What asks for an identity that the factory has not.
fn unmet(resource: &Resource, assigned: &Assigned, cx: &Context<'_>) -> Vec<Need> {
    if resource.existing || cx.graph().dialect.is_folder() || assigned.is_unknown() {
        return Vec::new();
    }
    let factories = cx.derived(Factories::build);
    let Some(factory) = factories.of(resource) else { return Vec::new() };
    let missing = |need: &Need| match need.user_assigned {
        true => assigned.user == Truth::False,
        false => assigned.user == Truth::False && assigned.system == Truth::False,
    };
    needs(cx, factory).into_iter().filter(missing).collect()
}

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let assigned = identity::assigned(resource);
    let needs = unmet(resource, &assigned, cx);
    let Some(first) = needs.first() else { return };
    let written = resource.body.at("identity.type");
    let place = if presence(&written) == Presence::Present { written.origin.span } else { resource.place };
    let name = snippet::called(resource, "declared here");
    let user_assigned = needs.iter().all(|need| need.user_assigned);
    let message = if user_assigned {
        format!("The data factory {name} has no user-assigned identity, which {}", first.what)
    } else {
        format!("The data factory {name} has no identity, which {}", first.what)
    };
    let fix = if user_assigned { None } else { fix(cx, resource, &assigned) };
    let finding = cx.report_on(resource, &place, message);
    finding.help(if user_assigned {
        "Give the factory the identity: `\"identity\": {\"type\": \"UserAssigned\", \"userAssignedIdentities\": \
         {\"<id of the identity>\": {}}}`"
    } else {
        "Add `\"identity\": {\"type\": \"SystemAssigned\"}` to the factory, and grant it what it needs"
    });
    for need in needs.iter().take(20) {
        finding.related(need.place, format!("the identity {}", need.what));
    }
    if let Some(edit) = fix {
        finding.fix("Give the factory an identity", Applicability::Unsafe, vec![edit]);
    }
}

fn fix(cx: &Context<'_>, resource: &Resource, assigned: &Assigned) -> Option<Edit> {
    let graph = cx.graph();
    if !assigned.written {
        return edit::add_member(graph, resource.span, "identity", "{ \"type\": \"SystemAssigned\" }");
    }
    let ty = resource.body.at("identity.type");
    edit::replace(&ty, "\"SystemAssigned\"")
}

fn needs(cx: &Context<'_>, factory: &Factory) -> Vec<Need> {
    let graph = cx.graph();
    let secrets = cx.derived(Secrets::build);
    let mut found = Vec::new();
    let artefacts = [&factory.linked_services, &factory.pipelines, &factory.runtimes];
    for artefact in artefacts.into_iter().flatten().map(|id| graph.resource(*id)) {
        if artefact.existing {
            continue;
        }
        let called = secret::describe(artefact);
        if let Some(place) = identity::system_assigned_use(artefact, secrets.of(artefact)) {
            found.push(Need { place, what: format!("the {called} signs in with"), user_assigned: false });
            continue;
        }
        // A vault that is opened by a credential needs none of the factory.
        let read = secrets.of(artefact).iter().find(|secret| match &secret.held {
            Held::KeyVault(reference) => identity::opens_by_factory(graph, factory, reference).is_true(),
            _ => false,
        });
        if let Some(secret) = read {
            let what = format!("the {called} reads a secret of Key Vault with");
            found.push(Need { place: secret.place, what, user_assigned: false });
        }
    }
    for credential in factory.credentials.iter().map(|id| graph.resource(*id)) {
        let ty = credential.property("type");
        if !credential.existing && ty.is_text("ManagedIdentity").is_true() {
            let what = format!("the {} stands for", secret::describe(credential));
            found.push(Need { place: ty.origin.span, what, user_assigned: true });
        }
    }
    found
}
