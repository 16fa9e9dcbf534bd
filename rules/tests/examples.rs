//! Runs the examples on the page of every rule, and the scenarios in `testdata/scenarios`, under
//! all rules. Each rule and each scenario is a test of its own, which is why this executable has no harness but
//! `libtest-mimic`: `cargo test --test examples adf/secret-literal` runs those of one rule.
//!
//! A bad example gives exactly the expected findings, a good one none. Every fix that a finding offers is
//! applied on its own, and the finding must be gone.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use armlint_engine::check::SYNTAX_ERROR;
use armlint_engine::finding::{Edit, Finding};
use armlint_engine::rule::example::{self, Example, ExampleFile};
use armlint_engine::session::{Input, Outcome, Report, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_rules::facts_date;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let tests = rules().chain(scenarios()).collect();
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}

fn rules() -> impl Iterator<Item = Trial> {
    let catalogue = armlint_rules::catalogue();
    let rules: Vec<_> = catalogue.rules().iter().map(|rule| rule.id).collect();
    rules.into_iter().map(|id| Trial::test(id, move || hold(&armlint_rules::catalogue().examples(id)?)))
}

fn scenarios() -> impl Iterator<Item = Trial> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/scenarios");
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!paths.is_empty(), "there are no scenarios in {}", folder.display());
    paths.sort();
    paths.into_iter().map(|path| {
        let name = format!("scenarios/{}", path.file_stem().unwrap().to_string_lossy());
        Trial::test(name, move || hold(&example::parse(&fs::read_to_string(path)?)?))
    })
}

fn hold(examples: &[Example]) -> Result<(), Failed> {
    let mut faults = String::new();
    for example in examples {
        for fault in run(example) {
            let _ = writeln!(faults, "example in line {}: {fault}", example.line);
        }
    }
    if examples.is_empty() {
        faults.push_str("there are no examples");
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

fn run(example: &Example) -> Vec<String> {
    let report = check(example, &example.files);
    let expects = |rule: &str| {
        let mut expected = example.files.iter().flat_map(|file| &file.expectations);
        expected.any(|expectation| expectation.rule == rule)
    };
    // What cannot be read is checked in part.
    let partial = expects(SYNTAX_ERROR);
    let unread = report.files.iter().filter(|file| match file.outcome {
        Outcome::Checked => false,
        Outcome::Partial(_) => !partial,
        _ => true,
    });
    let mut faults: Vec<String> =
        unread.map(|file| format!("{} is not checked: {:?}", file.path, file.outcome)).collect();
    let mut missing: Vec<(&str, u32, &str)> = Vec::new();
    for file in &example.files {
        let expected = file.expectations.iter();
        missing.extend(expected.map(|expected| (file.path.as_str(), expected.line, expected.rule.as_str())));
    }
    for finding in &report.findings {
        let (path, line) = place(&report, finding);
        match missing.iter().position(|expected| *expected == (path.as_str(), line, finding.rule)) {
            Some(at) => {
                missing.swap_remove(at);
            }
            None => {
                faults.push(format!("not expected: {path}:{line}: {}: {}", finding.rule, finding.message))
            }
        }
        let message = &finding.message;
        if message.starts_with(char::is_lowercase) || message.ends_with('.') {
            faults.push(format!("a message starts with a capital and ends without a full stop: {message}"));
        }
        faults.extend(fix(example, &report, finding).err());
    }
    faults.extend(missing.iter().map(|(path, line, rule)| format!("missing: {path}:{line}: {rule}")));
    faults
}

fn check(example: &Example, files: &[ExampleFile]) -> Report {
    let inputs = files.iter().map(|file| Input {
        path: file.path.as_str().into(),
        content: Ok(file.text.clone().into_bytes()),
        context: false,
        named: true,
    });
    let mut settings =
        Settings::new(example.as_of.unwrap_or_else(facts_date), example.cloud.unwrap_or(Cloud::Public));
    settings.adf = example.adf.clone();
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(inputs.collect());
    let mut report = session.check(&settings);
    session.suppress(&mut report, settings.as_of);
    report.findings.retain(|finding| finding.suppressed.is_none());
    report.findings.retain(|finding| !example.without.iter().any(|rule| rule == finding.rule));
    report
}

// The file and the line that a finding starts in.
fn place(report: &Report, finding: &Finding) -> (String, u32) {
    let span = finding.primary.span;
    match report.source(span.source) {
        Some(source) => (source.path.to_string(), source.position(span.start).line),
        None => (String::new(), 0),
    }
}

// Applies the fix of one finding: the finding must be gone, and all files must still be whole.
fn fix(example: &Example, report: &Report, finding: &Finding) -> Result<(), String> {
    let Some(fix) = &finding.fix else { return Ok(()) };
    let files = edited(&example.files, report, &fix.edits)?;
    let mended = check(example, &files);
    let count = |report: &Report| {
        let same = |other: &&Finding| other.rule == finding.rule && other.message == finding.message;
        report.findings.iter().filter(same).count()
    };
    let whole = mended.files.iter().all(|file| matches!(file.outcome, Outcome::Checked));
    if whole && count(&mended) < count(report) {
        return Ok(());
    }
    let texts: Vec<&str> = files.iter().map(|file| file.text.as_str()).collect();
    Err(format!("`{}` does not mend {}:\n{}", fix.title, finding.rule, texts.join("\n---\n")))
}

fn edited(files: &[ExampleFile], report: &Report, edits: &[Edit]) -> Result<Vec<ExampleFile>, String> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.source, edit.span.start, edit.span.end)));
    let mut files = files.to_vec();
    for edit in edits {
        let range = edit.span.range();
        let path = report.source(edit.span.source).map(|source| source.path.clone());
        let file = files.iter_mut().find(|file| path.as_deref() == Some(file.path.as_str()));
        match file {
            Some(file) if file.text.get(range.clone()).is_some() => {
                file.text.replace_range(range, &edit.text);
            }
            _ => return Err(format!("an edit of what is not there: {path:?} {range:?}")),
        }
    }
    Ok(files)
}
