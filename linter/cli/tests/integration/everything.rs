//! All that the commands print and write.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// All formats of reports.
pub(crate) const FORMATS: [&str; 15] = [
    "pretty",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "github",
    "azure",
    "gitlab",
    "junit",
    "markdown",
    "agent",
    "csv",
    "rdjson",
    "checkstyle",
    "html",
];

/// What a command said on both streams.
pub(crate) fn said(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armlint"));
    command.current_dir(folder).args(arguments).env_clear().stdin(Stdio::null());
    let output = command.output().unwrap();
    let code = output.status.code().unwrap_or(-1);
    assert!((0..=3).contains(&code), "{arguments:?}: {:?}", output.status);
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => files(&path, found),
            path => found.push(path),
        }
    }
}

/// All that the commands print and write about the files of a folder.
pub(crate) fn everything(folder: &Path) -> Vec<(String, String)> {
    let mut inputs = Vec::new();
    files(folder, &mut inputs);
    let outputs = tempfile::tempdir().unwrap();
    let mut texts = Vec::new();
    let mut run = |arguments: &[&str]| texts.push((arguments.join(" "), said(folder, arguments)));
    let written: Vec<String> = FORMATS
        .iter()
        .map(|format| format!("-o={format}={}", outputs.path().join(format).display()))
        .collect();
    let baseline = outputs.path().join("baseline.json").display().to_string();
    let mut check = vec!["check", ".", "--min-confidence=low", "--show-files", "--statistics", "--timings"];
    check.extend(written.iter().map(String::as_str));
    run(&check);
    run(&["check", ".", "--write-baseline", &baseline]);
    run(&["check", ".", "--fix", "--unsafe-fixes", "--diff", "--min-confidence=low"]);
    for format in ["text", "mermaid", "dot", "svg", "drawio", "html"] {
        run(&["map", ".", "--format", format]);
    }
    for input in &inputs {
        let input = input.display().to_string();
        let parameters = inputs.iter().map(|other| other.display().to_string());
        run(&["expand", &input]);
        run(&["eval", "deployment().properties.template", "--template", &input]);
        for other in parameters.filter(|other| *other != input && other.contains("parameters")) {
            run(&["expand", &input, "--parameters", &other]);
        }
    }
    files(outputs.path(), &mut inputs);
    let written = inputs.iter().filter(|path| path.starts_with(outputs.path()));
    texts.extend(written.map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap())));
    texts
}
