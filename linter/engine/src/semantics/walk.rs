//! The walk over the texts of a deployment: sections, resources, loops, nested templates.

use std::rc::Rc;

use smol_str::{SmolStr, StrExt};

use super::fault::{Fault, FaultKind, Faults};
use super::{NameScope, Outer, SemanticModel, Use, Used};
use crate::dialect::Parsed;
use crate::expression::evaluator::Evaluator;
use crate::expression::keys::{KeyContent, content};
use crate::expression::mention::{Mention, MentionKind, function_like, is_given, mentions_of};
use crate::expression::names::{Names, is_loop};
use crate::expression::parser;
use crate::expression::signature::Signature;
use crate::similar::nearest;
use crate::span::Span;
use crate::syntax::{ExpressionNode, Member, Node, NodeKind, Number, Scalar};

/// The longest expression that the service takes, in characters; best practices for ARM templates, 2024-06.
const MAX_EXPRESSION: usize = 24_576;

const DEPLOYMENTS: &str = "Microsoft.Resources/deployments";

/// Where the walk is.
#[derive(Clone, Copy)]
struct Site {
    scope: usize,
    /// The nested template of outer scope, by position.
    outer: Option<usize>,
    /// Faults are reported; otherwise names only count as used.
    judged: bool,
    /// What does not parse is reported.
    parsed: bool,
}

struct Walker<'e> {
    evaluator: &'e Evaluator,
    found: SemanticModel,
    faults: Faults,
    /// The names of the loops around; none for a name that is computed.
    loops: Vec<Option<SmolStr>>,
    /// The parameters of the user-defined function around.
    function: Option<Vec<SmolStr>>,
    /// The variable that is being read.
    owner: Option<SmolStr>,
}

impl SemanticModel {
    /// Of the templates in these texts.
    pub fn of(sources: &[Parsed], evaluator: &Evaluator) -> SemanticModel {
        let (found, faults) = (SemanticModel::default(), Faults::default());
        let mut walker = Walker { evaluator, found, faults, loops: Vec::new(), function: None, owner: None };
        for parsed in sources {
            walker.template(&parsed.document.root, None);
        }
        walker.found.faults = walker.faults.list;
        walker.found
    }
}

