//! The client: what it can do, and what is sent to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Sender;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::MessageType;
use serde::Serialize;
use serde_json::{Value, json};

use super::encoding::Encoding;
use super::transport::{Fault, Outgoing};

/// What the client said at the beginning that it can do.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Features {
    /// The units of columns.
    pub(super) encoding: Encoding,
    /// Diagnostics may have related places.
    pub(super) related: bool,
    /// Diagnostics may name the version of the text.
    pub(super) versions: bool,
    /// Diagnostics may link to a page.
    pub(super) pages: bool,
    /// Diagnostics may say that something is unnecessary.
    pub(super) unnecessary: bool,
    /// Diagnostics may carry data for code actions.
    pub(super) data: bool,
    /// Code actions may be more than commands.
    pub(super) literals: bool,
    /// The edit of a code action may be asked for later.
    pub(super) resolves: bool,
    /// Edits may name the version of the text.
    pub(super) document_changes: bool,
    /// Edits may create files.
    pub(super) creates: bool,
    /// The server may have edits applied.
    pub(super) applies: bool,
    /// The client asks for the reason of a suppression.
    pub(super) asks_for_reason: bool,
    /// Files can be watched.
    pub(super) watches: bool,
    /// Settings can be asked for.
    pub(super) configuration: bool,
    /// Changes of settings can be registered for.
    pub(super) registers_configuration: bool,
    /// Hovers may be Markdown.
    pub(super) markdown: bool,
    /// Definitions may be links.
    pub(super) links: bool,
    /// Symbols may be a tree.
    pub(super) symbol_tree: bool,
}

impl Features {
    /// Reads the parameters of `initialize`. They are looked at one by one, so that what is new or strange in
    /// them does no harm.
    pub(super) fn read(params: &Value) -> Features {
        let at = |path: &str| params.pointer(&format!("/capabilities/{path}"));
        let is = |path: &str| at(path).and_then(Value::as_bool).unwrap_or(false);
        let has = |path: &str, wanted: &Value| {
            at(path).and_then(Value::as_array).is_some_and(|values| values.contains(wanted))
        };
        let offered = at("general/positionEncodings").and_then(Value::as_array);
        let offered = offered.into_iter().flatten().filter_map(Value::as_str);
        let published = "textDocument/publishDiagnostics";
        let action = "textDocument/codeAction";
        let asks = params.pointer("/initializationOptions/asksForReason");
        Features {
            encoding: Encoding::agreed(offered),
            related: is(&format!("{published}/relatedInformation")),
            versions: is(&format!("{published}/versionSupport")),
            pages: is(&format!("{published}/codeDescriptionSupport")),
            unnecessary: has(&format!("{published}/tagSupport/valueSet"), &json!(1)),
            data: is(&format!("{published}/dataSupport")),
            literals: at(&format!("{action}/codeActionLiteralSupport")).is_some_and(Value::is_object),
            resolves: is(&format!("{action}/dataSupport"))
                && has(&format!("{action}/resolveSupport/properties"), &json!("edit")),
            document_changes: is("workspace/workspaceEdit/documentChanges"),
            creates: has("workspace/workspaceEdit/resourceOperations", &json!("create")),
            applies: is("workspace/applyEdit"),
            asks_for_reason: asks.and_then(Value::as_bool).unwrap_or(false),
            watches: is("workspace/didChangeWatchedFiles/dynamicRegistration"),
            configuration: is("workspace/configuration"),
            registers_configuration: is("workspace/didChangeConfiguration/dynamicRegistration"),
            markdown: has("textDocument/hover/contentFormat", &json!("markdown")),
            links: is("textDocument/definition/linkSupport"),
            symbol_tree: is("textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
        }
    }
}

/// The way to the client.
#[derive(Clone, Debug)]
pub(super) struct Client {
    outgoing: Sender<Outgoing>,
    requests: Arc<AtomicU32>,
    pub(super) features: Features,
}

impl Client {
    /// A client that is still to say what it can do.
    pub(super) fn new(outgoing: Sender<Outgoing>) -> Client {
        Client { outgoing, requests: Arc::default(), features: Features::default() }
    }

    /// Sends a notification.
    pub(super) fn notify(&self, method: &str, params: impl Serialize) {
        self.send(Message::Notification(Notification { method: method.to_string(), params: value(params) }));
    }

    /// Sends a request; its answer comes back under an id that begins with the method.
    pub(super) fn ask(&self, method: &str, params: impl Serialize) {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let id = RequestId::from(format!("{method}#{number}"));
        self.send(Message::Request(Request { id, method: method.to_string(), params: value(params) }));
    }

    /// Answers a request.
    pub(super) fn answer(&self, id: RequestId, result: Result<Value, Refusal>) {
        self.send(Message::Response(match result {
            Ok(result) => Response { id, response_result: Ok(result) },
            Err(Refusal { code, message }) => Response::new_err(id, code as i32, message),
        }));
    }

    /// Answers what was no message.
    pub(super) fn refuse(&self, fault: Fault) {
        // Nobody is left to tell when the writer is gone.
        let _ = self.outgoing.send(Outgoing::Fault(fault));
    }

    /// Writes to the log that the client shows.
    pub(super) fn log(&self, level: MessageType, message: impl Into<String>) {
        self.notify("window/logMessage", json!({ "type": level, "message": message.into() }));
    }

    /// The last that is sent.
    pub(super) fn end(&self) {
        let _ = self.outgoing.send(Outgoing::End);
    }

    fn send(&self, message: Message) {
        let _ = self.outgoing.send(Outgoing::Message(message));
    }
}

/// Why a request gets no result.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The code of the protocol.
    pub(super) code: ErrorCode,
    /// One sentence.
    pub(super) message: String,
}

impl Refusal {
    /// The parameters are not those of the method.
    pub(super) fn params(message: impl Into<String>) -> Refusal {
        Refusal { code: ErrorCode::InvalidParams, message: message.into() }
    }

    /// What was asked about is no longer there.
    pub(super) fn modified(message: impl Into<String>) -> Refusal {
        Refusal { code: ErrorCode::ContentModified, message: message.into() }
    }
}

/// A value of the protocol; these have no way to fail.
pub(super) fn value(of: impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}
