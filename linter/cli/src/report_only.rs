//! `--report-only`: everything is read, and a part of the findings is reported.

use std::path::PathBuf;

use armlint_engine::session::Report;

use crate::discover::Base;
use crate::error::Error;
use crate::selection::INTERNAL_ERROR;

/// The files, or folders, whose findings are reported; all where none are named.
pub(crate) struct Only {
    paths: Vec<String>,
}

impl Only {
    /// Paths as the user gave them. One that was not checked is no error: of the files that a change touches
    /// most are no templates, and some are gone.
    pub(crate) fn new(paths: &[PathBuf]) -> Result<Only, Error> {
        if paths.is_empty() {
            return Ok(Only { paths: Vec::new() });
        }
        let base = Base::current()?;
        Ok(Only { paths: paths.iter().map(|path| base.shown(path)).collect() })
    }

    /// Leaves the findings in these files, and what the linter itself failed on.
    pub(crate) fn keep(&self, report: &mut Report) {
        if self.paths.is_empty() {
            return;
        }
        let is_wanted = |path: &str| self.paths.iter().any(|wanted| is_in(path, wanted));
        let wanted: Vec<bool> = report.sources.iter().map(|source| is_wanted(&source.path)).collect();
        report.findings.retain(|finding| {
            let source = finding.primary.span.source.0 as usize;
            finding.rule == INTERNAL_ERROR || wanted.get(source).copied().unwrap_or(false)
        });
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
