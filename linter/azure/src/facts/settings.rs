//! Properties that open or weaken a service.

use armlint_engine::finding::Severity;

use super::sorted;

pub(super) const TABLE: &str = include_str!("../../facts/settings.tsv");

/// A property of a resource type, and what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceSetting {
    /// The way to it, see [`crate::select`].
    pub path: &'static str,
    /// The values that are wrong, with `|` between them.
    pub bad: &'static str,
    /// What holds where nothing is written, by version of the API: `value<2020-01-01;other`.
    pub absent: &'static str,
    /// Children that may say it as well: `type/name:path`, with commas between them.
    pub children: &'static str,
    /// What must certainly hold, with `;` between the parts.
    pub when: &'static str,
    /// How bad a value is that is written.
    pub severity: Severity,
    /// How bad it is to leave the property at its default; none where that is not wrong.
    pub left: Option<Severity>,
    /// What is left at its default is only said where `strict` is chosen.
    pub left_is_strict: bool,
    /// The JSON that mends it; empty where there is none.
    pub set: &'static str,
}

/// The settings of a resource type, without regard to case, that a rule judges.
pub fn settings_of<'k>(rule: &'k str, ty: &'k str) -> impl Iterator<Item = ServiceSetting> + use<'k> {
    sorted::lines_of(TABLE, ty).filter_map(move |line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [_, own, path, bad, absent, children, when, severity, left, set, _] = *cells.as_slice() else {
            return None;
        };
        let (strict, left) = left.strip_prefix("strict ").map_or((false, left), |left| (true, left));
        (own == rule).then_some(ServiceSetting {
            path,
            bad,
            absent,
            children,
            when,
            severity: word(severity)?,
            left: word(left),
            left_is_strict: strict,
            set,
        })
    })
}

/// The resource types that a rule has settings of, in the order of the table.
pub fn types_of(rule: &str) -> Vec<&'static str> {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    let cells = rows.filter_map(|line| line.split_once('\t'));
    let mut types: Vec<&str> =
        cells.filter(|(_, rest)| rest.split('\t').next() == Some(rule)).map(|(ty, _)| ty).collect();
    types.dedup();
    types
}

fn word(severity: &str) -> Option<Severity> {
    Some(match severity {
        "low" => Severity::Low,
        "medium" => Severity::Medium,
        "high" => Severity::High,
        _ => return None,
    })
}
