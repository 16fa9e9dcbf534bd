use std::collections::HashSet;

use armlint_engine::finding::Confidence;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::Context;
use armlint_engine::value::{Type, Unknown};

/// Functions whose results hold no `/`, or none that their arguments do not hold.
const PLAIN: [&str; 6] = ["uniqueString", "guid", "toLower", "toUpper", "substring", "take"];

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if !graph.dialect.is_template() {
        return;
    }
    // Instances of a loop are named alike.
    let mut seen = HashSet::new();
    for resource in
        graph.resources().iter().filter(|resource| !resource.existing && !graph.is_lowered(resource.place))
    {
        if let Some((found, wanted)) = mismatch(graph, resource)
            && seen.insert(resource.span)
        {
            let plural = if found == 1 { "segment" } else { "segments" };
            let message =
                format!("The name has {found} {plural}, and the type `{}` asks for {wanted}", resource.ty);
            let finding = cx.report_on(resource, &resource.place, message);
            finding.help(
                "A name has one segment for each segment of the type behind the provider, with `/` between them; what is \
                 written inside of its parent leaves out the names of the parents",
            );
            // Inside of its parent, with the names of all.
            if found == resource.ty.split('/').count() - 1 {
                finding.confidence(Confidence::Medium);
            }
        }
    }
}

// How many segments the name certainly has, and how many its type asks for.
fn mismatch(graph: &Graph, resource: &Resource) -> Option<(usize, usize)> {
    let written = &resource.name.written;
    let name = written.text().filter(|_| !written.assumed)?;
    let mut segments = resource.ty.split('/');
    segments.next().filter(|provider| provider.contains('.'))?;
    let whole = segments.count();
    // What is written inside of its parent has the rest of the name, or with the whole type perhaps all of it.
    let parent = resource.parent.map(|parent| graph.resource(parent));
    let around = parent.filter(|parent| parent.span != resource.span && parent.span.contains(resource.span));
    let wanted = around.map_or(whole, |parent| whole.saturating_sub(parent.ty.split('/').count() - 1));
    let found = name.split('/').len();
    let few = found < wanted && name.holes().all(|hole| is_plain(hole));
    let relative = resource.body.get("type").known_text().is_some_and(|ty| !ty.contains('.'));
    let many = found > wanted && (relative || found != whole);
    (whole > 0 && (few || many)).then_some((found, wanted))
}

// Whether a part that is not known certainly holds no `/`.
fn is_plain(hole: &Unknown) -> bool {
    let other = |function: &str| !PLAIN.iter().any(|plain| function.eq_ignore_ascii_case(plain));
    let computed = hole.term.discloses_call(|_| true)
        && !hole.term.discloses_call(other)
        && hole.term.disclosed_parameters().is_empty();
    hole.ty == Some(Type::Number) || computed
}
