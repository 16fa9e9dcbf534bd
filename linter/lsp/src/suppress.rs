//! Suppressions as edits: a comment above the line of a finding, or an entry in the configuration for what
//! the Studio of Data Factory writes, which drops comments.

use std::path::Path;

use armlint_engine::dialect::{self, Recognition};
use armlint_engine::finding::Finding;
use armlint_engine::fix::line_ends;
use armlint_engine::settings::Date;
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::suppression::is_suppressible;
use armlint_engine::syntax::{Document, Node, NodeKind};
use armlint_rules::DIALECTS;
use armlint_workspace::config::{self, FILE_NAME, NewSuppression};
use lsp_types::{TextEdit, WorkspaceEdit};

use super::edits::Changes;
use super::root::{Checked, Root, Scope};
use super::workspace::Workspace;

/// The command that suppresses a finding. Its arguments are the URI, the rule, the position of the finding,
/// and the reason, which the client asks for and appends.
pub(super) const COMMAND: &str = "armlint.suppress";

/// The edit that suppresses a finding in a source of a root; without a reason it is still to be written.
/// None where the finding cannot be suppressed, or not in a way that is safe.
pub(super) fn edit(
    workspace: &Workspace,
    at: usize,
    checked: &Checked,
    source: &Source,
    finding: &Finding,
    reason: Option<&str>,
) -> Option<WorkspaceEdit> {
    let root = workspace.roots.get(at)?;
    if !is_suppressible(finding.rule) {
        return None;
    }
    let documents = checked.report.documents.get(source.id.0 as usize)?;
    let is_artefact = !matches!(root.scope, Scope::Untitled(..))
        && documents.iter().any(|document| {
            matches!(
                DIALECTS.recognise(&source.path, &document.root),
                Recognition::Declared(claim) if claim.dialect.is_folder()
            )
        });
    let reason = reason.map(|reason| reason.split_whitespace().collect::<Vec<_>>().join(" "));
    let reason = reason.unwrap_or_default();
    let (path, source, span, text) = match is_artefact {
        true => entry(workspace, root, &source.path, finding, reason)?,
        false => {
            let offset = line_start(source, finding.primary.span.start);
            if documents.iter().any(|document| is_within(document, offset)) {
                return None;
            }
            let text = comment(source, offset, finding.rule, &reason);
            let span = Span::new(source.id, offset as usize, offset as usize);
            (root.absolute(&source.path), Source::new(source.id, "", source.text.clone()), span, text)
        }
    };
    let range = workspace.client.features.encoding.range(&source, span);
    let mut changes = Changes::default();
    changes.add(workspace, root, &path, TextEdit { range, new_text: line_ends(&source.text, &text) })?;
    Some(changes.finish(workspace))
}

// Where the line of an offset begins, behind a byte order mark.
fn line_start(source: &Source, offset: u32) -> u32 {
    let starts = source.line_starts();
    let line = starts.partition_point(|start| *start <= offset).saturating_sub(1);
    starts.get(line).copied().unwrap_or(0).max(source.span().start)
}

fn comment(source: &Source, offset: u32, rule: &str, reason: &str) -> String {
    let line = source.text.get(offset as usize..).unwrap_or_default();
    let indentation = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let mark = if dialect::is_yaml(&source.path) { "#" } else { "//" };
    format!("{indentation}{mark} armlint: ignore[{rule}] {reason}\n")
}

// Whether an offset lies in a comment or a text, where a new comment would be none.
fn is_within(document: &Document, offset: u32) -> bool {
    let around = |span: Span| span.start < offset && offset < span.end;
    if document.comments.iter().any(|comment| around(comment.span)) {
        return true;
    }
    let mut pending: Vec<&Node> = vec![&document.root];
    while let Some(node) = pending.pop() {
        if !around(node.span) {
            continue;
        }
        match &node.kind {
            NodeKind::Object(members) => {
                if members.iter().any(|member| around(member.key_span)) {
                    return true;
                }
                pending.extend(members.iter().map(|member| &member.value));
            }
            NodeKind::Array(elements) => pending.extend(elements.iter()),
            _ => return true,
        }
    }
    false
}

// The change of the configuration that holds for a file, or of a new one: its path, its text, and what is
// to stand where.
fn entry(
    workspace: &Workspace,
    root: &Root,
    shown: &str,
    finding: &Finding,
    reason: String,
) -> Option<(std::path::PathBuf, Source, Span, String)> {
    let (file, pattern) = root.configurations.as_ref()?.suppressing(shown);
    let (path, text, pattern) = match file {
        Some(file) => {
            let path = root.absolute(file);
            let text = current(workspace, &path)?;
            (path, text, pattern)
        }
        None => {
            let path = root.folder().join(FILE_NAME);
            // One that is there but faulty is to be mended first.
            if path.exists() {
                return None;
            }
            let file = root.absolute(shown);
            let relative = file.strip_prefix(root.folder()).ok()?.to_path_buf();
            (path, String::new(), relative)
        }
    };
    let resource = finding.resource.as_ref();
    let (until, reason) = ending(&reason);
    let suppress = NewSuppression {
        rule: finding.rule.to_string(),
        path: pattern,
        resource: resource.map(|resource| (resource.ty.clone(), resource.name.clone())),
        until: until.map(|day| day.to_string()),
        reason: reason.to_string(),
    };
    let (range, added) = config::append(&text, &suppress)?;
    let source = Source::new(SourceId(0), "", text);
    let span = Span::new(source.id, range.start, range.end);
    Some((path, source, span, added))
}

/// The last day that a reason begins with, as in comments, and the reason itself.
pub(super) fn ending(reason: &str) -> (Option<Date>, &str) {
    let split = || {
        let behind = reason.strip_prefix("until:")?.trim_start();
        let (day, rest) = behind.split_once(char::is_whitespace).unwrap_or((behind, ""));
        Some((day.trim_end_matches([':', ',', ';']).parse().ok()?, rest))
    };
    match split() {
        Some((day, rest)) => (Some(day), rest.trim_start_matches([':', '-', ' ']).trim()),
        None => (None, reason),
    }
}

// What the buffer holds, or the file.
fn current(workspace: &Workspace, path: &Path) -> Option<String> {
    match workspace.documents.at(path) {
        Some(document) => Some(document.text.clone()),
        None => armlint_workspace::file::text(path).ok(),
    }
}
