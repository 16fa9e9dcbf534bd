use super::super::Number;
use super::super::testing::show;
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

#[track_caller]
fn check(text: &str, tree: &str, expected: &[&str]) {
    let (_, document) = read(text);
    assert_eq!(show(&document.root), tree, "tree of {text}");
    assert_eq!(problems(text), expected, "problems of {text}");
}

#[test]
fn plain_json_has_no_problems() {
    check(
        r#"{"a": [1, -2, 3.5, true, false, null, "x"], "b": {}, "c": []}"#,
        r#"{a:[1 -2 3.5 true false null "x"] b:{} c:[]}"#,
        &[],
    );
    check(" 1 ", "1", &[]);
    check("\r\n\t\"a\"\r\n", "\"a\"", &[]);
}

#[test]
fn liberties_are_told() {
    check("{\"a\": 1,}", "{a:1}", &["TrailingComma: ,"]);
    check("[1, 2 , ]", "[1 2]", &["TrailingComma: ,"]);
    check("{'a': 'b'}", "{a:\"b\"}", &["SingleQuotes: 'a'", "SingleQuotes: 'b'"]);
    check("['a\\'b\"']", "[\"a'b\\\"\"]", &["SingleQuotes: 'a\\'b\"'"]);
    check("{a_b: 1, $c : 2}", "{a_b:1 $c:2}", &["UnquotedKey: a_b", "UnquotedKey: $c"]);
    check("{\"a\": \"b\nc\"}", "{a:\"b\\nc\"}", &["MultilineString: \"b\nc\""]);
    check("[\"b\r\nc\r\nd\"]", "[\"b\\r\\nc\\r\\nd\"]", &["MultilineString: \"b\r\nc\r\nd\""]);
    check("[\"a\tb\tc\"]", "[\"a\\tb\\tc\"]", &["ControlCharacter: \t"]);
    check("[1,\u{a0}\u{a0}2]", "[1 2]", &["Unexpected(a plain space): \u{a0}\u{a0}"]);
}

#[test]
fn numbers() {
    for (text, value, usual) in [
        ("0", "0", true),
        ("-0", "0", true),
        ("9223372036854775807", "9223372036854775807", true),
        ("-9223372036854775808", "-9223372036854775808", true),
        ("9223372036854775808", "9.223372036854775808e18", true),
        ("1.5e3", "1500.0", true),
        ("1E-2", "0.01", true),
        ("0x1F", "31", false),
        ("-0x10", "-16", false),
        ("010", "8", false),
        ("089", "89", false),
        ("-010", "-10", false),
        ("+5", "5", false),
        (".5", "0.5", false),
        ("5.", "5.0", false),
        ("NaN", "NaN", false),
        ("-Infinity", "-inf", false),
        ("Infinity", "inf", false),
        ("1e999", "inf", false),
    ] {
        let (source, document) = read(&format!("[{text}]"));
        let told: Vec<_> = document.problems.iter().map(|problem| source.slice(problem.span)).collect();
        let [node] = document.root.elements() else { panic!("{text}") };
        let NodeKind::Number(number) = node.kind else { panic!("{text}: {node:?}") };
        match (number, value.parse::<i64>()) {
            (Number::Int(read), Ok(value)) => assert_eq!(read, value, "{text}"),
            (Number::Float(read), Err(_)) => {
                let value: f64 = value.parse().expect("a float");
                assert!(read == value || read.is_nan() && value.is_nan(), "{text}: {read}");
            }
            _ => panic!("{text}: {number:?}"),
        }
        assert_eq!(source.slice(node.span), text);
        assert_eq!(told, if usual { vec![] } else { vec![text] }, "{text}");
    }
    for text in ["1.2.3", "2021-01-01", "-", "...", "0x", "1_000", "12ab", "--1", "0xG1"] {
        check(&format!("[{text}, 1]"), "[? 1]", &[&format!("Unexpected(a value): {text}")]);
    }
}

