use armlint_azure::wording;
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, edit};
use armlint_engine::value::{Presence, presence};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if resource.existing || resource.property("isReserved").truth().is_true() {
        return;
    }
    let keys: &[&str] = match graph.dialect.is_folder() {
        true => &["connectionState"],
        false => &["connectionState", "provisioningState", "isReserved"],
    };
    let set: Vec<(&str, _)> = keys
        .iter()
        .map(|key| (*key, resource.property(key)))
        .filter(|(_, value)| presence(value) == Presence::Present)
        .collect();
    let Some(((key, value), rest)) = set.split_first() else { return };
    let name = wording::called(resource, "this managed private endpoint");
    let edit = edit::remove(graph, value.origin.span);
    let finding = cx.report_on(
        resource,
        value,
        format!(
            "`{key}` of the managed private endpoint {name} is read-only, and setting it approves nothing"
        ),
    );
    for (key, value) in rest {
        finding.related(value.origin.span, format!("so is `{key}`"));
    }
    finding.traced(value).help("remove it, and approve the connection on the target resource");
    if let Some(edit) = edit {
        finding.fix("Remove the read-only property", Applicability::Safe, vec![edit]);
    }
}
