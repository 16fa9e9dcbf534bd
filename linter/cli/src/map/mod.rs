//! Maps: who reaches what over which path, for each factory and workspace, in the formats that show it.

mod about;
mod dot;
mod drawing;
mod drawio;
mod layout;
mod mermaid;
mod picture;
mod scrub;
mod svg;
mod text;

use armlint_engine::dialect::Deployment;
use armlint_engine::session::{Outcome, Report, Session};
use armlint_engine::settings::Settings;
use armlint_factory::map::{self, FactoryMap};
use armlint_workspace::masks::Masks;
use armlint_workspace::selection::INTERNAL_ERROR;

use crate::arguments::MapFormat;
use crate::report::Chart;
use crate::report::network::Network;
use crate::style::Style;

/// How many edges Mermaid draws by default (<https://mermaid.js.org/config/schema-docs/config.html>,
/// `maxEdges`, 2025-10).
pub(crate) const MAX_MERMAID_EDGES: usize = 500;

/// What is drawn of a session, without secrets.
pub(crate) struct Drawn {
    /// The maps.
    pub(crate) maps: Vec<FactoryMap>,
    /// What is not on them.
    pub(crate) problems: Vec<String>,
    /// The check that knows what could not be read, and which texts are secrets.
    pub(crate) report: Report,
}

/// The maps of a session.
pub(crate) fn draw<'s>(session: &Session, settings: impl Fn(&Deployment) -> &'s Settings + Sync) -> Drawn {
    let report = session.check_by(&settings);
    let surveyed = session.survey(&settings, map::maps);
    let masks = Masks::new(&report);
    let failed = surveyed.iter().filter_map(|maps| maps.as_ref().err());
    let mut problems: Vec<String> = failed.map(|path| format!("{path}: the linter failed on it")).collect();
    problems.extend(unread(&report, &masks));
    let maps = surveyed.into_iter().flatten().flatten();
    let maps = maps.map(|map| scrub::scrubbed(map, &masks)).collect();
    Drawn { maps, problems, report }
}

/// The maps as a chart and as a picture, for a report of a check of the same session.
pub(crate) fn charts<'s>(
    session: &Session,
    settings: impl Fn(&Deployment) -> &'s Settings + Sync,
    report: &Report,
) -> (Chart, Option<Network>) {
    let masks = Masks::new(report);
    let maps = session.survey(settings, map::maps).into_iter().flatten().flatten();
    let maps: Vec<FactoryMap> = maps.map(|map| scrub::scrubbed(map, &masks)).collect();
    let chart = match edges(&maps) {
        0 => Chart::Nothing,
        // A chart with more is an error message in its place.
        1..=MAX_MERMAID_EDGES => Chart::Drawn(mermaid::render(&drawing::of(&maps))),
        _ => Chart::TooLarge,
    };
    (chart, picture(&maps, report))
}

/// The maps as a picture for a page; the texts are those of the report.
pub(crate) fn picture(maps: &[FactoryMap], report: &Report) -> Option<Network> {
    picture::of(maps, report)
}

/// How many edges a flow chart of the maps has.
pub(crate) fn edges(maps: &[FactoryMap]) -> usize {
    maps.iter().map(|map| map.routes.len() + map.endpoints.len()).sum()
}

/// The maps in a format.
pub(crate) fn render(format: MapFormat, maps: &[FactoryMap], style: &Style) -> String {
    match format {
        MapFormat::Text => text::render(maps, style),
        MapFormat::Mermaid => mermaid::render(&drawing::of(maps)),
        MapFormat::Dot => dot::render(&drawing::of(maps)),
        // A page needs the report as well, and is made of the picture.
        MapFormat::Svg | MapFormat::Html => svg::document(&layout::of(&drawing::of(maps))),
        MapFormat::Drawio => drawio::render(&layout::of(&drawing::of(maps))),
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

#[cfg(test)]
mod tests;
