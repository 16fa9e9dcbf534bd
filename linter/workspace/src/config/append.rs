//! Adds a suppression to the text of a configuration, and leaves everything else as it is written.

use std::ops::Range;
use std::path::PathBuf;

use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_engine::syntax::{Member, Node, NodeKind, yaml};
use glob::Pattern;

use super::Configurations;
use super::text::ConfigText;

/// A suppression of one rule at one file.
#[derive(Clone, Debug)]
pub struct NewSuppression {
    /// The id of the rule.
    pub rule: String,
    /// The file, relative to the folder of the configuration.
    pub path: PathBuf,
    /// Type and name of the resource, where there is one.
    pub resource: Option<(String, String)>,
    /// The last day that it holds, such as 2026-12-31.
    pub until: Option<String>,
    /// Why; may still be empty.
    pub reason: String,
}

impl Configurations {
    /// Where the suppressions of a file, by its path as shown, are written: the configuration, as shown, where
    /// it is a file, and the path of the file as patterns of that see it.
    pub fn suppressing(&self, shown: &str) -> (Option<&str>, PathBuf) {
        let configuration = self.of(shown);
        (configuration.file.as_deref(), self.relative(configuration, shown))
    }
}

/// The range in bytes of a text that is to be replaced so that it holds the suppression, and by what. None
/// where the text is not understood.
pub fn append(text: &str, suppress: &NewSuppression) -> Option<(Range<usize>, String)> {
    let source = Source::new(SourceId(0), super::FILE_NAME, text.to_string());
    let documents = yaml::parse(&source);
    let root = documents.first().map(|document| &document.root).filter(|root| root.is_object());
    let keys = fields(suppress);
    let (at, added) = match root.and_then(|root| Some((root, root.get("suppress")?))) {
        Some((_, member)) => within(text, member, &keys)?,
        None => match root.filter(|root| text[root.span.range()].starts_with('{')) {
            Some(root) => before_end(text, root, &format!("suppress: [{}]", flow(&keys)))?,
            None => {
                let lead = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
                (text.len(), format!("{lead}suppress:\n{}", block(&keys, 2)))
            }
        },
    };
    let mut result = text.to_string();
    result.insert_str(at, &added);
    let count = |text: &str| {
        let read: Option<ConfigText> = serde_saphyr::from_str(text).ok()?;
        Some(read.unwrap_or_default().suppress.len())
    };
    // A key without a value is no list yet.
    (count(&result)? == count(text).unwrap_or(0) + 1).then_some((at..at, added))
}

fn within(text: &str, member: &Member, keys: &[String]) -> Option<(usize, String)> {
    let value = &member.value;
    match &value.kind {
        NodeKind::Array(_) if text[value.span.range()].starts_with('[') => {
            before_end(text, value, &flow(keys))
        }
        NodeKind::Array(elements) => {
            let (first, last) = (elements.first()?, elements.last()?);
            let before = text[..first.span.start as usize].trim_end();
            let dash = before.strip_suffix('-')?;
            let indentation = dash.len() - dash.rfind('\n').map_or(0, |at| at + 1);
            Some(behind_line(text, last.span.end as usize, &block(keys, indentation)))
        }
        NodeKind::Null => Some(behind_line(text, member.key_span.end as usize, &block(keys, 2))),
        _ => None,
    }
}

// Behind the line in which what ends at an offset has its last character.
fn behind_line(text: &str, end: usize, added: &str) -> (usize, String) {
    let end = text[..end].trim_end().len();
    match text[end..].find('\n') {
        Some(line) => (end + line + 1, added.to_string()),
        None => (text.len(), format!("\n{}", added.trim_end_matches('\n'))),
    }
}

// Before the bracket that closes a node.
fn before_end(text: &str, node: &Node, added: &str) -> Option<(usize, String)> {
    let at = (node.span.end as usize).checked_sub(1)?;
    let before = text.get(..at)?.trim_end();
    let comma = if before.ends_with(['[', '{', ',']) { "" } else { ", " };
    Some((at, format!("{comma}{added}")))
}

fn fields(suppress: &NewSuppression) -> Vec<String> {
    let path = suppress.path.to_string_lossy();
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() };
    let mut fields =
        vec![format!("rule: {}", suppress.rule), format!("paths: [{}]", quoted(&Pattern::escape(&path)))];
    if let Some((ty, name)) = &suppress.resource {
        fields.push(format!("resource-type: {}", quoted(&Pattern::escape(ty))));
        fields.push(format!("resource-name: {}", quoted(&Pattern::escape(name))));
    }
    fields.extend(suppress.until.as_ref().map(|day| format!("until: {day}")));
    fields.push(format!("reason: {}", quoted(&suppress.reason)));
    fields
}

// Strings of JSON are strings of YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn flow(fields: &[String]) -> String {
    format!("{{ {} }}", fields.join(", "))
}

fn block(fields: &[String], indentation: usize) -> String {
    let lines = fields.iter().enumerate().map(|(at, field)| {
        let mark = if at == 0 { "- " } else { "  " };
        format!("{:indentation$}{mark}{field}\n", "")
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn appended(text: &str) -> Option<String> {
        let suppress = NewSuppression {
            rule: "adf/secret-literal".into(),
            path: "linkedService/a[1].json".into(),
            resource: None,
            until: None,
            reason: "it's \"known\"".into(),
        };
        let (range, added) = append(text, &suppress)?;
        let mut result = text.to_string();
        result.replace_range(range, &added);
        Some(result)
    }

    const LINES: [&str; 3] = [
        "- rule: adf/secret-literal",
        "  paths: [\"linkedService/a[[]1[]].json\"]",
        "  reason: \"it's \\\"known\\\"\"",
    ];

    fn lines(indentation: &str) -> String {
        LINES.map(|line| format!("{indentation}{line}\n")).concat()
    }

    #[test]
    fn what_is_there_stays_as_it_is() {
        let entry = "rule: template/unused-variable\n    reason: x";
        for (before, added, after) in [
            ("", format!("suppress:\n{}", lines("  ")), ""),
            ("# c\nas-of: 2026-01-31 # d", format!("\nsuppress:\n{}", lines("  ")), ""),
            ("suppress: # c\n", lines("  "), "as-of: 2026-01-31\n"),
            (&format!("suppress:\n  - {entry} # c\n"), lines("  "), "# d\nadf:\n  strict: true\n"),
            ("suppress:\n- rule: adf/\n  reason: >\n    x\n    y\n", lines(""), "\nexclude: [a]\n"),
        ] {
            assert_eq!(appended(&format!("{before}{after}")), Some(format!("{before}{added}{after}")));
        }
        let flow = LINES.map(|line| line[2..].to_string()).join(", ");
        assert_eq!(appended("suppress: []\n"), Some(format!("suppress: [{{ {flow} }}]\n")));
        assert_eq!(
            appended("{ as-of: 2026-01-31 }\n"),
            Some(format!("{{ as-of: 2026-01-31 , suppress: [{{ {flow} }}]}}\n"))
        );
        assert_eq!(
            appended(&format!("suppress:\n  - {entry}")),
            Some(format!("suppress:\n  - {entry}\n{}", lines("  ").trim_end()))
        );
    }

    #[test]
    fn what_is_not_understood_is_left_alone() {
        for text in ["suppress: 3\n", "suppress: [\n", "- a\n", "nonsense: 1\n"] {
            assert_eq!(appended(text), None, "{text}");
        }
    }
}
