//! The parameters of a template: their declarations, and what they are given.

use std::collections::HashMap;
use std::rc::Rc;

use smol_str::SmolStr;

use super::EvaluationProblemKind;
use super::definition::{declared_type, secret_parts};
use super::evaluator::Section;
use super::scope::TemplateScope;
use super::template::Template;
use crate::span::Span;
use crate::syntax::Node;
use crate::value::{
    Entry, Object, Origin, Parameter, Reason, SecretParts, StepKind, Term, Type, Unknown, Value, ValueKind,
};

/// A declared parameter.
#[derive(Clone, Debug)]
pub struct ParameterDeclaration {
    /// What values remember of it.
    pub parameter: Rc<Parameter>,
    /// The declaration's object.
    pub node: Node,
    /// It may be null, or left out.
    pub nullable: bool,
    /// Which parts of its value are secrets.
    pub secrets: Rc<SecretParts>,
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
pub(super) enum GivenValues {
    /// From outside, by name in lower case.
    Arguments(HashMap<SmolStr, Argument>),
    /// From the `parameters` of a nested deployment.
    Object(Value),
}

impl Template {
    /// The declared parameters, in order.
    pub fn parameters(&self) -> &[ParameterDeclaration] {
        &self.parameters
    }

    /// The default of a declared parameter; absent where there is none.
    pub fn parameter_default(self: &Rc<Self>, declaration: &ParameterDeclaration) -> Value {
        match declaration.node.get("defaultValue") {
            Some(default) => {
                let value = self.scope().evaluate_node(&default.value, default.key_span);
                declaration.secrets.mark(value)
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

    /// The value of a parameter used at `span`.
    pub(super) fn parameter(self: &Rc<Self>, name: &str, span: Span) -> Value {
        let place = self.names.parameter_place(name);
        let Some(declaration) = place.and_then(|place| self.parameters.get(place)) else {
            let message = format!("there is no parameter `{name}`");
            return self.problem(EvaluationProblemKind::Undefined, span, message);
        };
        let parameter = declaration.parameter.clone();
        self.memoised(Section::Parameter, name, span, || {
            let entry = self.entry(name);
            if entry.is_missing() { self.defaulted(declaration) } else { self.given(&entry, declaration) }
        })
        .map_or_else(
            || {
                let message = format!("the parameter `{name}` depends on itself");
                self.problem(EvaluationProblemKind::Evaluation, span, message)
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

    // What an entry with `value` or `reference` stands for. One that is not known is taken for a value: nothing
    // says that it refers to a secret.
    fn given_value(&self, entry: &Value, parameter: &Parameter) -> Value {
        if let ValueKind::OneOf(entries) = &entry.kind {
            let values = entries.iter().map(|entry| self.given_value(entry, parameter)).collect();
            return Value::one_of(values, || self.parameter_term(parameter), entry.origin.span);
        }
        let refers = entry.object().is_some_and(|object| {
            let (keys, _) = object.keys();
            keys.iter().any(|key| key.eq_ignore_ascii_case("reference"))
        });
        if !refers || entry.get("reference").is_missing() {
            return entry.get("value");
        }
        // A secret in a Key Vault.
        let unknown =
            Unknown { secure: true, ..Unknown::new(Reason::RunTime, self.parameter_term(parameter)) };
        Value { secure: true, ..Value::new(unknown.into(), Origin::at(entry.origin.span)) }
    }

    fn given(self: &Rc<Self>, entry: &Value, declaration: &ParameterDeclaration) -> (Value, StepKind) {
        let value = self.given_value(entry, &declaration.parameter);
        let has_default = declaration.node.get("defaultValue").is_some();
        if value.is_absent() || (value.is_missing() && has_default) {
            return self.defaulted(declaration);
        }
        (declaration.secrets.mark(value), StepKind::ParameterValue)
    }

    fn defaulted(self: &Rc<Self>, declaration: &ParameterDeclaration) -> (Value, StepKind) {
        let parameter = &declaration.parameter;
        let default = self.parameter_default(declaration);
        let open = self.root && !self.evaluator.defaults_decide;
        // An empty default of a root template is a blank to fill in.
        let blank = open && default.known_text() == Some("");
        if !default.is_absent() && !blank {
            let assumed = default.assumed || open;
            return (Value { assumed, ..default }, StepKind::ParameterDefault);
        }
        let null = declaration.nullable && (!self.root || self.evaluator.defaults_decide);
        let value = if null {
            Value::new(ValueKind::Null, Origin::at(parameter.span))
        } else {
            let unknown = Unknown {
                ty: Type::declared(&parameter.ty),
                parameter: Some(parameter.clone()),
                ..Unknown::new(Reason::Parameter, self.parameter_term(parameter))
            };
            Value::new(unknown.into(), Origin::at(parameter.span))
        };
        (declaration.secrets.mark(value), StepKind::Parameter)
    }

    fn parameter_term(&self, parameter: &Parameter) -> Term {
        Term::parameter(self.deployment.as_ref(), &parameter.name)
    }
}

/// The parameters that the object of a template declares.
pub(super) fn declared_parameters(template: &Node) -> Vec<ParameterDeclaration> {
    let declare = |member: &crate::syntax::Member| {
        let node = member.value.clone();
        let ty = declared_type(&node, template);
        let shaped = ["properties", "additionalProperties", "items", "prefixItems", "discriminator", "$ref"]
            .iter()
            .any(|key| node.get(key).is_some());
        let secrets = match shaped {
            true => secret_parts(&node, template),
            false => SecretParts { whole: ty.secure(), ..SecretParts::default() },
        };
        let parameter = Parameter {
            name: member.key.text.clone(),
            secure: ty.secure(),
            shaped,
            holds_secrets: !secrets.whole && !secrets.is_empty(),
            span: member.key_span,
            type_span: ty.span.unwrap_or(member.key_span),
            default_span: node.value("defaultValue").map(|node| node.span),
            ty: ty.name,
        };
        let (parameter, secrets) = (Rc::new(parameter), Rc::new(secrets));
        ParameterDeclaration { parameter, node, nullable: ty.nullable, secrets }
    };
    template.value("parameters").map(Node::members).unwrap_or_default().iter().map(declare).collect()
}
