//! What is checked together: a folder of the workspace, the files beside one that lies in no such folder,
//! or a buffer without a file. Files come from disk as `armlint check` finds them, and buffers lie over them.

mod texts;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use armlint_engine::finding::Finding;
use armlint_engine::rule::Catalogue;
use armlint_engine::session::{CheckMemo, Input, Outcome, Report, Session};
use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_workspace::config::{Configurations, FILE_NAME};
use armlint_workspace::input::{self, Base, Discovery, FoundFile, Role};
use armlint_workspace::judge::{self, Judged};
use armlint_workspace::masks::Masks;
use armlint_workspace::selection::Selection;
use lsp_types::FileChangeType;

use super::faults::{Faults, Problem};
use texts::Stamp;

/// What a root is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// A folder of the workspace: what `armlint check` finds in it.
    Folder(PathBuf),
    /// Open files of this folder, or of the Git folder of a factory, that lie in no folder of the workspace;
    /// what else is there is context.
    Beside(PathBuf),
    /// A buffer without a file, by its URI, and the folder that its configuration is looked for from.
    Untitled(String, PathBuf),
}

/// Texts that are checked together.
#[derive(Debug)]
pub(super) struct Root {
    /// What it is made of.
    pub(super) scope: Scope,
    /// Where paths are shown from.
    pub(super) base: Base,
    /// The texts.
    pub(super) session: Session,
    /// What they are checked by; none until they were first read.
    pub(super) configurations: Option<Configurations>,
    /// What is wrong in the configurations.
    pub(super) faults: Faults,
    /// The last check; none where the texts are newer.
    pub(super) checked: Option<Checked>,
    /// Something has changed since the last check.
    pub(super) dirty: bool,
    pub(super) found: Discovery,
    memo: RefCell<CheckMemo>,
    stamps: HashMap<Arc<str>, Stamp>,
    /// Everything is to be found and read again.
    pub(super) stale: bool,
    /// These files are to be read again.
    pub(super) touched: HashSet<PathBuf>,
    /// The open files that were checked for themselves when everything was last read.
    pub(super) named: Vec<PathBuf>,
    pub(super) told: Vec<String>,
    /// The only configuration, where the client chose one.
    pub(super) chosen: Option<PathBuf>,
}

/// What a check found.
#[derive(Debug)]
pub(super) struct Checked {
    /// All of it.
    pub(super) report: Report,
    /// What must not be shown of it.
    pub(super) masks: Masks,
    /// The findings that are shown, without secrets, in the order of the report.
    pub(super) findings: Vec<Finding>,
}

impl Checked {
    /// The findings whose place is in a source.
    pub(super) fn of(&self, source: SourceId) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.primary.span.source == source)
    }

    /// What became of a file, by its path as shown.
    pub(super) fn outcome(&self, shown: &str) -> Option<&Outcome> {
        let at = self.report.files.binary_search_by(|status| (*status.path).cmp(shown)).ok()?;
        self.report.files.get(at).map(|status| &status.outcome)
    }
}

impl Root {
    /// A root of which nothing is read yet.
    pub(super) fn new(scope: Scope) -> Root {
        let folder = match &scope {
            Scope::Folder(folder) | Scope::Untitled(_, folder) => folder.as_path(),
            // A factory is named for its folder.
            Scope::Beside(folder) => folder.parent().unwrap_or(folder),
        };
        Root {
            base: Base::new(folder.to_path_buf()),
            session: Session::new(armlint_rules::catalogue()),
            configurations: None,
            faults: Faults::default(),
            checked: None,
            dirty: true,
            found: Discovery::default(),
            memo: RefCell::default(),
            stamps: HashMap::new(),
            stale: true,
            touched: HashSet::new(),
            named: Vec::new(),
            told: Vec::new(),
            chosen: None,
            scope,
        }
    }

    /// The folder that a new configuration is written to.
    pub(super) fn folder(&self) -> &Path {
        match &self.scope {
            Scope::Folder(folder) | Scope::Beside(folder) | Scope::Untitled(_, folder) => folder,
        }
    }

    /// The rules that there are for a file, by its path as shown.
    pub(super) fn rules(&self, shown: &str) -> &Catalogue {
        let configured =
            self.configurations.as_ref().and_then(|configurations| configurations.rules_of(shown));
        configured.unwrap_or(self.session.catalogue())
    }

    /// The absolute path of what is shown as `shown`.
    pub(super) fn absolute(&self, shown: &str) -> PathBuf {
        self.base.absolute(Path::new(shown))
    }

