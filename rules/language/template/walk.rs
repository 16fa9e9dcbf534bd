//! The walk over the texts of a deployment: sections, resources, loops, nested templates.

use armlint_engine::expression::parser;
use armlint_engine::graph::Graph;
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::syntax::{Member, Node, NodeKind, Number, Scalar};
use smol_str::{SmolStr, StrExt};

use super::fault::Faults;
use super::{Outer, Scope, Templates, Use, is_loop};

/// The longest expression that the service takes, in characters; best practices for ARM templates, 2024-06.
const MAX_EXPRESSION: usize = 24_576;

const DEPLOYMENTS: &str = "Microsoft.Resources/deployments";

/// Where the walk is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) scope: usize,
    /// The nested template of outer scope, by position.
    pub(super) outer: Option<usize>,
    /// Faults are reported; otherwise names only count as used.
    pub(super) judged: bool,
}

pub(super) struct Walker<'g> {
    pub(super) graph: &'g Graph,
    pub(super) found: Templates,
    pub(super) faults: Faults,
    /// The names of the loops around; none for a name that is computed.
    pub(super) loops: Vec<Option<SmolStr>>,
    pub(super) lambdas: Vec<SmolStr>,
    /// The parameters of the user-defined function around.
    pub(super) function: Option<Vec<SmolStr>>,
    /// The variable that is being read.
    owner: Option<SmolStr>,
}

impl Templates {
    /// Reads all templates of a deployment; a Git folder has none, and with the values of an environment
    /// they would read the same.
    pub fn build(cx: &Context<'_>) -> Templates {
        let graph = cx.graph();
        if !graph.dialect.is_template() || graph.is_environment {
            return Templates::default();
        }
        let mut walker = Walker {
            graph,
            found: Templates::default(),
            faults: Faults::default(),
            loops: Vec::new(),
            lambdas: Vec::new(),
            function: None,
            owner: None,
        };
        for parsed in &graph.sources {
            walker.template(&parsed.document.root, None);
        }
        walker.found.faults = walker.faults.list;
        walker.found
    }
}

