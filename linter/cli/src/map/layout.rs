//! Where everything of a drawing stands: one layout for all formats that have coordinates, and the same each time.
//!
//! Three columns: linked services in the frames of their runtimes and networks, private endpoints, stores. A line that
//! passes the column of the endpoints has a lane of its own there, so that no line runs behind a box.

use std::collections::HashMap;

use super::drawing::{Drawing, Frame, Line, Shape, ShapeKind};

/// Between a frame and what is in it.
const PAD: i32 = 14;
/// Between things that stand below each other.
const GAP: i32 = 10;
/// The height of a line of a frame's title.
const TITLE: i32 = 17;
/// The size of a box in the first column.
const BOX: (i32, i32) = (200, 42);
/// The left edges of the three columns, and the widths of the other two.
const COLUMNS: [i32; 3] = [4 * PAD, 312, 664];
const MIDDLE: i32 = 220;
const STORE: i32 = 210;
/// How far a line goes straight on behind an endpoint, so that its label has room.
const STUB: i32 = 54;
/// The height of a lane.
const LANE: i32 = 24;
/// The right edges of a network and of a factory.
const NETWORK_EDGE: i32 = COLUMNS[1] + MIDDLE + STUB + 8;
const FACTORY_EDGE: i32 = NETWORK_EDGE + PAD;

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// A point.
pub(super) type Point = (i32, i32);

/// A drawing with its places.
#[derive(Debug, Default)]
pub(super) struct Layout<'d> {
    /// The size of all.
    pub(super) size: (i32, i32),
    /// The frames, each before those in it, with their depth.
    pub(super) frames: Vec<(&'d Frame, Rect, usize)>,
    /// The shapes.
    pub(super) shapes: Vec<(&'d Shape, Rect)>,
    /// The lines, in the order of the drawing.
    pub(super) lines: Vec<Course<'d>>,
}

/// The course of a line: from the first point to the last, straight between two that have the same height, and curved
/// otherwise.
#[derive(Debug)]
pub(super) struct Course<'d> {
    pub(super) line: &'d Line,
    pub(super) points: Vec<Point>,
    /// Where its label stands: its middle, or its left end where the line begins at an endpoint.
    pub(super) label: Point,
}

/// The layout of a drawing.
pub(super) fn of(drawing: &Drawing) -> Layout<'_> {
    let mut builder = Builder {
        drawing,
        layout: Layout::default(),
        rects: HashMap::new(),
        stores_of: stores_of(drawing),
        lanes: HashMap::new(),
    };
    let mut y = PAD;
    for (index, frame) in drawing.frames.iter().enumerate() {
        let bottom = builder.region(frame, y, 0);
        y = bottom.max(builder.stores(index, y)) + 2 * PAD;
    }
    builder.lines();
    builder.layout.size = (COLUMNS[2] + STORE + PAD, y);
    builder.layout
}

fn stores_of(drawing: &Drawing) -> HashMap<&str, usize> {
    let numbers = drawing.shapes.iter().enumerate().map(|(number, shape)| (shape.id.as_str(), number));
    let mut stores: HashMap<&str, usize> = numbers.collect();
    // Once for the endpoints and once for what leads to them.
    for _ in 0..2 {
        for line in &drawing.lines {
            if let Some(number) = stores.get(line.to.as_str()).copied() {
                stores.entry(&line.from).or_insert(number);
            }
        }
    }
    stores
}

struct Builder<'d> {
    drawing: &'d Drawing,
    layout: Layout<'d>,
    // Of the shapes, by id.
    rects: HashMap<&'d str, Rect>,
    // The number of the store that each shape leads to in the end.
    stores_of: HashMap<&'d str, usize>,
    // The heights of the lanes, by the shape that their line begins at.
    lanes: HashMap<&'d str, i32>,
}

