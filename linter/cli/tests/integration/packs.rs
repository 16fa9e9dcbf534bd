//! Rules of users: as the program's own in every command, and what is wrong with them costs nothing else.

use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use crate::command_line::armlint;
use crate::folder::{folder, write};

const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    { "type": "Contoso.Test/stores", "apiVersion": "2024-01-01", "name": "s", "properties": { "open": true } }
  ]
}"#;

const CONFIGURATION: &str = "rule-packs:\n  - { path: policies, namespace: own }\n";

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

// A rule about open stores of some severity, and lines of its front matter.
fn page(severity: &str, more: &str) -> String {
    format!(
        "---\ntitle: Store is open\ncategory: network\nseverity: {severity}\nresource-types: [Contoso.Test/stores]\n\
         equivalents: [othertool:X_1]\nselect: $.properties.open\ncondition: {{equals: true}}\n\
         message: Store `{{name}}` is open\nfix: {{title: Close it, applicability: safe, replace: false}}\n{more}---\n\
         ## Why\n\nEverybody gets in.\n\n## How to fix\n\nClose it.\n\n## Examples\n\nNone.\n"
    )
}

fn pack(configuration: &str, page: &str) -> TempDir {
    folder(&[("armlint.yaml", configuration), ("policies/open.md", page), ("t.json", TEMPLATE)])
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    armlint(folder.path(), arguments).output().unwrap()
}

fn concise(folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    let out = run(folder, &[&["check", "--format", "concise"], arguments].concat());
    (out.status.code(), text(&out.stdout))
}

const FOUND: &str = "t.json:5:103: high[own/open] Store `s` is open\n";

