//! What the program says of its version.

/// The version of the program, and the day that its facts hold for.
pub(crate) fn version() -> String {
    format!("{} (facts of {})", env!("CARGO_PKG_VERSION"), armlint_rules::facts_date())
}
