use armlint_azure::facts::{ExceptionKind, is_excepted};
use armlint_azure::schema::{Bounds, Deviation, DeviationKind, Deviations, Kind, Lengths, Node};
use armlint_engine::finding::Confidence;
use armlint_engine::rule::Context;
use armlint_engine::value::{Number, Value, ValueKind};

pub(crate) fn check(cx: &mut Context<'_>) {
    for deviation in Deviations::in_view(cx.view()).iter() {
        if let DeviationKind::OutOfRange(node) = deviation.kind
            && !is_excepted(ExceptionKind::Value, deviation.ty.name(), &deviation.general_path())
            && deviation.versions().all(|version| is_outside(deviation.node_in(version), &deviation.value))
        {
            report(deviation, node, cx);
        }
    }
}

// Whether a version that knows the place says so as well.
fn is_outside(node: Option<Node>, value: &Value) -> bool {
    match node.map(|node| node.kind()) {
        None => true,
        Some(Kind::Integer(bounds)) => number(value).is_some_and(|number| {
            bounds.min.is_some_and(|min| number < min) || bounds.max.is_some_and(|max| number > max)
        }),
        Some(Kind::String(lengths) | Kind::Array(_, lengths)) => length(value).is_some_and(|length| {
            lengths.min.is_some_and(|min| length < min as usize)
                || lengths.max.is_some_and(|max| length > max as usize)
        }),
        Some(_) => false,
    }
}

fn number(value: &Value) -> Option<i64> {
    match &value.kind {
        ValueKind::Number(Number::Int(number)) => Some(*number),
        _ => value.known_text()?.trim().parse().ok(),
    }
}

// An empty array or text is "not given".
fn length(value: &Value) -> Option<usize> {
    let length = value.elements().map(<[Value]>::len);
    length.or_else(|| value.known_text().map(|text| text.chars().count())).filter(|length| *length > 0)
}

fn report(deviation: &Deviation, node: Node, cx: &mut Context<'_>) {
    let path = deviation.path();
    let what = match (node.kind(), number(&deviation.value), length(&deviation.value)) {
        (Kind::Integer(Bounds { min, max }), Some(number), _) => {
            format!("must be {}, not {number}", range(min, max))
        }
        (Kind::Array(_, Lengths { min, max, .. }), _, Some(length)) => {
            format!("must have {} elements, not {length}", range(min, max))
        }
        (Kind::String(Lengths { min, max, .. }), _, Some(length)) => {
            format!("must have {} characters, not {length}", range(min, max))
        }
        _ => return,
    };
    let resource = cx.graph().resource(deviation.resource);
    let finding = cx.report_on(resource, &deviation.place(), format!("`{path}` {what}"));
    finding.traced(&deviation.value).confidence(Confidence::Medium).help("The deployment is refused");
}

fn range<T: std::fmt::Display + PartialEq>(min: Option<T>, max: Option<T>) -> String {
    match (min, max) {
        (Some(min), Some(max)) if min == max => format!("{min}"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "other".into(),
    }
}
