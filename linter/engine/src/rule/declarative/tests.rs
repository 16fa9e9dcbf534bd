//! Rules load with clear errors, and unknown values never match.

use std::rc::Rc;

use super::condition::Condition;
use super::load::{LoadErrorKind, load};
use super::path::{Path, PathError};
use super::*;
use crate::rule::Check;
use crate::span::{SourceId, Span};
use crate::value::{Entry, Object, Reason, Truth, Unknown};

const RULE: &str = r#"
title: A title
category: network
severity: medium
resource-types: [Microsoft.Storage/storageAccounts]
select: $.properties.flag
condition: {equals: true}
message: The flag of "{name}" is {value}
why: Because.
how-to-fix: Clear it.
examples: None.
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

fn condition(yaml: &str) -> Condition {
    let text = RULE.replace("{equals: true}", yaml);
    let (spec, _) = load("test/rule", &text).unwrap_or_else(|error| panic!("{error}"));
    match spec.check {
        Check::Declarative(declarative) => declarative.condition,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_rule_loads() {
    let (spec, documentation) = load("test/rule", RULE).expect("a rule");
    assert_eq!((spec.id, documentation.id), ("test/rule", "test/rule"));
    assert_eq!(documentation.title(), "A title");
    assert_eq!(documentation.section("How to fix"), "Clear it.");
    assert_eq!(documentation.section("Examples"), "None.");
}

#[test]
fn errors_say_where_and_what() {
    let cases = [
        ("severity: medium", "severity: worst", "unknown variant `worst`"),
        ("severity: medium\n", "", "missing field `severity`"),
        ("title: A title", "title: A title\ntitel: x", "unknown field"),
        ("title: A title", "title: [", "test/rule:"),
        ("$.properties.flag", "\"$.properties[?@.a == 1]\"", "test/rule:6:9: filters are refused"),
        ("$.properties.flag", "$..flag", "test/rule:6:9: `..` is refused"),
        ("$.properties.flag", "\"$.properties[0:2]\"", "slices are refused"),
        ("$.properties.flag", "properties.flag", "test/rule:6:9: it is no JSONPath"),
        ("{equals: true}", "{}", "test/rule:7:12: a condition needs at least one operator"),
        ("{equals: true}", "{all: [{equals: 1}, {}]}", "needs at least one operator"),
        ("{equals: true}", "{equal: true}", "unknown field"),
        ("{equals: true}", "{property: x, equals: 1}", "it is no JSONPath"),
        ("{value}", "{valeu}", "`{valeu}` is unknown; a message may hold {name}, {type}, {value}"),
        ("[Microsoft.Storage/storageAccounts]", "[]", "`resource-types` is empty"),
        ("why: Because.", "why: Because.\nfix: {title: t, applicability: safe}", "either `remove: true`"),
    ];
    for (from, to, expected) in cases {
        let error = load("test/rule", &RULE.replace(from, to)).expect_err(to).to_string();
        assert!(error.contains(expected), "{to}: {error}");
    }
    let error = load("test/rule", &RULE.replace("{equals: true}", "{}")).expect_err("no operator");
    assert_eq!(error.kind, LoadErrorKind::EmptyCondition);
    assert_eq!(Path::parse("$..a").err(), Some(PathError::Descendant));
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
    let either = Value::one_of(vec![text("a"), text("b")], "x", span());
    let flag = Value::new(ValueKind::Bool(true), crate::value::Origin::at(span()));
    let absent = Value::absent(span());
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
    ];
    for (yaml, value, expected) in cases {
        assert_eq!(condition(yaml).holds(value), expected, "{yaml} {value:?}");
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
        path.select(&body).iter().map(|value| value.residue().to_string()).collect::<Vec<_>>()
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
    let some = condition("{property: '$.list[*]', equals: b}");
    assert_eq!(some.holds(&body), Truth::True);
    let none = condition("{property: '$.list[*]', equals: c}");
    assert_eq!(none.holds(&body), Truth::Unknown);
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
