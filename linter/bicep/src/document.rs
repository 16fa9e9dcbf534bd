//! A file as a tree of the engine.

use std::sync::Arc;

use armlint_engine::source::Source;
use armlint_engine::syntax::{Comment, Document, Problem, ProblemKind};

use crate::lower::{Files, lower};
use crate::parser::parse;
use crate::syntax::SyntaxError;

/// The template that a file is, with what is taken from the files that it refers to.
pub fn document(source: &Arc<Source>, files: &dyn Files) -> Document {
    let mut file = parse(source);
    let comments = file.comments.iter().map(|span| Comment { span: *span }).collect();
    let problems = std::mem::take(&mut file.errors).into_iter().map(problem).collect();
    Document { root: lower(source, file, files), comments, problems }
}

fn problem(error: SyntaxError) -> Problem {
    Problem { kind: ProblemKind::Unexpected(error.message.to_string()), span: error.span }
}
