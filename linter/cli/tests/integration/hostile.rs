//! Repositories that somebody else has made: what their links, names and texts cannot do.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::everything::FORMATS;
use crate::folder::folder;

const HEAD: &str = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0""#;

/// What nobody may see or change.
const OUTSIDE: &str = "outside-content";

fn output(folder: &Path, arguments: &[&str]) -> (String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armlint"));
    command.current_dir(folder).args(arguments).env_clear().stdin(Stdio::null());
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (text, output.status.code().unwrap())
}

fn linking(path: &str) -> String {
    let link = format!(
        r#"{{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "properties": {{ "mode": "Incremental", "templateLink": {{ "relativePath": "{path}" }} }} }}"#
    );
    format!("{{ {HEAD}, \"resources\": [{link}] }}")
}

// A repository beside files that are not in it; `.git` says where it ends, or nothing does.
fn repository(is_git: bool) -> TempDir {
    let template = format!(
        "{{ {HEAD}, \"variables\": {{ \"{OUTSIDE}\": \"{OUTSIDE}\" }}, \"resources\": [], \"outputs\": {{ \"o\": {{ \"type\": \"string\", \"value\": \"[nope('{OUTSIDE}')]\" }} }} }}"
    );
    let parameters = format!(
        "{{ \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\", \"contentVersion\": \"1.0.0.0\", \"parameters\": {{ \"{OUTSIDE}\": {{ \"value\": 1 }} }} }}"
    );
    let main = linking("sibling.json");
    let mut files = vec![
        ("outside/template.json", template.as_str()),
        ("outside/parameters.json", &parameters),
        ("outside/secret.yaml", "outside-content: outside-content"),
        ("repository/main.json", &main),
    ];
    if is_git {
        files.push(("repository/.git/HEAD", ""));
    }
    folder(&files)
}

#[cfg(unix)]
#[test]
fn nothing_outside_of_the_tree_is_shown_or_changed() {
    use std::os::unix::fs::symlink;
    for is_git in [true, false] {
        let folder = repository(is_git);
        let (root, outside) = (folder.path().join("repository"), folder.path().join("outside"));
        symlink(outside.join("template.json"), root.join("sibling.json")).unwrap();
        symlink(outside.join("parameters.json"), root.join("main.parameters.json")).unwrap();
        for arguments in [
            &["check", "--no-config"][..],
            &["check", "main.json", "--no-config"],
            &["expand", "main.json"],
            &["map", "--no-config"],
        ] {
            let (text, _) = output(&root, arguments);
            assert!(!text.contains(OUTSIDE), "{arguments:?}: {text}");
        }
        symlink(outside.join("secret.yaml"), root.join("armlint.yaml")).unwrap();
        symlink(outside.join("secret.yaml"), root.join(".armlint-baseline.json")).unwrap();
        symlink(outside.join("secret.yaml"), root.join("report.json")).unwrap();
        symlink(&outside, root.join("reports")).unwrap();
        for arguments in [
            &["check"][..],
            &["check", "--no-config", "--baseline"],
            &["check", "--no-config", "--write-baseline"],
            &["check", "--no-config", "-o", "json=report.json"],
            &["check", "--no-config", "-o", "sarif=reports/secret.yaml"],
            &["check", "--no-config", "-o", "sarif=reports/new.json"],
        ] {
            let (text, code) = output(&root, arguments);
            assert_eq!(code, 2, "{arguments:?}: {text}");
            assert!(
                text.contains("is a link that leads out of the repository") && !text.contains(OUTSIDE),
                "{text}"
            );
        }
        assert_eq!(
            fs::read_to_string(outside.join("secret.yaml")).unwrap(),
            "outside-content: outside-content"
        );
        assert!(!outside.join("new.json").exists());
    }
}

#[cfg(unix)]
#[test]
fn what_is_named_is_followed_out_of_no_repository() {
    use std::os::unix::fs::symlink;
    for (is_git, expected) in [(true, false), (false, true)] {
        let folder = repository(is_git);
        let root = folder.path().join("repository");
        symlink(folder.path().join("outside/template.json"), root.join("link.json")).unwrap();
        symlink(folder.path().join("outside"), root.join("linked")).unwrap();
        for argument in ["link.json", "linked", "linked/template.json", "*.json"] {
            let (text, _) = output(&root, &["check", argument, "--no-config"]);
            assert_eq!(text.contains(OUTSIDE), expected, "{argument}: {text}");
        }
    }
}

