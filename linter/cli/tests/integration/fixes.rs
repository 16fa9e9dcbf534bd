//! `armlint check --fix` as scripts and editors see it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::folder::folder;

const FACTORY: &str = r#"{ "name": "adf-sales", "location": "northeurope", "properties": { "publicNetworkAccess": "Disabled" } }
"#;

const NETWORK: &str =
    r#"{ "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }"#;

/// A location that a safe fix sets, and formatting that has to stay.
const RUNTIME: &str = r#"{
  // A comment that stays.
	"name": "Inside",   "properties": {
    "type": "Managed",
    "typeProperties": { "computeProperties": { "location": "West Europe" /* elsewhere */ } },
    "password": "planted-Secret-1",
    "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
  }
}
"#;

/// A fix beside a secret that is not safe: the server may not speak TLS.
const STORE: &str = r#"{ "name": "Db", "properties": { "type": "AzureSqlDatabase",
    "typeProperties": { "connectionString": "Server=x.database.windows.net;Encrypt=False;Password=planted-Secret-2" } } }
"#;

const RUNTIME_FILE: &str = "adf/integrationRuntime/Inside.json";

fn factory() -> TempDir {
    folder(&[
        ("adf/factory/adf-sales.json", FACTORY),
        ("adf/managedVirtualNetwork/default.json", NETWORK),
        (RUNTIME_FILE, RUNTIME),
        ("adf/linkedService/Db.json", STORE),
    ])
}

fn run(folder: &Path, arguments: &[&str], input: Option<&[u8]>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armlint"));
    command.current_dir(folder).arg("check").args(arguments).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.unwrap_or_default()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

fn fixed() -> String {
    RUNTIME.replace("West Europe", "AutoResolve")
}

#[test]
fn fixes_change_what_they_say_and_nothing_else() {
    let folder = factory();
    let safe = run(folder.path(), &["adf", "--fix", "--diff"], None);
    let told = "would fix 1 finding in 1 file; --unsafe-fixes would fix 1 more\n";
    assert!(text(&safe.stderr).ends_with(told), "{}", text(&safe.stderr));
    let output = run(folder.path(), &["adf", "--fix", "--unsafe-fixes", "--format", "concise"], None);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).ends_with("\nfixed 2 findings in 2 files\n"), "{}", text(&output.stderr));
    let left = text(&output.stdout);
    assert!(!left.contains("managed-runtime-location") && left.contains("secret-literal"), "{left}");
    assert_eq!(read(&folder, RUNTIME_FILE), fixed());
    assert_eq!(read(&folder, "adf/linkedService/Db.json"), STORE.replace("Encrypt=False", "Encrypt=True"));
    assert_eq!(read(&folder, "adf/factory/adf-sales.json"), FACTORY);
    let again = run(folder.path(), &["adf", "--fix", "--unsafe-fixes"], None);
    assert!(text(&again.stderr).ends_with("\nfixed 0 findings in 0 files\n"), "{}", text(&again.stderr));
    let select = ["adf", "--fix", "--select", "adf/managed-runtime-location"];
    assert_eq!(run(folder.path(), &select, None).status.code(), Some(0));
}

#[test]
fn only_what_is_named_and_shown_is_written() {
    let folder = factory();
    let output = run(folder.path(), &["adf/factory/adf-sales.json", "--fix"], None);
    assert!(text(&output.stderr).ends_with("fixed 0 findings in 0 files\n"));
    run(folder.path(), &["adf", "--fix", "--ignore", "adf/managed-runtime-location"], None);
    run(folder.path(), &["adf", "--fix", "--min-severity", "critical"], None);
    assert_eq!(read(&folder, RUNTIME_FILE), RUNTIME);
}

#[test]
fn a_diff_writes_nothing_and_shows_no_secret() {
    let folder = factory();
    let output = run(folder.path(), &["adf", "--fix", "--unsafe-fixes", "--diff"], None);
    assert_eq!(output.status.code(), Some(1));
    let diff = text(&output.stdout);
    let lines: Vec<&str> = diff.lines().filter(|line| line.starts_with(['-', '+'])).collect();
    assert_eq!(lines.len(), 8, "{diff}");
    assert!(lines[0] == format!("--- a/{RUNTIME_FILE}") && lines[3].contains("\"AutoResolve\""), "{diff}");
    assert!(lines[7].contains("Encrypt=True;Password=****************\""), "{diff}");
    assert!(!diff.contains("planted"), "{diff}");
    assert!(text(&output.stderr).ends_with("would fix 2 findings in 2 files\n"));
    assert_eq!(read(&folder, RUNTIME_FILE), RUNTIME);
    // The summary and the exit code are those of the files as they are.
    let only = ["adf", "--select", "adf/managed-runtime-location", "--fail-on", "low"];
    let (plain, diff) = (&only[..], [&only[..], &["--fix", "--unsafe-fixes", "--diff"]].concat());
    let (plain, diff) = (run(folder.path(), plain, None), run(folder.path(), &diff, None));
    assert_eq!((plain.status.code(), diff.status.code()), (Some(1), Some(1)));
    let (plain, diff) = (text(&plain.stderr), text(&diff.stderr));
    assert_eq!(plain.lines().next(), diff.lines().next(), "{diff}");
    assert!(plain.ends_with("[*] 1 finding can be fixed with --fix\n"), "{plain}");
    for option in ["--diff", "--unsafe-fixes"] {
        assert_eq!(run(folder.path(), &["adf", option], None).status.code(), Some(2));
    }
}

