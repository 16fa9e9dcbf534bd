//! Where values come from.

use std::rc::Rc;

use smol_str::SmolStr;

use super::Text;
use crate::span::Span;

/// How many steps an origin remembers, the earliest first.
const MAX_STEPS: usize = 256;

/// A part of a text and where that part came from.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The part.
    pub text: Text,
    /// Where it came from.
    pub origin: Origin,
    /// It holds a secret.
    pub secure: bool,
    /// It depends on the default of a parameter.
    pub assumed: bool,
}

/// The declaration of a template's parameter.
#[derive(Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name as declared.
    pub name: SmolStr,
    /// The type as declared: `string`, `securestring`, ...; empty where it is not a literal.
    pub ty: SmolStr,
    /// Whether the type is secure.
    pub secure: bool,
    /// The declaration says more of the members than its type does: they have types of their own, which
    /// may be secure.
    pub shaped: bool,
    /// Some members or elements, but not the whole, are secrets by their types.
    pub holds_secrets: bool,
    /// The token of the name.
    pub span: Span,
    /// The token of the type; that of the name where there is none.
    pub type_span: Span,
    /// The default value, where there is one.
    pub default_span: Option<Span>,
}

/// Where a value is used and how it got there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Where the value is used; for an absent value the nearest enclosing key or bracket.
    pub span: Span,
    /// The chain back to the literal that decided it.
    pub via: Option<Rc<Step>>,
}

/// One step on the way from the use of a value back to its literal.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// What carried the value.
    pub kind: StepKind,
    /// The token it was carried from.
    pub span: Span,
    /// The parameter that carried it.
    pub parameter: Option<Rc<Parameter>>,
    /// The step before.
    pub previous: Option<Rc<Step>>,
    /// How many steps there are up to this one.
    length: usize,
}

/// What carries a value from one place to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// A parameter without value.
    Parameter,
    /// The default of a parameter.
    ParameterDefault,
    /// A value given to a parameter by a nested deployment, a parameter file or the command line.
    ParameterValue,
    /// A variable.
    Variable,
    /// An output of a nested deployment.
    Output,
    /// A property of a resource of the same template.
    Reference,
}

impl StepKind {
    /// What a label on the step's span says.
    pub fn describe(self) -> &'static str {
        match self {
            StepKind::Parameter => "the value comes from this parameter",
            StepKind::ParameterDefault => "the value comes from this parameter default",
            StepKind::ParameterValue => "the value is given to the parameter here",
            StepKind::Variable => "the value comes from this variable",
            StepKind::Output => "the value comes from this output",
            StepKind::Reference => "the value comes from this property",
        }
    }
}

impl Origin {
    /// An origin without history.
    pub fn at(span: Span) -> Origin {
        Origin { span, via: None }
    }

    /// This value carried by `kind`, which may be a parameter, to a use at `span`.
    pub fn carried(&self, kind: StepKind, parameter: Option<Rc<Parameter>>, span: Span) -> Origin {
        let length = self.via.as_ref().map_or(0, |step| step.length) + 1;
        if length > MAX_STEPS {
            return Origin { span, via: self.via.clone() };
        }
        let step = Step { kind, span: self.span, parameter, previous: self.via.clone(), length };
        Origin { span, via: Some(Rc::new(step)) }
    }

    /// The steps from the use back to the literal.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        std::iter::successors(self.via.as_deref(), |step| step.previous.as_deref())
    }

    /// The place of the literal that decided the value: the last step, or the use itself.
    pub fn deciding(&self) -> Span {
        self.steps().last().map_or(self.span, |step| step.span)
    }
}
