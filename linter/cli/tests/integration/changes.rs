//! `--since` and `--changed`: what a change to a repository breaks, and what was broken before it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const LAKE: &str = r#"{ "name": "Lake", "properties": { "type": "AzureBlobFS",
  "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" } } }"#;

/// Stays: without any linked service a folder is taken for a part of a factory.
const VAULT: &str = r#"{ "name": "Vault", "properties": { "type": "AzureKeyVault",
  "typeProperties": { "baseUrl": "https://contoso.vault.azure.net/" } } }"#;

const SALES: &str = r#"{ "name": "Sales", "properties": { "type": "Parquet",
  "linkedServiceName": { "referenceName": "Lake", "type": "LinkedServiceReference" },
  "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } } } }"#;

/// Refers to what was never there.
const OLD: &str = r#"{ "name": "Old", "properties": { "type": "Parquet",
  "linkedServiceName": { "referenceName": "Gone", "type": "LinkedServiceReference" },
  "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } } } }"#;

fn git(folder: &Path, arguments: &[&str]) {
    let settings = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command.current_dir(folder).args(settings).args(arguments);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GIT_")) {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--allow-empty", "--message", "x"]);
}

/// A repository with one commit: a factory with a broken reference in `dataset/Old.json` and no other finding.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch", "main"]);
    write(folder.path(), "adf/linkedService/Lake.json", LAKE);
    write(folder.path(), "adf/linkedService/Vault.json", VAULT);
    write(folder.path(), "adf/dataset/Sales.json", SALES);
    write(folder.path(), "adf/dataset/Old.json", OLD);
    write(folder.path(), "README.md", "x");
    commit(folder.path());
    folder
}

fn check(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armlint"));
    command.args(["check", "--format", "concise", "--no-config", "--select", "correctness"]);
    command.env_remove("PRE_COMMIT_FROM_REF").current_dir(folder).args(arguments).output().unwrap()
}

/// The exit code, and the file and the rule of each finding.
fn found(folder: &Path, arguments: &[&str]) -> (i32, Vec<String>) {
    let output = check(folder, arguments);
    let text = String::from_utf8(output.stdout).unwrap();
    let short = |line: &str| {
        let (file, rest) = line.split_once(':').unwrap();
        let rule = rest.split_once('[').unwrap().1.split_once(']').unwrap().0;
        format!("{file} {rule}")
    };
    (output.status.code().unwrap(), text.lines().map(short).collect())
}

const OLD_FINDING: &str = "adf/dataset/Old.json adf/dangling-reference";
const NEW_FINDING: &str = "adf/dataset/Sales.json adf/dangling-reference";

fn findings(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_string()).collect()
}

#[test]
fn a_reference_that_a_change_breaks_elsewhere_is_reported_and_no_other() {
    let repository = repository();
    let folder = repository.path();
    let lake = "adf/linkedService/Lake.json";
    assert_eq!(found(folder, &[]), (1, findings(&[OLD_FINDING])));
    assert_eq!(found(folder, &["--changed"]), (0, vec![]));
    assert_eq!(found(folder, &["--changed", lake, "README.md"]), (0, vec![]));
    assert_eq!(found(folder, &["--changed", "adf/dataset/Old.json"]), (1, findings(&[OLD_FINDING])));
    // Renamed in its file, which is all that is passed.
    write(folder, lake, &LAKE.replace("\"Lake\"", "\"Store\""));
    let (code, list) = found(folder, &["--changed", lake]);
    assert_eq!((code, list.contains(&NEW_FINDING.to_string())), (1, true), "{list:?}");
    assert!(!list.contains(&OLD_FINDING.to_string()), "{list:?}");
    // Moved out of the factory.
    fs::rename(folder.join(lake), folder.join("Lake.json")).unwrap();
    assert_eq!(found(folder, &["--changed", "Lake.json"]), (1, findings(&[NEW_FINDING])));
    // Gone, so that nothing is passed.
    fs::remove_file(folder.join("Lake.json")).unwrap();
    assert_eq!(found(folder, &["--changed"]), (1, findings(&[NEW_FINDING])));
    commit(folder);
    assert_eq!(found(folder, &["--changed"]), (0, vec![]));
}

#[test]
fn since_takes_branches_tags_ids_and_parents() {
    let repository = repository();
    let folder = repository.path();
    git(folder, &["tag", "--annotate", "--message", "x", "v1"]);
    git(folder, &["branch", "earlier"]);
    let id = fs::read_to_string(folder.join(".git/refs/heads/main")).unwrap();
    fs::remove_file(folder.join("adf/linkedService/Lake.json")).unwrap();
    commit(folder);
    commit(folder);
    for name in ["v1", "earlier", "refs/heads/earlier", id.trim(), &id[..10], "HEAD~2", "HEAD^^", "main~1^1"]
    {
        assert_eq!(found(folder, &["--since", name]), (1, findings(&[NEW_FINDING])), "{name}");
    }
    assert_eq!(found(folder, &["--since", "HEAD"]), (0, vec![]));
    assert_eq!(found(folder, &["--since", "HEAD^"]), (0, vec![]));
    // Packed, by Git's own hand.
    git(folder, &["gc", "--quiet"]);
    assert_eq!(found(folder, &["--since", "v1"]), (1, findings(&[NEW_FINDING])));
    for name in ["no-such-branch", "HEAD~9", "HEAD^2", "HEAD^{tree}", "", "deadbeef"] {
        let output = check(folder, &["--since", name]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            (output.status.code(), text.contains("there is no such commit")),
            (Some(2), true),
            "{text}"
        );
    }
}

