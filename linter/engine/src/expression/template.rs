//! A template that is being evaluated: its sections, its context, and what has been evaluated so far.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use super::declaration::Declarations;
use super::definition::declared_type;
use super::link::LinkedFile;
use super::parser::{self, Expression};
use super::scope::{Frame, TemplateScope};
use super::{EvaluationProblem, ProblemKind};
use crate::span::{SourceId, Span};
use crate::syntax::{Node, Scalar};
use crate::value::{Entry, Object, Origin, Parameter, Reason, StepKind, Type, Unknown, Value, ValueKind};

/// How much work is done for one deployment before the rest is unknown: a call counts [`STEP`], so does an
/// element that is made, and what a function is given counts for what there is to look at.
const MAX_WORK: u64 = 16_000_000;

/// The work of a call.
pub(super) const STEP: u64 = 16;

/// How deep evaluation may follow parameters, variables, references and calls.
const MAX_EVALUATION_DEPTH: usize = 256;

/// What has been computed; `None` stands for what is being computed.
type Memo<K, V> = RefCell<FxHashMap<K, V>>;

/// An expression, or why it does not parse.
pub type ParsedExpression = Rc<Result<Expression, EvaluationProblem>>;

/// The expressions that were parsed, by source and place.
pub type ParsedExpressions = Rc<RefCell<FxHashMap<(SourceId, u32), ParsedExpression>>>;

/// What the evaluation of all templates of a deployment shares.
#[derive(Default)]
pub struct Evaluator {
    /// The default of a parameter is the value that will be deployed: so it is where the user gave the
    /// parameters. Where it is not, a condition over a default decides nothing.
    pub defaults_decide: bool,
    /// The files of the deployment, and those that they may link to.
    pub files: Vec<LinkedFile>,
    /// Expressions parse alike in every environment of a deployment.
    pub expressions: ParsedExpressions,
    // What has been evaluated lives here and not in the scopes that it refers to: so there is one place
    // that breaks the cycles, `release`.
    values: Memo<(ScopeId, SourceId, u32), Option<Value>>,
    sections: Memo<(ScopeId, Section, SmolStr), Option<(Value, StepKind)>>,
    declarations: Memo<ScopeId, Option<Rc<Declarations>>>,
    scopes: Cell<u32>,
    problems: RefCell<Vec<EvaluationProblem>>,
    work: Cell<u64>,
    depth: Cell<usize>,
}

/// Identifies a scope or a template among those of one evaluator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ScopeId(u32);

/// The scope that a template is deployed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TemplateScopeKind {
    /// A resource group.
    ResourceGroup,
    /// A subscription.
    Subscription,
    /// A management group.
    ManagementGroup,
    /// The tenant.
    Tenant,
}

/// What a template knows about the place that it is deployed to.
#[derive(Clone, Debug)]
pub struct DeploymentContext {
    /// The kind of scope.
    pub kind: TemplateScopeKind,
    /// The subscription's id (a GUID).
    pub subscription: Value,
    /// The name of the resource group.
    pub resource_group: Value,
    /// The location of the resource group or of the deployment.
    pub location: Value,
    /// The tenant's id.
    pub tenant: Value,
    /// The name of the management group.
    pub management_group: Value,
    /// The name of the deployment.
    pub deployment: Value,
}

/// One template: the root or a nested one of inner scope.
pub struct Template {
    /// What is shared with the other templates of the deployment.
    pub evaluator: Rc<Evaluator>,
    /// The root object.
    pub node: Node,
    /// Where it is deployed to.
    pub context: DeploymentContext,
    /// It is the root, so that its parameters get values from outside.
    pub root: bool,
    /// Put before the residues of its own unknowns, so that they are not taken for those of others.
    label: SmolStr,
    parameters: Vec<ParameterDeclaration>,
    /// Places of the parameters and of the variables in their sections, by name in lower case; the last one
    /// of a name counts.
    parameter_places: HashMap<SmolStr, usize>,
    variable_places: HashMap<SmolStr, usize>,
    given: GivenValues,
    /// The files that link to each other down to this one: none of them is linked to again.
    pub(super) linked_from: Vec<SourceId>,
    variable_loops: Vec<(SmolStr, Node)>,
    id: ScopeId,
}

/// A declared parameter.
#[derive(Clone, Debug)]
pub struct ParameterDeclaration {
    /// What values remember of it.
    pub parameter: Rc<Parameter>,
    /// The declaration's object.
    pub node: Node,
    /// It may be null, or left out.
    pub nullable: bool,
}

