//! A layout for diagrams.net, uncompressed (<https://www.drawio.com/doc/faq/diagram-source-edit>, 2025-10).

use armlint_factory::map::Mark;
use quick_xml::escape::escape;

use super::drawing::ShapeKind;
use super::layout::{Layout, Rect};

const HEAD: &str = "<mxfile host=\"armlint\"><diagram id=\"network\" name=\"Who reaches what\">\
    <mxGraphModel grid=\"0\" page=\"0\"><root>\n<mxCell id=\"0\"/>\n<mxCell id=\"1\" parent=\"0\"/>\n";

/// The file.
pub(super) fn render(layout: &Layout<'_>) -> String {
    let mut text = String::from(HEAD);
    for (frame, rect, depth) in &layout.frames {
        let fill = ["#f6f8fa", "#eef2f7", "#ffffff"].get(*depth).unwrap_or(&"#ffffff");
        let dashed = u8::from(*depth > 1);
        let style = format!(
            "rounded=1;arcSize=4;html=0;verticalAlign=top;align=left;spacingLeft=8;fontStyle=1;fillColor={fill};\
             strokeColor=#c9d1d9;dashed={dashed};"
        );
        let title: Vec<String> = frame.title.iter().chain(&frame.source).cloned().collect();
        vertex(&mut text, &frame.id, &title, &style, rect);
    }
    for (shape, rect) in &layout.shapes {
        let style = match shape.kind {
            ShapeKind::Service => "rounded=1;html=0;fillColor=#ffffff;strokeColor=#57606a;",
            ShapeKind::Runtime => "rounded=1;html=0;dashed=1;fillColor=#ffffff;strokeColor=#57606a;",
            ShapeKind::Endpoint => {
                "rounded=1;arcSize=50;html=0;fillColor=#ffffff;strokeColor=#0a7a53;strokeWidth=2;"
            }
            ShapeKind::Store => "shape=cylinder3;size=6;html=0;fillColor=#ffffff;strokeColor=#57606a;",
        };
        vertex(&mut text, &shape.id, &shape.text, style, rect);
    }
    for (at, course) in layout.lines.iter().enumerate() {
        let line = course.line;
        let style = match line.mark {
            Mark::Private => "strokeColor=#0a7a53;endArrow=block;",
            Mark::Public => "strokeColor=#c2273f;endArrow=block;shape=link;width=3;",
            Mark::Unknown => "strokeColor=#6b7280;endArrow=open;dashed=1;dashPattern=1 4;",
            _ => "strokeColor=#8a5300;endArrow=cross;dashed=1;dashPattern=12 4;",
        };
        let inner = course.points.get(1..course.points.len().saturating_sub(1)).unwrap_or_default();
        let points: String = inner.iter().map(|(x, y)| format!("<mxPoint x=\"{x}\" y=\"{y}\"/>")).collect();
        text.push_str(&format!(
            "<mxCell id=\"way{at}\" value=\"{}\" style=\"curved=1;html=0;exitX=1;exitY=0.5;entryX=0;entryY=0.5;{style}\" \
             edge=\"1\" parent=\"1\" source=\"{}\" target=\"{}\"><mxGeometry relative=\"1\" as=\"geometry\">\
             <Array as=\"points\">{points}</Array></mxGeometry></mxCell>\n",
            escape(&line.label),
            escape(&line.from),
            escape(&line.to)
        ));
    }
    text.push_str("</root></mxGraphModel></diagram></mxfile>\n");
    text
}

// Labels are plain text (`html=0`), in which nothing means anything.
fn vertex(text: &mut String, id: &str, lines: &[String], style: &str, rect: &Rect) {
    let lines: Vec<String> = lines.iter().map(|line| escape(line).into_owned()).collect();
    let Rect { x, y, width, height } = rect;
    text.push_str(&format!(
        "<mxCell id=\"{}\" value=\"{}\" style=\"{style}\" vertex=\"1\" parent=\"1\">\
         <mxGeometry x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" as=\"geometry\"/></mxCell>\n",
        escape(id),
        lines.join("&#xa;")
    ));
}