#[test]
fn paths_and_files_limit_what_is_compared() {
    let repository = repository();
    let folder = repository.path();
    fs::remove_file(folder.join("adf/linkedService/Lake.json")).unwrap();
    let inside = folder.join("adf/dataset");
    assert_eq!(
        found(&inside, &["--since", "HEAD"]),
        (1, findings(&["../dataset/Sales.json adf/dangling-reference"]))
    );
    assert_eq!(found(folder, &["adf/dataset/Old.json", "--since", "HEAD"]).1, Vec::<String>::new());
    assert_eq!(
        found(folder, &["adf", "--since", "HEAD", "--report-only", "README.md"]).1,
        Vec::<String>::new()
    );
    let sales = ["adf", "--since", "HEAD", "--report-only", "adf/dataset"];
    assert_eq!(found(folder, &sales), (1, findings(&[NEW_FINDING])));
}

#[test]
fn a_move_is_no_new_finding() {
    let repository = repository();
    let folder = repository.path();
    fs::rename(folder.join("adf"), folder.join("factory")).unwrap();
    assert_eq!(found(folder, &["--since", "HEAD"]), (0, vec![]));
}

#[test]
fn what_is_suppressed_no_longer_is_new() {
    let repository = repository();
    let folder = repository.path();
    let ignored = OLD.replacen('{', "{ // armlint: ignore-file[adf/dangling-reference] an old one\n", 1);
    write(folder, "adf/dataset/Old.json", &ignored);
    commit(folder);
    write(folder, "adf/dataset/Old.json", OLD);
    assert_eq!(found(folder, &["--since", "HEAD"]), (1, findings(&[OLD_FINDING])));
    assert_eq!(found(folder, &["--since", "HEAD", "--no-ignores"]), (0, vec![]));
}

#[test]
fn everything_is_new_in_a_first_commit_and_nothing_need_be_a_template() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    git(folder, &["init", "--quiet", "--initial-branch", "main"]);
    write(folder, "README.md", "x");
    assert_eq!(found(folder, &["--changed", "README.md"]), (0, vec![]));
    assert_eq!(found(folder, &[]).0, 3);
    write(folder, "adf/linkedService/Vault.json", VAULT);
    write(folder, "adf/dataset/Old.json", OLD);
    assert_eq!(found(folder, &["--changed", "README.md"]), (1, findings(&[OLD_FINDING])));
}

#[test]
fn both_parents_of_a_merge_are_known() {
    let repository = repository();
    let folder = repository.path();
    git(folder, &["checkout", "--quiet", "-b", "side"]);
    fs::remove_file(folder.join("adf/linkedService/Lake.json")).unwrap();
    write(folder, "README.md", "side");
    commit(folder);
    git(folder, &["checkout", "--quiet", "main"]);
    write(folder, "README.md", "main");
    commit(folder);
    assert!(
        !Command::new("git").current_dir(folder).args(["merge", "side"]).output().unwrap().status.success()
    );
    assert_eq!(found(folder, &["--changed", "README.md"]), (0, vec![]));
    git(folder, &["merge", "--abort"]);
    fs::remove_file(folder.join("adf/linkedService/Lake.json")).unwrap();
    assert_eq!(found(folder, &["--changed", "README.md"]), (1, findings(&[NEW_FINDING])));
}

#[test]
fn a_linked_work_tree_has_its_own_head() {
    let repository = repository();
    let folder = repository.path();
    let tree = folder.join("tree");
    git(folder, &["worktree", "add", "--quiet", "-b", "other", tree.to_str().unwrap()]);
    fs::remove_file(tree.join("adf/linkedService/Lake.json")).unwrap();
    assert_eq!(found(&tree, &["--changed"]), (1, findings(&[NEW_FINDING])));
    commit(&tree);
    assert_eq!(found(&tree, &["--changed"]), (0, vec![]));
    assert_eq!(found(&tree, &["--since", "main"]), (1, findings(&[NEW_FINDING])));
}

#[test]
fn a_range_starts_where_pre_commit_says() {
    let repository = repository();
    let folder = repository.path();
    fs::remove_file(folder.join("adf/linkedService/Lake.json")).unwrap();
    commit(folder);
    let mut command = Command::new(env!("CARGO_BIN_EXE_armlint"));
    command.args(["check", "--no-config", "--changed", "README.md"]).current_dir(folder);
    assert_eq!(command.env("PRE_COMMIT_FROM_REF", "HEAD").output().unwrap().status.code(), Some(0));
    assert_eq!(command.env("PRE_COMMIT_FROM_REF", "HEAD~1").output().unwrap().status.code(), Some(1));
}

#[test]
fn a_repository_that_cannot_be_read_is_an_error() {
    let repository = repository();
    let objects = repository.path().join(".git/objects");
    fs::rename(&objects, repository.path().join(".git/elsewhere")).unwrap();
    fs::create_dir(&objects).unwrap();
    let other = tempfile::tempdir().unwrap();
    git(other.path(), &["init", "--quiet", "--object-format", "sha256"]);
    write(other.path(), "adf/dataset/Old.json", OLD);
    commit(other.path());
    for folder in [repository.path(), other.path()] {
        let output = check(folder, &["--changed"]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            (output.status.code(), text.contains("cannot read the commit")),
            (Some(2), true),
            "{text}"
        );
    }
}

#[test]
fn without_a_repository_there_is_nothing_to_compare_with() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "adf/dataset/Old.json", OLD);
    for arguments in [&["--changed"][..], &["--since", "HEAD"]] {
        let output = check(folder.path(), arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), text.contains("in no work tree")), (Some(2), true), "{text}");
    }
}
