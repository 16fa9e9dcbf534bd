use armlint_azure::wording;
use armlint_engine::finding::{Applicability, Edit, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, edit};
use armlint_engine::value::{Number, Value, ValueKind};
use armlint_factory::facts::Fact;
use armlint_factory::runtime::{self, AUTO_RESOLVE, RuntimeClass};

// A number within one of the two objects.
struct Limit {
    object: &'static str,
    key: &'static str,
    least: i64,
    most: i64,
    step: i64,
}

const LIMITS: [Limit; 3] = [
    Limit { object: COPY, key: "dataIntegrationUnit", least: 4, most: 256, step: 4 },
    Limit { object: PIPELINE, key: "numberOfPipelineNodes", least: 1, most: 10, step: 1 },
    Limit { object: PIPELINE, key: "numberOfExternalNodes", least: 1, most: 10, step: 1 },
];
const COPY: &str = "copyComputeScaleProperties";
const PIPELINE: &str = "pipelineExternalComputeScaleProperties";

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let compute = resource.property("typeProperties.computeProperties");
    let class = runtime::class(resource);
    let exists = Fact::ComputeScale.holds(cx.settings().as_of);
    if !exists || !matches!(class, RuntimeClass::Managed | RuntimeClass::Global) {
        return;
    }
    let auto = resource.name.last().known().is_some_and(|name| name.eq_ignore_ascii_case(AUTO_RESOLVE));
    if auto || class == RuntimeClass::Global {
        for key in [COPY, PIPELINE] {
            misplaced(resource, key, &compute.get(key), auto, cx);
        }
    } else {
        for limit in &LIMITS {
            check_range(resource, limit, &compute.get(limit.object).get(limit.key), cx);
        }
    }
}

fn misplaced(resource: &Resource, key: &str, scale: &Value, auto: bool, cx: &mut Context<'_>) {
    let Some(object) = scale.object().filter(|object| !object.entries().is_empty()) else { return };
    let name = wording::called(resource, "declared here");
    let message = match auto {
        true => format!("`{key}` is not available on the default runtime {name}"),
        false => format!("`{key}` has no effect on {name}, which is not in the managed virtual network"),
    };
    let compute = resource.property("typeProperties.computeProperties");
    let place = compute.object().and_then(|compute| compute.key_span(key)).unwrap_or(scale.origin.span);
    let written = object.anchor().is_some() && scale.origin.via.is_none();
    let edit = if written { edit::remove(cx.graph(), scale.origin.span) } else { None };
    let finding = cx.report_on(resource, &place, message);
    if !auto {
        finding.severity(Severity::Medium);
    }
    finding.help("Remove it, and set it on a runtime of your own in the managed virtual network");
    finding.fix("Remove it", Applicability::Safe, edit);
}

fn check_range(resource: &Resource, limit: &Limit, value: &Value, cx: &mut Context<'_>) {
    let Limit { key, least, most, step, .. } = *limit;
    let ValueKind::Number(Number::Int(number)) = value.kind else { return };
    let wanted = (number.clamp(least, most) + step - 1) / step * step;
    if wanted == number {
        return;
    }
    let steps = if step > 1 { format!(" in steps of {step}") } else { String::new() };
    let message = format!("`{key}` goes from {least} to {most}{steps}");
    let finding = cx.report_on(resource, value, message);
    finding.traced(value).help(format!("Write {wanted}"));
    if value.origin.via.is_none() && !value.assumed {
        let edit = Edit { span: value.origin.span, text: wanted.to_string() };
        finding.fix("Take the next number that is offered", Applicability::Safe, [edit]);
    }
}
