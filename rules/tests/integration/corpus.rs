//! Real public templates: nothing is lost, nothing fails, every finding points at a token.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use armlint_engine::session::{Input, Outcome, Report, Session};
use armlint_engine::settings::{Cloud, Date, Settings};
use armlint_engine::span::Span;
use armlint_engine::syntax::{Node, NodeKind};

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let folder = std::env::var_os("ARMLINT_CORPUS").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("SKIPPED: no corpus at {}", folder.display());
        return None;
    }
    Some(folder)
}

fn inputs(folder: &Path, root: &Path, found: &mut Vec<Input>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            inputs(&path, root, found);
        } else if path
            .extension()
            .is_some_and(|ext| ["json", "jsonc", "yaml", "yml"].iter().any(|e| ext == *e))
        {
            let shown = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let content = fs::read(&path).map_err(|error| error.to_string());
            found.push(Input { path: Arc::from(shown), content, context: false, named: false });
        }
    }
}

fn checked(folder: &Path) -> (usize, Report) {
    let mut files = Vec::new();
    inputs(folder, folder, &mut files);
    let count = files.len();
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(files);
    let as_of = Date { year: 2026, month: 11, day: 1 };
    (count, session.check(&Settings::new(as_of, Cloud::Public)))
}

// Whether a span is a key, a value, or lies within a string.
fn is_token(node: &Node, span: Span) -> bool {
    if node.span == span || node.span.part(0, 1) == span {
        return true;
    }
    match &node.kind {
        NodeKind::String(_) => node.span.contains(span),
        NodeKind::Array(elements) => elements
            .iter()
            .filter(|element| element.span.contains(span))
            .any(|element| is_token(element, span)),
        NodeKind::Object(members) => members.iter().any(|member| {
            member.key_span.contains(span)
                || (member.value.span.contains(span) && is_token(&member.value, span))
        }),
        _ => false,
    }
}

#[test]
fn every_file_and_every_finding_is_accounted_for() {
    let Some(folder) = corpus() else { return };
    let (count, report) = checked(&folder);
    assert_eq!(report.files.len(), count);
    let failed: Vec<_> =
        report.files.iter().filter(|file| matches!(file.outcome, Outcome::Failed(_))).collect();
    assert!(failed.is_empty(), "{failed:?}");
    let mut by_rule = std::collections::BTreeMap::<&str, usize>::new();
    for finding in &report.findings {
        *by_rule.entry(finding.rule).or_default() += 1;
        let syntactic = ["template/syntax-error", "template/nonstandard-json", "template/expression-syntax"];
        for label in finding.labels() {
            let source = report.source(label.span.source).unwrap();
            let place = || {
                let position = source.position(label.span.start);
                format!("{} at {}:{}:{}", finding.rule, source.path, position.line, position.column)
            };
            assert!(label.span.start < label.span.end, "empty: {}", place());
            assert!(source.text.get(label.span.range()).is_some(), "outside of the file: {}", place());
            let trees = &report.documents[label.span.source.0 as usize];
            let token = trees.iter().any(|tree| is_token(&tree.root, label.span));
            assert!(token || syntactic.contains(&finding.rule), "no token: {}", place());
        }
        assert_eq!(finding.fingerprint.len(), 16);
    }
    println!("{count} files, {by_rule:#?}");
    assert_eq!(by_rule.get("template/internal-error"), None);
}

#[test]
fn findings_do_not_depend_on_threads() {
    let Some(folder) = corpus() else { return };
    let folder = folder.join("factory");
    let fingerprints = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (_, report) = pool.install(|| checked(&folder));
        report.findings.into_iter().map(|finding| (finding.fingerprint, finding.message)).collect::<Vec<_>>()
    };
    assert_eq!(fingerprints(1), fingerprints(4));
}
