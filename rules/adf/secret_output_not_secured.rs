//! A secret that is read from Key Vault stands in the log of the run
//!
//! ## Why
//!
//! A web activity that reads a secret from Key Vault has it in its output, and what uses that output has it
//! in its input. The monitoring view and the diagnostic logs show both, unless the policy of the activity
//! says `secureOutput`, and that of the other one `secureInput` (Use Azure Key Vault secrets in pipeline
//! activities, 2024-10-03: "Secure output" is to be checked). What only uses the error of the activity shows
//! no secret.
//!
//! ## How to fix
//!
//! Set `"secureOutput": true` in the policy of the activity that reads the secret, and `"secureInput": true`
//! in the policy of each activity that uses its output.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: pipeline/load.json
//! {
//!   "name": "load",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "Read key", // expect: adf/secret-output-not-secured
//!         "type": "WebActivity",
//!         "typeProperties": {
//!           "method": "GET",
//!           "url": "https://contoso-kv.vault.azure.net/secrets/crm-key?api-version=7.4",
//!           "authentication": { "type": "MSI", "resource": "https://vault.azure.net" }
//!         }
//!       },
//!       {
//!         "name": "Call",
//!         "type": "WebActivity",
//!         "dependsOn": [{ "activity": "Read key", "dependencyConditions": ["Succeeded"] }],
//!         "policy": {
//!           "secureInput": false // expect: adf/secret-output-not-secured
//!         },
//!         "typeProperties": {
//!           "method": "GET",
//!           "url": "https://crm.example.com/api",
//!           "headers": { "x-api-key": "@{activity('Read key').output.value}" }
//!         }
//!       }
//!     ]
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/pipelines",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/load",
//!     "properties": {
//!       "parameters": { "vault": { "type": "string" } },
//!       "activities": [
//!         {
//!           "name": "Read key",
//!           "type": "WebActivity",
//!           "policy": {
//!             "timeout": "0.00:10:00",
//!             "secureOutput": false // expect: adf/secret-output-not-secured
//!           },
//!           "typeProperties": {
//!             "method": "GET",
//!             "url": {
//!               "type": "Expression",
//!               "value": "@concat('https://', pipeline().parameters.vault, '.vault.azure.net/secrets/crm-key?api-version=7.4')"
//!             },
//!             "authentication": { "type": "MSI", "resource": "https://vault.azure.net" }
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! ```jsonc good
//! // file: pipeline/load.json
//! {
//!   "name": "load",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "Read key",
//!         "type": "WebActivity",
//!         "policy": { "secureOutput": true },
//!         "typeProperties": {
//!           "method": "GET",
//!           "url": "https://contoso-kv.vault.azure.net/secrets/crm-key?api-version=7.4",
//!           "authentication": { "type": "MSI", "resource": "https://vault.azure.net" }
//!         }
//!       },
//!       {
//!         "name": "Call",
//!         "type": "WebActivity",
//!         "dependsOn": [{ "activity": "Read key", "dependencyConditions": ["Succeeded"] }],
//!         "policy": { "secureInput": true },
//!         "typeProperties": {
//!           "method": "GET",
//!           "url": "https://crm.example.com/api",
//!           "headers": { "x-api-key": "@{activity('Read key').output.value}" }
//!         }
//!       }
//!     ]
//!   }
//! }
//! ```
//!
//! An error shows no secret, and keys of a vault are not read by their names:
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
//!           "name": "Read key",
//!           "type": "WebActivity",
//!           "policy": { "secureOutput": true },
//!           "typeProperties": {
//!             "method": "GET",
//!             "url": "https://contoso-kv.vault.azure.net/secrets/crm-key?api-version=7.4",
//!             "authentication": { "type": "MSI", "resource": "https://vault.azure.net" }
//!           }
//!         },
//!         {
//!           "name": "Tell",
//!           "type": "WebActivity",
//!           "dependsOn": [{ "activity": "Read key", "dependencyConditions": ["Failed"] }],
//!           "typeProperties": {
//!             "method": "POST",
//!             "url": "https://hooks.example.com/failed",
//!             "body": "@{activity('Read key').error.message}"
//!           }
//!         },
//!         {
//!           "name": "Keys",
//!           "type": "WebActivity",
//!           "typeProperties": {
//!             "method": "GET",
//!             "url": "https://contoso-kv.vault.azure.net/keys/crm?api-version=7.4",
//!             "authentication": { "type": "MSI", "resource": "https://vault.azure.net" }
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```

use armlint_engine::finding::{Applicability, Category, Edit, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use armlint_engine::value::{Segment, Value, ValueKind, Walk};
use smol_str::SmolStr;

use crate::model::activity;
use crate::model::adf_expression;
use crate::model::edit;
use crate::model::factory::PIPELINES;
use crate::model::runtime::{Presence, presence};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/secret-output-not-secured",
    category: Category::Secrets,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Use Azure Key Vault secrets in pipeline activities, 2024-10-03"],
    sentences: &["A10"],
    check: Check::Resource(PIPELINES, check),
};

const MAX_DEPTH: usize = 48;

// Activities without a policy.
const WITHOUT_POLICY: [&str; 8] =
    ["IfCondition", "ForEach", "Until", "Switch", "Filter", "Wait", "Fail", "AppendVariable"];

// Members of the output that say nothing of the secret.
const HARMLESS: [&str; 6] = [
    "statuscode",
    "adfwebactivityresponseheaders",
    "effectiveintegrationruntime",
    "executionduration",
    "durationinqueue",
    "billingreference",
];

fn check(pipeline: &Resource, cx: &mut Context<'_>) {
    if pipeline.existing {
        return;
    }
    let graph = cx.graph();
    let activities = activity::activities(pipeline);
    let reading: Vec<(SmolStr, Value)> = activities
        .iter()
        .filter(|activity| reads_secret(activity))
        .filter_map(|activity| Some((activity.get("name").known_text()?.into(), activity.clone())))
        .collect();
    for (name, activity) in &reading {
        let message =
            format!("The activity `{name}` reads a secret from Key Vault, and its output is logged");
        unless_secured(pipeline, activity, "secureOutput", message, None, cx);
    }
    if reading.is_empty() {
        return;
    }
    for activity in &activities {
        let ty = activity.get("type");
        if WITHOUT_POLICY.iter().any(|without| ty.is_text(without).is_true()) {
            continue;
        }
        let name = activity.get("name");
        let name = name.known_text().unwrap_or("?");
        let mut used = None;
        let mut search = Search { graph, reading: &reading, once: graph.walk() };
        for key in ["typeProperties", "linkedServiceName", "inputs", "outputs"] {
            used = used.or_else(|| uses(&mut search, &activity.get(key), 0));
        }
        let Some((source, place)) = used else { continue };
        let message = format!(
            "The activity `{name}` uses the secret that `{source}` reads from Key Vault, and its input is logged"
        );
        unless_secured(pipeline, activity, "secureInput", message, Some(place), cx);
    }
}

fn reads_secret(activity: &Value) -> bool {
    let properties = activity.get("typeProperties");
    let method = properties.get("method");
    if !activity.get("type").is_text("WebActivity").is_true()
        || !(method.is_text("GET").is_true() || presence(&method) == Presence::Absent)
    {
        return false;
    }
    let url = properties.get("url");
    let url = if url.object().is_some() { url.get("value") } else { url };
    let Some(text) = url.text() else { return false };
    // A part that is not known is one character that no address is made of.
    let part = |segment: Segment| match segment {
        Segment::Literal(text) => text.to_ascii_lowercase(),
        Segment::Hole(_) => "\u{1}".to_string(),
    };
    let joined = text.known().is_none();
    let text: String = text.segments().into_iter().map(part).collect();
    const VAULTS: [&str; 3] = ["vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net"];
    let resource = properties.at("authentication.resource");
    let resource = resource.known_text().unwrap_or("").to_ascii_lowercase();
    let of_vault = VAULTS.iter().any(|vault| text.contains(vault) || resource.contains(vault));
    let path = text.split_once('?').map_or(text.as_str(), |(path, _)| path);
    // Their names alone, or their versions, are no secrets.
    let named = path.split_once("/secrets/").is_some_and(|(_, name)| {
        let name = name.trim_end_matches(['\'', ')', ' ', '/']);
        !name.is_empty() && !name.ends_with("/versions")
    });
    let computed = path.contains("/secrets/") && (joined || text.contains("concat("));
    of_vault && (named || computed)
}

fn unless_secured(
    pipeline: &Resource,
    activity: &Value,
    key: &str,
    message: String,
    used: Option<Span>,
    cx: &mut Context<'_>,
) {
    let graph = cx.graph();
    let policy = activity.get("policy");
    let secured = policy.get(key);
    let missing = matches!(presence(&policy), Presence::Absent) || presence(&secured) == Presence::Absent;
    if !missing && !secured.truth().is_false() || presence(&policy) == Presence::Unknown {
        return;
    }
    let name = activity.get("name");
    let place = if missing { name.origin.span } else { secured.origin.span };
    let edit = fix(graph, activity, &policy, &secured, key, missing);
    let finding = cx.report_on(pipeline, &place, message);
    finding.help(format!("Set `\"{key}\": true` in the policy of the activity"));
    if let Some(place) = used {
        finding.related(place, "the secret is used here");
    }
    if let Some(edit) = edit {
        finding.fix(&format!("Set `{key}`"), Applicability::Safe, vec![edit]);
    }
}

