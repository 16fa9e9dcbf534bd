//! The outline of a text: what it declares, as it is written. Nothing is evaluated.

mod artefact;
mod template;

use armlint_engine::dialect::{Parsed, Recognition};
use armlint_engine::secret::places;
use armlint_engine::session::{Session, Texts};
use armlint_engine::span::Span;
use armlint_engine::syntax::{Member, Node};
use armlint_factory::secret::KNOWLEDGE;
use armlint_workspace::masks::Masks;
use armlint_workspace::text::printable;

/// How many characters of a name or a detail are shown.
const MAX_CHARACTERS: usize = 120;

/// A declaration in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Symbol {
    /// Its name, as written. Never empty.
    pub(crate) name: String,
    /// Its type, as written; empty where it has none.
    pub(crate) detail: String,
    /// What it is.
    pub(crate) kind: SymbolKind,
    /// The whole declaration.
    pub(crate) span: Span,
    /// Its name, within the declaration.
    pub(crate) selection: Span,
    /// What is declared in it, each within its span.
    pub(crate) children: Vec<Symbol>,
}

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SymbolKind {
    /// A section of a template, or of an artefact.
    Section,
    /// A parameter, or the value of one.
    Parameter,
    /// A variable.
    Variable,
    /// A user-defined function.
    Function,
    /// A user-defined type.
    Definition,
    /// A resource, or an artefact in a file of its own.
    Resource,
    /// An activity of a pipeline.
    Activity,
    /// An output.
    Output,
}

/// The outline of the text at a path, in the order of the text; nothing where it is nothing for the linter.
pub(crate) fn symbols(session: &Session, path: &str) -> Vec<Symbol> {
    let Some(text) = session.trees(path) else { return Vec::new() };
    let mut all = Vec::new();
    for (document, recognition) in &text.trees {
        let root = &document.root;
        let found = match recognition {
            Recognition::Template { .. } => template::template(root),
            Recognition::Parameters => template::arguments(root),
            Recognition::Declared(claim) if claim.dialect.is_folder() => {
                vec![artefact::artefact(root, &text.source.path)]
            }
            Recognition::Declared(_) => artefact::declared(root),
            Recognition::Other => broken(root),
        };
        let parsed = Parsed { source: text.source.clone(), document: (*document).clone() };
        let masks = masks(&parsed, recognition);
        all.extend(found.into_iter().filter_map(|symbol| tidied(symbol, root.span, &masks)));
    }
    all
}

// A broken text may still show what it was to be.
fn broken(root: &Node) -> Vec<Symbol> {
    let claims = ["resources", "variables", "$schema"].iter().any(|key| root.get(key).is_some());
    if claims { template::template(root) } else { Vec::new() }
}

// What the text itself says to be secret.
fn masks(parsed: &Parsed, recognition: &Recognition) -> Masks {
    let evaluated = matches!(recognition, Recognition::Declared(claim) if claim.dialect.is_folder());
    let secrets = places(&parsed.document.root, evaluated, &KNOWLEDGE).spans;
    match secrets.is_empty() {
        true => Masks::default(),
        false => {
            let templated = matches!(recognition, Recognition::Template { .. } | Recognition::Other);
            let texts = Texts { sources: vec![parsed.source.id], templated };
            Masks::of_texts([parsed], texts, secrets)
        }
    }
}

// Fit to be shown, and each within what is around it: an alias of YAML stands elsewhere.
fn tidied(symbol: Symbol, around: Span, masks: &Masks) -> Option<Symbol> {
    if !around.contains(symbol.span) {
        return None;
    }
    let span = symbol.span;
    let shown = |text: &str| clipped(&printable(&masks.scrub_value([span.source], text)));
    let name = shown(&symbol.name);
    let selection =
        if span.contains(symbol.selection) { symbol.selection } else { Span { end: span.start, ..span } };
    let children = symbol.children.into_iter();
    Some(Symbol {
        name: if name.trim().is_empty() { "?".to_string() } else { name },
        detail: shown(&symbol.detail),
        selection,
        children: children.filter_map(|child| tidied(child, span, masks)).collect(),
        ..symbol
    })
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_string(),
    }
}

impl Symbol {
    fn new(kind: SymbolKind, name: &str, span: Span, selection: Span) -> Symbol {
        let (name, detail) = (name.to_string(), String::new());
        Symbol { name, detail, kind, span, selection, children: Vec::new() }
    }

    fn member(kind: SymbolKind, member: &Member) -> Symbol {
        Symbol::new(kind, &member.key.text, member.key_span.join(member.value.span), member.key_span)
    }

    fn with_detail(self, detail: &str) -> Symbol {
        Symbol { detail: detail.to_string(), ..self }
    }

    fn with_children(self, children: Vec<Symbol>) -> Symbol {
        Symbol { children, ..self }
    }
}

// A section with what `symbol` makes of its members; none where there are none.
fn section(owner: &Node, key: &str, symbol: impl Fn(&Member) -> Symbol) -> Option<Symbol> {
    let section = owner.get(key)?;
    let children: Vec<Symbol> = section.value.members().iter().map(symbol).collect();
    (!children.is_empty()).then(|| Symbol::member(SymbolKind::Section, section).with_children(children))
}

fn text<'a>(node: &'a Node, key: &str) -> &'a str {
    node.value(key).and_then(Node::text).unwrap_or("")
}

#[cfg(test)]
mod tests;
