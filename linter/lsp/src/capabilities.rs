//! What the server can do, and what it asks the client to tell it.

use lsp_types::{
    CodeActionOptions, CodeActionProviderCapability, ExecuteCommandOptions, OneOf, SaveOptions,
    ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use serde_json::{Value, json};

use super::client::{Client, Features, value};
use super::{actions, suppress};

/// The answer to `initialize`.
pub(super) fn of_server(features: Features) -> Value {
    let kinds = vec![actions::QUICK_FIX.into(), actions::FIX_ALL.into()];
    let options = CodeActionOptions {
        code_action_kinds: Some(kinds),
        resolve_provider: features.resolves.then_some(true),
        ..CodeActionOptions::default()
    };
    let capabilities = ServerCapabilities {
        position_encoding: Some(features.encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(SaveOptions { include_text: Some(false) }.into()),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(true.into()),
        definition_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(match features.literals {
            true => CodeActionProviderCapability::Options(options),
            false => CodeActionProviderCapability::Simple(true),
        }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![suppress::COMMAND.to_string(), actions::APPLY.to_string()],
            ..ExecuteCommandOptions::default()
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    };
    let server = json!({ "name": "armlint", "version": env!("CARGO_PKG_VERSION") });
    json!({ "capabilities": value(capabilities), "serverInfo": server })
}

/// Registers for what can only be registered for, and asks for the settings.
pub(super) fn register(client: &Client) {
    let mut registrations = Vec::new();
    if client.features.watches {
        // Rules of packs are pages of Markdown.
        let endings = "**/*.{json,jsonc,yaml,yml,template,md}";
        let globs = ["**/armlint.yaml", endings, "**/{.gitignore,.ignore}"];
        let watchers = globs.map(|glob| json!({ "globPattern": glob }));
        let options = json!({ "watchers": watchers });
        let method = "workspace/didChangeWatchedFiles";
        registrations.push(json!({ "id": method, "method": method, "registerOptions": options }));
    }
    if client.features.registers_configuration {
        let method = "workspace/didChangeConfiguration";
        let options = json!({ "section": "armlint" });
        registrations.push(json!({ "id": method, "method": method, "registerOptions": options }));
    }
    if !registrations.is_empty() {
        client.ask("client/registerCapability", json!({ "registrations": registrations }));
    }
    if client.features.configuration {
        ask_for_settings(client);
    }
}

/// Asks for the section of the settings.
pub(super) fn ask_for_settings(client: &Client) {
    client.ask("workspace/configuration", json!({ "items": [{ "section": "armlint" }] }));
}
