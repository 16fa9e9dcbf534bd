//! The template as a whole.

use armlint_engine::syntax::{Member, Node, NodeKind};
use smol_str::SmolStr;

use super::expression::FUNCTIONS;
use super::make::{array, called, evaluated, made_string, member, object, text};
use super::types::is_decorator;
use super::{Frame, Lowering, Place, Used};
use crate::syntax::{ExpressionKind, Function, Output, StatementKind};

/// Where a template says which of its variables others may import.
const EXPORTED: &str = "__bicep_exported_variables!";

impl<'f> Lowering<'f> {
    /// The template that the file is.
    pub(super) fn template(mut self) -> Node {
        let own = self.own();
        let whole = own.source.span();
        let start = own.start();
        let parameters = self.parameters();
        let resources = self.resources();
        let outputs = self.outputs();
        let (extensions, asserts, metadata) = (self.extensions(), self.asserts(), self.metadata());
        let mut variables = Vec::new();
        let mut functions = Vec::new();
        let mut definitions = Vec::new();
        self.note_own();
        self.used(&mut variables, &mut functions, &mut definitions);
        let loops = variables.iter().any(|variable| matches!(variable, Variable::Loop(_)));
        let (plain, copied): (Vec<_>, Vec<_>) =
            variables.into_iter().partition(|variable| matches!(variable, Variable::Plain(_)));
        let mut variables: Vec<Member> = plain.into_iter().filter_map(Variable::plain).collect();
        if loops {
            let entries = copied.into_iter().filter_map(Variable::entry).collect();
            variables.push(member("copy", start, array(entries, start)));
        }
        let namespace = member("namespace", start, made_string(FUNCTIONS, start));
        let functions = match functions.is_empty() {
            true => Vec::new(),
            false => {
                let members = member("members", start, object(functions, start));
                vec![object(vec![namespace, members], start)]
            }
        };
        let section = |key: &str, value: Node| member(key.to_string(), start, value);
        let mut members = vec![
            section("$schema", made_string(own.scope.schema(), start)),
            section("languageVersion", made_string("2.0", start)),
            section("contentVersion", made_string("1.0.0.0", start)),
        ];
        if !definitions.is_empty() {
            members.push(section("definitions", object(definitions, start)));
        }
        if !functions.is_empty() {
            members.push(section("functions", array(functions, start)));
        }
        members.push(section("parameters", object(parameters, start)));
        members.push(section("variables", object(variables, start)));
        members.extend(extensions);
        members.extend(asserts);
        members.extend(metadata);
        members.extend(self.mentions());
        members.push(section("resources", object(resources, start)));
        members.push(section("outputs", object(outputs, start)));
        object(members, whole)
    }

    fn parameters(&mut self) -> Vec<Member> {
        let mut members = Vec::new();
        for statement in &self.own().file.statements {
            let StatementKind::Parameter(parameter) = &statement.kind else { continue };
            let is_first = self.own().parameters.get(parameter.name.text.as_str());
            if !is_first.is_some_and(|(first, _)| std::ptr::eq(*first, &**parameter)) {
                continue;
            }
            let mut declared = self.declaration(&parameter.ty, &statement.decorators);
            if let Some(default) = &parameter.default {
                let value = self.value(default);
                declared.push(member("defaultValue", default.span, value));
            }
            let name = &parameter.name;
            members.push(member(name.text.clone(), name.span, object(declared, statement.span)));
        }
        members
    }

    // Everything that the file declares is in its template, whether or not it is used.
    fn note_own(&mut self) {
        let own = self.own();
        for statement in &own.file.statements {
            match &statement.kind {
                StatementKind::Variable(variable) => self.note(Used::Variable, 0, &variable.name.text),
                StatementKind::Function(function) => self.note(Used::Function, 0, &function.name.text),
                StatementKind::Type(name, _) => self.note(Used::Type, 0, &name.text),
                _ => {}
            }
        }
    }

    // What is used, and what that uses.
    fn used(
        &mut self,
        variables: &mut Vec<Variable>,
        functions: &mut Vec<Member>,
        definitions: &mut Vec<Member>,
    ) {
        let mut done = [0; 3];
        loop {
            let before = done;
            while let Some((unit, name)) = self.variables.get(done[0]).cloned() {
                done[0] += 1;
                variables.extend(self.variable_declaration(unit, &name));
            }
            while let Some((unit, name)) = self.functions.get(done[1]).cloned() {
                done[1] += 1;
                functions.extend(self.function_declaration(unit, &name));
            }
            while let Some((unit, name)) = self.types.get(done[2]).cloned() {
                done[2] += 1;
                definitions.extend(self.type_declaration(unit, &name));
            }
            if done == before {
                return;
            }
        }
    }

