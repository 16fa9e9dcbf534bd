use std::collections::BTreeMap;

use armlint_engine::graph::{Graph, ResourceId};
use armlint_engine::rule::Context;
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::Node;

/// How many members a section may have.
const SECTIONS: [(&str, usize); 3] = [("parameters", 256), ("variables", 512), ("outputs", 64)];

/// From this number of resources on, there may be more.
const MANY: usize = 5_000;

/// How many resources a template may have, the instances of loops included.
const MAX_RESOURCES: usize = 800;

/// How large a template may be, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// How long an expression may be, in characters.
const MAX_EXPRESSION: usize = 24_576;

pub(crate) fn check(cx: &mut Context<'_>) {
    if cx.graph().dialect.is_template() {
        check_sections(cx);
        check_resources(cx);
        check_expressions(cx);
        check_size(cx);
    }
}

fn check_sections(cx: &mut Context<'_>) {
    for (template, _) in &cx.graph().semantics().objects {
        for (section, most) in SECTIONS {
            let Some(member) = template.get(section) else { continue };
            let count = members(&member.value);
            if count > most {
                let message = format!("The template has {count} {section}, and the service allows {most}");
                cx.report(&member.key_span, message).help("Put several values into one object");
            }
        }
    }
}

fn check_resources(cx: &mut Context<'_>) {
    let graph = cx.graph();
    for (place, count) in resources(graph) {
        let templates = graph.semantics().objects.iter();
        let around = templates.filter(|(template, _)| template.span.contains(place));
        let Some((template, key)) = around.min_by_key(|(template, _)| template.span.range().len()) else {
            continue;
        };
        let at = template.get("resources").map(|member| member.key_span).or(*key);
        // Of very many not all are looked at.
        let least = if count < MANY { "" } else { "at least " };
        let message =
            format!("The template has {least}{count} resources, and the service allows {MAX_RESOURCES}");
        cx.report(&at.unwrap_or(template.span.part(0, 1)), message)
            .help("Split the template into nested or linked deployments");
    }
}

fn check_expressions(cx: &mut Context<'_>) {
    for (token, length) in &cx.graph().semantics().long {
        let message =
            format!("The expression has {length} characters, and the service allows {MAX_EXPRESSION}");
        cx.report(token, message).help("Move parts of it to variables");
    }
}

fn check_size(cx: &mut Context<'_>) {
    for parsed in &cx.graph().sources {
        let size = size(&parsed.source);
        if size > MAX_BYTES {
            let message = format!(
                "The template has {size} bytes without white space, and the service allows {MAX_BYTES}"
            );
            cx.report(&parsed.document.root.span.part(0, 1), message)
                .help("Split the template into linked deployments");
        }
    }
}

// The declared names; a loop of variables stands for those that it makes.
fn members(section: &Node) -> usize {
    let copies = section.value("copy").map(Node::elements).unwrap_or_default();
    let own = section.members().len();
    if copies.is_empty() { own } else { own - 1 + copies.len() }
}

// The templates that certainly deploy too many resources by themselves: a place in each, and how many.
fn resources(graph: &Graph) -> Vec<(Span, usize)> {
    let mut counts: BTreeMap<(Option<ResourceId>, SourceId), (Span, usize)> = BTreeMap::new();
    for resource in graph.resources() {
        let certain = !resource.existing && resource.condition.truth.is_true();
        if certain && !resource.body.get("copy").get("count").assumed {
            let key = (resource.module, resource.span.source);
            counts.entry(key).or_insert((resource.span, 0)).1 += 1;
        }
    }
    counts.into_values().filter(|(_, count)| *count > MAX_RESOURCES).collect()
}

// The bytes without the white space between tokens, which tools take away.
fn size(source: &Source) -> usize {
    if source.text.len() <= MAX_BYTES {
        return source.text.len();
    }
    let (mut inside, mut escaped, mut size) = (false, false, 0);
    for byte in source.text.bytes() {
        match byte {
            b'"' if !escaped => inside = !inside,
            b' ' | b'\t' | b'\r' | b'\n' if !inside => continue,
            _ => {}
        }
        escaped = inside && byte == b'\\' && !escaped;
        size += 1;
    }
    size
}
