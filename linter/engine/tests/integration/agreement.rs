//! The JSON reader against serde_json over a corpus of real files, where one lies beside the checkout.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use armlint_engine::source::{Source, decode};
use armlint_engine::span::SourceId;
use armlint_engine::syntax::{Document, Node, NodeKind, Number, json, yaml};

/// The corpus beside the checkout, if there is one.
fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("ARMLINT_CORPUS").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("SKIPPED: no corpus at {}", folder.display());
        return None;
    }
    Some(folder)
}

fn collect(folder: &Path, extensions: &[&str], paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        if path.is_dir() {
            collect(&path, extensions, paths);
        } else if extensions.contains(&extension) {
            paths.push(path);
        }
    }
    paths.sort();
}

fn open(path: &Path) -> Option<Source> {
    match decode(std::fs::read(path).ok()?) {
        Ok(text) => Some(Source::new(SourceId(0), path.to_string_lossy(), text)),
        Err(error) => {
            eprintln!("{}: {error}", path.display());
            None
        }
    }
}

/// Whether both trees hold the same values; of a repeated key the last one counts.
fn same(node: &Node, value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match (&node.kind, value) {
        (NodeKind::Null, Value::Null) => true,
        (NodeKind::Bool(ours), Value::Bool(theirs)) => ours == theirs,
        (NodeKind::Number(Number::Int(ours)), Value::Number(theirs)) => {
            theirs.as_i64().map_or_else(|| theirs.as_f64() == Some(*ours as f64), |theirs| theirs == *ours)
        }
        (NodeKind::Number(Number::Float(ours)), Value::Number(theirs)) => {
            theirs.as_f64().is_some_and(|theirs| (theirs - ours).abs() <= theirs.abs() * 1e-12)
        }
        (NodeKind::String(ours), Value::String(theirs)) => ours.text == *theirs,
        (NodeKind::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (NodeKind::Object(ours), Value::Object(theirs)) => {
            let mut last = BTreeMap::new();
            for member in ours.iter() {
                last.insert(member.key.text.as_str(), &member.value);
            }
            last.len() == theirs.len()
                && last.iter().all(|(key, ours)| theirs.get(*key).is_some_and(|theirs| same(ours, theirs)))
        }
        _ => false,
    }
}

#[derive(Default)]
struct Counts {
    files: usize,
    kinds: BTreeMap<String, (usize, usize)>,
}

impl Counts {
    fn add(&mut self, document: &Document) {
        self.files += 1;
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for problem in &document.problems {
            let shown = format!("{:?}", problem.kind);
            let kind = shown.split(['(', ' ']).next().unwrap_or_default().to_owned();
            *kinds.entry(kind).or_default() += 1;
        }
        for (kind, count) in kinds {
            let (files, problems) = self.kinds.entry(kind).or_default();
            *files += 1;
            *problems += count;
        }
    }

    fn print(&self, name: &str) {
        eprintln!("{name}: {} documents", self.files);
        for (kind, (files, problems)) in &self.kinds {
            eprintln!("  {kind}: {problems} in {files} documents");
        }
    }
}

#[test]
fn every_strict_json_file_reads_alike() {
    let Some(folder) = corpus() else { return };
    let mut paths = Vec::new();
    collect(&folder, &["json", "jsonc"], &mut paths);
    let (mut strict, mut lenient) = (Counts::default(), Counts::default());
    let mut wrong = Vec::new();
    for path in &paths {
        let Some(source) = open(path) else { continue };
        let document = json::parse(&source);
        let Ok(value) = serde_json::from_str::<serde_json::Value>(&source.text) else {
            lenient.add(&document);
            for problem in document.problems.iter().filter(|problem| problem.kind.is_error()) {
                let position = source.position(problem.span.start);
                let text = source.slice(problem.span);
                eprintln!("{}:{}: {:?} {text:?}", path.display(), position.line, problem.kind);
            }
            continue;
        };
        strict.add(&document);
        if document.problems.iter().any(|problem| problem.kind.is_error()) || !same(&document.root, &value) {
            wrong.push((path.clone(), document.problems));
        }
    }
    strict.print("strict JSON");
    lenient.print("other JSON");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_yaml_file_reads() {
    let Some(folder) = corpus() else { return };
    let mut paths = Vec::new();
    collect(&folder, &["yaml", "yml"], &mut paths);
    let mut counts = Counts::default();
    for path in &paths {
        let Some(source) = open(path) else { continue };
        for document in yaml::parse(&source) {
            counts.add(&document);
            for problem in document.problems.iter().filter(|problem| problem.kind.is_error()) {
                let position = source.position(problem.span.start);
                eprintln!("{}:{}: {:?}", path.display(), position.line, problem.kind);
            }
        }
    }
    counts.print("YAML");
}
