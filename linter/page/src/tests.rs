//! Pages are read with clear errors, and the page about them is fresh.

mod documentation;

use super::*;

const PAGE: &str = r#"---
title: A title
category: network
severity: medium
resource-types: [Microsoft.Storage/storageAccounts]
select: $.properties.flag
condition: {equals: true}
message: The flag of "{name}" is {value}
---

## Why

Because.

## How to fix

Clear it.

## Examples

None.
"#;

fn read(text: &str) -> Result<Page, String> {
    Page::read("rules/test.md", text).map_err(|error| error.to_string())
}

#[test]
fn a_page_is_read() {
    let page = read(PAGE).expect("a page");
    assert_eq!((page.title.as_str(), page.first_line), ("A title", 11));
    assert_eq!(PAGE.lines().nth(page.first_line - 1), page.text.lines().next());
    assert!(page.setting.is_some() && !page.by_engine);
    let windows = read(&PAGE.replace('\n', "\r\n")).expect("a page");
    assert_eq!(windows.text, page.text);
}

#[test]
fn errors_say_where_and_what() {
    let cases = [
        ("severity: medium", "severity: worst", "test.md:4:11: "),
        (
            "severity: medium",
            "severity: worst",
            "`worst` is no value of this key; the values are low, medium, high, critical",
        ),
        ("category: network", "category: netwrok", "test.md:3:11: `netwrok` is no value of this key"),
        ("category: network", "category: netwrok", "; did you mean `network`?"),
        ("severity: medium\n", "", "the key `severity` is missing here"),
        ("severity:", "severty:", "test.md:4:1: there is no key `severty` here; did you mean `severity`?"),
        ("resource-types:", "resource_types:", "did you mean `resource-types`?"),
        (
            "title: A title",
            "title: A title\nqqq: x",
            "there is no key `qqq` here; the keys are title, category",
        ),
        ("title: A title", "title: A title\ntitle: B", "the key stands here twice"),
        ("[Microsoft.Storage/storageAccounts]", "A.B/cs", "test.md:5:17: a list is expected here"),
        ("title: A title", "title: a title", "test.md:2:8: a title starts with a capital"),
        ("title: A title", "title: [", "rules/test.md:"),
        ("message: The flag", "message: `x` The flag", "; put the text in quotes"),
        ("message: The flag", "message: Wrong: The flag", "; put the text in quotes"),
        ("message: The flag", "message: {type} flag", "a text is expected here; put the text in quotes"),
        ("$.properties.flag", "\"$.properties[?@.a == 1]\"", "test.md:6:9: filters are refused"),
        ("$.properties.flag", "$..flag", "test.md:6:9: `..` is refused"),
        ("$.properties.flag", "\"$.properties[0:2]\"", "slices are refused"),
        ("$.properties.flag", "properties.flag", "test.md:6:9: it is no JSONPath"),
        ("{equals: true}", "{}", "test.md:7:12: a condition needs at least one operator"),
        ("{equals: true}", "{all: [{equals: 1}, {}]}", "needs at least one operator"),
        (
            "{equals: true}",
            "{equal: true}",
            "test.md:7:13: there is no key `equal` here; did you mean `equals`?",
        ),
        ("{equals: true}", "{zzz: x}", "the keys are property, absent-is, exists, absent, equals"),
        ("{equals: true}", "true", "test.md:7:12: a mapping of keys is expected here"),
        ("{equals: true}", "{equals: [1]}", "a text, a number or a boolean is expected here"),
        ("$.properties.flag", "{a: b}", "test.md:6:9: a path, or a list of paths, is expected here"),
        ("message:", "absent-is: [{befor: 2019-04-01, value: 1}]\nmessage:", "or a list of `{before:"),
        ("{equals: true}", "{property: x, equals: 1}", "it is no JSONPath"),
        ("condition: {equals: true}\n", "", "test.md:6:1: `select` says nothing without `condition`"),
        ("select: $.properties.flag\n", "", "`condition` says nothing without `select`"),
        ("{value}", "{valeu}", "`{valeu}` is unknown; a message may hold {name}, {type}, {value}"),
        ("[Microsoft.Storage/storageAccounts]", "[]", "without `resource-types`"),
        ("message:", "equivalents: [CKV_1]\nmessage:", "`CKV_1` does not say which tool"),
        ("message:", "fix: {title: t, applicability: safe}\nmessage:", "a fix has one of"),
        ("message:", "reported-by: engine\nmessage:", "test.md:8:1: `reported-by` contradicts"),
        ("## Why\n", "", "test.md:14:1: the section `## Why` is expected here, not `## How to fix`"),
        ("## Examples\n\nNone.\n", "", "the section `## Examples` is missing"),
        ("Clear it.\n", "", "test.md:15:1: the section `## How to fix` is empty"),
        ("---\ntitle", "title", "test.md:1:1: a page starts with front matter"),
    ];
    for (from, to, expected) in cases {
        let error = read(&PAGE.replacen(from, to, 1)).expect_err(to);
        assert!(error.contains(expected), "{to}: {error}");
    }
}

#[test]
fn a_fix_sets_values_of_any_type() {
    let fix = |yaml: &str| {
        let text =
            PAGE.replace("message:", &format!("fix: {{title: t, applicability: safe, {yaml}}}\nmessage:"));
        let fix = read(&text).map(|page| page.setting.and_then(|setting| setting.fix).expect("a fix").change);
        fix.map(|change| match change {
            Change::Remove => "remove".to_string(),
            Change::Replace(json) => json.to_string(),
            Change::Set(path, json) => format!("{} = {json}", path.names().unwrap_or_default().join(".")),
        })
    };
    for (yaml, expected) in [
        ("remove: true", Ok("remove")),
        ("replace: true", Ok("true")),
        ("replace: off", Ok("\"off\"")),
        ("replace: [1, {a: b}]", Ok(r#"[1,{"a":"b"}]"#)),
        ("set: {path: $.properties.tls, value: TLS1_2}", Ok("properties.tls = \"TLS1_2\"")),
        ("set: {path: '$.list[0]', value: 1}", Err("names only")),
        ("remove: true, replace: 1", Err("a fix has one of")),
    ] {
        match (fix(yaml), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{yaml}"),
            (Err(error), Err(expected)) => assert!(error.contains(expected), "{yaml}: {error}"),
            (found, _) => panic!("{yaml}: {found:?}"),
        }
    }
}

#[test]
fn what_is_absent_has_a_meaning_by_version() {
    let meanings = |yaml: &str| {
        let text = PAGE.replace("message:", &format!("absent-is: {yaml}\nmessage:"));
        read(&text).expect(yaml).setting.expect("a setting").absent_is.into_owned()
    };
    let value = |flag: bool| Literal::Bool(flag);
    assert_eq!(meanings("true"), [Meaning { before: None, value: value(true) }]);
    let by_version = meanings("[{before: 2019-04-01, value: false}, {value: true}]");
    let before = Meaning { before: Some("2019-04-01".into()), value: value(false) };
    assert_eq!(by_version, [before, Meaning { before: None, value: value(true) }]);
}
