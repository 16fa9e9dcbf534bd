//! Rules load with clear errors, and unknown values never match.

use std::rc::Rc;

use armlint_page::Path;

use super::path::select;
use super::*;
use crate::finding::Confidence;
use crate::rule::Check;
use crate::span::{SourceId, Span};
use crate::value::{Entry, Object, Reason, Term, Truth, Unknown, Walk};

const RULE: &str = r#"---
title: A title
category: network
severity: medium
resource-types: [Microsoft.Storage/storageAccounts]
select: $.properties.flag
condition: {equals: true}
message: The flag of `{name}` is {value}
---
## Why
Because.
## How to fix
Clear it.
## Examples
None.
"#;

fn span() -> Span {
    Span::new(SourceId(0), 0, 0)
}

fn text(text: &str) -> Value {
    Value::string(text, span())
}

fn unknown(residue: &str) -> Value {
    Value::unknown(Reason::Parameter, residue, span())
}

fn object(members: &[(&str, Value)]) -> Value {
    let entries =
        members.iter().map(|(key, value)| Entry { key: (*key).into(), value: value.clone(), key_span: None });
    Value::new(ValueKind::Object(Object::built(entries)), crate::value::Origin::at(span()))
}

fn array(elements: Vec<Value>) -> Value {
    Value::new(ValueKind::Array(elements.into()), crate::value::Origin::at(span()))
}

fn number(number: i64) -> Value {
    Value::new(ValueKind::Number(crate::syntax::Number::Int(number)), crate::value::Origin::at(span()))
}

