//! Which templates a template may link to: those whose names it writes.
//!
//! A link is an expression, so that only the evaluation knows where it leads. But the name of the file, or its end,
//! stands somewhere in the texts that the evaluation sees: that tells in time linear in the texts which templates
//! may be meant, and never leaves one out.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::{SmolStr, StrExt};

use super::EXTENSIONS;

/// What a template that links has in its text.
const LINK: &[u8] = b"templateLink";

/// Whether a text may link to a template.
pub(super) fn may_link(text: &[u8]) -> bool {
    memchr::memmem::find(text, LINK).is_some()
}

/// The ends of the names of templates that a text writes, in lower case, with their ending. Where it says no more
/// than the ending, the rest is put together elsewhere.
pub(crate) fn written_names(text: &str) -> BTreeSet<SmolStr> {
    let mut names = BTreeSet::new();
    for dot in memchr::memchr_iter(b'.', text.as_bytes()) {
        let rest = text.as_bytes().get(dot + 1..).unwrap_or_default();
        let fits = |extension: &&&str| {
            rest.get(..extension.len()).is_some_and(|start| start.eq_ignore_ascii_case(extension.as_bytes()))
        };
        for extension in EXTENSIONS.iter().filter(fits) {
            let name = text.get(name_start(text, dot)..dot + 1 + extension.len());
            names.extend(name.map(StrExt::to_lowercase_smolstr));
        }
    }
    names
}

// Where the part of a name begins that ends at `end`: behind the last character that names seldom hold, since a
// shorter end fits more names.
fn name_start(text: &str, end: usize) -> usize {
    let bytes = text.as_bytes();
    let before = bytes.get(..end).unwrap_or_default();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let length = before.iter().rev().take_while(|byte| is_name(byte)).count();
    let outside = before.get(..end - length).unwrap_or_default();
    let slashes = outside.iter().rev().take_while(|byte| **byte == b'\\').count();
    // Behind an odd one stands an escape, and what it means is part of the name.
    if slashes % 2 == 1 { end } else { end - length }
}

/// Templates by the ends of their names.
#[derive(Debug, Default)]
pub(crate) struct TemplateNames {
    // The characters of the name in lower case, the last first; names without a known ending apart.
    reversed: BTreeMap<String, Vec<usize>>,
    others: Vec<usize>,
}

impl TemplateNames {
    /// Adds the template at a path, which is known as `index`.
    pub(crate) fn add(&mut self, path: &str, index: usize) {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name).to_ascii_lowercase();
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        match extension.is_some_and(|extension| EXTENSIONS.contains(&extension)) {
            true => self.reversed.entry(name.chars().rev().collect()).or_default().push(index),
            false => self.others.push(index),
        }
    }

    /// The templates whose names end as a text writes it, and those that could have any name.
    pub(crate) fn ending<'n>(&'n self, names: &'n BTreeSet<SmolStr>) -> impl Iterator<Item = usize> + 'n {
        let of = |name: &SmolStr| {
            let start: String = name.chars().rev().collect();
            let from = self.reversed.range(start.clone()..);
            from.take_while(move |(reversed, _)| reversed.starts_with(&start)).flat_map(|(_, all)| all)
        };
        names.iter().flat_map(of).chain(&self.others).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<SmolStr> {
        written_names(text).into_iter().collect()
    }

    #[test]
    fn what_a_text_writes_of_a_name() {
        assert_eq!(names(r#"{"uri": "[concat(x, '/nested/Storage.json', y)]"}"#), ["storage.json"]);
        assert_eq!(names("[concat('stor', 'age.JSON')]"), ["age.json"]);
        assert_eq!(names("[format('{0}.json', 'a')]"), [".json"]);
        assert_eq!(names(r#""nested\\a.json" "b\u0061c.json""#), [".json", "a.json"]);
        assert_eq!(names("x.jsonc y.yml é.template"), [".template", "x.json", "x.jsonc", "y.yml"]);
        assert_eq!(names(".toml json"), [] as [&str; 0]);
    }

    #[test]
    fn the_templates_that_fit() {
        let mut templates = TemplateNames::default();
        for (index, path) in ["a/Storage.json", "b/age.json", "storage", "c/page.json"].iter().enumerate() {
            templates.add(path, index);
        }
        let fitting = |name: &str| {
            let mut found: Vec<usize> = templates.ending(&BTreeSet::from([name.into()])).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(fitting("storage.json"), [0, 2]);
        assert_eq!(fitting("age.json"), [0, 1, 2, 3]);
        assert_eq!(fitting("other.json"), [2]);
    }
}