#[test]
fn marks_encodings_and_line_ends_stay() {
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let folder = factory();
    let path = folder.path().join(RUNTIME_FILE);
    for encoding in [|text: &str| text.as_bytes().to_vec(), utf16] {
        fs::write(&path, encoding(&windows(RUNTIME))).unwrap();
        run(folder.path(), &["adf", "--fix"], None);
        assert_eq!(fs::read(&path).unwrap(), encoding(&windows(&fixed())));
    }
}

#[test]
fn standard_input_comes_out_fixed() {
    let folder = factory();
    let arguments = ["-", "--stdin-filename", RUNTIME_FILE, "--fix", "--format", "concise"];
    let output = run(folder.path(), &arguments, Some(RUNTIME.as_bytes()));
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), fixed()));
    assert_eq!(read(&folder, RUNTIME_FILE), RUNTIME);
    for other in ["no template", "{ \"$schema\": \"deploymentTemplate.json#", ""] {
        let output = run(folder.path(), &["-", "--fix"], Some(other.as_bytes()));
        assert_eq!(text(&output.stdout), other);
    }
}

#[test]
#[cfg(unix)]
fn links_and_permissions_stay_and_what_cannot_be_written_is_said_and_reported_as_it_is() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = factory();
    let path = folder.path().join(RUNTIME_FILE);
    let target = folder.path().join("elsewhere.txt");
    fs::rename(&path, &target).unwrap();
    symlink(&target, &path).unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o604)).unwrap();
    run(folder.path(), &["adf", RUNTIME_FILE, "--fix"], None);
    assert_eq!(fs::read_to_string(&target).unwrap(), fixed());
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o604);
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap() {
            ty if ty.is_dir() => files(&entry.path(), found),
            ty if ty.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
}

fn report(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, &[&[".", "--no-config", "--format", "json"], arguments].concat(), None);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What the fixes of a rule may change in the evaluated graph: the names of members, at any depth, whose
/// leaves may differ. A rule that is not here may change nothing of it.
const CHANGES: [(&str, &[&str]); 6] = [
    ("adf/api-version", &["apiVersion"]),
    ("adf/credential-not-in-key-vault", &["typeProperties"]),
    ("adf/secret-output-not-secured", &["secureInput", "secureOutput"]),
    ("adf/public-network-access", &["publicNetworkAccess"]),
    // A value that was shown becomes a secret, and what is unknown may be said otherwise.
    ("adf/secret-parameter-not-secure", &["$secret"]),
    ("adf/secret-parameter-default", &["$secret", "$unknown"]),
];

// The evaluated graph by leaf: the keys on the way, and the value; none where the file is no template.
fn leaves(file: &Path) -> Option<BTreeMap<Vec<String>, Value>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armlint"));
    let output = command.arg("expand").arg(file).output().unwrap();
    let expanded: Value = serde_json::from_slice(&output.stdout).ok()?;
    let mut leaves = BTreeMap::new();
    collect(&expanded, &mut Vec::new(), &mut leaves);
    Some(leaves)
}

fn collect(value: &Value, way: &mut Vec<String>, leaves: &mut BTreeMap<Vec<String>, Value>) {
    let mut visit = |key: String, value: &Value| {
        way.push(key);
        collect(value, way, leaves);
        way.pop();
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| visit(key.clone(), value)),
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(at, value)| visit(at.to_string(), value));
        }
        leaf => drop(leaves.insert(way.clone(), leaf.clone())),
    }
}

// The ways to the leaves that are not the same in both graphs.
fn differences(before: &Path, after: &Path) -> Vec<Vec<String>> {
    let (Some(before), Some(after)) = (leaves(before), leaves(after)) else { return Vec::new() };
    // What a fix keeps secret is the same as before, and only hidden.
    let is_hidden = |way: &[String]| {
        let value = match way {
            [value @ .., mark] if mark.starts_with('$') => value,
            value => value,
        };
        after.contains_key(&[value, &["$secret".to_string()]].concat())
            || after.get(way).and_then(Value::as_str).is_some_and(|text| text.contains("***"))
    };
    let ways: BTreeSet<&Vec<String>> = before.keys().chain(after.keys()).collect();
    let changed = ways.into_iter().filter(|way| before.get(*way) != after.get(*way) && !is_hidden(way));
    changed.cloned().collect()
}

