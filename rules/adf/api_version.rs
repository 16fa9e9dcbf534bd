//! Data Factory resource is not of the current API version
//!
//! ## Why
//!
//! `2018-06-01` is the current version of the Data Factory API. The only other one, `2017-09-01-preview`,
//! knows no managed virtual networks, managed private endpoints and credentials, and drops
//! `managedVirtualNetwork` from runtimes (types of Microsoft.DataFactory, 2026-08-20). `datafactories` is
//! version 1 of the service, without any of this. The resources of one factory are one finding.
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
//!     "apiVersion": "2017-09-01-preview",
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

use std::collections::HashMap;

use armlint_engine::finding::{Applicability, Category, Confidence, Edit, Severity};
use armlint_engine::graph::{Resource, ResourceId};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::SourceId;
use smol_str::SmolStr;

use crate::model::edit;
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
    if resource.is(FIRST) {
        let ty = &resource.ty;
        let message =
            format!("`{ty}` is version 1 of Data Factory, which has no managed networks and no Private Link");
        let version = resource.body.get("apiVersion");
        cx.report_on(resource, &version, message).help("move it to `Microsoft.DataFactory/factories`");
    } else if let Some(group) = cx.derived(Outdated::build).0.get(&key(resource))
        && group.first() == Some(&resource.id)
    {
        report(group, cx);
    }
}

// The resources of one factory in one template that have another version than the current one.
struct Outdated(HashMap<Key, Vec<ResourceId>>);

type Key = (SmolStr, Option<ResourceId>, SourceId);

fn key(resource: &Resource) -> Key {
    (resource.name.ancestor_key(1), resource.module, resource.span.source)
}

impl Outdated {
    fn build(cx: &Context<'_>) -> Outdated {
        let graph = cx.graph();
        let mut groups: HashMap<Key, Vec<ResourceId>> = HashMap::new();
        for resource in graph.resources().iter().filter(|resource| !resource.existing) {
            let own = TYPES.iter().skip(1).any(|ty| resource.is(ty));
            if own && written(resource).is_some_and(|version| !version.eq_ignore_ascii_case(CURRENT)) {
                groups.entry(key(resource)).or_default().push(resource.id);
            }
        }
        Outdated(groups)
    }
}

fn written(resource: &Resource) -> Option<SmolStr> {
    resource.body.get("apiVersion").known_text().map(SmolStr::new)
}

// One finding for a factory; the fix is for all of its resources whose version is written in place.
fn report(group: &[ResourceId], cx: &mut Context<'_>) {
    let graph = cx.graph();
    let resources: Vec<&Resource> = group.iter().map(|id| graph.resource(*id)).collect();
    let managed = resources.iter().find(|resource| is_managed(resource));
    let Some(first) = managed.or(resources.first()) else { return };
    let version = first.body.get("apiVersion");
    let (ty, said) = (&first.ty, written(first).unwrap_or_default());
    let message = match managed {
        Some(_) => format!("`{ty}@{said}` is not the current API; managed networks need {CURRENT}"),
        None => format!("`{ty}@{said}` is not the current API, which is {CURRENT}"),
    };
    let preview = |resource: &&&Resource| {
        written(resource).is_some_and(|version| version.eq_ignore_ascii_case(PREVIEW))
    };
    let places = resources.iter().filter(preview).map(|resource| resource.body.get("apiVersion"));
    let edits = places.filter_map(|version| edit::replace(&version, &format!("\"{CURRENT}\"")));
    let edits: Vec<Edit> = edits.collect();
    let finding = cx.report_on(first, &version, message);
    for other in resources.iter().filter(|other| other.id != first.id) {
        finding.related(other.body.get("apiVersion").origin.span, "so is this one");
    }
    finding.traced(&version).help(format!("write \"apiVersion\": \"{CURRENT}\""));
    if managed.is_some() {
        finding.severity(Severity::High);
    }
    if version.assumed {
        finding.confidence(Confidence::Medium);
    }
    if !edits.is_empty() && said.eq_ignore_ascii_case(PREVIEW) {
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
