//! Hostile texts and files under every command: each ends soon, takes little memory, and is told of.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::folder::folder;
use tempfile::TempDir;

/// Far above what is measured, also in a debug build on a busy machine.
const BOUND: Duration = Duration::from_secs(20);

const SCHEMA: &str =
    r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#""#;

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armlint"));
    command.current_dir(folder).args(arguments).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let start = Instant::now();
    let output = command(folder, arguments).output().unwrap();
    let taken = start.elapsed();
    eprintln!("{arguments:?}: {taken:?}");
    assert!(taken < BOUND, "{arguments:?} took {taken:?}");
    output
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A template whose variables, `depth` of them, each hold the next one `width` times.
fn doubled(depth: usize, width: usize) -> String {
    let next = |at: usize| vec![format!("\"[variables('v{}')]\"", at + 1); width].join(", ");
    let variables: Vec<String> = (0..depth).map(|at| format!("\"v{at}\": [ {} ]", next(at))).collect();
    format!(
        r#"{{ {SCHEMA}, "contentVersion": "1.0.0.0", "variables": {{ {}, "v{depth}": "z" }},
            "resources": [ {{ "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01",
                "name": "f/l", "properties": {{ "type": "RestService", "annotations": "[variables('v0')]",
                "typeProperties": {{ "url": "https://x.example.com", "x": "[variables('v0')]" }} }} }} ],
            "outputs": {{ "o": {{ "type": "array", "value": "[variables('v0')]" }} }} }}"#,
        variables.join(", ")
    )
}

#[test]
fn every_command_looks_at_shared_values_once() {
    for (depth, width) in [(30, 2), (50, 8)] {
        let folder = folder(&[("main.json", &doubled(depth, width))]);
        for arguments in [
            &["check", "main.json"][..],
            &["expand", "main.json"],
            &["map", "main.json"],
            &["eval", "[variables('v0')]", "--template", "main.json"],
            &["eval", "[length(string(variables('v0')))]", "--template", "main.json"],
        ] {
            let output = run(folder.path(), arguments);
            assert!(output.status.code().is_some(), "{arguments:?}");
        }
    }
}

#[test]
fn a_text_is_not_printed_again_and_again() {
    let outputs: Vec<String> = (0..200)
        .map(|at| format!(r#""o{at}": {{ "type": "string", "value": "[variables('long')]" }}"#))
        .collect();
    let template = format!(
        r#"{{ {SCHEMA}, "contentVersion": "1.0.0.0", "variables": {{ "long": "[padLeft('a', 1000000, 'b')]" }},
            "resources": [], "outputs": {{ {} }} }}"#,
        outputs.join(", ")
    );
    let folder = folder(&[("main.json", &template)]);
    let output = run(folder.path(), &["expand", "main.json"]);
    assert!(output.stdout.len() < 32_000_000, "{} bytes", output.stdout.len());
}

// A file of `size` bytes that begins with a text.
fn large(folder: &TempDir, name: &str, text: &str, size: usize) {
    fs::write(folder.path().join(name), text.to_string() + &" ".repeat(size - text.len())).unwrap();
}

