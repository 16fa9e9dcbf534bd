//! `armlint map`: who reaches what over which path, for each factory and workspace.

mod dot;
mod drawing;
mod mermaid;
mod scrub;
pub(crate) mod text;

use std::io::Write;

use armlint_engine::dialect::Deployment;
use armlint_engine::session::{Outcome, Report, Session};
use armlint_engine::settings::Settings;
use armlint_factory::map::{self, FactoryMap};

use crate::arguments::{Color, MapArguments, MapFormat};
use crate::discover::Request;
use crate::error::Error;
use crate::load::{self, Loaded};
use crate::progress::Progress;
use crate::report::{Chart, Masks, printable};
use crate::selection::INTERNAL_ERROR;
use crate::style::Style;
use crate::summary::Timings;
use crate::{Status, output};

/// How many edges Mermaid draws by default (<https://mermaid.js.org/config/schema-docs/config.html>,
/// `maxEdges`, 2025-10).
const MAX_MERMAID_EDGES: usize = 500;

/// Draws the maps of what the arguments name.
pub(crate) fn run(arguments: &MapArguments, color: Color) -> Result<Status, Error> {
    let pool = load::pool(None)?;
    let progress = Progress::start();
    pool.install(|| {
        let request = Request {
            paths: &arguments.paths,
            parameters: &arguments.parameters,
            stdin_filename: None,
            explain: false,
            threads: pool.current_num_threads(),
        };
        let Loaded { session, found, configurations, .. } =
            load::load(request, &arguments.settings.options(), &progress, &mut Timings::default())?;
        let (maps, mut problems) = draw(&session, |deployment| configurations.settings(deployment));
        drop(progress);
        problems.extend(found.problems.iter().map(ToString::to_string));
        write(arguments, &maps, color)?;
        Ok(close(&maps, &problems))
    })
}

// The maps, without secrets, and what is not on them. The check knows what could not be read, and which
// texts are secrets.
fn draw<'s>(
    session: &Session,
    settings: impl Fn(&Deployment) -> &'s Settings + Sync,
) -> (Vec<FactoryMap>, Vec<String>) {
    let report = session.check_by(&settings);
    let surveyed = session.survey(&settings, map::maps);
    let masks = Masks::new(&report);
    let failed = surveyed.iter().filter_map(|maps| maps.as_ref().err());
    let mut problems: Vec<String> = failed.map(|path| format!("{path}: the linter failed on it")).collect();
    problems.extend(unread(&report, &masks));
    let maps = surveyed.into_iter().flatten().flatten();
    (maps.map(|map| scrub::scrubbed(map, &masks)).collect(), problems)
}

/// The maps as a chart, for a report of a check of the same session.
pub(crate) fn chart<'s>(
    session: &Session,
    settings: impl Fn(&Deployment) -> &'s Settings + Sync,
    report: &Report,
) -> Chart {
    let masks = Masks::new(report);
    let maps = session.survey(settings, map::maps).into_iter().flatten().flatten();
    let maps: Vec<FactoryMap> = maps.map(|map| scrub::scrubbed(map, &masks)).collect();
    let edges = maps.iter().map(|map| map.routes.len() + map.endpoints.len()).sum::<usize>();
    match edges {
        0 => Chart::Nothing,
        // A chart with more is an error message in its place.
        1..=MAX_MERMAID_EDGES => Chart::Drawn(render(MapFormat::Mermaid, &maps, &Style::file())),
        _ => Chart::TooLarge,
    }
}

fn write(arguments: &MapArguments, maps: &[FactoryMap], color: Color) -> Result<(), Error> {
    let lines = maps.iter().map(|map| map.routes.len() + map.endpoints.len()).sum::<usize>();
    if arguments.format == MapFormat::Mermaid && lines > MAX_MERMAID_EDGES {
        // Nobody is left to tell when standard error is gone.
        let _ = writeln!(
            std::io::stderr().lock(),
            "the flow chart has {lines} edges, and Mermaid draws {MAX_MERMAID_EDGES} unless `maxEdges` is set: \
             name fewer paths, or use `--format dot`"
        );
    }
    let style = if arguments.output.is_some() { Style::file() } else { Style::stdout(color) };
    let text = render(arguments.format, maps, &style);
    match &arguments.output {
        Some(path) => output::to_file(path, text.as_bytes()),
        None => output::to_stdout(text.as_bytes()),
    }
}

fn render(format: MapFormat, maps: &[FactoryMap], style: &Style) -> String {
    match format {
        MapFormat::Text => text::render(maps, style),
        MapFormat::Mermaid => mermaid::render(&drawing::of(maps)),
        MapFormat::Dot => dot::render(&drawing::of(maps)),
    }
}

// What should be on a map and is not.
fn unread(report: &Report, masks: &Masks) -> Vec<String> {
    let reasons = report.files.iter().filter_map(|status| match &status.outcome {
        Outcome::Failed(reason) => {
            Some(format!("{}: {}", status.path, masks.scrub(masks.source(&status.path), reason)))
        }
        _ => None,
    });
    let internal = report.findings.iter().filter(|finding| finding.rule == INTERNAL_ERROR);
    reasons.chain(internal.map(|finding| masks.finding(finding).message)).collect()
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

#[cfg(test)]
mod tests;
