//! Secrets outside the `typeProperties` of linked services.

use std::sync::LazyLock;

use armlint_azure::facts::table::{Period, Table};

pub(super) const TABLE: &str = include_str!("../../facts/secret_paths.tsv");

// An immutable table, see the module above.
static SECRET_PATHS: LazyLock<Vec<SecretPath>> = LazyLock::new(|| {
    let table = Table::read(TABLE);
    let rows = table.rows().map(|row| {
        let accepts = row.list("accepts");
        SecretPath {
            resource: row.cell("resource"),
            within: if row.cell("within") == "activity" { Within::Activity } else { Within::Properties },
            types: row.list("types"),
            path: row.cell("path"),
            secure_string: accepts.contains(&"secure-string"),
            key_vault: accepts.contains(&"key-vault"),
            doc: row.cell("doc"),
            period: row.period(""),
            source: row.cell("source"),
        }
    });
    rows.collect()
});

/// A place that holds a secret.
#[derive(Clone, Debug)]
pub struct SecretPath {
    /// The child type of the factory: `integrationRuntimes`, `pipelines`, ...
    pub resource: &'static str,
    /// What the path is relative to.
    pub within: Within,
    /// The values of `type` there that have the secret.
    pub types: Vec<&'static str>,
    /// Keys separated by dots; `[key=value]` keeps the elements, or the object, with that member.
    pub path: &'static str,
    /// Whether it takes a SecureString.
    pub secure_string: bool,
    /// Whether it takes a Key Vault reference.
    pub key_vault: bool,
    /// What the secret is, with a small letter.
    pub doc: &'static str,
    /// When the place exists.
    pub period: Period,
    /// Where this stands.
    pub source: &'static str,
}

/// What a secret path is relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// `properties` of the resource.
    Properties,
    /// Each activity of a pipeline, nested ones included.
    Activity,
}

/// All places, in the order of the table.
pub fn secret_paths() -> &'static [SecretPath] {
    &SECRET_PATHS
}
