//! `armlint map`: who reaches what over which path, for each factory and workspace.

use std::io::Write;

use armlint_factory::map::FactoryMap;
use armlint_workspace::file;
use armlint_workspace::input::Request;
use armlint_workspace::project::{self, Project};
use armlint_workspace::text::printable;

use crate::arguments::{Color, MapArguments, MapFormat};
use crate::error::Error;
use crate::map::{self, MAX_MERMAID_EDGES};
use crate::output;
use crate::progress::Progress;
use crate::status::Status;
use crate::style::Style;

/// Draws the maps of what the arguments name.
pub(crate) fn run(arguments: &MapArguments, color: Color) -> Result<Status, Error> {
    let pool = project::pool(None)?;
    let progress = Progress::start();
    pool.install(|| {
        let request = Request {
            paths: &arguments.paths,
            parameters: &arguments.parameters,
            stdin_filename: None,
            explain: false,
            threads: pool.current_num_threads(),
        };
        let Project { session, found, configurations, .. } =
            project::open(request, &arguments.settings.options(), |phase| progress.phase(phase))?;
        let (maps, mut problems) = map::draw(&session, |deployment| configurations.settings(deployment));
        drop(progress);
        problems.extend(found.problems.iter().map(ToString::to_string));
        write(arguments, &maps, color)?;
        Ok(close(&maps, &problems))
    })
}

fn write(arguments: &MapArguments, maps: &[FactoryMap], color: Color) -> Result<(), Error> {
    let lines = map::edges(maps);
    if arguments.format == MapFormat::Mermaid && lines > MAX_MERMAID_EDGES {
        // Nobody is left to tell when standard error is gone.
        let _ = writeln!(
            std::io::stderr().lock(),
            "the flow chart has {lines} edges, and Mermaid draws {MAX_MERMAID_EDGES} unless `maxEdges` is set: \
             name fewer paths, or use `--format dot`"
        );
    }
    let style = if arguments.output.is_some() { Style::file() } else { Style::stdout(color) };
    let text = map::render(arguments.format, maps, &style);
    match &arguments.output {
        Some(path) => Ok(file::write(path, text.as_bytes())?),
        None => output::to_stdout(text.as_bytes()),
    }
}

fn close(maps: &[FactoryMap], problems: &[String]) -> Status {
    let mut stderr = std::io::stderr().lock();
    for problem in problems {
        // Nobody is left to tell when standard error is gone.
        let _ = writeln!(stderr, "not drawn: {}", printable(problem));
    }
    if !problems.is_empty() {
        return Status::Incomplete;
    }
    if maps.is_empty() {
        let _ = writeln!(stderr, "nothing to draw: no data factory and no Synapse workspace was found");
        return Status::Nothing;
    }
    Status::Clean
}
