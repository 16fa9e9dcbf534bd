//! Texts for people: what is said of a finding, without what a terminal or the agent of a pipeline would obey.

use std::borrow::Cow;

use armlint_engine::finding::Finding;
use armlint_engine::rule::{Catalogue, Rule};

/// The address of a rule's page; of the rule of a pack, the first address that it refers to.
pub fn page_url(catalogue: &Catalogue, rule: &str) -> Option<String> {
    match catalogue.find(rule) {
        Some(Rule::Loaded(spec)) => {
            let words = spec.references.iter().flat_map(|reference| reference.split_whitespace());
            words
                .map(|word| word.trim_matches(['<', '>', '(', ')', ',']))
                .find(|word| word.starts_with("https://"))
                .map(str::to_string)
        }
        Some(Rule::BuiltIn(_)) | None => {
            Some(format!("https://github.com/armlint/armlint/blob/main/rules/{rule}.md"))
        }
    }
}

/// Message, parameter files and help, each on lines of their own, without what a terminal would obey.
pub fn said(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    if !finding.environments.is_empty() {
        text.push_str("\nWith ");
        text.push_str(&finding.environments.join(", "));
    }
    if let Some(help) = &finding.help {
        text.push_str("\nHelp: ");
        text.push_str(help);
    }
    lines(&text)
}

/// The text with its line breaks, and nothing else that a terminal would obey.
pub fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// The text with what a terminal would obey instead of show replaced: control characters and those that
/// turn the direction of writing. Nor does it hold what the agents of pipelines obey in their logs:
/// `##vso[` and `##[` anywhere, `::command` at the beginning of a line.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    if commands(text) {
        shown.push('\u{fffd}');
    }
    for c in text.chars() {
        shown.push(if may_follow(&shown, c) { c } else { '\u{fffd}' });
    }
    shown
}

fn commands(line: &str) -> bool {
    line.trim_start()
        .strip_prefix("::")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Whether a character may be printed behind a text of the same line: a terminal shows it, and it begins no logging
/// command of a pipeline.
pub fn may_follow(before: &str, c: char) -> bool {
    is_printable(c) && !opens_command(before, c)
}

/// Whether a character would make a logging command of what stands before it.
fn opens_command(before: &str, c: char) -> bool {
    let bytes = before.as_bytes();
    let ends = |end: &[u8]| {
        bytes.len().checked_sub(end.len()).is_some_and(|at| bytes[at..].eq_ignore_ascii_case(end))
    };
    c == '[' && (ends(b"##") || ends(b"##vso"))
}

// Besides control characters, those that turn the direction of writing, break lines, or are never seen.
fn is_printable(c: char) -> bool {
    let turns =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = matches!(c, '\u{2028}' | '\u{2029}');
    let hides = matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !c.is_control() && !turns && !breaks && !hides
}

/// A text of JSON in which what a terminal would obey is written as an escape, so that it means the same.
pub fn escaped(json: &str) -> Cow<'_, str> {
    let obeyed = |c: char| !c.is_ascii() && !is_printable(c) || c == '\u{7f}';
    if !json.contains(obeyed) {
        return Cow::Borrowed(json);
    }
    let mut text = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        match obeyed(c) {
            true => {
                c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")))
            }
            false => text.push(c),
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_are_given_no_orders() {
        for text in ["##vso[a]", "x ##VSO[a]", "##[error]", "  ::error::x", "::stop-commands::x"] {
            let shown = printable(text);
            assert!(!shown.to_lowercase().contains("##vso[") && !shown.contains("##["), "{shown}");
            assert!(!shown.trim_start().starts_with("::"), "{shown}");
        }
        assert_eq!(printable("::1/128 [a] #[b]"), "::1/128 [a] #[b]");
    }

    #[test]
    fn json_keeps_its_meaning_and_gives_no_orders() {
        let hostile = "\u{1b}[31m \u{7f} \u{9b}31m \u{202e} \u{2028} \u{e0041} é 字";
        let json = serde_json::to_string(hostile).unwrap();
        let safe = escaped(&json);
        assert!(safe.chars().all(is_printable), "{safe}");
        assert!(safe.contains("\\u009b31m \\u202e") && safe.contains("\\udb40\\udc41 é 字"), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), hostile);
        assert!(matches!(escaped("{\"a\": \"é\"}"), Cow::Borrowed(_)));
    }
}
