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
