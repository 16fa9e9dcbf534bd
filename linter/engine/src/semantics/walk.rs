//! The walk over the texts of a deployment: sections, resources, loops, nested templates.

use rustc_hash::FxHashSet;
use smol_str::{SmolStr, StrExt, format_smolstr};

use super::fault::Faults;
use super::standing::Standing;
use super::types::defined;
use super::{NameScope, Outer, RunTimeCall, SemanticModel, Use};
use crate::dialect::Parsed;
use crate::expression::evaluator::Evaluator;
use crate::expression::keys::{KeyContent, content};
use crate::expression::mention::{Mention, MentionKind, is_given, mentions_of};
use crate::expression::names::is_loop;
use crate::expression::parser;
use crate::span::Span;
use crate::syntax::{ExpressionNode, Member, Node, NodeKind, Number, Scalar};

/// The longest expression that the service takes, in characters; best practices for ARM templates, 2024-06.
const MAX_EXPRESSION: usize = 24_576;

const DEPLOYMENTS: &str = "Microsoft.Resources/deployments";

/// Where the walk is.
#[derive(Clone, Copy)]
pub(super) struct Site {
    pub(super) scope: usize,
    /// The nested template of outer scope, by position.
    pub(super) outer: Option<usize>,
    /// Faults are reported; otherwise names only count as used.
    pub(super) judged: bool,
    /// What does not parse is reported.
    pub(super) parsed: bool,
    /// Where in the template.
    pub(super) standing: Standing,
}

pub(super) struct Walker<'e> {
    pub(super) evaluator: &'e Evaluator,
    pub(super) found: SemanticModel,
    pub(super) faults: Faults,
    /// The names of the loops around; none for a name that is computed.
    pub(super) loops: Vec<Option<SmolStr>>,
    /// The parameters of the user-defined function around.
    pub(super) function: Option<Vec<SmolStr>>,
    /// The names of the types that the template around defines.
    pub(super) types: FxHashSet<SmolStr>,
    /// The definition that is being read.
    pub(super) owner: Option<Use>,
    /// The object of the resource around, and how many loops are around its properties.
    pub(super) resource: Option<(Span, usize)>,
}

impl SemanticModel {
    /// Of the templates in these texts.
    pub fn of(sources: &[Parsed], evaluator: &Evaluator) -> SemanticModel {
        let (found, faults) = (SemanticModel::default(), Faults::default());
        let mut walker = Walker {
            evaluator,
            found,
            faults,
            loops: Vec::new(),
            function: None,
            types: FxHashSet::default(),
            owner: None,
            resource: None,
        };
        for parsed in sources {
            walker.template(&parsed.document.root, None);
        }
        walker.found.faults = walker.faults.list;
        walker.found
    }
}

