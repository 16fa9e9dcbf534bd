//! Terms: what is left of an expression whose value is not known, as structure.
//!
//! The term is the identity of the unknown. It carries a hash of its structure, so that comparing costs
//! nothing however much took part, and it shares its parts, so that a value that is used a thousand times is
//! kept once. Nobody reads a term as text: questions are methods, and what is printed is for people.

mod convert;
mod display;
mod hash;
mod query;

use std::rc::Rc;

use smol_str::{SmolStr, StrExt};

pub(super) use convert::Conversion;
pub use display::Shown;
pub use query::{PathStep, Reference};

use super::{KeyedText, Text};
use crate::syntax::Number;

/// A term nests no deeper: what is deeper keeps its identity and loses its structure.
const MAX_DEPTH: u16 = 160;

/// What is left of an expression: cheap to clone, equal by its structure.
#[derive(Clone)]
pub struct Term(Rc<Inner>);

struct Inner {
    kind: TermKind,
    /// The identity.
    hash: u128,
    /// The identity without regard to ASCII case and to the functions that only change it.
    folded: u128,
    depth: u16,
    /// Not all of what it stands for took part in its identity.
    vague: bool,
}

/// The kinds of terms.
#[derive(Clone)]
pub(super) enum TermKind {
    /// `null`, also for what is not written.
    Null,
    Bool(bool),
    Number(Number),
    /// Never a single hole: that is the term of the hole.
    Text(Text),
    Array(Box<[Term]>),
    Object {
        members: Box<[(SmolStr, Term)]>,
        /// What stands for members that are not known by name.
        rest: Option<Term>,
    },
    OneOf(Box<[Term]>),
    Parameter {
        /// The nested deployment whose template declares it; none for the root template.
        deployment: Option<Term>,
        name: SmolStr,
    },
    Call(FunctionId, Box<[Term]>),
    Member(Term, SmolStr),
    Index(Term, Term),
    Loop {
        name: SmolStr,
        offset: i64,
    },
    Variable(SmolStr),
    Deployment {
        outer: Option<Term>,
        name: Term,
    },
    /// What belongs to a nested deployment of inner scope.
    Within(Term, Term),
    Token(SmolStr),
    Symbol(SmolStr),
    Place(&'static str, SmolStr, u32),
    /// The structure is lost; the identity is not.
    Cut,
}

/// A function as terms know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionId {
    /// The name in its usual spelling.
    pub name: SmolStr,
    /// Whether the result tells anything of the arguments: a hash, a length and a truth do not.
    pub discloses: bool,
}

impl FunctionId {
    /// A function whose result tells of its arguments.
    pub fn disclosing(name: impl Into<SmolStr>) -> FunctionId {
        FunctionId { name: name.into(), discloses: true }
    }
}

impl From<&str> for FunctionId {
    fn from(name: &str) -> FunctionId {
        FunctionId::disclosing(name)
    }
}

impl Term {
    /// What [`Term::place`] takes for the name of an expression that is wrong.
    pub const ERROR: &'static str = "error";

    fn new(kind: TermKind) -> Term {
        let (hash, folded) = hash::of(&kind);
        let inner = Inner { hash, folded, depth: kind.depth(), vague: kind.is_vague(), kind };
        if inner.depth <= MAX_DEPTH {
            return Term(Rc::new(inner));
        }
        Term(Rc::new(Inner { kind: TermKind::Cut, depth: 0, ..inner }))
    }

    fn kind(&self) -> &TermKind {
        &self.0.kind
    }

    /// Something that only its name tells apart.
    pub fn symbol(name: impl Into<SmolStr>) -> Term {
        Term::new(TermKind::Symbol(name.into()))
    }

    /// A known text.
    pub fn literal(text: impl Into<SmolStr>) -> Term {
        Term::new(TermKind::Text(Text::Known(text.into())))
    }

    /// An integer.
    pub fn integer(number: i64) -> Term {
        Term::new(TermKind::Number(Number::Int(number)))
    }

    /// A parameter without a value, of the root template or of that of a nested deployment.
    pub fn parameter(deployment: Option<&Term>, name: &str) -> Term {
        Term::new(TermKind::Parameter {
            deployment: deployment.cloned(),
            name: name.to_ascii_lowercase_smolstr(),
        })
    }

    /// A call.
    pub fn call(function: impl Into<FunctionId>, arguments: impl IntoIterator<Item = Term>) -> Term {
        Term::new(TermKind::Call(function.into(), arguments.into_iter().collect()))
    }

    /// The member `key` of the value.
    pub fn member(&self, key: &str) -> Term {
        Term::new(TermKind::Member(self.clone(), key.to_ascii_lowercase_smolstr()))
    }

    /// The element or the member that another value names.
    pub fn index(&self, index: Term) -> Term {
        Term::new(TermKind::Index(self.clone(), index))
    }

