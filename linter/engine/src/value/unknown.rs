//! What is not known, why, and how it is told apart.

use std::rc::Rc;

use super::{Parameter, SecretParts, Term};

/// A value that could not be reduced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Why it is not known.
    pub reason: Reason,
    /// What was left of the expression: the identity of the unknown. Two unknowns with equal terms are the
    /// same value, but for vague ones, see [`Term::same`].
    pub term: Term,
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

impl Type {
    /// The type that the values of a declared type have, without regard to case: `securestring` is a string. None for
    /// the name of another one.
    pub fn declared(name: &str) -> Option<Type> {
        match name.to_ascii_lowercase().as_str() {
            "string" | "securestring" => Some(Type::String),
            "int" => Some(Type::Number),
            "bool" => Some(Type::Bool),
            "array" => Some(Type::Array),
            "object" | "secureobject" => Some(Type::Object),
            _ => None,
        }
    }
}

impl Unknown {
    /// An unknown that is no secret and has no type.
    pub fn new(reason: Reason, term: impl Into<Term>) -> Unknown {
        Unknown { reason, term: term.into(), secure: false, ty: None, parameter: None, secrets: None }
    }

    /// The member `key` of the value, with what of it is a secret.
    pub fn member(&self, key: &str) -> Unknown {
        let secrets = self.secrets.as_ref().and_then(|secrets| secrets.member(key));
        let member = Unknown { term: self.term.member(key), ty: None, secrets: None, ..self.clone() };
        match secrets {
            Some(parts) if !self.secure => member.holding((**parts).clone()),
            _ => member,
        }
    }

    /// The same unknown with another type.
    pub fn typed(self, ty: Option<Type>) -> Unknown {
        Unknown { ty, ..self }
    }

    /// The same unknown with these secrets in it instead of its own.
    pub fn holding(self, secrets: SecretParts) -> Unknown {
        let secure = secrets.whole;
        let parts = (!secure && !secrets.is_empty()).then(|| Rc::new(secrets));
        Unknown { secure, secrets: parts, ..self }
    }
}
