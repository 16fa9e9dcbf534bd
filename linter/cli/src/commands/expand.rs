//! `armlint expand`: the resources of a template as they would be deployed, and its outputs.
//!
//! What is not known is `{"$unknown": expression}` in its place, a known secret `{"$secret": true}`, and `***`
//! one that is written in clear text. Defaults of parameters are taken as given.

use std::io::Write;
use std::path::Path;

use armlint_engine::dialect::{Parsed, Recognition};
use armlint_engine::expand::expand;
use armlint_engine::graph;
use armlint_engine::session::Wanted;
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_rules::DIALECTS;
use armlint_workspace::input::{self, Base};
use armlint_workspace::text::{escaped, printable};

use super::eval_inputs::{EvalInputs, on_large_stack, read_found_tree, read_tree};
use super::lowered::LoweredFiles;
use crate::arguments::ExpandArguments;
use crate::error::Error;
use crate::output;
use crate::report::evaluated::{Secrets, deployment};
use crate::status::Status;

/// The first id of linked templates: behind those of the template, the parameters and the context.
const FIRST_LINKED: u32 = 8;

/// Evaluates and prints. Expressions that are wrong are said on standard error and are unknown in the
/// result; text that cannot be read makes the run incomplete.
pub(crate) fn run(arguments: &ExpandArguments) -> Result<Status, Error> {
    on_large_stack(|| print(arguments))
}

fn print(arguments: &ExpandArguments) -> Result<Status, Error> {
    let template = plain(&arguments.template);
    let parsed = read_tree(template, SourceId(0))?;
    let files = LoweredFiles::new(SourceId(FIRST_LINKED));
    let parsed = files.lowered(&parsed.source).unwrap_or(parsed);
    let (source, document) = (parsed.source.clone(), parsed.document.clone());
    let given = EvalInputs::read(arguments.parameters.as_deref(), arguments.context.as_deref())?;
    let linked = match DIALECTS.language(&parsed.source.path) {
        Some(_) => files.deployed(&parsed),
        None => linked(&parsed)?,
    };
    let mut deployment = deployment(parsed, given.parsed().cloned(), linked);
    let secrets = Secrets::of(&deployment);
    // The values are given as the only ones, and not as those of one environment.
    deployment.parameter_files.clear();
    let given = graph::Given {
        arguments: given.arguments(),
        context: Some(given.context(&document.root)),
        defaults_decide: true,
        ..graph::Given::default()
    };
    let expansion = expand(&deployment, &given, secrets.places());
    let shown = secrets.hide(&format!("{:#}", expansion.json));
    output::to_stdout(format!("{}\n", escaped(&shown)).as_bytes())?;
    let unread = document.problems.iter().filter(|problem| problem.kind.is_error());
    let unread: Vec<Span> = unread.map(|problem| problem.span).collect();
    for span in &unread {
        warn(&source, *span, "the text cannot be read here");
    }
    for problem in &expansion.problems {
        warn(&source, problem.span, &secrets.scrub(&problem.message));
    }
    Ok(if unread.is_empty() { Status::Clean } else { Status::Incomplete })
}

// Paths are compared with each other, so none starts with `./`.
fn plain(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

// The templates that a template may link to. What cannot be read is not there.
fn linked(template: &Parsed) -> Result<Vec<Parsed>, Error> {
    let Some(wanted) = Wanted::templates(template) else { return Ok(Vec::new()) };
    let paths = input::answer(&Base::current()?, &[wanted]);
    let mut found = Vec::new();
    for path in paths {
        let path = plain(&path);
        let id = SourceId(FIRST_LINKED + found.len() as u32);
        if path != Path::new(&*template.source.path)
            && let Ok(parsed) = read_found_tree(path, id)
            && matches!(
                DIALECTS.recognise(&parsed.source.path, &parsed.document.root),
                Recognition::Template { .. }
            )
        {
            found.push(parsed);
        }
    }
    Ok(found)
}

fn warn(source: &Source, span: Span, message: &str) {
    let mut place = source.path.to_string();
    // What is wrong in a parameter file has no place in the template.
    if span.source == source.id {
        let position = source.position(span.start);
        place = format!("{place}:{}:{}", position.line, position.column);
    }
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(std::io::stderr().lock(), "{}: {}", printable(&place), printable(message));
}