impl Walker<'_> {
    pub(super) fn scope(&mut self, place: Place) -> Option<&mut Scope> {
        self.found.scopes.get_mut(place.scope)
    }

    // A template that is evaluated in its own scope.
    fn template(&mut self, node: &Node, key: Option<Span>) {
        let scope = self.found.scopes.len();
        self.found.scopes.push(Scope::new(node, key.is_none()));
        let around = (
            std::mem::take(&mut self.loops),
            std::mem::take(&mut self.lambdas),
            self.function.take(),
            self.owner.take(),
        );
        self.functions(node, scope);
        self.sections(node, key, Place { scope, outer: None, judged: true });
        (self.loops, self.lambdas, self.function, self.owner) = around;
    }

    fn sections(&mut self, node: &Node, key: Option<Span>, place: Place) {
        self.found.objects.push((node.clone(), key));
        // The service ignores the declarations of a template of outer scope.
        let declarations = Place { judged: place.judged && place.outer.is_none(), ..place };
        for member in node.members() {
            let value = &member.value;
            match member.key.text.to_ascii_lowercase().as_str() {
                "parameters" => {
                    let defaults =
                        value.members().iter().filter_map(|member| member.value.get("defaultValue"));
                    defaults.for_each(|default| self.value(&default.value, declarations));
                }
                "variables" => self.variables(value, declarations),
                "resources" => self.resources(value, place),
                "outputs" => self.outputs(value, place),
                "$schema" | "contentversion" | "languageversion" | "apiprofile" | "metadata"
                | "definitions" | "functions" => {}
                _ => self.value(value, Place { judged: false, ..place }),
            }
        }
    }

    fn functions(&mut self, node: &Node, scope: usize) {
        let place = Place { scope, outer: None, judged: true };
        for section in node.value("functions").map(Node::elements).unwrap_or_default() {
            for member in section.value("members").map(Node::members).unwrap_or_default() {
                let parameters = member.value.value("parameters").map(Node::elements).unwrap_or_default();
                let names = parameters.iter().filter_map(|node| node.value("name").and_then(Node::text));
                self.function = Some(names.map(|name| name.to_lowercase_smolstr()).collect());
                if let Some(value) = member.value.value("output").and_then(|output| output.value("value")) {
                    self.value(value, place);
                }
            }
        }
        self.function = None;
    }

    fn variables(&mut self, section: &Node, place: Place) {
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

    fn outputs(&mut self, section: &Node, place: Place) {
        for member in section.members() {
            let depth = self.loops.len();
            if let Some(copy) = member.value.value("copy") {
                self.loops.push(None);
                self.literal_count(copy);
            }
            for part in ["condition", "value", "copy"] {
                if let Some(node) = member.value.value(part) {
                    self.value(node, place);
                }
            }
            self.loops.truncate(depth);
        }
    }

    fn resources(&mut self, section: &Node, place: Place) {
        match &section.kind {
            NodeKind::Array(elements) => elements.iter().for_each(|node| self.resource(node, place)),
            NodeKind::Object(members) => {
                members.iter().for_each(|member| self.resource(&member.value, place));
            }
            _ => self.value(section, place),
        }
    }

    fn resource(&mut self, node: &Node, place: Place) {
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
                    for dependency in member.value.elements() {
                        if let Some(text) = dependency.text().filter(|text| !parser::is_expression(text)) {
                            let literal = (text.to_lowercase_smolstr(), dependency.span);
                            self.scope(place)
                                .into_iter()
                                .for_each(|scope| scope.literals.push(literal.clone()));
                        } else if let NodeKind::String(scalar) = &dependency.kind
                            && let Ok(expression) =
                                self.graph.expression(scalar, dependency.span).within(scalar, dependency.span)
                        {
                            self.symbol_of(expression, place);
                        }
                    }
                    self.value(&member.value, place);
                }
                _ => self.value(&member.value, place),
            }
        }
        self.loops.truncate(depth);
    }

    fn deployment(&mut self, properties: &Node, name: Span, place: Place) {
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
                let place = Place { judged: false, ..place };
                self.sections(&member.value, Some(member.key_span), place);
            } else {
                let outer = self.found.outers.len();
                self.found.outers.push(Outer { scope: place.scope, place: name, uses: Vec::new() });
                let place = Place { outer: Some(outer), ..place };
                self.sections(&member.value, Some(member.key_span), place);
            }
        }
    }

    pub(super) fn value(&mut self, node: &Node, place: Place) {
        match &node.kind {
            NodeKind::String(scalar) => self.text(scalar, node.span, place),
            NodeKind::Array(elements) => elements.iter().for_each(|element| self.value(element, place)),
            NodeKind::Object(members) => self.object(node, members, place),
            _ => {}
        }
    }

    fn object(&mut self, node: &Node, members: &[Member], place: Place) {
        let copies = node.value("copy").map(Node::elements).unwrap_or_default();
        let loops = !copies.is_empty() && copies.iter().all(is_loop);
        for member in members {
            self.key(member, place);
            if loops && member.key.text.eq_ignore_ascii_case("copy") {
                copies.iter().for_each(|entry| self.entry(entry, place));
                continue;
            }
            // Texts for readers, and the rules of policies, are no expressions of the template.
            let foreign = ["metadata", "comments", "policyRule"]
                .iter()
                .any(|key| member.key.text.eq_ignore_ascii_case(key));
            self.value(&member.value, Place { judged: place.judged && !foreign, ..place });
        }
    }

    // An entry `{name, count, input}` of a loop of properties or variables.
    fn entry(&mut self, entry: &Node, place: Place) {
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

    fn key(&mut self, member: &Member, place: Place) {
        self.text(&member.key, member.key_span, place);
    }

    fn text(&mut self, scalar: &Scalar, token: Span, place: Place) {
        if !parser::is_expression(&scalar.text) {
            return;
        }
        if scalar.text.len() > MAX_EXPRESSION {
            let length = scalar.text.chars().count();
            if length > MAX_EXPRESSION {
                self.found.long.push((token, length));
            }
        }
        match self.graph.expression(scalar, token).within(scalar, token) {
            Ok(expression) => self.expression(expression, place),
            Err(_) => self.scope(place).into_iter().for_each(|scope| scope.used.unread = true),
        }
    }

    /// Notes that an expression takes a value from something.
    pub(super) fn used(&mut self, what: Use, span: Span, place: Place) {
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

fn loop_name(entry: &Node) -> Option<SmolStr> {
    let name = entry.value("name").and_then(Node::text).filter(|name| !parser::is_expression(name));
    name.map(|name| name.to_lowercase_smolstr())
}
