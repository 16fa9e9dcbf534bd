//! What the reader of YAML says, in the words that armlint has for it everywhere, with a proposal for names that are
//! nearly right.

use serde_saphyr::Error;

/// What is wrong, and what may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What is wrong, without its place.
    pub message: String,
    /// The name that was meant, or all that there are.
    pub hint: Option<String>,
}

/// What an error says.
pub fn said(error: &Error) -> Said {
    let (message, hint) = match error.without_snippet() {
        Error::SerdeUnknownField { field, expected, .. } => {
            (format!("there is no key `{field}` here"), Some(proposal(field, expected, "the keys are")))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => (
            format!("`{variant}` is no value of this key"),
            Some(proposal(variant, expected, "the values are")),
        ),
        Error::SerdeMissingField { field, .. } => (format!("the key `{field}` is missing here"), None),
        Error::DuplicateMappingKey { .. } => ("the key stands here twice".to_string(), None),
        other => {
            let said = plain(&other.to_string());
            // What starts with a backtick or a brace, or has a colon in it, is no plain text.
            let unquoted = ["unexpected character", "mapping values are not", "a text is expected"];
            let quotes = unquoted.iter().any(|start| said.starts_with(start));
            (said, quotes.then(|| "put the text in quotes".to_string()))
        }
    };
    Said { message, hint }
}

// The place is said elsewhere.
fn plain(said: &str) -> String {
    let line = said.lines().next().unwrap_or_default();
    match line.split(" at line ").next().unwrap_or(line) {
        "expected sequence start" => "a list is expected here".to_string(),
        "expected string scalar" => "a text is expected here".to_string(),
        "expected mapping start" => "a mapping of keys is expected here".to_string(),
        message => message.to_string(),
    }
}

fn proposal(name: &str, known: &[&str], otherwise: &str) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("{otherwise} {}", known.join(", ")),
    }
}

/// The name that looks most like one that does not exist.
pub fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let scored = known.map(|known| (strsim::jaro_winkler(&name, known), known));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(score, _)| *score > 0.8).map(|(_, known)| known)
}