#[test]
fn configurations_bind_no_files_of_others() {
    let folder = repository(true);
    let root = folder.path().join("repository");
    for pattern in ["../outside/parameters.json", "../outside/*.json", "x/../../outside/parameters.json"] {
        let text = format!("parameters: [{{ template: main.json, files: ['{pattern}'] }}]");
        fs::create_dir_all(root.join("x")).unwrap();
        fs::write(root.join("armlint.yaml"), text).unwrap();
        let (text, code) = output(&root, &["check"]);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains("names a file outside of the repository") && !text.contains(OUTSIDE), "{text}");
    }
    // What is beside the folder of the configuration may well be in the repository.
    fs::create_dir_all(root.join("deep")).unwrap();
    fs::rename(root.join("main.json"), root.join("deep/main.json")).unwrap();
    fs::rename(folder.path().join("outside/parameters.json"), root.join("x/parameters.json")).unwrap();
    fs::remove_file(root.join("armlint.yaml")).unwrap();
    let text = "parameters: [{ template: main.json, files: ['../x/parameters.json'] }]";
    fs::write(root.join("deep/armlint.yaml"), text).unwrap();
    let (text, code) = output(&root, &["check"]);
    assert!(code == 1 && text.contains("template/parameter-unknown"), "{text}");
}

#[test]
fn nothing_gives_orders_to_a_terminal() {
    let orders = "\u{1b}]0;x\u{7} \u{9b}31m \u{202e} \u{61c} \u{2028} \u{e0041} ##vso[task.complete]x";
    let escaped: String = orders.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let template = format!(
        r#"{{ {HEAD}, "parameters": {{ "{escaped}": {{ "type": "string" }} }}, "variables": {{ "{orders}": "{escaped}" }}, "resources": [
        {{ "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "{escaped}", "location": "x", "tags": {{ "{escaped}": "{escaped}" }} }} ],
        "outputs": {{ "a": {{ "type": "string", "value": "[{escaped}]" }}, "b": {{ "type": "string", "value": "[variables('{escaped}')]" }}, "c": {{ "type": "int", "value": "[reference('{escaped}').x]" }} }} }}"#
    )
    .replace('\u{1b}', "\\u001b")
    .replace('\u{7}', "\\u0007");
    let key: String = orders.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let configuration =
        [format!("rules: {{ \"{key}\": off }}"), format!("\"{key}\": off"), format!("exclude: [\"[{key}\"]")];
    // A page for a browser has rules of its own for what is in it.
    let on_terminals = FORMATS.iter().filter(|format| **format != "html");
    let mut runs: Vec<(Option<&str>, Vec<&str>)> = on_terminals
        .map(|format| (None, vec!["check", "--min-severity", "low", "--color", "never", "--format", format]))
        .collect();
    runs.extend([
        (None, vec!["expand", "a.json"]),
        (None, vec!["map"]),
        (None, vec!["eval", orders]),
        (None, vec!["eval", "concat(variables('x'), '\u{9b}31m\u{202e}')"]),
        (None, vec!["check", orders]),
        (None, vec!["check", "--config", orders]),
        (None, vec!["check", "--ignore", orders]),
        (None, vec!["check", "--show-files", "--statistics", "--timings"]),
    ]);
    runs.extend(configuration.iter().map(|text| (Some(text.as_str()), vec!["check"])));
    for (configuration, arguments) in runs {
        let folder = folder(&[("a.json", &template)]);
        if let Some(text) = configuration {
            fs::write(folder.path().join("armlint.yaml"), text).unwrap();
        }
        let (text, _) = output(folder.path(), &arguments);
        assert!(!text.is_empty(), "{arguments:?}");
        let obeyed = |c: char| {
            c.is_control() && !matches!(c, '\n' | '\r' | '\t')
                || matches!(c, '\u{202e}' | '\u{61c}' | '\u{2028}' | '\u{e0041}')
        };
        assert!(!text.contains(obeyed), "{arguments:?}: {text:?}");
        // JSON is data, whatever it says.
        let is_json = text.starts_with(['{', '[']);
        let told = !text.lines().any(|line| line.starts_with("##vso[task.complete]"));
        assert!(told && (is_json || !text.contains("##vso[task.complete]")), "{arguments:?}: {text}");
    }
}
