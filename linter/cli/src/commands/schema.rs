//! `armlint schema`: the JSON Schema of the configuration, for editors.

use armlint_workspace::config::schema;

use crate::error::Error;
use crate::output;
use crate::status::Status;

/// Prints the schema.
pub(crate) fn run() -> Result<Status, Error> {
    output::to_stdout(format!("{:#}\n", schema()).as_bytes())?;
    Ok(Status::Clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        insta::assert_snapshot!(format!("{:#}", schema()));
    }
}
