//! Data Factory resource is not of the current API version
//!
//! ## Why
//!
//! `2018-06-01` is the current version of the Data Factory API. The only other one, `2017-09-01-preview`,
//! knows no managed virtual networks, managed private endpoints and credentials, and drops
//! `managedVirtualNetwork` from runtimes (types of Microsoft.DataFactory, 2026-08-20). `datafactories` is
//! version 1 of the service, without any of this.
//!
//! ## How to fix
//!
//! Write `2018-06-01`. Move what is still in version 1 to a factory of version 2.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2017-09-01-preview", // expect: adf/api-version
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2017-09-01-preview", // expect: adf/api-version
//!     "name": "adf-sales/default",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {}
//!   }
//! ]
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/datafactories",
//!       "apiVersion": "2015-10-01", // expect: adf/api-version
//!       "name": "[parameters('factoryName')]",
//!       "location": "westeurope",
//!       "properties": {}
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {}
//!   }
//! ]
//! ```
//!
//! A version that is not known is not judged, and a Git folder has none:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryVersion": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "[parameters('factoryVersion')]",
//!       "name": "adf-sales",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": {}
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc good
//! // file: factory/adf-sales.json
//! { "name": "adf-sales", "location": "westeurope", "properties": {} }
//! ```

use armlint_engine::finding::{Applicability, Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::json_edit;
use crate::model::runtime::{Presence, presence};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/api-version",
    category: Category::Correctness,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Microsoft.DataFactory template reference, 2026-08-20"],
    sentences: &["B2", "B11"],
    check: Check::Resource(TYPES, check),
};

// Types of Microsoft.DataFactory, 2018-06-01 (bicep-types-az, 2026-08-20), and the root type of version 1.
const TYPES: &[&str] = &[
    FIRST,
    "Microsoft.DataFactory/factories",
    "Microsoft.DataFactory/factories/adfcdcs",
    "Microsoft.DataFactory/factories/credentials",
    "Microsoft.DataFactory/factories/dataflows",
    "Microsoft.DataFactory/factories/datasets",
    "Microsoft.DataFactory/factories/globalParameters",
    "Microsoft.DataFactory/factories/integrationRuntimes",
    "Microsoft.DataFactory/factories/linkedservices",
    "Microsoft.DataFactory/factories/managedVirtualNetworks",
    "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
    "Microsoft.DataFactory/factories/pipelines",
    "Microsoft.DataFactory/factories/privateEndpointConnections",
    "Microsoft.DataFactory/factories/triggers",
];
const FIRST: &str = "Microsoft.DataFactory/datafactories";
const CURRENT: &str = "2018-06-01";
const PREVIEW: &str = "2017-09-01-preview";

fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing || cx.graph().dialect.is_folder() {
        return;
    }
    let version = resource.body.get("apiVersion");
    let Some(written) = version.known_text() else { return };
    let first = resource.is(FIRST);
    if !first && written.eq_ignore_ascii_case(CURRENT) {
        return;
    }
    let managed = !first && is_managed(resource);
    let ty = &resource.ty;
    let message = if first {
        format!("`{ty}` is version 1 of Data Factory, which has no managed networks and no Private Link")
    } else if managed {
        format!("`{ty}@{written}` is not the current API; managed networks need {CURRENT}")
    } else {
        format!("`{ty}@{written}` is not the current API, which is {CURRENT}")
    };
    let fix = written.eq_ignore_ascii_case(PREVIEW) && !first;
    let edits = json_edit::replace(&version, &format!("\"{CURRENT}\"")).filter(|_| fix);
    let finding = cx.report_on(resource, &version, message);
    finding.traced(&version);
    if managed {
        finding.severity(Severity::High);
    }
    if version.assumed {
        finding.confidence(Confidence::Medium);
    }
    finding.help(match first {
        true => "move it to `Microsoft.DataFactory/factories`".to_string(),
        false => format!("write \"apiVersion\": \"{CURRENT}\""),
    });
    if let Some(edits) = edits {
        finding.fix("Use the current API version", Applicability::Safe, edits);
    }
}

// Whether the resource is, or uses, what only the current version has.
fn is_managed(resource: &Resource) -> bool {
    let below = resource.ty.get("Microsoft.DataFactory/factories/".len()..).unwrap_or("");
    let network = below.get(.."managedVirtualNetworks".len());
    network.is_some_and(|start| start.eq_ignore_ascii_case("managedVirtualNetworks"))
        || presence(&resource.property("managedVirtualNetwork")) == Presence::Present
}