fn fix(
    graph: &Graph,
    activity: &Value,
    policy: &Value,
    secured: &Value,
    key: &str,
    missing: bool,
) -> Option<Edit> {
    if activity.origin.via.is_some() {
        return None;
    }
    if !missing {
        return edit::flip(graph, secured);
    }
    match presence(policy) {
        Presence::Absent => {
            edit::add_member(graph, activity.origin.span, "policy", &format!("{{ \"{key}\": true }}"))
        }
        _ => edit::add_member(graph, policy.origin.span, key, "true"),
    }
}

struct Search<'a> {
    graph: &'a Graph,
    /// The activities whose outputs are looked for.
    reading: &'a [(SmolStr, Value)],
    once: Walk,
}

// The first use of the output of one of the activities, which are named.
fn uses(search: &mut Search<'_>, value: &Value, depth: usize) -> Option<(SmolStr, Span)> {
    const NESTED: [&str; 5] =
        ["activities", "ifTrueActivities", "ifFalseActivities", "defaultActivities", "cases"];
    if depth > MAX_DEPTH || !search.once.enters(value) {
        return None;
    }
    match &value.kind {
        ValueKind::Array(values) | ValueKind::OneOf(values) => {
            values.iter().find_map(|value| uses(search, value, depth + 1))
        }
        ValueKind::Object(object) => object
            .entries()
            .iter()
            .filter(|entry| !NESTED.iter().any(|key| entry.key.eq_ignore_ascii_case(key)))
            .find_map(|entry| uses(search, &entry.value, depth + 1)),
        ValueKind::Text(_) => {
            let text = value.known_text().filter(|text| text.contains('@') && text.contains('('))?;
            let content = adf_expression::parse(text);
            let chains = content.chains();
            let chain = chains.iter().filter(|chain| chain.calls("activity") && chain.takes(0, "output"));
            let mut chain = chain.filter(|chain| {
                !chain.step(1).is_some_and(|step| HARMLESS.contains(&step.to_ascii_lowercase().as_str()))
            });
            chain.find_map(|chain| {
                let (named, _) = chain.named()?;
                let (source, _) = search.reading.iter().find(|(name, _)| name.eq_ignore_ascii_case(named))?;
                let span = match value.pieces().as_slice() {
                    [piece] => search.graph.part(piece.origin.span, text, chain.range.start, chain.range.end),
                    _ => value.origin.span,
                };
                Some((source.clone(), span))
            })
        }
        _ => None,
    }
}
