//! Code actions: the fixes of findings, all safe fixes of a file, and suppressions.

use armlint_engine::finding::{Applicability, Finding};
use armlint_engine::fix::line_ends;
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use lsp_types::{CodeAction, CodeActionContext, CodeActionParams, Command, Diagnostic, TextEdit};
use serde_json::{Value, json};

use super::changes;
use super::client::{Refusal, value};
use super::diagnostics;
use super::edits::Changes;
use super::root::Checked;
use super::suppress;
use super::workspace::Workspace;

/// The kind of the action that applies all safe fixes of a file.
pub(super) const FIX_ALL: &str = "source.fixAll.armlint";

/// The kind of actions for one finding.
pub(super) const QUICK_FIX: &str = "quickfix";

/// The command that applies an edit, for clients whose code actions are commands.
pub(super) const APPLY: &str = "armlint.applyEdit";

impl Workspace {
    /// The actions for a range of a document.
    pub(super) fn actions(&mut self, params: &CodeActionParams) -> Result<Value, Refusal> {
        let uri = params.text_document.uri.as_str();
        self.settle(uri);
        let mut actions: Vec<CodeAction> = Vec::new();
        if is_wanted(&params.context, QUICK_FIX)
            && let Some((_, at, shown)) = self.find(uri)
            && let Some(checked) = &self.roots[at].checked
            && let Some(source) = self.source(at, &shown)
        {
            let near = |finding: &&Finding| self.is_near(source, finding, params);
            for finding in checked.of(source.id).filter(near) {
                actions.extend(self.fix(at, checked, source, finding));
                actions.extend(self.suppression(at, checked, source, finding, uri));
            }
        }
        if is_wanted(&params.context, FIX_ALL) {
            actions.extend(self.fix_all_action(uri, params.context.only.is_some()));
        }
        Ok(value(actions.into_iter().filter_map(|action| self.offered(action)).collect::<Vec<_>>()))
    }

    // Whether a finding lies in the range of the request, or is one that the client speaks of.
    fn is_near(&self, source: &Source, finding: &Finding, params: &CodeActionParams) -> bool {
        let range = self.client.features.encoding.range(source, finding.primary.span);
        let meets = range.start <= params.range.end && params.range.start <= range.end;
        let spoken_of = |diagnostic: &Diagnostic| {
            diagnostic.data.as_ref().and_then(|data| data.get("fingerprint")).and_then(Value::as_str)
                == Some(&finding.fingerprint)
        };
        meets || params.context.diagnostics.iter().any(spoken_of)
    }

    // The finding as the client has it.
    fn diagnostic(&self, at: usize, checked: &Checked, source: &Source, finding: &Finding) -> Diagnostic {
        let uris = |path: &std::path::Path| self.uri(path);
        diagnostics::diagnostic(&self.roots[at], checked, source, finding, self.client.features, &uris)
    }

    fn fix(&self, at: usize, checked: &Checked, source: &Source, finding: &Finding) -> Option<CodeAction> {
        let fix = finding.fix.as_ref()?;
        let root = &self.roots[at];
        let mut changes = Changes::default();
        for edited in &fix.edits {
            let source = checked.report.source(edited.span.source)?;
            let range = self.client.features.encoding.range(source, edited.span);
            let path = root.absolute(&source.path);
            changes.add(
                self,
                root,
                &path,
                TextEdit { range, new_text: line_ends(&source.text, &edited.text) },
            )?;
        }
        let safe = fix.applicability == Applicability::Safe;
        let title = match safe {
            true => fix.title.clone(),
            false => format!("{} (unsafe: look at what it changes)", fix.title),
        };
        Some(CodeAction {
            title,
            kind: Some(QUICK_FIX.into()),
            diagnostics: Some(vec![self.diagnostic(at, checked, source, finding)]),
            edit: Some(changes.finish(self)),
            is_preferred: safe.then_some(true),
            ..CodeAction::default()
        })
    }

