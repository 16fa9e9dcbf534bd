//! What a file refers to: modules, imports, what is loaded, and what parameters are for.

use crate::path;
use crate::syntax::{Entry, Expression, ExpressionKind, File, Statement, StatementKind};

/// Another file that a file refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its path, as that of the file itself.
    pub path: String,
    /// Why.
    pub kind: ReferenceKind,
}

/// Why a file refers to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// It is deployed.
    Module,
    /// Names are taken from it.
    Import,
    /// Its content is a value.
    Load,
    /// It is what the parameters of this file are for.
    Using,
    /// Its parameters are taken over.
    Extends,
}

/// The files that a file at a path refers to, each once, in its order. What is in a registry is none.
pub fn references(from: &str, file: &File) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    let mut add = |written: &Expression, kind| {
        let written = written.text().map(|scalar| scalar.text.clone());
        if let Some(path) = written.and_then(|written| path::joined(from, &written)) {
            let reference = Reference { path, kind };
            if !found.contains(&reference) {
                found.push(reference);
            }
        }
    };
    for statement in &file.statements {
        match &statement.kind {
            StatementKind::Module(module) => add(&module.ty, ReferenceKind::Module),
            StatementKind::Import(import) => add(&import.path, ReferenceKind::Import),
            StatementKind::Using(Some(path), _) => add(path, ReferenceKind::Using),
            StatementKind::Extends(path) => add(path, ReferenceKind::Extends),
            _ => {}
        }
        each_expression(statement, &mut |written| {
            if let ExpressionKind::Call(call) = &written.kind
                && call.name.text.starts_with("load")
                && let Some(path) = call.arguments.first()
            {
                add(path, ReferenceKind::Load);
            }
        });
    }
    found
}

/// Visits all expressions of a statement, also those in others.
pub fn each_expression<'f>(statement: &'f Statement, visit: &mut dyn FnMut(&'f Expression)) {
    for argument in statement.decorators.iter().flat_map(|decorator| &decorator.arguments) {
        each_below(argument, visit);
    }
    match &statement.kind {
        StatementKind::TargetScope(value)
        | StatementKind::Metadata(_, value)
        | StatementKind::Assignment(_, value)
        | StatementKind::Assert(_, value) => each_below(value, visit),
        StatementKind::Parameter(parameter) => {
            parameter.default.iter().for_each(|default| each_below(default, visit));
        }
        StatementKind::Variable(variable) => each_below(&variable.value, visit),
        StatementKind::Output(output) => each_below(&output.value, visit),
        StatementKind::Function(function) => each_below(&function.body, visit),
        StatementKind::Resource(resource)
        | StatementKind::Module(resource)
        | StatementKind::Test(resource) => {
            resource.each.iter().for_each(|each| each_below(&each.source, visit));
            resource.condition.iter().for_each(|condition| each_below(condition, visit));
            each_below(&resource.body, visit);
        }
        StatementKind::Extension(extension) => {
            extension.configuration.iter().for_each(|value| each_below(value, visit));
        }
        StatementKind::ExtensionConfig(_, Some(value)) | StatementKind::Using(_, Some(value)) => {
            each_below(value, visit);
        }
        StatementKind::Type(..)
        | StatementKind::Import(_)
        | StatementKind::ExtensionConfig(_, None)
        | StatementKind::Using(_, None)
        | StatementKind::Extends(_)
        | StatementKind::Missing
        | StatementKind::Broken => {}
    }
}

fn each_below<'f>(written: &'f Expression, visit: &mut dyn FnMut(&'f Expression)) {
    visit(written);
    for entry in written.entries() {
        if let Entry::Resource(statement) = entry {
            each_expression(statement, visit);
        }
    }
    written.kind.each_child(&mut |child| each_below(child, visit));
}