fn holds(yaml: &str, value: &Value) -> Truth {
    let text = RULE.replace("{equals: true}", yaml);
    let loaded = load("test/rule", "rule.md", &text, &RuleIds::default());
    match &loaded.unwrap_or_else(|error| panic!("{error}")).rule.check {
        Check::Setting(_, setting) => {
            let as_of = "2026-01-31".parse().expect("a date");
            let (version, walk) = (Value::absent(span()), Walk::uncharged());
            condition::Judge { as_of, version: &version, walk: &walk }.all(&setting.condition, value)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_rule_loads() {
    let Loaded { rule, documentation, .. } =
        load("test/rule", "rule.md", RULE, &RuleIds::default()).expect("a rule");
    assert_eq!((rule.id, documentation.id), ("test/rule", "test/rule"));
    assert_eq!(documentation.title, "A title");
    assert_eq!(documentation.section("Why"), "Because.");
    assert_eq!(documentation.section("How to fix"), "Clear it.");
    assert_eq!(documentation.section("Examples"), "None.");
}

#[test]
fn operators_have_three_values() {
    use Truth::{False, True, Unknown as Open};
    let holed = Value::new(
        ValueKind::Text(Text::concat([
            Text::hole(Rc::new(Unknown::new(Reason::Parameter, "f"))),
            Text::Known("/default".into()),
        ])),
        crate::value::Origin::at(span()),
    );
    let either = Value::one_of(vec![text("a"), text("b")], || Term::symbol("x"), span());
    let flag = Value::new(ValueKind::Bool(true), crate::value::Origin::at(span()));
    let absent = Value::absent(span());
    let secret = text("hunter2").secured();
    let listed = Value::unknown(Reason::RunTime, Term::call("listKeys", [Term::literal("id")]), span());
    let cases = [
        ("{exists: true}", &absent, False),
        ("{absent: true}", &absent, True),
        ("{exists: true}", &text("a"), True),
        ("{exists: true}", &unknown("p"), Open),
        ("{absent: true}", &unknown("p"), Open),
        ("{exists: true}", &either, True),
        ("{equals: true}", &flag, True),
        ("{equals: true}", &text("True"), True),
        ("{equals: true}", &absent, False),
        ("{equals: true}", &unknown("p"), Open),
        ("{not-equals: true}", &absent, True),
        ("{equals: A}", &text("a"), True),
        ("{equals: a}", &either, Open),
        ("{in: [a, B]}", &either, True),
        ("{not-in: [c]}", &either, True),
        ("{not-in: [a]}", &unknown("p"), Open),
        ("{ends-with: /Default}", &holed, True),
        ("{ends-with: /other}", &holed, False),
        ("{starts-with: x}", &holed, Open),
        ("{starts-with: x}", &flag, False),
        ("{equals: x/other}", &holed, False),
        ("{all: [{exists: true}, {equals: b}]}", &text("b"), True),
        ("{any: [{equals: a}, {exists: true}]}", &unknown("p"), Open),
        ("{any: [{equals: a}, {equals: b}]}", &text("b"), True),
        ("{not: {equals: a}}", &unknown("p"), Open),
        ("{exists: true, equals: b}", &text("a"), False),
        ("{equals: off}", &text("Off"), True),
        ("{contains: B}", &text("abc"), True),
        ("{contains: default}", &holed, True),
        ("{contains: x}", &holed, Open),
        ("{contains: b}", &array(vec![unknown("p"), text("B")]), True),
        ("{contains: c}", &array(vec![unknown("p"), text("B")]), Open),
        ("{contains: c}", &array(vec![text("B")]), False),
        ("{contains: c}", &absent, False),
        ("{less-than: 7}", &text("6"), True),
        ("{at-most: 6, at-least: 6}", &text("6"), True),
        ("{greater-than: 6}", &text("6"), False),
        ("{greater-than: 6}", &text("six"), False),
        ("{less-than: 7}", &unknown("p"), Open),
        ("{less-than: 7}", &absent, False),
        ("{matches: '^a[bc]+$'}", &text("abcb"), True),
        ("{matches: '^b'}", &text("ab"), False),
        ("{matches: B}", &text("ab"), False),
        ("{matches: '(?i)B'}", &text("ab"), True),
        ("{matches: default}", &holed, Open),
        ("{matches: a}", &absent, False),
        ("{matches: a}", &unknown("p"), Open),
        ("{matches: '^hunter2$'}", &secret, Open),
        ("{matches: a}", &either, Open),
        ("{matches: '[ab]'}", &either, True),
        ("{date: {before: 2026-02-01}}", &text("2026-01-31T23:00:00Z"), True),
        ("{date: {before: 2026-01-31}}", &text("2026-01-31"), False),
        ("{date: {after: P1Y}}", &text("2027-02-01"), True),
        ("{date: {after: P1Y}}", &text("2027-01-31"), False),
        ("{date: {after: P0D, before: P1M}}", &text("2026-02-27"), True),
        ("{date: {after: P2W}}", &text("2026-02-15"), True),
        ("{date: {after: P1Y}}", &text("9999-99-99"), False),
        ("{date: {after: P1Y}}", &unknown("p"), Open),
        ("{date: {after: P1Y}}", &absent, False),
        ("{version: {below: '1.30'}}", &text("1.9"), True),
        ("{version: {below: '1.30'}}", &text("1.30.0"), False),
        ("{version: {at-least: '3.0'}}", &text("v3.2-preview"), True),
        ("{version: {at-least: '3.0'}}", &number(3), True),
        ("{version: {at-least: '3.0'}}", &text("latest"), False),
        ("{version: {at-least: '3.0'}}", &holed, Open),
        ("{count: {at-most: 0}}", &absent, True),
        ("{count: {at-most: 0}}", &array(Vec::new()), True),
        ("{count: {at-least: 2}}", &array(vec![unknown("p"), text("b")]), True),
        ("{count: {at-least: 1}}", &object(&[("a", text("b"))]), True),
        ("{count: {at-most: 1}}", &unknown("p"), Open),
        ("{some: {equals: b}}", &array(vec![unknown("p"), text("b")]), True),
        ("{some: {equals: c}}", &array(vec![unknown("p"), text("b")]), Open),
        ("{some: {equals: c}}", &array(vec![text("b")]), False),
        ("{some: {property: $.x, equals: a}}", &array(vec![object(&[("x", text("a"))])]), True),
        ("{some: {equals: a}}", &absent, False),
        ("{none: {equals: a}}", &absent, True),
        ("{none: {equals: a}}", &array(Vec::new()), True),
        ("{none: {equals: c}}", &array(vec![unknown("p")]), Open),
        ("{none: {equals: c}}", &unknown("p"), Open),
        ("{address: internet}", &text("Internet"), True),
        ("{address: internet}", &text("0.0.0.0/0"), True),
        ("{address: internet}", &text("10.0.0.0/8"), False),
        ("{address: internet}", &unknown("p"), Open),
        ("{ports: {holds: [22, 80]}}", &text("8, 79-81"), True),
        ("{ports: {holds: [80]}}", &number(80), True),
        ("{ports: {holds: [80]}}", &text("*"), True),
        ("{ports: {holds: [80]}}", &text("8080"), False),
        ("{ports: {more-than: 1000}}", &text("1-1001"), True),
        ("{ports: {more-than: 1000}}", &text("1-1000"), False),
        ("{ports: {more-than: 1000}}", &text("ports"), False),
        ("{ports: {holds: [80]}}", &unknown("p"), Open),
        ("{carries: {any: [secure]}}", &secret, True),
        ("{carries: {any: [secure]}}", &text("x"), False),
        ("{carries: {any: [secure]}}", &unknown("p"), Open),
        ("{carries: {any: [secret-shape]}}", &text("Server=x;Password=hunter2Az;"), True),
        ("{carries: {any: [secret-shape]}}", &text("plain words"), False),
        ("{carries: {any: [secret-shape], decode: base64}}", &text("UGFzc3dvcmQ9aHVudGVyMkF6Ow=="), True),
        ("{carries: {any: [secret-shape]}}", &text("UGFzc3dvcmQ9aHVudGVyMkF6Ow=="), False),
        ("{carries: {call: [list*]}}", &listed, True),
        ("{carries: {call: [listKeys]}}", &listed, True),
        ("{carries: {call: [reference]}}", &listed, Open),
        ("{carries: {call: [list*]}}", &text("listKeys(x)"), False),
        ("{property: $.x, absent-is: a, equals: a}", &object(&[("y", text("b"))]), True),
        ("{property: $.x, absent-is: a, equals: a}", &object(&[("x", text("b"))]), False),
        ("{property: $.x, absent-is: a, equals: a}", &object(&[("x", unknown("p"))]), Open),
    ];
    for (yaml, value, expected) in cases {
        assert_eq!(holds(yaml, value), expected, "{yaml} {value:?}");
    }
}

#[test]
fn paths_keep_what_is_not_known() {
    let body = object(&[
        ("list", array(vec![text("a"), unknown("p"), text("b")])),
        ("open", unknown("q")),
        ("map", object(&[("x", text("a")), ("y", text("b"))])),
    ]);
    let selected = |path: &str| {
        let path = Path::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        select(&path, &body, &Walk::uncharged())
            .iter()
            .map(|value| value.term().shown().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(selected("$.list[*]"), ["'a'", "p", "'b'"]);
    assert_eq!(selected("$.LIST[0]"), ["'a'"]);
    assert_eq!(selected("$.list[-1]"), ["'b'"]);
    assert_eq!(selected("$.list[7]"), ["null()"]);
    assert_eq!(selected("$.map['x', 'y']"), ["'a'", "'b'"]);
    assert_eq!(selected("$.map.*"), ["'a'", "'b'"]);
    assert_eq!(selected("$.open[*]"), ["q[*]"]);
    assert_eq!(selected("$.open.a[0]"), ["q.a[0]"]);
    assert_eq!(selected("$.nothing.at.all"), ["null()"]);
    assert_eq!(selected("$.nothing[*]"), Vec::<String>::new());
    assert_eq!(holds("{property: '$.list[*]', equals: b}", &body), Truth::True);
    assert_eq!(holds("{property: '$.list[*]', equals: c}", &body), Truth::Unknown);
}

#[test]
fn secrets_are_not_printed() {
    let mut secret = text("hunter2");
    secret.secure = true;
    assert_eq!(printable(&secret), "a secret");
    assert_eq!(printable(&text("**********")), "a secret");
    assert_eq!(printable(&text("x")), "x");
    assert_eq!(printable(&unknown("parameters('p')")), "parameters('p')");
}

// The findings of a rule on a template whose one resource has these members.
fn check(rule: &str, path: &str, text: &str) -> (Vec<crate::finding::Finding>, String) {
    let loaded = load("test/rule", "rule.md", rule, &RuleIds::default());
    let loaded = loaded.unwrap_or_else(|error| panic!("{error}"));
    let catalogue = crate::rule::Catalogue::default().with_packs(&[loaded], Vec::new());
    let mut session = crate::session::Session::new(catalogue);
    session.set_all(vec![crate::session::Input {
        path: path.into(),
        content: Ok(text.as_bytes().to_vec()),
        context: false,
        named: true,
    }]);
    let settings =
        crate::settings::Settings::new("2026-01-01".parse().expect("a date"), crate::settings::Cloud::Public);
    let report = session.check(&settings);
    let mut edited = text.to_string();
    let edits = report.findings.iter().filter_map(|finding| finding.fix.as_ref());
    for edit in edits.flat_map(|fix| fix.edits.iter()).rev() {
        edited.replace_range(edit.span.range(), &edit.text);
    }
    (report.findings, edited)
}

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

fn json(properties: &str) -> String {
    format!(
        r#"{{"$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", "resources": [{{
            "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "st1",
            "properties": {properties}}}]}}"#
    )
}

