//! Fences, files and markers.

use super::*;

fn expectations(file: &ExampleFile) -> Vec<(u32, &str)> {
    file.expectations.iter().map(|expectation| (expectation.line, expectation.rule.as_str())).collect()
}

#[test]
fn blocks_without_a_kind_are_errors_and_other_languages_are_not() {
    let text = "Title\n\n```text\nx\n```\n\n```jsonc bad\n{} // expect: a/b\n```\n\n```json good\n{}\n```\n";
    let examples = parse(text).expect("two examples");
    let kinds: Vec<_> = examples.iter().map(|example| (example.kind, example.line)).collect();
    assert_eq!(kinds, [(ExampleKind::Bad, 7), (ExampleKind::Good, 11)]);
    assert_eq!(examples[0].files[0].path, "template.json");
    assert_eq!(examples[0].files[0].text, "{}\n");
    assert_eq!(expectations(&examples[0].files[0]), [(1, "a/b")]);
}

#[test]
fn several_files() {
    let text = "```jsonc bad\n// file: linkedService/ls.json\n{\n  \"a\": 1 // expect: a/b, c/d\n}\n\
                // file: factory/f.json\n{}\n```\n";
    let examples = parse(text).expect("an example");
    let files = &examples[0].files;
    assert_eq!(files.len(), 2);
    assert_eq!(
        (files[0].path.as_str(), files[0].text.as_str()),
        ("linkedService/ls.json", "{\n  \"a\": 1\n}\n")
    );
    assert_eq!(expectations(&files[0]), [(2, "a/b"), (2, "c/d")]);
    assert_eq!((files[1].path.as_str(), files[1].text.as_str()), ("factory/f.json", "{}\n"));
}

#[test]
fn a_marker_of_its_own_speaks_of_the_next_line() {
    let text = "```yaml bad as-of=2020-04-01 cloud=china\n# expect: a/b\na: 1 # expect: c/d\n```\n";
    let examples = parse(text).expect("an example");
    assert_eq!(examples[0].as_of, "2020-04-01".parse().ok());
    assert_eq!(examples[0].cloud, Some(Cloud::China));
    assert_eq!(examples[0].files[0].text, "\na: 1\n");
    assert_eq!(expectations(&examples[0].files[0]), [(2, "a/b"), (2, "c/d")]);
}

#[test]
fn words_set_what_is_checked_for() {
    let text =
        "```json good strict closed-world approved-subscriptions=a,b private-link=f without=a/b\n{}\n```\n";
    let examples = parse(text).expect("an example");
    let adf = &examples[0].adf;
    assert!(adf.strict && adf.closed_world && !adf.allow_auto_resolve);
    assert_eq!(adf.approved_subscriptions, ["a", "b"]);
    assert_eq!(adf.private_link, ["f"]);
    assert_eq!(examples[0].without, ["a/b"]);
}

#[test]
fn lists_are_wrapped() {
    let text = "```jsonc bad\n// A list.\n[\n  {} // expect: a/b\n]\n```\n\
                ```yaml bad\n- type: x # expect: a/b\n```\n";
    let examples = parse(text).expect("two examples");
    let json = &examples[0].files[0];
    let line = json.expectations[0].line as usize;
    assert_eq!(json.text.lines().nth(line - 1), Some("  {}"));
    assert!(json.text.ends_with("]\n}\n"));
    let yaml = &examples[1].files[0];
    let line = yaml.expectations[0].line as usize;
    assert_eq!(yaml.text.lines().nth(line - 1), Some("- type: x"));
}

#[test]
fn fixtures_add_files() {
    let fixtures = [("two", "// file: a.json\n{}\n// file: b.json\n[1]\n"), ("loud", "{} // expect: a/b\n")];
    let examples =
        parse_with("```jsonc good given=two\n// file: c.json\n{}\n```\n", &fixtures).expect("an example");
    let paths: Vec<&str> = examples[0].files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["c.json", "a.json", "b.json"]);
    let lines: Vec<Option<i64>> = examples[0].files.iter().map(|file| file.line(1)).collect();
    assert_eq!(lines, [Some(3), None, None]);
    for (name, expected) in [
        ("three", "line 1: there is no fixture `three`"),
        ("twoo", "line 1: there is no fixture `twoo`; did you mean `two`?"),
        ("loud", "line 1: the fixture `loud` has `expect:`; only the example itself may"),
    ] {
        let error = parse_with(&format!("```jsonc good given={name}\n{{}}\n```\n"), &fixtures);
        assert_eq!(error.expect_err(name).to_string(), expected);
    }
}

#[test]
fn errors_say_what_is_written_instead() {
    for (text, expected) in [
        ("```json goood\n{}\n```", "did you mean `good`?"),
        (
            "```json bad strictt\n{}\n```",
            "`strictt` means nothing behind the language of an example; did you mean",
        ),
        ("```json worse\n{}\n```", "; the words are bad, good, strict, closed-world"),
        ("```json good as-of=never\n{}\n```", "`as-of=never` has no value that `as-of` takes"),
        ("```json\n{}\n```", "`bad` or `good` is missing"),
        ("```json bad\n{}\n```", "a bad example has `expect: <rule>` in a comment"),
        ("```json good\n{} // expect: a/b\n```", "a good example has `expect:` on no line"),
        ("```json bad\n{} // expect:\n```", "line 2: `expect:` needs the id of a rule"),
    ] {
        let error = parse(text).expect_err(text).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn lines_of_a_file_are_lines_of_the_page() {
    let text = "# Page\n\n```jsonc bad\n// file: a.json\n{\n  \"a\": 1 // expect: a/b\n}\n// file: b.json\n{}\n```\n\
                ```yaml bad\n- type: x # expect: a/b\n```\n";
    let files = parse(text).expect("examples").into_iter().flat_map(|example| example.files);
    let found: Vec<(String, Option<i64>)> = files
        .map(|file| {
            let line = file.expectations.first().map_or(1, |expectation| expectation.line);
            (file.text.lines().nth(line as usize - 1).unwrap_or_default().to_string(), file.line(line))
        })
        .collect();
    for (written, line) in found {
        let line = text.lines().nth(line.expect("a line of the page") as usize - 1).expect("a line");
        assert!(line.starts_with(&written), "{line}: {written}");
    }
}

#[test]
fn urls_are_no_markers() {
    let text = "```jsonc good\n{\"a\": \"https://expect.example\"}\n```\n";
    let examples = parse(text).expect("an example");
    assert_eq!(examples[0].files[0].text, "{\"a\": \"https://expect.example\"}\n");
}

#[test]
fn errors_say_where() {
    let cases = [
        ("```json\n{}\n```", ExampleErrorKind::NoKind, 1),
        ("\n```json worse\n{}\n```", ExampleErrorKind::Word("worse".into()), 2),
        ("```json bad as-of=never\n{}\n```", ExampleErrorKind::Word("as-of=never".into()), 1),
        ("```json bad\n{}\n", ExampleErrorKind::Unclosed, 1),
        ("```json bad\n{}\n```", ExampleErrorKind::BadExpectsNothing, 1),
        ("```json good\n{} // expect: a/b\n```", ExampleErrorKind::GoodExpects, 1),
        ("```json bad\n{} // expect:\n```", ExampleErrorKind::EmptyExpectation, 2),
        ("```json bad\n{}\n// expect: a/b\n```", ExampleErrorKind::EmptyExpectation, 4),
    ];
    for (text, kind, line) in cases {
        assert_eq!(parse(text), Err(ExampleError { line, kind }), "{text}");
    }
}