impl<'d> Builder<'d> {
    // Places a frame with all that is in it; gives its lower edge.
    fn region(&mut self, frame: &'d Frame, top: i32, depth: usize) -> i32 {
        let at = self.layout.frames.len();
        let x = PAD * (depth as i32 + 1);
        let edge = if depth == 0 { FACTORY_EDGE } else { NETWORK_EDGE };
        self.layout.frames.push((frame, Rect { x, y: top, width: edge - x, height: 0 }, depth));
        let mut y = top + heading(frame);
        for inner in frame.frames.iter().filter(|inner| !is_runtime(inner)) {
            y = self.region(inner, y, depth + 1) + GAP;
        }
        let bottom = self.first_column(frame, y).max(self.middle_column(frame, y));
        if let Some((_, rect, _)) = self.layout.frames.get_mut(at) {
            rect.height = bottom + PAD - GAP - top;
        }
        bottom + PAD - GAP
    }

    fn first_column(&mut self, frame: &'d Frame, top: i32) -> i32 {
        let mut y = top;
        for runtime in frame.frames.iter().filter(|inner| is_runtime(inner)) {
            let start = y;
            let at = self.layout.frames.len();
            y += heading(runtime);
            for shape in self.by_store(runtime) {
                self.shape(shape, COLUMNS[0], y, BOX.0);
                y += BOX.1 + GAP;
            }
            let rect = Rect { x: COLUMNS[0] - PAD, y: start, width: BOX.0 + 2 * PAD, height: y - start };
            self.layout.frames.insert(at, (runtime, rect, 2));
            y += GAP;
        }
        for shape in frame.shapes.iter().filter(|shape| shape.kind != ShapeKind::Endpoint) {
            self.shape(shape, COLUMNS[0], y, BOX.0);
            y += BOX.1 + GAP;
        }
        y
    }

