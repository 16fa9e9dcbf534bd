//! What is said on standard error when a run ends.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::time::Duration;

use armlint_engine::finding::{Applicability, Finding, Severity, SuppressionKind};
use armlint_engine::session::Times;
use armlint_workspace::fixes::FixOutcome;
use armlint_workspace::input::{EXTENSIONS, SkippedFile};
use armlint_workspace::project::Durations;
use armlint_workspace::text::printable;

use crate::arguments::FixArguments;
use crate::report::Files;

/// The most files that a reason is given for, one by one.
const MAX_LISTED: usize = 20;

/// The most files that are listed for the same reason.
const MAX_ALIKE: usize = 3;

/// How many of the slowest files are listed.
const MAX_SLOW: usize = 5;

/// The time that the phases of a run took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Timings {
    /// Finding and reading the files, and making trees of them.
    pub(crate) open: Durations,
    /// Evaluating, and running the rules.
    pub(crate) check: Duration,
    /// Writing the reports.
    pub(crate) report: Duration,
}

/// The files that were not checked, or not all of them; nothing where all were.
pub(crate) fn unchecked(files: &Files) -> String {
    let mut text = String::new();
    list(&mut text, "partly checked", &files.partial);
    list(&mut text, "not checked", &files.failed);
    list(&mut text, "not checked: needs rendering", &files.unrendered);
    list(&mut text, "left out, and not readable", &files.unreadable);
    text
}

/// The last lines of a run: what was checked, and what was found.
pub(crate) fn closing(files: &Files, findings: &[Finding], hidden: usize, skipped: usize) -> String {
    let mut text = String::new();
    if hidden > 0 {
        let _ = writeln!(
            text,
            "{} hidden; --min-severity and --min-confidence show more",
            count(hidden, "finding")
        );
    }
    let others = files.ignored.len() - files.unrendered.len() + skipped;
    match others {
        0 => {}
        1 => text.push_str("1 other file is no template\n"),
        _ => {
            let _ = writeln!(text, "{others} other files are no templates");
        }
    }
    if files.checked == 0 && files.failed.is_empty() && files.unread.is_empty() {
        let endings: Vec<String> = EXTENSIONS.iter().map(|ending| format!("*.{ending}")).collect();
        let _ = writeln!(
            text,
            "nothing to check: looked for ARM templates, parameter files, the Git folders of Data Factory and \
             Synapse, manifests of Azure Service Operator and files of Azure containers in {}; --show-files says why a file was left out",
            endings.join(", ")
        );
        return text;
    }
    let partly = match files.partial.len() {
        0 => String::new(),
        partly => format!(" ({partly} partly)"),
    };
    let _ = writeln!(
        text,
        "checked {}{partly}, {}{}",
        count(files.checked, "file"),
        count(findings.len(), "finding"),
        by_severity(findings)
    );
    text
}

/// How many files the configurations exclude; nothing where they exclude none.
pub(crate) fn excluded(number: usize) -> String {
    match number {
        0 => String::new(),
        _ => format!("{} excluded by the configuration\n", count(number, "file")),
    }
}

/// How many findings are suppressed, and by what; nothing where none are.
pub(crate) fn suppressed(findings: &[Finding]) -> String {
    let mut kinds: BTreeMap<SuppressionKind, usize> = BTreeMap::new();
    for suppressed in findings.iter().filter_map(|finding| finding.suppressed.as_ref()) {
        *kinds.entry(suppressed.kind).or_default() += 1;
    }
    let parts: Vec<String> =
        kinds.iter().map(|(kind, number)| format!("{number} by {}", kind.as_str())).collect();
    match findings.len() {
        0 => String::new(),
        number => format!("{} suppressed: {}\n", count(number, "finding"), parts.join(", ")),
    }
}

/// What the fixes came to; nothing where none were asked for.
pub(crate) fn fixed(arguments: &FixArguments, fixed: &FixOutcome) -> String {
    if !arguments.fix {
        return String::new();
    }
    let verb = if arguments.diff { "would fix" } else { "fixed" };
    let mut text = format!("{verb} {} in {}", count(fixed.findings, "finding"), count(fixed.files, "file"));
    if fixed.more > 0 {
        let _ = write!(text, "; --unsafe-fixes would fix {} more", fixed.more);
    }
    text.push('\n');
    if fixed.uncovered > 0 {
        let verb = if arguments.diff { "would make" } else { "made" };
        let _ = writeln!(
            text,
            "the fixes {verb} {} of high severity or above that {} not there before: look at {}",
            count(fixed.uncovered, "finding"),
            if fixed.uncovered == 1 { "was" } else { "were" },
            if arguments.diff { "what they change" } else { "the report" },
        );
    }
    text
}

/// How many of the findings can be fixed; nothing where none can.
pub(crate) fn fixable(findings: &[Finding]) -> String {
    let of = |applicability: Applicability| {
        let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
        fixes.filter(|fix| fix.applicability == applicability).count()
    };
    match (of(Applicability::Safe), of(Applicability::Unsafe)) {
        (0, 0) => String::new(),
        (safe, 0) => format!("[*] {} can be fixed with --fix\n", count(safe, "finding")),
        (0, others) => format!("{} can be fixed with --fix --unsafe-fixes\n", count(others, "finding")),
        (safe, others) => format!(
            "[*] {} can be fixed with --fix, {others} more with --fix --unsafe-fixes\n",
            count(safe, "finding")
        ),
    }
}

