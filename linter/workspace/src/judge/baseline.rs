//! Baselines: files of findings that are known, so that only new ones count.
//!
//! An entry is a fingerprint with its rule and its file; the last is for people, and says when an entry is
//! stale: a finding is known wherever its file has been moved to.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use armlint_engine::finding::{Finding, Suppressed, SuppressionKind};
use armlint_engine::session::{Outcome, Report};
use armlint_engine::span::SourceId;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::file;
use crate::input::{Base, slashes};
use crate::text::printable;

/// The name of the file unless another is given.
pub const FILE_NAME: &str = ".armlint-baseline.json";

/// The format that is written, and the only one that is read. It is another one where the fingerprints of the
/// same findings are.
const VERSION: u32 = 2;

/// The most stale entries that are named.
const MAX_LISTED: usize = 20;

/// A finding that is known. The order of the fields is that of the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Where it was when it was written: relative to the folder of the baseline, with `/`.
    file: String,
    rule: String,
    fingerprint: String,
}

#[derive(Debug, Deserialize)]
struct Written {
    version: u32,
    findings: Vec<Entry>,
}

/// A baseline.
#[derive(Debug)]
pub(crate) struct Baseline {
    path: PathBuf,
    // Absolute.
    folder: PathBuf,
    base: Base,
    entries: BTreeSet<Entry>,
}

impl Baseline {
    /// Reads a baseline.
    pub(crate) fn read(path: &Path) -> Result<Baseline, Error> {
        let name = || path.to_string_lossy().into_owned();
        if file::leads_out_of_tree(path) {
            return Err(Error::LeadsOut { path: name() });
        }
        let text = file::text(path).map_err(|source| Error::Read { path: name(), source })?;
        let text = text.trim_start_matches('\u{feff}');
        let read: Result<Written, _> = serde_json::from_str(text);
        match read {
            Ok(written) if written.version == VERSION => {
                let mut baseline = Baseline::empty(path)?;
                baseline.entries.extend(written.findings);
                Ok(baseline)
            }
            Ok(written) if written.version < VERSION => Err(Error::OldBaseline { path: name() }),
            Ok(written) => Err(Error::Baseline {
                path: name(),
                reason: format!("it is of version {}, and only {VERSION} is known", written.version),
            }),
            Err(error) => Err(Error::Baseline { path: name(), reason: error.to_string() }),
        }
    }

    /// Reads a baseline that is to be written anew; one that is not there yet is empty, and so is one of an
    /// earlier format, since no finding has its fingerprints any more.
    pub(crate) fn read_or_new(path: &Path) -> Result<Baseline, Error> {
        match Baseline::read(path) {
            Err(Error::OldBaseline { .. }) => Baseline::empty(path),
            Err(Error::Read { source, .. }) if source.kind() == ErrorKind::NotFound => Baseline::empty(path),
            other => other,
        }
    }

    fn empty(path: &Path) -> Result<Baseline, Error> {
        let base = Base::current()?;
        let absolute = base.absolute(path);
        let folder = absolute.parent().unwrap_or(&absolute).to_path_buf();
        Ok(Baseline { path: path.to_path_buf(), folder, base, entries: BTreeSet::new() })
    }

    /// What a report holds that nothing suppresses; never written.
    pub(crate) fn of(report: &Report) -> Result<Baseline, Error> {
        let mut baseline = Baseline::empty(Path::new(FILE_NAME))?;
        let open = report.findings.iter().filter(|finding| finding.suppressed.is_none());
        baseline.update(&Comparison::default(), report, open);
        Ok(baseline)
    }