#[test]
fn findings_are_filled_in() {
    let rule = RULE.replace("message:", "confidence: medium\nhelp: Clear it.\nmessage:");
    let (findings, _) = check(&rule, "t.json", &json(r#"{"Flag": true}"#));
    assert_eq!(findings.len(), 1);
    let finding = &findings[0];
    assert_eq!(finding.message, "The flag of `st1` is true");
    assert_eq!(finding.confidence, Confidence::Medium);
    assert_eq!(finding.help.as_deref(), Some("Clear it."));
    assert!(finding.resource.as_ref().is_some_and(|resource| resource.name == "st1"));
    for properties in [r#"{"flag": false}"#, "{}", r#"{"flag": "[parameters('p')]"}"#, r#"[]"#] {
        assert!(check(&rule, "t.json", &json(properties)).0.is_empty(), "{properties}");
    }
}

#[test]
fn what_a_file_says_is_quoted() {
    for (message, expected) in [
        ("`{name}` is {value}", "`st1` is `open`"),
        ("The {type} {name} is `{value}` now", "The `Microsoft.Storage/storageAccounts` `st1` is `open` now"),
        ("`{name} {value}`", "`st1 open`"),
    ] {
        let rule = RULE.replace("The flag of `{name}` is {value}", &format!("'{message}'"));
        let rule = rule.replace("{equals: true}", "{exists: true}");
        let (findings, _) = check(&rule, "t.json", &json(r#"{"flag": "open"}"#));
        assert_eq!(findings[0].message, expected);
    }
}

#[test]
fn an_absent_value_points_at_its_object() {
    let rule = RULE.replace("{equals: true}", "{absent: true}").replace(" is {value}", "");
    let text = json(r#"{"other": 1}"#);
    let (findings, _) = check(&rule, "t.json", &text);
    let span = findings.first().map(|finding| finding.primary.span).expect("a finding");
    assert_eq!(text.get(span.range()), Some("\"properties\""));
}

#[test]
fn members_are_removed() {
    let rule = RULE.replace("message:", "fix: {title: t, applicability: safe, remove: true}\nmessage:");
    for (before, after) in [
        (r#"{"flag": true}"#, "{}"),
        (r#"{"flag": true, "a": 1}"#, r#"{"a": 1}"#),
        (r#"{"a": 1, "flag": true}"#, r#"{"a": 1}"#),
        (r#"{"a": 1, "flag": true, "b": [2]}"#, r#"{"a": 1, "b": [2]}"#),
    ] {
        let (findings, edited) = check(&rule, "t.json", &json(before));
        assert_eq!(findings.len(), 1, "{before}");
        assert_eq!(edited, json(after), "{before}");
    }
}

#[test]
fn members_of_yaml_are_removed() {
    let rule = RULE.replace("message:", "fix: {title: t, applicability: safe, remove: true}\nmessage:");
    let yaml = |properties: &str| {
        format!(
            "$schema: {SCHEMA}\ncontentVersion: 1.0.0.0\nresources:\n  - type: \
             Microsoft.Storage/storageAccounts\n    apiVersion: 2023-05-01\n    name: st1\n    \
             properties:{properties}\n    kind: StorageV2\n"
        )
    };
    for (before, after) in [
        ("\n      flag: true\n      a: 1", "\n      a: 1"),
        ("\n      a: 1\n      flag: true", "\n      a: 1"),
        ("\n      a:\n        b: 1\n      flag: true # why", "\n      a:\n        b: 1 # why"),
        (" {flag: true}", " {}"),
        ("\n      flag: true", "\n      flag: true"),
    ] {
        let (findings, edited) = check(&rule, "t.yaml", &yaml(before));
        assert_eq!(findings.len(), 1, "{before}");
        assert_eq!(edited, yaml(after), "{before}");
    }
}

#[test]
fn literals_are_replaced() {
    for (was, wanted, before, after) in [
        ("old", "'the \"new\"'", r#""old""#, r#""the \"new\"""#),
        ("true", "false", "true", "false"),
        ("true", "false", r#""true""#, "false"),
        ("1", "[2]", "1", "[2]"),
    ] {
        let rule = RULE.replace("{equals: true}", &format!("{{equals: {was}}}")).replace(
            "message:",
            &format!("fix: {{title: t, applicability: unsafe, replace: {wanted}}}\nmessage:"),
        );
        let (findings, edited) = check(&rule, "t.json", &json(&format!(r#"{{"flag": {before}}}"#)));
        assert_eq!(findings.len(), 1);
        assert_eq!(edited, json(&format!(r#"{{"flag": {after}}}"#)));
    }
}

#[test]
fn members_are_set() {
    let set = |path: &str| {
        let fix =
            format!("fix: {{title: t, applicability: safe, set: {{path: {path}, value: false}}}}\nmessage:");
        RULE.replace("{equals: true}", "{not-equals: false}").replace("message:", &fix)
    };
    for (path, before, after) in [
        ("$.properties.flag", r#"{"flag": true}"#, r#"{"flag": false}"#),
        ("$.properties.flag", r#"{"a": 1}"#, r#"{"flag": false,"a": 1}"#),
        ("$.properties.flag", "{}", r#"{ "flag": false }"#),
        ("$.properties.a.b.c", r#"{"a": {"d": 1}}"#, r#"{"a": {"b": {"c": false},"d": 1}}"#),
    ] {
        let (findings, edited) = check(&set(path), "t.json", &json(before));
        assert_eq!(findings.len(), 1, "{before}");
        assert_eq!(edited, json(after), "{before}");
    }
}

#[test]
fn what_is_absent_has_the_meaning_of_its_version() {
    let rule = RULE.replace(
        "message:",
        "absent-is: [{before: 2023-05-01, value: false}, {before: 2024-01-01, value: true}, {value: false}]\nmessage:",
    );
    let found = |version: &str| {
        let text = json("{}").replace("2023-05-01", version);
        check(&rule, "t.json", &text).0.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(found("2023-05-01"), ["The flag of `st1` is true"]);
    for version in ["2022-09-01", "2024-01-01", "[parameters('version')]"] {
        assert!(found(version).is_empty(), "{version}");
    }
}

#[test]
fn only_what_is_deployed_is_judged() {
    let existing = json("{}").replace("\"name\"", "\"existing\": true, \"name\"");
    let absent = RULE.replace("{equals: true}", "{absent: true}");
    let languages = existing.replace("\"resources\"", "\"languageVersion\": \"2.0\", \"resources\"");
    let listed = languages.replace("[{", "{\"st\": {").replace("}]}", "}}}");
    assert_eq!(check(&absent, "t.json", &listed).0.len(), 0, "{listed}");
    let asked = absent.replace("select:", "existing: true\nselect:");
    assert_eq!(check(&asked, "t.json", &listed).0.len(), 1);
    let never = json("{}").replace("\"name\"", "\"condition\": false, \"name\"");
    assert_eq!(check(&absent, "t.json", &never).0.len(), 0);
    let other = absent.replace("select:", "when: {property: $.kind, equals: BlobStorage}\nselect:");
    assert_eq!(check(&other, "t.json", &json("{}")).0.len(), 0);
    let kind = json("{}").replace("\"name\"", "\"kind\": \"blobstorage\", \"name\"");
    assert_eq!(check(&other, "t.json", &kind).0.len(), 1);
}

fn rules(pages: &[(String, String)]) -> crate::rule::Catalogue {
    let ids = RuleIds::default();
    let loaded = pages.iter().map(|(id, page)| load(id, "rule.md", page, &ids));
    let loaded: Vec<Loaded> = loaded.collect::<Result<_, _>>().expect("pages");
    crate::rule::Catalogue::default().with_packs(&loaded, Vec::new())
}

#[test]
fn types_are_named_alone_by_their_start_or_all_together() {
    let page = |ty: &str| {
        let page = RULE.replace("Microsoft.Storage/storageAccounts", ty);
        page.replace("select:", "when: {property: $.name, exists: true}\nselect:")
    };
    let types = [
        ("a/all", "'*'"),
        ("a/exact", "microsoft.storage/STORAGEACCOUNTS"),
        ("a/other", "Microsoft.Web/*"),
        ("a/start", "Microsoft.Storage/*"),
    ];
    let catalogue = rules(&types.map(|(id, ty)| (id.to_string(), page(ty))));
    let ids = |ty: &str| {
        let mut ids: Vec<&str> = catalogue.for_type(ty).map(|rule| rule.id).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(ids("Microsoft.Storage/storageAccounts"), ["a/all", "a/exact", "a/start"]);
    assert_eq!(ids("Microsoft.Storages/x"), ["a/all"]);
}

#[test]
fn a_property_is_read_once_for_all_rules() {
    let template = json(r#"{"flag": true, "other": {"flag": true}}"#);
    let parsed = |text: &str| {
        let mut session = crate::session::Session::new(crate::rule::Catalogue::default());
        session.set_all(vec![crate::session::Input {
            path: "t.json".into(),
            content: Ok(text.as_bytes().to_vec()),
            context: false,
            named: true,
        }]);
        session
    };
    let paths =
        ["$.properties.flag", "$.properties.other.flag", "$.properties['flag']", "$.properties.none.at.all"];
    let paths: Vec<Path> = paths.iter().map(|path| Path::parse(path).expect("a path")).collect();
    let settings =
        crate::settings::Settings::new("2026-01-01".parse().expect("a date"), crate::settings::Cloud::Public);
    let places = parsed(&template).survey(
        |_| &settings,
        |view| {
            let reader = PropertyReader::new(&view.graph().resources()[0], view.graph().walk());
            for _ in 0..100 {
                for path in &paths {
                    assert_eq!(
                        reader.select(path).len(),
                        select(path, &reader.resource().body, reader.walk()).len()
                    );
                }
            }
            reader.places()
        },
    );
    // properties, flag, other, other.flag, none, none.at, none.at.all
    assert!(matches!(places.as_slice(), [Ok(7)]), "{places:?}");
}

#[test]
fn lists_of_lists_that_share_everything_end_at_a_limit() {
    let doubled = (1..40).map(|at| {
        let before = format!("[variables('v{}')]", at - 1);
        format!(r#""v{at}": ["{before}", "{before}", "{before}", "{before}"]"#)
    });
    let variables: Vec<String> = std::iter::once(r#""v0": ["x"]"#.to_string()).chain(doubled).collect();
    let template = json(r#"{"flag": "[variables('v39')]"}"#)
        .replace("\"resources\"", &format!("\"variables\": {{{}}}, \"resources\"", variables.join(", ")));
    let start = std::time::Instant::now();
    let some = "{some: ".repeat(14) + "{equals: true}" + &"}".repeat(14);
    for (select, condition) in [
        (format!("$.properties.flag{}", "[*]".repeat(30)), "{equals: true}".to_string()),
        (
            "$.properties.flag".to_string(),
            format!("{{property: '$[*][*][*]{}', equals: true}}", "[*]".repeat(20)),
        ),
        ("$.properties.flag".to_string(), some),
    ] {
        let rule = RULE.replace("$.properties.flag", &select).replace("{equals: true}", &condition);
        assert!(check(&rule, "t.json", &template).0.is_empty());
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
