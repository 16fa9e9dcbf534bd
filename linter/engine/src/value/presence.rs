//! Whether something is written at all.

use super::{Value, ValueKind};

/// Whether something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It certainly is.
    Present,
    /// It certainly is not.
    Absent,
    /// A condition or an unknown decides it.
    Unknown,
}

/// Whether a value is there. A null that hangs on the default of a parameter may well be something else.
pub fn presence(value: &Value) -> Presence {
    match &value.kind {
        ValueKind::Absent | ValueKind::Null if value.assumed => Presence::Unknown,
        ValueKind::Absent | ValueKind::Null => Presence::Absent,
        ValueKind::Unknown(_) => Presence::Unknown,
        ValueKind::OneOf(values) => {
            let first = values.first().map_or(Presence::Unknown, presence);
            if values.iter().all(|value| presence(value) == first) { first } else { Presence::Unknown }
        }
        _ => Presence::Present,
    }
}
