//! Where everything of a drawing stands: one layout for all formats that have coordinates, and the same each time.
//!
//! Three columns: linked services in the frames of their runtimes and networks, private endpoints, stores. A line that
//! passes the column of the endpoints has a lane of its own there, so that no line runs behind a box.

use std::collections::{BTreeSet, HashMap, HashSet};

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
        arriving: by_shape(drawing, |line| &line.to),
        leaving: by_shape(drawing, |line| &line.from),
        stores_of: stores_of(drawing),
        lanes: HashMap::new(),
    };
    let mut y = PAD;
    for frame in &drawing.frames {
        let first = builder.layout.shapes.len();
        let bottom = builder.region(frame, y, 0);
        let stores = builder.reached(first);
        y = bottom.max(builder.stores(stores, y)) + 2 * PAD;
    }
    y = builder.stores(builder.alone(), y);
    builder.lines();
    builder.layout.size = (COLUMNS[2] + STORE + PAD, y);
    builder.layout
}

// The numbers of the lines at each shape.
fn by_shape<'d>(drawing: &'d Drawing, end: fn(&'d Line) -> &'d str) -> HashMap<&'d str, Vec<usize>> {
    let mut lines: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, line) in drawing.lines.iter().enumerate() {
        lines.entry(end(line)).or_default().push(number);
    }
    lines
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
    // The lines that end and that begin at each shape.
    arriving: HashMap<&'d str, Vec<usize>>,
    leaving: HashMap<&'d str, Vec<usize>>,
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
            y += heading(runtime);
            for shape in self.by_store(runtime) {
                self.shape(shape, COLUMNS[0], y, BOX.0);
                y += BOX.1 + GAP;
            }
            let rect = Rect { x: COLUMNS[0] - PAD, y: start, width: BOX.0 + 2 * PAD, height: y - start };
            self.layout.frames.push((runtime, rect, 2));
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
        let endpoints: Vec<&Shape> =
            frame.shapes.iter().filter(|shape| shape.kind == ShapeKind::Endpoint).collect();
        let own: HashSet<&str> = endpoints.iter().map(|shape| shape.id.as_str()).collect();
        let mut items: Vec<(i32, Item<'d>)> = Vec::new();
        for shape in endpoints {
            let heights = self.lines_at(&self.arriving, &shape.id);
            let heights = heights.filter_map(|line| self.rects.get(line.from.as_str()).map(Rect::middle));
            items.push((mean(heights).unwrap_or(i32::MAX), Item::Endpoint(shape)));
        }
        let services =
            frame.frames.iter().filter(|inner| is_runtime(inner)).flat_map(|runtime| &runtime.shapes);
        for service in services {
            let direct =
                self.lines_at(&self.leaving, &service.id).find(|line| !own.contains(line.to.as_str()));
            if let (Some(line), Some(rect)) = (direct, self.rects.get(service.id.as_str())) {
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

    fn lines_at(
        &self,
        lines: &HashMap<&'d str, Vec<usize>>,
        id: &str,
    ) -> impl Iterator<Item = &'d Line> + use<'d> {
        let drawing = self.drawing;
        let numbers = lines.get(id).cloned().unwrap_or_default();
        numbers.into_iter().filter_map(|number| drawing.lines.get(number))
    }

    // The stores that the lines of the shapes from this one on lead to.
    fn reached(&self, first: usize) -> Vec<&'d Shape> {
        let drawing = self.drawing;
        let shapes = self.layout.shapes.get(first..).unwrap_or_default();
        let numbers: BTreeSet<usize> =
            shapes.iter().filter_map(|(shape, _)| self.stores_of.get(shape.id.as_str()).copied()).collect();
        let stores = numbers.into_iter().filter_map(|number| drawing.shapes.get(number));
        stores.filter(|shape| !self.rects.contains_key(shape.id.as_str())).collect()
    }

    // The stores that no line leads to.
    fn alone(&self) -> Vec<&'d Shape> {
        self.drawing.shapes.iter().filter(|shape| !self.rects.contains_key(shape.id.as_str())).collect()
    }

    // Places stores, as near as may be to where their lines come from; gives their lower edge.
    fn stores(&mut self, stores: Vec<&'d Shape>, top: i32) -> i32 {
        let mut found: Vec<(i32, &'d Shape)> = Vec::new();
        for shape in stores {
            let heights = self.lines_at(&self.arriving, &shape.id).filter_map(|line| self.end_of(&line.from));
            found.push((mean(heights).unwrap_or(i32::MAX), shape));
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

    // The height at which a line arrives.
    fn height_of(&self, from: &str) -> i32 {
        let own = || self.rects.get(from).map(Rect::middle);
        self.end_of(from).or_else(own).unwrap_or_default()
    }

    fn shape(&mut self, shape: &'d Shape, x: i32, y: i32, width: i32) {
        let rect = Rect { x, y, width, height: BOX.1 };
        self.rects.insert(&shape.id, rect);
        self.layout.shapes.push((shape, rect));
    }

    fn lines(&mut self) {
        let drawing = self.drawing;
        // The place of each line among those that end at its shape, and how many these are.
        let mut places: Vec<(usize, usize)> = vec![(0, 1); drawing.lines.len()];
        for numbers in self.arriving.values() {
            let mut numbers = numbers.clone();
            numbers.sort_by_key(|number| drawing.lines.get(*number).map(|line| self.height_of(&line.from)));
            for (place, number) in numbers.iter().enumerate() {
                if let Some(known) = places.get_mut(*number) {
                    *known = (place, numbers.len());
                }
            }
        }
        for (line, (place, number)) in drawing.lines.iter().zip(places) {
            let (Some(from), Some(to)) =
                (self.rects.get(line.from.as_str()), self.rects.get(line.to.as_str()))
            else {
                continue;
            };
            let end = (to.x, to.y + spread(place, number, to.height));
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
    TITLE * (frame.title.len() + frame.source.iter().len()).max(1) as i32 + PAD
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
mod tests;