/// A value that is given to a parameter from outside.
#[derive(Clone)]
pub struct Argument {
    /// The entry: an object with `value` or `reference`, or an expression for one.
    pub entry: Node,
    /// The token of the argument's name.
    pub anchor: Span,
    /// The scope that the entry is evaluated in; none for the literals of parameter files.
    pub scope: Option<Rc<TemplateScope>>,
}

/// Where the values of a template's parameters come from.
enum GivenValues {
    /// From outside, by name in lower case.
    Arguments(HashMap<SmolStr, Argument>),
    /// From the `parameters` of a nested deployment.
    Object(Value),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Section {
    Parameter,
    Variable,
}

impl Evaluator {
    /// Adds a problem once.
    pub fn report(&self, problem: EvaluationProblem) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < 1000 && !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// The problems found so far, in the order in which they were met.
    pub fn problems(&self) -> Vec<EvaluationProblem> {
        self.problems.borrow().clone()
    }

    /// The parsed expression of a string token; parsed once.
    pub fn expression(&self, scalar: &Scalar, token: Span) -> ParsedExpression {
        let key = (token.source, token.start);
        if let Some(known) = self.expressions.borrow().get(&key) {
            return known.clone();
        }
        let parsed = Rc::new(parser::parse(scalar, token));
        if let Err(problem) = &*parsed {
            self.report(problem.clone());
        }
        self.expressions.borrow_mut().insert(key, parsed.clone());
        parsed
    }

    pub(super) fn next_id(&self) -> ScopeId {
        let id = self.scopes.get();
        self.scopes.set(id + 1);
        ScopeId(id)
    }

    /// The value of the token that starts at `token.start` in a scope; evaluated once. Unknown where it is
    /// being evaluated already: then it depends on itself.
    pub(super) fn memoised(&self, scope: ScopeId, token: Span, evaluate: impl FnOnce() -> Value) -> Value {
        let key = (scope, token.source, token.start);
        let known = self.values.borrow().get(&key).cloned();
        match known {
            Some(Some(known)) => return known,
            Some(None) => return Value::unknown(Reason::Error, "cycle()", token),
            None => {}
        }
        self.values.borrow_mut().insert(key, None);
        let value = evaluate();
        self.values.borrow_mut().insert(key, Some(value.clone()));
        value
    }

    /// Forgets what has been evaluated. Values refer to scopes and scopes to the evaluator: without this
    /// call nothing of a deployment would ever be freed.
    pub fn release(&self) {
        self.values.borrow_mut().clear();
        self.sections.borrow_mut().clear();
        self.declarations.borrow_mut().clear();
    }

    /// Whether so much was evaluated that nothing more is: loops end then.
    pub(super) fn is_exhausted(&self) -> bool {
        self.work.get() >= MAX_WORK
    }

    /// Counts work.
    pub(super) fn charge(&self, work: u64) {
        self.work.set(self.work.get().saturating_add(work));
    }

    /// Counts what is looked at while something is evaluated; rules look for free.
    pub(super) fn charge_look(&self) {
        if self.depth.get() > 0 {
            self.charge(1);
        }
    }

    /// What stands for something that is not evaluated because a limit is reached; the limit is reported.
    pub(super) fn limit(&self, span: Span) -> Value {
        let message = "the linter evaluates no further here: the limit of steps, depth or size is reached";
        self.report(EvaluationProblem { span, message: message.into(), kind: ProblemKind::Limit });
        Value::unknown(Reason::Limit, "limit()", span)
    }

