//! What every rule of the catalogue must have.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use armlint_engine::check::INTERNAL_ERROR;
use armlint_engine::rule::example::{Example, ExampleKind};
use armlint_engine::rule::{Catalogue, Documentation};

// The pages, as paths under `rules/`: they are in the folders of the package, but not deeper.
fn pages() -> Vec<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut pages = Vec::new();
    for folder in fs::read_dir(&root).expect("the folder of the package").flatten().map(|entry| entry.path())
    {
        let files = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
        for page in files.filter(|path| path.extension().is_some_and(|extension| extension == "md")) {
            let relative = page.strip_prefix(&root).expect("a file below the root");
            pages.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
    pages.sort();
    pages
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of rules") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
            continue;
        }
        let relative = path.strip_prefix(root).expect("a file below the root");
        files.push(relative.to_string_lossy().replace('\\', "/"));
    }
}

// The build reads the pages of the folders that `lib.rs` names.
#[test]
fn every_page_is_a_rule() {
    let catalogue = armlint_rules::catalogue();
    let rules: Vec<String> = catalogue.rules().iter().map(|rule| format!("{}.md", rule.id)).collect();
    assert_eq!(pages(), rules, "a folder of pages is named in lib.rs");
}

#[test]
fn ids_are_kebab_case() {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/';
    for rule in armlint_rules::catalogue().rules() {
        assert!(rule.id.chars().all(plain) && rule.id.contains('/'), "{}", rule.id);
    }
}

#[test]
fn rules_yield_to_rules() {
    let catalogue = armlint_rules::catalogue();
    for rule in catalogue.rules() {
        for other in rule.yields_to.iter() {
            assert!(
                catalogue.rule(other).is_some_and(|other| other.yields_to.is_empty()),
                "{}: {other}",
                rule.id
            );
        }
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
                let found = documentation_faults(documentation, &catalogue);
                faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", rule.id)));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

fn documentation_faults(documentation: &Documentation, catalogue: &Catalogue) -> Vec<String> {
    let mut faults = Vec::new();
    let examples = match catalogue.examples(documentation.id) {
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
        let unknown = rules.into_iter().filter(|rule| catalogue.rule(rule).is_none());
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
        let examples = catalogue.examples(rule.id).unwrap_or_default();
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

// The files of code of rules, and of what they share.
fn code() -> Vec<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let is_code = |path: &PathBuf| path.is_dir() && !path.ends_with("tests") && !path.ends_with("build");
    let own = fs::read_dir(&root).expect("the folder of the package").flatten().map(|entry| entry.path());
    let shared = ["../linter/azure/src", "../linter/factory/src"].map(|folder| root.join(folder));
    let mut files = Vec::new();
    for folder in own.filter(is_code).chain(shared) {
        collect(&root, &folder, &mut files);
    }
    files.retain(|path| path.ends_with(".rs"));
    assert!(!files.is_empty());
    files
}

#[test]
fn only_the_tables_hold_days() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    for path in code().iter().filter(|path| !path.contains("/src/facts/")) {
        let text = fs::read_to_string(root.join(path)).expect("a file of the package");
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        let days = lines.filter(|(_, line)| line.contains("Date { year"));
        faults.extend(days.map(|(at, _)| format!("{path}, line {}", at + 1)));
    }
    assert!(faults.is_empty(), "days belong into the tables of facts: {faults:#?}");
}

#[test]
fn what_follows_values_deeper_asks_the_walk() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    for path in &code() {
        let text = fs::read_to_string(root.join(path)).expect("a file of the package");
        // A depth alone bounds nothing: variables that hold each other twice make a tree of any width.
        let values = ["elements()", "entries()", "ValueKind::Array"].iter().any(|word| text.contains(word));
        if text.contains("depth + 1") && values && !text.contains(".enters(") && !text.contains("Node") {
            faults.push(path.clone());
        }
    }
    assert!(faults.is_empty(), "these ask no `Walk` before they look into a value: {faults:#?}");
}

// The checks of other tools that are in a table beside the checkout, as `tool:ID` in lower case; none where it is not there.
fn checks_of_others() -> Option<BTreeSet<String>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let texts =
        ["azure/rules.tsv", "peers/union_checks.tsv"].map(|table| fs::read_to_string(beside.join(table)));
    let texts: Vec<String> = texts.into_iter().collect::<Result<_, _>>().ok()?;
    let words = texts.iter().flat_map(|text| text.split([' ', ',', '\t', '\n']));
    Some(words.filter(|word| word.contains(':')).map(str::to_ascii_lowercase).collect())
}

#[test]
fn what_is_said_of_other_tools_is_there() {
    let Some(checks) = checks_of_others() else {
        eprintln!("skipped: there is no table of the checks of other tools");
        return;
    };
    let tools: BTreeSet<&str> = checks.iter().filter_map(|id| Some(id.split_once(':')?.0)).collect();
    assert!(tools.contains("checkov") && tools.contains("psrule"), "{tools:?}");
    for rule in armlint_rules::catalogue().rules() {
        for id in rule.equivalents.iter() {
            let known = id.to_ascii_lowercase();
            let tool = known.split_once(':').map_or("", |(tool, _)| tool);
            // Of a tool that is not in the table nothing can be said.
            assert!(
                !tools.contains(tool) || checks.contains(&known),
                "{} names {id}, which is not there",
                rule.id
            );
        }
    }
}
