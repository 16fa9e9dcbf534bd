//! Properties that open or weaken a service.

use std::cmp::Ordering;
use std::sync::LazyLock;

use armlint_engine::finding::Severity;

use super::sorted::uncased;
use super::table::{self, Table};

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

struct Row {
    ty: &'static str,
    rule: &'static str,
    setting: ServiceSetting,
}

// An immutable table, see the module above. Many rules ask about each resource, so that its rows are taken apart once.
static SETTINGS: LazyLock<Vec<Row>> =
    LazyLock::new(|| Table::read(TABLE).rows().filter_map(|row| Row::read(&row)).collect());

impl Row {
    fn read(row: &table::Row<'_>) -> Option<Row> {
        let left = row.cell("left");
        let (strict, left) = left.strip_prefix("strict ").map_or((false, left), |left| (true, left));
        let setting = ServiceSetting {
            path: row.cell("path"),
            bad: row.cell("bad"),
            absent: row.cell("absent"),
            children: row.cell("child"),
            when: row.cell("when"),
            severity: word(row.cell("severity"))?,
            left: word(left),
            left_is_strict: strict,
            set: row.cell("set"),
        };
        Some(Row { ty: row.cell("type"), rule: row.cell("rule"), setting })
    }
}

/// The settings of a resource type, without regard to case, that a rule judges.
pub fn settings_of<'k>(rule: &'k str, ty: &'k str) -> impl Iterator<Item = ServiceSetting> + use<'k> {
    let first = SETTINGS.partition_point(|row| uncased(row.ty, ty) == Ordering::Less);
    let rows = SETTINGS[first..].iter().take_while(move |row| row.ty.eq_ignore_ascii_case(ty));
    rows.filter(move |row| row.rule == rule).map(|row| row.setting)
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
