//! Texts that are large, deep or hostile: each is read in bounded time and without a panic.

use std::time::{Duration, Instant};

use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_engine::syntax::{Document, NodeKind, ProblemKind, json, yaml};

/// Far above what is measured, also where other tests and builds share the machine; what is quadratic takes hours.
const LIMIT: Duration = Duration::from_secs(30);

fn read_json(name: &str, text: String) -> Document {
    let source = Source::new(SourceId(0), name, text);
    let start = Instant::now();
    let document = json::parse(&source);
    report(name, source.text.len(), start.elapsed());
    document
}

fn read_yaml(name: &str, text: String) -> Vec<Document> {
    let source = Source::new(SourceId(0), name, text);
    let start = Instant::now();
    let documents = yaml::parse(&source);
    report(name, source.text.len(), start.elapsed());
    documents
}

fn report(name: &str, bytes: usize, taken: Duration) {
    eprintln!("{name}: {bytes} bytes in {taken:?}");
    assert!(taken < LIMIT, "{name} took {taken:?}");
}

fn too_deep(document: &Document) -> usize {
    document.problems.iter().filter(|problem| problem.kind == ProblemKind::TooDeep).count()
}

#[test]
fn ten_megabytes_on_one_line() {
    let item = r#"{"name":"abcdefgh","value":[1,2,3,true,null,"x\ny"]},"#;
    let count = 10 * 1024 * 1024 / item.len();
    let mut text = format!("[{}", item.repeat(count));
    text.pop();
    text.push(']');
    let document = read_json("one line", text);
    assert_eq!(document.problems, []);
    assert_eq!(document.root.elements().len(), count);
}

#[test]
fn a_million_open_brackets() {
    for (name, opening, closing) in
        [("arrays", "[", "]"), ("objects", "{\"a\":", "}"), ("mixed", "[{\"a\":", "}]")]
    {
        let document = read_json(name, opening.repeat(1_000_000));
        assert_eq!(document.problems.len(), 1, "{name}");
        assert_eq!(too_deep(&document), 1, "{name}");
        let document =
            read_json(name, format!("{}1{}", opening.repeat(1_000_000), closing.repeat(1_000_000)));
        assert_eq!(document.problems.len(), 1, "{name}");
        assert_eq!(too_deep(&document), 1, "{name}");
    }
    let documents = read_yaml("flow brackets", "[".repeat(1_000_000));
    assert_eq!(too_deep(&documents[0]), 1);
    let documents = read_yaml("block sequences", "- ".repeat(1_000_000));
    assert_eq!(too_deep(&documents[0]), 1);
    let nested: String = (0..2000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let documents = read_yaml("block mappings", nested);
    assert_eq!(too_deep(&documents[0]), 1);
}

#[test]
fn many_duplicate_keys() {
    let members: String = (0..100_000).map(|index| format!("\"key\": {index},\n")).collect();
    let document = read_json("duplicate keys", format!("{{{members}\"last\": 1}}"));
    assert_eq!(document.problems.len(), 10_000);
    let members: String = (0..100_000).map(|index| format!("key: {index}\n")).collect();
    let documents = read_yaml("duplicate YAML keys", members);
    assert_eq!(documents[0].problems.len(), 10_000);
}

#[test]
fn hostile_json() {
    let size = 2_000_000;
    for (name, piece) in [
        ("commas", ","),
        ("colons", ":"),
        ("quotes", "\""),
        ("single quotes", "'"),
        ("backslashes", "\\"),
        ("escaped quotes", "\\\""),
        ("unterminated", "\"a\n"),
        ("unterminated and escaped", "\\\"b\n"),
        ("both quotes", "\"a\n'b\n"),
        ("missing commas", "\"a\":1 "),
        ("missing values", "\"a\":\"b\":"),
        ("stray", "x \"y\" "),
        ("foreign brackets", "[}{]"),
        ("foreign closing", "} ]\n"),
        ("comments", "/**/"),
        ("comment starts", "/*"),
        ("slashes", "/ "),
        ("parentheses", "("),
        ("words", "word "),
        ("keys", "a.b:"),
        ("blanks", "   \u{a0}"),
        ("NUL", "\0"),
        ("minus", "-"),
        ("digits", "1"),
        ("surrogates", "\\uD83D"),
    ] {
        let body = piece.repeat(size / piece.len());
        for (open, close) in
            [("", ""), ("[", "]"), ("{", "}"), ("{\"a\":[x ", "]}"), ("[\"", "\"]"), ("{\"a\": [{", "} }")]
        {
            read_json(&format!("{open} {name}"), format!("{open}{body}{close}"));
        }
    }
}

#[test]
fn hostile_yaml() {
    let size = 300_000;
    for (name, piece) in [
        ("colons", ":"),
        ("keys", "a: "),
        ("dashes", "-"),
        ("documents", "---\n"),
        ("broken documents", "a: [\n---\n"),
        ("comments", "# x\n"),
        ("comments between", "a:\n# x\n"),
        ("quotes", "\""),
        ("single quotes", "'"),
        ("anchors", "&a "),
        ("aliases", "*a "),
        ("tags", "! "),
        ("question marks", "? "),
        ("blanks", "    "),
        ("line breaks", "\n"),
        ("literals", "- |\n  x\n"),
        ("braces", "{}"),
        ("words", "word "),
    ] {
        let body = piece.repeat(size / piece.len());
        for (open, close) in
            [("", ""), ("a: |\n  x\n", "\n"), ("a: \"", "\""), ("a: 'x\n\n", "'"), ("[", "]")]
        {
            read_yaml(&format!("{open:?} {name}"), format!("{open}{body}{close}"));
        }
    }
}

#[test]
fn five_megabytes_of_yaml() {
    let item = "- name: abcdefgh\n  value: [1, 2, true, \"x\\ny\"]\n  text: |\n    one\n    two\n";
    let count = 5 * 1024 * 1024 / item.len();
    let documents = read_yaml("large YAML", item.repeat(count));
    assert_eq!(documents[0].problems, []);
    assert_eq!(documents[0].root.elements().len(), count);
}

#[test]
fn alias_bombs() {
    let mut text = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..60 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    let documents = read_yaml("alias bomb", text);
    let kinds: Vec<_> = documents[0].problems.iter().map(|problem| &problem.kind).collect();
    assert_eq!(kinds, [&ProblemKind::TooManyNodes]);
    assert!(matches!(documents[0].root.value("a0").map(|node| &node.kind), Some(NodeKind::Array(_))));

    let members: String = (0..2000).map(|index| format!("  k{index}: {index}\n")).collect();
    let merges: String = (0..2000).map(|index| format!("m{index}:\n  <<: *base\n")).collect();
    let documents = read_yaml("merge bomb", format!("base: &base\n{members}{merges}"));
    assert_eq!(documents[0].problems.len(), 1);
}
