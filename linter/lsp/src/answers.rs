//! Requests and their answers.

use std::path::Path;
use std::sync::Arc;

use armlint_engine::source::Source;
use lsp_server::{ErrorCode, Request};
use lsp_types::{CodeAction, CodeActionParams, DocumentSymbolParams, ExecuteCommandParams, Position, Uri};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::client::{Refusal, value};
use super::workspace::Workspace;
use super::{actions, address, suppress};

impl Workspace {
    /// Answers a request.
    pub(super) fn answer(&mut self, request: Request) -> Result<Value, Refusal> {
        let Request { method, params, .. } = request;
        match method.as_str() {
            "textDocument/hover" => Ok(self.hover(&read(params)?)),
            "textDocument/definition" => Ok(self.definition(&read(params)?)),
            "textDocument/documentSymbol" => {
                let params: DocumentSymbolParams = read(params)?;
                Ok(self.symbols(params.text_document.uri.as_str()))
            }
            "textDocument/codeAction" => self.actions(&read::<CodeActionParams>(params)?),
            "codeAction/resolve" => self.resolve(read(params)?),
            "workspace/executeCommand" => self.execute(read(params)?),
            method => Err(Refusal {
                code: ErrorCode::MethodNotFound,
                message: format!("there is no method `{method}`"),
            }),
        }
    }

    /// Reads what has changed of the root of a document.
    pub(super) fn freshen(&mut self, uri: &str) {
        self.ensure();
        if let Some((_, at, _)) = self.find(uri) {
            self.refresh(at);
        }
    }

    /// Reads what has changed of the root of a document, and checks it if that is still to be done.
    pub(super) fn settle(&mut self, uri: &str) {
        self.ensure();
        if let Some((_, at, _)) = self.find(uri)
            && self.roots[at].dirty
        {
            self.check_root(at);
        }
    }

    /// The text at a path as shown in a root; none where nothing in it concerns the linter.
    pub(super) fn source(&self, at: usize, shown: &str) -> Option<&Arc<Source>> {
        self.roots.get(at)?.source(shown)
    }

    /// The URI of a path: that of the client where it has one.
    pub(super) fn uri(&self, path: &Path) -> Option<Uri> {
        match self.documents.at(path) {
            Some(document) => Some(document.uri.clone()),
            None => address::uri(path),
        }
    }

    fn resolve(&mut self, action: CodeAction) -> Result<Value, Refusal> {
        let uri = action.data.as_ref().and_then(|data| data.get("fixAll")).and_then(Value::as_str);
        let Some(uri) = uri.map(str::to_string) else { return Ok(value(action)) };
        self.settle(&uri);
        let edit = self.fix_all(&uri).ok_or_else(|| Refusal::modified("there is nothing to fix any more"))?;
        Ok(value(CodeAction { edit: Some(edit), ..action }))
    }

    fn execute(&mut self, params: ExecuteCommandParams) -> Result<Value, Refusal> {
        let edit = match (params.command.as_str(), params.arguments.as_slice()) {
            (actions::APPLY, [edit]) => edit.clone(),
            (suppress::COMMAND, [uri, rule, place, reason]) => self.suppress(uri, rule, place, reason)?,
            (actions::APPLY, _) => return Err(Refusal::params("the edit is missing")),
            (suppress::COMMAND, _) => {
                return Err(Refusal::params("the arguments are a URI, a rule, a position and a reason"));
            }
            (other, _) => return Err(Refusal::params(format!("there is no command `{other}`"))),
        };
        if !self.client.features.applies {
            return Err(Refusal {
                code: ErrorCode::RequestFailed,
                message: "the client does not apply edits".to_string(),
            });
        }
        self.client.ask("workspace/applyEdit", json!({ "label": "armlint", "edit": edit }));
        Ok(Value::Null)
    }

    fn suppress(
        &mut self,
        uri: &Value,
        rule: &Value,
        place: &Value,
        reason: &Value,
    ) -> Result<Value, Refusal> {
        let text = |value: &Value, what: &str| {
            let text = value.as_str().map(str::trim).filter(|text| !text.is_empty());
            text.map(str::to_string).ok_or_else(|| Refusal::params(format!("the {what} is missing")))
        };
        let (uri, rule) = (text(uri, "URI")?, text(rule, "rule")?);
        let reason = text(reason, "reason")?;
        if suppress::ending(&reason).1.is_empty() {
            return Err(Refusal::params("the reason is missing behind the day"));
        }
        let place: Position = read(place.clone())?;
        self.settle(&uri);
        let gone = || Refusal::modified("the finding is no longer there");
        let (_, at, shown) = self.find(&uri).ok_or_else(gone)?;
        let checked = self.roots[at].checked.as_ref().ok_or_else(gone)?;
        let source = self.source(at, &shown).ok_or_else(gone)?;
        let range = |finding: &&armlint_engine::finding::Finding| {
            self.client.features.encoding.range(source, finding.primary.span)
        };
        let mut findings = checked.of(source.id).filter(|finding| finding.rule == rule);
        let finding = findings.find(|finding| range(finding).start == place).ok_or_else(gone)?;
        let edit = suppress::edit(self, at, checked, source, finding, Some(&reason)).ok_or_else(|| {
            Refusal { code: ErrorCode::RequestFailed, message: "it cannot be suppressed here".to_string() }
        })?;
        Ok(value(edit))
    }
}

/// Reads parameters.
fn read<T: DeserializeOwned>(params: Value) -> Result<T, Refusal> {
    serde_json::from_value(params).map_err(|error| Refusal::params(error.to_string()))
}
