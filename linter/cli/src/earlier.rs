//! `--since` and `--changed`: what is found in the files of an earlier commit is known.
//!
//! The earlier files are checked as these are now, by today's configurations, and what is open in them becomes a
//! baseline that is never written. So a finding that a change causes in a file that it does not touch is told
//! from one that was there before.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use armlint_engine::session::{Input, Report};

use crate::arguments::CheckArguments;
use crate::baseline::{Baseline, Comparison};
use crate::clock;
use crate::commit::Repository;
use crate::discover::{self, Base, Discovery, Found, Role};
use crate::error::Error;
use crate::load::{self, Loaded};

/// The commit that the next one follows.
const HEAD: &str = "HEAD";

/// The other commit that the next one follows, while a merge waits for it.
const MERGE_HEAD: &str = "MERGE_HEAD";

/// The variable in which pre-commit says where a change of several commits starts
/// (<https://pre-commit.com/#pre-commit-run>, 2025-10).
const FROM: &str = "PRE_COMMIT_FROM_REF";

/// The baselines of earlier commits.
pub(crate) struct Earlier {
    baselines: Vec<Baseline>,
}

impl Earlier {
    /// Checks the commits that the arguments compare with; `None` where they compare with none.
    pub(crate) fn check(arguments: &CheckArguments, loaded: &Loaded) -> Result<Option<Earlier>, Error> {
        let name = match &arguments.since {
            Some(name) => name.clone(),
            None if arguments.changed => std::env::var(FROM).unwrap_or_else(|_| HEAD.to_string()),
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
            let place = Place::new(&base, &repository, arguments, loaded);
            let files = repository.files(commit, |path| place.wants(path))?;
            baselines.push(place.baseline(files, arguments)?);
        }
        Ok(Some(Earlier { baselines }))
    }

    /// For each finding of the report whether an earlier commit has it.
    pub(crate) fn knows(&self, report: &Report) -> Vec<bool> {
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
    found: HashMap<PathBuf, &'a Found>,
    loaded: &'a Loaded,
}

impl<'a> Place<'a> {
    fn new(
        base: &'a Base,
        repository: &Repository,
        arguments: &CheckArguments,
        loaded: &'a Loaded,
    ) -> Place<'a> {
        let scope =
            |path: &PathBuf| discover::scope(base, path).unwrap_or_else(|| repository.folder().to_path_buf());
        let folders = arguments.read().iter().map(scope).collect();
        let found = loaded.found.files.iter().map(|file| (base.absolute(&file.path), file)).collect();
        Place { base, folders, found, loaded }
    }

    fn wants(&self, path: &Path) -> bool {
        let is_below = || self.folders.iter().any(|folder| path.starts_with(folder));
        self.found.contains_key(path) || (discover::is_candidate(path) && is_below())
    }

    fn baseline(
        &self,
        files: Vec<(PathBuf, Vec<u8>)>,
        arguments: &CheckArguments,
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
            discovery.files.push(Found { path, shown, role });
        }
        discovery.files.sort_by(|a, b| a.shown.cmp(&b.shown));
        inputs.sort_by(|a, b| a.path.cmp(&b.path));
        let configurations = &self.loaded.configurations;
        let session = load::texts(discovery, configurations, inputs);
        let mut report = session.check_by(|deployment| configurations.settings(deployment));
        if !arguments.no_ignores {
            session.suppress(&mut report, clock::today());
            configurations.suppress(&mut report, &session, &arguments.read(), clock::today());
        }
        Baseline::of(&report)
    }
}
