use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::pipeline_order::{PipelineOrder, Placed};
use smol_str::SmolStr;

// An activity in one that does not take it.
struct Misfit<'o> {
    inner: &'o Placed,
    outer: &'o Placed,
    // The page says so, and not only the Studio.
    documented: bool,
}

pub(crate) fn check(pipeline: &Resource, cx: &mut Context<'_>) {
    let order = PipelineOrder::of(pipeline).filter(|_| !pipeline.existing);
    let Some(order) = order else { return };
    for misfit in misfits(&order) {
        report(pipeline, &misfit, cx);
    }
}

fn misfits(order: &PipelineOrder) -> Vec<Misfit<'_>> {
    let all = order.activities().iter().enumerate();
    all.filter_map(|(index, inner)| misfit(inner, order.containers(index).collect())).collect()
}

// `containers` from the inside outwards.
fn misfit<'o>(inner: &'o Placed, containers: Vec<&'o Placed>) -> Option<Misfit<'o>> {
    let of = |wanted: fn(&Placed) -> bool| containers.iter().find(|outer| wanted(outer)).copied();
    let certain = |outer| Misfit { inner, outer, documented: true };
    if is_loop(inner) {
        // A loop takes one level of branches, and a branch no loop.
        let outer = of(is_loop).map(certain);
        return outer.or_else(|| of(is_branch).map(|outer| Misfit { inner, outer, documented: false }));
    }
    if is_branch(inner) {
        return of(is_branch).map(certain);
    }
    inner.is("Validation").then(|| of(|outer| is_loop(outer) || is_branch(outer)).map(certain))?
}

fn is_loop(activity: &Placed) -> bool {
    activity.is("ForEach") || activity.is("Until")
}

fn is_branch(activity: &Placed) -> bool {
    activity.is("IfCondition") || activity.is("Switch")
}

fn report(pipeline: &Resource, misfit: &Misfit<'_>, cx: &mut Context<'_>) {
    let name = |activity: &Placed| activity.name().unwrap_or_default();
    let ty = |activity: &Placed| activity.ty.clone().unwrap_or_else(|| SmolStr::from("?"));
    let (inner, outer) = (misfit.inner, misfit.outer);
    let message =
        format!("`{}` (`{}`) cannot stand in `{}` (`{}`)", name(inner), ty(inner), name(outer), ty(outer));
    let finding = cx.report_on(pipeline, &inner.activity.get("type").origin.span, message);
    finding.related(outer.activity.get("type").origin.span, "what it stands in");
    finding.help("move it into a pipeline of its own, and run that by an `ExecutePipeline` activity");
    if !misfit.documented {
        finding.confidence(Confidence::Medium);
    }
}
