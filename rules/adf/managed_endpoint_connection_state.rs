use armlint_azure::wording;
use armlint_engine::finding::Applicability;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, edit};
use armlint_engine::value::{Presence, Value, presence};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if resource.existing || resource.property("isReserved").truth().is_true() {
        return;
    }
    let set = read_only(resource, graph);
    let Some(((key, value), rest)) = set.split_first() else { return };
    let name = wording::called(resource, "this managed private endpoint");
    let message = format!(
        "`{key}` of the managed private endpoint {name} is read-only, and setting it approves nothing"
    );
    let edit = edit::remove(graph, value.origin.span);
    let finding = cx.report_on(resource, value, message);
    for (key, value) in rest {
        finding.related(value.origin.span, format!("so is `{key}`"));
    }
    finding.traced(value).help("Remove it, and approve the connection on the target resource").fix(
        "Remove the read-only property",
        Applicability::Safe,
        edit,
    );
}

// The read-only properties that are written.
fn read_only(resource: &Resource, graph: &Graph) -> Vec<(&'static str, Value)> {
    let keys: &[&str] = match graph.dialect.is_folder() {
        true => &["connectionState"],
        false => &["connectionState", "provisioningState", "isReserved"],
    };
    let values = keys.iter().map(|key| (*key, resource.property(key)));
    values.filter(|(_, value)| presence(value) == Presence::Present).collect()
}
