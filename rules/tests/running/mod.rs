//! Runs the examples of a page under all rules that may say what the page's rule says.
//!
//! What rules about the settings of any service say is not said of the resources on pages of other folders, where they
//! would have something to say of every account and every server.
//!
//! A bad example gives exactly the expected findings, a good one none. Every fix that a finding offers is applied on its
//! own, and the finding must be gone.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use armlint_engine::check::SYNTAX_ERROR;
use armlint_engine::finding::{Edit, Finding};
use armlint_engine::rule::Catalogue;
use armlint_engine::rule::example::{Example, ExampleFile};
use armlint_engine::rule::page::yaml::nearest;
use armlint_engine::session::{Input, Outcome, Report, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_rules::facts_date;

/// The folders of rules that look at whatever is on any page.
const EVERYWHERE: [&str; 4] = ["adf", "secrets", "suppression", "template"];

/// What is wrong with the examples of a page; `page` is its path.
pub(crate) fn hold(page: &str, examples: &[Example]) -> Result<(), String> {
    let catalogue = armlint_rules::catalogue();
    let mut faults = String::new();
    for example in examples {
        for (line, fault) in unknown_rules(example, &catalogue).into_iter().chain(run(page, example)) {
            let _ = writeln!(faults, "{page}:{}: {fault}", line.unwrap_or(example.line as i64));
        }
    }
    if examples.is_empty() {
        let _ = writeln!(faults, "{page}: there are no examples");
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The pages below `root` that are no rules since the package does not name their folder, with what to do.
pub(crate) fn forgotten(root: &Path, catalogue: &Catalogue) -> Vec<(String, String)> {
    let mut forgotten = Vec::new();
    for folder in folders(root) {
        for name in names(&root.join(&folder)).iter().filter_map(|name| name.strip_suffix(".md")) {
            let id = format!("{folder}/{name}");
            if catalogue.rule(&id).is_none() {
                let fault = format!(
                    "rules/{id}.md: the page is no rule, since `mod {folder};` is missing in rules/lib.rs; \
                     a new folder also needs rules/{folder}/mod.rs"
                );
                forgotten.push((id, fault));
            }
        }
    }
    forgotten
}

fn folders(root: &Path) -> Vec<String> {
    let mut folders = names(root);
    folders.retain(|name| root.join(name).is_dir());
    folders
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What to say where a filter names a test, but none of these; `None` where some are meant.
pub(crate) fn unmatched<'n>(filter: &str, tests: impl Iterator<Item = &'n str> + Clone) -> Option<String> {
    // Filters of other test executables have no slash.
    if !filter.contains('/') || tests.clone().any(|name| name.contains(filter)) {
        return None;
    }
    let near = nearest(filter, tests).map(|near| format!("; did you mean `{near}`?"));
    Some(format!("no rule and no scenario is called `{filter}`{}", near.unwrap_or_default()))
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

fn run(page: &str, example: &Example) -> Vec<Placed> {
    let report = check(page, example, &example.files);
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
            Outcome::Partial(gap) => (None, format!("{} is checked in part only: {}", file.path, gap.reason)),
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
                faults.push((at, format!("`{}` is found{place}, but not expected: {message}", finding.rule)));
            }
        }
        if message.starts_with(char::is_lowercase) || message.ends_with('.') {
            faults.push((
                at,
                format!("a message starts with a capital and ends without a full stop: {message}"),
            ));
        }
        faults.extend(fix(page, example, &report, finding).err().map(|fault| (at, fault)));
    }
    // What is said of a name that is no rule is enough.
    let catalogue = armlint_rules::catalogue();
    for (file, line, rule) in missing.into_iter().filter(|(_, _, rule)| catalogue.rule(rule).is_some()) {
        let why = not_run(example, rule).unwrap_or_default();
        faults.push((file.line(line), format!("`{rule}` is expected, but not found{why}")));
    }
    faults
}

// Why a rule has nothing to say of an example, where that is no resource of its types.
fn not_run(example: &Example, rule: &str) -> Option<String> {
    let types = armlint_rules::catalogue().rule(rule)?.check.resource_types();
    let (session, settings) = session(example, &example.files);
    let seen = session.survey(
        |_| &settings,
        |view| view.graph().resources().iter().map(|resource| resource.ty.to_string()).collect::<Vec<_>>(),
    );
    let seen: BTreeSet<String> = seen.into_iter().flatten().flatten().collect();
    let runs = seen.iter().any(|seen| types.iter().any(|ty| ty.eq_ignore_ascii_case(seen)));
    let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
    (!runs && !types.is_empty())
        .then(|| format!(": the rule looks at {}; the example has {}", types.join(", "), seen.join(", ")))
}

fn check(page: &str, example: &Example, files: &[ExampleFile]) -> Report {
    let (session, settings) = session(example, files);
    let mut report = session.check(&settings);
    session.suppress(&mut report, settings.as_of);
    report.findings.retain(|finding| finding.suppressed.is_none());
    report.findings.retain(|finding| !example.without.iter().any(|rule| rule == finding.rule));
    report.findings.retain(|finding| is_asked(page, example, finding.rule));
    report
}

// Whether a rule is asked about an example: one that looks everywhere, or of the folder of the page or of a rule that
// the example expects.
fn is_asked(page: &str, example: &Example, rule: &str) -> bool {
    let folder = |id: &str| id.split('/').next().unwrap_or("").to_string();
    let own = folder(rule);
    let expected = example.files.iter().flat_map(|file| &file.expectations);
    EVERYWHERE.contains(&own.as_str())
        || page.strip_prefix("rules/").is_some_and(|page| folder(page) == own)
        || expected.into_iter().any(|expectation| folder(&expectation.rule) == own)
}

fn session(example: &Example, files: &[ExampleFile]) -> (Session, Settings) {
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
    (session, settings)
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
fn fix(page: &str, example: &Example, report: &Report, finding: &Finding) -> Result<(), String> {
    let Some(fix) = &finding.fix else { return Ok(()) };
    let files = edited(&example.files, report, &fix.edits)?;
    let mended = check(page, example, &files);
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