#[test]
fn a_text_over_the_limit_is_told_of_where_it_may_be_a_template() {
    let folder = folder(&[("small.json", &doubled(1, 1))]);
    let size = 64 * 1024 * 1024 + 1;
    large(&folder, "data.json", "{ \"a\": [", size);
    let output = run(folder.path(), &["check", "."]);
    assert!(!errors(&output).contains("data.json"), "{}", errors(&output));
    assert_ne!(output.status.code(), Some(2));
    large(&folder, "template.json", &format!("{{ {SCHEMA}, "), size);
    let output = run(folder.path(), &["check", "."]);
    assert!(errors(&output).contains("template.json"), "{}", errors(&output));
    assert!(errors(&output).contains("the limit is 67108864"), "{}", errors(&output));
    // One that is named is told of in any case.
    let output = run(folder.path(), &["check", "data.json"]);
    assert!(errors(&output).contains("the limit is 67108864"), "{}", errors(&output));
    assert_eq!(output.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn files_without_an_end_are_not_read() {
    use std::os::unix::fs::symlink;
    for name in [".gitignore", ".ignore", "sub/.gitignore"] {
        let folder = folder(&[("main.json", &doubled(1, 1)), ("sub/main.json", &doubled(1, 1))]);
        symlink("/dev/zero", folder.path().join(name)).unwrap();
        let output = run(folder.path(), &["check", "."]);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", errors(&output));
        assert!(errors(&output).contains("no regular file"), "{name}: {}", errors(&output));
    }
    let folder = folder(&[("main.json", &doubled(1, 1))]);
    symlink("/dev/zero", folder.path().join(".armlint-baseline.json")).unwrap();
    symlink("/dev/zero", folder.path().join("armlint.yaml")).unwrap();
    for arguments in [
        &["check", "main.json", "--baseline", "--no-config"][..],
        &["check", "main.json"],
        &["check", "main.json", "--config", "armlint.yaml"],
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(errors(&output).contains("leads out"), "{}", errors(&output));
    }
    let output = run(folder.path(), &["check", "main.json", "--no-config", "--baseline", "/dev/zero"]);
    assert!(errors(&output).contains("no regular file"), "{}", errors(&output));
    // A device that is named is read up to the limit.
    let output = run(folder.path(), &["check", "/dev/zero", "--no-config"]);
    assert!(errors(&output).contains("the limit is 67108864"), "{}", errors(&output));
    let linking =
        format!(r#"{{ {SCHEMA}, "contentVersion": "1.0.0.0", "resources": [], "x": "templateLink" }}"#);
    fs::write(folder.path().join("main.json"), linking).unwrap();
    symlink("/dev/zero", folder.path().join("z.json")).unwrap();
    assert_eq!(run(folder.path(), &["expand", "main.json"]).status.code(), Some(0));
}

#[test]
fn a_baseline_of_an_earlier_format_is_refused() {
    let folder = folder(&[("main.json", &doubled(1, 1))]);
    fs::write(folder.path().join(".armlint-baseline.json"), r#"{ "version": 1, "findings": [] }"#).unwrap();
    let output = run(folder.path(), &["check", "main.json", "--baseline"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("earlier version of armlint"), "{}", errors(&output));
    assert!(errors(&output).contains("--write-baseline"), "{}", errors(&output));
    assert_eq!(run(folder.path(), &["check", "main.json", "--write-baseline"]).status.code(), Some(0));
    assert_eq!(run(folder.path(), &["check", "main.json", "--baseline"]).status.code(), Some(0));
}

/// The most bytes of memory that a check of a text takes; the process is asked while it runs.
#[cfg(target_os = "linux")]
fn peak(text: &str, name: &str) -> usize {
    let folder = folder(&[(name, text)]);
    peak_of(folder.path(), name)
}

// The same for a file or folder.
#[cfg(target_os = "linux")]
fn peak_of(folder: &Path, name: &str) -> usize {
    let mut child = command(folder, &["check", name, "--no-config", "--threads", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut peak = 0;
    let status = format!("/proc/{}/status", child.id());
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok());
        peak = peak.max(kilobytes.unwrap_or(0) * 1024);
        std::thread::sleep(Duration::from_millis(1));
    }
    peak
}

#[cfg(target_os = "linux")]
#[test]
fn dense_texts_take_little_memory() {
    const SIZE: usize = 12 * 1024 * 1024;
    // What the program takes without a text.
    const OWN: usize = 24 * 1024 * 1024;
    for item in ["0", "{}", "[]", "\"\"", "[0]", "null", "1234567"] {
        let items = vec![item; SIZE / (item.len() + 1)].join(",");
        let text = format!(r#"{{ {SCHEMA}, "resources": [], "variables": {{ "a": [{items}] }} }}"#);
        let bytes = peak(&text, "main.json").saturating_sub(OWN);
        eprintln!("{item}: {:.1} bytes a byte", bytes as f64 / text.len() as f64);
        // An element that holds something of its own has a second piece of memory, however short it is written.
        let bound = if ["\"\"", "[0]"].contains(&item) { 32 } else { 20 };
        assert!(bytes < bound * text.len(), "{item}: {} bytes a byte", bytes / text.len());
    }
    let members = vec!["\"a\":0"; SIZE / 6].join(",");
    let text = format!(r#"{{ {SCHEMA}, "resources": [], "variables": {{ "a": {{{members}}} }} }}"#);
    let bytes = peak(&text, "main.json").saturating_sub(OWN);
    eprintln!("members: {:.1} bytes a byte", bytes as f64 / text.len() as f64);
    assert!(bytes < 24 * text.len(), "members: {} bytes a byte", bytes / text.len());
}

// What a run holds grows with what it finds, and not with what it reads.
#[cfg(target_os = "linux")]
#[test]
fn many_files_take_the_memory_of_few() {
    const FEW: usize = 60;
    let values: Vec<String> = (0..1_000).map(|at| format!("\"v{at}\": \"{}\"", "x".repeat(80))).collect();
    let template = |at: usize| {
        format!(
            r#"{{ {SCHEMA}, "contentVersion": "1.0.0.0", "resources": [
                {{ "type": "A.B/c", "apiVersion": "2024-01-01", "name": "n{at}", "properties": {{ {} }} }} ] }}"#,
            values.join(", ")
        )
    };
    let measured = |count: usize| {
        let files: Vec<(String, String)> =
            (0..count).map(|at| (format!("t{at}.json"), template(at))).collect();
        let data = format!("[{}]", "0,".repeat(50_000) + "0");
        let mut all: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
        let names: Vec<String> = (0..count).map(|at| format!("data/{at}.json")).collect();
        all.extend(names.iter().map(|name| (&**name, &*data)));
        peak_of(folder(&all).path(), ".")
    };
    let (few, many) = (measured(FEW), measured(5 * FEW));
    let read = 4 * FEW * (template(0).len() + 100_000);
    eprintln!("{} MB more are read, and {} MB more are held", read >> 20, many.saturating_sub(few) >> 20);
    assert!(many < few + read / 4, "{few} bytes, {many} bytes");
}
