//! The dependency direction inside of the engine: a module names only modules below it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const ORDER: [&str; 20] = [
    "similar",
    "span",
    "source",
    "syntax",
    "dialect",
    "value",
    "expression",
    "semantics",
    "graph",
    "secret",
    "expand",
    "finding",
    "fix",
    "settings",
    "rule",
    "check",
    "suppression",
    "fingerprint",
    "session",
    "examples",
];

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

#[test]
fn modules_name_only_modules_below() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let level = |module: &str| ORDER.iter().position(|name| *name == module);
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&root).unwrap().with_extension("");
        let module = relative.iter().next().unwrap().to_str().unwrap().to_string();
        let tests = relative.iter().any(|part| part == "tests" || part == "testing" || part == "soundness");
        if module == "lib" || tests {
            continue;
        }
        let own = level(&module).unwrap_or_else(|| panic!("the module {module} has no place in the order"));
        for line in fs::read_to_string(&file).unwrap().lines() {
            for (at, _) in line.match_indices("crate::") {
                let rest = &line[at + "crate::".len()..];
                let named: String =
                    rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if level(&named).is_some_and(|other| other > own) {
                    wrong.push(format!("{}: {}", relative.display(), line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "modules that name modules above them:\n{}", wrong.join("\n"));
}

#[test]
fn the_engine_does_no_input_and_output_and_knows_no_editor() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("Cargo.toml")];
    rust_files(&root.join("src"), &mut files);
    let foreign =
        ["std::fs", "TcpStream", "UdpSocket", "std::io", "std::process", "std::env", "lsp_", "lsp-"];
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for name in foreign {
            assert!(!text.contains(name), "{} names {name}", file.display());
        }
    }
}

// The packages of the workspace, each with its folder; one depends only on those before it.
const PACKAGES: [(&str, &str); 9] = [
    ("armlint-page", "linter/page"),
    ("armlint-engine", "linter/engine"),
    ("armlint-azure", "linter/azure"),
    ("armlint-factory", "linter/factory"),
    ("armlint-bicep", "linter/bicep"),
    ("armlint-rules", "rules"),
    ("armlint-workspace", "linter/workspace"),
    ("armlint-lsp", "linter/lsp"),
    ("armlint", "linter/cli"),
];

#[test]
fn packages_depend_only_on_packages_below() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let workspace = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let members = workspace.split_once("members = [").unwrap().1.split_once(']').unwrap().0;
    assert_eq!(members.matches('"').count(), 2 * PACKAGES.len(), "a package has no place in the order");
    for (at, (name, folder)) in PACKAGES.iter().enumerate() {
        let manifest = fs::read_to_string(root.join(folder).join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{folder} is not {name}");
        let above = PACKAGES.iter().skip(at).map(|(other, _)| format!("{other}.workspace"));
        for dependency in above {
            let named = manifest.lines().any(|line| line.starts_with(&dependency));
            assert!(!named, "{name} depends on {dependency}");
        }
    }
}

#[test]
fn the_package_of_azure_knows_no_factory() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../azure/src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    assert!(!files.is_empty());
    // Kinds of manifests and the schema name all providers, this one among them.
    let named = ["tests.rs", "manifest/kinds.rs", "schema/walk.rs"];
    for file in files.iter().filter(|file| !named.iter().any(|name| file.ends_with(name))) {
        let text = fs::read_to_string(file).unwrap().to_lowercase();
        for name in ["data factory", "datafactory", "synapse", "factory", "factories"] {
            assert!(!text.contains(name), "{} names {name}", file.display());
        }
    }
}

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    fs::read_to_string(path).unwrap().replace("\r\n", "\n")
}

#[test]
fn the_map_has_the_order() {
    let readme = readme().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(readme.contains(&format!("`{}`", ORDER.join(", "))), "linter/README.md has another order");
}

// `a/{b,c}.rs` is two paths.
fn paths(written: &str) -> Vec<String> {
    match written.split_once('{').and_then(|(start, rest)| Some((start, rest.split_once('}')?))) {
        Some((start, (names, end))) => names.split(',').map(|name| format!("{start}{name}{end}")).collect(),
        None => vec![written.to_string()],
    }
}

// A path without a package is in the folder of the one before it.
#[test]
fn the_map_names_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = readme();
    let rows = readme.lines().skip_while(|line| *line != "| what | where |").skip(2);
    let mut wrong = Vec::new();
    let mut count = 0;
    for row in rows.take_while(|line| line.starts_with('|')) {
        let places = row.trim_matches('|').rsplit('|').next().unwrap();
        let mut folder = root.clone();
        for written in places.split('`').skip(1).step_by(2) {
            let before = folder.clone();
            for path in paths(written) {
                count += 1;
                let found = [root.join(&path), before.join(&path)].into_iter().find(|path| path.exists());
                match found {
                    Some(found) => folder = found.parent().unwrap().to_path_buf(),
                    None => wrong.push(path),
                }
            }
        }
    }
    assert!(
        count > 70 && wrong.is_empty(),
        "linter/README.md names what is not there: {wrong:#?} of {count}"
    );
}

#[test]
fn no_two_types_have_one_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.to_string_lossy().contains("test")) {
        for line in fs::read_to_string(file).unwrap().lines().filter(|line| !line.starts_with([' ', '/'])) {
            let words = || line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let named = words().skip_while(|word| !["struct", "enum", "trait", "type"].contains(word)).nth(1);
            if let Some(name) = named {
                places.entry(name.to_string()).or_default().push(file.display().to_string());
            }
        }
    }
    assert!(places.len() > 200, "{}", places.len());
    places.retain(|_, files| files.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}
