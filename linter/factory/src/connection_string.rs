//! Connection strings and URIs as a factory takes them: expressions of its language are evaluated at run time.

use armlint_azure::connection_string::{self, ConnectionString, Content};
use armlint_engine::value::{Piece, Text};

use crate::adf_expression::is_dynamic;

/// Takes a text apart, see [`connection_string::parse`].
pub fn parse(pieces: &[Piece]) -> ConnectionString {
    connection_string::parse(pieces, is_dynamic)
}

/// Takes a text apart whose pieces do not matter, see [`connection_string::parse_text`].
pub fn parse_text(text: &Text) -> ConnectionString {
    connection_string::parse_text(text, is_dynamic)
}

/// What a text is, seen as a secret.
pub fn content(text: &Text) -> Content {
    connection_string::content(text, is_dynamic)
}
