//! Broken texts of every kind: all prefixes of the test data, and all deletions of one byte.

use std::path::{Path, PathBuf};

use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::{Document, Node, NodeKind, Scalar, json, yaml};

fn fixtures(kind: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(kind);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let read = entries.map(|entry| {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        (path, text)
    });
    let files: Vec<_> = read.collect();
    assert!(files.len() >= 4, "{}", folder.display());
    files
}

fn source(text: &str) -> Source {
    Source::new(SourceId(7), "prefix", text.into())
}

/// Every span lies within the text, on character boundaries; problems are not empty and in order.
fn check(source: &Source, document: &Document) {
    check_node(source, &document.root);
    for comment in &document.comments {
        check_span(source, comment.span);
        assert!(comment.span.start < comment.span.end);
    }
    for problem in &document.problems {
        check_span(source, problem.span);
        assert!(problem.span.start < problem.span.end || source.text.is_empty(), "{problem:?}");
    }
    assert!(document.problems.is_sorted_by_key(|problem| problem.span.start));
    assert!(document.comments.is_sorted_by_key(|comment| comment.span.start));
}

fn check_span(source: &Source, span: Span) {
    assert_eq!(span.source, source.id);
    assert!(span.start <= span.end, "{span:?}");
    assert!(source.text.get(span.range()).is_some(), "{span:?} of {} bytes", source.text.len());
}

fn check_node(source: &Source, node: &Node) {
    check_span(source, node.span);
    match &node.kind {
        NodeKind::String(scalar) => check_scalar(source, scalar, node.span),
        NodeKind::Array(nodes) => nodes.iter().for_each(|node| check_node(source, node)),
        NodeKind::Object(members) => {
            for member in members.iter() {
                check_span(source, member.key_span);
                check_scalar(source, &member.key, member.key_span);
                check_node(source, &member.value);
            }
        }
        _ => {}
    }
}

/// Every part of a string leads to a place within its token.
fn check_scalar(source: &Source, scalar: &Scalar, token: Span) {
    let mut last = token.start;
    for (at, c) in scalar.text.char_indices() {
        let span = scalar.span(token, at, at + c.len_utf8());
        assert!(token.contains(span), "{c:?} of {:?}: {span:?} in {token:?}", scalar.text);
        assert!(last <= span.start, "{:?} at {at}: {span:?} in {token:?}", scalar.text);
        if source.slice(span).chars().count() == 1 && !c.is_whitespace() {
            let written = source.slice(span);
            assert_eq!(written, c.to_string(), "{:?} at {at}", scalar.text);
        }
        last = span.start;
    }
}

fn check_json(text: &str) {
    let source = source(text);
    check(&source, &json::parse(&source));
}

fn check_yaml(text: &str) {
    let source = source(text);
    let documents = yaml::parse(&source);
    assert!(!documents.is_empty());
    documents.iter().for_each(|document| check(&source, document));
}

fn every_prefix(kind: &str, check: fn(&str)) {
    for (path, text) in fixtures(kind) {
        eprintln!("{}", path.display());
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            check(&text[..end]);
        }
    }
}

#[test]
fn every_prefix_of_json_reads() {
    every_prefix("json", check_json);
}

#[test]
fn every_prefix_of_yaml_reads() {
    every_prefix("yaml", check_yaml);
}

#[test]
fn json_and_yaml_of_the_other_kind_read() {
    for (_, text) in fixtures("json") {
        check_yaml(&text);
    }
    for (_, text) in fixtures("yaml") {
        check_json(&text);
    }
}

fn deletions(text: &str) -> impl Iterator<Item = String> {
    text.char_indices().map(|(at, c)| format!("{}{}", &text[..at], &text[at + c.len_utf8()..]))
}

/// A text that lacks one character still has nearly all of its members, and few problems.
#[test]
fn one_lost_character_costs_little() {
    let text = "{\n  \"a\": \"one\",\n  \"b\": [1, {\"c\": true}],\n  \"d\": {\n    \"e\": \"[f('x')]\"\n  },\n  \"g\": \"last\"\n}\n";
    for broken in deletions(text) {
        let source = source(&broken);
        let document = json::parse(&source);
        check(&source, &document);
        assert!(document.problems.len() <= 3, "{broken}\n{:#?}", document.problems);
        let kept = document.root.members().len();
        assert!(kept >= 2 || broken.starts_with(['\n', ' ']), "{kept} members of {broken}");
    }
}

#[test]
fn every_deletion_reads() {
    for (path, text) in fixtures("json").into_iter().chain(fixtures("yaml")) {
        if path.file_stem().is_some_and(|stem| stem == "windows" || stem == "liberties") {
            for broken in deletions(&text) {
                check_json(&broken);
                check_yaml(&broken);
            }
        }
    }
}

/// Pieces of the test data put together at random, always the same way.
#[test]
fn splices_read() {
    let texts: Vec<String> =
        fixtures("json").into_iter().chain(fixtures("yaml")).map(|(_, text)| text).collect();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit as u64) as usize
    };
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..1 + random(6) {
            let from = &texts[random(texts.len())];
            let start = from.floor_char_boundary(random(from.len()));
            let end = from.ceil_char_boundary((start + random(60)).min(from.len()));
            text += &from[start..end];
        }
        check_json(&text);
        check_yaml(&text);
    }
}
