//! `--report-only`, `--since` and `--changed`: everything is read, and a part of the findings is reported.

use std::path::PathBuf;

use armlint_engine::session::Report;

use crate::arguments::CheckArguments;
use crate::discover::Base;
use crate::earlier::Earlier;
use crate::error::Error;
use crate::load::Loaded;
use crate::selection::INTERNAL_ERROR;

/// Which findings are reported; all where nothing is said of that.
pub(crate) struct Only {
    // As shown; all files where it is none.
    paths: Option<Vec<String>>,
    // Nothing is known where it is none.
    earlier: Option<Earlier>,
    // Whether one of the two is enough.
    changed: bool,
}

impl Only {
    /// Of the paths as the user gave them, one that was not checked is no error: of the files that a change
    /// touches most are no templates, and some are gone.
    pub(crate) fn new(arguments: &CheckArguments, loaded: &Loaded) -> Result<Only, Error> {
        let CheckArguments { changed, report_only, paths, .. } = arguments;
        let shown = |paths: &[PathBuf]| -> Result<Vec<String>, Error> {
            let base = Base::current()?;
            Ok(paths.iter().map(|path| base.shown(path)).collect())
        };
        let paths = match (changed, report_only.as_slice()) {
            (true, _) => Some(shown(paths)?),
            (false, []) => None,
            (false, paths) => Some(shown(paths)?),
        };
        Ok(Only { paths, earlier: Earlier::check(arguments, loaded)?, changed: *changed })
    }

    /// Leaves the findings that are wanted, and what the linter itself failed on.
    pub(crate) fn keep(&self, report: &mut Report) {
        let wanted = |path: &str| {
            self.paths.as_ref().is_none_or(|paths| paths.iter().any(|wanted| is_in(path, wanted)))
        };
        let wanted: Vec<bool> = report.sources.iter().map(|source| wanted(&source.path)).collect();
        let known = self.earlier.as_ref().map(|earlier| earlier.knows(report)).unwrap_or_default();
        let mut known = known.into_iter();
        report.findings.retain(|finding| {
            let source = finding.primary.span.source.0 as usize;
            let is_wanted = self.paths.is_none() || wanted.get(source).copied().unwrap_or(false);
            let is_new = !known.next().unwrap_or(false);
            let kept = if self.changed { is_wanted || is_new } else { is_wanted && is_new };
            kept || finding.rule == INTERNAL_ERROR
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
