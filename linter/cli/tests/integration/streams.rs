//! What stands on which stream, what is told of files that are not checked, and paths as Windows writes them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::folder::{folder, write};

const HEAD: &str = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0""#;

/// A template without resources is not finished, so that nothing in it is unused.
const ZONE: &str = r#"{ "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "contoso.com", "location": "global" }"#;

/// Standard output, standard error, exit code.
type Ran = (String, String, i32);

fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armlint"));
    command.current_dir(folder).args(arguments).env_clear().stdin(Stdio::null());
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

fn run(folder: &TempDir, arguments: &[&str]) -> Ran {
    run_in(folder.path(), arguments)
}

fn clean() -> String {
    format!("{{ {HEAD}, \"resources\": [] }}")
}

fn unused() -> String {
    format!("{{ {HEAD}, \"parameters\": {{ \"p\": {{ \"type\": \"string\" }} }}, \"resources\": [{ZONE}] }}")
}

fn broken() -> String {
    format!("{{ {HEAD}, \"resources\": [")
}

#[test]
fn a_clean_run_is_silent() {
    let folder = folder(&[("a.json", &clean()), ("readme.md", "")]);
    assert_eq!(run(&folder, &["check"]), (String::new(), String::new(), 0));
    write(&folder, "b.json", &unused());
    let (stdout, stderr, code) = run(&folder, &["check"]);
    assert!(stdout.contains("template/unused-parameter") && code == 0, "{stdout}");
    assert!(stderr.ends_with("checked 2 files, 1 finding: 1 low\n"), "{stderr}");
    assert_eq!(run(&folder, &["check", "--quiet"]), (stdout, String::new(), 0));
    write(&folder, "c.json", &broken());
    let (_, stderr, code) = run(&folder, &["check", "-q", "--fail-on", "critical"]);
    assert_eq!(
        (stderr.as_str(), code),
        ("partly checked: 1\n  c.json: The bracket `[` is never closed\n", 2)
    );
}

#[test]
fn broken_text_counts_and_what_lies_elsewhere_does_not() {
    let parameters = r#"{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": {} }"#;
    let folder = folder(&[("main.parameters.json", parameters)]);
    let (_, stderr, code) = run(&folder, &["check"]);
    assert!(stderr.starts_with("partly checked: 1\n") && code == 0, "{stderr}");
    write(&folder, "broken.json", &broken());
    for (arguments, expected) in
        [(&["check"][..], 1), (&["check", "--fail-on", "critical"], 2), (&["check", "--exit-zero"], 2)]
    {
        assert_eq!(run(&folder, arguments).2, expected, "{arguments:?}");
    }
}

