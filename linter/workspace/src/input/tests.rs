use std::fs;

use armlint_engine::session::{Wanted, WantedKind};

use super::*;
use crate::error::Error;

fn tree(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "{}").unwrap();
    }
    folder
}

fn find(folder: &tempfile::TempDir, arguments: &[&str], explain: bool) -> Discovery {
    let paths: Vec<PathBuf> = arguments.iter().map(|argument| folder.path().join(argument)).collect();
    let request = Request { paths: &paths, parameters: &[], stdin_filename: None, explain, threads: 2 };
    discover(Base::current().unwrap(), request).unwrap()
}

fn names(folder: &tempfile::TempDir, files: &[FoundFile]) -> Vec<(String, Role)> {
    let name = |path: &Path| path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned();
    files.iter().map(|found| (name(&found.path), found.role)).collect()
}

// With the neighbours of what is named.
fn taken(folder: &tempfile::TempDir, arguments: &[&str]) -> Vec<(String, Role)> {
    let (base, mut found) = (Base::current().unwrap(), find(folder, arguments, false));
    let named = found.files.iter().filter(|file| file.role == Role::Named);
    let wanted: Vec<Wanted> = named
        .map(|file| Wanted {
            from: file.shown.clone(),
            path: String::new(),
            kind: WantedKind::Neighbours,
            cap: Wanted::MAX_NEIGHBOURS,
        })
        .collect();
    found.add_context(&base, answer(&base, &wanted));
    names(folder, &found.files)
}

fn expected(files: &[(&str, Role)]) -> Vec<(String, Role)> {
    files.iter().map(|(name, role)| (name.to_string(), *role)).collect()
}

#[test]
fn a_folder_gives_what_may_be_a_template() {
    let folder = tree(&[
        "a.json",
        "b/c.YAML",
        "b/d.txt",
        "e.arm.json",
        ".hidden/f.json",
        "g.template",
        "h.bicep",
        "i.tf",
    ]);
    let files = [
        ("a.json", Role::Walked),
        ("b/c.YAML", Role::Walked),
        ("e.arm.json", Role::Walked),
        ("g.template", Role::Walked),
        ("h.bicep", Role::Walked),
    ];
    assert_eq!(taken(&folder, &[""]), expected(&files));
}

#[test]
fn ignore_files_hold_outside_of_repositories_and_not_for_named_files() {
    let folder = tree(&["a.json", "out/b.json", "c/d.json"]);
    fs::write(folder.path().join(".gitignore"), "out/\n").unwrap();
    fs::write(folder.path().join("c/.ignore"), "d.json\n").unwrap();
    assert_eq!(taken(&folder, &[""]), expected(&[("a.json", Role::Walked)]));
    let files = [("a.json", Role::Walked), ("out/b.json", Role::Named)];
    assert_eq!(taken(&folder, &["", "out/b.json"]), expected(&files));

    let skipped = find(&folder, &[""], true).skipped;
    let reasons: Vec<_> = skipped
        .iter()
        .map(|skipped| (skipped.shown.rsplit_once("/.tmp").map_or("", |_| ""), skipped.reason))
        .map(|(_, reason)| reason)
        .collect();
    assert!(reasons.contains(&"named by an ignore file") && reasons.contains(&"hidden"), "{skipped:?}");
    assert!(skipped.iter().any(|skipped| skipped.shown.ends_with("out/")));
}

#[test]
fn overlapping_arguments_give_each_file_once() {
    let folder = tree(&["a.json", "b/c.json"]);
    let files = [("a.json", Role::Walked), ("b/c.json", Role::Walked)];
    assert_eq!(taken(&folder, &["", "b", "b/.", "."]), expected(&files));
}

#[test]
fn a_named_file_is_taken_whatever_its_name() {
    let folder = tree(&["a.txt"]);
    assert_eq!(taken(&folder, &["a.txt"]), expected(&[("a.txt", Role::Named)]));
}

#[test]
fn patterns_are_expanded() {
    let folder = tree(&["a/x.json", "b/y.json", "b/z.txt"]);
    let files = [("a/x.json", Role::Named), ("b/y.json", Role::Named)];
    assert_eq!(taken(&folder, &["**/*.json"]), expected(&files));
    let nothing = find(&folder, &["*.nope"], false);
    assert!(matches!(nothing.problems.as_slice(), [Error::NothingMatches { .. }]));
    let broken = find(&folder, &["a***"], false);
    assert!(matches!(broken.problems.as_slice(), [Error::Pattern { .. }]));
}

