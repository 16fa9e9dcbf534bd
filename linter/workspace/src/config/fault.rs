//! What is wrong in a configuration, with its place.

use armlint_engine::rule::page::yaml::{self, Said};
use serde_saphyr::Location;

use super::read::ConfigFile;
use crate::error::{Fault, FaultPlace};

/// What is wrong at a place of a text that is still to be named.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) location: Location,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Wrong {
    /// The fault in a file with this text.
    pub(super) fn within(self, file: ConfigFile<'_>, text: &str) -> Fault {
        let Wrong { location, message, hint } = self;
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let (line, column) = (number(location.line()), number(location.column()));
        let place = text.lines().nth(line.wrapping_sub(1)).map(|written| {
            let rest = written.chars().count().saturating_sub(column.saturating_sub(1));
            let length = number(location.span().len()).min(rest).max(1);
            FaultPlace { line, column, length, text: written.to_string() }
        });
        let (path, file) = (file.shown.to_string(), file.path.to_path_buf());
        Fault { path, file, place, message, hint }
    }
}

/// What is wrong at a place, without a proposal.
pub(super) fn wrong(location: Location, message: impl Into<String>) -> Wrong {
    Wrong { location, message: message.into(), hint: None }
}

/// What the reader of YAML says, with a proposal for names that are nearly right.
pub(super) fn of_reader(error: &serde_saphyr::Error) -> Wrong {
    let Said { message, hint } = yaml::said(error);
    Wrong { location: error.location().unwrap_or(Location::UNKNOWN), message, hint }
}
