//! Real files, where they are here: all that are right parse.

use std::path::{Path, PathBuf};

use armlint_bicep::parser::parse;
use armlint_engine::source::{Source, decode};
use armlint_engine::span::SourceId;

/// The folder of real files beside the repository.
pub(crate) fn corpus() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: there is no corpus at {}", folder.display());
    None
}

/// The files below a folder with one of these endings.
pub(crate) fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, endings, found);
        } else if path.extension().is_some_and(|own| endings.iter().any(|ending| own == *ending)) {
            found.push(path);
        }
    }
}

#[test]
fn real_files_parse() {
    let Some(corpus) = corpus() else { return };
    let mut found = Vec::new();
    files(&corpus, &["bicep", "bicepparam"], &mut found);
    let mut wrong = Vec::new();
    for path in &found {
        let Ok(text) = decode(std::fs::read(path).unwrap()) else { continue };
        let shown = path.strip_prefix(&corpus).unwrap().to_str().unwrap();
        let source = Source::new(SourceId(0), shown, text);
        let file = parse(&source);
        if let Some(error) = file.errors.first() {
            let position = source.position(error.span.start);
            wrong.push(format!("{shown}:{}:{}: {}", position.line, position.column, error.message));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), found.len(), wrong.join("\n"));
}
