use armlint_azure::facts::{ExceptionKind, is_excepted};
use armlint_azure::schema::{Deviation, DeviationKind, Deviations, Property, near_property};
use armlint_engine::finding::Applicability;
use armlint_engine::rule::{Context, edit};

use crate::language::schema;

pub(crate) fn check(cx: &mut Context<'_>) {
    for deviation in Deviations::in_view(cx.view()).iter() {
        if let Some(near) = meant(deviation) {
            report(deviation, near, cx);
        }
    }
}

// The property that a name was to be, which no version of the type has.
fn meant(deviation: &Deviation) -> Option<Property> {
    let unknown = matches!(deviation.kind, DeviationKind::Unknown);
    let members = deviation.members().filter(|_| unknown)?;
    let near = near_property(deviation.property_name(), members, deviation.container())?;
    let excepted = is_excepted(ExceptionKind::Property, deviation.ty.name(), &deviation.general_path());
    (!excepted && !deviation.is_known_in_some_version()).then_some(near)
}

fn report(deviation: &Deviation, near: Property, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let (path, ty, near) = (deviation.path(), deviation.ty.name(), near.name);
    let resource = graph.resource(deviation.resource);
    let edits = edit::rename_member(graph, deviation.value.origin.span, near);
    let is_generated = schema::is_generated(graph);
    let finding = cx.report_on(
        resource,
        &deviation.place(),
        format!("`{path}` is no property of `{ty}`: what stands here has no effect"),
    );
    finding.help(format!("Did you mean `{near}`?"));
    if !is_generated {
        finding.fix(&format!("Write `{near}`"), Applicability::Unsafe, edits);
    }
}
