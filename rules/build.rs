//! Collects the rule files: the `//!` header of every Rust rule, which is its documentation, and the text
//! of every YAML rule. The list of Rust rules itself is written by hand, in the `mod.rs` of each folder.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

// Folders of this package that hold no rules.
const OTHER_FOLDERS: [&str; 5] = ["docs", "facts", "model", "target", "tests"];

fn main() -> io::Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let mut files = Vec::new();
    for folder in folders(&root)? {
        println!("cargo:rerun-if-changed={}", folder.display());
        collect(&folder, &mut files)?;
    }
    // A new folder is named in lib.rs.
    println!("cargo:rerun-if-changed=lib.rs");
    println!("cargo:rerun-if-changed=build.rs");
    files.sort();

    let mut documentation = String::new();
    let mut yaml = String::new();
    for file in &files {
        let relative = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let id = relative.rsplit_once('.').map_or("", |(id, _)| id).replace('_', "-");
        if relative.ends_with(".rs") {
            let header = header(&fs::read_to_string(file)?);
            let _ = writeln!(documentation, "    Documentation {{ id: {id:?}, text: {header:?} }},");
        } else {
            let path = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?})", format!("/{relative}"));
            let _ = writeln!(yaml, "    ({id:?}, include_str!({path})),");
        }
    }
    let text = format!(
        "/// The documentation of the Rust rules, sorted by id.\n\
         pub(crate) static DOCUMENTATION: &[Documentation] = &[\n{documentation}];\n\n\
         /// The ids and texts of the YAML rules, sorted by id.\n\
         pub(crate) static YAML: &[(&str, &str)] = &[\n{yaml}];\n"
    );
    fs::write(Path::new(&variable("OUT_DIR")?).join("catalogue.rs"), text)
}

fn variable(name: &str) -> io::Result<String> {
    std::env::var(name).map_err(io::Error::other)
}

fn folders(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() && !OTHER_FOLDERS.contains(&name.as_str()) && !name.starts_with('.') {
            folders.push(path);
        }
    }
    Ok(folders)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.file_name().is_some_and(|name| name != "mod.rs")
            && path.extension().is_some_and(|extension| extension == "rs" || extension == "yaml")
        {
            files.push(path);
        }
    }
    Ok(())
}

fn header(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
}
