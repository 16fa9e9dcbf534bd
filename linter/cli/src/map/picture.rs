//! Maps for a page: the picture, and what is to be said of its parts.

use armlint_engine::session::Report;
use armlint_engine::span::Span;
use armlint_factory::map::FactoryMap;

use super::drawing::{self, Drawing, Frame, Shape};
use super::{layout, svg};
use crate::report::network::{Declared, Network, NetworkNode, NetworkWay};

/// The picture of maps without secrets; the texts are those of the report.
pub(super) fn of(maps: &[FactoryMap], report: &Report) -> Option<Network> {
    let drawing = drawing::of(maps);
    if drawing.frames.is_empty() {
        return None;
    }
    let places = |spans: &[Span]| spans.iter().filter_map(|span| declared(report, *span)).collect();
    let ways = drawing.lines.iter().map(|line| NetworkWay {
        title: line.about.title.clone(),
        mark: line.mark.as_str(),
        ends: [line.from.clone(), line.to.clone()],
        steps: line.about.steps.clone(),
        how: line.about.way.clone(),
        activities: line.about.activities.clone(),
        places: places(&line.about.places),
    });
    let nodes = shapes(&drawing).into_iter().map(|shape| NetworkNode {
        id: shape.id.clone(),
        text: shape.text.clone(),
        places: places(&shape.places),
    });
    let picture = svg::element(&layout::of(&drawing));
    Some(Network { picture, style: svg::STYLE, ways: ways.collect(), nodes: nodes.collect() })
}

fn declared(report: &Report, span: Span) -> Option<Declared> {
    let source = report.source(span.source)?;
    Some(Declared { path: source.path.clone(), start: span.start, end: span.end })
}

fn shapes(drawing: &Drawing) -> Vec<&Shape> {
    fn of<'d>(frame: &'d Frame, shapes: &mut Vec<&'d Shape>) {
        frame.frames.iter().for_each(|inner| of(inner, shapes));
        shapes.extend(&frame.shapes);
    }
    let mut shapes = Vec::new();
    drawing.frames.iter().for_each(|frame| of(frame, &mut shapes));
    shapes.extend(&drawing.shapes);
    shapes
}
