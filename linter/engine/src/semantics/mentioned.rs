//! What the expressions of a template mention: names that are used, and what is wrong with names and functions.

use std::rc::Rc;

use smol_str::{SmolStr, StrExt};

use super::fault::{Fault, FaultKind};
use super::standing::refuses;
use super::walk::{Site, Walker};
use super::{Use, UseAt, Used};
use crate::expression::mention::{Mention, MentionKind, function_like};
use crate::expression::names::Names;
use crate::expression::signature::Signature;
use crate::similar::nearest;
use crate::span::Span;

impl Walker<'_> {
    pub(super) fn mention(&mut self, mention: &Mention, span: impl Fn() -> Span, place: Site) {
        let name = &mention.name;
        match &mention.kind {
            MentionKind::Literal => {
                if self.scope(place).is_some_and(|scope| scope.names.is_symbolic()) {
                    self.literal(name, span(), place);
                }
            }
            MentionKind::Parameter => self.parameter(mention, span(), place),
            MentionKind::Variable => {
                self.variable(mention, span(), place);
                self.position("variables", span(), place);
            }
            MentionKind::AnyParameter => self.use_any(place, |used| &mut used.computed_parameter),
            MentionKind::AnyVariable => {
                self.use_any(place, |used| &mut used.computed_variable);
                self.position("variables", span(), place);
            }
            MentionKind::AnySymbol => self.use_any(place, |used| &mut used.computed_symbol),
            MentionKind::Symbol => self.symbol(name, span(), place),
            MentionKind::List => {
                self.used(Use::List(name.clone()), mention, span(), place);
                self.position(name, span(), place);
            }
            MentionKind::Restricted => self.position(name, span(), place),
            MentionKind::Loop => self.copy_loop(name, span(), place),
            MentionKind::AnyLoop if self.loops.is_empty() => {
                let message = "`copyIndex` stands outside of a copy loop".to_string();
                self.fault(FaultKind::Undefined, "copyIndex", span(), message, None, place);
            }
            MentionKind::AnyLoop => {}
            MentionKind::UserFunction(count) => self.user_function(mention, *count, span(), place),
            MentionKind::LambdaVariable => {
                let message = format!("No lambda around this has the variable `{name}`");
                self.fault(FaultKind::Undefined, name, span(), message, None, place);
            }
            MentionKind::NoFunction => {
                let help = function_like(name).map(meant).or_else(|| of_policies(name));
                let message = format!("There is no function `{name}`");
                self.fault(FaultKind::UnknownFunction, name, span(), message, help, place);
            }
            MentionKind::ArgumentCount(known, count) => {
                let message = Signature { name, ..*known }.mismatch(*count);
                self.fault(FaultKind::ArgumentCount, name, span(), message, None, place);
            }
        }
    }

    fn use_any(&mut self, place: Site, which: impl Fn(&mut Used) -> &mut bool) {
        if let Some(scope) = self.scope(place) {
            *which(&mut scope.used) = true;
        }
    }

    fn names(&self, place: Site) -> Option<Rc<Names>> {
        self.found.scopes.get(place.scope).map(|scope| scope.names.clone())
    }

    // A function that is not allowed everywhere.
    fn position(&mut self, function: &str, span: Span, place: Site) {
        if let Some(help) = refuses(function, place.standing) {
            let message = format!("`{function}` is not allowed {}", place.standing.describe());
            self.fault(FaultKind::Position, function, span, message, Some(help.to_string()), place);
        }
    }

    fn user_function(&mut self, mention: &Mention, count: usize, span: Span, place: Site) {
        let Some(names) = self.names(place) else { return };
        let name = &mention.name;
        let known = name.split_once('.').and_then(|(namespace, own)| names.function(namespace, own));
        match known.map(|known| Signature { name, min: known.min, max: known.max }) {
            None => {
                let message = format!("There is no function `{name}`");
                let help = nearest(name, names.functions()).map(meant);
                self.fault(FaultKind::UnknownFunction, name, span, message, help, place);
            }
            Some(known) if !known.takes(count) => {
                let message = known.mismatch(count);
                self.fault(FaultKind::ArgumentCount, name, span, message, None, place);
            }
            Some(_) => self.used(Use::Function(name.to_lowercase_smolstr()), mention, span, place),
        }
    }

    fn parameter(&mut self, mention: &Mention, span: Span, place: Site) {
        let name = mention.name.as_str();
        if let Some(parameters) = &self.function {
            if !parameters.iter().any(|own| *own == name.to_lowercase_smolstr()) {
                let message = format!("The function has no parameter `{name}`");
                let help = nearest(name, parameters.iter()).map(meant);
                self.fault(FaultKind::Undefined, name, span, message, help, place);
            }
            return;
        }
        let Some(names) = self.names(place) else { return };
        if names.parameter(name).is_some() {
            return self.used(Use::Parameter(name.to_lowercase_smolstr()), mention, span, place);
        }
        let message = format!("There is no parameter `{name}`");
        let help = match names.variable(name) {
            Some(_) => Some(format!("there is a variable of this name: `variables('{name}')`")),
            None => elsewhere(nearest(name, names.parameters()), place),
        };
        self.fault(FaultKind::Undefined, name, span, message, help, place);
    }

    fn variable(&mut self, mention: &Mention, span: Span, place: Site) {
        let name = mention.name.as_str();
        let Some(names) = self.names(place) else { return };
        if names.variable(name).is_some() {
            return self.used(Use::Variable(name.to_lowercase_smolstr()), mention, span, place);
        }
        let message = format!("There is no variable `{name}`");
        let help = match names.parameter(name) {
            Some(_) => Some(format!("there is a parameter of this name: `parameters('{name}')`")),
            None => elsewhere(nearest(name, names.variables()), place),
        };
        self.fault(FaultKind::Undefined, name, span, message, help, place);
    }

    fn copy_loop(&mut self, name: &str, span: Span, place: Site) {
        let known =
            |other: &Option<SmolStr>| other.as_ref().is_none_or(|other| other.eq_ignore_ascii_case(name));
        if !self.loops.iter().any(known) {
            let message = format!("No copy loop `{name}` is around this `copyIndex`");
            let help = nearest(name, self.loops.iter().flatten()).map(meant);
            self.fault(FaultKind::Undefined, name, span, message, help, place);
        }
    }

    // A name without `/` in a template with symbolic names.
    fn symbol(&mut self, name: &str, span: Span, place: Site) {
        if name.contains('/') || place.outer.is_some() || self.function.is_some() {
            return;
        }
        let Some(names) = self.names(place).filter(|names| names.is_symbolic()) else { return };
        if names.symbol(name.split('[').next().unwrap_or(name)).is_some() {
            return;
        }
        let message = format!("There is no resource `{name}`");
        let help = nearest(name, names.symbols()).map(meant);
        self.fault(FaultKind::Symbol, name, span, message, help, place);
    }

    pub(super) fn fault(
        &mut self,
        kind: FaultKind,
        name: &str,
        span: Span,
        message: String,
        help: Option<String>,
        place: Site,
    ) {
        if place.judged {
            let (name, scope) = (name.into(), place.scope);
            self.faults.add(Fault { kind, name, scope, span, message, help, more: Vec::new() });
        }
    }

    // Notes that an expression takes a value from something.
    fn used(&mut self, what: Use, mention: &Mention, span: Span, place: Site) {
        if let Some(outer) = place.outer.and_then(|outer| self.found.outers.get_mut(outer)) {
            outer.uses.push((span, what.clone()));
        }
        let owner = self.owner.clone();
        if let Some(scope) = self.scope(place) {
            match &what {
                Use::Parameter(name) => _ = scope.used.parameters.insert(name.clone()),
                Use::Variable(name) => _ = scope.used.variables.insert(name.clone()),
                Use::Function(_) | Use::List(_) => {}
            }
            if let Some(owner) = owner.filter(|_| place.outer.is_none()) {
                let guarded = mention.guarded;
                scope.definitions.entry(owner).or_default().push(UseAt { what, span, guarded });
            } else {
                scope.asked.insert(what);
            }
        }
    }
}

pub(super) fn meant(name: impl std::fmt::Display) -> String {
    format!("did you mean `{name}`?")
}

/// Functions that only the rules of policies have (Azure Policy definition structure: policy rule, 2025-03).
const POLICY_FUNCTIONS: [&str; 6] =
    ["field", "current", "requestContext", "policy", "ipRangeContains", "addDays"];

fn of_policies(name: &str) -> Option<String> {
    let known = POLICY_FUNCTIONS.iter().any(|function| name.eq_ignore_ascii_case(function));
    known.then(|| {
        "Begin an expression of the policy with `[[`, so that the template leaves it as it is".to_string()
    })
}

fn elsewhere(near: Option<&SmolStr>, place: Site) -> Option<String> {
    let scope = "the nested template is evaluated in the scope of its parent; with \
                 `\"expressionEvaluationOptions\": { \"scope\": \"inner\" }` it sees its own names";
    near.map(meant).or_else(|| place.outer.map(|_| scope.to_string()))
}