    // The linked services of a runtime, those that lead to one store beside each other.
    fn by_store(&self, runtime: &'d Frame) -> Vec<&'d Shape> {
        let mut shapes: Vec<&Shape> = runtime.shapes.iter().collect();
        shapes.sort_by_key(|shape| self.stores_of.get(shape.id.as_str()).copied().unwrap_or(usize::MAX));
        shapes
    }

    // Endpoints and lanes, as near as may be to where their lines come from.
    fn middle_column(&mut self, frame: &'d Frame, top: i32) -> i32 {
        let drawing = self.drawing;
        let own: Vec<&str> = frame
            .frames
            .iter()
            .filter(|inner| is_runtime(inner))
            .flat_map(|runtime| runtime.shapes.iter().map(|shape| shape.id.as_str()))
            .collect();
        let endpoints = frame.shapes.iter().filter(|shape| shape.kind == ShapeKind::Endpoint);
        let mut items: Vec<(i32, Item<'d>)> = endpoints
            .map(|shape| {
                let sources = drawing.lines.iter().filter(|line| line.to == shape.id);
                let heights = sources.filter_map(|line| self.rects.get(line.from.as_str()).map(Rect::middle));
                (mean(heights).unwrap_or(i32::MAX), Item::Endpoint(shape))
            })
            .collect();
        let is_endpoint = |id: &str| frame.shapes.iter().any(|shape| shape.id == id);
        let direct = drawing.lines.iter().filter(|line| !is_endpoint(&line.to));
        for line in direct {
            if let Some(from) = own.iter().find(|id| **id == line.from)
                && let Some(rect) = self.rects.get(from)
            {
                items.push((rect.middle(), Item::Lane(&line.from)));
            }
        }
        items.sort_by_key(|(height, _)| *height);
        let mut y = top;
        for (wanted, item) in items {
            let height = if matches!(item, Item::Lane(_)) { LANE } else { BOX.1 };
            let start = if wanted == i32::MAX { y } else { y.max(wanted - height / 2) };
            match item {
                Item::Endpoint(shape) => self.shape(shape, COLUMNS[1], start, MIDDLE),
                Item::Lane(from) => {
                    self.lanes.insert(from, start + height / 2);
                }
            }
            y = start + height + GAP;
        }
        y
    }

    // The stores that the lines of a factory lead to, or of no line where it is the last one; gives their lower edge.
    fn stores(&mut self, factory: usize, top: i32) -> i32 {
        let drawing = self.drawing;
        let is_last = factory + 1 == drawing.frames.len();
        let mut found: Vec<(i32, &'d Shape)> = Vec::new();
        for shape in drawing.shapes.iter().filter(|shape| !self.rects.contains_key(shape.id.as_str())) {
            let lines = drawing.lines.iter().filter(|line| line.to == shape.id);
            let heights = lines.filter_map(|line| self.end_of(&line.from));
            match mean(heights) {
                Some(height) => found.push((height, shape)),
                None if is_last => found.push((i32::MAX, shape)),
                None => {}
            }
        }
        found.sort_by_key(|(height, _)| *height);
        let mut y = top;
        for (wanted, shape) in found {
            let start = if wanted == i32::MAX { y } else { y.max(wanted - BOX.1 / 2) };
            self.shape(shape, COLUMNS[2], start, STORE);
            y = start + BOX.1 + 2 * GAP;
        }
        y
    }

    // The height at which a line leaves the column of the endpoints.
    fn end_of(&self, from: &str) -> Option<i32> {
        self.lanes
            .get(from)
            .copied()
            .or_else(|| self.rects.get(from).filter(|rect| rect.x == COLUMNS[1]).map(Rect::middle))
    }

    fn shape(&mut self, shape: &'d Shape, x: i32, y: i32, width: i32) {
        let rect = Rect { x, y, width, height: BOX.1 };
        self.rects.insert(&shape.id, rect);
        self.layout.shapes.push((shape, rect));
    }

    fn lines(&mut self) {
        let drawing = self.drawing;
        let mut ends: HashMap<&str, Vec<(i32, usize)>> = HashMap::new();
        for (index, line) in drawing.lines.iter().enumerate() {
            let height =
                self.end_of(&line.from).or_else(|| self.rects.get(line.from.as_str()).map(Rect::middle));
            ends.entry(&line.to).or_default().push((height.unwrap_or_default(), index));
        }
        ends.values_mut().for_each(|lines| lines.sort_unstable());
        for (index, line) in drawing.lines.iter().enumerate() {
            let (Some(from), Some(to)) =
                (self.rects.get(line.from.as_str()), self.rects.get(line.to.as_str()))
            else {
                continue;
            };
            let arriving = ends.get(line.to.as_str()).map(Vec::as_slice).unwrap_or_default();
            let place = arriving.iter().position(|(_, other)| *other == index).unwrap_or_default();
            let end = (to.x, to.y + spread(place, arriving.len(), to.height));
            let start = (from.right(), from.middle());
            let course = if to.x == COLUMNS[1] {
                Course {
                    line,
                    points: vec![start, end],
                    label: ((start.0 + end.0) / 2, (start.1 + end.1) / 2),
                }
            } else if from.x == COLUMNS[1] {
                let points = vec![start, (start.0 + STUB, start.1), end];
                Course { line, points, label: (start.0 + 6, start.1) }
            } else {
                let height = self.lanes.get(line.from.as_str()).copied().unwrap_or(start.1);
                let lane = [(COLUMNS[1], height), (COLUMNS[1] + MIDDLE + STUB, height)];
                let label = (COLUMNS[1] + MIDDLE / 2, height);
                Course { line, points: vec![start, lane[0], lane[1], end], label }
            };
            self.layout.lines.push(course);
        }
    }
}

enum Item<'d> {
    Endpoint(&'d Shape),
    // Of the line that begins there.
    Lane(&'d str),
}

impl Rect {
    /// The height of its middle.
    pub(super) fn middle(&self) -> i32 {
        self.y + self.height / 2
    }

    /// Its right edge.
    pub(super) fn right(&self) -> i32 {
        self.x + self.width
    }
}

// A frame with linked services and nothing else.
fn is_runtime(frame: &Frame) -> bool {
    frame.frames.is_empty()
        && frame.shapes.iter().all(|shape| shape.kind == ShapeKind::Service)
        && !frame.shapes.is_empty()
}

fn heading(frame: &Frame) -> i32 {
    TITLE * frame.title.len().max(1) as i32 + PAD
}

fn mean(heights: impl Iterator<Item = i32>) -> Option<i32> {
    let heights: Vec<i64> = heights.map(i64::from).collect();
    let number = i64::try_from(heights.len()).ok().filter(|number| *number > 0)?;
    i32::try_from(heights.iter().sum::<i64>() / number).ok()
}

// Several lines that end at one side share it.
fn spread(place: usize, number: usize, height: i32) -> i32 {
    let (place, number) = (place as i32, number.max(1) as i32);
    height * (2 * place + 1) / (2 * number)
}

#[cfg(test)]
mod tests {
    use armlint_factory::map::Mark;

    use super::*;

    fn shape(id: String, kind: ShapeKind) -> Shape {
        Shape { text: vec![id.clone()], id, kind, places: Vec::new() }
    }

    // Two networks with runtimes, endpoints and lines of both kinds.
    fn drawing(services: usize, endpoints: usize) -> Drawing {
        let mut drawing = Drawing::default();
        let frame =
            |id: String| Frame { title: vec![id.clone()], id, frames: Vec::new(), shapes: Vec::new() };
        let mut factory = frame("f".to_string());
        for network in 0..2 {
            let mut outer = frame(format!("n{network}"));
            let mut runtime = frame(format!("r{network}"));
            for at in 0..services {
                let id = format!("n{network}w{at}");
                let to = if at % 3 == 0 {
                    format!("n{network}e{}", at % endpoints)
                } else {
                    format!("s{}", at % 7)
                };
                drawing.lines.push(Line { from: id.clone(), to, ..Line::new(Mark::Public) });
                runtime.shapes.push(shape(id, ShapeKind::Service));
            }
            outer.frames.push(runtime);
            for at in 0..endpoints {
                let id = format!("n{network}e{at}");
                drawing.lines.push(Line {
                    from: id.clone(),
                    to: format!("s{}", at % 7),
                    ..Line::new(Mark::Private)
                });
                outer.shapes.push(shape(id, ShapeKind::Endpoint));
            }
            factory.frames.push(outer);
        }
        drawing.frames.push(factory);
        drawing.shapes = (0..9).map(|at| shape(format!("s{at}"), ShapeKind::Store)).collect();
        drawing
    }

    fn overlap(a: &Rect, b: &Rect) -> bool {
        a.x < b.right() && b.x < a.right() && a.y < b.y + b.height && b.y < a.y + a.height
    }

    #[test]
    fn nothing_overlaps_and_everything_is_there() {
        for (services, endpoints) in [(1, 1), (4, 2), (30, 9), (3, 20)] {
            let drawing = drawing(services, endpoints);
            let layout = of(&drawing);
            assert_eq!(layout.lines.len(), drawing.lines.len());
            assert_eq!(layout.shapes.len(), 2 * (services + endpoints) + 9);
            for (at, (one, rect)) in layout.shapes.iter().enumerate() {
                assert!(rect.right() <= layout.size.0 && rect.y + rect.height <= layout.size.1, "{one:?}");
                for (other, second) in &layout.shapes[at + 1..] {
                    assert!(!overlap(rect, second), "{one:?} {other:?}");
                }
                // A lane runs past all boxes of the middle column.
                for course in layout.lines.iter().filter(|course| course.points.len() == 4) {
                    let height = course.points[1].1;
                    assert!(
                        rect.x != COLUMNS[1] || height < rect.y || height > rect.y + rect.height,
                        "{one:?}"
                    );
                }
            }
            for (frame, rect, depth) in &layout.frames {
                let inner =
                    layout.frames.iter().filter(|(_, other, below)| *below > *depth && overlap(rect, other));
                for (other, below, _) in inner {
                    assert!(
                        below.y >= rect.y && below.y + below.height <= rect.y + rect.height,
                        "{frame:?} {other:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn it_is_the_same_each_time() {
        let drawing = drawing(12, 5);
        assert_eq!(format!("{:?}", of(&drawing)), format!("{:?}", of(&drawing)));
    }
}
