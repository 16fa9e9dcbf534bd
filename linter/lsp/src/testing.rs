//! Small texts with a mark for the pointer, and what is said of the place.

use std::sync::Arc;

use armlint_engine::dialect::Deployment;
use armlint_engine::session::{Input, Session};
use armlint_engine::settings::{Cloud, Date, Settings};
use armlint_engine::span::Span;

use super::Place;
use super::definition::{Target, definition};
use super::hover::hover;
use super::symbols::{Symbol, symbols};

/// Stands in front of the character that is pointed at.
pub(super) const MARK: &str = "‸";

pub(super) fn session(files: &[(&str, &str)]) -> Session {
    let mut session = Session::new(armlint_rules::catalogue());
    let input = |(path, text): &(&str, &str)| Input {
        path: Arc::from(*path),
        content: Ok(text.replace(MARK, "").into_bytes()),
        context: false,
        named: false,
    };
    session.set_all(files.iter().map(input).collect());
    session
}

pub(super) fn settings() -> Settings {
    Settings::new(Date { year: 2026, month: 11, day: 1 }, Cloud::Public)
}

fn marked<'a>(files: &[(&'a str, &str)]) -> (&'a str, u32) {
    let mut marks = files.iter().filter_map(|(path, text)| Some((*path, text.find(MARK)? as u32)));
    let found = marks.next().expect("a mark");
    assert!(marks.next().is_none(), "two marks");
    found
}

/// The text of the hover, and of the token that it is about.
pub(super) fn hovered(files: &[(&str, &str)]) -> Option<(String, String)> {
    let session = session(files);
    let (path, offset) = marked(files);
    let settings = settings();
    let choose = |_: &Deployment| &settings;
    let hover = hover(&Place { session: &session, settings: &choose, path, offset }, None)?;
    assert!(hover.span.start <= offset && offset <= hover.span.end, "the hover is elsewhere");
    Some((said(&session, hover.span).1, hover.markdown))
}

fn said(session: &Session, span: Span) -> (String, String) {
    let source = &session.sources()[span.source.0 as usize];
    let line = source.position(span.start).line;
    (format!("{}:{line}", source.path), source.slice(span).to_string())
}

/// The selections of the definitions: `path:line text`.
pub(super) fn defined(files: &[(&str, &str)]) -> Vec<String> {
    let session = session(files);
    let (path, offset) = marked(files);
    let settings = settings();
    let choose = |_: &Deployment| &settings;
    let targets: Vec<Target> = definition(&Place { session: &session, settings: &choose, path, offset });
    for target in &targets {
        assert!(target.to.contains(target.selection));
    }
    let shown = targets.iter().map(|target| {
        let (place, text) = said(&session, target.selection);
        format!("{place} {text}")
    });
    shown.collect()
}

/// The outline, one line for each symbol, indented.
pub(super) fn outline(path: &str, text: &str) -> String {
    let session = session(&[(path, text)]);
    let mut lines = String::new();
    write(&symbols(&session, path), 0, &mut lines);
    lines
}

fn write(symbols: &[Symbol], depth: usize, lines: &mut String) {
    for symbol in symbols {
        let indent = "  ".repeat(depth);
        lines.push_str(&format!("{indent}{:?} {} [{}]\n", symbol.kind, symbol.name, symbol.detail));
        write(&symbol.children, depth + 1, lines);
    }
}

/// Symbols lie in each other, and their selections in them.
pub(super) fn check_nesting(symbols: &[Symbol], around: Option<Span>) {
    for symbol in symbols {
        assert!(around.is_none_or(|around| around.contains(symbol.span)), "{symbol:?}");
        assert!(symbol.span.contains(symbol.selection), "{symbol:?}");
        assert!(!symbol.name.is_empty());
        check_nesting(&symbol.children, Some(symbol.span));
    }
}
