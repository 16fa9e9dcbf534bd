//! `--report-only`, `--since` and `--changed`: everything is read, and a part of the findings is reported.

use std::path::PathBuf;

use armlint_engine::finding::Finding;
use armlint_engine::session::Report;

use super::commit_comparison::CommitComparison;
use crate::error::Error;
use crate::input::Base;
use crate::project::Project;
use crate::selection::INTERNAL_ERROR;

/// What a run is asked to report a part of.
#[derive(Clone, Copy, Debug)]
pub struct FilterOptions<'a> {
    /// The paths that were named.
    pub paths: &'a [PathBuf],
    /// Those that are read: the current folder where nothing else is said.
    pub read: &'a [PathBuf],
    /// Findings in these files and folders only, perhaps in none.
    pub report_only: Option<&'a [PathBuf]>,
    /// Nothing that this commit has.
    pub since: Option<&'a str>,
    /// The named paths are the files of a change.
    pub changed: bool,
    /// Nothing is suppressed in the commit either.
    pub no_ignores: bool,
}

/// Which findings are reported; all where nothing is said of that.
#[derive(Debug)]
pub struct ReportFilter {
    // As shown; all files where it is none.
    paths: Option<Vec<String>>,
    // Nothing is known where it is none.
    commits: Option<CommitComparison>,
    // Whether one of the two is enough.
    changed: bool,
}

impl ReportFilter {
    /// Of the paths as the user gave them, one that was not checked is no error: of the files that a change
    /// touches most are no templates, and some are gone.
    pub fn new(options: &FilterOptions<'_>, project: &Project) -> Result<ReportFilter, Error> {
        let FilterOptions { changed, report_only, paths, .. } = *options;
        let shown = |paths: &[PathBuf]| -> Result<Vec<String>, Error> {
            let base = Base::current()?;
            Ok(paths.iter().map(|path| base.shown(path)).collect())
        };
        let paths = match changed {
            true => Some(shown(paths)?),
            false => report_only.map(shown).transpose()?,
        };
        Ok(ReportFilter { paths, commits: CommitComparison::check(options, project)?, changed })
    }

    /// Leaves the findings that are wanted, and what the linter itself failed on; gives those that an earlier commit has
    /// and that would be wanted otherwise.
    pub fn keep(&self, report: &mut Report) -> Vec<Finding> {
        let wanted = |path: &str| {
            self.paths.as_ref().is_none_or(|paths| paths.iter().any(|wanted| is_in(path, wanted)))
        };
        let wanted: Vec<bool> = report.sources.iter().map(|source| wanted(&source.path)).collect();
        let known = self.commits.as_ref().map(|commits| commits.knows(report)).unwrap_or_default();
        let mut known = known.into_iter();
        let mut before = Vec::new();
        report.findings.retain(|finding| {
            let source = finding.primary.span.source.0 as usize;
            let is_wanted = self.paths.is_none() || wanted.get(source).copied().unwrap_or(false);
            let is_new = !known.next().unwrap_or(false);
            let kept = if self.changed { is_wanted || is_new } else { is_wanted && is_new };
            let kept = kept || finding.rule == INTERNAL_ERROR;
            if !kept && !is_new && (self.changed || is_wanted) {
                before.push(finding.clone());
            }
            kept
        });
        before
    }
}

fn is_in(path: &str, wanted: &str) -> bool {
    let wanted = wanted.trim_end_matches('/');
    let below = path.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('/'));
    let here = wanted.is_empty() || wanted == ".";
    path == wanted || below || (here && !path.starts_with("../") && !path.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_file_or_a_folder() {
        for (path, wanted, expected) in [
            ("a/b.json", "a/b.json", true),
            ("a/b.json", "a", true),
            ("a/b.json", "a/", true),
            ("ab/c.json", "a", false),
            ("a.json", ".", true),
            ("../a.json", ".", false),
            ("../x/a.json", "../x", true),
        ] {
            assert_eq!(is_in(path, wanted), expected, "{path} {wanted}");
        }
    }
}
