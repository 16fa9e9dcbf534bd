//! `armlint expand`: the resources of a template as they would be deployed, and its outputs.
//!
//! What is not known is `{"$unknown": residue}` in its place, a known secret `{"$secret": true}`. Defaults
//! of parameters are taken as given.

use std::io::Write;
use std::sync::Arc;

use armlint_engine::dialect::{Deployment, Dialect, Parsed, World};
use armlint_engine::expand::expand;
use armlint_engine::graph;
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};

use crate::arguments::ExpandArguments;
use crate::error::Error;
use crate::given::{Given, on_large_stack, read_tree};
use crate::{Status, output};

/// Evaluates and prints. Expressions that are wrong are said on standard error and are unknown in the
/// result; text that cannot be read makes the run incomplete.
pub(crate) fn run(arguments: &ExpandArguments) -> Result<Status, Error> {
    on_large_stack(|| print(arguments))
}

fn print(arguments: &ExpandArguments) -> Result<Status, Error> {
    let (source, document) = read_tree(&arguments.template, SourceId(0))?;
    let given = Given::read(arguments.parameters.as_deref(), arguments.context.as_deref())?;
    let given = graph::Given {
        arguments: given.arguments(),
        context: Some(given.context(&document.root)),
        defaults_decide: true,
        ..graph::Given::default()
    };
    let (source, document) = (Arc::new(source), Arc::new(document));
    let deployment = Deployment {
        dialect: Dialect::Template,
        world: World::Open,
        sources: vec![Parsed { source: source.clone(), document: document.clone() }],
        artefacts: Vec::new(),
        factory: "".into(),
        parameter_files: Vec::new(),
    };
    let expansion = expand(&deployment, &given);
    output::to_stdout(format!("{:#}\n", expansion.json).as_bytes())?;
    let unread = document.problems.iter().filter(|problem| problem.kind.is_error());
    let unread: Vec<Span> = unread.map(|problem| problem.span).collect();
    for span in &unread {
        warn(&source, *span, "the text cannot be read here");
    }
    for problem in &expansion.problems {
        warn(&source, problem.span, &problem.message);
    }
    Ok(if unread.is_empty() { Status::Clean } else { Status::Incomplete })
}

fn warn(source: &Source, span: Span, message: &str) {
    let mut place = source.path.to_string();
    // What is wrong in a parameter file has no place in the template.
    if span.source == source.id {
        let position = source.position(span.start);
        place = format!("{place}:{}:{}", position.line, position.column);
    }
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(std::io::stderr().lock(), "{place}: {message}");
}