#[test]
fn every_command_knows_the_rules_of_a_pack() {
    let folder = pack(CONFIGURATION, &page("high", ""));
    let found = |arguments: &[&str]| concise(&folder, arguments);
    assert_eq!(found(&[]), (Some(1), FOUND.to_string()));
    assert_eq!(found(&["--select", "own/"]), (Some(1), FOUND.to_string()));
    assert_eq!(found(&["--ignore", "own/open"]).0, Some(0));
    assert_eq!(found(&["--no-config"]).0, Some(0));
    let sarif = run(&folder, &["check", "--format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][0];
    assert_eq!(
        (&rule["id"], &rule["properties"]["equivalents"][0]),
        (&"own/open".into(), &"othertool:X_1".into())
    );
    assert!(
        rule["helpUri"].is_null()
            && rule["help"]["markdown"].as_str().unwrap().contains("Everybody gets in.")
    );
    for (arguments, expected) in [
        (&["explain", "own/open"][..], "Everybody gets in."),
        (&["explain", "othertool:x_1"], "own/open · high · network"),
        (&["rules", "--equivalent", "X_1"], "own/open  network"),
        (&["rules"], "own/open"),
        (&["config", "t.json"], "{path: policies, namespace: own}"),
    ] {
        let out = run(&folder, arguments);
        let said = text(&out.stdout).replace(" - ", " · ");
        assert!(out.status.success() && said.contains(expected), "{arguments:?}: {said}");
    }
    run(&folder, &["check", "--write-baseline"]);
    assert_eq!(found(&["--baseline"]).0, Some(0));
    assert_eq!(run(&folder, &["check", "--fix"]).status.code(), Some(0));
    assert!(std::fs::read_to_string(folder.path().join("t.json")).unwrap().contains(r#""open": false"#));
}

#[test]
fn levels_choices_and_suppressions_hold_for_the_rules_of_a_pack() {
    let strict = pack(CONFIGURATION, &page("high", "level: strict\n"));
    assert_eq!(concise(&strict, &[]).0, Some(0));
    assert_eq!(concise(&strict, &["--strict"]), (Some(1), FOUND.to_string()));
    let chosen = format!("{CONFIGURATION}rules: {{own/open: {{severity: low}}}}\n");
    assert_eq!(concise(&pack(&chosen, &page("high", "")), &[]).1, FOUND.replace("high", "low"));
    let suppressed = pack(CONFIGURATION, &page("high", ""));
    let comment = |name: &str| {
        TEMPLATE.replace("    { \"type\"", &format!("    // armlint: ignore[{name}] known\n    {{ \"type\""))
    };
    write(&suppressed, "t.json", &comment("own/open"));
    assert_eq!(concise(&suppressed, &[]), (Some(0), String::new()));
    write(&suppressed, "t.json", &comment("own/opne"));
    assert!(concise(&suppressed, &[]).1.contains("There is no rule `own/opne`"));
}

#[test]
fn a_faulty_page_costs_its_rule_and_makes_the_run_incomplete() {
    let faulty = pack(CONFIGURATION, &page("hihg", ""));
    write(&faulty, "policies/other.md", &page("low", ""));
    write(
        &faulty,
        "t.json",
        &TEMPLATE.replace("    { \"type\"", "    // armlint: ignore[own/open] known\n    { \"type\""),
    );
    let out = run(&faulty, &["check", "--format", "concise"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stdout).contains("low[own/other] Store `s` is open"), "{}", text(&out.stdout));
    assert!(!text(&out.stdout).contains("suppression/"), "{}", text(&out.stdout));
    let said = text(&out.stderr);
    assert!(said.contains("policies/open.md:4:11: `hihg` is no value of this key"), "{said}");
    assert!(said.contains("hint: did you mean `high`?"), "{said}");
    let json = run(&faulty, &["check", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["files"]["failed"][0]["file"], "policies/open.md");
    // A name that may be that of the faulty page is no fault of its own.
    assert_eq!(concise(&faulty, &["--ignore", "own/open"]).0, Some(2));
    write(&faulty, "broken/armlint.yaml", "ignore: [nonsense]\n");
    let rules = armlint(&faulty.path().join("broken"), &["rules"]).output().unwrap();
    assert!(rules.status.code() == Some(2) && text(&rules.stdout).contains("template/syntax-error"));
    for arguments in [&["rules"][..], &["explain", "own/other"], &["config"]] {
        assert_eq!(run(&faulty, arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn each_configuration_of_a_repository_has_its_own_packs() {
    let page = |message: &str| page("high", "").replace("is open\nfix", &format!("{message}\nfix"));
    let folder = folder(&[
        ("a/armlint.yaml", CONFIGURATION),
        ("a/policies/open.md", &page("is open in a")),
        ("a/t.json", TEMPLATE),
        ("b/armlint.yaml", CONFIGURATION),
        ("b/policies/open.md", &page("is open in b")),
        ("b/t.json", TEMPLATE),
        ("c/t.json", TEMPLATE),
        (
            "c/u.json",
            &TEMPLATE.replace("    { \"type\"", "    // armlint: ignore[own/open] x\n    { \"type\""),
        ),
    ]);
    let found = concise(&folder, &[]).1;
    let lines: Vec<&str> = found.lines().collect();
    assert!(lines[0].starts_with("a/t.json") && lines[0].ends_with("`s` is open in a"), "{found}");
    assert!(lines[1].starts_with("b/t.json") && lines[1].ends_with("`s` is open in b"), "{found}");
    // Where no configuration has the pack, there is no such rule.
    assert!(lines[2].starts_with("c/u.json") && lines[2].contains("There is no rule `own/open`"), "{found}");
    assert_eq!(lines.len(), 3, "{found}");
}

#[test]
fn a_new_rule_passes_its_own_tests() {
    let folder = folder(&[]);
    let new = run(&folder, &["new-rule", "contoso/owner-missing"]);
    assert!(new.status.success(), "{}", text(&new.stderr));
    let said = text(&new.stderr);
    assert!(said.contains("- { path: contoso, namespace: contoso }"), "{said}");
    let test = run(&folder, &["test-rules", "contoso"]);
    assert_eq!(
        (test.status.code(), text(&test.stdout).as_str()),
        (Some(0), "1 rule, 4 examples: all hold\n")
    );
    assert_eq!(run(&folder, &["new-rule", "contoso/owner-missing"]).status.code(), Some(2));
    for id in ["owner", "adf/owner", "contoso/Owner", "contoso/a/b", "../x/y", ""] {
        assert_eq!(run(&folder, &["new-rule", id]).status.code(), Some(2), "{id}");
    }
    write(&folder, "armlint.yaml", CONFIGURATION);
    assert!(text(&run(&folder, &["new-rule", "own/a"]).stderr).starts_with("wrote policies/a.md\n"));
    let other = run(&folder, &["new-rule", "own/b", "--folder", "elsewhere"]);
    assert!(text(&other.stderr).starts_with("wrote elsewhere/b.md\n"));
    let test = run(&folder, &["test-rules", "policies/a.md"]);
    assert_eq!(text(&test.stdout), "1 rule, 4 examples: all hold\n");
}

#[test]
fn an_example_that_does_not_hold_says_where() {
    let folder = folder(&[]);
    run(&folder, &["new-rule", "own/owner-missing"]);
    let path = folder.path().join("own/owner-missing.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let line = page.lines().position(|line| line.contains("expect:")).unwrap() + 1;
    for (from, to, expected) in [
        (" // expect: own/owner-missing\n", "\n", "a bad example has `expect: <rule>`".to_string()),
        (
            "\"owner\": \"team",
            "\"ownr\": \"team",
            "`own/owner-missing` is found, but not expected: Identity".to_string(),
        ),
        (
            "absent: true",
            "equals: x",
            format!("own/owner-missing.md:{line}: `own/owner-missing` is expected, but not found"),
        ),
        (
            "// expect: own/owner-missing",
            "// expect: own/owner-mising",
            "did you mean `own/owner-missing`?".to_string(),
        ),
    ] {
        std::fs::write(&path, page.replacen(from, to, 1)).unwrap();
        let test = run(&folder, &["test-rules", "own"]);
        let said = text(&test.stdout);
        assert!(test.status.code() == Some(1) && said.contains(&expected), "{to}: {said}");
        assert!(said.ends_with("the examples of 1 rule do not hold\n"), "{said}");
    }
    let cut = page.find("```yaml bad").unwrap();
    let end = page[cut..].find("```\n").unwrap() + cut + 4;
    std::fs::write(&path, format!("{}{}", &page[..cut], &page[end..])).unwrap();
    let said = text(&run(&folder, &["test-rules", "own"]).stdout);
    assert!(
        said.contains("there is 1 bad example and 2 good examples; a rule has at least two of each"),
        "{said}"
    );
    assert_eq!(run(&folder, &["test-rules", "none"]).status.code(), Some(2));
}

#[test]
fn the_rules_of_an_organisation_hold_in_this_form() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/rule-packs");
    let out = armlint(&folder, &["test-rules", "contoso", "--own-rules"]).output().unwrap();
    let said = text(&out.stdout);
    assert!(
        out.status.success() && said.starts_with("27 rules, 108 examples"),
        "{said}{}",
        text(&out.stderr)
    );
}

#[test]
fn where_each_value_is_from_is_said() {
    let folder = folder(&[
        ("base.yaml", "strict: true\nignore: [template/limits]\n"),
        (
            "a/armlint.yaml",
            "extends: ../base.yaml\nfail-on: high\noverrides: [{paths: [x.json], ignore: [adf/]}, {paths: [y], ignore: [secrets]}]\n",
        ),
    ]);
    let out = run(&folder, &["config", "a/x.json", "--cloud", "china"]);
    let said = text(&out.stdout);
    let lines: Vec<Vec<&str>> = said.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(
        said.starts_with("`a/x.json` is checked by `a/armlint.yaml`, which extends `base.yaml`\n"),
        "{said}"
    );
    for line in [
        &["strict", "true", "base.yaml:1:9"][..],
        &["cloud", "china", "command", "line"],
        &["min-severity", "low", "default"],
        &["fail-on", "high", "a/armlint.yaml:2:10"],
        &["ignore", "template/limits", "base.yaml:2:10"],
        &["overrides", "{paths:", "[x.json],", "ignore:", "[adf/]}", "a/armlint.yaml:3:22"],
    ] {
        assert!(lines.iter().any(|found| found == line), "{line:?} in {said}");
    }
    let out = run(&folder, &["config", "a", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(json["files"], serde_json::json!(["a/armlint.yaml", "base.yaml"]));
    assert_eq!(json["values"]["strict"]["from"]["line"], 1);
    assert!(text(&run(&folder, &["config"]).stdout).starts_with("`.` is checked without a configuration\n"));
}
