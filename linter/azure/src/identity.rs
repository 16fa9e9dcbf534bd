//! The managed identities of a resource.

use armlint_engine::graph::Resource;
use armlint_engine::value::{Presence, Truth, presence};

/// The identities that a resource has.
#[derive(Clone, Copy, Debug)]
pub struct AssignedIdentities {
    /// The system-assigned one.
    pub system: Truth,
    /// User-assigned ones.
    pub user: Truth,
    /// `identity` is written at all.
    pub written: bool,
}

impl AssignedIdentities {
    /// Whether nothing is known of them.
    pub fn is_unknown(&self) -> bool {
        self.system == Truth::Unknown && self.user == Truth::Unknown
    }
}

/// The identities that a declared resource has by its member `identity`.
pub fn assigned(resource: &Resource) -> AssignedIdentities {
    let identity = resource.body.get("identity");
    let ty = identity.get("type");
    let none = AssignedIdentities { system: Truth::False, user: Truth::False, written: false };
    match (presence(&identity), presence(&ty)) {
        (Presence::Absent, _) => return none,
        (Presence::Present, Presence::Absent) => return AssignedIdentities { written: true, ..none },
        _ => {}
    }
    let Some(text) = ty.known_text().filter(|_| !ty.assumed) else {
        return AssignedIdentities { system: Truth::Unknown, user: Truth::Unknown, written: true };
    };
    let text = text.to_ascii_lowercase();
    AssignedIdentities {
        system: Truth::from(text.contains("systemassigned")),
        user: Truth::from(text.contains("userassigned")),
        written: true,
    }
}
