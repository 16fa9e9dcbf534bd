//! Templates as their authors see them: what each declares, which names its expressions use, and what is
//! wrong with these.
//!
//! Nothing is evaluated here: expressions are read as trees, each once, in the scope that they belong to.
//! So a name counts as used although no rule asks for the resource that uses it, and the cost is that of
//! reading.

mod fault;
mod walk;

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::expression::EvaluationProblem;
use crate::expression::names::Names;
use crate::span::Span;
use crate::syntax::{Node, NodeKind};

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
    /// What the expression of each variable uses, by the name of the variable in lower case.
    pub variables: FxHashMap<SmolStr, Vec<(Span, Use)>>,
    /// The text of each literal in its expressions and of each plain dependency, in lower case.
    pub literals: Vec<(SmolStr, Span)>,
    /// The types of its resources as written, in lower case, with the object of each; those of nested
    /// templates of outer scope as well.
    pub resources: Vec<(SmolStr, Span)>,
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
    /// A call of a function that returns secrets: `listKeys`.
    List(SmolStr),
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
            variables: FxHashMap::default(),
            literals: Vec::new(),
            resources: Vec::new(),
        }
    }

    /// Whether a compiler made the template, so that nobody edits it.
    pub fn is_compiled(&self) -> bool {
        let generator = self.node.value("metadata").and_then(|metadata| metadata.value("_generator"));
        generator.is_some_and(|generator| generator.value("name").is_some())
    }

    /// Whether it deploys or returns anything. One that does neither is no template that is deployed, and
    /// its declarations are there for readers.
    pub fn does_something(&self) -> bool {
        let filled = |key: &str| match self.node.value(key).map(|node| &node.kind) {
            Some(NodeKind::Array(elements)) => !elements.is_empty(),
            Some(NodeKind::Object(members)) => !members.is_empty(),
            _ => false,
        };
        filled("resources") || filled("outputs")
    }
}

impl SemanticModel {
    /// The scope of names that a place lies in: the innermost.
    pub fn scope_of(&self, place: Span) -> Option<&NameScope> {
        let around = self.scopes.iter().filter(|scope| scope.node.span.contains(place));
        around.min_by_key(|scope| scope.node.span.end - scope.node.span.start)
    }
}
