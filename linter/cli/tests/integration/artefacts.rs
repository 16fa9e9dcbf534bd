//! The table of artefacts: a file is the same to armlint whether it or its folder is named, in every folder of the
//! table; and the editor's extension starts the server for the same folders.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use armlint_factory::artefact::{ARTEFACTS, ArtefactKind};
use serde_json::Value;
use tempfile::TempDir;

/// An artefact of any kind that refers to what is not there.
const DANGLING: &str = r#"{ "name": "c", "properties": { "annotations": [],
  "through": { "referenceName": "Gone", "type": "LinkedServiceReference" } } }"#;

const BROKEN: &str = r#"{ "name": "c", "properties": { "annotations": [ "#;

const FAULTLESS: &str = r#"{ "name": "c", "properties": { "annotations": [] } }"#;

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A factory without a fault, but for one file.
fn factory(file: &str, text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let lake = r#"{ "name": "Lake", "properties": { "type": "AzureBlobFS",
      "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" } } }"#;
    write(folder.path(), "adf/linkedService/Lake.json", lake);
    write(
        folder.path(),
        "adf/pipeline/Load.json",
        r#"{ "name": "Load", "properties": { "activities": [] } }"#,
    );
    write(folder.path(), file, text);
    folder
}

/// The findings of `file`, whether it was read, and the exit code, where `named` is checked.
fn checked(folder: &Path, named: &str, file: &str) -> (Vec<Value>, Vec<Value>, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armlint"));
    command.args(["check", "--format", "json", "--no-config", "--select", "correctness", named]);
    let output = command.current_dir(folder).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{named}: {}", String::from_utf8_lossy(&output.stderr)));
    let own = |list: &Value| -> Vec<Value> {
        let all = list.as_array().into_iter().flatten();
        all.filter(|entry| entry["file"] == file).cloned().collect()
    };
    let unread = ["failed", "partialFiles", "ignoredFiles"].map(|key| own(&report["files"][key]));
    (own(&report["findings"]), unread.concat(), output.status.code().unwrap())
}

#[test]
fn a_file_is_the_same_by_itself_and_in_its_folder() {
    for artefact in &ARTEFACTS {
        let usual = artefact.kind.usual_folder();
        for (folder, text) in [
            (usual.to_string(), DANGLING),
            (usual.to_lowercase(), DANGLING),
            (usual.to_string(), BROKEN),
            (usual.to_string(), FAULTLESS),
        ] {
            let file = format!("adf/{folder}/c.json");
            let factory = factory(&file, text);
            let in_folder = checked(factory.path(), "adf", &file);
            assert_eq!(checked(factory.path(), &file, &file), in_folder, "{file}: {text}");
            let rules: BTreeSet<&str> =
                in_folder.0.iter().filter_map(|finding| finding["rule"].as_str()).collect();
            // What the factory itself refers to is followed by nobody.
            let dangling = text == DANGLING && artefact.kind != ArtefactKind::Factory;
            assert_eq!(rules.contains("adf/dangling-reference"), dangling, "{file}: {rules:?}");
        }
    }
}

#[test]
fn the_extension_starts_for_every_folder() {
    let extension = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editors/vscode/src/concern.ts");
    let text = fs::read_to_string(extension).unwrap();
    let list = text.split_once("const ARTEFACT_FOLDERS = [").unwrap().1.split_once(']').unwrap().0;
    let folders: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert_eq!(folders, ARTEFACTS.map(|artefact| artefact.folder));
}