    fn variable_declaration(&mut self, unit: usize, name: &SmolStr) -> Option<Variable> {
        let key = self.name_in_template(unit, name);
        if let Some(template) = self.units[unit].template {
            let declared = exported_variable(template, name)?;
            return Some(Variable::Plain(member(key, declared.key_span, declared.value.clone())));
        }
        let (variable, _) = *self.units[unit].variables.get(name.as_str())?;
        let place = variable.name.span;
        self.at_top(unit, |lowering| match &variable.value.bare().kind {
            ExpressionKind::For(each) => {
                Some(Variable::Loop(lowering.property_loop(key, place, &each.0, &each.1)))
            }
            _ => Some(Variable::Plain(member(key, place, lowering.value(&variable.value)))),
        })
    }

    fn function_declaration(&mut self, unit: usize, name: &SmolStr) -> Option<Member> {
        let key = self.name_in_template(unit, name);
        if let Some(template) = self.units[unit].template {
            let declared = exported_function(template, name)?;
            return Some(member(key, declared.key_span, declared.value.clone()));
        }
        let (function, statement) = *self.units[unit].functions.get(name.as_str())?;
        let place = Place { unit, frames: vec![arguments(function)], around: None, in_function: true };
        let parameters = self.at_top(unit, |lowering| lowering.function_parameters(function));
        let value = self.elsewhere(place, |lowering| lowering.value(&function.body));
        let returns = self.at_top(unit, |lowering| lowering.declaration(&function.returns, &[]));
        let body = function.body.span;
        let output = returns.into_iter().chain([member("value", body, value)]).collect();
        let members = vec![
            member("parameters", function.name.span, array(parameters, function.name.span)),
            member("output", body, object(output, body)),
        ];
        Some(member(key, function.name.span, object(members, statement.span)))
    }

    fn function_parameters(&mut self, function: &'f Function) -> Vec<Node> {
        let mut parameters = Vec::new();
        for (name, ty) in &function.parameters {
            let mut declared = self.declaration(ty, &[]);
            declared.push(member("name", name.span, made_string(name.text.clone(), name.span)));
            parameters.push(object(declared, name.span));
        }
        parameters
    }

    fn type_declaration(&mut self, unit: usize, name: &SmolStr) -> Option<Member> {
        let key = self.name_in_template(unit, name);
        let (declared, ty, statement) = *self.units[unit].types.get(name.as_str())?;
        let members = self.at_top(unit, |lowering| lowering.declaration(ty, &statement.decorators));
        Some(member(key, declared.span, object(members, statement.span)))
    }

    fn outputs(&mut self) -> Vec<Member> {
        let mut members = Vec::new();
        for (output, statement) in &self.own().outputs {
            let mut declared = self.declaration(&output.ty, &statement.decorators);
            declared.push(self.output_value(output));
            members.push(member(
                output.name.text.clone(),
                output.name.span,
                object(declared, statement.span),
            ));
        }
        members
    }

    fn output_value(&mut self, output: &'f Output) -> Member {
        let span = output.value.span;
        if let ExpressionKind::For(each) = &output.value.bare().kind {
            let index = Lowering::copy_index(output.name.text.clone(), each.0.item.span);
            let (count, frame) = self.counted(&each.0, index);
            let input = self.within(frame, |lowering| lowering.value(&each.1));
            let entry = vec![member("count", each.0.source.span, count), member("input", each.1.span, input)];
            return member("copy", span, object(entry, span));
        }
        // An output of the type of a resource is its id.
        if matches!(output.ty.kind, crate::syntax::TypeKind::Resource(_))
            && let Some(found) = self.found(&output.value)
        {
            return member("value", span, evaluated(self.id_at(&found, span)));
        }
        member("value", span, self.value(&output.value))
    }