impl Walker<'_> {
    pub(super) fn scope(&mut self, place: Site) -> Option<&mut NameScope> {
        self.found.scopes.get_mut(place.scope)
    }

    // A template that is evaluated in its own scope.
    fn template(&mut self, node: &Node, key: Option<Span>) {
        let scope = self.found.scopes.len();
        self.found.scopes.push(NameScope::new(node, key.is_none(), self.evaluator.names(node)));
        let around = (std::mem::take(&mut self.loops), self.function.take(), self.owner.take());
        let resource = self.resource.take();
        let types = std::mem::replace(&mut self.types, defined(node));
        let standing = Standing::Elsewhere;
        let place = Site { scope, outer: None, judged: true, parsed: true, standing };
        self.functions(node, place);
        self.sections(node, key, place);
        (self.loops, self.function, self.owner) = around;
        self.resource = resource;
        self.types = types;
    }

    fn sections(&mut self, node: &Node, key: Option<Span>, place: Site) {
        self.found.objects.push((node.clone(), key));
        // The service ignores the declarations of a template of outer scope.
        let declarations = Site { judged: place.judged && place.outer.is_none(), ..place };
        for member in node.members() {
            let value = &member.value;
            match member.key.text.to_ascii_lowercase().as_str() {
                "parameters" => self.parameters(value, node, declarations),
                "variables" => self.variables(value, declarations.at(Standing::Variable)),
                "resources" => self.resources(value, place),
                "outputs" => self.outputs(value, node, declarations, place),
                "functions" => {}
                "definitions" => {
                    self.unused(value);
                    self.references(value, node, declarations);
                }
                key => self.value(value, Site { judged: false, ..place.under(key) }),
            }
        }
    }

    fn parameters(&mut self, section: &Node, template: &Node, place: Site) {
        for member in section.members() {
            self.owner = Some(Use::Parameter(member.key.text.to_lowercase_smolstr()));
            for part in member.value.members() {
                match part.key.text.to_ascii_lowercase().as_str() {
                    "defaultvalue" => self.value(&part.value, place.at(Standing::Default)),
                    "allowedvalues" => {}
                    key if content(key) == KeyContent::Expressions => self.unused(&part.value),
                    _ => {}
                }
            }
            self.owner = None;
            self.references(&member.value, template, place);
        }
    }

    fn functions(&mut self, node: &Node, place: Site) {
        let standing = match node.get("languageVersion") {
            Some(_) => Standing::Function,
            None => Standing::PlainFunction,
        };
        for section in node.value("functions").map(Node::elements).unwrap_or_default() {
            let namespace = section.value("namespace").and_then(Node::text).unwrap_or("");
            for member in section.value("members").map_or(&[][..], Node::members) {
                let parameters = member.value.value("parameters").map(Node::elements).unwrap_or_default();
                let names = parameters.iter().filter_map(|node| node.value("name").and_then(Node::text));
                self.function = Some(names.map(|name| name.to_lowercase_smolstr()).collect());
                let name = format_smolstr!("{namespace}.{}", member.key.text).to_lowercase_smolstr();
                self.owner = Some(Use::Function(name));
                if let Some(value) = member.value.value("output").and_then(|output| output.value("value")) {
                    self.value(value, place.at(standing));
                }
                self.references(&member.value, node, place);
            }
        }
        (self.function, self.owner) = (None, None);
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
                    self.owner = Some(Use::Variable(name.to_lowercase_smolstr()));
                    self.entry(entry, place);
                }
            } else {
                self.owner = Some(Use::Variable(member.key.text.to_lowercase_smolstr()));
                self.value(&member.value, place);
            }
        }
        self.owner = None;
    }

    fn outputs(&mut self, section: &Node, template: &Node, types: Site, place: Site) {
        for member in section.members() {
            self.references(&member.value, template, types);
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
        let around = self.resource.replace((node.span, self.loops.len()));
        for member in node.members() {
            self.key(member, place);
            match member.key.text.to_ascii_lowercase().as_str() {
                "comments" => {}
                "resources" => self.resources(&member.value, place),
                "properties" if ty.eq_ignore_ascii_case(DEPLOYMENTS) && member.value.is_object() => {
                    self.deployment(&member.value, name, place);
                }
                "dependson" => {
                    member.value.elements().iter().for_each(|entry| self.dependency(entry, place));
                    self.value(&member.value, place.in_resource(Standing::Dependency));
                }
                "type" | "apiversion" | "name" => {
                    self.value(&member.value, place.in_resource(Standing::Identity));
                }
                "condition" => self.value(&member.value, place.in_resource(Standing::Condition)),
                "copy" => self.value(&member.value, place.in_resource(Standing::Count)),
                key => self.value(&member.value, place.under(key)),
            }
        }
        self.loops.truncate(depth);
        self.resource = around;
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
    pub(super) fn literal(&mut self, text: &SmolStr, span: Span, place: Site) {
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
                self.value(node, place.in_resource(Standing::Count));
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
        if place.parsed
            && let Err(problem) = parsed.within(scalar, token)
        {
            self.scope(place).into_iter().for_each(|scope| scope.used.unread = true);
            self.found.syntax.push(problem);
        }
        for mention in parsed.mentions() {
            self.mention(mention, || mention.span(scalar, token), place);
            if let Some(resource) = self.asking(mention, place) {
                let function = mention.span(scalar, token);
                self.found.calls.push(RunTimeCall { resource, scalar: scalar.clone(), token, function });
            }
        }
    }

    // The resource that certainly asks another one by a mention of `reference` or `list*`.
    fn asking(&self, mention: &Mention, place: Site) -> Option<Span> {
        let asks = match mention.kind {
            MentionKind::List => true,
            MentionKind::Restricted => mention.name.eq_ignore_ascii_case("reference"),
            _ => false,
        };
        let (resource, loops) = self.resource?;
        let own = place.outer.is_none() && place.judged && place.standing == Standing::Elsewhere;
        (asks && own && !mention.guarded && loops == self.loops.len()).then_some(resource)
    }
}

impl Site {
    fn at(self, standing: Standing) -> Site {
        Site { standing, ..self }
    }

    // What stands in a nested template of outer scope is a property of its deployment, and what stands in a variable
    // stays one.
    fn in_resource(self, standing: Standing) -> Site {
        match self.outer.is_some() || self.standing != Standing::Elsewhere {
            true => self,
            false => self.at(standing),
        }
    }

    fn under(self, key: &str) -> Site {
        match content(key) {
            KeyContent::Expressions => self,
            KeyContent::Constants => Site { judged: false, parsed: false, ..self },
        }
    }
}

fn loop_name(entry: &Node) -> Option<SmolStr> {
    let name = entry.value("name").and_then(Node::text).filter(|name| !parser::is_expression(name));
    name.map(|name| name.to_lowercase_smolstr())
}
