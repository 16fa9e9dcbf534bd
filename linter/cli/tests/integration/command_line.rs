//! The binary as scripts see it: exit codes, streams, formats, and what is never printed.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::folder::folder;

const CLEAN: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": []
}"#;

/// The key `resources` twice, which is a finding of medium severity, beside lines that hold secrets.
const FAULTY: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "password": "planted-Secret-1",
  "resources": [], "resources": [],
  "store": "AccountName=a;AccountKey=planted-Secret-2;EndpointSuffix=x"
}"#;

const UNUSED: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "unused": { "type": "string" } },
  "resources": [
    { "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "contoso.com", "location": "global" }
  ]
}"#;

const FACTORY: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    { "type": "Microsoft.DataFactory/factories/integrationRuntimes", "apiVersion": "2018-06-01", "name": "f/Office",
      "properties": { "type": "SelfHosted" } }
  ]
}"#;

/// Claims to be a template, but nothing of it can be read.
const BROKEN: &str =
    r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#""#;

const FORMATS: [&str; 10] =
    ["pretty", "concise", "json", "jsonl", "sarif", "github", "azure", "gitlab", "junit", "markdown"];

pub(crate) fn armlint(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armlint"));
    command.current_dir(folder).args(arguments).env_clear().stdin(Stdio::null());
    command
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    armlint(folder.path(), arguments).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn exit_codes_are_the_same_in_every_format() {
    let all =
        [("clean.json", CLEAN), ("faulty.json", FAULTY), ("broken.json", BROKEN), ("data/x.json", "[1]")];
    let folder = folder(&all);
    let cases: [(&[&str], i32); 11] = [
        (&["check", "clean.json"], 0),
        (&["check", "faulty.json"], 1),
        (&["check", "missing.json"], 2),
        (&["check", "data"], 3),
        (&["check", "."], 1),
        (&["check", ".", "--fail-on", "critical"], 2),
        (&["check", "faulty.json", "--exit-zero"], 0),
        (&["check", "faulty.json", "--fail-on", "critical"], 0),
        (&["check", "faulty.json", "clean.json", "--report-only", "clean.json"], 0),
        (&["check", "faulty.json", "clean.json", "--report-only", "faulty.json", "gone.md"], 1),
        (&["check", "faulty.json", "--report-only"], 0),
    ];
    for format in FORMATS {
        for (arguments, expected) in cases {
            let output = run(&folder, &[arguments, &["--format", format]].concat());
            assert_eq!(code(&output), expected, "{arguments:?} {format}: {}", stderr(&output));
        }
    }
    let more: [(&[&str], i32); 6] = [
        (&["check", "faulty.json", "--exit-zero", "--format=sarif", "-o=junit=j.xml"], 0),
        (&["check", "faulty.json", "--fail-on", "critical"], 0),
        (&["check", "faulty.json", "--ignore", "no-such-rule"], 2),
        (&["check", "clean.json", "--as-of", "2020-02-30"], 2),
        (&["check", "clean.json", "missing.json"], 2),
        (&["check", "faulty.json", "--min-severity", "critical"], 0),
    ];
    for (arguments, expected) in more {
        let output = run(&folder, arguments);
        assert_eq!(code(&output), expected, "{arguments:?}: {}", stderr(&output));
    }
}

/// The findings that are shown, as `file rule severity`.
fn shown(folder: &TempDir, arguments: &[&str]) -> Vec<String> {
    let output = run(folder, &[&["check", "--format", "json"], arguments].concat());
    let report: Value =
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|f| [text(&f["file"]), text(&f["rule"]), text(&f["severity"])].join(" ")).collect()
}

