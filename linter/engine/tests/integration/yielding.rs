//! Which rules speak: those of the level that is chosen, and of one cause the one with more reason.

use armlint_engine::rule::Catalogue;
use armlint_engine::rule::declarative::{Loaded, RuleIds, load};
use armlint_engine::session::{Input, Session};
use armlint_engine::settings::{Cloud, Settings};

// Every resource of the type is wrong.
fn page(ty: &str, more: &str) -> String {
    format!(
        "---\ntitle: Wrong\ncategory: network\nseverity: medium\nresource-types: [{ty}]\nselect: $.name\n\
         condition: {{exists: true}}\nmessage: Wrong\n{more}---\n## Why\nx\n## How to fix\nx\n## Examples\nx\n"
    )
}

fn found(rules: &[(&str, String)], strict: bool) -> Vec<&'static str> {
    let ids = RuleIds::default();
    let load = |(id, page): &(&str, String)| load(id, "page.md", page, &ids);
    let loaded: Vec<Loaded> = rules.iter().map(load).collect::<Result<_, _>>().expect("pages");
    let mut session = Session::new(Catalogue::default().with_packs(&loaded, Vec::new()));
    let text = r#"{
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [
            { "type": "Test.Store/stores", "apiVersion": "2020-01-01", "name": "s" },
            { "type": "Test.Store/stores/shelves", "apiVersion": "2020-01-01", "name": "s/a" }
        ]
    }"#;
    let input = Input { path: "t.json".into(), content: Ok(text.into()), context: false, named: true };
    session.set_all(vec![input]);
    let settings = Settings { strict, ..Settings::new("2026-01-01".parse().unwrap(), Cloud::Public) };
    let mut rules: Vec<_> = session.check(&settings).findings.iter().map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules
}

const STORE: &str = "Test.Store/stores";
const SHELF: &str = "Test.Store/stores/shelves";

#[test]
fn a_rule_yields_where_another_tells_of_the_resource_or_its_parent() {
    let a = ("a/first", page(STORE, ""));
    let yields = "yields-to: [a/first]\n";
    for ty in [STORE, SHELF] {
        assert_eq!(found(&[a.clone(), ("a/second", page(ty, yields))], false), ["a/first"], "{ty}");
    }
    assert_eq!(found(&[("a/second", page(SHELF, yields))], false), ["a/second"]);
    // What is said of a child says nothing of its parent.
    let child = ("a/first", page(SHELF, ""));
    assert_eq!(found(&[child, ("a/second", page(STORE, yields))], false), ["a/first", "a/second"]);
}

#[test]
fn strict_rules_speak_where_they_are_asked() {
    let rules = [("a/first", page(STORE, "")), ("a/second", page(STORE, "level: strict\n"))];
    assert_eq!(found(&rules, false), ["a/first"]);
    assert_eq!(found(&rules, true), ["a/first", "a/second"]);
}