#[test]
fn escapes() {
    check(r#"["\"\\\/\b\f\n\r\t\u00e9"]"#, r#"["\"\\/\u{8}\u{c}\n\r\té"]"#, &[]);
    check(r#"["\uD83D\uDE00"]"#, "[\"\u{1f600}\"]", &[]);
    check(r#"["a\uD83Db"]"#, "[\"a\u{fffd}b\"]", &[r"InvalidEscape: \uD83D"]);
    check(
        r#"["\uDE00\uD83D"]"#,
        "[\"\u{fffd}\u{fffd}\"]",
        &[r"InvalidEscape: \uDE00", r"InvalidEscape: \uD83D"],
    );
    check(r#"["C:\dir\é"]"#, r#"["C:\\dir\\é"]"#, &[r"InvalidEscape: \d", r"InvalidEscape: \é"]);
    check(r#"["\u12", "\u+123"]"#, r#"["\\u12" "\\u+123"]"#, &[r"InvalidEscape: \u12", r"InvalidEscape: \u"]);
    check(r#"["it\'s"]"#, r#"["it's"]"#, &[r"InvalidEscape: \'"]);
}

#[test]
fn offsets_in_strings_lead_back_to_the_source() {
    let (source, document) = read(r#"{"k\"y": "ab\n\u00e9cd\uD83D\uDE00", "plain": "x[1]"}"#);
    let part = |node: &Node, start, end| {
        let NodeKind::String(scalar) = &node.kind else { panic!("{node:?}") };
        source.slice(scalar.span(node.span, start, end)).to_owned()
    };
    let value = document.root.value("k\"y").expect("the member");
    assert_eq!(part(value, 0, 2), "ab");
    assert_eq!(part(value, 2, 3), r"\n");
    assert_eq!(part(value, 3, 5), r"\u00e9");
    assert_eq!(part(value, 5, 7), "cd");
    assert_eq!(part(value, 7, 11), r"\uD83D\uDE00");
    assert_eq!(part(value, 0, 11), r"ab\n\u00e9cd\uD83D\uDE00");
    let plain = document.root.value("plain").expect("the member");
    assert_eq!(part(plain, 1, 4), "[1]");
    let keys: Vec<_> = document.root.members().iter().map(|member| source.slice(member.key_span)).collect();
    assert_eq!(keys, [r#""k\"y""#, r#""plain""#]);
}

#[test]
fn spans_are_those_of_the_tokens() {
    let (source, document) = read("\u{feff} // top\n{ \"a\" : [ 1 , {} ] /* in */ }\n");
    assert_eq!(source.slice(document.root.span), "{ \"a\" : [ 1 , {} ] /* in */ }");
    let array = document.root.value("a").expect("the member");
    assert_eq!(source.slice(array.span), "[ 1 , {} ]");
    let elements: Vec<_> = array.elements().iter().map(|element| source.slice(element.span)).collect();
    assert_eq!(elements, ["1", "{}"]);
    let comments: Vec<_> = document.comments.iter().map(|comment| source.slice(comment.span)).collect();
    assert_eq!(comments, ["// top", "/* in */"]);
    assert_eq!(document.problems, []);
}

#[test]
fn comments_end_at_every_line_break() {
    let (source, document) = read("// a\r\n[// b\r1// c\n]//");
    let comments: Vec<_> = document.comments.iter().map(|comment| source.slice(comment.span)).collect();
    assert_eq!(comments, ["// a", "// b", "// c", "//"]);
    assert_eq!(show(&document.root), "[1]");
    assert_eq!(document.problems, []);
}

#[test]
fn duplicate_keys() {
    check(
        r#"{"a": 1, "b": 2, "A": 3, "a": 4, "A": 5}"#,
        "{a:1 b:2 A:3 a:4 A:5}",
        &["DuplicateKeyCase(\"a\"): \"A\"", "DuplicateKey(\"a\"): \"a\"", "DuplicateKey(\"A\"): \"A\""],
    );
    let mut text = String::from("{");
    for index in 0..40 {
        text += &format!("\"key{index}\": {index},");
    }
    text += r#""key7": 1, "KEY7": 2, "KEY7": 3}"#;
    let expected = [
        "DuplicateKey(\"key7\"): \"key7\"",
        "DuplicateKeyCase(\"key7\"): \"KEY7\"",
        "DuplicateKey(\"KEY7\"): \"KEY7\"",
    ];
    assert_eq!(problems(&text), expected);
}

#[test]
fn missing_commas() {
    check("[1 2]", "[1 2]", &["MissingComma: 1"]);
    check("[\"a\"\n\"b\"]", "[\"a\" \"b\"]", &["MissingComma: \""]);
    check("{\"a\": 1\n \"b\": 2}", "{a:1 b:2}", &["MissingComma: 1"]);
    check("{\"a\": {}\n b: 2}", "{a:{} b:2}", &["MissingComma: }", "UnquotedKey: b"]);
    check("[{} // x\n {}]", "[{} {}]", &["MissingComma: }"]);
}

#[test]
fn missing_colons_and_values() {
    check(r#"{"a" 1}"#, "{a:1}", &["Unexpected(`:`): \""]);
    check(r#"{"a" = 1, "b": 2}"#, "{a:1 b:2}", &["Unexpected(`:`): \""]);
    check(r#"{"a" "b": 2}"#, "{a:? b:2}", &["Unexpected(`:` and a value): \""]);
    check(r#"{"a", "b": 2}"#, "{a:? b:2}", &["Unexpected(`:` and a value): \""]);
    check(r#"{"a"}"#, "{a:?}", &["Unexpected(`:` and a value): \""]);
    check(r#"{"a": , "b": 2}"#, "{a:? b:2}", &["Unexpected(a value): :"]);
    check(r#"{"b": 2, "a": }"#, "{b:2 a:?}", &["Unexpected(a value): :"]);
    check("{\"a\":\n\"b\": 2}", "{a:? b:2}", &["Unexpected(a value): :"]);
    check("{\"a\": // why\n\"b\": 'x'}", "{a:? b:\"x\"}", &["Unexpected(a value): :", "SingleQuotes: 'x'"]);
    check("[1,,2]", "[1 ? 2]", &["Unexpected(an element): ,"]);
    check("[,,,2]", "[? 2]", &["Unexpected(an element): ,"]);
    check(r#"{"a": 1,, "b": 2}"#, "{a:1 b:2}", &["Unexpected(a member): ,"]);
    check("[\"a\": 1, 2]", "[\"a\" 2]", &["Unexpected(`,` or `]`): : 1"]);
}

#[test]
fn stray_text() {
    check(r#"{"a": foo, "b": 1}"#, "{a:? b:1}", &["Unexpected(a value): foo"]);
    check(r#"{"a": <your value>, "b": 1}"#, "{a:? b:1}", &["Unexpected(a value): <your value>"]);
    check("{\"r\": [ tenant-resources ]}", "{r:[?]}", &["Unexpected(a value): tenant-resources"]);
    check(
        "{\"r\": [ ... ], ...\n \"b\": 1}",
        "{r:[?] b:1}",
        &["Unexpected(a value): ...", "Unexpected(a key): ..."],
    );
    check(
        r#"{"a": [concat('x', parameters('y'))], "b": 1}"#,
        "{a:[?] b:1}",
        &["Unexpected(a value): concat('x', parameters('y'))"],
    );
    check(r#"{"a": "say "hi" now", "b": 1}"#, r#"{a:"say " b:1}"#, &["Unexpected(`,` or `}`): hi"]);
    check(r#"{"a": "[if(x, "y", z)]", "b": 1}"#, r#"{a:"[if(x, " b:1}"#, &["Unexpected(`,` or `}`): y"]);
    check(r#"{"a": 1 2 3, "b": 1}"#, "{a:1 b:1}", &["Unexpected(`,` or `}`): 2 3"]);
    check(r#"{ {"a": 1}, "b": 1}"#, "{b:1}", &["Unexpected(a key): {"]);
    check(
        r#"{"a": True, "b": None}"#,
        "{a:? b:?}",
        &["Unexpected(a value): True", "Unexpected(a value): None"],
    );
    check(
        "{\"location: \"westus\",\n \"b\": 1}",
        "{location:\"westus\" b:1}",
        &["UnterminatedString: \"location"],
    );
    check("{\"a\": [f('x')]\",\n \"b\": 1}", "{a:[?] b:1}", &["Unexpected(a value): f('x')"]);
}

#[test]
fn roots() {
    check("", "?", &["Unexpected(a value): "]);
    check("  \n", "?", &["Unexpected(a value): \n"]);
    check("// only\n", "?", &["Unexpected(a value): \n"]);
    check("hello world\nmore", "?", &["Unexpected(a value): hello world"]);
    check("# note\n{\"a\": 1}", "{a:1}", &["Unexpected(a value): # note"]);
    check("{} {}", "{}", &["TrailingText: {}"]);
    check("{\"a\": 1}}\n}\n", "{a:1}", &["TrailingText: }"]);
    check("{} // fine\n", "{}", &[]);
    check("}", "?", &["Unexpected(a value): }"]);
}

#[test]
fn unterminated_strings() {
    check("{\"a\": \"b", "{a:\"b\"}", &["UnterminatedString: \"b"]);
    check("{\"a\": \"b,\n \"c\": 1}", "{a:\"b\" c:1}", &["UnterminatedString: \"b"]);
    check("{\"a\": \"b\n \"c\": 1}", "{a:\"b\" c:1}", &["UnterminatedString: \"b"]);
    check("{\"a\": \"b\r\n}", "{a:\"b\"}", &["UnterminatedString: \"b"]);
    check("{\"a: 1,\n \"c\": 1}", "{a:1 c:1}", &["UnterminatedString: \"a"]);
    check("{\"a,\n \"c\": 1}", "{a:? c:1}", &["UnterminatedString: \"a"]);
    check("{\"a: [1, {\"b\": 2}]}", "{a:[1 {b:2}]}", &["UnterminatedString: \"a"]);
    check("{\"a\": 1, b\": 2}", "{a:1 b:2}", &["Unexpected(`\"`): b"]);
    check("[\"a,\n\"b\",\n\"c\"]", "[\"a\" \"b\" \"c\"]", &["UnterminatedString: \"a"]);
    check("[\"x\\n,\n\"b\"]", "[\"x\\n\" \"b\"]", &[r#"UnterminatedString: "x\n"#]);
}

#[test]
fn brackets() {
    check("{\"a\": [1, {", "{a:[1 {}]}", &["Unclosed: {"]);
    check("{\"a\":", "{a:?}", &["Unclosed: {"]);
    check("{\"a\"", "{a:?}", &["Unclosed: {"]);
    check("[1,", "[1]", &["Unclosed: ["]);
    check("{\"a\": [1, 2}", "{a:[1 2]}", &["Unclosed: ["]);
    check("{\"a\": [1, [2}", "{a:[1 [2]]}", &["Unclosed: ["]);
    check("{\"a\": [1, 2}, \"b\": 3}", "{a:[1 2] b:3}", &["Unexpected(`]`): }"]);
    check("{\"r\": {\n  \"a\": [\n    1\n  },\n  \"b\": 3\n}}", "{r:{a:[1] b:3}}", &["Unexpected(`]`): }"]);
    check("{\n \"r\": {\n  \"a\": [\n    1\n },\n \"b\": 3\n}", "{r:{a:[1]} b:3}", &["Unclosed: ["]);
    check("{\n \"a\": [\n  1,\n \"b\": 2\n}", "{a:[1] b:2}", &["Unclosed: ["]);
    check("[1, 2}", "[1 2]", &["Unexpected(`]`): }"]);
    check("{\"a\": 1], \"b\": 2}", "{a:1 b:2}", &["Unexpected(`,` or `}`): ]"]);
    check("[{\"a\": 1]", "[{a:1}]", &["Unclosed: {"]);
    check("{\"a\": [1]], \"b\": 2}", "{a:[1] b:2}", &["Unexpected(`,` or `}`): ]"]);
    check("[1] /* open", "[1]", &["UnterminatedComment: /*"]);
    check("[1, /* open", "[1]", &["UnterminatedComment: /*"]);
}

#[test]
fn depth_is_limited() {
    let at = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(problems(&at(MAX_DEPTH)), Vec::<String>::new());
    assert_eq!(problems(&at(MAX_DEPTH + 1)), ["TooDeep: ["]);
    let text = format!("[{}, 2]", at(MAX_DEPTH + 5));
    let (source, document) = read(&text);
    let [deep, two] = document.root.elements() else { panic!("two elements") };
    assert_eq!(source.slice(two.span), "2");
    let mut node = deep;
    while let [inner] = node.elements() {
        node = inner;
    }
    assert_eq!(node.kind, NodeKind::Invalid);
    assert_eq!(source.slice(node.span), at(6));
}
