//! From the tree of a file to the template that the compiler makes of it: with symbolic names, each node with the
//! place of what it stands for.
//!
//! Modules stay links, which the engine follows. What is imported or loaded from other files is taken in, with the
//! places that it has there.

mod access;
mod dependency;
mod expression;
mod identity;
mod load;
mod make;
mod parameters;
mod resource;
mod template;
mod types;
mod unit;
mod value;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use armlint_engine::dialect::Sources;
use armlint_engine::source::Source;
use armlint_engine::span::Span;
use armlint_engine::syntax::{Document, ExpressionNode, Node, json};
use smol_str::SmolStr;

use crate::parser::{is_parameters, parse};
use crate::path;
use crate::syntax::{File, StatementKind};
use unit::Unit;

/// How many expressions are made of one file, beside one for each byte: each use of a variable of a loop is a copy of
/// what is iterated, and each id one of the names in it.
const MAX_COPIES: usize = 500_000;

/// How many files one file may import from.
const MAX_UNITS: usize = 200;

/// A file that is open, and what it is.
struct Opened {
    source: Arc<Source>,
    file: File,
    template: Option<Document>,
}

/// The template that a file is.
pub fn lower(source: &Arc<Source>, file: File, files: Sources<'_>) -> Node {
    let opened = open_all(source, file, files);
    let by_path: HashMap<&str, usize> =
        opened.iter().enumerate().map(|(at, opened)| (&*opened.source.path, at)).collect();
    let units: Vec<Unit<'_>> = opened
        .iter()
        .map(|opened| {
            let open = |path: &str| {
                let path = path::joined(&opened.source.path, path)?;
                by_path.get(path.as_str()).copied()
            };
            match &opened.template {
                Some(template) => Unit::of_template(&opened.source, &opened.file, &template.root),
                None => Unit::new(&opened.source, &opened.file, &open),
            }
        })
        .collect();
    let lowering = Lowering::new(&units, files);
    match is_parameters(&source.path) {
        true => lowering.parameter_file(),
        false => lowering.template(),
    }
}

// The file and all that it imports from.
fn open_all(source: &Arc<Source>, file: File, files: Sources<'_>) -> Vec<Opened> {
    let mut opened = vec![Opened { source: source.clone(), file, template: None }];
    let mut seen: HashSet<String> = HashSet::from([source.path.to_string()]);
    let mut next = 0;
    while next < opened.len() && opened.len() < MAX_UNITS {
        let own = &opened[next];
        let imports = own.file.statements.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Import(import) => Some(&import.path),
            StatementKind::Extends(path) => Some(path),
            _ => None,
        });
        let paths: Vec<String> = imports
            .filter_map(|written| path::joined(&own.source.path, &written.text()?.text))
            .filter(|path| seen.insert(path.clone()))
            .collect();
        for source in paths.iter().filter_map(|path| files(path)) {
            opened.push(match path::is_template(&source.path) {
                true => {
                    let template = Some(json::parse(&source));
                    Opened { source, file: File::default(), template }
                }
                false => Opened { file: parse(&source), source, template: None },
            });
        }
        next += 1;
    }
    opened
}

/// What stands for the names of loops, lambdas and functions.
type Frame = Vec<(SmolStr, ExpressionNode)>;

/// A file that is being lowered.
struct Lowering<'f> {
    units: &'f [Unit<'f>],
    files: Sources<'f>,
    /// The file whose expressions are read.
    unit: usize,
    /// The names around, the innermost last.
    frames: Vec<Frame>,
    /// The resource around.
    around: Option<usize>,
    /// The body of a function, which sees no parameters of the file.
    in_function: bool,
    /// Variables and functions of other files that are used, in the order of their first use.
    variables: Vec<(usize, SmolStr)>,
    functions: Vec<(usize, SmolStr)>,
    types: Vec<(usize, SmolStr)>,
    used: HashSet<(Used, usize, SmolStr)>,
    /// The existing resources that something else mentions, and where first.
    mentioned: BTreeMap<SmolStr, Span>,
    copies: usize,
    depth: usize,
    nesting: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Used {
    Variable,
    Function,
    Type,
}

/// Where expressions are read.
struct Place {
    unit: usize,
    frames: Vec<Frame>,
    around: Option<usize>,
    in_function: bool,
}

impl<'f> Lowering<'f> {
    fn new(units: &'f [Unit<'f>], files: Sources<'f>) -> Lowering<'f> {
        Lowering {
            units,
            files,
            unit: 0,
            frames: Vec::new(),
            around: None,
            in_function: false,
            variables: Vec::new(),
            functions: Vec::new(),
            types: Vec::new(),
            used: HashSet::new(),
            mentioned: BTreeMap::new(),
            copies: 0,
            depth: 0,
            nesting: 0,
        }
    }

    fn own(&self) -> &'f Unit<'f> {
        &self.units[self.unit]
    }

    // What is written at a place of the file.
    fn written(&self, span: Span) -> &'f str {
        self.own().source.text.get(span.range()).unwrap_or_default()
    }

    // Reads something elsewhere: without the names that are around here.
    fn elsewhere<T>(&mut self, place: Place, read: impl FnOnce(&mut Self) -> T) -> T {
        let here = Place {
            unit: std::mem::replace(&mut self.unit, place.unit),
            frames: std::mem::replace(&mut self.frames, place.frames),
            around: std::mem::replace(&mut self.around, place.around),
            in_function: std::mem::replace(&mut self.in_function, place.in_function),
        };
        let result = read(self);
        self.unit = here.unit;
        self.frames = here.frames;
        self.around = here.around;
        self.in_function = here.in_function;
        result
    }

    // Reads something at the level of a file.
    fn at_top<T>(&mut self, unit: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        self.elsewhere(Place { unit, frames: Vec::new(), around: None, in_function: false }, read)
    }

    // Reads something with more names.
    fn within<T>(&mut self, frame: Frame, read: impl FnOnce(&mut Self) -> T) -> T {
        self.frames.push(frame);
        let result = read(self);
        self.frames.pop();
        result
    }

    // Reads something that may lead back to itself; none where it leads too deep.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        const MAX_DEPTH: usize = 64;
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        Some(result)
    }

    // What a name of a loop, a lambda or a function stands for.
    fn local(&mut self, name: &str, span: Span) -> Option<ExpressionNode> {
        let mut names = self.frames.iter().rev().flatten();
        let found = names.find(|(own, _)| own == name).map(|(_, value)| value)?;
        if self.copies > self.budget() {
            return Some(make::unknown(span));
        }
        self.copies += size(found);
        Some(ExpressionNode { span, ..found.clone() })
    }

    fn budget(&self) -> usize {
        MAX_COPIES + self.units[0].source.text.len()
    }

    fn is_local(&self, name: &str) -> bool {
        self.frames.iter().flatten().any(|(own, _)| own == name)
    }

    fn note(&mut self, what: Used, unit: usize, name: &SmolStr) {
        if self.used.insert((what, unit, name.clone())) {
            let list = match what {
                Used::Variable => &mut self.variables,
                Used::Function => &mut self.functions,
                Used::Type => &mut self.types,
            };
            list.push((unit, name.clone()));
        }
    }
}

// How many expressions there are in one.
fn size(expression: &ExpressionNode) -> usize {
    use armlint_engine::syntax::ExpressionNodeKind::*;
    1 + match &expression.kind {
        String(_) | Number(_) | Invalid => 0,
        Property(base, ..) => size(base),
        Index(parts) => size(&parts.0) + size(&parts.1),
        Call(call) => call.arguments.iter().map(size).sum(),
    }
}