    /// Runs one step of evaluation, unless a limit is reached.
    pub(super) fn step(&self, span: Span, run: impl FnOnce() -> Value) -> Value {
        let depth = self.depth.get();
        if self.is_exhausted() || depth >= MAX_EVALUATION_DEPTH {
            return self.limit(span);
        }
        self.charge(STEP);
        self.depth.set(depth + 1);
        let value = run();
        self.depth.set(depth);
        value
    }
}

impl DeploymentContext {
    /// A context of which nothing is known.
    pub fn unknown(kind: TemplateScopeKind, span: Span) -> DeploymentContext {
        let text = |residue: &str| {
            let unknown = Unknown { ty: Some(Type::String), ..Unknown::new(Reason::Context, residue) };
            Value::new(unknown.into(), Origin::at(span))
        };
        DeploymentContext {
            kind,
            subscription: text("subscription().subscriptionid"),
            resource_group: text("resourceGroup().name"),
            location: text(if kind == TemplateScopeKind::ResourceGroup {
                "resourceGroup().location"
            } else {
                "deployment().location"
            }),
            tenant: text("tenant().tenantid"),
            management_group: text("managementGroup().name"),
            deployment: text("deployment().name"),
        }
    }
}

/// The scope that a `$schema` names; a resource group where it names none.
pub fn schema_scope(root: &Node) -> TemplateScopeKind {
    named_scope(root).unwrap_or(TemplateScopeKind::ResourceGroup)
}

/// The scope that a `$schema` names.
pub(super) fn named_scope(root: &Node) -> Option<TemplateScopeKind> {
    let schema = root.value("$schema").and_then(Node::text)?.to_ascii_lowercase();
    let names = |name: &str| schema.contains(name);
    if names("/subscriptiondeploymenttemplate.json") {
        Some(TemplateScopeKind::Subscription)
    } else if names("/managementgroupdeploymenttemplate.json") {
        Some(TemplateScopeKind::ManagementGroup)
    } else if names("/tenantdeploymenttemplate.json") {
        Some(TemplateScopeKind::Tenant)
    } else {
        names("/deploymenttemplate.json").then_some(TemplateScopeKind::ResourceGroup)
    }
}

impl Template {
    /// A root template; `arguments` are the values of a parameter file, by name.
    pub fn root(
        evaluator: Rc<Evaluator>,
        node: Node,
        context: DeploymentContext,
        arguments: Vec<(SmolStr, Argument)>,
    ) -> Rc<Template> {
        let arguments =
            arguments.into_iter().map(|(name, value)| (name.to_ascii_lowercase().into(), value)).collect();
        let given = GivenValues::Arguments(arguments);
        let linked_from = vec![node.span.source];
        Template::new(evaluator, node, context, given, SmolStr::default(), true, linked_from)
    }

    /// A nested template of inner scope. `given` is the object of `{value}` or `{reference}` entries that
    /// its parameters get their values from, absent where there is none; `label` tells it from others;
    /// `linked_from` holds the files that link to each other down to it.
    pub fn nested(
        evaluator: Rc<Evaluator>,
        node: Node,
        context: DeploymentContext,
        given: Value,
        label: SmolStr,
        linked_from: Vec<SourceId>,
    ) -> Rc<Template> {
        let given = GivenValues::Object(given);
        Template::new(evaluator, node, context, given, label, false, linked_from)
    }

    fn new(
        evaluator: Rc<Evaluator>,
        node: Node,
        context: DeploymentContext,
        given: GivenValues,
        label: SmolStr,
        root: bool,
        linked_from: Vec<SourceId>,
    ) -> Rc<Template> {
        let parameters = declared_parameters(&node);
        let variable_loops = node.value("variables").map(variable_loops).unwrap_or_default();
        let id = evaluator.next_id();
        Rc::new(Template {
            parameter_places: places(&node, "parameters"),
            variable_places: places(&node, "variables"),
            evaluator,
            node,
            context,
            root,
            label,
            parameters,
            given,
            linked_from,
            variable_loops,
            id,
        })
    }

    /// The scope of the template's own expressions.
    pub fn scope(self: &Rc<Self>) -> Rc<TemplateScope> {
        TemplateScope::new(self.clone(), None)
    }

    /// The declared parameters, in order.
    pub fn parameters(&self) -> &[ParameterDeclaration] {
        &self.parameters
    }

    /// The default of a declared parameter; absent where there is none.
    pub fn parameter_default(self: &Rc<Self>, declaration: &ParameterDeclaration) -> Value {
        match declaration.node.get("defaultValue") {
            Some(default) => {
                let value = self.scope().evaluate_node(&default.value, default.key_span);
                secured(value, &declaration.parameter)
            }
            None => Value::absent(declaration.parameter.span),
        }
    }

    /// What is given to a declared parameter from outside, without regard to its default; absent where
    /// nothing is.
    pub fn parameter_given(self: &Rc<Self>, declaration: &ParameterDeclaration) -> Value {
        let parameter = &declaration.parameter;
        let entry = self.entry(&parameter.name);
        if entry.is_absent() { Value::absent(parameter.span) } else { self.given_value(&entry, parameter) }
    }

    /// The residue of something of this template's own.
    pub fn residue(&self, own: &str) -> SmolStr {
        if self.label.is_empty() { own.into() } else { format_smolstr!("{}.{own}", self.label) }
    }

    /// The value of a parameter used at `span`.
    pub(super) fn parameter(self: &Rc<Self>, name: &str, span: Span) -> Value {
        let place = self.parameter_places.get(name.to_ascii_lowercase().as_str());
        let Some(declaration) = place.and_then(|place| self.parameters.get(*place)) else {
            let message = format!("no parameter is called `{name}`");
            return self.problem(ProblemKind::Undefined, span, message);
        };
        let parameter = declaration.parameter.clone();
        self.memoised(Section::Parameter, name, span, || {
            let entry = self.entry(name);
            if entry.is_missing() { self.defaulted(declaration) } else { self.given(&entry, declaration) }
        })
        .map_or_else(
            || {
                let message = format!("the parameter `{name}` depends on itself");
                self.problem(ProblemKind::Evaluation, span, message)
            },
            |(value, kind)| value.carried(kind, Some(parameter), span),
        )
    }

