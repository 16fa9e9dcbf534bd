//! What is wrong in a configuration, with its place.

use serde_saphyr::Location;

use crate::error::{Fault, FaultPlace};

/// What is wrong at a place of a text that is still to be named.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) location: Location,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Wrong {
    /// The fault in the file `path` with this text.
    pub(super) fn within(self, path: &str, text: &str) -> Fault {
        let Wrong { location, message, hint } = self;
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let (line, column) = (number(location.line()), number(location.column()));
        let place = text.lines().nth(line.wrapping_sub(1)).map(|written| {
            let rest = written.chars().count().saturating_sub(column.saturating_sub(1));
            let length = number(location.span().len()).min(rest).max(1);
            FaultPlace { line, column, length, text: written.to_string() }
        });
        Fault { path: path.to_string(), place, message, hint }
    }
}

/// What the reader of YAML says, with a proposal for names that are nearly right.
pub(super) fn of_reader(error: &serde_saphyr::Error) -> Wrong {
    use serde_saphyr::Error;
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let error = error.without_snippet();
    let (message, hint) = match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            (format!("there is no key `{field}` here"), Some(proposal(field, expected, "the keys are")))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => (
            format!("`{variant}` is no value of this key"),
            Some(proposal(variant, expected, "the values are")),
        ),
        Error::SerdeMissingField { field, .. } => (format!("the key `{field}` is missing here"), None),
        Error::DuplicateMappingKey { .. } => ("the key stands here twice".to_string(), None),
        other => (plain(&other.to_string()), None),
    };
    Wrong { location, message, hint }
}

// The place is said elsewhere.
fn plain(said: &str) -> String {
    let line = said.lines().next().unwrap_or_default();
    match line.split(" at line ").next().unwrap_or(line) {
        "expected sequence start" => "a list is expected here".to_string(),
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
pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let scored = known.map(|known| (strsim::jaro_winkler(&name, known), known));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(score, _)| *score > 0.8).map(|(_, known)| known)
}
