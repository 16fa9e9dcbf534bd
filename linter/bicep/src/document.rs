//! A file as a tree of the engine.

use std::sync::Arc;

use armlint_engine::dialect::Sources;
use armlint_engine::source::Source;
use armlint_engine::syntax::{Comment, Document, FileReference, Problem, ProblemKind, ReferenceKind, Scalar};

use crate::lower::lower;
use crate::parser::parse;
use crate::path;
use crate::syntax::{Expression, ExpressionKind, File, StatementKind, SyntaxError, each_expression};

/// The template that a file is, with what is taken from the files that it refers to.
pub fn document(source: &Arc<Source>, sources: Sources<'_>) -> Document {
    let mut file = parse(source);
    let comments = file.comments.iter().map(|span| Comment { span: *span }).collect();
    let problems = std::mem::take(&mut file.errors).into_iter().map(problem).collect();
    let references = references(&source.path, &file);
    Document { root: lower(source, file, sources), comments, problems, references, is_lowered: true }
}

fn problem(error: SyntaxError) -> Problem {
    Problem { kind: ProblemKind::Language(error.message.to_string()), span: error.span }
}

/// What a file at a path refers to, each once: files in its order, and behind them the modules of registries.
pub fn references(from: &str, file: &File) -> Vec<FileReference> {
    let mut found: Vec<FileReference> = Vec::new();
    let mut remote: Vec<&Scalar> = Vec::new();
    let mut add = |written: &Expression, kind| {
        let written = written.text().map(|scalar| scalar.text.clone());
        if let Some(path) = written.and_then(|written| path::joined(from, &written)) {
            let reference = FileReference { path: path.into(), kind };
            if !found.contains(&reference) {
                found.push(reference);
            }
        }
    };
    for statement in &file.statements {
        match &statement.kind {
            StatementKind::Module(module) => {
                add(&module.ty, ReferenceKind::Deployed);
                remote.extend(module.ty.text().filter(|path| !path::is_local(&path.text)));
            }
            StatementKind::Import(import) => add(&import.path, ReferenceKind::Taken),
            StatementKind::Using(Some(path), _) => add(path, ReferenceKind::Template),
            StatementKind::Extends(path) => add(path, ReferenceKind::Taken),
            _ => {}
        }
        each_expression(statement, &mut |written| {
            if let ExpressionKind::Call(call) = &written.kind
                && call.name.text.starts_with("load")
                && let Some(path) = call.arguments.first()
            {
                add(path, ReferenceKind::Taken);
            }
        });
    }
    for path in remote {
        let reference = FileReference { path: path.text.as_str().into(), kind: ReferenceKind::Remote };
        if !found.contains(&reference) {
            found.push(reference);
        }
    }
    found
}