fn findings(report: &Value) -> &[Value] {
    report["findings"].as_array().unwrap()
}

fn rule(finding: &Value) -> &str {
    finding["rule"].as_str().unwrap()
}

/// A copy of the public templates; none where they are not there.
struct Corpus {
    original: PathBuf,
    files: Vec<PathBuf>,
    copy: TempDir,
}

impl Corpus {
    fn copied() -> Option<Corpus> {
        let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
        let original = std::env::var_os("ARMLINT_CORPUS").map_or(original, PathBuf::from);
        if !original.is_dir() {
            eprintln!("skipped: there is no {}", original.display());
            return None;
        }
        let mut found = Vec::new();
        files(&original, &mut found);
        let files = found.iter().map(|file| file.strip_prefix(&original).unwrap().to_path_buf()).collect();
        let corpus = Corpus { original, files, copy: tempfile::tempdir().unwrap() };
        for file in &corpus.files {
            fs::create_dir_all(corpus.copy.path().join(file).parent().unwrap()).unwrap();
            corpus.restore(file);
        }
        Some(corpus)
    }

    fn restore(&self, file: &Path) {
        fs::write(self.copy.path().join(file), fs::read(self.original.join(file)).unwrap()).unwrap();
    }

    fn changed(&self) -> Vec<&PathBuf> {
        let read = |folder: &Path, file: &Path| fs::read(folder.join(file)).unwrap();
        let differs = |file: &&PathBuf| read(&self.original, file) != read(self.copy.path(), file);
        self.files.iter().filter(differs).collect()
    }
}

/// Run it with `cargo test -p armlint --test integration fixes -- --ignored`.
#[test]
#[ignore = "copies and fixes all public templates of the folder `shared`"]
fn fixes_of_public_templates_change_what_they_say_and_nothing_else() {
    let Some(corpus) = Corpus::copied() else { return };
    let folder = corpus.copy.path();
    let before = report(folder, &[]);
    let fixable = findings(&before).iter().filter(|finding| !finding["fix"].is_null());
    let rules: BTreeSet<&str> = fixable.map(rule).collect();
    assert!(!rules.is_empty());
    for rule in rules {
        let after = report(folder, &["--select", rule, "--fix", "--unsafe-fixes"]);
        assert!(findings(&after).iter().all(|finding| finding["fix"].is_null()), "{rule}");
        let of =
            |report: &Value| findings(report).iter().filter(|finding| self::rule(finding) == rule).count();
        let unfixable =
            findings(&before).iter().filter(|f| self::rule(f) == rule && f["fix"].is_null()).count();
        assert!(of(&after) <= unfixable, "{rule}: {} are left, {unfixable} had no fix", of(&after));
        let changed = corpus.changed();
        eprintln!(
            "{rule}: {} of {} findings in {} files",
            of(&before) - of(&after),
            of(&before),
            changed.len()
        );
        let allowed = CHANGES.iter().filter(|(of, _)| *of == rule).flat_map(|(_, members)| members.iter());
        let allowed: Vec<&str> = allowed.copied().collect();
        for file in changed {
            for way in differences(&corpus.original.join(file), &folder.join(file)) {
                let is_allowed = way.iter().any(|key| allowed.contains(&key.as_str()));
                assert!(is_allowed, "{}: {rule} changed {way:?}", file.display());
            }
            corpus.restore(file);
        }
    }
}

/// Run it with `cargo test -p armlint --test integration fixes -- --ignored`.
#[test]
#[ignore = "copies and fixes all public templates of the folder `shared`"]
fn public_templates_are_whole_after_all_fixes() {
    let Some(corpus) = Corpus::copied() else { return };
    let folder = corpus.copy.path();
    let before = report(folder, &[]);
    let after = report(folder, &["--fix", "--unsafe-fixes"]);
    for outcome in ["checked", "partial", "failed"] {
        assert_eq!(before["files"][outcome], after["files"][outcome]);
    }
    let syntax = |report: &Value| {
        findings(report).iter().filter(|finding| rule(finding) == "template/syntax-error").count()
    };
    assert_eq!(syntax(&before), syntax(&after));
    assert!(findings(&after).iter().all(|finding| finding["fix"].is_null()));
    assert!(!corpus.changed().is_empty());
    let again = run(folder, &[".", "--no-config", "--fix", "--unsafe-fixes"], None);
    assert!(text(&again.stderr).ends_with("\nfixed 0 findings in 0 files\n"));
}
