//! Runs the examples of a page, which are the tests of its rule.
//!
//! A bad example gives exactly the expected findings, a good one none, under all rules that count. Every fix that a
//! finding offers is applied on its own, and the finding must be gone.

use std::collections::BTreeSet;

use armlint_page::yaml::nearest;

use crate::check::SYNTAX_ERROR;
use crate::finding::{Edit, Finding};
use crate::rule::Catalogue;
use crate::rule::example::{Example, ExampleFile};
use crate::session::{Input, Outcome, Report, Session};
use crate::settings::{Cloud, Date, Settings};

/// What is wrong with an example.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExampleFault {
    /// The line of the page, from 1.
    pub line: i64,
    /// What is wrong there, perhaps in several lines.
    pub message: String,
}

/// What examples are run under.
pub struct Runner<'r> {
    session: Session,
    as_of: Date,
    counts: &'r dyn Fn(&Example, &str) -> bool,
}

impl<'r> Runner<'r> {
    /// A runner with all rules of a catalogue, as of a day unless an example names another; `counts` says of which rules,
    /// by id, findings count in an example.
    pub fn new(catalogue: Catalogue, as_of: Date, counts: &'r dyn Fn(&Example, &str) -> bool) -> Runner<'r> {
        Runner { session: Session::new(catalogue), as_of, counts }
    }

    /// What is wrong with the examples of a page, by line.
    pub fn hold(&self, examples: &[Example]) -> Vec<ExampleFault> {
        let mut faults = Vec::new();
        for example in examples {
            for (line, message) in
                unknown_rules(example, self.session.catalogue()).into_iter().chain(self.run(example))
            {
                faults.push(ExampleFault { line: line.unwrap_or(example.line as i64), message });
            }
        }
        faults
    }

    fn run(&self, example: &Example) -> Vec<Placed> {
        let report = self.check(example, &example.files);
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
        let mut faults: Vec<Placed> = unread
            .map(|file| match &file.outcome {
                Outcome::Partial(gap) => {
                    (None, format!("{} is checked in part only: {}", file.path, gap.reason))
                }
                Outcome::Ignored(why) => (None, format!("{} is not checked: {why}", file.path)),
                outcome => (None, format!("{} is not checked: {outcome:?}", file.path)),
            })
            .collect();
        let mut missing: Vec<(&ExampleFile, u32, &str)> = Vec::new();
        for file in &example.files {
            let expected = file.expectations.iter();
            missing.extend(expected.map(|expected| (file, expected.line, expected.rule.as_str())));
        }
        for finding in &report.findings {
            let (path, line) = place(&report, finding);
            let file = example.files.iter().find(|file| file.path == path);
            let at = file.and_then(|file| file.line(line));
            let is_it = |expected: &(&ExampleFile, u32, &str)| {
                expected.0.path == path && expected.1 == line && expected.2 == finding.rule
            };
            let message = &finding.message;
            match missing.iter().position(is_it) {
                Some(at) => _ = missing.swap_remove(at),
                None => {
                    // A file of a fixture has no line on the page.
                    let place = if at.is_none() { format!(" in {path}:{line}") } else { String::new() };
                    faults.push((
                        at,
                        format!("`{}` is found{place}, but not expected: {message}", finding.rule),
                    ));
                }
            }
            if message.starts_with(char::is_lowercase) || message.ends_with('.') {
                faults.push((
                    at,
                    format!("a message starts with a capital and ends without a full stop: {message}"),
                ));
            }
            faults.extend(self.fix(example, &report, finding).err().map(|fault| (at, fault)));
        }
        // What is said of a name that is no rule is enough.
        let catalogue = self.session.catalogue();
        for (file, line, rule) in missing.into_iter().filter(|(_, _, rule)| catalogue.rule(rule).is_some()) {
            let why = self.not_run(example, rule).unwrap_or_default();
            faults.push((file.line(line), format!("`{rule}` is expected, but not found{why}")));
        }
        faults
    }

    // Why a rule has nothing to say of an example, where that is no resource of its types.
    fn not_run(&self, example: &Example, rule: &str) -> Option<String> {
        let types = self.session.catalogue().rule(rule)?.check.resource_types();
        let (session, settings) = self.session(example, &example.files);
        let seen = session.survey(
            |_| &settings,
            |view| {
                view.graph().resources().iter().map(|resource| resource.ty.to_string()).collect::<Vec<_>>()
            },
        );
        let seen: BTreeSet<String> = seen.into_iter().flatten().flatten().collect();
        let runs = seen.iter().any(|seen| types.iter().any(|ty| ty.eq_ignore_ascii_case(seen)));
        let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
        (!runs && !types.is_empty())
            .then(|| format!(": the rule looks at {}; the example has {}", types.join(", "), seen.join(", ")))
    }

    fn check(&self, example: &Example, files: &[ExampleFile]) -> Report {
        let (session, settings) = self.session(example, files);
        let mut report = session.check(&settings);
        session.suppress(&mut report, settings.as_of);
        report.findings.retain(|finding| finding.suppressed.is_none());
        report.findings.retain(|finding| (self.counts)(example, finding.rule));
        report.findings.retain(|finding| !example.without.iter().any(|rule| rule == finding.rule));
        report
    }

    fn session(&self, example: &Example, files: &[ExampleFile]) -> (Session, Settings) {
        let inputs = files.iter().map(|file| Input {
            path: file.path.as_str().into(),
            content: Ok(file.text.clone().into_bytes()),
            context: false,
            named: true,
        });
        let mut settings =
            Settings::new(example.as_of.unwrap_or(self.as_of), example.cloud.unwrap_or(Cloud::Public));
        settings.adf = example.adf.clone();
        let mut session = self.session.beside();
        session.set_all(inputs.collect());
        (session, settings)
    }

    // Applies the fix of one finding: the finding must be gone, and all files must still be whole.
    fn fix(&self, example: &Example, report: &Report, finding: &Finding) -> Result<(), String> {
        let Some(fix) = &finding.fix else { return Ok(()) };
        let files = edited(&example.files, report, &fix.edits)?;
        let mended = self.check(example, &files);
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
}

// A fault, and the line of the page where that is known.
type Placed = (Option<i64>, String);

// Rules that an example names and that are none.
fn unknown_rules(example: &Example, catalogue: &Catalogue) -> Vec<Placed> {
    let mut named: Vec<(Option<i64>, &str)> = example.without.iter().map(|rule| (None, &**rule)).collect();
    for file in &example.files {
        named.extend(file.expectations.iter().map(|expected| (file.line(expected.line), &*expected.rule)));
    }
    named.retain(|(_, rule)| catalogue.rule(rule).is_none());
    let fault = |(line, rule): (Option<i64>, &str)| {
        let near = nearest(rule, catalogue.rules().iter().map(|rule| rule.id));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        (line, format!("there is no rule `{rule}`{near}"))
    };
    named.into_iter().map(fault).collect()
}

// The file and the line that a finding starts in.
fn place(report: &Report, finding: &Finding) -> (String, u32) {
    let span = finding.primary.span;
    match report.source(span.source) {
        Some(source) => (source.path.to_string(), source.position(span.start).line),
        None => (String::new(), 0),
    }
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
