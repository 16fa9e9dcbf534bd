//! What every rule of the catalogue must have.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use armlint_engine::check::INTERNAL_ERROR;
use armlint_engine::rule::Documentation;
use armlint_engine::rule::example::{self, Example, ExampleKind};

// Folders of this package that hold no rules.
const OTHER_FOLDERS: [&str; 5] = ["docs", "facts", "model", "target", "tests"];

// The rule files, as paths under `rules/`.
fn rule_files() -> Vec<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for entry in fs::read_dir(&root).expect("the folder of the package") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !OTHER_FOLDERS.contains(&name.as_str()) && !name.starts_with('.') {
            collect(&root, &path, &mut files);
        }
    }
    files.sort();
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of rules") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
            continue;
        }
        let relative = path.strip_prefix(root).expect("a file below the root");
        let relative = relative.to_string_lossy().replace('\\', "/");
        if !relative.ends_with("/mod.rs") && (relative.ends_with(".rs") || relative.ends_with(".yaml")) {
            files.push(relative);
        }
    }
}

fn id(path: &str) -> String {
    path.rsplit_once('.').expect("a file with an extension").0.replace('_', "-")
}

#[test]
fn yaml_rules_load() {
    let faults: Vec<String> = armlint_rules::faults().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_file_is_a_rule_with_the_id_of_its_path() {
    let files = rule_files();
    let expected: BTreeSet<String> = files.iter().map(|path| id(path)).collect();
    assert_eq!(expected.len(), files.len(), "two files make one id: {files:#?}");
    let catalogue = armlint_rules::catalogue();
    let ids: Vec<String> = catalogue.rules().iter().map(|rule| rule.id.to_string()).collect();
    let found: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(ids.len(), found.len(), "a rule is listed twice: {ids:#?}");
    let missing: Vec<_> = expected.difference(&found).collect();
    assert!(missing.is_empty(), "no rule in the `mod.rs` of its folder has the id of its file: {missing:#?}");
    let homeless: Vec<_> = found.difference(&expected).collect();
    assert!(homeless.is_empty(), "the id of these rules is not that of their file: {homeless:#?}");
}

#[test]
fn ids_are_kebab_case() {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/';
    for rule in armlint_rules::catalogue().rules() {
        assert!(rule.id.chars().all(plain) && rule.id.contains('/'), "{}", rule.id);
    }
}

#[test]
fn lists_are_sorted() {
    for path in rule_files().iter().filter(|path| path.ends_with(".rs")) {
        let folder = path.rsplit_once('/').expect("a rule in a folder").0;
        let list = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join("mod.rs");
        let text = fs::read_to_string(&list).unwrap_or_else(|error| panic!("{}: {error}", list.display()));
        let mods: Vec<&str> = text.lines().filter(|line| line.starts_with("mod ")).collect();
        assert!(mods.is_sorted(), "{}: {mods:?}", list.display());
        let entries: Vec<&str> = text.lines().filter(|line| line.trim().ends_with("::RULE,")).collect();
        assert!(entries.is_sorted(), "{}: {entries:?}", list.display());
    }
}

#[test]
fn documentation_is_whole() {
    let catalogue = armlint_rules::catalogue();
    let mut faults = Vec::new();
    for rule in catalogue.rules() {
        match catalogue.documentation(rule.id) {
            None => faults.push(format!("{}: it has no documentation", rule.id)),
            Some(documentation) => {
                let known = |id: &str| catalogue.rule(id).is_some();
                let found = documentation_faults(&documentation, known);
                faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", rule.id)));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

fn documentation_faults(documentation: &Documentation, known: impl Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    let title = documentation.title();
    if title.is_empty() || title.starts_with(char::is_lowercase) || title.ends_with('.') {
        faults.push("the title starts with a capital and ends without a full stop".to_string());
    }
    for heading in ["Why", "How to fix", "Examples"] {
        if documentation.section(heading).is_empty() {
            faults.push(format!("there is no section `## {heading}`"));
        }
    }
    let examples = match example::parse(documentation.text) {
        Ok(examples) => examples,
        Err(error) => {
            faults.push(error.to_string());
            return faults;
        }
    };
    for kind in [ExampleKind::Bad, ExampleKind::Good] {
        // No text is known that the linter fails on.
        let none = kind == ExampleKind::Bad && documentation.id == INTERNAL_ERROR;
        if !none && !examples.iter().any(|example| example.kind == kind) {
            faults.push(format!("there is no {kind:?} example"));
        }
    }
    for example in examples.iter().filter(|example| example.kind == ExampleKind::Bad) {
        let rules = expected_rules(example);
        if !rules.contains(documentation.id) {
            faults.push(format!("the bad example in line {} does not expect the rule", example.line));
        }
        let unknown = rules.into_iter().filter(|rule| !known(rule));
        faults.extend(unknown.map(|rule| format!("line {}: there is no rule `{rule}`", example.line)));
    }
    faults
}

fn expected_rules(example: &Example) -> BTreeSet<&str> {
    let expectations = example.files.iter().flat_map(|file| &file.expectations);
    expectations.map(|expectation| expectation.rule.as_str()).collect()
}

#[test]
fn rules_have_examples_of_several_forms() {
    let catalogue = armlint_rules::catalogue();
    let mut faults = Vec::new();
    for rule in catalogue.rules().iter().filter(|rule| rule.id.starts_with("adf/")) {
        let text = catalogue.documentation(rule.id).map_or("", |documentation| documentation.text);
        let examples = example::parse(text).unwrap_or_default();
        for kind in [ExampleKind::Bad, ExampleKind::Good] {
            let count = examples.iter().filter(|example| example.kind == kind).count();
            if count < 2 {
                faults.push(format!("{}: {count} examples are {kind:?}", rule.id));
            }
        }
        let forms: BTreeSet<&str> = examples.iter().map(form).collect();
        if forms.len() < 2 {
            faults.push(format!("{}: its examples have one form only: {forms:?}", rule.id));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

// What an example is written as.
fn form(example: &Example) -> &'static str {
    let has = |test: fn(&str, &str) -> bool| example.files.iter().any(|file| test(&file.path, &file.text));
    if has(|path, _| path.ends_with(".yaml") || path.ends_with(".yml")) {
        "YAML"
    } else if has(|_, text| text.contains("\"languageVersion\"")) {
        "compiled Bicep"
    } else if has(|path, text| path.contains('/') && !text.contains("\"resources\"")) {
        "Git folder"
    } else {
        "template"
    }
}

#[test]
fn only_the_tables_hold_days() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["adf", "model", "template"] {
        collect(&root, &root.join(folder), &mut files);
    }
    let mut faults = Vec::new();
    for path in files.iter().filter(|path| path.ends_with(".rs") && !path.starts_with("model/facts/")) {
        let text = fs::read_to_string(root.join(path)).expect("a file of the package");
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        let days = lines.filter(|(_, line)| line.contains("Date { year"));
        faults.extend(days.map(|(at, _)| format!("{path}, line {}", at + 1)));
    }
    assert!(faults.is_empty(), "days belong into rules/facts/profiles.tsv: {faults:#?}");
}

#[test]
fn what_follows_values_deeper_asks_the_walk() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["adf", "model", "template"] {
        collect(&root, &root.join(folder), &mut files);
    }
    let mut faults = Vec::new();
    for path in files.iter().filter(|path| path.ends_with(".rs")) {
        let text = fs::read_to_string(root.join(path)).expect("a file of the package");
        // A depth alone bounds nothing: variables that hold each other twice make a tree of any width.
        let values = ["elements()", "entries()", "ValueKind::Array"].iter().any(|word| text.contains(word));
        if text.contains("depth + 1") && values && !text.contains(".enters(") && !text.contains("Node") {
            faults.push(path.clone());
        }
    }
    assert!(faults.is_empty(), "these ask no `Walk` before they look into a value: {faults:#?}");
}
