use armlint_engine::rule::Context;
use armlint_factory::artefact::content;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if !graph.dialect.is_folder() {
        return;
    }
    for resource in graph.resources() {
        if let Some((declared, found)) = content::misplaced(resource) {
            let message =
                format!("The file holds a {} and lies in the folder of {}s", found.noun(), declared.noun());
            let finding = cx.report_on(resource, &resource.place, message);
            finding.help(format!("Move it to `{}/`", found.usual_folder()));
        }
    }
}