    /// The index of an instance of a loop of unknown length.
    pub fn loop_index(name: &str) -> Term {
        Term::new(TermKind::Loop { name: name.to_ascii_lowercase_smolstr(), offset: 0 })
    }

    /// The index of a loop with `offset` added; `None` where this is no index of a loop.
    pub fn shifted(&self, offset: i64) -> Option<Term> {
        match self.kind() {
            TermKind::Loop { name, offset: own } => {
                let offset = own.saturating_add(offset);
                Some(Term::new(TermKind::Loop { name: name.clone(), offset }))
            }
            _ => None,
        }
    }

    /// A variable of a lambda.
    pub fn variable(name: &str) -> Term {
        Term::new(TermKind::Variable(name.to_ascii_lowercase_smolstr()))
    }

    /// A nested deployment in another one.
    pub fn deployment(outer: Option<&Term>, name: Term) -> Term {
        Term::new(TermKind::Deployment { outer: outer.cloned(), name })
    }

    /// This term as one of a nested deployment's own; of the root template's where there is none.
    pub fn within(self, deployment: Option<&Term>) -> Term {
        match deployment {
            Some(deployment) => Term::new(TermKind::Within(deployment.clone(), self)),
            None => self,
        }
    }

    /// The placeholder of a pipeline.
    pub fn token(name: impl Into<SmolStr>) -> Term {
        Term::new(TermKind::Token(name.into()))
    }

    /// A value that is another one at each place: `what` names it, `file` and `at` (bytes) are the place inside
    /// the deployment.
    pub fn place(what: &'static str, file: &str, at: u32) -> Term {
        Term::new(TermKind::Place(what, file.into(), at))
    }

    /// One of several values.
    pub fn one_of(terms: impl IntoIterator<Item = Term>) -> Term {
        Term::new(TermKind::OneOf(terms.into_iter().collect()))
    }

    /// Whether two terms certainly stand for the same value.
    pub fn same(&self, other: &Term) -> bool {
        self == other && !self.0.vague
    }

    /// The identity without regard to ASCII case and to `toLower` and `toUpper`, as names are compared.
    pub fn folded(&self) -> u128 {
        self.0.folded
    }

    /// Whether not all of what it stands for took part in its identity: it was too large.
    pub fn is_vague(&self) -> bool {
        self.0.vague
    }

    /// For people: the expression, shortened where it is long. Rules have methods to ask a term, and no text to
    /// search.
    pub(crate) fn shown(&self) -> Shown<'_> {
        Shown::of_term(self)
    }
}

impl PartialEq for Term {
    fn eq(&self, other: &Term) -> bool {
        self.0.hash == other.0.hash
    }
}

impl Eq for Term {}

impl std::hash::Hash for Term {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u128(self.0.hash);
    }
}

impl std::fmt::Debug for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.shown())
    }
}

impl From<&str> for Term {
    fn from(name: &str) -> Term {
        Term::symbol(name)
    }
}

/// A text that is nothing but a hole is the term of the hole.
impl From<KeyedText> for Term {
    fn from(text: KeyedText) -> Term {
        Text::from(text).into()
    }
}

impl From<Text> for Term {
    fn from(text: Text) -> Term {
        match text.only_hole() {
            Some(hole) => hole.term.clone(),
            None => Term::new(TermKind::Text(text)),
        }
    }
}

impl TermKind {
    /// The terms that this one is directly made of; not those of holes in texts.
    fn parts(&self) -> impl Iterator<Item = &Term> {
        let (list, pair): (&[Term], [Option<&Term>; 2]) = match self {
            TermKind::Array(terms) | TermKind::OneOf(terms) | TermKind::Call(_, terms) => {
                (terms, [None, None])
            }
            TermKind::Object { rest, .. } => (&[], [rest.as_ref(), None]),
            TermKind::Parameter { deployment, .. } => (&[], [deployment.as_ref(), None]),
            TermKind::Deployment { outer, name } => (&[], [outer.as_ref(), Some(name)]),
            TermKind::Member(term, _) => (&[], [Some(term), None]),
            TermKind::Index(a, b) | TermKind::Within(a, b) => (&[], [Some(a), Some(b)]),
            _ => (&[], [None, None]),
        };
        let members: &[(SmolStr, Term)] = match self {
            TermKind::Object { members, .. } => members,
            _ => &[],
        };
        list.iter().chain(members.iter().map(|(_, term)| term)).chain(pair.into_iter().flatten())
    }

    fn holes(&self) -> impl Iterator<Item = &Term> {
        let text = match self {
            TermKind::Text(text) => Some(text),
            _ => None,
        };
        text.into_iter().flat_map(Text::holes).map(|hole| &hole.term)
    }

    fn depth(&self) -> u16 {
        let deepest = self.parts().chain(self.holes()).map(|term| term.0.depth).max();
        deepest.map_or(0, |depth| depth.saturating_add(1))
    }

    fn is_vague(&self) -> bool {
        self.parts().chain(self.holes()).any(|term| term.0.vague)
    }
}

#[cfg(test)]
mod tests;