    // The extensions by which resources that are not Azure's are told.
    fn extensions(&mut self) -> Option<Member> {
        let mut members = Vec::new();
        for (statement, extension, alias) in self.own().extension_statements() {
            let what = extension.what.span;
            let is_azure = self.own().extensions.get(&alias).copied().unwrap_or(false);
            let name = if is_azure { "az".into() } else { alias.clone() };
            let mut entry = vec![member("name", what, made_string(name, what))];
            if let Some(configuration) = &extension.configuration {
                entry.push(member("config", configuration.span, self.value(configuration)));
            }
            members.push(member(alias, what, object(entry, statement.span)));
        }
        let start = self.own().start();
        (!members.is_empty()).then(|| member("extensions", start, object(members, start)))
    }

    // What is asserted, so that it counts as used.
    fn asserts(&mut self) -> Option<Member> {
        let mut members = Vec::new();
        for statement in &self.own().file.statements {
            if let StatementKind::Assert(name, condition) = &statement.kind {
                members.push(member(name.text.clone(), name.span, self.value(condition)));
            }
        }
        let start = self.own().start();
        (!members.is_empty()).then(|| member("asserts", start, object(members, start)))
    }

    // The symbolic names of resources of which nothing else may be left in the template. It is no section of templates.
    fn mentions(&mut self) -> Option<Member> {
        let start = self.own().start();
        let symbols = std::mem::take(&mut self.mentioned).into_iter();
        let symbols: Vec<Node> = symbols.map(|(symbol, span)| evaluated(text(symbol, span))).collect();
        (!symbols.is_empty()).then(|| member("mentions", start, array(symbols, start)))
    }

    // What the file says of itself, and which variables others may import.
    fn metadata(&mut self) -> Option<Member> {
        let mut members = Vec::new();
        let mut exported = Vec::new();
        for statement in &self.own().file.statements {
            match &statement.kind {
                StatementKind::Metadata(name, value) => {
                    members.push(member(name.text.clone(), name.span, self.value(value)));
                }
                StatementKind::Variable(variable)
                    if statement.decorators.iter().any(|own| is_decorator(own, "export")) =>
                {
                    let name = &variable.name;
                    let entry = member("name", name.span, made_string(name.text.clone(), name.span));
                    exported.push(object(vec![entry], name.span));
                }
                _ => {}
            }
        }
        let start = self.own().start();
        if !exported.is_empty() {
            members.push(member(EXPORTED, start, array(exported, start)));
        }
        (!members.is_empty()).then(|| member("metadata", start, object(members, start)))
    }
}

// The parameters of a function are none of the file.
fn arguments(function: &Function) -> Frame {
    let argument = |name: &crate::syntax::Name| {
        let value =
            called("parameters".into(), name.span, vec![text(name.text.clone(), name.span)], name.span);
        (name.text.clone(), value)
    };
    function.parameters.iter().map(|(name, _)| argument(name)).collect()
}

/// A variable of a template that is one value, or made by a loop.
enum Variable {
    Plain(Member),
    Loop(Node),
}

impl Variable {
    fn plain(self) -> Option<Member> {
        match self {
            Variable::Plain(member) => Some(member),
            Variable::Loop(_) => None,
        }
    }

    fn entry(self) -> Option<Node> {
        match self {
            Variable::Loop(entry) => Some(entry),
            Variable::Plain(_) => None,
        }
    }
}

/// A variable that a compiled template says that it exports.
pub(super) fn exported_variable<'t>(template: &'t Node, name: &str) -> Option<&'t Member> {
    let exported = template.value("metadata")?.value(EXPORTED)?;
    let is_exported =
        exported.elements().iter().any(|entry| entry.value("name").and_then(Node::text) == Some(name));
    let declared = template.value("variables")?.get(name)?;
    // What leads to other names of that template is not followed.
    (is_exported && is_literal(&declared.value)).then_some(declared)
}

/// A function that a compiled template says that it exports.
pub(super) fn exported_function<'t>(template: &'t Node, name: &str) -> Option<&'t Member> {
    let spaces = template.value("functions")?.elements().iter();
    let mut own = spaces.filter(|space| space.value("namespace").and_then(Node::text) == Some(FUNCTIONS));
    own.find_map(|space| space.value("members")?.get(name))
}

fn is_literal(node: &Node) -> bool {
    match &node.kind {
        NodeKind::String(scalar) => !scalar.text.starts_with('['),
        NodeKind::Array(elements) => elements.iter().all(is_literal),
        NodeKind::Object(members) => members.iter().all(|member| is_literal(&member.value)),
        _ => true,
    }
}