#[test]
fn the_nearest_configuration_holds_alone() {
    let folder = folder(&[
        ("armlint.yaml", "ignore: [template/]\nexclude: [old]\n"),
        ("a.json", UNUSED),
        ("old/b.json", UNUSED),
        ("inner/armlint.yaml", "rules: { template/unused-parameter: { severity: high } }\n"),
        ("inner/deep/c.json", UNUSED),
        ("root/.git/HEAD", ""),
        ("root/d.json", UNUSED),
    ]);
    let inner = "inner/deep/c.json template/unused-parameter high".to_string();
    let root = "root/d.json template/unused-parameter low".to_string();
    assert_eq!(shown(&folder, &[]), [inner.clone(), root.clone()]);
    // What is named is checked, and the command line wins.
    let named = shown(&folder, &["old/b.json", "--select", "template/unused-parameter"]);
    assert_eq!(named, ["old/b.json template/unused-parameter low"]);
    assert_eq!(shown(&folder, &["--ignore", "template/unused-parameter"]), Vec::<String>::new());
    assert_eq!(shown(&folder, &["--no-config"]).len(), 4);
    let only = shown(&folder, &["--config", "inner/armlint.yaml"]);
    assert!(only.len() == 4 && only.iter().all(|finding| finding.ends_with("high")), "{only:?}");
    let output = run(&folder, &["check", "--show-files"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(
        stderr(&output).contains("old/b.json: left out: excluded by the configuration"),
        "{}",
        stderr(&output)
    );
    assert!(stderr(&output).contains("\n1 file excluded by the configuration\n"), "{}", stderr(&output));
    let output = run(&folder, &["check", "--fail-on", "critical"]);
    assert_eq!(code(&output), 0);
}

#[test]
fn settings_of_the_engine_are_those_of_the_folder_of_the_deployment() {
    let runtime = r#"{ "name": "Inside", "properties": { "type": "Managed",
        "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" } } }"#;
    let lake = r#"{ "name": "Lake", "properties": { "type": "AzureBlobFS",
        "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" },
        "connectVia": { "referenceName": "Inside", "type": "IntegrationRuntimeReference" } } }"#;
    let folder = folder(&[
        ("new/integrationRuntime/Inside.json", runtime),
        ("new/managedVirtualNetwork/default.json", r#"{ "name": "default" }"#),
        ("new/linkedService/Lake.json", lake),
        ("old/armlint.yaml", "as-of: 2020-04-01\n"),
        ("old/integrationRuntime/Inside.json", runtime),
        ("old/managedVirtualNetwork/default.json", r#"{ "name": "default" }"#),
        ("old/linkedService/Lake.json", lake),
    ]);
    let missing = |arguments: &[&str]| {
        let select = ["--select", "adf/managed-endpoint-missing"];
        shown(&folder, &[&select, arguments].concat())
    };
    // Storage was not reached at all without an endpoint then.
    let new = "new/linkedService/Lake.json adf/managed-endpoint-missing";
    let old = "old/linkedService/Lake.json adf/managed-endpoint-missing";
    assert_eq!(missing(&[]), [format!("{new} medium"), format!("{old} high")]);
    assert_eq!(missing(&["--as-of", "2026-01-01"]), [format!("{new} medium"), format!("{old} medium")]);
}

#[test]
fn configurations_bind_parameter_files() {
    let template = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "size": { "type": "int" } },
  "resources": [],
  "outputs": { "size": { "type": "int", "value": "[parameters('size')]" } }
}"#;
    let values = r#"{ "size": { "value": "large" } }"#;
    let bound = "parameters: [{ template: 'infra/*.json', files: ['values/*.json'] }]\n";
    let files = [("infra/main.json", template), ("values/prod.json", values)];
    let folder = folder(&[&files[..], &[("armlint.yaml", bound)]].concat());
    let select = ["--select", "template/parameter-type"];
    assert_eq!(shown(&folder, &select), ["values/prod.json template/parameter-type high"]);
    assert!(shown(&folder, &[&select[..], &["--no-config"]].concat()).is_empty());
    // Only what is among the paths gets findings.
    assert!(shown(&folder, &[&select[..], &["infra"]].concat()).is_empty());
    fs::write(folder.path().join("armlint.yaml"), bound.replace("values/", "none/")).unwrap();
    let output = run(&folder, &["check"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("`none/*.json` in `armlint.yaml` matches no parameter file"));
}

