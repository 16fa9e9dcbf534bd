//! The pages of `rules/docs/`: one for each rule and an index, made from the catalogue.
//!
//! `ARMLINT_WRITE_DOCS=1 cargo test -p armlint-rules --test integration docs` writes them; without the variable the
//! test fails where they differ from the catalogue.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use armlint_engine::rule::{Catalogue, RuleSpec};

#[test]
fn pages_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let wanted = pages(&armlint_rules::catalogue());
    let mut found = BTreeMap::new();
    read(&root, &root, &mut found);
    if std::env::var_os("ARMLINT_WRITE_DOCS").is_some() {
        write(&root, &wanted, &found);
        return;
    }
    let changed = wanted.iter().filter(|(path, text)| found.get(*path) != Some(text)).map(|(path, _)| path);
    let stale = found.keys().filter(|path| !wanted.contains_key(*path));
    let paths: Vec<&String> = changed.chain(stale).collect();
    assert!(
        paths.is_empty(),
        "run `ARMLINT_WRITE_DOCS=1 cargo test -p armlint-rules --test integration docs`; these pages differ: {paths:#?}"
    );
}

// Paths under `rules/docs/` and their texts.
fn pages(catalogue: &Catalogue) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut index = String::from(
        "# Rules\n\nMade from the rules by a test; edit the rules instead.\n\n\
         | rule | what is wrong | severity | category |\n|---|---|---|---|\n",
    );
    for rule in catalogue.rules() {
        let title = catalogue.documentation(rule.id).map_or("", |documentation| documentation.title());
        let RuleSpec { id, severity, category, .. } = rule;
        let title = title.replace('|', "\\|");
        let _ = writeln!(index, "| [{id}]({id}.md) | {title} | {severity} | {category} |");
        pages.insert(format!("{id}.md"), page(catalogue, rule));
    }
    pages.insert("README.md".into(), index);
    pages
}

fn page(catalogue: &Catalogue, rule: &RuleSpec) -> String {
    let RuleSpec { id, severity, category, .. } = rule;
    let Some(documentation) = catalogue.documentation(id) else { return String::new() };
    let mut page = format!("# {}\n\n", documentation.title());
    let _ =
        writeln!(page, "| rule | severity | category |\n|---|---|---|\n| `{id}` | {severity} | {category} |");
    for heading in ["Why", "How to fix", "Examples"] {
        let _ = write!(page, "\n## {heading}\n\n{}\n", documentation.section(heading));
    }
    for (heading, entries) in [("Equivalents", rule.equivalents), ("References", rule.references)] {
        if !entries.is_empty() {
            let _ = write!(page, "\n## {heading}\n\n");
            for entry in entries {
                let _ = writeln!(page, "- {entry}");
            }
        }
    }
    page
}

fn read(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            read(root, &path, found);
        } else if let (Ok(text), Ok(relative)) = (fs::read_to_string(&path), path.strip_prefix(root)) {
            let text = text.replace("\r\n", "\n");
            found.insert(relative.to_string_lossy().replace('\\', "/"), text);
        }
    }
}

fn write(root: &Path, wanted: &BTreeMap<String, String>, found: &BTreeMap<String, String>) {
    for (path, text) in wanted.iter().filter(|(path, text)| found.get(*path) != Some(text)) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(root)).expect("the folder of a page");
        fs::write(&path, text).expect("a page");
    }
    for path in found.keys().filter(|path| !wanted.contains_key(*path)) {
        fs::remove_file(root.join(path)).expect("a page of no rule");
    }
}
