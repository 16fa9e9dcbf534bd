//! Problems of texts as findings.

use std::collections::BTreeSet;

use super::{DUPLICATE_KEY, NONSTANDARD_JSON, SYNTAX_ERROR, finding};
use crate::finding::{Confidence, Finding};
use crate::rule::Catalogue;
use crate::source::Source;
use crate::syntax::{Problem, ProblemKind};

/// The findings of a file's syntax.
pub(crate) fn syntax(problems: &[Problem], source: &Source, catalogue: &Catalogue) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut unusual: BTreeSet<&'static str> = BTreeSet::new();
    for problem in problems {
        let made = match &problem.kind {
            kind if kind.is_error() => {
                finding(catalogue, SYNTAX_ERROR, problem.span, &sentence(problem, source))
            }
            ProblemKind::DuplicateKey(first) | ProblemKind::DuplicateKeyCase(first) => {
                let mut made = finding(catalogue, DUPLICATE_KEY, problem.span, &sentence(problem, source));
                made.related(*first, "the first one");
                if matches!(problem.kind, ProblemKind::DuplicateKeyCase(_)) {
                    // Objects keep both: whether anything is lost depends on who reads them.
                    made.confidence(Confidence::Low);
                }
                made
            }
            kind => match nonstandard(kind) {
                // Once a kind and file: who writes one trailing comma writes many.
                Some(name) if unusual.insert(name) => {
                    finding(catalogue, NONSTANDARD_JSON, problem.span, &sentence(problem, source))
                }
                _ => continue,
            },
        };
        findings.push(made);
    }
    findings
}

// Line breaks inside strings are documented and are no finding.
fn nonstandard(kind: &ProblemKind) -> Option<&'static str> {
    match kind {
        ProblemKind::TrailingComma => Some("trailing-comma"),
        ProblemKind::SingleQuotes => Some("single-quotes"),
        ProblemKind::UnquotedKey => Some("unquoted-key"),
        ProblemKind::UnusualNumber => Some("unusual-number"),
        ProblemKind::ControlCharacter => Some("control-character"),
        _ => None,
    }
}

/// A problem of a text as a sentence without a full stop.
pub(crate) fn sentence(problem: &Problem, source: &Source) -> String {
    match &problem.kind {
        ProblemKind::Unexpected(expected) => unexpected(expected, source.slice(problem.span)),
        ProblemKind::UnterminatedString => "String has no closing quote".into(),
        ProblemKind::UnterminatedComment => "Comment has no end".into(),
        ProblemKind::Unclosed => match source.slice(problem.span).chars().next() {
            Some(bracket) if "[{".contains(bracket) => format!("The bracket `{bracket}` is never closed"),
            _ => "Bracket is never closed".into(),
        },
        ProblemKind::InvalidEscape => "Escape sequence is not one of JSON".into(),
        ProblemKind::MissingComma => "A comma is missing before this".into(),
        ProblemKind::TrailingText => "Text stands behind the end of the document".into(),
        ProblemKind::TooDeep => "Nested too deep: what is inside is not checked".into(),
        ProblemKind::TooManyNodes => "Aliases expand to too many values: the rest is not checked".into(),
        ProblemKind::Yaml(said) | ProblemKind::Language(said) => capitalised(said),
        ProblemKind::TrailingComma => "Trailing comma: Resource Manager takes it, JSON does not".into(),
        ProblemKind::SingleQuotes => "Single quotes: Resource Manager takes them, JSON does not".into(),
        ProblemKind::UnquotedKey => "Key without quotes: Resource Manager takes it, JSON does not".into(),
        ProblemKind::UnusualNumber => "Number in a form that Resource Manager takes and JSON does not".into(),
        ProblemKind::MultilineString => "Line break inside a string".into(),
        ProblemKind::ControlCharacter => "Control character inside a string".into(),
        ProblemKind::DuplicateKey(_) => {
            "Key stands twice in this object: the service keeps the last one".into()
        }
        ProblemKind::DuplicateKeyCase(_) => {
            "Key stands in this object in another spelling: a look-up by name finds only one of them".into()
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

// What is expected, and what stands there. Of a longer text only what cannot be a part of a secret is shown.
fn unexpected(expected: &str, found: &str) -> String {
    const WORDS: [&str; 6] = ["True", "False", "None", "undefined", "nil", "..."];
    let expected = capitalised(expected);
    let found = found.trim();
    let mut characters = found.chars();
    match (characters.next(), characters.next()) {
        (None, _) => format!("{expected} is expected, and the text ends here"),
        // The key or the colon that it should stand behind.
        (Some('"' | '\'' | ':'), None) => format!("{expected} is expected behind this"),
        (Some(one), None) if one.is_ascii_punctuation() => {
            format!("{expected} is expected here, not `{one}`")
        }
        (Some('"' | '\''), _) => format!("{expected} is expected here, not a string"),
        (Some(digit), _) if digit.is_ascii_digit() => format!("{expected} is expected here, not a number"),
        _ if WORDS.contains(&found) => format!("{expected} is expected here, not `{found}`"),
        _ => format!("{expected} is expected here, and this is something else"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_and_found() {
        for (expected, found, said) in [
            ("a value", "True", "A value is expected here, not `True`"),
            ("a value", ":", "A value is expected behind this"),
            ("an element", ",", "An element is expected here, not `,`"),
            ("a key", "{", "A key is expected here, not `{`"),
            ("`,` or `}`", "hunter2 and more", "`,` or `}` is expected here, and this is something else"),
            ("`,` or `}`", "2 3", "`,` or `}` is expected here, not a number"),
            ("a value", "\n", "A value is expected, and the text ends here"),
        ] {
            assert_eq!(unexpected(expected, found), said);
        }
    }
}