    /// The source at a path as shown; none where nothing in it concerns the linter.
    pub(super) fn source(&self, shown: &str) -> Option<&Arc<Source>> {
        self.session.trees(shown).map(|trees| trees.source)
    }

    /// The file at a path as shown.
    pub(super) fn file(&self, shown: &str) -> Option<&FoundFile> {
        let at = self.found.files.binary_search_by(|file| (*file.shown).cmp(shown)).ok()?;
        self.found.files.get(at)
    }

    /// Everything is found and read again before the next look at it.
    pub(super) fn reread(&mut self) {
        self.stale = true;
        self.change();
    }

    /// A file has come, has changed or has gone on disk.
    pub(super) fn touch(&mut self, path: &Path, what: FileChangeType) {
        let name = path.file_name().unwrap_or_default();
        let chooses = [FILE_NAME, ".gitignore", ".ignore"].iter().any(|known| name == *known);
        let is_above = path.parent().is_some_and(|parent| self.folder().starts_with(parent));
        let is_within = path.starts_with(self.folder());
        let is_read = self.configurations.as_ref().is_some_and(|all| all.are_read_from(path));
        if is_read || self.chosen.as_deref() == Some(path) || (chooses && (is_above || is_within)) {
            return self.reread();
        }
        let shown = self.base.shown(path);
        let known = self.stamps.contains_key(shown.as_str());
        match what {
            FileChangeType::CHANGED if known => {
                self.touched.insert(path.to_path_buf());
                self.change();
            }
            FileChangeType::CREATED if is_within && (input::is_candidate(path) || path.is_dir()) => {
                self.reread();
            }
            FileChangeType::DELETED if is_within => {
                let below = |file: &Arc<str>| {
                    file.strip_prefix(shown.as_str()).is_some_and(|rest| rest.starts_with('/'))
                };
                if known || self.stamps.keys().any(below) {
                    self.reread();
                }
            }
            _ => {}
        }
    }

    fn change(&mut self) {
        self.checked = None;
        self.dirty = true;
    }

    /// A buffer over the file at a path was opened, or has changed.
    pub(super) fn overlay(&mut self, path: &Path, text: &str, opened: bool) {
        let shown = self.base.shown(path);
        let known = self.file(&shown).map(|file| (file.shown.clone(), file.role));
        match known {
            Some((path, role)) if !self.stale => {
                let content = Ok(text.as_bytes().to_vec());
                let (context, named) = (role == Role::Context, role >= Role::Named);
                self.set(vec![Input { path, content, context, named }], None);
                self.change();
            }
            Some(_) => self.change(),
            // It may be new.
            None if opened && path.starts_with(self.folder()) => self.reread(),
            None => {}
        }
    }

    /// Checks what has changed.
    pub(super) fn check(&mut self) {
        self.dirty = false;
        let Some(configurations) = &self.configurations else { return };
        let report = self.report(&self.session, configurations);
        let masks = Masks::new(&report);
        let shown =
            report.findings.iter().filter(|finding| Judged::new(configurations, &report, finding).is_open());
        let findings = shown.map(|finding| masks.finding(finding)).collect();
        self.checked = Some(Checked { report, masks, findings });
    }

    fn report(&self, session: &Session, configurations: &Configurations) -> Report {
        let standard = |deployment: &_| configurations.standard(deployment);
        let mut report = session.check_changed(&mut self.memo.borrow_mut(), standard);
        let walked: &[PathBuf] = match &self.scope {
            Scope::Folder(folder) => std::slice::from_ref(folder),
            _ => &[],
        };
        judge::suppress(&mut report, session, configurations, walked);
        judge::select(&mut report, configurations, &Selection::default());
        report
    }

    /// What the safe fixes make of the text of a file: before and after; none where they change nothing.
    pub(super) fn fixed(&mut self, shown: &str) -> Option<(Arc<Source>, Arc<Source>)> {
        let (checked, configurations) = (self.checked.as_ref()?, self.configurations.as_ref()?);
        let file = self.file(shown)?.clone();
        let mut session = std::mem::take(&mut self.session);
        let check = |session: &Session| self.report(session, configurations);
        let wanted = |report: &Report, finding: &Finding| {
            let source = report.source(finding.primary.span.source);
            source.is_some_and(|source| &*source.path == shown)
                && Judged::new(configurations, report, finding).is_open()
        };
        let changed =
            armlint_workspace::fixes::preview(&mut session, &checked.report, &file, &check, &wanted);
        self.session = session;
        changed
    }

    /// What is wrong in configurations.
    pub(super) fn problems(&self) -> &[Problem] {
        &self.faults.problems
    }
}
