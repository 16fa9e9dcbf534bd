//! What parameters are given from outside: by a parameter file, or by the deployment of a nested or linked template.

use std::collections::{HashMap, HashSet};

use armlint_engine::dialect::{Belonging, ParameterFile};
use armlint_engine::expression::placeholder::given;
use armlint_engine::finding::Confidence;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::span::Span;
use armlint_engine::syntax::{Member, Node};
use armlint_engine::value::{Value, ValueKind};
use smol_str::{SmolStr, StrExt};

use super::{Given, is_read, is_whole};

/// What the parameters of a template are given.
pub struct Arguments<'g> {
    /// The root of the template.
    pub template: &'g Node,
    /// Who gives it.
    pub giver: Giver<'g>,
    /// The arguments, each name once.
    pub list: Vec<Argument>,
    /// There are no others.
    pub is_complete: bool,
    /// The token of the section that they stand in, or of what takes its place.
    pub section: Span,
    // The declarations of the template, and the positions of the arguments, by their names in lower case.
    declarations: HashMap<SmolStr, &'g Member>,
    positions: HashMap<SmolStr, usize>,
}

/// Who gives arguments.
#[derive(Clone, Copy)]
pub enum Giver<'g> {
    /// A parameter file.
    File(&'g ParameterFile),
    /// A deployment, which nests the template or links to it.
    Deployment(&'g Resource),
}

/// One argument.
pub struct Argument {
    /// The name of the parameter as written.
    pub name: SmolStr,
    /// The token of the name.
    pub key: Span,
    /// An object of `value`, `reference` or `expression`, as far as it is known.
    pub entry: Value,
}

impl<'g> Arguments<'g> {
    /// All of a deployment, with what each of its templates is given; nothing with the values of an environment.
    pub fn all(graph: &'g Graph) -> Vec<Arguments<'g>> {
        let files = Given::of(graph)
            .into_iter()
            .flat_map(|given| given.files.iter().map(move |file| Arguments::of_file(given.template, file)));
        let mut found: Vec<Arguments<'_>> = files.collect();
        // Instances of a loop are given the same.
        let mut seen = HashSet::new();
        for (id, template) in graph.nested.iter().filter(|_| !graph.is_environment) {
            let resource = graph.resource(*id);
            // What a compiler takes for a module it says itself.
            let own = !graph.is_lowered(resource.place) && is_read(graph, template.node.span);
            if own && seen.insert(resource.span) {
                let arguments = template.arguments();
                found.extend(
                    arguments.and_then(|given| Arguments::of_deployment(&template.node, resource, given)),
                );
            }
        }
        found
    }

    fn of_file(template: &'g Node, file: &'g ParameterFile) -> Arguments<'g> {
        let argument = |entry: &Member| Argument {
            name: entry.key.text.clone(),
            key: entry.key_span,
            entry: given(&entry.value, entry.key_span),
        };
        let root = &file.parsed.document.root;
        let section = root.get("parameters").map_or(root.span.part(0, 1), |section| section.key_span);
        let list = file.entries().iter().map(argument).collect();
        let is_complete = is_whole(&file.parsed.document);
        Arguments::new(template, Giver::File(file), list, is_complete, section)
    }

    // Of a name that is given twice the last one counts.
    fn new(
        template: &'g Node,
        giver: Giver<'g>,
        all: Vec<Argument>,
        is_complete: bool,
        section: Span,
    ) -> Arguments<'g> {
        let declared = template.value("parameters").map(Node::members).unwrap_or_default();
        let declarations = declared.iter().map(|member| (member.key.text.to_lowercase_smolstr(), member));
        let mut positions: HashMap<SmolStr, usize> = HashMap::new();
        let mut list: Vec<Argument> = Vec::with_capacity(all.len());
        for argument in all {
            let position = *positions.entry(argument.name.to_lowercase_smolstr()).or_insert(list.len());
            match list.get_mut(position) {
                Some(known) => *known = argument,
                None => list.push(argument),
            }
        }
        let declarations = declarations.collect();
        Arguments { template, giver, list, is_complete, section, declarations, positions }
    }

    fn of_deployment(template: &'g Node, resource: &'g Resource, given: &Value) -> Option<Arguments<'g>> {
        let (list, is_complete) = match &given.kind {
            ValueKind::Absent => (Vec::new(), true),
            ValueKind::Object(object) => {
                let entries = object.entries().into_iter();
                let argument = |key: SmolStr, span: Option<Span>, entry: Value| Argument {
                    name: key,
                    key: span.unwrap_or(given.origin.span),
                    entry,
                };
                (entries.map(|one| argument(one.key, one.key_span, one.value)).collect(), !object.keys().1)
            }
            _ => return None,
        };
        let written = ["parameters", "template", "templateLink"].iter().find_map(|key| key_of(resource, key));
        let section = written.unwrap_or(resource.place);
        Some(Arguments::new(template, Giver::Deployment(resource), list, is_complete, section))
    }

    /// The arguments with the declarations that they are for.
    pub fn declared(&self) -> impl Iterator<Item = (&Argument, &'g Member)> {
        self.list.iter().filter_map(|argument| Some((argument, self.declaration(&argument.name)?)))
    }

    /// The declaration of a parameter, whatever its case.
    pub fn declaration(&self, name: &str) -> Option<&'g Member> {
        self.declarations.get(name.to_lowercase_smolstr().as_str()).copied()
    }

    /// The argument for a parameter, whatever its case.
    pub fn argument(&self, name: &str) -> Option<&Argument> {
        self.list.get(*self.positions.get(name.to_lowercase_smolstr().as_str())?)
    }

    /// How sure it is that these are arguments for the template.
    pub fn confidence(&self) -> Confidence {
        match self.giver {
            Giver::File(file) if file.belonging < Belonging::Named => Confidence::Medium,
            Giver::File(_) => Confidence::High,
            // Of an address only the end says which file is meant.
            Giver::Deployment(resource) if !resource.property("templateLink.uri").is_missing() => {
                Confidence::Medium
            }
            Giver::Deployment(_) => Confidence::High,
        }
    }

    /// What gives them, as the subject of a sentence.
    pub fn subject(&self) -> &'static str {
        match self.giver {
            Giver::File(_) => "the file",
            Giver::Deployment(_) => "the deployment",
        }
    }
}

impl Argument {
    /// Whether it gives a value, or may give one. Null stands for no value at all.
    pub fn is_set(&self) -> bool {
        let member = |key| !self.entry.get(key).is_missing();
        match &self.entry.kind {
            ValueKind::Object(_) => ["value", "reference", "expression"].into_iter().any(member),
            _ => true,
        }
    }

    /// The value, where it is given one that is no reference.
    pub fn value(&self) -> Option<Value> {
        let value = self.entry.get("value");
        let plain = self.entry.get("reference").is_missing() && self.entry.get("expression").is_missing();
        (plain && !value.is_missing()).then_some(value)
    }
}

fn key_of(resource: &Resource, key: &str) -> Option<Span> {
    resource.properties.object()?.key_span(key)
}
