//! Rows of large tables that are sorted by their first column: found by halves in the text, so that nothing is read
//! before somebody asks, and nothing of types that nobody has.

use std::cmp::Ordering;

/// The lines of a table whose first cell is `key`, without regard to case. The table is sorted by that cell in lower
/// case.
pub fn lines_of<'k>(table: &'static str, key: &'k str) -> impl Iterator<Item = &'static str> + use<'k> {
    let rest = table.get(first_line(table, key)..).unwrap_or("");
    rest.lines().take_while(move |line| compare(line, key) == Ordering::Equal)
}

// Where the first line begins that does not come before `key`.
fn first_line(table: &str, key: &str) -> usize {
    let (mut low, mut high) = (head(table), table.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memchr::memrchr(b'\n', &table.as_bytes()[..middle]).map_or(0, |at| at + 1);
        let start = start.max(low);
        let end = memchr::memchr(b'\n', &table.as_bytes()[start..]).map_or(table.len(), |at| start + at + 1);
        match compare(table.get(start..end).unwrap_or(""), key) {
            Ordering::Less => low = end,
            _ => high = start,
        }
    }
    low
}

// The length of the comments and of the line of names.
fn head(table: &str) -> usize {
    let mut length = 0;
    for line in table.split_inclusive('\n') {
        length += line.len();
        if !line.starts_with('#') {
            break;
        }
    }
    length
}

fn compare(line: &str, key: &str) -> Ordering {
    uncased(line.split('\t').next().unwrap_or(""), key)
}

/// The order that the tables have: without regard to case.
pub(super) fn uncased(a: &str, b: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(lower).cmp(b.bytes().map(lower))
}

/// The lines that do not come behind the one before them.
pub fn unsorted(table: &'static str) -> Vec<&'static str> {
    let lines: Vec<&str> = table.get(head(table)..).unwrap_or("").lines().collect();
    let key = |line: &str| line.split('\t').next().unwrap_or("").to_ascii_lowercase();
    lines.windows(2).filter(|pair| key(pair[0]) > key(pair[1])).map(|pair| pair[1]).collect()
}
