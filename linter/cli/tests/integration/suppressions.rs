//! Suppressions and baselines as scripts see them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::folder::{folder, write};

/// A linked service with a password, which is no finding anywhere else.
fn service(name: &str, note: &str) -> String {
    format!(
        r#"{{
  "name": "{name}",
  "properties": {{
    "type": "AzureSqlDatabase",
    "typeProperties": {{
      {note}
      "connectionString": "Server=tcp:db.database.windows.net;Database=a;User ID=b;Password=planted-Secret-1;"
    }}
  }}
}}
"#
    )
}

const RULE: &str = "adf/secret-literal";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armlint"));
    let output =
        command.current_dir(folder).args(arguments).env_clear().stdin(Stdio::null()).output().unwrap();
    for text in [&output.stdout, &output.stderr] {
        assert!(!String::from_utf8_lossy(text).contains("planted-Secret"), "a secret is printed");
    }
    output
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The findings of a run as `file rule kind: reason`, and its exit code.
fn found(folder: &TempDir, arguments: &[&str]) -> (Vec<String>, i32) {
    let select = ["--select", "adf/secret-literal,suppression/"];
    let arguments = [&["check", "--format", "json"], &select[..], arguments].concat();
    let output = run(folder.path(), &arguments);
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let line = |finding: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let suppressed = &finding["suppressed"];
        let end = match suppressed.is_null() {
            true => String::new(),
            false => format!(" {}: {}", text(&suppressed["kind"]), text(&suppressed["reason"])),
        };
        format!("{} {}{end}", text(&finding["file"]), text(&finding["rule"]))
    };
    let findings = report["findings"].as_array().unwrap();
    (findings.iter().map(line).collect(), output.status.code().unwrap())
}

#[test]
fn a_comment_suppresses_and_no_ignores_shows_all_the_same() {
    let first = service("a", "// armlint: ignore[adf/secret-literal] a test database");
    let folder = folder(&[("linkedService/a.json", &first)]);
    let suppressed = format!("linkedService/a.json {RULE} comment: a test database");
    assert_eq!(found(&folder, &[]), (vec![suppressed], 0));
    assert_eq!(found(&folder, &["--no-ignores"]), (vec![format!("linkedService/a.json {RULE}")], 1));
    let output = run(folder.path(), &["check", "--format", "concise", "--select", RULE]);
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{}", stderr(&output));
    fs::write(folder.path().join("linkedService/b.json"), service("b", "")).unwrap();
    let output = run(folder.path(), &["check", "--format", "concise", "--select", RULE]);
    assert!(stderr(&output).contains("1 finding suppressed: 1 by comment\n"), "{}", stderr(&output));
}

#[test]
fn what_a_suppression_says_in_vain_is_found() {
    let services = [
        service("a", "// armlint: ignore[adf/secret-literal] until: 2020-01-31 a test database"),
        service("b", "// armlint: ignore[adf/secret-literal]"),
        service("c", "// armlint: ignore[adf/secret-litteral] a test database"),
        service("d", "// armlint: ignore[adf/secret-literal, template/duplicate-key] a test database"),
    ];
    let folder = folder(&[]);
    for (name, text) in ["a", "b", "c", "d"].iter().zip(services) {
        write(&folder, &format!("linkedService/{name}.json"), &text);
    }
    let (findings, code) = found(&folder, &[]);
    let has = |file: &str, rule: &str| findings.contains(&format!("linkedService/{file}.json {rule}"));
    assert!(has("a", "suppression/expired") && has("a", RULE), "{findings:?}");
    assert!(has("b", "suppression/missing-reason") && has("b", RULE), "{findings:?}");
    assert!(has("c", "suppression/unknown") && has("c", RULE), "{findings:?}");
    assert!(has("d", "suppression/unused") && !has("d", RULE), "{findings:?}");
    assert_eq!((findings.len(), code), (8, 1));
}

#[test]
fn the_configuration_suppresses_by_rule_path_and_resource() {
    let config = "suppress:\n  \
        - { rule: adf/secret-literal, paths: [old/], reason: goes away }\n  \
        - { rule: secrets, resource-type: '*/LINKEDSERVICES', resource-name: 'legacy*', reason: known }\n  \
        - { rule: adf/secret-literal, resource-type: Microsoft.Sql/servers, reason: nothing }\n  \
        - { rule: adf/secret-literal, until: 2020-01-31, reason: over }\n";
    let folder = folder(&[
        ("armlint.yaml", config),
        ("old/linkedService/a.json", &service("a", "")),
        ("new/linkedService/b.json", &service("LegacyB", "")),
        ("new/linkedService/c.json", &service("c", "")),
    ]);
    let mut expected = vec![
        "armlint.yaml suppression/expired".to_string(),
        "armlint.yaml suppression/unused".to_string(),
        format!("new/linkedService/b.json {RULE} configuration: known"),
        format!("new/linkedService/c.json {RULE}"),
        format!("old/linkedService/a.json {RULE} configuration: goes away"),
    ];
    let sorted = |(mut findings, code): (Vec<String>, i32)| {
        findings.sort();
        (findings, code)
    };
    assert_eq!(sorted(found(&folder, &[])), (expected.clone(), 1));
    // One file alone says nothing about what is used.
    let (findings, _) = found(&folder, &["old/linkedService/a.json"]);
    assert!(!findings.iter().any(|finding| finding.ends_with("suppression/unused")), "{findings:?}");
    let (findings, _) = found(&folder, &["--no-ignores"]);
    expected.retain(|line| !line.contains("suppression/"));
    assert_eq!(findings.len(), expected.len());
}

