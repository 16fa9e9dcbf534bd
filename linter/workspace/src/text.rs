//! Texts for people: what is said of a finding, without what a terminal or the agent of a pipeline would obey.

use armlint_engine::finding::Finding;

/// The address of a rule's page.
pub fn page_url(rule: &str) -> String {
    format!("https://github.com/armlint/armlint/blob/main/rules/{rule}.md")
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

fn is_printable(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns
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
}
