//! Templates as their authors see them: what each declares, which names its expressions use, and what is
//! wrong with these.
//!
//! Nothing is evaluated here: expressions are read as trees, each once, in the scope that they belong to.
//! So a name counts as used although no rule asks for the resource that uses it, and the cost is that of
//! reading.

pub mod certain;
mod cycle;
pub mod dependency;
pub mod evaluated;
mod expressions;
mod fault;
mod walk;

use armlint_engine::span::Span;
use armlint_engine::syntax::{Node, NodeKind};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::{SmolStr, StrExt};

pub use fault::{Fault, FaultKind};

/// All templates of a deployment.
#[derive(Default)]
pub struct Templates {
    /// The scopes of names: root templates and nested ones of inner scope, parents before children.
    pub scopes: Vec<Scope>,
    /// The nested templates of outer scope.
    pub outers: Vec<Outer>,
    /// What is wrong with functions and names, in the order of the text; equal mistakes of one scope are
    /// one fault.
    pub faults: Vec<Fault>,
    /// The expressions that are longer than the service takes: the tokens and their lengths.
    pub long: Vec<(Span, usize)>,
    /// The loops that are not of resources with a literal count: the token and the count.
    pub counts: Vec<(Span, i64)>,
    /// The objects of all templates, those of outer scope as well, with the tokens that they stand under.
    pub objects: Vec<(Node, Option<Span>)>,
}

/// A template whose expressions see its own parameters and variables.
pub struct Scope {
    /// Its object.
    pub node: Node,
    /// Whether it is no nested template.
    pub root: bool,
    /// The declared names, by name in lower case.
    pub declared: Declared,
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

/// The names that a template declares, in lower case, with their tokens.
#[derive(Default)]
pub struct Declared {
    /// The parameters.
    pub parameters: FxHashMap<SmolStr, Span>,
    /// The variables.
    pub variables: FxHashMap<SmolStr, Span>,
    /// The symbolic names of resources; none where the template has no symbolic names.
    pub symbols: Option<FxHashMap<SmolStr, Span>>,
    /// The user-defined functions as `namespace.name`, with the smallest and the largest number of
    /// arguments.
    pub functions: FxHashMap<SmolStr, (usize, usize)>,
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
    /// The scope of its expressions, by position among [`Templates::scopes`].
    pub scope: usize,
    /// The token of the name of the deployment, or of the key of its template.
    pub place: Span,
    /// What its expressions use, in the order of the text.
    pub uses: Vec<(Span, Use)>,
}

impl Scope {
    fn new(node: &Node, root: bool) -> Scope {
        Scope {
            node: node.clone(),
            root,
            declared: Declared::of(node),
            used: Used::default(),
            variables: FxHashMap::default(),
            literals: Vec::new(),
            resources: Vec::new(),
        }
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

impl Declared {
    fn of(template: &Node) -> Declared {
        let names = |section: &str| {
            let members = template.value(section).map(Node::members).unwrap_or_default();
            members.iter().map(|member| (member.key.text.to_lowercase_smolstr(), member.key_span)).collect()
        };
        let mut variables: FxHashMap<SmolStr, Span> = names("variables");
        let copy = template.value("variables").and_then(|section| section.value("copy"));
        if let Some(copy) = copy.filter(|copy| copy.elements().iter().any(is_loop)) {
            variables.remove("copy");
            for name in copy.elements().iter().filter_map(|entry| entry.value("name")) {
                if let Some(text) = name.text() {
                    variables.insert(text.to_lowercase_smolstr(), name.span);
                }
            }
        }
        let resources = template.value("resources");
        let symbolic = resources.filter(|resources| resources.is_object()).map(|resources| {
            let mut symbols = FxHashMap::default();
            add_symbols(resources, &mut symbols);
            symbols
        });
        Declared {
            parameters: names("parameters"),
            variables,
            symbols: symbolic,
            functions: functions(template),
        }
    }
}

/// Whether a node is an entry of a loop of properties or variables.
fn is_loop(node: &Node) -> bool {
    node.get("name").is_some() && node.get("count").is_some()
}

fn add_symbols(resources: &Node, symbols: &mut FxHashMap<SmolStr, Span>) {
    for member in resources.members() {
        symbols.insert(member.key.text.to_lowercase_smolstr(), member.key_span);
        if let Some(children) = member.value.value("resources") {
            add_symbols(children, symbols);
        }
    }
}

fn functions(template: &Node) -> FxHashMap<SmolStr, (usize, usize)> {
    let mut found = FxHashMap::default();
    for section in template.value("functions").map(Node::elements).unwrap_or_default() {
        let Some(namespace) = section.value("namespace").and_then(Node::text) else { continue };
        for member in section.value("members").map(Node::members).unwrap_or_default() {
            let name = format!("{namespace}.{}", member.key.text).to_lowercase_smolstr();
            let parameters = member.value.value("parameters").map(Node::elements).unwrap_or_default();
            let may_lack = |node: &Node| node.get("nullable").is_some() || node.get("$ref").is_some();
            let optional = parameters.iter().rev().take_while(|node| may_lack(node)).count();
            found.insert(name, (parameters.len() - optional, parameters.len()));
        }
    }
    found
}