#[test]
fn a_faulty_configuration_is_said_with_its_place() {
    let folder = folder(&[("a.json", CLEAN), ("armlint.yaml", "fail-on: medium\nignroe: [adf/]\n")]);
    for command in ["check", "map"] {
        let output = run(&folder, &[command]);
        assert_eq!(code(&output), 2);
        let said = stderr(&output);
        assert!(said.starts_with("error: armlint.yaml:2:1: there is no key `ignroe` here\n"), "{said}");
        assert!(said.ends_with("  hint: did you mean `ignore`?\n"), "{said}");
    }
    assert_eq!(code(&run(&folder, &["check", "--no-config"])), 0);
    assert_eq!(code(&run(&folder, &["check", "--config", "missing.yaml"])), 2);
}

#[test]
fn init_writes_what_loads_and_never_twice() {
    let folder = folder(&[("a.json", CLEAN)]);
    assert_eq!(code(&run(&folder, &["init"])), 0);
    assert_eq!(code(&run(&folder, &["check"])), 0);
    assert_eq!(code(&run(&folder, &["init"])), 2);
    assert_eq!(code(&run(&folder, &["init", "inner.yaml"])), 0);
    let schema: Value = serde_json::from_str(&stdout(&run(&folder, &["schema"]))).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn maps_have_exit_codes() {
    let factory = r#"{ "name": "Office", "properties": { "type": "SelfHosted" } }"#;
    let folder = folder(&[
        ("adf/integrationRuntime/Office.json", factory),
        ("adf/factory/f.json", r#"{ "name": "contoso", "properties": {} }"#),
        ("clean.json", CLEAN),
        ("broken.json", BROKEN),
    ]);
    for (paths, expected) in
        [(&["adf"][..], 0), (&["clean.json"], 3), (&["broken.json"], 2), (&["missing"], 2)]
    {
        assert_eq!(code(&run(&folder, &[&["map"], paths].concat())), expected, "{paths:?}");
    }
    // The files beside a named one are only there to understand it.
    assert_eq!(code(&run(&folder, &["map", "adf/factory/f.json"])), 0);
    fs::write(folder.path().join("beside.json"), FACTORY).unwrap();
    assert_eq!(code(&run(&folder, &["map", "beside.json"])), 0);
    assert_eq!(code(&run(&folder, &["map", "clean.json"])), 3);
    let output = run(&folder, &["map", "adf", "--format", "dot", "-o", "map.dot"]);
    assert_eq!((code(&output), stdout(&output).as_str()), (0, ""));
    let drawn = fs::read_to_string(folder.path().join("map.dot")).unwrap();
    assert!(drawn.starts_with("digraph armlint {") && drawn.contains("Office"), "{drawn}");
}

#[test]
fn planted_secrets_are_in_no_output() {
    let folder = folder(&[("faulty.json", FAULTY)]);
    let mut texts = Vec::new();
    for format in FORMATS {
        let file = format!("{format}=out.{format}");
        let arguments =
            ["check", "faulty.json", "--format", format, "-o", &file, "--show-files", "--statistics"];
        let output = run(&folder, &arguments);
        texts.extend([stdout(&output), stderr(&output)]);
        texts.push(fs::read_to_string(folder.path().join(format!("out.{format}"))).unwrap());
    }
    let output = run(&folder, &["check", "faulty.json", "--color", "always"]);
    texts.push(stdout(&output));
    assert!(texts.iter().all(|text| !text.contains("planted")), "{texts:#?}");
    assert!(texts[0].contains("\"password\": \"****************\""), "{}", texts[0]);
    assert!(texts[0].contains("AccountKey=****************;EndpointSuffix"), "{}", texts[0]);
}

#[test]
fn findings_go_to_stdout_and_the_summary_ends_stderr() {
    let folder = folder(&[("faulty.json", FAULTY), ("x.json", "{}"), ("broken.json", BROKEN)]);
    let output = run(&folder, &["check", "--format", "concise"]);
    assert!(stdout(&output).contains("faulty.json:5:"), "{}", stdout(&output));
    let text = stderr(&output);
    assert!(text.contains("1 other file is no template\n"), "{text}");
    assert!(text.contains("broken.json"), "{text}");
    assert!(text.lines().last().unwrap().starts_with("checked "), "{text}");
}

#[test]
fn the_json_report_keeps_its_contract() {
    let folder = folder(&[("a/faulty.json", FAULTY), ("x.json", "{}")]);
    let output = run(&folder, &["check", "a", "x.json", "missing", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["version"], 1);
    let finding = &report["findings"][0];
    assert_eq!(finding["file"], "a/faulty.json");
    assert_eq!(finding["start"]["line"], 5);
    assert_eq!(finding["severity"], "medium");
    assert!(finding["pointer"].is_string() && finding["suppressed"].is_null());
    assert_eq!(finding["fingerprint"].as_str().unwrap().len(), 16);
    assert_eq!(report["files"]["checked"], 1);
    assert_eq!(report["files"]["failed"][0]["file"], "missing");
    assert!(report["rules"][finding["rule"].as_str().unwrap()]["url"].is_string());
}

#[test]
fn standard_input_is_a_file_of_its_own() {
    let folder = folder(&[]);
    for (name, extra) in [("<stdin>", None), ("some/name.json", Some("some/name.json"))] {
        let mut arguments = vec!["check", "-", "--format", "concise"];
        arguments.extend(extra.into_iter().flat_map(|name| ["--stdin-filename", name]));
        let mut command = armlint(folder.path(), &arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(FAULTY.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(code(&output), 1);
        assert!(stdout(&output).starts_with(&format!("{name}:5:")), "{}", stdout(&output));
    }
    assert_eq!(code(&run(&folder, &["check", ".", "--stdin-filename", "x"])), 2);
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    let folder = folder(&[("faulty.json", FAULTY)]);
    let mut command = armlint(folder.path(), &["check", "faulty.json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 1);
    assert!(!stderr(&output).contains("error"), "{}", stderr(&output));
}

#[test]
fn reports_can_be_written_to_several_files() {
    let folder = folder(&[("faulty.json", FAULTY)]);
    let arguments =
        ["check", "faulty.json", "-o", "json=a.json.out", "-o", "concise=b.out", "--format", "concise"];
    let output = run(&folder, &arguments);
    assert_eq!(fs::read_to_string(folder.path().join("b.out")).unwrap(), stdout(&output));
    assert!(serde_json::from_slice::<Value>(&fs::read(folder.path().join("a.json.out")).unwrap()).is_ok());
    let output = run(&folder, &["check", "faulty.json", "-o", "json=no/such/folder"]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("cannot write `no/such/folder`"));
    let output = run(&folder, &["check", "faulty.json", "-o", "json=no/such/folder", "--exit-zero"]);
    assert_eq!(code(&output), 2);
}

#[test]
fn nothing_to_check_is_said() {
    let folder = folder(&[("x.json", "{}"), (".hidden/a.json", CLEAN), ("readme.txt", "")]);
    let output = run(&folder, &["check", "--show-files"]);
    let text = stderr(&output);
    assert_eq!(code(&output), 3);
    assert!(text.contains("nothing to check: looked for ARM templates"), "{text}");
    assert!(text.contains("x.json: left out:") && text.contains(".hidden/: left out: hidden"), "{text}");
    assert!(text.contains("readme.txt: left out: its name ends in none"), "{text}");
    assert!(stdout(&output).is_empty());
}

#[test]
fn colours_only_where_asked_for() {
    let folder = folder(&[("faulty.json", FAULTY)]);
    assert!(!stdout(&run(&folder, &["check"])).contains('\u{1b}'));
    assert!(stdout(&run(&folder, &["check", "--color", "always"])).contains('\u{1b}'));
    let forced = armlint(folder.path(), &["check"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(stdout(&forced).contains('\u{1b}'));
    let mut both = armlint(folder.path(), &["check"]);
    both.envs([("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]);
    assert!(!stdout(&both.output().unwrap()).contains('\u{1b}'));
}

#[test]
fn output_does_not_depend_on_threads() {
    let files: Vec<(String, &str)> = (0..40).map(|index| (format!("{index}/t.json"), FAULTY)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let folder = folder(&files);
    let one = run(&folder, &["check", "--threads", "1", "--format", "json"]);
    let many = run(&folder, &["check", "--threads", "8", "--format", "json"]);
    assert_eq!(one.stdout, many.stdout);
    assert_eq!(stderr(&one), stderr(&many));
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_read_does_not_stop_the_rest() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("faulty.json", FAULTY), ("locked/a.json", CLEAN)]);
    let locked = folder.path().join("locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&locked).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let output = run(&folder, &["check", "--format", "concise"]);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(code(&output), 2);
    assert!(stdout(&output).starts_with("faulty.json:"));
    assert!(stderr(&output).contains("cannot read `locked`"), "{}", stderr(&output));
}

#[test]
fn unknown_rules_are_usage_errors() {
    let folder = folder(&[]);
    for arguments in [["explain", "no-such-rule"], ["check", "--select=no-such-rule"]] {
        let output = run(&folder, &arguments);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains("there is no rule or category `no-such-rule`"));
    }
    assert_eq!(code(&run(&folder, &["rules", "--format", "json"])), 0);
    assert!(stdout(&run(&folder, &["--version"])).starts_with("armlint "));
}

#[test]
fn an_artefact_is_known_from_within_its_folder() {
    let service = r#"{"name": "ls", "properties": {"type": "AzureBlobStorage", "typeProperties": {}}}"#;
    let folder = folder(&[("adf/linkedService/ls.json", service), ("adf/dataset/d.json", "{}")]);
    for (directory, path, shown) in [
        (".", "adf/linkedService/ls.json", "adf/linkedService/ls.json"),
        ("adf/linkedService", "ls.json", "../linkedService/ls.json"),
        ("adf/linkedService", ".", "../linkedService/ls.json"),
        ("adf/dataset", "../linkedService", "../linkedService/ls.json"),
    ] {
        let output =
            armlint(&folder.path().join(directory), &["check", path, "--show-files"]).output().unwrap();
        let text = stderr(&output);
        assert!(text.contains(&format!("{shown}: checked\n")), "{directory} {path}: {text}");
    }
}

const OPEN: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "stage": { "type": "string", "allowedValues": ["dev", "prod"] } },
  "resources": [],
  "outputs": { "stage": { "type": "string", "value": "[parameters('stage')]" } }
}"#;

#[test]
fn parameters_are_given_for_the_templates_among_the_paths() {
    let folder = folder(&[("infra/main.json", OPEN), ("values.json", r#"{ "stage": { "value": "test" } }"#)]);
    let output =
        run(&folder, &["check", "infra/main.json", "--parameters", "values.json", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "template/parameter-type");
    assert_eq!((&finding["file"], &finding["pointer"]), (&"values.json".into(), &"/stage/value".into()));
    assert!(finding.get("environments").is_none());
    assert_eq!(code(&output), 1);
    for (arguments, said, expected) in [
        (["check", ".", "--parameters", "values.json"], "no file is named", 2),
        (["check", "infra/main.json", "--parameters", "none.json"], "does not exist", 2),
        (
            ["check", "infra/main.json", "--parameters=values.json", "--parameters=none.json"],
            "does not exist",
            1,
        ),
    ] {
        let output = run(&folder, &arguments);
        assert_eq!(code(&output), expected, "{arguments:?}");
        assert!(stderr(&output).contains(said), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn a_template_expands_with_what_it_links_to() {
    let main = r#"{
      "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      "contentVersion": "1.0.0.0", // a comment
      "parameters": { "p": { "type": "string" } },
      "resources": [
        { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "m",
          "properties": { "templateLink": { "relativePath": "nested/part.json" } } },
        { "type": "A.B/c", "apiVersion": "1", "name": "[noSuchFunction()]" } ],
      "outputs": { "o": { "type": "string", "value": "[concat(parameters('p'), reference('m').outputs.o.value)]" } } }"#;
    let part = r#"{
      "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      "contentVersion": "1.0.0.0",
      "resources": [ { "type": "A.B/d", "apiVersion": "1", "name": "part" } ],
      "outputs": { "o": { "type": "string", "value": "[resourceGroup().name]" } } }"#;
    let folder = folder(&[
        ("main.json", main),
        ("nested/part.json", part),
        ("parameters.json", r#"{ "parameters": { "p": { "value": "given-" } } }"#),
        ("context.json", r#"{ "resourceGroup": "rg", "subscriptionId": "s" }"#),
    ]);
    let arguments = ["expand", "main.json", "--parameters", "parameters.json", "--context", "context.json"];
    let output = run(&folder, &arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let expanded: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(expanded["outputs"]["o"], "given-rg");
    let ids: Vec<&Value> = expanded["resources"].as_array().unwrap().iter().map(|r| &r["id"]).collect();
    assert!(
        ids.contains(&&Value::from("/subscriptions/s/resourceGroups/rg/providers/A.B/d/part")),
        "{ids:?}"
    );
    assert!(stderr(&output).contains("main.json:8:"), "{}", stderr(&output));
    assert_eq!(code(&run(&folder, &["expand", "missing.json"])), 2);
}

#[test]
fn report_only_reads_everything_and_reports_a_part() {
    let runtime = r#"{ "name": "Inside", "properties": { "type": "Managed",
        "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" } } }"#;
    let lake = r#"{ "name": "Lake", "properties": { "type": "AzureBlobFS",
        "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" },
        "connectVia": { "referenceName": "Inside", "type": "IntegrationRuntimeReference" } } }"#;
    let folder = folder(&[
        ("integrationRuntime/Inside.json", runtime),
        ("managedVirtualNetwork/default.json", r#"{ "name": "default" }"#),
        ("linkedService/Lake.json", lake),
        ("faulty.json", FAULTY),
    ]);
    let all = shown(&folder, &["."]);
    assert!(all.iter().any(|finding| finding.starts_with("faulty.json")), "{all:?}");
    // The finding needs the runtime, which is not reported on.
    let some = shown(&folder, &[".", "--report-only", "linkedService/Lake.json", "README.md"]);
    assert!(some.iter().any(|finding| finding.contains("adf/managed-endpoint-missing")), "{some:?}");
    assert!(some.iter().all(|finding| finding.starts_with("linkedService/")), "{some:?}");
    assert_eq!(shown(&folder, &[".", "--report-only", "."]), all);
    assert!(shown(&folder, &[".", "--report-only", "README.md"]).is_empty());
}

#[test]
fn paths_of_reports_for_services_start_at_the_root_of_the_repository() {
    let folder = folder(&[(".git/HEAD", ""), ("a b/c/faulty.json", FAULTY)]);
    for (format, expected) in [
        ("sarif", "\"a%20b/c/faulty.json\""),
        ("github", "file=a b/c/faulty.json,"),
        ("gitlab", "\"a b/c/faulty.json\""),
        ("azure", "sourcepath=a b/c/faulty.json;"),
        ("concise", "faulty.json:5"),
    ] {
        let output = armlint(&folder.path().join("a b/c"), &["check", "--format", format]).output().unwrap();
        assert!(stdout(&output).contains(expected), "{format}: {}", stdout(&output));
    }
}

#[test]
fn a_summary_holds_the_map_of_a_factory() {
    let folder = folder(&[("factory.json", FACTORY)]);
    let service = r#"{ "name": "Lake", "properties": { "type": "AzureBlobFS",
        "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" } } }"#;
    fs::create_dir_all(folder.path().join("adf/linkedService")).unwrap();
    fs::write(folder.path().join("adf/linkedService/Lake.json"), service).unwrap();
    let text = stdout(&run(&folder, &["check", "adf", "--format", "markdown"]));
    assert!(text.contains("```mermaid\nflowchart LR\n") && text.contains("contosolake"), "{text}");
}

#[test]
fn timings_name_phases_rules_and_files() {
    let folder = folder(&[("faulty.json", FAULTY), ("factory.json", FACTORY)]);
    let text = stderr(&run(&folder, &["check", "--timings"]));
    for expected in ["discover ", "parse ", "total ", " ms  adf/", " ms  template/", " ms  factory.json"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}
