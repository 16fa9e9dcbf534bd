use super::*;
use crate::error::Fault;

fn parse(text: &str, options: &Options) -> Result<Configuration, Fault> {
    let file =
        ConfigFile { path: Path::new("/r/armlint.yaml"), shown: "armlint.yaml", folder: Path::new("/r") };
    read::parse(text, file, options, &armlint_rules::catalogue())
}

fn parsed(text: &str) -> Configuration {
    parse(text, &Options::default()).unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn the_configuration_to_start_from_loads_and_changes_nothing() {
    let configuration = parsed(STARTER);
    let default = read::default(Path::new("/r"), &Options::default());
    assert_eq!(format!("{:?}", configuration.settings), format!("{:?}", default.settings));
    assert_eq!(configuration.fail_on, default.fail_on);
    assert!(configuration.choice.wants("adf/secret-literal", Path::new("a.json")));
}

#[test]
fn its_examples_load_as_well() {
    let is_key =
        |line: &str| line.split(':').next().is_some_and(|key| !key.contains(' ')) && line.contains(':');
    let lines = STARTER.lines().filter_map(|line| line.strip_prefix("# "));
    let examples: Vec<&str> = lines.filter(|line| line.starts_with("  ") || is_key(line)).collect();
    // What is extended would have to be there.
    let examples: Vec<&str> = examples.into_iter().filter(|line| !line.starts_with("extends:")).collect();
    let configuration = parsed(&examples.join("\n"));
    assert_eq!(configuration.settings.as_of.to_string(), "2026-01-31");
    assert_eq!(configuration.bindings.len(), 1);
    assert!(!configuration.choice.wants("template/unused-variable", Path::new("a.json")));
}

#[test]
fn every_key_is_in_the_configuration_to_start_from() {
    let schema = schema();
    let keys = schema["properties"]
        .as_object()
        .unwrap()
        .keys()
        .chain(schema["$defs"]["FactoryText"]["properties"].as_object().unwrap().keys());
    for key in keys {
        assert!(STARTER.contains(&format!("{key}:")), "{key}");
    }
}

#[test]
fn an_empty_file_says_nothing() {
    for text in ["", "# nothing\n", "---\n"] {
        assert_eq!(parsed(text).fail_on, Severity::Medium, "{text}");
    }
}

#[test]
fn the_command_line_wins() {
    let text = "as-of: 2020-04-01\ncloud: china\nmin-severity: high\nmin-confidence: low\nfail-on: critical";
    let file = parsed(text);
    assert_eq!((file.settings.as_of.to_string().as_str(), file.settings.cloud), ("2020-04-01", Cloud::China));
    assert_eq!((file.min_severity, file.fail_on), (Severity::High, Severity::Critical));
    assert_eq!(file.min_confidence, Confidence::Low);
    let options = Options {
        as_of: Some("2021-01-01".parse().unwrap()),
        cloud: Some(Cloud::Public),
        min_severity: Some(Severity::Low),
        min_confidence: Some(Confidence::High),
        fail_on: Some(Severity::Low),
        ..Options::default()
    };
    let both = parse(text, &options).unwrap();
    assert_eq!(
        (both.settings.as_of.to_string().as_str(), both.settings.cloud),
        ("2021-01-01", Cloud::Public)
    );
    assert_eq!((both.min_severity, both.fail_on), (Severity::Low, Severity::Low));
    assert_eq!(both.min_confidence, Confidence::High);
}

#[test]
fn the_last_override_decides() {
    let configuration = parsed(
        "ignore: [template/]\n\
         rules: { adf/secret-literal: { severity: low }, adf/public-network-access: off }\n\
         overrides:\n\
         - { paths: [a], select: [template/unused-variable], severity: high }\n\
         - { paths: [a/b], ignore: [template/unused-variable], rules: { adf/secret-literal: { severity: medium } } }\n",
    );
    let choice = &configuration.choice;
    let wants = |rule: &str, path: &str| choice.wants(rule, Path::new(path));
    let severity = |rule: &str, path: &str| choice.severity(rule, Path::new(path));
    assert!(!wants("template/unused-variable", "x.json"));
    assert!(wants("template/unused-variable", "a/x.json"));
    assert!(!wants("template/unused-variable", "a/b/x.json"));
    assert!(!wants("adf/public-network-access", "x.json"));
    assert!(wants("template/internal-error", "x.json"));
    assert_eq!(severity("adf/secret-literal", "x.json"), Some(Severity::Low));
    assert_eq!(severity("adf/secret-literal", "a/x.json"), Some(Severity::High));
    assert_eq!(severity("adf/secret-literal", "a/b/x.json"), Some(Severity::Medium));
    assert_eq!(severity("adf/dangling-reference", "x.json"), None);
}

#[test]
fn what_is_wrong_has_a_place() {
    let mut all = String::new();
    for text in [
        "cloud: public\nselct: [adf/]\n",
        "zzz: 1\n",
        "adf:\n  closed_world: true\n",
        "fail-on: hihg\n",
        "as-of: 2026-02-30\n",
        "ignore: [adf/secret-litteral]\n",
        "rules:\n  adf/secret-literal: on\n",
        "rules:\n  adf/secret-litteral: off\n",
        "rules:\n  adf/secret-literal: { severety: low }\n",
        "rules:\n  adf/secret-literal: off\n  adf/secret-literal: off\n",
        "overrides:\n  - ignore: [adf/]\n",
        "exclude: ['a[']\n",
        "parameters: [{ template: a.json }]\n",
        "ignore: adf/\n",
        "ignore: [\n",
        "- a\n",
    ] {
        let fault = parse(text, &Options::default()).expect_err(text);
        all.push_str(&format!("{fault}\n"));
        all.push_str(&fault.hint.map_or(String::new(), |hint| format!("  hint: {hint}\n")));
        all.push('\n');
    }
    insta::assert_snapshot!(all);
}

#[test]
fn strict_has_an_alias_and_an_option() {
    let strict = |text: &str, strict: bool| {
        let options = Options { strict, ..Options::default() };
        parse(text, &options).unwrap().settings.is_strict()
    };
    assert!(strict("strict: true\n", false) && strict("adf:\n  strict: true\n", false));
    assert!(strict("", true) && strict("strict: false\n", true));
    assert!(!strict("", false));
}

#[test]
fn the_example_in_the_readme_loads() {
    let readme = include_str!("../../../../README.md");
    let example = readme.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert!(parsed(example).settings.adf.closed_world);
}

// A folder of files, and the configuration `a/armlint.yaml` in it.
fn read_folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Result<Configuration, Error>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let path = folder.path().join("a/armlint.yaml");
    let file = ConfigFile { path: &path, shown: "a/armlint.yaml", folder: path.parent().unwrap() };
    let read = read::read(file, &Options::default(), &armlint_rules::catalogue());
    (folder, read)
}