    /// Compares it with all findings of a run, those of rules that were not asked for included.
    ///
    /// An entry knows the finding in its own file. Where that is gone, since the file is not there or was
    /// checked to the end without it, the entry has moved with a finding that nothing else knows, or is
    /// stale. What was not checked stays as it is.
    pub(crate) fn compare(&self, report: &Report) -> Comparison {
        let mut open: BTreeMap<(&str, String), SourceId> = BTreeMap::new();
        for finding in &report.findings {
            let source = finding.primary.span.source;
            open.entry((&finding.fingerprint, self.file(report, source))).or_insert(source);
        }
        let mut comparison = Comparison::default();
        let (mut gone, whole) = (Vec::new(), self.whole(report));
        for entry in &self.entries {
            match open.remove(&(entry.fingerprint.as_str(), entry.file.clone())) {
                Some(source) => comparison.know(entry.clone(), source),
                None if whole.get(&entry.file).copied().unwrap_or_else(|| !self.exists(entry)) => {
                    gone.push(entry);
                }
                None => {
                    comparison.entries.insert(entry.clone());
                }
            }
        }
        for entry in gone {
            let moved = open.range((&*entry.fingerprint, String::new())..).next();
            match moved.filter(|((fingerprint, _), _)| *fingerprint == entry.fingerprint) {
                Some(((fingerprint, file), source)) => {
                    let (key, source) = ((*fingerprint, file.clone()), *source);
                    comparison.know(Entry { file: file.clone(), ..entry.clone() }, source);
                    open.remove(&key);
                }
                None => comparison.stale.push(entry.clone()),
            }
        }
        comparison
    }

    // For each file of the run whether it was checked to the end.
    fn whole(&self, report: &Report) -> HashMap<String, bool> {
        let whole = |outcome: &Outcome| matches!(outcome, Outcome::Checked | Outcome::Ignored(_));
        report.files.iter().map(|status| (self.relative(&status.path), whole(&status.outcome))).collect()
    }

    fn exists(&self, entry: &Entry) -> bool {
        self.folder.join(&entry.file).exists()
    }

    /// Takes over what a comparison left, with these findings added.
    pub(crate) fn update<'f>(
        &mut self,
        comparison: &Comparison,
        report: &Report,
        shown: impl Iterator<Item = &'f Finding>,
    ) {
        let fresh: Vec<Entry> = shown.map(|finding| self.entry(report, finding)).collect();
        self.entries = comparison.entries.iter().cloned().chain(fresh).collect();
    }

    fn file(&self, report: &Report, source: SourceId) -> String {
        report.source(source).map(|source| self.relative(&source.path)).unwrap_or_default()
    }

    fn entry(&self, report: &Report, finding: &Finding) -> Entry {
        Entry {
            file: self.file(report, finding.primary.span.source),
            rule: finding.rule.to_string(),
            fingerprint: finding.fingerprint.clone(),
        }
    }

    fn relative(&self, shown: &str) -> String {
        let absolute = self.base.absolute(Path::new(shown));
        let mut up = PathBuf::new();
        for folder in self.folder.ancestors() {
            if let Ok(rest) = absolute.strip_prefix(folder) {
                return slashes(&up.join(rest));
            }
            up.push(Component::ParentDir);
        }
        slashes(&absolute)
    }

    /// Writes the file: sorted, one line for each entry, so that Git merges it.
    pub(crate) fn write(&self) -> Result<(), Error> {
        file::write(&self.path, self.text().as_bytes())
    }

    /// What is to be said once it is written.
    pub(crate) fn written(&self) -> String {
        let entries = if self.entries.len() == 1 { "finding" } else { "findings" };
        format!("wrote {}: {} {entries}\n", printable(&self.path.to_string_lossy()), self.entries.len())
    }

    fn text(&self) -> String {
        // Maps of strings have no way to fail.
        let lines = self.entries.iter().filter_map(|entry| serde_json::to_string(entry).ok());
        let lines: Vec<String> = lines.map(|line| format!("    {line}")).collect();
        match lines.is_empty() {
            true => format!("{{\n  \"version\": {VERSION},\n  \"findings\": []\n}}\n"),
            false => {
                format!("{{\n  \"version\": {VERSION},\n  \"findings\": [\n{}\n  ]\n}}\n", lines.join(",\n"))
            }
        }
    }
}

/// What a baseline knows of a run.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    known: HashSet<(String, SourceId)>,
    /// The entries that stay, in their new files.
    entries: BTreeSet<Entry>,
    /// The entries that nothing is found for any more.
    stale: Vec<Entry>,
}