#[test]
fn a_configuration_without_a_reason_or_rule_is_wrong() {
    for (entry, said) in [
        ("{ rule: adf/secret-literal }", "reason"),
        ("{ rule: adf/secret-literal, reason: '' }", "the reason is empty"),
        ("{ rule: adf/secret-litteral, reason: x }", "adf/secret-literal"),
        ("{ rule: adf/secret-literal, reason: x, until: soon }", "is no date"),
        ("{ rule: adf/secret-literal, reason: x, resource-name: '[' }", "is no valid pattern"),
    ] {
        let config = format!("suppress:\n  - {entry}\n");
        let folder = folder(&[("armlint.yaml", &config), ("linkedService/a.json", &service("a", ""))]);
        let output = run(folder.path(), &["check"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
}

const FILE: &str = "base.json";

fn baseline(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join(FILE)).unwrap()
}

#[test]
fn a_baseline_hides_what_it_knows_and_shows_what_is_new() {
    let folder = folder(&[("linkedService/a.json", &service("a", ""))]);
    assert_eq!(found(&folder, &["--write-baseline", FILE]).1, 0);
    assert!(!baseline(&folder).contains("planted"));
    let known = format!("linkedService/a.json {RULE} baseline: it is in the baseline");
    assert_eq!(found(&folder, &["--baseline", FILE]), (vec![known.clone()], 0));
    write(&folder, "linkedService/b.json", &service("b", ""));
    let new = format!("linkedService/b.json {RULE}");
    assert_eq!(found(&folder, &["--baseline", FILE]), (vec![new, known], 1));
    let before = baseline(&folder);
    assert_eq!(found(&folder, &["--write-baseline", FILE, "linkedService/b.json"]).1, 0);
    assert!(
        before.lines().filter(|line| line.contains("a.json")).all(|line| baseline(&folder).contains(line))
    );
    assert_eq!(found(&folder, &["--baseline", FILE]).1, 0);
}

#[test]
fn a_copy_is_new_and_a_move_is_not() {
    let text = service("a", "");
    let folder = folder(&[("one/linkedService/a.json", &text)]);
    assert_eq!(found(&folder, &["--write-baseline", FILE]).1, 0);
    // In the order of paths the copy is the first.
    write(&folder, "copy/linkedService/a.json", &text);
    let (findings, code) = found(&folder, &["--baseline", FILE]);
    assert_eq!((findings[0].as_str(), code), (&*format!("copy/linkedService/a.json {RULE}"), 1));
    // The run does not see the file that the entry is of.
    let (_, code) = found(&folder, &["--baseline", FILE, "copy"]);
    assert_eq!(code, 1);
    fs::remove_file(folder.path().join("one/linkedService/a.json")).unwrap();
    let (_, code) = found(&folder, &["--baseline", FILE]);
    assert_eq!(code, 0);
    assert_eq!(found(&folder, &["--baseline", FILE, "--write-baseline", FILE]).1, 0);
    assert!(baseline(&folder).contains("copy/linkedService/a.json") && !baseline(&folder).contains("one/"));
}

#[test]
fn stale_entries_are_told_and_taken_out() {
    let folder =
        folder(&[("linkedService/a.json", &service("a", "")), ("linkedService/b.json", &service("b", ""))]);
    assert_eq!(found(&folder, &["--write-baseline", FILE]).1, 0);
    write(&folder, "linkedService/a.json", &service("a", "").replace("Password=planted-Secret-1;", ""));
    let stale = |arguments: &[&str]| stderr(&run(folder.path(), arguments)).contains("1 stale entry");
    assert!(stale(&["check", "--baseline", FILE, "--select", RULE]));
    assert!(!stale(&["check", "--baseline", FILE, "--select", RULE, "linkedService/b.json"]));
    let before = baseline(&folder);
    run(folder.path(), &["check", "--write-baseline", FILE, "--select", "template/"]);
    assert!(before.contains("a.json") && !baseline(&folder).contains("a.json"));
    assert!(baseline(&folder).contains("b.json"));
    assert!(!stale(&["check", "--baseline", FILE, "--select", RULE]));
}

#[test]
fn only_baselines_are_read_and_written_over() {
    let text = service("a", "");
    let folder = folder(&[("linkedService/a.json", &text)]);
    for arguments in [
        ["check", "--write-baseline", "linkedService/a.json"],
        ["check", "--baseline", "linkedService/a.json"],
        ["check", "--baseline", "missing.json"],
    ] {
        assert_eq!(run(folder.path(), &arguments).status.code(), Some(2));
    }
    assert_eq!(fs::read_to_string(folder.path().join("linkedService/a.json")).unwrap(), text);
    run(folder.path(), &["check", "--write-baseline"]);
    assert!(folder.path().join(".armlint-baseline.json").exists());
}
