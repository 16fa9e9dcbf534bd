//! Templates as their authors see them: what each declares, which names its expressions use, and what is
//! wrong with these.
//!
//! Nothing is evaluated here: expressions are read as trees, each once, in the scope that they belong to.
//! So a name counts as used although no rule asks for the resource that uses it, and the cost is that of
//! reading.

mod circle;
mod fault;
mod mentioned;
mod standing;

mod types;
mod walk;

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::dialect::is_compiled;
use crate::expression::EvaluationProblem;
use crate::expression::names::Names;
use crate::span::Span;
use crate::syntax::{Node, Scalar};

pub use circle::Circle;
pub use fault::{Fault, FaultKind};

/// What the templates of a deployment declare, and what their expressions use of it.
#[derive(Default)]
pub struct SemanticModel {
    /// The scopes of names: root templates and nested ones of inner scope, parents before children.
    pub scopes: Vec<NameScope>,
    /// The nested templates of outer scope.
    pub outers: Vec<Outer>,
    /// What is wrong with functions and names, in the order of the text; equal mistakes of one scope are
    /// one fault.
    pub faults: Vec<Fault>,
    /// The expressions that do not parse.
    pub syntax: Vec<EvaluationProblem>,
    /// The expressions that are longer than the service takes: the tokens and their lengths.
    pub long: Vec<(Span, usize)>,
    /// The loops that are not of resources with a literal count: the token and the count.
    pub counts: Vec<(Span, i64)>,
    /// The calls of `reference` and `list*` that resources certainly make, outside of loops of properties.
    pub calls: Vec<RunTimeCall>,
    /// The objects of all templates, those of outer scope as well, with the tokens that they stand under.
    pub objects: Vec<(Node, Option<Span>)>,
}

/// A template whose expressions see its own parameters and variables.
pub struct NameScope {
    /// Its object.
    pub node: Node,
    /// Whether it is no nested template.
    pub root: bool,
    /// The declared names.
    pub names: Rc<Names>,
    /// The names that are used, in lower case.
    pub used: Used,
    /// What each variable, each default of a parameter and each function uses.
    pub definitions: FxHashMap<Use, Vec<UseAt>>,
    /// What is used elsewhere than in definitions.
    pub asked: FxHashSet<Use>,
    /// The text of each literal in its expressions and of each plain dependency, in lower case.
    pub literals: Vec<(SmolStr, Span)>,
    /// The types of its resources as written, in lower case, with the object of each; those of nested
    /// templates of outer scope as well.
    pub resources: Vec<(SmolStr, Span)>,
}

/// A call of a function that asks a resource.
pub struct RunTimeCall {
    /// The object of the resource that calls it.
    pub resource: Span,
    /// The string that the call stands in.
    pub scalar: Scalar,
    /// Its token.
    pub token: Span,
    /// The name of the function.
    pub function: Span,
}

/// The names that the expressions of a template use.
#[derive(Default)]
pub struct Used {
    /// The parameters.
    pub parameters: FxHashSet<SmolStr>,
    /// The variables.
    pub variables: FxHashSet<SmolStr>,
    /// A name of a parameter is computed: any may be used.
    pub computed_parameter: bool,
    /// A name of a variable is computed: any may be used.
    pub computed_variable: bool,
    /// A parameter says which resource is meant: it may be any symbolic name.
    pub computed_symbol: bool,
    /// An expression does not parse: anything may be used.
    pub unread: bool,
}

/// Something that an expression takes a value from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Use {
    /// A parameter, in lower case.
    Parameter(SmolStr),
    /// A variable, in lower case.
    Variable(SmolStr),
    /// A function that the template defines, `namespace.name` in lower case.
    Function(SmolStr),
    /// A call of a function that returns secrets: `listKeys`.
    List(SmolStr),
}

/// A use within a definition.
#[derive(Clone, Debug)]
pub struct UseAt {
    /// What is used.
    pub what: Use,
    /// The token of its name.
    pub span: Span,
    /// It may not be evaluated: it stands behind a condition, or in a lambda.
    pub guarded: bool,
}

/// A nested template whose expressions are evaluated in the scope of its parent.
pub struct Outer {
    /// The scope of its expressions, by position among [`SemanticModel::scopes`].
    pub scope: usize,
    /// The token of the name of the deployment, or of the key of its template.
    pub place: Span,
    /// What its expressions use, in the order of the text.
    pub uses: Vec<(Span, Use)>,
}

impl NameScope {
    fn new(node: &Node, root: bool, names: Rc<Names>) -> NameScope {
        NameScope {
            node: node.clone(),
            root,
            names,
            used: Used::default(),
            definitions: FxHashMap::default(),
            asked: FxHashSet::default(),
            literals: Vec::new(),
            resources: Vec::new(),
        }
    }

    /// Whether a compiler has made it of a Bicep file: only that file can be changed.
    pub fn is_compiled(&self) -> bool {
        is_compiled(&self.node)
    }
}

impl SemanticModel {
    /// The scope of names that a place lies in: the innermost.
    pub fn scope_of(&self, place: Span) -> Option<&NameScope> {
        let around = self.scopes.iter().filter(|scope| scope.node.span.contains(place));
        around.min_by_key(|scope| scope.node.span.end - scope.node.span.start)
    }
}
