//! `--since` and `--changed`: what is found in the files of an earlier commit is known.
//!
//! The earlier files are checked as these are now, by today's configurations, and what is open in them becomes a
//! baseline that is never written. So a finding that a change causes in a file that it does not touch is told
//! from one that was there before.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use armlint_engine::session::{Input, Report};

use super::baseline::{Baseline, Comparison};
use super::{FilterOptions, suppress};
use crate::error::Error;
use crate::input::{self, Base, Discovery, FoundFile, Repository, Role};
use crate::project::{self, Project};

/// The commit that the next one follows.
const HEAD: &str = "HEAD";

/// The other commit that the next one follows, while a merge waits for it.
const MERGE_HEAD: &str = "MERGE_HEAD";

/// The variable in which pre-commit says where a change of several commits starts
/// (<https://pre-commit.com/#pre-commit-run>, 2025-10).
const FROM: &str = "PRE_COMMIT_FROM_REF";

/// The baselines of earlier commits.
#[derive(Debug)]
pub(super) struct CommitComparison {
    baselines: Vec<Baseline>,
}

impl CommitComparison {
    /// Checks the commits that the arguments compare with; `None` where they compare with none.
    pub(super) fn check(
        options: &FilterOptions<'_>,
        project: &Project,
    ) -> Result<Option<CommitComparison>, Error> {
        let name = match options.since {
            Some(name) => name.to_string(),
            None if options.changed => std::env::var(FROM).unwrap_or_else(|_| HEAD.to_string()),
            None => return Ok(None),
        };
        let base = Base::current()?;
        let repository = Repository::around(&base.absolute(Path::new(".")))?;
        let commit = repository.commit(&name)?;
        if commit.is_none() && name != HEAD {
            return Err(Error::Commit { name, reason: "there is no such commit".to_string() });
        }
        let merged = if name == HEAD { repository.commit(MERGE_HEAD)? } else { None };
        let mut baselines = Vec::new();
        for commit in commit.into_iter().chain(merged) {
            let place = Place::new(&base, &repository, options, project);
            let files = repository.files(commit, |path| place.wants(path))?;
            baselines.push(place.baseline(files, options)?);
        }
        Ok(Some(CommitComparison { baselines }))
    }

    /// For each finding of the report whether an earlier commit has it.
    pub(super) fn knows(&self, report: &Report) -> Vec<bool> {
        let comparisons: Vec<Comparison> =
            self.baselines.iter().map(|baseline| baseline.compare(report)).collect();
        let is_known = |finding| comparisons.iter().any(|comparison| comparison.knows(finding));
        report.findings.iter().map(is_known).collect()
    }
}

/// What is looked at, now and then.
struct Place<'a> {
    base: &'a Base,
    // Absolute; what is below them may be gone.
    folders: Vec<PathBuf>,
    found: HashMap<PathBuf, &'a FoundFile>,
    project: &'a Project,
}

impl<'a> Place<'a> {
    fn new(
        base: &'a Base,
        repository: &Repository,
        options: &FilterOptions<'_>,
        project: &'a Project,
    ) -> Place<'a> {
        let scope =
            |path: &PathBuf| input::scope(base, path).unwrap_or_else(|| repository.folder().to_path_buf());
        let folders = options.read.iter().map(scope).collect();
        let found = project.found.files.iter().map(|file| (base.absolute(&file.path), file)).collect();
        Place { base, folders, found, project }
    }

    fn wants(&self, path: &Path) -> bool {
        let is_below = || self.folders.iter().any(|folder| path.starts_with(folder));
        self.found.contains_key(path) || (input::is_candidate(path) && is_below())
    }

    fn baseline(
        &self,
        files: Vec<(PathBuf, Vec<u8>)>,
        options: &FilterOptions<'_>,
    ) -> Result<Baseline, Error> {
        let mut discovery = Discovery::default();
        let mut inputs = Vec::new();
        for (path, bytes) in files {
            let role = self.found.get(&path).map_or(Role::Walked, |found| found.role);
            let shown: Arc<str> = self.base.shown(&path).into();
            inputs.push(Input {
                path: shown.clone(),
                content: Ok(bytes),
                context: role == Role::Context,
                named: role >= Role::Named,
            });
            discovery.files.push(FoundFile { path, shown, role });
        }
        discovery.files.sort_by(|a, b| a.shown.cmp(&b.shown));
        inputs.sort_by(|a, b| a.path.cmp(&b.path));
        let configurations = &self.project.configurations;
        let session = project::session_of(discovery, configurations, inputs);
        let mut report = session.check_by(|deployment| configurations.standard(deployment));
        if !options.no_ignores {
            suppress(&mut report, &session, configurations, options.read);
        }
        Baseline::of(&report)
    }
}
