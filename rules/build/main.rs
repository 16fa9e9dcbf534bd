//! Makes constants of the pages of the rules, so that nothing is read when the program starts.
//!
//! A page is `rules/<folder>/<rule>.md`. Where a file of Rust of the same name (with underscores) stands beside it, its
//! `check` is the check of the rule; otherwise the front matter is, or the engine reports under the name of the rule.

mod constants;
mod folder;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{}", fault.trim());
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    // A folder is named in `lib.rs`, with or without pages so far.
    println!("cargo:rerun-if-changed=lib.rs");
    println!("cargo:rerun-if-changed=build");
    let library = root.join("lib.rs");
    let library = fs::read_to_string(&library).map_err(|error| at(&library, error))?;
    let (mut rules, mut faults) = (Vec::new(), Vec::new());
    for module in folders(&library) {
        let folder = module.replace('_', "-");
        println!("cargo:rerun-if-changed={folder}");
        let found = folder::read(&root, &folder, &mut faults);
        rules.extend(found.map_err(|error| at(&root.join(&folder), error))?);
    }
    // What cannot be read is no rule so far, so that names of it would be faults of others.
    if faults.is_empty() {
        faults = folder::unknown_names(&rules);
    }
    let mut catalogue = constants::Catalogue::default();
    for rule in &rules {
        catalogue.add(&rule.id, &rule.page, rule.code.as_deref());
    }
    println!("cargo:rerun-if-changed=fixtures");
    fixtures(&root.join("fixtures"), &mut catalogue)?;
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    let path = Path::new(&variable("OUT_DIR")?).join("catalogue.rs");
    fs::write(&path, catalogue.text()).map_err(|error| at(&path, error))
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|error| format!("{name}: {error}"))
}

fn at(path: &Path, error: io::Error) -> String {
    format!("{}: {error}", path.display())
}

// The folders of rules: the modules of the package that are not public, which is the language of templates. A folder is
// named with hyphens where its module has underscores.
fn folders(library: &str) -> impl Iterator<Item = &str> {
    library.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
}

// The files that examples share, each under the name that `given=` calls them by.
fn fixtures(folder: &Path, catalogue: &mut constants::Catalogue) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| at(folder, error))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| at(&path, error))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        catalogue.add_fixture(&name, &text.replace("\r\n", "\n"));
    }
    Ok(())
}
