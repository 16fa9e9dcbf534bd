//! A drawing as a Mermaid flow chart (<https://mermaid.js.org/syntax/flowchart.html>, 2025-10).

use armlint_factory::map::Mark;

use super::drawing::{Drawing, Frame, Line, Shape, ShapeKind};

/// The flow chart.
pub(super) fn render(drawing: &Drawing) -> String {
    let mut text = String::from("flowchart LR\n");
    for inner in &drawing.frames {
        frame(&mut text, inner, 1);
    }
    for inner in &drawing.shapes {
        shape(&mut text, inner, 1);
    }
    for inner in &drawing.lines {
        line(&mut text, inner);
    }
    for (mark, style) in [
        (Mark::Private, "stroke:#2e7d32,stroke-width:2px"),
        (Mark::Public, "stroke:#c62828,stroke-width:2px"),
        (Mark::Blocked, "stroke:#c62828,stroke-width:2px"),
        (Mark::Unreachable, "stroke:#c62828,stroke-width:2px"),
        (Mark::Unknown, "stroke:#757575"),
    ] {
        let marked = drawing.lines.iter().enumerate().filter(|(_, line)| line.mark == mark);
        let numbers: Vec<String> = marked.map(|(number, _)| number.to_string()).collect();
        if !numbers.is_empty() {
            text.push_str(&format!("  linkStyle {} {style}\n", numbers.join(",")));
        }
    }
    text
}

fn frame(text: &mut String, frame: &Frame, depth: usize) {
    let indent = "  ".repeat(depth);
    // There is room for one line only: a second one would stand behind the shapes.
    let title = quoted(&[frame.title.join(", ")]);
    text.push_str(&format!("{indent}subgraph {}[{title}]\n", frame.id));
    for inner in &frame.frames {
        self::frame(text, inner, depth + 1);
    }
    for inner in &frame.shapes {
        shape(text, inner, depth + 1);
    }
    text.push_str(&format!("{indent}end\n"));
}

fn shape(text: &mut String, shape: &Shape, depth: usize) {
    let label = quoted(&shape.text);
    let drawn = match shape.kind {
        ShapeKind::Service | ShapeKind::Runtime => format!("[{label}]"),
        ShapeKind::Endpoint => format!("([{label}])"),
        ShapeKind::Store => format!("[({label})]"),
    };
    text.push_str(&format!("{}{}{drawn}\n", "  ".repeat(depth), shape.id));
}

fn line(text: &mut String, line: &Line) {
    let arrow = match line.mark {
        Mark::Private => "-->",
        Mark::Public => "==>",
        Mark::Blocked | Mark::Unreachable => "--x",
        Mark::Unknown => "-.->",
    };
    let label = if line.label.is_empty() { String::new() } else { format!("|\"{}\"|", escaped(&line.label)) };
    text.push_str(&format!("  {} {arrow}{label} {}\n", line.from, line.to));
}

fn quoted(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    format!("\"{}\"", lines.join("<br/>"))
}

// Inside of quotes Mermaid still reads entities, Markdown, HTML and directives, so whatever is no plain
// character is written as an entity by its number.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() => escaped.push(c),
            ' ' | ',' | '.' | '-' | '_' | '/' | '\'' | '(' | ')' => escaped.push(c),
            c => escaped.push_str(&format!("#{};", u32::from(c))),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_label_or_means_anything_in_it() {
        let text = escaped("a\"b]}|`<i>#quot;%%{x}%%\n\\ c:d");
        assert!(!text.contains(['"', ']', '}', '|', '`', '<', '%', '\n', '\\', ':']), "{text}");
        assert!(text.starts_with("a#34;b#93;#125;#124;#96;#60;i#62;#35;quot#59;#37;"), "{text}");
    }
}