impl Walker<'_> {
    fn scope(&mut self, place: Site) -> Option<&mut NameScope> {
        self.found.scopes.get_mut(place.scope)
    }

    // A template that is evaluated in its own scope.
    fn template(&mut self, node: &Node, key: Option<Span>) {
        let scope = self.found.scopes.len();
        self.found.scopes.push(NameScope::new(node, key.is_none(), self.evaluator.names(node)));
        let around = (std::mem::take(&mut self.loops), self.function.take(), self.owner.take());
        let place = Site { scope, outer: None, judged: true, parsed: true };
        self.functions(node, place);
        self.sections(node, key, place);
        (self.loops, self.function, self.owner) = around;
    }

    fn sections(&mut self, node: &Node, key: Option<Span>, place: Site) {
        self.found.objects.push((node.clone(), key));
        // The service ignores the declarations of a template of outer scope.
        let declarations = Site { judged: place.judged && place.outer.is_none(), ..place };
        for member in node.members() {
            let value = &member.value;
            match member.key.text.to_ascii_lowercase().as_str() {
                "parameters" => self.parameters(value, declarations),
                "variables" => self.variables(value, declarations),
                "resources" => self.resources(value, place),
                "outputs" => self.outputs(value, place),
                "functions" => {}
                "definitions" => self.unused(value),
                key if content(key) == KeyContent::Constants => {}
                _ => self.value(value, Site { judged: false, ..place }),
            }
        }
    }

    fn parameters(&mut self, section: &Node, place: Site) {
        for part in section.members().iter().flat_map(|member| member.value.members()) {
            match part.key.text.to_ascii_lowercase().as_str() {
                "defaultvalue" => self.value(&part.value, place),
                "allowedvalues" => {}
                key if content(key) == KeyContent::Expressions => self.unused(&part.value),
                _ => {}
            }
        }
    }

    fn functions(&mut self, node: &Node, place: Site) {
        let sections = node.value("functions").map(Node::elements).unwrap_or_default();
        for member in
            sections.iter().flat_map(|section| section.value("members").map_or(&[][..], Node::members))
        {
            let parameters = member.value.value("parameters").map(Node::elements).unwrap_or_default();
            let names = parameters.iter().filter_map(|node| node.value("name").and_then(Node::text));
            self.function = Some(names.map(|name| name.to_lowercase_smolstr()).collect());
            if let Some(value) = member.value.value("output").and_then(|output| output.value("value")) {
                self.value(value, place);
            }
        }
        self.function = None;
    }

    // What nothing evaluates still has to parse.
    fn unused(&mut self, node: &Node) {
        match &node.kind {
            NodeKind::String(scalar) if parser::is_expression(&scalar.text) => {
                let parsed = self.evaluator.expressions.parsed(&scalar.text);
                self.found.syntax.extend(parsed.within(scalar, node.span).err());
            }
            NodeKind::Array(elements) => elements.iter().for_each(|element| self.unused(element)),
            NodeKind::Object(members) => {
                let read = members.iter().filter(|member| content(&member.key.text) != KeyContent::Constants);
                read.for_each(|member| self.unused(&member.value));
            }
            _ => {}
        }
    }

    fn variables(&mut self, section: &Node, place: Site) {
        for member in section.members() {
            let entries = member.value.elements();
            if member.key.text.eq_ignore_ascii_case("copy") && entries.iter().any(is_loop) {
                for entry in entries {
                    let name = entry.value("name").and_then(Node::text).unwrap_or("");
                    self.owner = Some(name.to_lowercase_smolstr());
                    self.entry(entry, place);
                }
            } else {
                self.owner = Some(member.key.text.to_lowercase_smolstr());
                self.value(&member.value, place);
            }
        }
        self.owner = None;
    }

    fn outputs(&mut self, section: &Node, place: Site) {
        for member in section.members() {
            let depth = self.loops.len();
            if let Some(copy) = member.value.value("copy") {
                self.loops.push(None);
                self.literal_count(copy);
            }
            for part in member.value.members() {
                match part.key.text.to_ascii_lowercase().as_str() {
                    "condition" | "value" | "copy" => self.value(&part.value, place),
                    key if content(key) == KeyContent::Expressions => self.unused(&part.value),
                    _ => {}
                }
            }
            self.loops.truncate(depth);
        }
    }

    fn resources(&mut self, section: &Node, place: Site) {
        match &section.kind {
            NodeKind::Array(elements) => elements.iter().for_each(|node| self.resource(node, place)),
            NodeKind::Object(members) => {
                members.iter().for_each(|member| self.resource(&member.value, place));
            }
            _ => self.value(section, place),
        }
    }

    fn resource(&mut self, node: &Node, place: Site) {
        if !node.is_object() {
            return self.value(node, place);
        }
        let depth = self.loops.len();
        if let Some(copy) = node.value("copy").filter(|copy| copy.is_object()) {
            self.loops.push(loop_name(copy));
        }
        let ty = node.value("type").and_then(Node::text).unwrap_or("");
        if let Some(scope) = self.scope(place) {
            scope.resources.push((ty.to_lowercase_smolstr(), node.span));
        }
        let name = node.get("name").map_or(node.span.part(0, 1), |name| name.value.span);
        for member in node.members() {
            self.key(member, place);
            match member.key.text.to_ascii_lowercase().as_str() {
                "comments" => {}
                "resources" => self.resources(&member.value, place),
                "properties" if ty.eq_ignore_ascii_case(DEPLOYMENTS) => {
                    self.deployment(&member.value, name, place);
                }
                "dependson" => {
                    member.value.elements().iter().for_each(|entry| self.dependency(entry, place));
                    self.value(&member.value, place);
                }
                key => self.value(&member.value, place.under(key)),
            }
        }
        self.loops.truncate(depth);
    }

    fn dependency(&mut self, entry: &Node, place: Site) {
        if let NodeKind::Expression(expression) = &entry.kind {
            let computed = is_given((&**expression).into());
            return self.scope(place).into_iter().for_each(|scope| scope.used.computed_symbol |= computed);
        }
        let NodeKind::String(scalar) = &entry.kind else { return };
        if !parser::is_expression(&scalar.text) {
            return self.literal(&scalar.text, entry.span, place);
        }
        let parsed = self.evaluator.expressions.parsed(&scalar.text);
        if parsed.within(scalar, entry.span).is_ok_and(is_given)
            && let Some(scope) = self.scope(place)
        {
            scope.used.computed_symbol = true;
        }
    }

    // Only where symbolic names are looked for does it matter which literals there are.
    fn literal(&mut self, text: &SmolStr, span: Span, place: Site) {
        if let Some(scope) = self.scope(place).filter(|scope| scope.names.is_symbolic()) {
            scope.literals.push((text.to_lowercase_smolstr(), span));
        }
    }

    fn deployment(&mut self, properties: &Node, name: Span, place: Site) {
        let options = properties.value("expressionEvaluationOptions");
        let option = options.and_then(|options| options.value("scope"));
        for member in properties.members() {
            if !member.key.text.eq_ignore_ascii_case("template") || !member.value.is_object() {
                self.value(&member.value, place);
                continue;
            }
            let text = option.and_then(Node::text).unwrap_or("outer");
            if text.eq_ignore_ascii_case("inner") {
                self.template(&member.value, Some(member.key_span));
            } else if parser::is_expression(text) {
                let place = Site { judged: false, ..place };
                self.sections(&member.value, Some(member.key_span), place);
            } else {
                let outer = self.found.outers.len();
                self.found.outers.push(Outer { scope: place.scope, place: name, uses: Vec::new() });
                let place = Site { outer: Some(outer), ..place };
                self.sections(&member.value, Some(member.key_span), place);
            }
        }
    }

    fn value(&mut self, node: &Node, place: Site) {
        match &node.kind {
            NodeKind::String(scalar) => self.text(scalar, node.span, place),
            NodeKind::Expression(expression) => self.expression(expression, place),
            NodeKind::Array(elements) => elements.iter().for_each(|element| self.value(element, place)),
            NodeKind::Object(members) => self.object(node, members, place),
            _ => {}
        }
    }

    fn expression(&mut self, expression: &ExpressionNode, place: Site) {
        for (mention, span) in mentions_of(expression) {
            self.mention(&mention, || span, place);
        }
    }

    fn object(&mut self, node: &Node, members: &[Member], place: Site) {
        let copies = node.value("copy").map(Node::elements).unwrap_or_default();
        let loops = !copies.is_empty() && copies.iter().all(is_loop);
        for member in members {
            self.key(member, place);
            if loops && member.key.text.eq_ignore_ascii_case("copy") {
                copies.iter().for_each(|entry| self.entry(entry, place));
                continue;
            }
            self.value(&member.value, place.under(&member.key.text));
        }
    }

    // An entry `{name, count, input}` of a loop of properties or variables.
    fn entry(&mut self, entry: &Node, place: Site) {
        self.literal_count(entry);
        for part in ["name", "count"] {
            if let Some(node) = entry.value(part) {
                self.value(node, place);
            }
        }
        self.loops.push(loop_name(entry));
        if let Some(input) = entry.value("input") {
            self.value(input, place);
        }
        self.loops.pop();
    }

    fn literal_count(&mut self, entry: &Node) {
        if let Some(count) = entry.value("count")
            && let NodeKind::Number(Number::Int(number)) = count.kind
        {
            self.found.counts.push((count.span, number));
        }
    }

    fn key(&mut self, member: &Member, place: Site) {
        if let Some(expression) = member.key.expression() {
            return self.expression(expression, place);
        }
        self.text(&member.key, member.key_span, place);
    }

    fn text(&mut self, scalar: &Scalar, token: Span, place: Site) {
        if !parser::is_expression(&scalar.text) {
            return;
        }
        if scalar.text.len() > MAX_EXPRESSION {
            let length = scalar.text.chars().count();
            if length > MAX_EXPRESSION {
                self.found.long.push((token, length));
            }
        }
        let parsed = self.evaluator.expressions.parsed(&scalar.text);
        if let Err(problem) = parsed.within(scalar, token) {
            self.scope(place).into_iter().for_each(|scope| scope.used.unread = true);
            self.found.syntax.extend(Some(problem).filter(|_| place.parsed));
        }
        for mention in parsed.mentions() {
            self.mention(mention, || mention.span(scalar, token), place);
        }
    }

    fn mention(&mut self, mention: &Mention, span: impl Fn() -> Span, place: Site) {
        let name = &mention.name;
        match &mention.kind {
            MentionKind::Literal => {
                if self.scope(place).is_some_and(|scope| scope.names.is_symbolic()) {
                    self.literal(name, span(), place);
                }
            }
            MentionKind::Parameter => self.parameter(name, span(), place),
            MentionKind::Variable => self.variable(name, span(), place),
            MentionKind::AnyParameter => self.use_any(place, |used| &mut used.computed_parameter),
            MentionKind::AnyVariable => self.use_any(place, |used| &mut used.computed_variable),
            MentionKind::AnySymbol => self.use_any(place, |used| &mut used.computed_symbol),
            MentionKind::Symbol => self.symbol(name, span(), place),
            MentionKind::List => self.used(Use::List(name.clone()), span(), place),
            MentionKind::Loop => self.copy_loop(name, span(), place),
            MentionKind::AnyLoop if self.loops.is_empty() => {
                let message = "`copyIndex` stands outside of a copy loop".to_string();
                self.fault(FaultKind::Undefined, "copyIndex", span(), message, None, place);
            }
            MentionKind::AnyLoop => {}
            MentionKind::UserFunction(count) => self.user_function(name, *count, span(), place),
            MentionKind::LambdaVariable => {
                let message = format!("No lambda around this has the variable `{name}`");
                self.fault(FaultKind::Undefined, name, span(), message, None, place);
            }
            MentionKind::NoFunction => {
                let help = function_like(name).map(meant);
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

    fn user_function(&mut self, name: &SmolStr, count: usize, span: Span, place: Site) {
        let Some(names) = self.names(place) else { return };
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
            Some(_) => {}
        }
    }

    fn parameter(&mut self, name: &str, span: Span, place: Site) {
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
            return self.used(Use::Parameter(name.to_lowercase_smolstr()), span, place);
        }
        let message = format!("There is no parameter `{name}`");
        let help = match names.variable(name) {
            Some(_) => Some(format!("there is a variable of this name: `variables('{name}')`")),
            None => elsewhere(nearest(name, names.parameters()), place),
        };
        self.fault(FaultKind::Undefined, name, span, message, help, place);
    }

    fn variable(&mut self, name: &str, span: Span, place: Site) {
        let Some(names) = self.names(place) else { return };
        if names.variable(name).is_some() {
            return self.used(Use::Variable(name.to_lowercase_smolstr()), span, place);
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

    fn fault(
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
    fn used(&mut self, what: Use, span: Span, place: Site) {
        if let Some(outer) = place.outer.and_then(|outer| self.found.outers.get_mut(outer)) {
            outer.uses.push((span, what.clone()));
        }
        let owner = self.owner.clone();
        if let Some(scope) = self.scope(place) {
            match &what {
                Use::Parameter(name) => _ = scope.used.parameters.insert(name.clone()),
                Use::Variable(name) => _ = scope.used.variables.insert(name.clone()),
                Use::List(_) => {}
            }
            if let Some(owner) = owner.filter(|_| place.outer.is_none()) {
                scope.variables.entry(owner).or_default().push((span, what));
            }
        }
    }
}

impl Site {
    fn under(self, key: &str) -> Site {
        match content(key) {
            KeyContent::Expressions => self,
            KeyContent::Foreign => Site { judged: false, ..self },
            KeyContent::Constants => Site { judged: false, parsed: false, ..self },
        }
    }
}

fn meant(name: impl std::fmt::Display) -> String {
    format!("did you mean `{name}`?")
}

fn elsewhere(near: Option<&SmolStr>, place: Site) -> Option<String> {
    let scope = "the nested template is evaluated in the scope of its parent; with \
                 `\"expressionEvaluationOptions\": { \"scope\": \"inner\" }` it sees its own names";
    near.map(meant).or_else(|| place.outer.map(|_| scope.to_string()))
}

fn loop_name(entry: &Node) -> Option<SmolStr> {
    let name = entry.value("name").and_then(Node::text).filter(|name| !parser::is_expression(name));
    name.map(|name| name.to_lowercase_smolstr())
}
