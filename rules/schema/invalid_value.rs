use armlint_azure::facts::{ExceptionKind, is_excepted};
use armlint_azure::schema::{Deviation, DeviationKind, Deviations, EnumNode, Kind, distance};
use armlint_engine::finding::{Applicability, Confidence};
use armlint_engine::rule::{Context, edit};
use armlint_engine::value::{Value, ValueKind};
use smol_str::SmolStr;

use crate::language::schema;

/// Lists of more values are of sizes, regions and their like, which age.
const MAX_VALUES: usize = 60;

/// How many values a message names.
const SHOWN: usize = 6;

pub(crate) fn check(cx: &mut Context<'_>) {
    for deviation in Deviations::in_view(cx.view()).iter() {
        if let DeviationKind::NotListed(values) = deviation.kind
            && let Some(written) = text(&deviation.value)
            && is_invalid(deviation, values, &written)
        {
            report(deviation, values, &written, cx);
        }
    }
}

// The text of a string or a boolean that can be printed.
fn text(value: &Value) -> Option<SmolStr> {
    match &value.kind {
        _ if value.secure => None,
        ValueKind::Bool(truth) => Some(SmolStr::new_static(if *truth { "true" } else { "false" })),
        _ => value.known_text().map(SmolStr::new),
    }
}

fn is_invalid(deviation: &Deviation, values: EnumNode, written: &str) -> bool {
    let plain = |text: &str| text.replace(' ', "").to_ascii_lowercase();
    !values.is_open()
        && values.values().len() <= MAX_VALUES
        && written.parse::<f64>().is_err()
        && !is_excepted(ExceptionKind::Value, deviation.ty.name(), &deviation.general_path())
        && deviation.versions().all(|version| match deviation.node_in(version).map(|node| node.kind()) {
            None => true,
            Some(Kind::Enum(values)) => {
                !values.is_open() && values.values().all(|value| plain(value) != plain(written))
            }
            Some(_) => false,
        })
}

fn report(deviation: &Deviation, values: EnumNode, written: &str, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let resource = graph.resource(deviation.resource);
    let near = near(values, written);
    let edits = near.and_then(|near| edit::replace_literal(graph, &deviation.value, &format!("\"{near}\"")));
    let is_generated = schema::is_generated(graph);
    let message = format!("`{written}` is no value of `{}`: the deployment is refused", deviation.path());
    let finding = cx.report_on(resource, &deviation.place(), message);
    finding.traced(&deviation.value).confidence(Confidence::Medium);
    finding.help(match near {
        Some(near) => format!("Did you mean `{near}`?"),
        None => allowed(values),
    });
    if !is_generated {
        finding.fix("Write the value that was meant", Applicability::Unsafe, edits);
    }
}

fn allowed(values: EnumNode) -> String {
    let names: Vec<String> = values.values().take(SHOWN).map(|value| format!("`{value}`")).collect();
    let more = if values.values().len() > SHOWN { ", ..." } else { "" };
    format!("It can be {}{more}", names.join(", "))
}

// The one value that is nearest; the words for on and off are meant by booleans.
fn near(values: EnumNode, written: &str) -> Option<&'static str> {
    let word = match written {
        "true" => Some("Enabled"),
        "false" => Some("Disabled"),
        _ => None,
    };
    let named = |name: &str| values.values().find(|value| value.eq_ignore_ascii_case(name));
    word.and_then(named).or_else(|| {
        let mut near: Vec<(usize, &str)> =
            values.values().filter_map(|value| Some((distance(written, value)?, value))).collect();
        near.sort_unstable();
        match near.as_slice() {
            [(best, _), (other, _), ..] if best == other => None,
            [(_, value), ..] => Some(*value),
            [] => None,
        }
    })
}
