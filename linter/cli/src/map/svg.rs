//! A layout as SVG: for a page, where styles and behaviour come from the page, and as a file of its own.
//!
//! A mark has a form as well as a colour: private lines are thin with a filled arrow, public ones double, those
//! that lead nowhere dashed with a cross and a bar at their end, unknown ones dotted with an open arrow.

use std::fmt::Write;

use armlint_factory::map::Mark;
use quick_xml::escape::escape;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::drawing::{Frame, Shape, ShapeKind};
use super::layout::{Course, Layout, Point, Rect};

/// The styles of a map.
pub(crate) const STYLE: &str = include_str!("map.css");

/// The width of a character of a name, of other texts, in tenths.
const NAME: usize = 74;
const TEXT: usize = 64;

/// A file of its own.
pub(super) fn document(layout: &Layout<'_>) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    open(&mut text, layout);
    let _ = writeln!(text, "<style>{}</style>", escape(STYLE));
    inner(&mut text, layout);
    text
}

/// A part of a page.
pub(super) fn element(layout: &Layout<'_>) -> String {
    let mut text = String::new();
    open(&mut text, layout);
    inner(&mut text, layout);
    text
}

fn open(text: &mut String, layout: &Layout<'_>) {
    let (width, height) = layout.size;
    let _ = writeln!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"net\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"group\" aria-label=\"Who reaches what over which path\">"
    );
}

fn inner(text: &mut String, layout: &Layout<'_>) {
    text.push_str("<defs>\n");
    for mark in MARKS {
        let name = mark.as_str();
        let size = if mark == Mark::Public { 14 } else { 10 };
        let head = match mark {
            Mark::Private | Mark::Public => "<path d=\"M0 0 10 5 0 10z\"/>",
            Mark::Unknown => "<path class=\"open\" d=\"M1 1 9 5 1 9\"/>",
            Mark::Blocked | Mark::Unreachable => "<path class=\"open\" d=\"M9 0V10\"/>",
        };
        let _ = writeln!(
            text,
            "<marker id=\"head-{name}\" class=\"head {name}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" \
             markerWidth=\"{size}\" markerHeight=\"{size}\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">{head}</marker>"
        );
    }
    text.push_str("</defs>\n<g class=\"scene\">\n");
    for (frame, rect, depth) in &layout.frames {
        self::frame(text, frame, rect, *depth);
    }
    for (at, course) in layout.lines.iter().enumerate() {
        line(text, course, at);
    }
    for (shape, rect) in &layout.shapes {
        self::shape(text, shape, rect);
    }
    text.push_str("</g>\n</svg>\n");
}

/// All marks.
const MARKS: [Mark; 5] = [Mark::Private, Mark::Public, Mark::Blocked, Mark::Unreachable, Mark::Unknown];

fn frame(text: &mut String, frame: &Frame, rect: &Rect, depth: usize) {
    let Rect { x, y, width, height } = rect;
    let _ = writeln!(
        text,
        "<g class=\"frame depth{depth}\"><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" \
         height=\"{height}\" rx=\"8\"/>",
        escape(frame.title.join(", "))
    );
    for (at, title) in frame.title.iter().chain(&frame.source).enumerate() {
        let class = if at == 0 { "name" } else { "kind" };
        let fitted = fitted(title, *width - 12, NAME);
        let _ = writeln!(
            text,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
            x + 8,
            y + 19 + 17 * at as i32,
            escape(&fitted)
        );
    }
    text.push_str("</g>\n");
}

fn shape(text: &mut String, shape: &Shape, rect: &Rect) {
    let Rect { x, y, width, height } = *rect;
    let (class, outline) = match shape.kind {
        ShapeKind::Service => {
            ("service", format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"5\"/>"))
        }
        ShapeKind::Runtime => {
            ("runtime", format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"5\"/>"))
        }
        ShapeKind::Endpoint => (
            "endpoint",
            format!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{}\"/>",
                height / 2
            ),
        ),
        ShapeKind::Store => ("store", cylinder(rect)),
    };
    let all = shape.text.join(", ");
    let _ = writeln!(
        text,
        "<g class=\"node {class}\" data-node=\"{}\"><title>{}</title>{outline}",
        escape(&shape.id),
        escape(&all)
    );
    let name = shape.text.first().map_or("", String::as_str);
    // The form says that it is a managed private endpoint.
    let rest = match shape.kind {
        ShapeKind::Endpoint => format!("endpoint, {}", shape.text.get(2..).unwrap_or_default().join(", ")),
        _ => shape.text.get(1..).unwrap_or_default().join(", "),
    };
    let room = width - 32;
    let left = x + 16;
    // The rim of a store takes some room.
    let y = if shape.kind == ShapeKind::Store { y + 5 } else { y };
    let _ = writeln!(
        text,
        "<text class=\"name\" x=\"{left}\" y=\"{}\">{}</text>",
        y + 18,
        escape(fitted(name, room, NAME))
    );
    let _ = writeln!(
        text,
        "<text class=\"kind\" x=\"{left}\" y=\"{}\">{}</text></g>",
        y + 33,
        escape(fitted(&rest, room, TEXT))
    );
}

