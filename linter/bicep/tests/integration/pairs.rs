//! Files and what the compiler makes of them, where they are here: both are the same resources.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use armlint_bicep::parser::parse;
use armlint_bicep::path::is_template;
use armlint_bicep::{document, references};
use armlint_engine::dialect::{Deployment, Dialect, Parsed, World};
use armlint_engine::expand::expand;
use armlint_engine::graph::Given;
use armlint_engine::secret::SpanSet;
use armlint_engine::source::{Source, decode};
use armlint_engine::span::SourceId;
use armlint_engine::syntax::{ReferenceKind, json};
use serde_json::{Map, Value};

use crate::corpus::corpus;

/// The files of a folder, each read once.
struct Disk {
    root: PathBuf,
    sources: Mutex<HashMap<String, Option<Arc<Source>>>>,
}

impl Disk {
    fn source(&self, path: &str) -> Option<Arc<Source>> {
        let mut sources = self.sources.lock().unwrap();
        let id = SourceId(sources.len() as u32);
        let read = || {
            let text = decode(std::fs::read(self.root.join(path)).ok()?).ok()?;
            Some(Arc::new(Source::new(id, path, text)))
        };
        sources.entry(path.to_string()).or_insert_with(read).clone()
    }
}

fn parsed(disk: &Disk, path: &str) -> Option<Parsed> {
    let source = disk.source(path)?;
    let document =
        if is_template(path) { json::parse(&source) } else { document(&source, &|path| disk.source(path)) };
    Some(Parsed { source, document: Arc::new(document) })
}

// A file, and the modules that it deploys.
fn deployment(disk: &Disk, path: &str) -> Option<Deployment> {
    let mut paths = vec![path.to_string()];
    let mut at = 0;
    while at < paths.len() {
        let path = paths[at].clone();
        if let Some(source) = disk.source(&path).filter(|_| !is_template(&path)) {
            for reference in references(&path, &parse(&source)) {
                if reference.kind == ReferenceKind::Deployed && !paths.contains(&reference.path.to_string()) {
                    paths.push(reference.path.to_string());
                }
            }
        }
        at += 1;
    }
    let mut all: Vec<Parsed> = paths.iter().filter_map(|path| parsed(disk, path)).collect();
    let linked = all.split_off(all.len().min(1));
    (!all.is_empty()).then(|| Deployment { linked, ..Deployment::of(Dialect::Template, World::Open, all) })
}

// What is compared of a deployment.
fn resources(deployment: &Deployment, with_existing: bool) -> Vec<String> {
    let given = Given { defaults_decide: true, ..Given::default() };
    let expansion = expand(deployment, &given, &SpanSet::default());
    let resources = expansion.json["resources"].as_array().cloned().unwrap_or_default();
    let is_compared = |resource: &&Value| with_existing || resource["existing"] == Value::Bool(false);
    let mut shown: Vec<String> = resources.iter().filter(is_compared).map(shown).collect();
    shown.sort();
    shown
}

fn shown(resource: &Value) -> String {
    let mut kept = Map::new();
    let ty = resource["type"].as_str().unwrap_or_default().to_ascii_lowercase();
    let is_deployment = ty == "microsoft.resources/deployments";
    for (key, value) in resource.as_object().into_iter().flatten() {
        let value = match key.as_str() {
            "type" => Value::from(ty.clone()),
            "dependsOn" | "asserts" => continue,
            // What a module is deployed with is the compiler's choice.
            "apiVersion" | "location" if is_deployment => continue,
            "properties" if is_deployment => parameters(value),
            // How a scope is said differs from compiler to compiler: `scope` itself is the id of it.
            "subscriptionId" | "resourceGroup" | "import" | "extension" => continue,
            _ => value.clone(),
        };
        if value != Value::Null {
            kept.insert(key.clone(), value);
        }
    }
    serde_json::to_string(&sorted(&Value::Object(kept))).unwrap()
}

fn parameters(properties: &Value) -> Value {
    match properties.get("parameters") {
        Some(Value::Object(given)) if !given.is_empty() => Value::Object(given.clone()),
        _ => Value::Null,
    }
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> =
                members.iter().map(|(key, value)| (key.to_ascii_lowercase(), sorted(value))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(elements) => elements.iter().map(sorted).collect(),
        // The compiler writes types as it knows them.
        Value::String(text) if text.contains("/providers/") => Value::from(text.to_ascii_lowercase()),
        other => other.clone(),
    }
}

#[derive(serde::Deserialize)]
struct Pair {
    bicep: String,
    golden: String,
    symbolic_golden: Option<String>,
    registry_refs: Vec<String>,
}

/// The pairs that are no fair ones, and why.
const UNFAIR: [(&str, &str); 10] = [
    ("ResourceInfo/sql-database-with-management/main.bicep", "an experiment asks for ids at run time"),
    ("InvalidModules_LF/moduled.bicep", "the template is none of this file"),
    ("LoadFunctions_CRLF/main.bicep", "loads a file that is no text"),
    ("Working/metadata/resources.bicep", "was decompiled from the template"),
    ("authorization/resource-role-assignment/main.bicep", "a loaded template is evaluated twice"),
    ("max.hci/dependencies.bicep", "the template is older than the file"),
    ("Tests.Bicep.16.bicep", "the template is older than the file"),
    ("Tests.Bicep.6.bicep", "was compiled from a file with other line ends"),
    ("templates/DoubleNestedFail.bicep", "the template is written by hand"),
    ("templates/SimpleNestedFail.bicep", "the template is written by hand"),
];

#[test]
fn files_are_what_the_compiler_makes_of_them() {
    let Some(corpus) = corpus() else { return };
    let root = corpus.join("bicep_pairs");
    let lines = std::fs::read_to_string(root.join("pairs.jsonl")).unwrap();
    let only = std::env::var("PAIR").ok();
    let (mut count, mut wrong) = (0, Vec::new());
    for line in lines.lines() {
        let pair: Pair = serde_json::from_str(line).unwrap();
        if !pair.registry_refs.is_empty() || only.as_ref().is_some_and(|only| !pair.bicep.contains(only)) {
            continue;
        }
        count += 1;
        let is_unfair = UNFAIR.iter().any(|(path, _)| pair.bicep.ends_with(path));
        match difference(&root, &pair) {
            Some(difference) if !is_unfair => wrong.push(format!("{}\n{difference}", pair.bicep)),
            None if is_unfair => wrong.push(format!("{}\n  is a fair pair", pair.bicep)),
            _ => {}
        }
    }
    println!("{} of {count} differ", wrong.len());
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

fn difference(root: &Path, pair: &Pair) -> Option<String> {
    let disk = Disk { root: root.into(), sources: Mutex::default() };
    let golden = pair.symbolic_golden.as_ref().unwrap_or(&pair.golden);
    let with_existing = pair.symbolic_golden.is_some();
    let (own, expected) = (deployment(&disk, &pair.bicep)?, deployment(&disk, golden)?);
    let (own, expected) = (resources(&own, with_existing), resources(&expected, with_existing));
    let missing = expected.iter().filter(|resource| !own.contains(resource));
    let surplus = own.iter().filter(|resource| !expected.contains(resource));
    let missing = missing.map(|resource| format!("  - {resource}"));
    let lines: Vec<String> = missing.chain(surplus.map(|resource| format!("  + {resource}"))).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
