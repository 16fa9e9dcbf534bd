//! What the schema refuses and services take.

use std::sync::LazyLock;

use super::table::Table;

pub(super) const TABLE: &str = include_str!("../../facts/schema_exceptions.tsv");

// An immutable table, see the module above.
static EXCEPTIONS: LazyLock<Table> = LazyLock::new(|| Table::read(TABLE));

/// What an exception is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionKind {
    /// A property that the schema has not.
    Property,
    /// A property that the schema says the service decides.
    ReadOnly,
    /// A property that the schema requires.
    Required,
    /// A value that the schema does not list.
    Value,
    /// A value of another JSON type.
    WrongType,
    /// A type that no list has.
    Type,
}

impl ExceptionKind {
    fn word(self) -> &'static str {
        match self {
            ExceptionKind::Property => "property",
            ExceptionKind::ReadOnly => "read-only",
            ExceptionKind::Required => "required",
            ExceptionKind::Value => "value",
            ExceptionKind::WrongType => "wrong-type",
            ExceptionKind::Type => "type",
        }
    }
}

/// Whether nothing is said of a path of a type, in any case of letters; `[]` in it is any element.
pub fn is_excepted(kind: ExceptionKind, ty: &str, path: &str) -> bool {
    EXCEPTIONS.rows().any(|row| {
        row.cell("kind") == kind.word()
            && row.cell("type").eq_ignore_ascii_case(ty)
            && row.cell("path").eq_ignore_ascii_case(path)
    })
}