#[test]
fn a_missing_path_is_a_problem_and_the_rest_goes_on() {
    let folder = tree(&["a.json"]);
    let found = find(&folder, &["nope", "a.json"], false);
    assert_eq!(names(&folder, &found.files), expected(&[("a.json", Role::Named)]));
    assert!(matches!(found.problems.as_slice(), [Error::NoSuchPath { .. }]));
}

#[test]
fn one_artefact_brings_its_factory() {
    let folder = tree(&[
        "adf/factory/f.json",
        "adf/pipeline/p.json",
        "adf/pipeline/q.json",
        "adf/managedVirtualNetwork/default/managedPrivateEndpoint/e.json",
        "adf/managedVirtualNetwork/default.json",
        "adf/readme.json",
        "other/x.json",
    ]);
    let files = [
        ("adf/factory/f.json", Role::Context),
        ("adf/managedVirtualNetwork/default.json", Role::Context),
        ("adf/managedVirtualNetwork/default/managedPrivateEndpoint/e.json", Role::Context),
        ("adf/pipeline/p.json", Role::Named),
        ("adf/pipeline/q.json", Role::Context),
    ];
    assert_eq!(taken(&folder, &["adf/pipeline/p.json"]), expected(&files));
    let endpoint = taken(&folder, &["adf/managedVirtualNetwork/default/managedPrivateEndpoint/e.json"]);
    assert_eq!(endpoint.iter().filter(|(_, role)| *role == Role::Context).count(), 4);
    let pipelines = taken(&folder, &["adf/pipeline"]);
    assert_eq!(pipelines.iter().filter(|(_, role)| *role == Role::Walked).count(), 2);
    assert_eq!(pipelines.iter().filter(|(_, role)| *role == Role::Context).count(), 3);
}

#[test]
fn one_template_brings_its_siblings() {
    let folder =
        tree(&["t/main.json", "t/main.parameters.json", "t/linked.json", "t/x.txt", "t/n/deep.json"]);
    let files = [
        ("t/linked.json", Role::Context),
        ("t/main.json", Role::Named),
        ("t/main.parameters.json", Role::Context),
    ];
    assert_eq!(taken(&folder, &["t/main.json"]), expected(&files));
}

#[test]
fn siblings_are_capped_and_the_nearest_names_kept() {
    let mut files: Vec<String> = (0..300).map(|index| format!("a{index}.json")).collect();
    files.extend(["main.json".to_string(), "main.parameters.json".to_string()]);
    let folder = tree(&files.iter().map(String::as_str).collect::<Vec<_>>());
    let found = taken(&folder, &["main.json"]);
    assert_eq!(found.len(), 101);
    assert!(found.contains(&("main.parameters.json".to_string(), Role::Context)));
}

#[test]
#[cfg(unix)]
fn links_neither_loop_nor_lead_out() {
    let folder = tree(&["a/b.json"]);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
    assert_eq!(taken(&folder, &[""]), expected(&[("a/b.json", Role::Walked)]));
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(folder.path().join("a"), &link).unwrap();
    assert_eq!(taken(&folder, &["link"]), expected(&[("link/b.json", Role::Walked)]));
}

#[test]
fn a_lone_folder_of_that_name_is_no_factory() {
    let folder = tree(&["database/t/main.json", "database/t/main.parameters.json", "database/x.json"]);
    let files = [("database/t/main.json", Role::Named), ("database/t/main.parameters.json", Role::Context)];
    assert_eq!(taken(&folder, &["database/t/main.json"]), expected(&files));
}

#[test]
fn what_lies_around_several_files_is_given_once() {
    let folder =
        tree(&["adf/factory/f.json", "adf/dataset/a.json", "adf/dataset/b.json", "x/c.json", "x/d.json"]);
    let base = Base::new(folder.path().to_path_buf());
    let wanted = ["adf/dataset/a.json", "adf/dataset/b.json", "x/c.json", "x/d.json"].map(|from| Wanted {
        from: from.into(),
        path: String::new(),
        kind: WantedKind::Neighbours,
        cap: Wanted::MAX_NEIGHBOURS,
    });
    let found = answer(&base, &wanted);
    let shown: Vec<String> = found.iter().map(|path| base.shown(path)).collect();
    assert_eq!(
        shown,
        ["adf/factory/f.json", "adf/dataset/a.json", "adf/dataset/b.json", "x/d.json", "x/c.json"]
    );
}
