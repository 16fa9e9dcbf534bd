//! `armlint map`: who reaches what over which path, for each factory and workspace.

use std::io::Write;

use armlint_engine::finding::Finding;
use armlint_factory::map::FactoryMap;
use armlint_workspace::digest::Digest;
use armlint_workspace::file;
use armlint_workspace::input::{self, Base, Request};
use armlint_workspace::judge::{self, Judged};
use armlint_workspace::project::{self, Project};
use armlint_workspace::selection::Selection;
use armlint_workspace::text::printable;

use crate::arguments::{Color, MapArguments, MapFormat};
use crate::error::Error;
use crate::map::{self, Drawn, MAX_MERMAID_EDGES};
use crate::output;
use crate::progress::Progress;
use crate::report::View;
use crate::report::html::{self, Subject};
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
        let project = project::open(request, &arguments.settings.options(), |phase| progress.phase(phase))?;
        let Project { session, configurations, found, .. } = &project;
        let mut drawn = map::draw(session, |deployment| configurations.settings(deployment));
        drop(progress);
        drawn.problems.extend(found.problems.iter().map(ToString::to_string));
        match arguments.format {
            MapFormat::Html => page(arguments, &project, &mut drawn)?,
            _ => write(arguments, &drawn.maps, color)?,
        }
        Ok(close(&drawn.maps, &drawn.problems))
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
    put(arguments, map::render(arguments.format, maps, &style).as_bytes())
}

// The map with what is found at its parts, as `check` would show it.
fn page(arguments: &MapArguments, project: &Project, drawn: &mut Drawn) -> Result<(), Error> {
    let Project { session, configurations, found, .. } = project;
    let Drawn { maps, report, .. } = drawn;
    judge::suppress(report, session, configurations, &arguments.paths);
    judge::select(report, configurations, &Selection::new(session.catalogue(), &[], &[])?);
    let network = map::picture(maps, report);
    let digest = Digest::of(report);
    let shown = |finding: &Finding| Judged::new(configurations, &digest.report, finding).is_shown();
    let mut view = View::new(&digest, session.catalogue(), &found.problems, shown);
    view.network = network;
    view.run.days = configurations.days();
    view.run.commit = input::head(&Base::current()?);
    let mut bytes = Vec::new();
    html::document(&view, Subject::Map, &mut bytes).map_err(Error::Stdout)?;
    put(arguments, &bytes)
}

fn put(arguments: &MapArguments, bytes: &[u8]) -> Result<(), Error> {
    match &arguments.output {
        Some(path) => Ok(file::write(path, bytes)?),
        None => output::to_stdout(bytes),
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
