use armlint_factory::map::Mark;

use super::*;

fn shape(id: String, kind: ShapeKind) -> Shape {
    Shape { text: vec![id.clone()], id, kind, places: Vec::new() }
}

// Two networks with runtimes, endpoints and lines of both kinds.
fn drawing(services: usize, endpoints: usize) -> Drawing {
    let mut drawing = Drawing::default();
    let frame = |id: String| Frame {
        title: vec![id.clone()],
        source: None,
        id,
        frames: Vec::new(),
        shapes: Vec::new(),
    };
    let mut factory = frame("f".to_string());
    for network in 0..2 {
        let mut outer = frame(format!("n{network}"));
        let mut runtime = frame(format!("r{network}"));
        for at in 0..services {
            let id = format!("n{network}w{at}");
            let to =
                if at % 3 == 0 { format!("n{network}e{}", at % endpoints) } else { format!("s{}", at % 7) };
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
                assert!(rect.x != COLUMNS[1] || height < rect.y || height > rect.y + rect.height, "{one:?}");
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

#[test]
fn its_work_grows_with_the_drawing() {
    // A product of services and endpoints, or of lines and stores, would take minutes.
    let drawing = drawing(40_000, 9_000);
    assert_eq!(of(&drawing).lines.len(), drawing.lines.len());
}
