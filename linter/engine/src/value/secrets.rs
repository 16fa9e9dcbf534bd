//! Which parts of a value are secrets, where its type says so for parts only.

use std::rc::Rc;

use smol_str::SmolStr;

use super::{Entry, Object, Unknown, Value, ValueKind};

/// The secret parts of a value whose declared type has secure members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretParts {
    /// The whole value is a secret.
    pub whole: bool,
    /// The members with secrets in them; other members have none.
    pub members: Vec<(SmolStr, Rc<SecretParts>)>,
    /// What every other member, or every element, holds.
    pub others: Option<Rc<SecretParts>>,
}

impl SecretParts {
    /// Whether nothing in the value is a secret.
    pub fn is_empty(&self) -> bool {
        !self.whole && self.members.is_empty() && self.others.is_none()
    }

    /// The secret parts of a member, without regard to case.
    pub fn member(&self, key: &str) -> Option<&Rc<SecretParts>> {
        let named = self.members.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        named.map(|(_, parts)| parts).or(self.others.as_ref())
    }

    /// A value of the type: its secret parts are marked as such.
    pub fn mark(self: &Rc<Self>, value: Value) -> Value {
        if self.whole {
            return value.secured();
        }
        let kind = match &value.kind {
            _ if self.is_empty() => return value,
            ValueKind::Unknown(unknown) => {
                Unknown { secrets: Some(self.clone()), ..(**unknown).clone() }.into()
            }
            ValueKind::Object(object) if !object.is_open() => {
                let mark = |entry: Entry| match self.member(&entry.key) {
                    Some(parts) => Entry { value: parts.mark(entry.value), ..entry },
                    None => entry,
                };
                Object::with_exact_keys(object.entries().into_iter().map(mark)).into()
            }
            ValueKind::Array(elements) => {
                let Some(parts) = &self.others else { return value };
                ValueKind::Array(elements.iter().map(|element| parts.mark(element.clone())).collect())
            }
            _ => return value,
        };
        Value { kind, ..value }
    }
}
