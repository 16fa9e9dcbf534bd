//! Which parts of a result are secrets, by those of the arguments, for functions that keep members and elements
//! as they are.

use crate::value::SecretParts;

/// Members and elements of the result are those of the arguments.
pub(super) fn all(arguments: &[SecretParts]) -> SecretParts {
    arguments.iter().fold(SecretParts::default(), SecretParts::with)
}

/// The arguments are what the elements or members of the result are.
pub(super) fn elements(arguments: &[SecretParts]) -> SecretParts {
    all(arguments).of_elements()
}

/// The result is an element of the first argument, or consists of what is in the elements.
pub(super) fn any(arguments: &[SecretParts]) -> SecretParts {
    arguments.first().map(SecretParts::of_any).unwrap_or_default()
}

/// The result has an element with `key` and `value` for each member.
pub(super) fn items(arguments: &[SecretParts]) -> SecretParts {
    let value = any(arguments);
    if value.is_empty() {
        return value;
    }
    SecretParts { members: vec![("value".into(), value.into())], ..SecretParts::default() }.of_elements()
}
