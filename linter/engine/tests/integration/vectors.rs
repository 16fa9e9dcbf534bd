//! Reading and checking the vectors beside the checkout.

use std::path::{Path, PathBuf};

use armlint_engine::expression::template::{Argument, DeploymentContext, TemplateScopeKind};
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::{Node, json};
use armlint_engine::value::Value;
use serde_json::{Value as Json, json};

/// The files of vectors whose names start with `prefix`; none, said loudly, where the folder is absent.
pub(crate) fn files(prefix: &str) -> Vec<(String, Vec<Json>)> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    let folder = std::env::var_os("ARMLINT_CONFORMANCE").map_or(beside, PathBuf::from);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: no conformance vectors at {}", folder.display());
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("").to_string();
        if name.starts_with(prefix) && name.ends_with(".jsonl") {
            let text = std::fs::read_to_string(&path).expect("a readable file of vectors");
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            let vectors = lines.map(|line| serde_json::from_str(line).expect("a vector is JSON"));
            files.push((name, vectors.collect()));
        }
    }
    assert!(!files.is_empty(), "no {prefix}*.jsonl in {}", folder.display());
    files
}

/// Whether what differs is to be printed: `ARMLINT_CONFORMANCE_LIST=1`.
pub(crate) fn listed() -> bool {
    std::env::var_os("ARMLINT_CONFORMANCE_LIST").is_some()
}

/// A tree of JSON.
pub(crate) fn parsed(id: u32, json: &Json) -> Node {
    json::parse(&Source::new(SourceId(id), "vector.json", json.to_string())).root
}

/// The place of a vector's deployment; every vector has one.
pub(crate) fn context(vector: &Json, kind: TemplateScopeKind) -> DeploymentContext {
    let given = &vector["context"];
    let span = Span::new(SourceId(0), 0, 0);
    let text = |key: &str, fallback: &str| Value::string(given[key].as_str().unwrap_or(fallback), span);
    let nobody = "00000000-0000-0000-0000-000000000000";
    DeploymentContext {
        kind: match given["scope"].as_str() {
            Some("resourceGroup") => TemplateScopeKind::ResourceGroup,
            Some("subscription") => TemplateScopeKind::Subscription,
            Some("managementGroup") => TemplateScopeKind::ManagementGroup,
            Some("tenant") => TemplateScopeKind::Tenant,
            _ => kind,
        },
        subscription: text("subscriptionId", nobody),
        resource_group: text("resourceGroup", "rg"),
        location: text("location", "eastus"),
        tenant: text("tenantId", nobody),
        management_group: text("managementGroup", "mg"),
        deployment: text("deploymentName", "main"),
    }
}

/// The arguments that a vector gives to parameters, `{name: {value}}`.
pub(crate) fn arguments<T: From<String>>(given: &Json) -> Vec<(T, Argument)> {
    let given = parsed(1, given);
    let argument = |member: &armlint_engine::syntax::Member| {
        let argument = Argument { entry: member.value.clone(), anchor: member.key_span, scope: None };
        (T::from(member.key.text.to_string()), argument)
    };
    given.members().iter().map(argument).collect()
}

/// What stands at a path of keys, indexes, `#length`, `#json` and `{"has": key}`.
pub(crate) fn selected(value: &Json, path: &Json) -> Option<Json> {
    path.as_array().into_iter().flatten().try_fold(value.clone(), |value, step| match step {
        Json::String(length) if length == "#length" => Some(json!(match &value {
            Json::Array(elements) => elements.len(),
            Json::Object(members) => members.len(),
            text => text.as_str()?.encode_utf16().count(),
        })),
        Json::String(text) if text == "#json" => Some(Json::String(value.to_string())),
        Json::String(key) => Some(member(&value, key).cloned().unwrap_or(Json::Null)),
        Json::Object(question) => Some(Json::Bool(member(&value, question["has"].as_str()?).is_some())),
        index => value.get(usize::try_from(index.as_u64()?).ok()?).cloned(),
    })
}

fn member<'a>(value: &'a Json, key: &str) -> Option<&'a Json> {
    value.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}

/// Equal, where 3 and 3.0 are the same number.
pub(crate) fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}
