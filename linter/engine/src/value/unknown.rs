//! What is not known, why, and how it is told apart.

use std::rc::Rc;

use smol_str::{SmolStr, format_smolstr};

use super::{Parameter, SecretParts, residue};

/// A value that could not be reduced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Why it is not known.
    pub reason: Reason,
    /// The normalised expression that was left: the identity of the unknown. Two unknowns with equal
    /// residues are the same value.
    pub residue: SmolStr,
    /// Whether it holds a secret.
    pub secure: bool,
    /// Its type, where that is known.
    pub ty: Option<Type>,
    /// The parameter whose value is missing, where it is one.
    pub parameter: Option<Rc<Parameter>>,
    /// Which of its members and elements are secrets, where it is none as a whole.
    pub secrets: Option<Rc<SecretParts>>,
}

/// Why a value is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A parameter without value and default.
    Parameter,
    /// State of the deployment's context: the resource group, the subscription, the deployer.
    Context,
    /// State that exists only at run time: `reference()`, `list*()`, `newGuid()`, `utcNow()`.
    RunTime,
    /// Computed from something unknown.
    Computed,
    /// A template that is not here: a remote link, a template spec.
    External,
    /// A value that a pipeline fills in before deployment (`#{x}#`, `__x__`, `${x}`).
    Placeholder,
    /// An error in the expression; it is reported as a problem of its own.
    Error,
    /// A limit of the evaluation was reached.
    Limit,
}

/// The types of the template language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `null`.
    Null,
    /// A boolean.
    Bool,
    /// A 64-bit integer, or a fraction.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Unknown {
    /// An unknown with a residue.
    pub fn new(reason: Reason, residue: impl Into<SmolStr>) -> Unknown {
        let residue = residue.into();
        Unknown {
            reason,
            residue: residue::shortened(residue),
            secure: false,
            ty: None,
            parameter: None,
            secrets: None,
        }
    }
}

/// The residue of `residue.key`.
pub fn member_residue(residue: &str, key: &str) -> SmolStr {
    let plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain {
        format_smolstr!("{residue}.{}", key.to_ascii_lowercase())
    } else {
        format_smolstr!("{residue}['{}']", key.to_ascii_lowercase())
    }
}
