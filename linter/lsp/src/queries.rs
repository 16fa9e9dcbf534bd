//! Hovers, definitions and outlines in the form of the protocol.

use std::sync::Arc;

use armlint_engine::dialect::Deployment;
use armlint_engine::finding::Finding;
use armlint_engine::rule::Catalogue;
use armlint_engine::source::Source;
use armlint_engine::span::Span;
use armlint_workspace::text::page_url;
use lsp_types::{Location, Position, SymbolKind as Kind, TextDocumentPositionParams, Uri};
use serde_json::{Value, json};

use super::Place;
use super::client::value;
use super::definition::{self, Target};
use super::hover;
use super::root::{Root, Scope};
use super::symbols::{self, Symbol, SymbolKind};
use super::workspace::Workspace;

impl Workspace {
    /// What is said of a place: what stands there, and the rules that have found something there.
    pub(super) fn hover(&mut self, params: &TextDocumentPositionParams) -> Value {
        let uri = params.text_document.uri.as_str();
        self.settle(uri);
        let said = self.at(uri, params.position, |root, source, place| {
            let checked = root.checked.as_ref();
            let about = hover::hover(place, checked.map(|checked| &checked.masks));
            let is_here = |finding: &&Finding| {
                let span = finding.primary.span;
                span.start <= place.offset && place.offset <= span.end
            };
            let findings: Vec<&Finding> =
                checked.map(|checked| checked.of(source.id).filter(is_here).collect()).unwrap_or_default();
            let span = about.as_ref().map(|about| about.span);
            let span =
                span.or_else(|| findings.iter().map(|finding| finding.primary.span).min_by_key(length))?;
            let mut parts: Vec<String> = about.into_iter().map(|about| about.markdown).collect();
            let mut rules: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
            rules.dedup();
            // Nothing of a file is in these.
            parts.extend(rules.into_iter().filter_map(|rule| page(root.rules(&source.path), rule)));
            Some((parts.join("\n\n---\n\n"), span, source.clone()))
        });
        let features = self.client.features;
        said.flatten().map_or(Value::Null, |(text, span, source)| {
            let kind = if features.markdown { "markdown" } else { "plaintext" };
            let range = features.encoding.range(&source, span);
            json!({ "contents": { "kind": kind, "value": text }, "range": range })
        })
    }

    /// Where what a place speaks of is declared.
    pub(super) fn definition(&mut self, params: &TextDocumentPositionParams) -> Value {
        let uri = params.text_document.uri.as_str();
        self.freshen(uri);
        let found = self.at(uri, params.position, |root, source, place| {
            let sources = root.session.sources();
            let made = definition::definition(place);
            made.iter()
                .filter_map(|target| self.target(root, source, &sources, target))
                .collect::<Vec<Value>>()
        });
        value(found.unwrap_or_default())
    }

    fn target(&self, root: &Root, from: &Source, sources: &[Arc<Source>], target: &Target) -> Option<Value> {
        let features = self.client.features;
        let to = sources.get(target.to.source.0 as usize)?;
        let uri: Uri = match &root.scope {
            Scope::Untitled(uri, _) => uri.parse().ok()?,
            _ => self.uri(&root.absolute(&to.path))?,
        };
        let range = |span| features.encoding.range(to, span);
        if !features.links {
            return Some(value(Location { uri, range: range(target.selection) }));
        }
        Some(json!({
            "originSelectionRange": features.encoding.range(from, target.from),
            "targetUri": uri,
            "targetRange": range(target.to),
            "targetSelectionRange": range(target.selection),
        }))
    }

    /// The outline of a document: a tree, or a list for clients that take no trees.
    pub(super) fn symbols(&mut self, uri: &str) -> Value {
        self.freshen(uri);
        let Some((document, at, shown)) = self.find(uri) else { return json!([]) };
        let Some(source) = self.source(at, &shown) else { return json!([]) };
        let symbols = symbols::symbols(&self.roots[at].session, &shown);
        let mut all = Vec::new();
        for symbol in &symbols {
            match self.client.features.symbol_tree {
                true => all.push(self.tree(source, symbol)),
                false => self.list(source, &document.uri, symbol, None, &mut all),
            }
        }
        value(all)
    }

    fn tree(&self, source: &Source, symbol: &Symbol) -> Value {
        let range = |span| self.client.features.encoding.range(source, span);
        let children: Vec<Value> = symbol.children.iter().map(|child| self.tree(source, child)).collect();
        json!({
            "name": symbol.name,
            "detail": symbol.detail,
            "kind": kind(symbol.kind),
            "range": range(symbol.span),
            "selectionRange": range(symbol.selection),
            "children": children,
        })
    }

    fn list(
        &self,
        source: &Source,
        uri: &Uri,
        symbol: &Symbol,
        container: Option<&str>,
        all: &mut Vec<Value>,
    ) {
        let range = self.client.features.encoding.range(source, symbol.span);
        all.push(json!({
            "name": symbol.name,
            "kind": kind(symbol.kind),
            "location": { "uri": uri, "range": range },
            "containerName": container,
        }));
        for child in &symbol.children {
            self.list(source, uri, child, Some(&symbol.name), all);
        }
    }

    // What `ask` makes of a place; none where nothing there concerns the linter.
    fn at<T>(
        &self,
        uri: &str,
        position: Position,
        ask: impl FnOnce(&Root, &Arc<Source>, &Place<'_>) -> T,
    ) -> Option<T> {
        let (_, at, shown) = self.find(uri)?;
        let root = self.roots.get(at)?;
        let source = self.source(at, &shown)?;
        let configurations = root.configurations.as_ref()?;
        let settings = |deployment: &Deployment| configurations.settings(deployment);
        let offset = self.client.features.encoding.offset(source, position);
        let place = Place { session: &root.session, settings: &settings, path: &shown, offset };
        Some(ask(root, source, &place))
    }
}

fn length(span: &Span) -> u32 {
    span.end - span.start
}

fn kind(kind: SymbolKind) -> Kind {
    match kind {
        SymbolKind::Section => Kind::NAMESPACE,
        SymbolKind::Parameter => Kind::PROPERTY,
        SymbolKind::Variable => Kind::VARIABLE,
        SymbolKind::Function => Kind::FUNCTION,
        SymbolKind::Definition => Kind::STRUCT,
        SymbolKind::Resource => Kind::OBJECT,
        SymbolKind::Activity => Kind::METHOD,
        SymbolKind::Output => Kind::FIELD,
    }
}

// What a rule finds, why, and how to mend it.
fn page(catalogue: &Catalogue, rule: &str) -> Option<String> {
    let documentation = catalogue.documentation(rule)?;
    let mut text = match page_url(catalogue, rule) {
        Some(url) => format!("**{}** [`{rule}`]({url})", documentation.title),
        None => format!("**{}** `{rule}`", documentation.title),
    };
    for heading in ["Why", "How to fix"] {
        let body = documentation.section(heading);
        if !body.is_empty() {
            text.push_str(&format!("\n\n**{heading}**\n\n{body}"));
        }
    }
    Some(text)
}
