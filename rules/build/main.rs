//! Makes constants of the pages of the rules, so that nothing is read when the program starts.
//!
//! A page is `rules/<folder>/<rule>.md`. Where a file of Rust of the same name (with underscores) stands beside it, its
//! `check` is the check of the rule; otherwise the front matter is, or the engine reports under the name of the rule.

mod constants;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use armlint_page::Page;

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
    let mut catalogue = constants::Catalogue::default();
    let mut faults = String::new();
    for folder in folders(&library) {
        println!("cargo:rerun-if-changed={folder}");
        for fault in read(&root, folder, &mut catalogue)? {
            let _ = write!(faults, "\n{fault}");
        }
    }
    println!("cargo:rerun-if-changed=fixtures");
    fixtures(&root.join("fixtures"), &mut catalogue)?;
    if !faults.is_empty() {
        return Err(faults);
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

// The folders of rules: the modules of the package that are not public, which is the language of templates.
fn folders(library: &str) -> impl Iterator<Item = &str> {
    library.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
}

// Takes the rules of a folder, sorted by id; what comes back is what is wrong with its files.
fn read(root: &Path, folder: &str, catalogue: &mut constants::Catalogue) -> Result<Vec<String>, String> {
    let path = root.join(folder);
    let mut pages = BTreeSet::new();
    let mut code = BTreeSet::new();
    for entry in fs::read_dir(&path).map_err(|error| at(&path, error))? {
        let name = entry.map_err(|error| at(&path, error))?.file_name().to_string_lossy().into_owned();
        match name.rsplit_once('.') {
            Some((rule, "md")) => _ = pages.insert(rule.to_string()),
            Some((module, "rs")) if module != "mod" => _ = code.insert(module.to_string()),
            _ => {}
        }
    }
    let mut faults = Vec::new();
    for rule in &pages {
        let file = format!("{folder}/{rule}.md");
        let text = fs::read_to_string(root.join(&file)).map_err(|error| at(&root.join(&file), error))?;
        let module = rule.replace('-', "_");
        let has_code = code.remove(&module);
        match Page::read(&format!("rules/{file}"), &text) {
            Ok(page) => {
                let place = has_code.then(|| format!("{folder}::{module}"));
                faults.extend(fault(&page, has_code).map(|fault| format!("rules/{file}: {fault}")));
                catalogue.add(&format!("{folder}/{rule}"), &page, place.as_deref());
            }
            Err(error) => faults.push(error.to_string()),
        }
    }
    let page = |module: &String| format!("{folder}/{}.md", module.replace('_', "-"));
    faults.extend(
        code.iter()
            .map(|module| format!("rules/{folder}/{module}.rs: there is no page rules/{}", page(module))),
    );
    Ok(faults)
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

// A rule has one check.
fn fault(page: &Page, has_code: bool) -> Option<&'static str> {
    match (page.setting.is_some(), page.by_engine, has_code) {
        (false, false, false) => {
            Some("it has neither a `condition` nor code beside it, nor does the engine report it")
        }
        (true, false, false) | (false, true, false) | (false, false, true) => None,
        _ => Some("it has two of a `condition`, code beside it, and `reported-by`"),
    }
}
