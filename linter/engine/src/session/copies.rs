//! Findings in modules that a compiler has put into a template several times: of one line of their source one finding
//! stays, which counts the others.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use crate::dialect::is_compiled;
use crate::finding::{Confidence, Edit, Finding, Severity};
use crate::span::{SourceId, Span};
use crate::syntax::path::Path;
use crate::syntax::{Document, Node, NodeKind, Number};

/// How many of the other places a finding points at.
const MAX_SHOWN: usize = 3;

/// What findings of one line of a module have in common.
#[derive(PartialEq, Eq, Hash)]
struct CopyKey {
    source: SourceId,
    rule: &'static str,
    weight: (Severity, Confidence),
    said: String,
    module: u64,
    way: Vec<usize>,
    on_key: bool,
}

/// Puts the findings of copies together; the first in their order stays.
pub(super) fn merge(findings: &mut Vec<Finding>, documents: &[Vec<Arc<Document>>]) {
    let mut hashes: FxHashMap<Span, u64> = FxHashMap::default();
    let mut firsts: FxHashMap<CopyKey, usize> = FxHashMap::default();
    let mut kept: Vec<(Finding, Vec<Span>)> = Vec::with_capacity(findings.len());
    for finding in std::mem::take(findings) {
        let known = key(&finding, documents, &mut hashes).map(|key| *firsts.entry(key).or_insert(kept.len()));
        match known.and_then(|at| kept.get_mut(at)) {
            Some((first, others)) => {
                others.push(finding.primary.span);
                // A change mends all places of the line.
                if let (Some(fix), Some(other)) = (&mut first.fix, finding.fix) {
                    let more = other.edits.into_iter().filter(|edit| !fix.edits.contains(edit));
                    let more: Vec<Edit> = more.collect();
                    fix.edits.extend(more);
                }
            }
            None => kept.push((finding, Vec::new())),
        }
    }
    findings.extend(kept.into_iter().map(|(finding, others)| counted(finding, &others)));
}

fn counted(mut finding: Finding, others: &[Span]) -> Finding {
    match others.len() {
        0 => return finding,
        1 => finding.message.push_str(", and so in 1 more place"),
        more => finding.message.push_str(&format!(", and so in {more} more places")),
    }
    for place in others.iter().take(MAX_SHOWN) {
        finding.related(*place, "the same module");
    }
    finding
}

fn key(
    finding: &Finding,
    documents: &[Vec<Arc<Document>>],
    hashes: &mut FxHashMap<Span, u64>,
) -> Option<CopyKey> {
    let span = finding.primary.span;
    let trees = documents.get(span.source.0 as usize)?;
    let path = trees.iter().find_map(|tree| Path::at(&tree.root, span.start))?;
    let inner =
        (0..path.steps.len()).rev().find(|at| path.leads(*at, "template") && is_nested(&path, *at))?;
    let template = path.steps[inner].node;
    let module = *hashes.entry(template.span).or_insert_with(|| {
        let mut hasher = FxHasher::default();
        hash(template, &mut hasher);
        hasher.finish()
    });
    Some(CopyKey {
        source: span.source,
        rule: finding.rule,
        weight: (finding.severity, finding.confidence),
        said: without_names(&finding.message),
        module,
        way: path.steps[inner + 1..].iter().map(|step| step.index).collect(),
        on_key: path.on_key,
    })
}

// The template of a deployment that a compiler has made.
fn is_nested(path: &Path<'_>, at: usize) -> bool {
    at > 0 && path.leads(at - 1, "properties") && is_compiled(path.steps[at].node)
}

// What a message says whatever the names are.
fn without_names(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

fn hash(node: &Node, hasher: &mut FxHasher) {
    match &node.kind {
        NodeKind::Null => 0.hash(hasher),
        NodeKind::Bool(value) => (1, value).hash(hasher),
        NodeKind::Number(Number::Int(number)) => (2, number).hash(hasher),
        NodeKind::Number(Number::Float(number)) => (3, number.to_bits()).hash(hasher),
        NodeKind::String(scalar) => (4, &scalar.text).hash(hasher),
        NodeKind::Array(elements) => {
            (5, elements.len()).hash(hasher);
            elements.iter().for_each(|element| hash(element, hasher));
        }
        NodeKind::Object(members) => {
            (6, members.len()).hash(hasher);
            for member in members.iter() {
                member.key.text.hash(hasher);
                hash(&member.value, hasher);
            }
        }
        NodeKind::Expression(_) | NodeKind::Invalid => 7.hash(hasher),
    }
}