    // What is given to a parameter: an object with `value` or `reference`.
    fn entry(self: &Rc<Self>, name: &str) -> Value {
        let arguments = match &self.given {
            GivenValues::Object(given) => return given.get(name),
            GivenValues::Arguments(arguments) => arguments,
        };
        let Some(argument) = arguments.get(name.to_ascii_lowercase().as_str()) else {
            return Value::absent(self.node.span);
        };
        if let Some(scope) = &argument.scope {
            return scope.evaluate_node(&argument.entry, argument.anchor);
        }
        // A compiled Bicep parameter file: its expressions are those of templates.
        if let Some(expression) = argument.entry.get("expression") {
            let value = self.scope().evaluate_node(&expression.value, expression.key_span);
            let entry = Entry { key: "value".into(), value, key_span: Some(expression.key_span) };
            return Value::new(Object::built([entry]).into(), Origin::at(argument.anchor));
        }
        super::placeholder::given(&argument.entry, argument.anchor)
    }

    // What an entry with `value` or `reference` stands for.
    fn given_value(&self, entry: &Value, parameter: &Parameter) -> Value {
        if entry.get("reference").is_missing() {
            return entry.get("value");
        }
        // A secret in a Key Vault.
        let residue = self.parameter_residue(parameter);
        let unknown = Unknown { secure: true, ..Unknown::new(Reason::RunTime, residue) };
        Value { secure: true, ..Value::new(unknown.into(), Origin::at(entry.origin.span)) }
    }

    fn given(self: &Rc<Self>, entry: &Value, declaration: &ParameterDeclaration) -> (Value, StepKind) {
        let value = self.given_value(entry, &declaration.parameter);
        let has_default = declaration.node.get("defaultValue").is_some();
        if value.is_absent() || (value.is_missing() && has_default) {
            return self.defaulted(declaration);
        }
        (secured(value, &declaration.parameter), StepKind::ParameterValue)
    }

    fn defaulted(self: &Rc<Self>, declaration: &ParameterDeclaration) -> (Value, StepKind) {
        let parameter = &declaration.parameter;
        let default = self.parameter_default(declaration);
        if !default.is_absent() {
            let assumed = default.assumed || (self.root && !self.evaluator.defaults_decide);
            return (Value { assumed, ..default }, StepKind::ParameterDefault);
        }
        let null = declaration.nullable && (!self.root || self.evaluator.defaults_decide);
        let value = if null {
            Value::new(ValueKind::Null, Origin::at(parameter.span))
        } else {
            let unknown = Unknown {
                ty: parameter_type(&parameter.ty),
                parameter: Some(parameter.clone()),
                ..Unknown::new(Reason::Parameter, self.parameter_residue(parameter))
            };
            Value::new(unknown.into(), Origin::at(parameter.span))
        };
        (secured(value, parameter), StepKind::Parameter)
    }

    fn parameter_residue(&self, parameter: &Parameter) -> SmolStr {
        self.residue(&format!("parameters('{}')", parameter.name.to_ascii_lowercase()))
    }

    /// The value of a variable used at `span`.
    pub(super) fn variable(self: &Rc<Self>, name: &str, span: Span) -> Value {
        let place = self.variable_places.get(name.to_ascii_lowercase().as_str());
        let written = place.and_then(|place| self.node.value("variables")?.members().get(*place));
        let entry = self.variable_loops.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        if written.is_none() && entry.is_none() {
            return self.problem(ProblemKind::Undefined, span, format!("no variable is called `{name}`"));
        }
        self.memoised(Section::Variable, name, span, || {
            let scope = self.scope();
            let value = match (written, entry) {
                (Some(member), _) => scope.evaluate_node(&member.value, member.key_span),
                (None, Some((_, entry))) => scope.copy_entry(entry),
                (None, None) => Value::absent(span),
            };
            (value, StepKind::Variable)
        })
        .map_or_else(
            || {
                let message = format!("the variable `{name}` depends on itself");
                self.problem(ProblemKind::Evaluation, span, message)
            },
            |(value, kind)| value.carried(kind, None, span),
        )
    }

