//! The packages above the rules: a module names only modules that stand above it in the root of its package.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn modules(root: &str) -> Vec<String> {
    let names =
        root.lines().filter_map(|line| line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod "));
    names.filter_map(|name| name.strip_suffix(';')).map(str::to_string).collect()
}

// What stands behind `crate::`, and behind `super::` in a file of the root: one name, or several in braces.
fn named(text: &str, start: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let mut names = BTreeSet::new();
    for (at, _) in text.match_indices(start) {
        let rest = &text[at + start.len()..];
        let list = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default(),
            None => rest.split(|c| !is_name(c)).next().unwrap_or_default(),
        };
        names.extend(list.split(|c| !is_name(c)).map(str::to_string));
    }
    names
}

fn check(package: &str, root: &str) -> Vec<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(package).join("src");
    let order = modules(&fs::read_to_string(source.join(root)).unwrap());
    let level = |module: &str| order.iter().position(|name| name == module);
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&source).unwrap().with_extension("");
        let parts: Vec<&str> = relative.iter().map(|part| part.to_str().unwrap()).collect();
        let own = parts.first().copied().unwrap_or_default();
        if ["lib", "main"].contains(&own) || parts.iter().any(|part| ["tests", "testing"].contains(part)) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let mut names = named(code, "crate::");
        if let [_] | [_, "mod"] = parts.as_slice() {
            names.extend(named(code, "super::"));
        }
        let above = names.iter().filter(|name| level(name) > level(own));
        wrong.extend(above.map(|name| format!("{package}: {} names {name}", relative.display())));
    }
    wrong
}

#[test]
fn modules_name_only_modules_above() {
    let packages = [("workspace", "lib.rs"), ("lsp", "lib.rs"), ("cli", "main.rs")];
    let wrong: Vec<String> = packages.iter().flat_map(|(package, root)| check(package, root)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
