use super::super::testing::show;
use super::*;
use crate::span::SourceId;

fn read(text: &str) -> (Source, Vec<Document>) {
    let source = Source::new(SourceId(0), "test.yaml", text.into());
    let documents = parse(&source);
    (source, documents)
}

fn problems(source: &Source, documents: &[Document]) -> Vec<String> {
    let told = documents.iter().flat_map(|document| &document.problems).map(|problem| {
        let shown = format!("{:?}", problem.kind);
        let kind = shown.split(['(', ' ']).next().unwrap_or_default();
        format!("{kind}: {}", source.slice(problem.span))
    });
    told.collect()
}

#[track_caller]
fn check(text: &str, trees: &[&str], expected: &[&str]) {
    let (source, documents) = read(text);
    let shown: Vec<_> = documents.iter().map(|document| show(&document.root)).collect();
    assert_eq!(shown, trees, "trees of {text}");
    assert_eq!(problems(&source, &documents), expected, "problems of {text}");
}

#[test]
fn plain_scalars_follow_the_core_schema() {
    for (text, expected) in [
        ("2021-07-01", "\"2021-07-01\""),
        ("NO", "\"NO\""),
        ("yes", "\"yes\""),
        ("on", "\"on\""),
        ("Off", "\"Off\""),
        ("True", "true"),
        ("FALSE", "false"),
        ("tRue", "\"tRue\""),
        ("~", "null"),
        ("Null", "null"),
        ("", "null"),
        ("12", "12"),
        ("-7", "-7"),
        ("+7", "7"),
        ("0x1F", "31"),
        ("0o17", "15"),
        ("010", "10"),
        ("1_000", "\"1_000\""),
        ("1.0.0.0", "\"1.0.0.0\""),
        ("1.5", "1.5"),
        (".5", "0.5"),
        ("5.", "5.0"),
        ("1e3", "1000.0"),
        ("1e", "\"1e\""),
        ("e3", "\"e3\""),
        (".", "\".\""),
        ("-.inf", "-inf"),
        (".NaN", "NaN"),
        ("inf", "\"inf\""),
        ("99999999999999999999", "1e20"),
        ("10.0.0.0/8", "\"10.0.0.0/8\""),
        ("12:30:45", "\"12:30:45\""),
        ("'12'", "\"12\""),
        ("\"true\"", "\"true\""),
        ("!!str 12", "\"12\""),
        ("!!str", "\"\""),
        ("!!int '3'", "3"),
        ("!!float 3", "3.0"),
        ("!!int x", "\"x\""),
        ("! 12", "\"12\""),
        ("!own 12", "\"12\""),
        ("!!timestamp 2021-07-01", "\"2021-07-01\""),
    ] {
        check(&format!("a: {text}\n"), &[&format!("{{a:{expected}}}")], &[]);
    }
}

#[test]
fn collections_and_documents() {
    check(
        "a:\n  - 1\n  - b: c\n    d: [x, {y: z}]\ne:\n",
        &["{a:[1 {b:\"c\" d:[\"x\" {y:\"z\"}]}] e:null}"],
        &[],
    );
    check("a: 1\n---\nb: 2\n...\n---\n---\nc: 3\n", &["{a:1}", "{b:2}", "null", "{c:3}"], &[]);
    check("# nothing\n", &["null"], &[]);
    check("1: a\ntrue: b\n", &["{1:\"a\" true:\"b\"}"], &[]);
    check("a: 1\r\nb:\r\n- x\r\n", &["{a:1 b:[\"x\"]}"], &[]);
    check("\u{feff}a: 1\n", &["{a:1}"], &[]);
}

#[test]
fn spans_are_those_of_the_tokens() {
    let text = "\u{feff}# top\na:   two words   # right\n\"b\" : 'q' \nc:\n  - x\n  - {y: z}   # end\n\nd: |\n  é\n\n# last\n";
    let (source, documents) = read(text);
    let [document] = documents.as_slice() else { panic!("one document") };
    let spans: Vec<_> = document
        .root
        .members()
        .iter()
        .map(|member| (source.slice(member.key_span), source.slice(member.value.span)))
        .collect();
    let expected = [("a", "two words"), ("\"b\"", "'q'"), ("c", "- x\n  - {y: z}"), ("d", "|\n  é")];
    assert_eq!(spans, expected);
    assert!(source.slice(document.root.span).ends_with("|\n  é"));
    let comments: Vec<_> = document.comments.iter().map(|comment| source.slice(comment.span)).collect();
    assert_eq!(comments, ["# top", "# right", "# end", "# last"]);
}

