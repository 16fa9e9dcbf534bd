//! The walk over expressions: functions, the number of their arguments, and names.

use armlint_engine::expression::parser::{Call, Expression, ExpressionKind};
use armlint_engine::expression::signature::{self, signature};
use armlint_engine::span::Span;
use rustc_hash::FxHashMap;
use smol_str::{SmolStr, StrExt, format_smolstr};

use super::fault::{Fault, FaultKind, nearest};
use super::walk::{Place, Walker};
use super::{Declared, Use};

/// Namespaces that are no user's: the language's own, and that of what Bicep tries out.
const OWN_NAMESPACES: [&str; 3] = ["sys", "az", "this"];

impl Walker<'_> {
    pub(super) fn expression(&mut self, expression: Expression<'_>, place: Place) {
        match expression.kind() {
            ExpressionKind::String(text) => {
                let literal = (text.to_lowercase_smolstr(), expression.span());
                self.scope(place).into_iter().for_each(|scope| scope.literals.push(literal.clone()));
            }
            ExpressionKind::Number(_) => {}
            ExpressionKind::Property(base, ..) => self.expression(base, place),
            ExpressionKind::Index(base, index) => {
                self.expression(base, place);
                self.expression(index, place);
            }
            ExpressionKind::Call(call) => self.call(call, expression, place),
        }
    }

    fn call(&mut self, call: Call<'_>, whole: Expression<'_>, place: Place) {
        self.check(call, place);
        let name = match call.namespace() {
            Some(_) => SmolStr::default(),
            None => call.name().to_ascii_lowercase_smolstr(),
        };
        let first = call.argument(0);
        let literal = first.and_then(|argument| Some((argument.literal()?, argument.span())));
        match (name.as_str(), literal) {
            ("parameters", Some((text, span))) => return self.parameter(text, span, place),
            ("variables", Some((text, span))) => return self.variable(text, span, place),
            ("parameters", None) => {
                self.scope(place).into_iter().for_each(|scope| scope.used.computed_parameter = true);
            }
            ("variables", None) => {
                self.scope(place).into_iter().for_each(|scope| scope.used.computed_variable = true);
            }
            ("copyindex", literal) => self.copy_index(call, literal, place),
            ("lambda", _) => return self.lambda(whole, place),
            ("lambdavariables", Some((text, span))) => self.lambda_variable(text, span, place),
            ("reference" | "references", Some((text, span))) => self.symbol(text, span, place),
            ("reference" | "references" | "resourceinfo", None) => {
                first.into_iter().for_each(|named| self.symbol_of(named, place));
            }
            (list, _) if list.starts_with("list") => {
                first.into_iter().for_each(|named| self.symbol_of(named, place));
                self.used(Use::List(call.name().into()), call.name_span(), place);
            }
            _ => {}
        }
        call.arguments().for_each(|argument| self.expression(argument, place));
    }

    /// Notes whether a parameter may say which resource an expression names.
    pub(super) fn symbol_of(&mut self, named: Expression<'_>, place: Place) {
        if is_given(named) {
            self.scope(place).into_iter().for_each(|scope| scope.used.computed_symbol = true);
        }
    }

    fn lambda(&mut self, lambda: Expression<'_>, place: Place) {
        let Some((names, body)) = lambda.lambda() else { return };
        let depth = self.lambdas.len();
        for name in names {
            match name.literal() {
                Some(name) => self.lambdas.push(name.to_lowercase_smolstr()),
                None => self.expression(name, place),
            }
        }
        self.expression(body, place);
        self.lambdas.truncate(depth);
    }

    fn check(&mut self, call: Call<'_>, place: Place) {
        if !place.judged {
            return;
        }
        let count = call.count();
        if let Some(namespace) = call.namespace() {
            return self.check_user(namespace, call, count, place);
        }
        let Some(known) = signature(call.name()) else {
            let message = format!("There is no function `{}`", call.name());
            let near = nearest(call.name(), signature::names());
            let help = near.map(|near| format!("did you mean `{near}`?"));
            return self.fault(
                FaultKind::UnknownFunction,
                call.name(),
                call.name_span(),
                message,
                help,
                place,
            );
        };
        if !known.takes(count) {
            let expected = known.expected();
            let message = format!("`{}` takes {}, not {count}", call.name(), arguments(&expected));
            self.fault(FaultKind::ArgumentCount, call.name(), call.name_span(), message, None, place);
        }
    }

    fn check_user(&mut self, namespace: &str, call: Call<'_>, count: usize, place: Place) {
        if OWN_NAMESPACES.iter().any(|own| namespace.eq_ignore_ascii_case(own)) {
            return;
        }
        let name = format_smolstr!("{namespace}.{}", call.name());
        let Some(declared) = self.declared(place) else { return };
        match declared.functions.get(&name.to_lowercase_smolstr()).copied() {
            None => {
                let message = format!("There is no function `{name}`");
                let near = nearest(&name, declared.functions.keys().map(SmolStr::as_str));
                let help = near.map(|near| format!("did you mean `{near}`?"));
                self.fault(FaultKind::UnknownFunction, &name, call.name_span(), message, help, place);
            }
            Some((min, max)) if !(min..=max).contains(&count) => {
                let expected = if min == max { format!("{max}") } else { format!("{min} to {max}") };
                let message = format!("`{name}` takes {}, not {count}", arguments(&expected));
                self.fault(FaultKind::ArgumentCount, &name, call.name_span(), message, None, place);
            }
            Some(_) => {}
        }
    }

    fn declared(&self, place: Place) -> Option<&Declared> {
        self.found.scopes.get(place.scope).map(|scope| &scope.declared)
    }

    fn parameter(&mut self, name: &str, span: Span, place: Place) {
        let key = name.to_lowercase_smolstr();
        if let Some(parameters) = &self.function {
            if !parameters.contains(&key) {
                let message = format!("The function has no parameter `{name}`");
                let near = nearest(name, parameters.iter().map(SmolStr::as_str));
                let help = near.map(|near| format!("did you mean `{near}`?"));
                self.fault(FaultKind::Undefined, name, span, message, help, place);
            }
            return;
        }
        let known = self.declared(place).is_some_and(|declared| declared.parameters.contains_key(&key));
        if known {
            return self.used(Use::Parameter(key), span, place);
        }
        let message = format!("There is no parameter `{name}`");
        let variable = self.declared(place).is_some_and(|declared| declared.variables.contains_key(&key));
        let help = match variable {
            true => Some(format!("there is a variable of this name: `variables('{name}')`")),
            false => self.help(name, place, |declared| &declared.parameters),
        };
        self.fault(FaultKind::Undefined, name, span, message, help, place);
    }

    fn variable(&mut self, name: &str, span: Span, place: Place) {
        let key = name.to_lowercase_smolstr();
        let known = self.declared(place).is_some_and(|declared| declared.variables.contains_key(&key));
        if known {
            return self.used(Use::Variable(key), span, place);
        }
        let message = format!("There is no variable `{name}`");
        let parameter = self.declared(place).is_some_and(|declared| declared.parameters.contains_key(&key));
        let help = match parameter {
            true => Some(format!("there is a parameter of this name: `parameters('{name}')`")),
            false => self.help(name, place, |declared| &declared.variables),
        };
        self.fault(FaultKind::Undefined, name, span, message, help, place);
    }

    fn help(
        &self,
        name: &str,
        place: Place,
        section: impl Fn(&Declared) -> &FxHashMap<SmolStr, Span>,
    ) -> Option<String> {
        let declared = self.declared(place)?;
        if let Some(near) = nearest(name, section(declared).keys().map(SmolStr::as_str)) {
            return Some(format!("did you mean `{near}`?"));
        }
        place.outer.map(|_| {
            "the nested template is evaluated in the scope of its parent; with \
             `\"expressionEvaluationOptions\": { \"scope\": \"inner\" }` it sees its own names"
                .to_string()
        })
    }

    fn copy_index(&mut self, call: Call<'_>, literal: Option<(&SmolStr, Span)>, place: Place) {
        let Some((name, span)) = literal else {
            if call.count() == 0 && self.loops.is_empty() {
                let message = "`copyIndex` stands outside of a copy loop".to_string();
                self.fault(FaultKind::Undefined, "copyIndex", call.name_span(), message, None, place);
            }
            return;
        };
        let known =
            |other: &Option<SmolStr>| other.as_ref().is_none_or(|other| other.eq_ignore_ascii_case(name));
        if !self.loops.iter().any(known) {
            let message = format!("No copy loop `{name}` is around this `copyIndex`");
            let near = nearest(name, self.loops.iter().flatten().map(SmolStr::as_str));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            self.fault(FaultKind::Undefined, name, span, message, help, place);
        }
    }

    fn lambda_variable(&mut self, name: &str, span: Span, place: Place) {
        if !self.lambdas.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            let message = format!("No lambda around this has the variable `{name}`");
            self.fault(FaultKind::Undefined, name, span, message, None, place);
        }
    }

    // A name without `/` in a template with symbolic names.
    fn symbol(&mut self, name: &str, span: Span, place: Place) {
        if name.contains('/') || place.outer.is_some() || self.function.is_some() {
            return;
        }
        let Some(symbols) = self.declared(place).and_then(|declared| declared.symbols.as_ref()) else {
            return;
        };
        let symbol = name.split('[').next().unwrap_or(name).to_lowercase_smolstr();
        if symbols.contains_key(&symbol) {
            return;
        }
        let message = format!("There is no resource `{name}`");
        let near = nearest(name, symbols.keys().map(SmolStr::as_str));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        self.fault(FaultKind::Symbol, name, span, message, help, place);
    }

    fn fault(
        &mut self,
        kind: FaultKind,
        name: &str,
        span: Span,
        message: String,
        help: Option<String>,
        place: Place,
    ) {
        if place.judged {
            let (name, scope) = (name.into(), place.scope);
            self.faults.add(Fault { kind, name, scope, span, message, help, more: Vec::new() });
        }
    }
}

// Whether a parameter may be all of a text; the type in an id is known.
fn is_given(expression: Expression<'_>) -> bool {
    match expression.kind() {
        ExpressionKind::Property(base, ..) | ExpressionKind::Index(base, _) => is_given(base),
        ExpressionKind::Call(call) if call.name().eq_ignore_ascii_case("parameters") => true,
        ExpressionKind::Call(call) if call.name().to_ascii_lowercase().ends_with("resourceid") => false,
        ExpressionKind::Call(call) => call.arguments().any(is_given),
        _ => false,
    }
}

fn arguments(expected: &str) -> String {
    let plural = if expected == "1" { "argument" } else { "arguments" };
    format!("{expected} {plural}")
}
