use super::*;

fn read(text: &str) -> (Source, Document) {
    let source = Source::new(SourceId(0), "test.json", text.into());
    let document = parse(&source);
    (source, document)
}

/// `kind: text under the span` of every problem.
fn problems(text: &str) -> Vec<String> {
    let (source, document) = read(text);
    let told = document.problems.iter().map(|problem| {
        let kind = match &problem.kind {
            ProblemKind::DuplicateKey(first) => format!("DuplicateKey({})", source.slice(*first)),
            ProblemKind::DuplicateKeyCase(first) => format!("DuplicateKeyCase({})", source.slice(*first)),
            ProblemKind::Unexpected(expected) => format!("Unexpected({expected})"),
            kind => format!("{kind:?}"),
        };
        format!("{kind}: {}", source.slice(problem.span))
    });
    told.collect()
}

/// The tree as text, so that a table row can tell it.
fn show(node: &Node) -> String {
    match &node.kind {
        NodeKind::Null => "null".into(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Number(Number::Int(value)) => value.to_string(),
        NodeKind::Number(Number::Float(value)) => format!("{value:?}"),
        NodeKind::String(scalar) => format!("{:?}", scalar.text),
        NodeKind::Array(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
        NodeKind::Object(members) => {
            let shown = members.iter().map(|member| format!("{}:{}", member.key.text, show(&member.value)));
            format!("{{{}}}", shown.collect::<Vec<_>>().join(" "))
        }
        NodeKind::Invalid => "?".into(),
    }
}

#[track_caller]
fn check(text: &str, tree: &str, expected: &[&str]) {
    let (_, document) = read(text);
    assert_eq!(show(&document.root), tree, "tree of {text}");
    assert_eq!(problems(text), expected, "problems of {text}");
}

use super::super::Number;

#[test]
fn smoke() {
    check(
        r#"{"a": [1, -2, 3.5, true, false, null, "x"], "b": {}}"#,
        r#"{a:[1 -2 3.5 true false null "x"] b:{}}"#,
        &[],
    );
}