    fn suppression(
        &self,
        at: usize,
        checked: &Checked,
        source: &Source,
        finding: &Finding,
        uri: &str,
    ) -> Option<CodeAction> {
        let edit = suppress::edit(self, at, checked, source, finding, None)?;
        let title = format!("Suppress {}, with a reason", finding.rule);
        let asks = self.client.features.asks_for_reason && self.client.features.applies;
        let place = self.client.features.encoding.position(source, finding.primary.span.start);
        let command = || Command {
            title: title.clone(),
            command: suppress::COMMAND.to_string(),
            arguments: Some(vec![json!(uri), json!(finding.rule), value(place)]),
        };
        Some(CodeAction {
            command: asks.then(command),
            edit: (!asks).then_some(edit),
            kind: Some(QUICK_FIX.into()),
            diagnostics: Some(vec![self.diagnostic(at, checked, source, finding)]),
            title,
            ..CodeAction::default()
        })
    }

    // The edit is made when it is asked for: now, or when the user takes the action.
    fn fix_all_action(&mut self, uri: &str, now: bool) -> Option<CodeAction> {
        let (_, at, shown) = self.find(uri)?;
        let checked = self.roots[at].checked.as_ref()?;
        let source = self.source(at, &shown)?;
        let is_safe = |finding: &Finding| {
            finding.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe)
        };
        if !checked.of(source.id).any(is_safe) {
            return None;
        }
        let action = CodeAction {
            title: "Apply all safe fixes of armlint".to_string(),
            kind: Some(FIX_ALL.into()),
            ..CodeAction::default()
        };
        if self.client.features.resolves && !now {
            return Some(CodeAction { data: Some(json!({ "fixAll": uri })), ..action });
        }
        let edit = self.fix_all(uri)?;
        Some(CodeAction { edit: Some(edit), ..action })
    }

    /// The edit that applies all safe fixes of a document; none where they change nothing.
    pub(super) fn fix_all(&mut self, uri: &str) -> Option<lsp_types::WorkspaceEdit> {
        let (_, at, shown) = self.find(uri)?;
        let (before, after) = self.roots[at].fixed(&shown)?;
        let root = &self.roots[at];
        let path = root.absolute(&shown);
        let mut changes = Changes::default();
        let source = Source::new(SourceId(0), "", before.text.clone());
        for (range, new_text) in changes::between(&before.text, &after.text) {
            let span = Span::new(source.id, range.start, range.end);
            let range = self.client.features.encoding.range(&source, span);
            changes.add(self, root, &path, TextEdit { range, new_text })?;
        }
        Some(changes.finish(self))
    }

    // The action in the form that the client takes; none where it takes none.
    fn offered(&self, action: CodeAction) -> Option<Value> {
        if self.client.features.literals {
            return Some(value(action));
        }
        let apply = |edit| Command {
            title: action.title.clone(),
            command: APPLY.to_string(),
            arguments: Some(vec![value(edit)]),
        };
        let command = action
            .command
            .clone()
            .or_else(|| action.edit.clone().filter(|_| self.client.features.applies).map(apply));
        command.map(value)
    }
}

// Kinds are paths with dots, and one stands for those below it.
fn is_wanted(context: &CodeActionContext, kind: &str) -> bool {
    let Some(only) = &context.only else { return true };
    only.iter().any(|wanted| {
        let wanted = wanted.as_str();
        kind == wanted
            || wanted.is_empty()
            || kind.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use lsp_types::CodeActionKind;

    use super::*;

    #[test]
    fn kinds_stand_for_those_below_them() {
        let wanted = |only: &[&str], kind| {
            let only = only.iter().map(|kind| CodeActionKind::from(kind.to_string())).collect();
            is_wanted(&CodeActionContext { only: Some(only), ..CodeActionContext::default() }, kind)
        };
        assert!(wanted(&["source"], FIX_ALL) && wanted(&["source.fixAll"], FIX_ALL));
        assert!(wanted(&["refactor", "source.fixAll.armlint"], FIX_ALL) && wanted(&[""], QUICK_FIX));
        assert!(!wanted(&["source.fix"], FIX_ALL) && !wanted(&["source.fixAll"], QUICK_FIX));
        assert!(is_wanted(&CodeActionContext::default(), QUICK_FIX));
    }
}