// What many files have in common is said once.
fn list(text: &mut String, heading: &str, files: &[(String, String)]) {
    if files.is_empty() {
        return;
    }
    let _ = writeln!(text, "{heading}: {}", files.len());
    let (mut lines, mut told) = (0, 0);
    for (reason, paths) in by_reason(files) {
        let alike = if paths.len() > MAX_ALIKE + 1 { MAX_ALIKE } else { paths.len() };
        let shown = alike.min(MAX_LISTED - lines);
        if shown == 0 {
            break;
        }
        for path in paths.iter().take(shown) {
            let _ = writeln!(text, "  {}: {}", printable(path), printable(reason));
        }
        (lines, told) = (lines + shown, told + shown);
        if shown == alike && paths.len() > shown {
            let _ = writeln!(text, "  and {} more for the same reason", paths.len() - shown);
            told += paths.len() - shown;
        }
    }
    if told < files.len() {
        let _ = writeln!(text, "  and {} more; --show-files lists them", files.len() - told);
    }
}

// The reasons in the order of their first files.
fn by_reason(files: &[(String, String)]) -> Vec<(&str, Vec<&str>)> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (path, reason) in files {
        let place = *places.entry(reason).or_insert_with(|| {
            groups.push((reason, Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(path);
    }
    groups
}

fn by_severity(findings: &[Finding]) -> String {
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let parts: Vec<String> = severities
        .into_iter()
        .map(|severity| (severity, findings.iter().filter(|finding| finding.severity == severity).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {severity}"))
        .collect();
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) }
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The number of findings of each rule, the most frequent first.
pub(crate) fn statistics(findings: &[Finding]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.rule).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    counts.iter().map(|(rule, count)| format!("{count:>6} {rule}\n")).collect()
}

/// How long each phase took, each rule, and the slowest files.
pub(crate) fn timings(timings: &Timings, times: &Times) -> String {
    let phases = [
        ("discover", timings.open.discover),
        ("read", timings.open.read),
        ("parse", timings.open.parse),
        ("check", timings.check),
        ("report", timings.report),
    ];
    let line = |name: &str, time: Duration| format!("{name:<9}{:>10.2} ms\n", time.as_secs_f64() * 1e3);
    let mut text: String = phases.iter().map(|(name, time)| line(name, *time)).collect();
    text.push_str(&line("total", phases.iter().map(|(_, time)| *time).sum()));
    let mut rules: Vec<(&str, Duration)> = times.rules.iter().map(|(rule, time)| (*rule, *time)).collect();
    rules.sort_by_key(|(rule, time)| (std::cmp::Reverse(*time), *rule));
    let mut files: Vec<(&str, Duration)> =
        times.deployments.iter().map(|(path, time)| (&**path, *time)).collect();
    files.sort_by_key(|(path, time)| (std::cmp::Reverse(*time), *path));
    files.truncate(MAX_SLOW);
    for (heading, entries) in
        [("rules, on all threads", rules), ("the slowest files, with all that belongs to them", files)]
    {
        if !entries.is_empty() {
            let _ = writeln!(text, "{heading}:");
        }
        for (name, time) in entries {
            let _ = writeln!(text, "{:>10.2} ms  {}", time.as_secs_f64() * 1e3, printable(name));
        }
    }
    text
}

/// Every file with what became of it and why.
pub(crate) fn show_files(files: &Files, checked: &[String], skipped: &[SkippedFile]) -> String {
    let mut lines: Vec<(&str, String)> = Vec::new();
    lines.extend(checked.iter().map(|path| (path.as_str(), "checked".to_string())));
    let groups =
        [("partly checked", &files.partial), ("not checked", &files.failed), ("left out", &files.ignored)];
    for (outcome, entries) in groups {
        lines.extend(entries.iter().map(|(path, reason)| (path.as_str(), format!("{outcome}: {reason}"))));
    }
    lines.extend(skipped.iter().map(|entry| (entry.shown.as_str(), format!("left out: {}", entry.reason))));
    lines.sort();
    lines.iter().map(|(path, line)| format!("{}: {}\n", printable(path), printable(line))).collect()
}

#[cfg(test)]
mod tests {
    use armlint_workspace::digest::Digest;

    use super::*;
    use crate::report::{View, fixture};

    #[test]
    fn golden() {
        let (report, catalogue) = (fixture::report(), fixture::catalogue());
        let digest = Digest::of(&report);
        let view = View::new(&digest, &catalogue, &[], |finding| finding.severity > Severity::Low);
        let text = unchecked(&view.files)
            + &closing(&view.files, &view.findings, 1, 2)
            + &fixable(&view.findings)
            + &statistics(&view.findings);
        assert!(!text.contains(fixture::SECRET));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn an_empty_run_says_what_was_looked_for() {
        let text = closing(&Files::default(), &[], 0, 0);
        assert!(text.starts_with("nothing to check: looked for ARM templates") && text.contains("*.jsonc"));
    }

    #[test]
    fn long_lists_are_cut() {
        let files = |failed| Files { failed, ..Files::default() };
        let entry = |index: usize, reason: String| (format!("{index}.json"), reason);
        let different = (0..30).map(|index| entry(index, format!("reason {index}"))).collect();
        let text = unchecked(&files(different));
        assert!(text.starts_with("not checked: 30\n  0.json: reason 0\n"), "{text}");
        assert!(text.ends_with("  19.json: reason 19\n  and 10 more; --show-files lists them\n"), "{text}");

        let alike = (0..30).map(|index| entry(index, (index % 10 / 9).to_string())).collect();
        let text = unchecked(&files(alike));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[3..],
            [
                "  2.json: 0",
                "  and 24 more for the same reason",
                "  9.json: 1",
                "  19.json: 1",
                "  29.json: 1",
            ]
        );
        assert!(
            closing(&files(vec![entry(0, String::new())]), &[], 0, 0)
                .ends_with("checked 0 files, 0 findings\n")
        );
    }
}