    // None where the value is being evaluated already: it depends on itself.
    fn memoised(
        self: &Rc<Self>,
        section: Section,
        name: &str,
        span: Span,
        evaluate: impl FnOnce() -> (Value, StepKind),
    ) -> Option<(Value, StepKind)> {
        let key = (self.id, section, SmolStr::from(name.to_ascii_lowercase()));
        let memo = &self.evaluator.sections;
        let known = memo.borrow().get(&key).cloned();
        if let Some(known) = known {
            return known;
        }
        memo.borrow_mut().insert(key.clone(), None);
        let mut kind = StepKind::Variable;
        let value = self.evaluator.step(span, || {
            let (value, step) = evaluate();
            kind = step;
            value
        });
        memo.borrow_mut().insert(key, Some((value.clone(), kind)));
        Some((value, kind))
    }

    /// The outputs, as an object of `{type, value}` objects; an output of a false condition is absent.
    pub fn outputs(self: &Rc<Self>) -> Value {
        super::outputs::outputs(&self.node, &self.scope(), self.node.span)
    }

    /// The resources that the template declares; `None` while they are being made.
    pub fn declarations(self: &Rc<Self>) -> Option<Rc<Declarations>> {
        let memo = &self.evaluator.declarations;
        if let Some(known) = memo.borrow().get(&self.id) {
            return known.clone();
        }
        memo.borrow_mut().insert(self.id, None);
        let section = self.node.value("resources").cloned();
        let made = Rc::new(Declarations::make(section.as_ref(), &self.scope(), &self.context));
        memo.borrow_mut().insert(self.id, Some(made.clone()));
        Some(made)
    }

    /// Reports a problem; the value that stands for what could not be evaluated.
    pub(super) fn problem(&self, kind: ProblemKind, span: Span, message: String) -> Value {
        self.evaluator.report(EvaluationProblem { span, message, kind });
        Value::unknown(Reason::Error, format_smolstr!("error({}:{})", span.source.0, span.start), span)
    }

    /// The body of a user-defined function: its parameters and its output.
    pub(super) fn user_function(&self, namespace: &str, name: &str) -> Option<Node> {
        let sections = self.node.value("functions")?.elements();
        let matching = sections.iter().filter(|section| {
            section
                .value("namespace")
                .and_then(Node::text)
                .is_some_and(|ns| ns.eq_ignore_ascii_case(namespace))
        });
        matching.filter_map(|section| section.value("members")?.value(name).cloned()).next()
    }

    /// A scope within a frame.
    pub(super) fn framed(self: &Rc<Self>, frame: Frame) -> Rc<TemplateScope> {
        TemplateScope::new(self.clone(), Some(Rc::new(frame)))
    }
}

// A secure parameter taints whatever it is given.
fn secured(value: Value, parameter: &Parameter) -> Value {
    if parameter.secure { super::evaluate::secured(value) } else { value }
}

fn parameter_type(ty: &str) -> Option<Type> {
    match ty.to_ascii_lowercase().as_str() {
        "string" | "securestring" => Some(Type::String),
        "int" => Some(Type::Number),
        "bool" => Some(Type::Bool),
        "array" => Some(Type::Array),
        "object" | "secureobject" => Some(Type::Object),
        _ => None,
    }
}

fn places(template: &Node, section: &str) -> HashMap<SmolStr, usize> {
    let members = template.value(section).map(Node::members).unwrap_or_default().iter().enumerate();
    members.map(|(at, member)| (SmolStr::from(member.key.text.to_ascii_lowercase()), at)).collect()
}

fn declared_parameters(template: &Node) -> Vec<ParameterDeclaration> {
    let declare = |member: &crate::syntax::Member| {
        let ty = declared_type(&member.value, template);
        let parameter = Parameter {
            name: member.key.text.clone(),
            secure: ty.secure(),
            shaped: ["properties", "additionalProperties", "items", "prefixItems", "$ref"]
                .iter()
                .any(|key| member.value.get(key).is_some()),
            span: member.key_span,
            type_span: ty.span.unwrap_or(member.key_span),
            default_span: member.value.value("defaultValue").map(|node| node.span),
            ty: ty.name,
        };
        let node = member.value.clone();
        ParameterDeclaration { parameter: Rc::new(parameter), node, nullable: ty.nullable }
    };
    template.value("parameters").map(Node::members).unwrap_or_default().iter().map(declare).collect()
}

fn variable_loops(section: &Node) -> Vec<(SmolStr, Node)> {
    let Some(copy) = section.value("copy") else { return Vec::new() };
    let entries = copy.elements().iter().filter(|entry| super::scope::is_copy_entry(entry));
    entries.filter_map(|entry| Some((entry.value("name")?.text()?.into(), entry.clone()))).collect()
}
