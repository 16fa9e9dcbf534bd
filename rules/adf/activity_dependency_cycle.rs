use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::pipeline_order::{PipelineOrder, Placed};

pub(crate) fn check(pipeline: &Resource, cx: &mut Context<'_>) {
    let order = PipelineOrder::of(pipeline).filter(|_| !pipeline.existing);
    let Some(order) = order else { return };
    for circle in order.circles() {
        report(pipeline, &circle, cx);
    }
}

fn report(pipeline: &Resource, circle: &[&Placed], cx: &mut Context<'_>) {
    let Some((first, others)) = circle.split_first() else { return };
    let name = |activity: &Placed| activity.name().unwrap_or_default();
    let message = match others.last() {
        Some(_) => {
            let names: Vec<String> = others.iter().map(|other| format!("`{}`", name(other))).collect();
            format!("`{}` depends on itself, by way of {}", name(first), names.join(" and "))
        }
        None => format!("`{}` depends on itself", name(first)),
    };
    let finding = cx.report_on(pipeline, &first.activity.get("dependsOn").origin.span, message);
    for other in others {
        finding.related(
            other.activity.get("dependsOn").origin.span,
            format!("what `{}` waits for", name(other)),
        );
    }
    finding.help("take one of the dependencies out: none of these activities would ever start");
}