#[test]
fn an_empty_value_stands_behind_its_colon() {
    let (_, documents) = read("a :\nb: \n");
    let spans: Vec<_> = documents[0].root.members().iter().map(|member| member.value.span.range()).collect();
    assert_eq!(spans, [3..3, 6..6]);
}

/// The source under every piece of the decoded text that `pieces` names.
#[track_caller]
fn pieces(text: &str, pieces: &[(&str, &str)]) {
    let (source, documents) = read(text);
    assert_eq!(problems(&source, &documents), Vec::<String>::new());
    let value = documents[0].root.value("a").expect("the member a");
    let NodeKind::String(scalar) = &value.kind else { panic!("{value:?}") };
    for (decoded, written) in pieces {
        let at = scalar.text.find(decoded).unwrap_or_else(|| panic!("{decoded:?} in {:?}", scalar.text));
        let span = scalar.span(value.span, at, at + decoded.len());
        assert_eq!(source.slice(span), *written, "{decoded:?} of {text:?}");
    }
}

#[test]
fn offsets_in_scalars_lead_back_to_the_source() {
    pieces("a: plain\n", &[("plain", "plain"), ("ai", "ai")]);
    pieces(
        "a: plain\n  on  \n\n  lines\n",
        &[("on", "on"), ("lines", "lines"), ("n on\nl", "n\n  on  \n\n  l")],
    );
    pieces("a: 'it''s\n  fine'\n", &[("it", "it"), ("'", "''"), ("s", "s"), ("fine", "fine")]);
    pieces(
        "a: \"x\\n\\u00e9y\\U0001F600\\x41z \\\n    w \\\"q\\uD83D\\uDE00.\"\n",
        &[
            ("x", "x"),
            ("\n", "\\n"),
            ("é", "\\u00e9"),
            ("y", "y"),
            ("\u{1f600}", "\\U0001F600"),
            ("A", "\\x41"),
            ("z", "z"),
            ("w", "w"),
            ("\"q", "\\\"q"),
            (".", "."),
        ],
    );
    pieces(
        "a: |\n  one\n    two\n\n  three\nb: 1\n",
        &[("one", "one"), ("  two", "  two"), ("three", "three")],
    );
    pieces("a: |  # note | x\r\n  one\r\n  two\r\n", &[("one", "one"), ("two", "two")]);
    pieces("a: |2-\n\n     one\n   two\n", &[("   one", "   one"), (" two", " two")]);
    pieces(
        "a: >-\n\n  one\n  two\n\n  three\n    more\n  four\n",
        &[("one", "one"), ("two", "two"), ("three", "three"), ("  more", "  more"), ("four", "four")],
    );
    pieces("a: !!str &x >\n  ä ö\n  ü\n", &[("ä ö", "ä ö"), ("ü", "ü")]);
}

#[test]
fn aliases_share_the_node_of_their_anchor() {
    let (source, documents) = read("a: &x {k: [1]}\nb: *x\n");
    let root = &documents[0].root;
    let (a, b) = (root.value("a").expect("a"), root.value("b").expect("b"));
    assert_eq!(source.slice(b.span), "{k: [1]}");
    match (&a.kind, &b.kind) {
        (NodeKind::Object(a), NodeKind::Object(b)) => assert!(a.is_same(b)),
        kinds => panic!("{kinds:?}"),
    }
    check(
        "a: &x 1\nb: *x\n&k c: 2\nd: *k\n*k : e\n",
        &["{a:1 b:1 c:2 d:\"c\" c:\"e\"}"],
        &["DuplicateKey: c"],
    );
    check("a: *no\nb: 1\n", &["{a:? b:1}"], &["Yaml: *no"]);
    check("a: &x [*x]\nb: 1\n", &["{a:[?] b:1}"], &["Yaml: *x"]);
    check("a: &x 1\n---\nb: *x\n", &["{a:1}", "{b:?}"], &["Yaml: *x"]);
}

