//! The names that a template declares. Whoever asks for a name, the evaluation, a rule or an editor, asks here.

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, StrExt, format_smolstr};

use crate::span::Span;
use crate::syntax::{Member, Node};

/// The declared names of a template, without regard to case; of a name that is declared twice the last one.
#[derive(Debug)]
pub struct Names {
    template: Node,
    parameters: FxHashMap<SmolStr, usize>,
    variables: FxHashMap<SmolStr, VariablePlace>,
    symbols: Option<FxHashMap<SmolStr, Span>>,
    functions: FxHashMap<SmolStr, UserFunction>,
}

#[derive(Debug)]
enum VariablePlace {
    Member(usize),
    Loop(Node),
}

/// Where a variable is declared.
#[derive(Clone, Copy, Debug)]
pub enum Variable<'n> {
    /// A member of `variables`.
    Member(&'n Member),
    /// An entry `{name, count, input}` of `variables.copy`.
    Loop(&'n Node),
}

impl<'n> Variable<'n> {
    /// The token of its name.
    pub fn name_span(self) -> Span {
        match self {
            Variable::Member(member) => member.key_span,
            Variable::Loop(entry) => entry.value("name").map_or(entry.span, |name| name.span),
        }
    }

    /// Its name as declared.
    pub fn name(self) -> &'n str {
        match self {
            Variable::Member(member) => &member.key.text,
            Variable::Loop(entry) => entry.value("name").and_then(Node::text).unwrap_or(""),
        }
    }

    /// The whole declaration.
    pub fn span(self) -> Span {
        match self {
            Variable::Member(member) => member.key_span.join(member.value.span),
            Variable::Loop(entry) => entry.span,
        }
    }
}

/// A function that a template defines.
#[derive(Debug)]
pub struct UserFunction {
    /// Its name and its definition.
    pub member: Member,
    /// The smallest number of arguments.
    pub min: usize,
    /// The largest number of arguments.
    pub max: usize,
}

impl UserFunction {
    /// The declarations of its parameters.
    pub fn parameters(&self) -> &[Node] {
        self.member.value.value("parameters").map(Node::elements).unwrap_or_default()
    }
}

impl Names {
    /// The names that the object of a template declares.
    pub fn of(template: &Node) -> Names {
        let parameters = template.value("parameters").map(Node::members).unwrap_or_default().iter();
        let resources = template.value("resources").filter(|resources| resources.is_object());
        Names {
            parameters: parameters.enumerate().map(|(at, member)| (lower(&member.key.text), at)).collect(),
            variables: variables(template),
            symbols: resources.map(|resources| {
                let mut symbols = FxHashMap::default();
                add_symbols(resources, &mut symbols);
                symbols
            }),
            functions: functions(template),
            template: template.clone(),
        }
    }

    /// The position of a parameter in its section.
    pub(super) fn parameter_place(&self, name: &str) -> Option<usize> {
        self.parameters.get(lower(name).as_str()).copied()
    }

    /// The declaration of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&Member> {
        self.template.value("parameters")?.members().get(self.parameter_place(name)?)
    }

    /// The declaration of a variable.
    pub fn variable(&self, name: &str) -> Option<Variable<'_>> {
        match self.variables.get(lower(name).as_str())? {
            VariablePlace::Member(at) => {
                self.template.value("variables")?.members().get(*at).map(Variable::Member)
            }
            VariablePlace::Loop(entry) => Some(Variable::Loop(entry)),
        }
    }

    /// The definition of a function.
    pub fn function(&self, namespace: &str, name: &str) -> Option<&UserFunction> {
        self.functions.get(lower(&format_smolstr!("{namespace}.{name}")).as_str())
    }

    /// The token of a symbolic name, those of children included.
    pub fn symbol(&self, name: &str) -> Option<Span> {
        self.symbols.as_ref()?.get(lower(name).as_str()).copied()
    }

    /// Whether resources have symbolic names.
    pub fn is_symbolic(&self) -> bool {
        self.symbols.is_some()
    }

    /// The names of the parameters, in lower case and in no order.
    pub fn parameters(&self) -> impl Iterator<Item = &SmolStr> {
        self.parameters.keys()
    }

    /// The names of the variables, likewise.
    pub fn variables(&self) -> impl Iterator<Item = &SmolStr> {
        self.variables.keys()
    }

    /// The symbolic names, likewise.
    pub fn symbols(&self) -> impl Iterator<Item = &SmolStr> {
        self.symbols.iter().flat_map(FxHashMap::keys)
    }

    /// The functions, likewise, as `namespace.name`.
    pub fn functions(&self) -> impl Iterator<Item = &SmolStr> {
        self.functions.keys()
    }
}

fn lower(name: &str) -> SmolStr {
    name.to_lowercase_smolstr()
}

/// Whether a node is an entry of a loop of properties or variables.
pub(crate) fn is_loop(node: &Node) -> bool {
    node.get("name").is_some() && node.get("count").is_some()
}

fn variables(template: &Node) -> FxHashMap<SmolStr, VariablePlace> {
    let section = template.value("variables");
    let members = section.map(Node::members).unwrap_or_default().iter().enumerate();
    let mut found: FxHashMap<SmolStr, VariablePlace> =
        members.map(|(at, member)| (lower(&member.key.text), VariablePlace::Member(at))).collect();
    let copy = section.and_then(|section| section.value("copy"));
    if let Some(copy) = copy.filter(|copy| copy.elements().iter().any(is_loop)) {
        found.remove("copy");
        for entry in copy.elements() {
            // What is declared both ways is the plain one.
            if let Some(name) = entry.value("name").and_then(Node::text) {
                found.entry(lower(name)).or_insert_with(|| VariablePlace::Loop(entry.clone()));
            }
        }
    }
    found
}

fn add_symbols(resources: &Node, symbols: &mut FxHashMap<SmolStr, Span>) {
    for member in resources.members() {
        symbols.insert(lower(&member.key.text), member.key_span);
        if let Some(children) = member.value.value("resources") {
            add_symbols(children, symbols);
        }
    }
}

fn functions(template: &Node) -> FxHashMap<SmolStr, UserFunction> {
    let mut found = FxHashMap::default();
    for section in template.value("functions").map(Node::elements).unwrap_or_default() {
        let Some(namespace) = section.value("namespace").and_then(Node::text) else { continue };
        for member in section.value("members").map(Node::members).unwrap_or_default() {
            let parameters = member.value.value("parameters").map(Node::elements).unwrap_or_default();
            let may_lack = |node: &&Node| node.get("nullable").is_some() || node.get("$ref").is_some();
            let optional = parameters.iter().rev().take_while(may_lack).count();
            let (min, max) = (parameters.len() - optional, parameters.len());
            let function = UserFunction { member: member.clone(), min, max };
            found.entry(lower(&format_smolstr!("{namespace}.{}", member.key.text))).or_insert(function);
        }
    }
    found
}
