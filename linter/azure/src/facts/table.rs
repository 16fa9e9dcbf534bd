//! Reads the tables of the folders `facts`: `#` comments, a line with the names of the columns, one row per
//! line, columns separated by tabs.

use armlint_engine::settings::{Cloud, Date};

/// A table: the names of the columns and the rows.
pub struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<&'static str>>,
    // The line of the file that each row is, from 1.
    lines: Vec<usize>,
}

/// A row of a table.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    columns: &'a [&'static str],
    cells: &'a [&'static str],
}

impl Table {
    /// Reads a table; a text without a line of names is a table without rows.
    pub fn read(text: &'static str) -> Table {
        let lines = text.lines().enumerate();
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let columns = lines.next().map(|(_, line)| line.split('\t').collect()).unwrap_or_default();
        let (lines, rows) = lines.map(|(at, line)| (at + 1, line.split('\t').collect())).unzip();
        Table { columns, rows, lines }
    }

    /// The rows in their order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { columns: &self.columns, cells })
    }

    /// What is wrong with the table: columns that are missing, rows of another width than the names or without a source,
    /// days that are none.
    pub fn faults(&self, expected: &[&str]) -> Vec<String> {
        let missing = expected.iter().chain(&["source"]).filter(|name| !self.columns.contains(name));
        let mut faults: Vec<String> = missing.map(|name| format!("there is no column `{name}`")).collect();
        let is_day = |name: &str| name.ends_with("since") || name.ends_with("until");
        for ((line, cells), row) in self.lines.iter().zip(&self.rows).zip(self.rows()) {
            let (found, width) = (cells.len(), self.columns.len());
            if found != width {
                faults.push(format!("line {line}: {found} cells, but {width} columns"));
            } else if self.columns.contains(&"source") && row.cell("source").is_empty() {
                faults.push(format!("line {line}: the source is missing"));
            }
            for name in self.columns.iter().filter(|name| is_day(name)) {
                let cell = row.cell(name);
                if !cell.is_empty() && row.date(name).is_none() {
                    faults.push(format!("line {line}: `{cell}` under `{name}` is no day: 2020-04-01"));
                }
            }
        }
        faults
    }
}

impl Row<'_> {
    /// The cell of a column; empty where there is none.
    pub fn cell(&self, column: &str) -> &'static str {
        debug_assert!(self.columns.contains(&column), "a table of facts has no column `{column}`");
        let index = self.columns.iter().position(|name| *name == column);
        index.and_then(|index| self.cells.get(index)).copied().unwrap_or("")
    }

    /// The elements of a cell that holds a list.
    pub fn list(&self, column: &str) -> Vec<&'static str> {
        self.cell(column).split(',').filter(|element| !element.is_empty()).collect()
    }

    /// Whether a cell says `Y`.
    pub fn flag(&self, column: &str) -> bool {
        self.cell(column) == "Y"
    }

    /// The day in a cell.
    pub fn date(&self, column: &str) -> Option<Date> {
        self.cell(column).parse().ok()
    }

    /// The two days in the columns `{prefix}since` and `{prefix}until`.
    pub fn period(&self, prefix: &str) -> Period {
        Period { since: self.date(&format!("{prefix}since")), until: self.date(&format!("{prefix}until")) }
    }

    /// The settings `path=value|value` of a cell, separated by `separator`.
    pub fn settings(&self, column: &str, separator: char) -> Vec<Setting> {
        let settings = self.cell(column).split(separator).filter_map(|setting| setting.split_once('='));
        settings.map(|(path, values)| Setting { path, values: values.split('|').collect() }).collect()
    }
}

/// The days from which and until which something holds; none is always and still.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub since: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

impl Period {
    /// Whether it holds on a day.
    pub fn contains(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// A property and some of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Keys separated by dots.
    pub path: &'static str,
    /// The values, to be compared without regard to case.
    pub values: Vec<&'static str>,
}

/// The day that a table was last collected on: its line `# date: `.
pub fn date(table: &str) -> Option<Date> {
    let date = table.lines().find_map(|line| line.strip_prefix("# date: "))?;
    date.get(..10)?.parse().ok()
}

/// What is wrong with the tables of a package: their names and texts, against the names of the files in its folder
/// `facts`.
pub fn faults_of(tables: &[(&str, &'static str)], files: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, text) in tables {
        let found = Table::read(text).faults(&[]);
        faults.extend(found.into_iter().map(|fault| format!("facts/{name}.tsv: {fault}")));
        if date(text).is_none() {
            faults.push(format!("facts/{name}.tsv: the line `# date: 2020-04-01` is missing"));
        }
    }
    for file in files {
        if file.strip_suffix(".tsv").is_some_and(|name| tables.iter().all(|(known, _)| *known != name)) {
            faults.push(format!("facts/{file}: the table is missing in `TABLES` of src/facts/mod.rs"));
        }
    }
    faults
}

/// The place of a cloud among the columns `_public`, `_usgov` and `_china`.
pub fn cloud_index(cloud: Cloud) -> usize {
    match cloud {
        Cloud::Public => 0,
        Cloud::UsGovernment => 1,
        Cloud::China => 2,
    }
}
