//! The sentences of the two documents about Private Link and the managed virtual network: each has a rule
//! in `../sentences.tsv` and a test in `testdata/sentences`, or a reason why no template can show it. `docs/seeds.md` says which.
//!
//! `ARMLINT_WRITE_DOCS=1 cargo test -p armlint-rules --test integration sentences` writes that page.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use armlint_engine::finding::Finding;
use armlint_engine::rule::example::{self, Example, ExampleKind};
use armlint_engine::session::{Input, Outcome, Report, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_rules::facts_date;

const SENTENCES: &str = include_str!("../sentences.tsv");

// What the tests are run with beside the day: managed private endpoints may lead to this subscription.
const APPROVED: &str = "00000000-0000-0000-0000-000000000001";

struct Sentence {
    id: &'static str,
    stated: &'static str,
    text: &'static str,
    why: &'static str,
    rules: Vec<&'static str>,
}

fn sentences() -> Vec<Sentence> {
    let rows = SENTENCES.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.map(|row| {
        let mut cells = row.split('\t');
        let mut cell = || cells.next().expect("a cell");
        let (id, stated, text, why) = (cell(), cell(), cell(), cell());
        Sentence {
            id,
            stated,
            text,
            why,
            rules: cell().split(", ").filter(|rule| !rule.is_empty()).collect(),
        }
    })
    .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn examples(sentence: &str) -> Vec<Example> {
    let path = root().join(format!("testdata/sentences/{sentence}.md"));
    let text = fs::read_to_string(&path).unwrap_or_default();
    example::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn expected(examples: &[Example]) -> BTreeSet<&str> {
    let files = examples.iter().flat_map(|example| &example.files);
    files.flat_map(|file| &file.expectations).map(|expected| expected.rule.as_str()).collect()
}

#[test]
fn every_sentence_is_there() {
    let numbers =
        (1..=12).map(|number| format!("A{number}")).chain((1..=33).map(|number| format!("B{number}")));
    let found: Vec<&str> = sentences().iter().map(|sentence| sentence.id).collect();
    assert_eq!(found, numbers.collect::<Vec<String>>());
}

#[test]
fn every_sentence_has_a_rule_or_a_reason() {
    let catalogue = armlint_rules::catalogue();
    let mut faults = Vec::new();
    for Sentence { id, why, rules, .. } in sentences() {
        match (rules.is_empty(), why.is_empty()) {
            (false, true) | (true, false) => {}
            (false, false) => faults.push(format!("{id} has a rule, and a reason why it has none")),
            (true, true) => faults.push(format!("{id} has neither a rule nor a reason")),
        }
        let unknown = rules.into_iter().filter(|rule| catalogue.rule(rule).is_none());
        faults.extend(unknown.map(|rule| format!("{id}: there is no rule {rule}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_sentence_has_a_test() {
    let mut faults = Vec::new();
    for Sentence { id, rules, .. } in sentences().into_iter().filter(|sentence| sentence.why.is_empty()) {
        let examples = examples(id);
        let has = |kind: ExampleKind| examples.iter().any(|example| example.kind == kind);
        if !has(ExampleKind::Bad) || !has(ExampleKind::Good) {
            faults.push(format!("{id} has no test that fails, or none that passes"));
        }
        let expected = expected(&examples);
        if !rules.iter().any(|rule| expected.contains(rule)) {
            faults.push(format!("no test of {id} expects one of its rules: {rules:?}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

// Only the rules that a file expects somewhere are looked at: what others say of the fragments is theirs.
#[test]
fn sentences_hold() {
    let mut faults = String::new();
    for Sentence { id, .. } in sentences() {
        let examples = examples(id);
        let expected = expected(&examples);
        for example in &examples {
            for fault in run(example, &expected) {
                let _ = writeln!(faults, "{id}.md, line {}: {fault}", example.line);
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

fn run(example: &Example, rules: &BTreeSet<&str>) -> Vec<String> {
    let report = check(example);
    let unread = report.files.iter().filter(|file| !matches!(file.outcome, Outcome::Checked));
    let mut faults: Vec<String> = unread.map(|file| format!("{} is not checked", file.path)).collect();
    let files = example.files.iter();
    let mut missing: Vec<(String, u32, &str)> = files
        .flat_map(|file| file.expectations.iter().map(|at| (file.path.clone(), at.line, at.rule.as_str())))
        .collect();
    for finding in report.findings.iter().filter(|finding| rules.contains(finding.rule)) {
        let place = place(&report, finding);
        match missing.iter().position(|expected| *expected == place) {
            Some(at) => {
                missing.swap_remove(at);
            }
            None => faults.push(format!("not expected: {place:?}: {}", finding.message)),
        }
    }
    faults.extend(missing.iter().map(|place| format!("missing: {place:?}")));
    faults
}

fn check(example: &Example) -> Report {
    let inputs = example.files.iter().map(|file| Input {
        path: file.path.as_str().into(),
        content: Ok(file.text.clone().into_bytes()),
        context: false,
        named: true,
    });
    let day = example.as_of.unwrap_or_else(facts_date);
    let mut settings = Settings::new(day, example.cloud.unwrap_or(Cloud::Public));
    settings.adf.approved_subscriptions = vec![APPROVED.into()];
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(inputs.collect());
    session.check(&settings)
}

// The file and the line that a finding starts in, and its rule.
fn place(report: &Report, finding: &Finding) -> (String, u32, &'static str) {
    let span = finding.primary.span;
    match report.source(span.source) {
        Some(source) => (source.path.to_string(), source.position(span.start).line, finding.rule),
        None => (String::new(), 0, finding.rule),
    }
}

#[test]
fn page_is_fresh() {
    let path = root().join("docs/seeds.md");
    let wanted = page();
    if std::env::var_os("ARMLINT_WRITE_DOCS").is_some() {
        fs::create_dir_all(root().join("docs")).expect("the folder of the page");
        fs::write(&path, wanted).expect("the page");
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let remedy = "run `ARMLINT_WRITE_DOCS=1 cargo test -p armlint-rules --test integration sentences`";
    assert!(found == wanted, "docs/seeds.md differs: {remedy}");
}

fn page() -> String {
    let mut page = String::from(
        "# The sentences of two documents, and the rules for them\n\n\
         Two texts of Microsoft say what isolates a data factory: a support article about Private Link (A, as of \
         2020-09-01), and the first page about the managed virtual network (B, 2020-03-26). Each of their \
         sentences is a rule with a test here, or there is a reason why no template can show it. The words are \
         ours. What changed since, and when, stands in `linter/factory/facts/profiles.tsv`; check for a day with \
         `--as-of`.\n\n\
         | sentence | says | as of | rules | test |\n|---|---|---|---|---|\n",
    );
    for Sentence { id, stated, text, why, rules } in sentences() {
        let links: Vec<String> = rules.into_iter().map(link).collect();
        let by = match links.is_empty() {
            false => links.join(", "),
            true => format!("none: {why}"),
        };
        let test = match why.is_empty() {
            true => format!("[{id}.md](../testdata/sentences/{id}.md)"),
            false => String::new(),
        };
        let _ = writeln!(page, "| {id} | {text} | {stated} | {by} | {test} |");
    }
    page
}

fn link(rule: &str) -> String {
    format!("[{rule}](../rules/{rule}.md)")
}