impl Comparison {
    fn know(&mut self, entry: Entry, source: SourceId) {
        self.known.insert((entry.fingerprint.clone(), source));
        self.entries.insert(entry);
    }

    /// Whether the baseline knows a finding.
    pub(crate) fn knows(&self, finding: &Finding) -> bool {
        self.known.contains(&(finding.fingerprint.clone(), finding.primary.span.source))
    }

    /// Marks the findings that the baseline knows, unless something else suppresses them.
    pub(crate) fn mark(&self, findings: &mut [Finding]) {
        for finding in findings {
            if self.knows(finding) {
                know(finding);
            }
        }
    }
}

/// Marks a finding as one of the baseline, unless something else suppresses it.
pub(crate) fn know(finding: &mut Finding) {
    finding.suppressed.get_or_insert_with(|| Suppressed {
        kind: SuppressionKind::Baseline,
        reason: "it is in the baseline".to_string(),
    });
}

/// What is said of stale entries; nothing where there are none.
pub(crate) fn tell(comparison: &Comparison) -> String {
    let stale = &comparison.stale;
    let mut text = String::new();
    if stale.is_empty() {
        return text;
    }
    let entries = if stale.len() == 1 { "entry" } else { "entries" };
    let _ =
        writeln!(text, "{} stale {entries} in the baseline; --write-baseline takes them out", stale.len());
    for entry in stale.iter().take(MAX_LISTED) {
        let _ = writeln!(text, "  {}: {}", printable(&entry.file), printable(&entry.rule));
    }
    if stale.len() > MAX_LISTED {
        let _ = writeln!(text, "  and {} more", stale.len() - MAX_LISTED);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn entries_are_sorted_one_a_line_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        assert!(matches!(Baseline::read(&path), Err(Error::Read { .. })));
        let mut baseline = Baseline::read_or_new(&path).unwrap();
        assert_eq!(baseline.text(), "{\n  \"version\": 2,\n  \"findings\": []\n}\n");
        let mut report = fixture::report();
        for (index, finding) in report.findings.iter_mut().enumerate() {
            finding.fingerprint = format!("{:016x}", 99 - index);
        }
        baseline.folder = baseline.base.absolute(Path::new("."));
        baseline.update(&baseline.compare(&report), &report, report.findings.iter());
        assert_eq!(baseline.text().lines().count(), 5 + report.findings.len());
        assert!(!baseline.text().contains(fixture::SECRET));
        baseline.write().unwrap();
        let read = Baseline::read(&path).unwrap();
        assert_eq!(read.entries, baseline.entries);
        baseline.compare(&report).mark(&mut report.findings);
        assert!(report.findings.iter().all(|finding| finding.suppressed.is_some()));
    }

    #[test]
    fn what_is_no_baseline_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("main.json");
        for text in ["{}", "", "{\"version\": 3, \"findings\": []}", "[1]"] {
            std::fs::write(&path, text).unwrap();
            assert!(matches!(Baseline::read_or_new(&path), Err(Error::Baseline { .. })), "{text}");
        }
    }

    #[test]
    fn an_earlier_one_has_to_be_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, "{\"version\": 1, \"findings\": []}").unwrap();
        let error = Baseline::read(&path).unwrap_err();
        assert!(error.to_string().ends_with("was written by an earlier version of armlint"), "{error}");
        assert!(error.hint().unwrap().contains("write it again with `--write-baseline`"));
        // `--write-baseline` without `--baseline` is what the hint asks for.
        assert!(Baseline::read_or_new(&path).unwrap().entries.is_empty());
    }

    #[test]
    fn files_are_relative_to_the_baseline() {
        let mut baseline = Baseline::empty(Path::new("x.json")).unwrap();
        let folder = baseline.folder.clone();
        assert_eq!(baseline.relative("a/b.json"), "a/b.json");
        baseline.folder = folder.join("ci/lint");
        assert_eq!(baseline.relative("a/b.json"), "../../a/b.json");
    }
}