#[test]
fn merge_keys() {
    let base = "base: &b {x: 1, y: 2}\n";
    check(&format!("{base}a:\n  <<: *b\n  y: 3\n"), &["{base:{x:1 y:2} a:{x:1 y:3}}"], &[]);
    check(
        &format!("{base}a:\n  z: 0\n  <<: [*b, {{x: 9, w: 4}}]\n"),
        &["{base:{x:1 y:2} a:{x:1 y:2 w:4 z:0}}"],
        &[],
    );
    check("a:\n  <<: 1\n  b: 2\n", &["{a:{<<:1 b:2}}"], &["Unexpected: <<"]);
    check("a:\n  '<<': 1\n", &["{a:{<<:1}}"], &[]);
}

#[test]
fn problems_of_keys() {
    check("a: 1\nb: 2\na: 3\nB: 4\n", &["{a:1 b:2 a:3 B:4}"], &["DuplicateKey: a", "DuplicateKeyCase: B"]);
    check("? [x, y]\n: 1\nb: 2\n", &["{[x, y]:1 b:2}"], &["Unexpected: ["]);
    check("name: {{ value }}\nb: 1\n", &["{name:{{ value }:null} b:1}"], &["Unexpected: {"]);
}

#[test]
fn errors_keep_what_was_read_and_the_neighbours() {
    check("a: 1\nb:\n\tc: 2\n---\nd: 3\n", &["{a:1 b:?}", "{d:3}"], &["Yaml: \t"]);
    check("a: [1, 2\nb: 3\n---\nd: 3\n", &["{a:[1]}", "{d:3}"], &["Yaml: :"]);
    check("a: 1\nb: \"open\n---\nd: 3\n", &["{a:1 b:?}", "{d:3}"], &["Yaml: \"open"]);
    check("a:\n  b: 1\n\tc: 2\n", &["{a:{b:?}}"], &["Yaml: \t"]);
    check("a: `x`\n", &["{a:?}"], &["Yaml: `"]);
    check("a: 1\n---\n- x: 1\n- {y: 1\n---\nb: 2\n", &["{a:1}", "[{x:1}]", "{b:2}"], &["Yaml: {"]);
    check("a: 1\n  b: 2\nc: 3\n", &["{a:\"1 b\"}"], &["Yaml: :"]);
}

#[test]
fn depth_is_limited() {
    let at = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let told = |text: &str| {
        let (source, documents) = read(text);
        problems(&source, &documents)
    };
    assert_eq!(told(&at(MAX_DEPTH)), Vec::<String>::new());
    assert_eq!(told(&at(MAX_DEPTH + 1)), ["TooDeep: ["]);
    let (_, documents) = read(&format!("[{}, 2]", at(MAX_DEPTH + 5)));
    assert_eq!(documents[0].root.elements().last().map(show), Some("2".into()));
    assert_eq!(told(&"[".repeat(PARSER_DEPTH * 3)), ["TooDeep: ["]);
    let mut chain = String::from("- &a0 [1]\n");
    for index in 1..250 {
        chain += &format!("- &a{index} [*a{}]\n", index - 1);
    }
    assert!(told(&chain).iter().all(|told| told.starts_with("TooDeep: *a")), "{:?}", told(&chain));
}

#[test]
fn aliases_do_not_multiply_without_end() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for index in 1..12 {
        let aliases = vec![format!("*a{}", index - 1); 9].join(", ");
        text += &format!("a{index}: &a{index} [{aliases}]\n");
    }
    let (source, documents) = read(&text);
    let told = problems(&source, &documents);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("TooManyNodes: *a"), "{told:?}");
    assert_eq!(documents[0].root.members().len(), 12);
}

#[test]
fn tokens_that_look_like_comments_are_values() {
    check(
        "a: #{one}#\nb: x #{no}#\nc:\n  - #{two}#\n  - y\nd: # {no}\ne: #{\nf: #{}\n",
        &["{a:\"#{one}#\" b:\"x\" c:[\"#{two}#\" \"y\"] d:null e:null f:null}"],
        &[],
    );
    let (source, documents) = read("a: #{one}#  \n# real\nb: #{last}");
    let spans: Vec<_> =
        documents[0].root.members().iter().map(|member| source.slice(member.value.span)).collect();
    assert_eq!(spans, ["#{one}#", "#{last}"]);
    let comments: Vec<_> = documents[0].comments.iter().map(|comment| source.slice(comment.span)).collect();
    assert_eq!(comments, ["# real"]);
}