#[test]
fn what_is_extended_holds_first() {
    let base = "strict: true\nfail-on: high\nselect: [template/]\nignore: [template/limits]\n\
                rules: {template/unused-variable: off}\nexclude: [old]\nadf: {closed-world: true}\n";
    let own = "extends: [../base.yaml, more.yaml]\nstrict: false\nignore: [template/unused-parameter]\n\
               rules: {template/unused-variable: {severity: high}}\n";
    let files = [("base.yaml", base), ("a/more.yaml", "min-severity: medium\n"), ("a/armlint.yaml", own)];
    let (_folder, read) = read_folder(&files);
    let read = read.unwrap();
    let at = Path::new("x.json");
    assert_eq!((read.settings.strict, read.settings.adf.closed_world), (false, true));
    assert_eq!((read.fail_on, read.min_severity), (Severity::High, Severity::Medium));
    let wants = |rule: &str| read.choice.wants(rule, at);
    assert!(!wants("adf/secret-literal") && !wants("template/limits") && !wants("template/unused-parameter"));
    // The last word counts.
    assert!(wants("template/unused-variable"));
    assert_eq!(read.choice.severity("template/unused-variable", at), Some(Severity::High));
    assert!(read.exclude.matches(Path::new("old/x.json")));
}

#[test]
fn what_cannot_be_extended_says_why_and_where() {
    let chain: Vec<(String, String)> =
        (0..12).map(|at| (format!("a/c{at}.yaml"), format!("extends: c{}.yaml\n", at + 1))).collect();
    let mut deep: Vec<(&str, &str)> =
        chain.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    deep.push(("a/armlint.yaml", "extends: c0.yaml"));
    let cases: [(&[(&str, &str)], &str); 7] = [
        (&[("a/armlint.yaml", "extends: armlint.yaml")], "in a circle: a/armlint.yaml -> a/armlint.yaml"),
        (
            &[("a/armlint.yaml", "extends: ../b.yaml"), ("b.yaml", "strict: true\nextends: a/armlint.yaml")],
            "b.yaml:2:10: files extend each other in a circle: a/armlint.yaml -> b.yaml -> a/armlint.yaml",
        ),
        (&deep, "more than 8 files extend each other: a/armlint.yaml -> a/c0.yaml -> a/c1.yaml"),
        (&[("a/armlint.yaml", "extends: /etc/passwd")], "`/etc/passwd` is no path relative to this file"),
        (
            &[("a/armlint.yaml", "extends: https://x/y.yaml")],
            "`https://x/y.yaml` is no path relative to this file",
        ),
        (&[("a/armlint.yaml", "extends: none.yaml")], "a/armlint.yaml:1:10: cannot read `a/none.yaml`"),
        (
            &[("a/armlint.yaml", "extends: ../b.yaml"), ("b.yaml", "strct: true")],
            "b.yaml:1:1: there is no key `strct`",
        ),
    ];
    for (files, expected) in cases {
        let (_folder, read) = read_folder(files);
        let said = read.expect_err(expected).to_string();
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

const PAGE: &str = "---\ntitle: A title\ncategory: network\nseverity: low\nresource-types: [A.B/c]\nselect: $.x\n\
                    condition: {equals: 1}\nmessage: Wrong\n---\n## Why\nx\n## How to fix\nx\n## Examples\nx\n";

#[test]
fn rules_of_packs_are_chosen_as_others() {
    let own = "rule-packs: [{path: p, namespace: own}]\nignore: [own/a]\nrules: {own/b: {severity: high}}\n\
               suppress: [{rule: own/, reason: known}]\n";
    let (_folder, read) = read_folder(&[("a/p/a.md", PAGE), ("a/p/b.md", PAGE), ("a/armlint.yaml", own)]);
    let read = read.unwrap();
    assert!(read.faults.is_empty(), "{:?}", read.faults);
    let at = Path::new("x.json");
    assert!(!read.choice.wants("own/a", at) && read.choice.wants("own/b", at));
    assert_eq!(read.choice.severity("own/b", at), Some(Severity::High));
    assert!(read.catalogue(&armlint_rules::catalogue()).rule("own/b").is_some());
}

#[test]
fn names_of_a_pack_with_faults_are_no_faults_themselves() {
    let own = |pack: &str| format!("rule-packs: [{pack}]\nignore: [own/bad]\nrules: {{own/worse: off}}\n");
    let bad = PAGE.replace("severity: low", "severity: x");
    for (pack, said) in [
        ("{path: p, namespace: own}", "`x` is no value of this key"),
        ("{path: none, namespace: own}", "cannot read `none`"),
        ("{path: ../p, namespace: own}", "does not lie below the folder"),
    ] {
        let (_folder, read) =
            read_folder(&[("a/p/bad.md", &bad), ("a/p/b.md", PAGE), ("a/armlint.yaml", &own(pack))]);
        let read = read.unwrap_or_else(|error| panic!("{pack}: {error}"));
        let faults: Vec<&str> = read.faults.iter().map(|fault| fault.message.as_str()).collect();
        assert!(matches!(faults.as_slice(), [fault] if fault.contains(said)), "{pack}: {faults:?}");
    }
    let (_folder, read) = read_folder(&[
        ("a/p/b.md", PAGE),
        (
            "a/armlint.yaml",
            "rule-packs: [{path: p, namespace: adf}, {path: p, namespace: x}, {path: p, namespace: x}]",
        ),
    ]);
    let faults: Vec<String> = read.unwrap().faults.iter().map(|fault| fault.message.clone()).collect();
    assert!(faults[0].contains("stands here twice") && faults[1].contains("armlint's own"), "{faults:?}");
}

#[test]
fn an_extended_pack_lies_below_the_file_that_names_it_and_the_last_of_a_namespace_holds() {
    let files = |own: &str| {
        let read = read_folder(&[
            ("base.yaml", "rule-packs: [{path: shared, namespace: own}]"),
            ("shared/a.md", PAGE),
            ("a/p/b.md", PAGE),
            ("a/armlint.yaml", own),
        ]);
        let read = read.1.unwrap();
        let catalogue = read.catalogue(&armlint_rules::catalogue()).clone();
        (catalogue.rule("own/a").is_some(), catalogue.rule("own/b").is_some(), read.faults.len())
    };
    assert_eq!(files("extends: ../base.yaml"), (true, false, 0));
    assert_eq!(files("extends: ../base.yaml\nrule-packs: [{path: p, namespace: own}]"), (false, true, 0));
}
