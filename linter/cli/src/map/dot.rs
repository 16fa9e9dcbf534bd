//! A drawing for Graphviz (<https://graphviz.org/doc/info/lang.html>, 2025-09).

use armlint_factory::map::Mark;

use super::drawing::{Drawing, Frame, Line, Shape, ShapeKind};

const HEAD: &str = "digraph armlint {
  graph [rankdir=LR, compound=true, fontname=\"Helvetica\", fontsize=12, ranksep=1.2, nodesep=0.3]
  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", fontname=\"Helvetica\", fontsize=11]
  edge [fontname=\"Helvetica\", fontsize=10]
";

/// The graph.
pub(super) fn render(drawing: &Drawing) -> String {
    let mut text = String::from(HEAD);
    for inner in &drawing.frames {
        frame(&mut text, inner, 1);
    }
    // The stores stand in one column, at the right.
    text.push_str("  {\n    rank=max\n");
    for inner in &drawing.shapes {
        shape(&mut text, inner, 2);
    }
    text.push_str("  }\n");
    for inner in &drawing.lines {
        line(&mut text, inner);
    }
    text.push_str("}\n");
    text
}

fn frame(text: &mut String, frame: &Frame, depth: usize) {
    let indent = "  ".repeat(depth);
    let color = ["#ffffff", "#f5f5f5", "#e8f0fe", "#d2e3fc"].get(depth).unwrap_or(&"#ffffff");
    text.push_str(&format!("{indent}subgraph cluster_{} {{\n", frame.id));
    text.push_str(&format!(
        "{indent}  label={}; style=\"rounded,filled\"; color=\"#9e9e9e\"; fillcolor=\"{color}\"\n",
        quoted(&frame.title)
    ));
    for inner in &frame.frames {
        self::frame(text, inner, depth + 1);
    }
    for inner in &frame.shapes {
        shape(text, inner, depth + 1);
    }
    text.push_str(&format!("{indent}}}\n"));
}

fn shape(text: &mut String, shape: &Shape, depth: usize) {
    let look = match shape.kind {
        ShapeKind::Service => "",
        ShapeKind::Runtime => ", style=dashed",
        ShapeKind::Endpoint => ", style=\"rounded,filled\", fillcolor=\"#e6f4ea\"",
        ShapeKind::Store => ", shape=cylinder, style=filled, fillcolor=\"#fff8e1\"",
    };
    let label = quoted(&shape.text);
    text.push_str(&format!("{}{} [label={label}{look}]\n", "  ".repeat(depth), shape.id));
}

fn line(text: &mut String, line: &Line) {
    let look = match line.mark {
        Mark::Private => "color=\"#2e7d32\", fontcolor=\"#2e7d32\"",
        Mark::Public => "color=\"#c62828\", fontcolor=\"#c62828\", style=bold",
        Mark::Blocked | Mark::Unreachable => "color=\"#c62828\", fontcolor=\"#c62828\", arrowhead=tee",
        Mark::Unknown => "color=\"#757575\", fontcolor=\"#757575\", style=dashed",
    };
    let label =
        if line.label.is_empty() { String::new() } else { format!("label=\"{}\", ", escaped(&line.label)) };
    text.push_str(&format!("  {} -> {} [{label}{look}]\n", line.from, line.to));
}

fn quoted(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    format!("\"{}\"", lines.join("\\n"))
}

// Graphviz reads escapes and HTML entities in a quoted label.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '&' => escaped.push_str("&amp;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_label_or_means_anything_in_it() {
        assert_eq!(escaped(r#"a"b\N\"&lt;"#), r#"a\"b\\N\\\"&amp;lt;"#);
    }
}
