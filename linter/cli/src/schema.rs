//! `armlint schema`: the JSON Schema of the configuration, for editors.

use serde_json::Value;

use crate::config::text::ConfigText;
use crate::error::Error;
use crate::{Status, output};

/// Prints the schema.
pub(crate) fn run() -> Result<Status, Error> {
    output::to_stdout(format!("{:#}\n", schema()).as_bytes())?;
    Ok(Status::Clean)
}

/// The schema, draft 2020-12.
pub(crate) fn schema() -> Value {
    schemars::schema_for!(ConfigText).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        insta::assert_snapshot!(format!("{:#}", schema()));
    }
}
