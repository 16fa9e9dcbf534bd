//! How a run ends.

use std::process::ExitCode;

/// How a run ended; scripts depend on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Something was checked, and nothing at or above the threshold was found.
    Clean,
    /// There are findings at or above the threshold.
    Findings,
    /// Not everything that should have been checked could be.
    Incomplete,
    /// There was nothing to check.
    Nothing,
}

impl Status {
    /// The same run when something else could not be done.
    pub(crate) fn incomplete(self) -> Status {
        if self == Status::Findings { self } else { Status::Incomplete }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(match status {
            Status::Clean => 0,
            Status::Findings => 1,
            Status::Incomplete => 2,
            Status::Nothing => 3,
        })
    }
}
