//! Whatever a text is, it is read to its end; what is broken costs only itself.

use std::sync::Arc;

use armlint_bicep::document;
use armlint_bicep::parser::parse;
use armlint_bicep::syntax::{File, StatementKind};
use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_engine::syntax::{Node, NodeKind};

const FIXTURES: [(&str, &str); 2] = [
    ("language.bicep", include_str!("../fixtures/language.bicep")),
    ("values.bicepparam", include_str!("../fixtures/values.bicepparam")),
];

fn source(path: &str, text: &str) -> Arc<Source> {
    Arc::new(Source::new(SourceId(0), path, text.to_string()))
}

// Reads, lowers and looks at every place.
fn read(path: &str, text: &str) {
    let source = source(path, text);
    for error in parse(&source).errors {
        assert!(error.span.end as usize <= text.len() && error.span.start <= error.span.end, "{error:?}");
        assert!(text.get(error.span.range()).is_some(), "{error:?} cuts a character");
    }
    places(&document(&source, &|_| None).root, text);
}

fn places(node: &Node, text: &str) {
    assert!(text.get(node.span.range()).is_some(), "{:?}", node.span);
    match &node.kind {
        NodeKind::Array(elements) => elements.iter().for_each(|element| places(element, text)),
        NodeKind::Object(members) => members.iter().for_each(|member| {
            assert!(text.get(member.key_span.range()).is_some(), "{:?}", member.key);
            places(&member.value, text);
        }),
        _ => {}
    }
}

#[test]
fn fixtures_have_no_errors() {
    for (path, text) in FIXTURES {
        let file = parse(&source(path, text));
        assert!(file.errors.is_empty(), "{path}: {:?}", file.errors);
    }
}

#[test]
fn every_prefix_is_read() {
    for (path, text) in FIXTURES {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let _ = parse(&source(path, &text[..end]));
            if end % 31 == 0 {
                read(path, &text[..end]);
            }
        }
    }
}

// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

#[test]
fn splices_are_read() {
    let signs = [
        "{", "}", "[", "]", "(", ")", "'", "'''", "${", "\n", ",", "=", "@", "for ", "if (", "?", ":", "é",
        "/*",
    ];
    let mut random = Random(20_261_201);
    for (path, text) in FIXTURES {
        for _ in 0..250 {
            let mut changed = text.to_string();
            for _ in 0..1 + random.below(3) {
                let mut at = random.below(changed.len());
                while !changed.is_char_boundary(at) {
                    at -= 1;
                }
                match random.below(3) {
                    0 => changed.insert_str(at, signs[random.below(signs.len())]),
                    1 => drop(changed.remove(at.min(changed.len() - 2).max(1))),
                    _ => {
                        let line = changed[at..].find('\n').map_or(changed.len(), |end| at + end);
                        changed.replace_range(at..line, "");
                    }
                }
            }
            read(path, &changed);
        }
    }
}

#[test]
fn what_is_too_deep_or_too_large_is_refused() {
    let deep = [
        format!("var x = {}1{}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("var x = {}1{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("var x = {}", "{a: ".repeat(50_000)),
        format!("var x = a{}", ".b".repeat(100_000)),
        format!("var x = 1{}", " + 1".repeat(100_000)),
        format!("var x = {}1", "a ? b : ".repeat(50_000)),
        format!("var x = {}", "'${".repeat(50_000)),
        format!("type x = {}string{}", "(".repeat(50_000), ")".repeat(50_000)),
        format!("type x = string{}", "[]".repeat(50_000)),
        format!("type x = string{}", "?".repeat(50_000)),
        format!("resource a 'A/b@2024-01-01' = {}", "{ resource b 'c' = ".repeat(50_000)),
        format!("var x = {}1", "!-".repeat(50_000)),
        format!("var x = {}1", "x => ".repeat(50_000)),
    ];
    for text in deep {
        let file = parse(&source("a.bicep", &text));
        assert!(!file.errors.is_empty(), "{}", &text[..40]);
        read("a.bicep", &text);
    }
    let large = format!("//{}", "x".repeat(armlint_bicep::parser::MAX_BYTES));
    assert_eq!(parse(&source("a.bicep", &large)).errors.len(), 1);
}

#[test]
fn what_leads_back_to_itself_ends() {
    for text in [
        "resource a 'A/b@2024-01-01' = {\n  name: '${b.name}${b.name}'\n}\nresource b 'A/b@2024-01-01' = {\n  name: '${a.name}${a.name}'\n}\n",
        "resource a 'A/b/c@2024-01-01' = {\n  parent: b\n  name: 'a'\n}\nresource b 'A/b/c@2024-01-01' = {\n  parent: a\n  name: 'b'\n}\noutput x string = a.id\n",
        "resource a 'A/b@2024-01-01' = {\n  scope: b\n  name: 'a'\n}\nresource b 'A/b@2024-01-01' = {\n  scope: a\n  name: 'b'\n}\n",
        "var a = b\nvar b = a\noutput x string = a.name\n",
        "type a = b\ntype b = a\nparam x a\nparam y a.z\n",
        "var a = [for x in [1]: [for y in x + x + x: [for z in y + y + y: [for w in z + z + z: w + w]]]]\n",
        "func f(x string) string => f(x)\nvar a = f('a')\n",
    ] {
        read("a.bicep", text);
    }
}

// How many statements of each kind are whole.
fn whole(file: &File) -> usize {
    let is_whole = |kind: &StatementKind| !matches!(kind, StatementKind::Broken | StatementKind::Missing);
    file.statements.iter().filter(|statement| is_whole(&statement.kind)).count()
}

#[test]
fn a_broken_statement_costs_only_itself() {
    let before = "param a string\n";
    let behind = "\nvar c = 1\nresource d 'A/b@2024-01-01' = {\n  name: 'd'\n}\noutput e int = c\n";
    for broken in [
        "var b = {\n  x: [\n",
        "var b = f(1,\n",
        "resource b 'A/b@2024-01-01' = {\n  name: 'x'\n  properties: {\n",
        "var b = 'no end",
        "var b = '${c",
        "param b",
        "nonsense here",
        "@secure(",
        "resource b = {\n}",
        "var b = [for x in",
        "output b string = c ?",
        "type b = {\n  a: \n}",
    ] {
        let text = format!("{before}{broken}{behind}");
        let file = parse(&source("a.bicep", &text));
        assert!(!file.errors.is_empty(), "{broken}");
        assert!(whole(&file) >= 4, "{broken}: {:#?}", file.statements);
        let has = |name: &str| {
            file.statements.iter().any(|statement| match &statement.kind {
                StatementKind::Output(output) => output.name.text == name,
                StatementKind::Resource(resource) => resource.name.text == name && !resource.body.is_broken(),
                StatementKind::Parameter(parameter) => parameter.name.text == name,
                _ => false,
            })
        };
        assert!(has("a") && has("d") && has("e"), "{broken}: {:#?}", file.statements);
    }
}