#[test]
fn bicep_source_is_checked_and_its_secrets_are_never_shown() {
    let secret = "planted-Secret-1";
    let bicep = format!(
        "@secure()\nparam adminPassword string = '{secret}'\noutput password string = adminPassword\n"
    );
    let values = format!("using 'main.bicep'\nparam adminPassword = '{secret}'\n");
    let folder = folder(&[("main.bicep", &bicep), ("main.bicepparam", &values), ("a.json", &clean())]);
    for arguments in [&["check"][..], &["check", "main.bicep", "main.bicepparam"], &["check", "*.bicep*"]] {
        let (stdout, stderr, code) = run(&folder, arguments);
        assert_eq!(code, 1, "{arguments:?} {stderr}");
        assert!(
            stdout.contains("template/secret-in-output") && !stderr.contains("not checked"),
            "{stdout}{stderr}"
        );
        assert!(!stdout.contains(secret) && !stderr.contains(secret), "{stdout}{stderr}");
    }
    // Where the text is broken as well.
    write(&folder, "main.bicep", &format!("{bicep}var password = ['{secret}'\n"));
    let (stdout, stderr, _) = run(&folder, &["check", "main.bicep"]);
    assert!(
        stderr.contains("main.bicep") && !stdout.contains(secret) && !stderr.contains(secret),
        "{stdout}{stderr}"
    );
    // What the compiler made of a file is the same deployment.
    write(&folder, "main.bicep", "output a int = 1\n");
    write(&folder, "main.bicepparam", "using 'main.bicep'\n");
    let made = clean().replacen('{', r#"{ "metadata": { "_generator": { "name": "bicep" } },"#, 1);
    write(&folder, "main.json", &made);
    let (_, stderr, code) = run(&folder, &["check", "--show-files"]);
    assert!(
        stderr.contains("main.json") && stderr.contains("is compiled from the Bicep file beside it"),
        "{stderr}"
    );
    assert_eq!(code, 0, "{stderr}");
}

#[test]
fn configurations_with_another_name_are_told_of() {
    for name in ["armlint.yml", ".armlint.yaml", ".armlint.yml", "deep/armlint.yml"] {
        let folder =
            folder(&[("deep/a.json", &unused()), (name, "ignore: [template/]\n"), (".git/HEAD", "")]);
        let (_, stderr, code) = run(&folder, &["check"]);
        assert_eq!(code, 2, "{stderr}");
        assert!(
            stderr
                .contains(&format!("error: `{name}` is not read: a configuration is called `armlint.yaml`"))
        );
        assert_eq!(run(&folder, &["check", "--no-config"]).2, 0);
    }
}

#[test]
fn backslashes_get_the_form_with_slashes() {
    let folder = folder(&[("infra/a/x.json", &unused())]);
    for (text, form) in [
        ("exclude: ['infra\\a\\x.json']", "infra/a/x.json"),
        ("exclude: ['**\\a\\**']", "**/a/**"),
        ("overrides: [{ paths: ['infra\\**'], ignore: [secrets] }]", "infra/**"),
        ("suppress: [{ rule: secrets, reason: x, paths: ['infra\\*.json'] }]", "infra/*.json"),
        ("parameters: [{ template: 'infra\\a\\x.json', files: ['v.json'] }]", "infra/a/x.json"),
        ("parameters: [{ template: infra/a/x.json, files: ['infra\\v.json'] }]", "infra/v.json"),
    ] {
        write(&folder, "armlint.yaml", text);
        let (_, stderr, code) = run(&folder, &["check"]);
        assert_eq!(code, 2, "{text}");
        assert!(stderr.contains(&format!("hint: write `{form}`")), "{text}: {stderr}");
    }
    fs::remove_file(folder.path().join("armlint.yaml")).unwrap();
    if cfg!(not(windows)) {
        for (argument, form) in
            [("infra\\a\\x.json", "infra/a/x.json"), ("infra\\**\\*.json", "infra/**/*.json")]
        {
            let (_, stderr, code) = run(&folder, &["check", argument]);
            assert!(code == 2 && stderr.contains(&format!("`{form}`")), "{stderr}");
        }
    }
}

#[test]
fn line_ends_of_windows_change_nothing() {
    let template = |end: &str| {
        let lines = [
            "{".to_string(),
            format!("{HEAD},"),
            "\"parameters\": {".to_string(),
            "// armlint: ignore[template/unused-parameter] used elsewhere".to_string(),
            "\"a\": { \"type\": \"string\" },".to_string(),
            format!("\"b\": {{ \"type\": \"string\" }} }}, \"resources\": [{ZONE}] }}"),
        ];
        lines.join(end)
    };
    let config = "exclude:\n  - old\nsuppress:\n  - rule: template/unused-parameter\n    paths: [other/**]\n    reason: known\n";
    let mut seen = Vec::new();
    for end in ["\n", "\r\n"] {
        let folder = folder(&[
            ("a.json", &template(end)),
            ("other/a.json", &template(end)),
            ("old/a.json", &unused()),
        ]);
        write(&folder, "armlint.yaml", &config.replace('\n', end));
        let found = run(&folder, &["check", "--format", "concise"]);
        assert!(found.0.starts_with("a.json:6:1: low[template/unused-parameter]"), "{found:?}");
        assert_eq!(found.0.lines().count(), 1, "{found:?}");
        assert_eq!(run(&folder, &["check", "--write-baseline"]).2, 0);
        let path = folder.path().join(".armlint-baseline.json");
        let baseline = fs::read_to_string(&path).unwrap();
        fs::write(&path, baseline.replace('\n', "\r\n")).unwrap();
        assert_eq!(run(&folder, &["check", "--baseline"]), (String::new(), String::new(), 0));
        seen.push((found, baseline));
    }
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn paths_in_reports_start_at_the_root_of_the_repository() {
    let folder = folder(&[("main/infra/a.json", &unused()), ("main/.git/HEAD", ""), ("beside/x.txt", "")]);
    let path = |name: &str| folder.path().join(name);
    for (start, argument) in
        [("", "main"), ("main", "."), ("main/infra", "a.json"), ("beside", "../main"), ("main/infra", "..")]
    {
        for (format, expected) in [
            ("sarif", "\"uri\":\"infra/a.json\""),
            ("github", "file=infra/a.json,"),
            ("azure", "sourcepath=infra/a.json;"),
            ("gitlab", "\"path\": \"infra/a.json\""),
            ("junit", "<testsuite name=\"infra/a.json\""),
            ("markdown", "infra/a.json"),
        ] {
            let (stdout, stderr, code) = run_in(&path(start), &["check", argument, "--format", format]);
            assert_eq!(code, 0, "{stderr}");
            assert!(stdout.contains(expected), "{format} from {start:?}: {stdout}");
            assert!(!stdout.contains("main/infra"), "{format} from {start:?}: {stdout}");
        }
    }
}