fn cylinder(rect: &Rect) -> String {
    let Rect { x, y, width, height } = *rect;
    let (right, bottom, radius) = (x + width, y + height, width / 2);
    format!(
        "<path d=\"M{x} {y}a{radius} 5 0 0 1 {width} 0V{bottom}a{radius} 5 0 0 1 -{width} 0z\"/>\
         <path class=\"rim\" d=\"M{x} {y}a{radius} 5 0 0 0 {width} 0M{right} {y}\"/>"
    )
}

fn line(text: &mut String, course: &Course<'_>, at: usize) {
    let line = course.line;
    let mark = line.mark.as_str();
    let path = path(&course.points);
    let _ = writeln!(
        text,
        "<g class=\"edge {mark}\" data-way=\"{at}\"><title>{}</title><path class=\"hit\" d=\"{path}\"/>\
         <path class=\"line\" d=\"{path}\"/>",
        escape(&line.about.title)
    );
    // The head lies over both rails of a public line.
    let core = if line.mark == Mark::Public { "core" } else { "end" };
    let _ = writeln!(text, "<path class=\"{core}\" d=\"{path}\" marker-end=\"url(#head-{mark})\"/>");
    if matches!(line.mark, Mark::Blocked | Mark::Unreachable) {
        let (x, y) = middle(&course.points);
        let _ = writeln!(text, "<path class=\"cross\" d=\"M{} {}l10 10m0-10l-10 10\"/>", x - 5, y - 5);
    }
    label(text, course);
    text.push_str("</g>\n");
}

fn label(text: &mut String, course: &Course<'_>) {
    let (x, y) = course.label;
    if course.line.label.is_empty() {
        return;
    }
    // Behind an endpoint there is room above the line only.
    if course.points.len() == 3 {
        let fitted = fitted(&course.line.label, 50, TEXT);
        let _ = writeln!(text, "<text class=\"label\" x=\"{x}\" y=\"{}\">{}</text>", y - 5, escape(fitted));
        return;
    }
    let fitted = fitted(&course.line.label, 204, TEXT);
    let width = (fitted.width() * TEXT / 10) as i32 + 16;
    let _ = writeln!(
        text,
        "<rect class=\"chip\" x=\"{}\" y=\"{}\" width=\"{width}\" height=\"18\" rx=\"9\"/>\
         <text class=\"label\" text-anchor=\"middle\" x=\"{x}\" y=\"{}\">{}</text>",
        x - width / 2,
        y - 9,
        y + 4,
        escape(fitted)
    );
}

fn path(points: &[Point]) -> String {
    let mut text = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| points.get(before));
        let _ = match before {
            None => write!(text, "M{x} {y}"),
            Some((_, height)) if height == y => write!(text, "H{x}"),
            Some((left, height)) => {
                let half = (x - left) / 2;
                write!(text, "C{} {height} {} {y} {x} {y}", left + half, x - half)
            }
        };
    }
    text
}

// A point of the last piece, which no label covers.
fn middle(points: &[Point]) -> Point {
    match points {
        [.., (a, b), (c, d)] => ((a + c) / 2, (b + d) / 2),
        _ => (0, 0),
    }
}

// The text as far as it fits, in pixels.
fn fitted(text: &str, room: i32, tenths: usize) -> String {
    let room = usize::try_from(room).unwrap_or_default() * 10 / tenths;
    if text.width() <= room {
        return text.to_string();
    }
    let mut used = 1;
    let kept = text.chars().take_while(|c| {
        used += c.width().unwrap_or(1);
        used <= room
    });
    kept.chain(std::iter::once('…')).collect()
}
