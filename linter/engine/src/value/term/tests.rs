use super::*;
use crate::span::{SourceId, Span};
use crate::value::{Origin, Reason, Truth, Unknown, Value, ValueKind};

const SPAN: Span = Span { source: SourceId(0), start: 0, end: 0 };

fn array(elements: Vec<Value>) -> Value {
    Value::new(ValueKind::Array(elements.into()), Origin::at(SPAN))
}

fn hole(term: Term) -> Text {
    Text::hole(Rc::new(Unknown::new(Reason::Computed, term)))
}

#[test]
fn terms_are_equal_by_their_structure() {
    let call = |name: &str, argument: &str| Term::call(name, [Term::parameter(None, argument)]);
    assert_eq!(call("trim", "A"), call("Trim", "a"));
    assert_ne!(call("trim", "a"), call("trim", "b"));
    // Neither the text of a literal nor that of a name can pass for structure.
    assert_ne!(Term::literal("parameters('a')"), Term::parameter(None, "a"));
    assert_ne!(Term::symbol("parameters('a')"), Term::parameter(None, "a"));
    assert_ne!(
        Term::call("f", [Term::literal("a, b")]),
        Term::call("f", [Term::literal("a"), Term::literal("b")])
    );
    let inner = Term::deployment(None, Term::literal("d"));
    assert_ne!(Term::parameter(Some(&inner), "a"), Term::parameter(None, "a"));
    assert_ne!(Term::integer(1), Term::literal("1"));
}

#[test]
fn case_folds_in_literals_and_through_functions_that_change_it() {
    let name = |literal: &str| Term::call("replace", [Term::parameter(None, "p"), Term::literal(literal)]);
    for literal in [")", "'", "(", "toLower(", "\u{130}", ""] {
        let lower = Term::call("toLower", [name(literal)]);
        assert_eq!(lower.folded(), name(literal).folded(), "{literal}");
        assert_eq!(Term::call("toUpper", [lower.clone()]).folded(), name(literal).folded(), "{literal}");
        assert_ne!(lower, name(literal), "{literal}");
        assert_ne!(Term::call("trim", [name(literal)]).folded(), name(literal).folded(), "{literal}");
    }
    assert_eq!(name("aB").folded(), name("Ab").folded());
    assert_ne!(name("aB"), name("Ab"));
}

#[test]
fn long_and_deep_terms_keep_their_identity() {
    let long = |end: &str| {
        let elements = (0..5_000).map(|_| Value::string("some text", SPAN)).chain([Value::string(end, SPAN)]);
        array(elements.collect()).term()
    };
    assert_eq!(long("a"), long("a"));
    assert_ne!(long("a"), long("b"));
    let deep =
        |start: &str| (0..10_000).fold(Term::parameter(None, start), |term, _| Term::call("trim", [term]));
    assert!(deep("a").same(&deep("a")));
    assert_ne!(deep("a"), deep("b"));
    assert!(deep("a").shown().to_string().len() < 3_000);
}

#[test]
fn shared_parts_do_not_cost_a_power_of_two() {
    let mut value = array(vec![Value::string("x", SPAN)]);
    let mut other = array(vec![Value::string("x", SPAN)]);
    let mut term = Term::parameter(None, "p");
    for _ in 0..90 {
        value = array(vec![value.clone(), value]);
        other = array(vec![other.clone(), other]);
        term = Term::call("concat", [term.clone(), term]);
    }
    assert!(value.term().same(&other.term()));
    assert!(term.shown().to_string().starts_with("concat(concat("));
    assert_eq!(term.parameters(), ["p"]);
    assert_eq!(term.without_loop_names(), term);
    assert_eq!(value.same_as(&other), Truth::True);
    assert!(value.to_json().is_array());
}

#[test]
fn what_is_too_large_equals_nothing() {
    let wide = |end: i64| {
        let number = |number| {
            Value::new(
                ValueKind::Array(Rc::new([Value::string(format!("{number}"), SPAN)])),
                Origin::at(SPAN),
            )
        };
        array((0..30_000).chain([end]).map(number).collect()).term()
    };
    assert!(wide(1).is_vague() && !wide(1).same(&wide(2)));
}

#[test]
fn references_are_taken_apart() {
    let id = Text::concat([Text::Known("/x/".into()), hole(Term::parameter(None, "name"))]);
    let reference = Term::call("reference", [Term::from(id.clone())]);
    let value = reference.member("subnets").index(Term::integer(2)).member("Id");
    let found = value.reference().unwrap();
    assert!(found.is_of(&id) && !found.is_of(&Text::Known("/x/".into())));
    assert_eq!(found.path, [PathStep::Member("subnets"), PathStep::Element(2), PathStep::Member("id")]);
    assert!(Term::call("trim", [value]).reference().is_none());
}

#[test]
fn hashes_tell_nothing_of_their_arguments() {
    let key = Term::call("listAuthKeys", [Term::literal("ir")]).member("authKey1");
    let hashed = Term::call(FunctionId { name: "guid".into(), discloses: false }, [key.clone()]);
    let is_key = |name: &str| name == "listAuthKeys";
    assert!(Term::call("concat", [Term::literal("x"), key]).discloses_call(is_key));
    assert!(!Term::call("concat", [hashed.clone(), Term::literal("listAuthKeys(")]).discloses_call(is_key));
    assert_eq!(hashed.functions(), ["guid", "listAuthKeys"]);
}

#[test]
fn names_without_their_loops() {
    let name = |looped: &str| Text::concat([Text::Known("vm-".into()), hole(Term::loop_index(looped))]);
    assert_ne!(name("a").key(), name("b").key());
    assert_eq!(name("a").without_loop_names().key(), name("b").without_loop_names().key());
    let shifted = hole(Term::loop_index("a").shifted(1).unwrap());
    assert_ne!(shifted.without_loop_names().key(), hole(Term::loop_index("a")).without_loop_names().key());
}
