//! The reader: takes every message at once, and leaves the work to the worker.

use std::io::BufRead;
use std::process::ExitCode;
use std::sync::Arc;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidSaveTextDocumentParams, MessageType,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::capabilities;
use super::client::{Client, Features, Refusal};
use super::error::Error;
use super::preferences::Preferences;
use super::queue::{Event, Queue};
use super::transport::{self, Incoming};
use super::worker;
use super::workspace::Workspace;

/// How far client and server have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Before `initialize`.
    New,
    /// Between the two.
    Running,
    /// After `shutdown`.
    ShutDown,
}

/// The server.
pub(super) struct Server {
    client: Client,
    queue: Arc<Queue>,
    phase: Phase,
}

impl Server {
    /// A server that waits for `initialize`.
    pub(super) fn new(client: Client) -> Server {
        Server { client, queue: Arc::default(), phase: Phase::New }
    }

    /// Serves until the client says `exit`, or until the input ends. The exit code is that of the protocol: 0
    /// after `shutdown`, 1 otherwise.
    pub(super) fn serve(mut self, input: &mut impl BufRead) -> ExitCode {
        // An input that cannot be read has ended.
        while let Ok(Some(incoming)) = transport::read(input) {
            match incoming {
                Incoming::Faulty(fault) => self.client.refuse(fault),
                Incoming::Message(Message::Request(request)) => self.request(request),
                Incoming::Message(Message::Response(response)) => self.response(response),
                Incoming::Message(Message::Notification(told)) if told.method == "exit" => break,
                Incoming::Message(Message::Notification(told)) => self.notification(told),
            }
        }
        self.queue.close();
        ExitCode::from(if self.phase == Phase::ShutDown { 0 } else { 1 })
    }

    fn request(&mut self, request: Request) {
        let refuse = |code, message: &str| Err(Refusal { code, message: message.to_string() });
        let answer = match (self.phase, request.method.as_str()) {
            (Phase::New, "initialize") => self.initialize(&request.params),
            (Phase::New, _) => refuse(ErrorCode::ServerNotInitialized, "`initialize` comes first"),
            (Phase::ShutDown, _) => refuse(ErrorCode::InvalidRequest, "the server was shut down"),
            (_, "initialize") => refuse(ErrorCode::InvalidRequest, "`initialize` comes once"),
            (_, "shutdown") => {
                self.phase = Phase::ShutDown;
                Ok(Value::Null)
            }
            _ => return self.queue.push(Event::Request(request)),
        };
        let begins = self.phase == Phase::Running && answer.is_ok();
        self.client.answer(request.id, answer);
        if begins {
            // Only now may the client be told anything else.
            let options = request.params.get("initializationOptions").cloned().unwrap_or_default();
            self.queue.push(Event::Settings(options));
        }
    }

    fn initialize(&mut self, params: &Value) -> Result<Value, Refusal> {
        self.client.features = Features::read(params);
        let workspace = Workspace::new(self.client.clone(), params);
        worker::start(workspace, self.queue.clone())
            .map_err(|error: Error| Refusal { code: ErrorCode::InternalError, message: error.to_string() })?;
        self.phase = Phase::Running;
        Ok(capabilities::of_server(self.client.features))
    }

    fn notification(&mut self, told: Notification) {
        let Notification { method, params } = told;
        if self.phase != Phase::Running {
            return;
        }
        let event = match method.as_str() {
            "initialized" => return capabilities::register(&self.client),
            "$/cancelRequest" => return self.cancel(&params),
            "textDocument/didOpen" => read(params).map(Event::Open),
            "textDocument/didChange" => {
                read(params).map(|params: DidChangeTextDocumentParams| Event::Change {
                    uri: params.text_document.uri.as_str().to_string(),
                    version: params.text_document.version,
                    changes: params.content_changes,
                })
            }
            "textDocument/didSave" => read(params).map(|params: DidSaveTextDocumentParams| {
                Event::Save(params.text_document.uri.as_str().to_string())
            }),
            "textDocument/didClose" => read(params).map(|params: DidCloseTextDocumentParams| {
                Event::Close(params.text_document.uri.as_str().to_string())
            }),
            "workspace/didChangeWatchedFiles" => {
                read(params).map(|params: DidChangeWatchedFilesParams| Event::Files(params.changes))
            }
            "workspace/didChangeWorkspaceFolders" => {
                read(params).map(|params: DidChangeWorkspaceFoldersParams| Event::Folders(params.event))
            }
            "workspace/didChangeConfiguration" => {
                let settings = params.get("settings").filter(|settings| Preferences::are_in(settings));
                match settings.cloned() {
                    _ if self.client.features.configuration => {
                        return capabilities::ask_for_settings(&self.client);
                    }
                    Some(settings) => Ok(Event::Settings(settings)),
                    None => return,
                }
            }
            // What is optional may be passed over, and so may what is new.
            _ => return,
        };
        match event {
            Ok(event) => self.queue.push(event),
            Err(said) => {
                self.client.log(MessageType::WARNING, format!("`{method}` is not understood: {said}"))
            }
        }
    }

    fn cancel(&self, params: &Value) {
        let id = params.get("id").and_then(|id| serde_json::from_value::<RequestId>(id.clone()).ok());
        if let Some(id) = id.filter(|id| self.queue.cancel(id)) {
            let message = "the client cancelled the request".to_string();
            self.client.answer(id, Err(Refusal { code: ErrorCode::RequestCanceled, message }));
        }
    }

    fn response(&self, response: Response) {
        let id = response.id.to_string();
        let method = id.trim_matches('"').split('#').next().unwrap_or_default();
        match (method, response.response_result) {
            ("workspace/configuration", Ok(Value::Array(mut sections))) => {
                if let Some(section) = sections.pop().filter(Value::is_object) {
                    self.queue.push(Event::Settings(section));
                }
            }
            ("workspace/applyEdit", Ok(result)) if result.get("applied") == Some(&json!(false)) => {
                self.client.log(MessageType::WARNING, "the client did not apply the edit");
            }
            (method, Err(error)) => {
                self.client.log(MessageType::WARNING, format!("`{method}` failed: {}", error.message));
            }
            _ => {}
        }
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, String> {
    serde_json::from_value(params).map_err(|error| error.to_string())
}
