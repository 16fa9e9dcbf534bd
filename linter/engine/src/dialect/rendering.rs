//! Files that are no YAML or JSON until something has rendered them: Helm charts, Jinja, placeholders.

use crate::syntax::{Document, ProblemKind};

/// What has to be rendered in a text that cannot be read as it is; `None` where its errors are its own.
pub(super) fn needed(text: &str, yaml: bool, documents: &[&Document]) -> Option<&'static str> {
    let errors = documents.iter().flat_map(|document| &document.problems);
    let errors = errors.filter(|problem| problem.kind.is_error() && !is_limit(&problem.kind));
    let errors: Vec<usize> = errors.map(|problem| problem.span.start as usize).collect();
    // In JSON a bracket in another is an error itself; in YAML the error may be anywhere behind it.
    let marked = |open: &str, close: &str| match yaml {
        true => pair(text, open, close),
        false => errors.iter().any(|at| stands_at(text, *at, open)),
    };
    if errors.is_empty() {
        return None;
    }
    if marked("{{", "}}") {
        let helm = [".Values", ".Release", ".Chart", "{{-", "include ", "tpl "];
        return Some(match helm.iter().any(|mark| text.contains(mark)) {
            true => "it is a Helm template",
            false => "it is a template of Jinja or its like",
        });
    }
    if marked("{%", "%}") || marked("<%", "%>") {
        return Some("it is a template of Jinja or its like");
    }
    let placed = errors.iter().any(|at| lines_at(text, *at).lines().any(holds_placeholder));
    placed.then_some("it holds placeholders that are no values")
}

fn is_limit(kind: &ProblemKind) -> bool {
    matches!(kind, ProblemKind::TooDeep | ProblemKind::TooManyNodes)
}

fn pair(text: &str, open: &str, close: &str) -> bool {
    text.find(open).is_some_and(|at| text[at + open.len()..].contains(close))
}

fn stands_at(text: &str, at: usize, mark: &str) -> bool {
    let start = text.floor_char_boundary(at.saturating_sub(2));
    let end = text.ceil_char_boundary(at.saturating_add(3).min(text.len()));
    text.get(start..end).is_some_and(|near| near.contains(mark))
}

// The line of an offset and the one before it: a reader may notice an error in the next line only.
fn lines_at(text: &str, at: usize) -> &str {
    const LONGEST: usize = 4096;
    let at = text.floor_char_boundary(at);
    let start = text.floor_char_boundary(at.saturating_sub(LONGEST));
    let before = text.get(start..at).unwrap_or_default().trim_end_matches(['\n', '\r', ' ']);
    let start = before.rfind('\n').map_or(start, |line| start + line + 1);
    let behind = text.get(at..text.floor_char_boundary(at.saturating_add(LONGEST))).unwrap_or_default();
    text.get(start..at + behind.find('\n').unwrap_or(behind.len())).unwrap_or_default()
}

/// Whether a value in a line begins with a bare name in marks that no value begins with.
fn holds_placeholder(line: &str) -> bool {
    const MARKS: [(&str, &str); 7] =
        [("{", "}"), ("@@", "@@"), ("@", "@"), ("%", "%"), ("#{", "}"), ("${", "}"), ("<", ">")];
    MARKS.iter().any(|(open, close)| {
        line.match_indices(open).any(|(at, _)| {
            let before = line[..at].trim_end();
            let begins = before.is_empty() || before.ends_with([':', '-', ',', '[']);
            let rest = &line[at + open.len()..];
            let end = rest.find(close).filter(|end| begins && is_name(&rest[..*end]));
            // `{name}` by itself is an object.
            end.is_some_and(|end| {
                *open != "{"
                    || rest[end + 1..].starts_with(|c: char| c.is_ascii_alphanumeric() || "./:-_".contains(c))
            })
        })
    })
}

fn is_name(text: &str) -> bool {
    text.len() > 1
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_begin_values() {
        for line in [
            "image: {acr-name}.azurecr.io/x",
            "- @@NAME@@",
            "\"count\": #{count}#,",
            "a: %NAME%",
            "b: @name@",
        ] {
            assert!(holds_placeholder(line), "{line}");
        }
        for line in [
            "tags: {env}",
            "a: \"x{env}y\" \"z\"",
            "mail: a@b.c",
            "a: [x",
            "if a < b and c > d",
            "b: {a: 1}.x",
        ] {
            assert!(!holds_placeholder(line), "{line}");
        }
    }
}
