//! From paths to a session that holds the texts; every command that looks at files does the same.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use armlint_engine::dialect::GivenFiles;
use armlint_engine::rule::Catalogue;
use armlint_engine::session::{Input, Session, Wanted};
use armlint_engine::source::MAX_SOURCE_BYTES;

use crate::config::{self, Configurations, Options};
use crate::digest::Digest;
use crate::error::Error;
use crate::group::Groups;
use crate::input::{Base, Discovery, FoundFile, Request, Role, SkippedFile, answer, discover, read_all};
use crate::references::{Supplier, complete};

/// The stack of a worker: deep nesting is limited, but not shallow.
const STACK: usize = 16 * 1024 * 1024;

/// Worker threads: as many as asked for, or one for each processor.
pub fn pool(threads: Option<u16>) -> Result<rayon::ThreadPool, Error> {
    let threads =
        threads.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    Ok(rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build()?)
}

/// What is being done, for whoever watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// So many files are read.
    Reading(usize),
    /// So many files are parsed and checked.
    Checking(usize),
}

/// The time that it took to open a project.
#[derive(Clone, Copy, Debug, Default)]
pub struct Durations {
    /// To find the files.
    pub discover: Duration,
    /// To read them.
    pub read: Duration,
    /// To make trees of them.
    pub parse: Duration,
}

/// The texts that were asked for.
#[derive(Debug)]
pub struct Project {
    /// The session that holds them.
    pub session: Session,
    /// How they were found.
    pub found: Discovery,
    /// What they are checked by.
    pub configurations: Configurations,
    /// How many were left out by the configurations.
    pub excluded: usize,
    /// What came on standard input, where it was asked for and could be read in whole.
    pub stdin: Option<Vec<u8>>,
    /// How long that took.
    pub durations: Durations,
}

/// Finds the files, reads them on the current rayon pool and hands them to a session, and after them what their texts
/// refer to. `watch` is told of each phase when it begins.
pub fn open(request: Request<'_>, options: &Options, watch: impl Fn(Phase)) -> Result<Project, Error> {
    Opening::find(request, options)?.read(watch)
}

/// A project of which not all texts are read yet.
#[derive(Debug)]
pub struct Opening<'o> {
    project: Project,
    base: Base,
    options: &'o Options,
    excluded: Vec<SkippedFile>,
    // Parameter files and the templates that configurations bind them to.
    bindings: Vec<(Arc<str>, Arc<str>)>,
    // What comes on standard input was given no name: nothing lies beside it.
    is_nameless: bool,
    // What is left out is listed.
    explain: bool,
}

impl<'o> Opening<'o> {
    /// Finds the files and the configurations that hold for them.
    pub fn find(request: Request<'_>, options: &'o Options) -> Result<Opening<'o>, Error> {
        let start = Instant::now();
        let base = Base::current()?;
        let mut found = discover(base.clone(), request)?;
        let session = Session::new(armlint_rules::catalogue());
        let reader = &mut config::read;
        let configurations =
            Configurations::find(base.clone(), &found, options, session.catalogue(), reader)?;
        let excluded = configurations.exclude(&mut found);
        let bindings = configurations.bind(&mut found);
        let durations = Durations { discover: start.elapsed(), ..Durations::default() };
        let project =
            Project { session, found, configurations, excluded: excluded.len(), stdin: None, durations };
        let (is_nameless, explain) = (request.stdin_filename.is_none(), request.explain);
        Ok(Opening { project, base, options, excluded, bindings, is_nameless, explain })
    }

    /// Reads the files, and after them what their texts refer to. `watch` is told of each phase when it begins.
    pub fn read(mut self, watch: impl Fn(Phase)) -> Result<Project, Error> {
        let files = self.project.found.files.clone();
        watch(Phase::Reading(files.len()));
        let inputs = self.inputs(&files);
        watch(Phase::Checking(inputs.len()));
        self.project.stdin = stdin(&self.project.found, &inputs);
        self.set(inputs);
        complete(&mut self)?;
        Ok(self.finish())
    }

    /// The project so far.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The rules of the program and of the packs of the configurations so far.
    pub fn catalogue(&self) -> Catalogue {
        self.project.configurations.catalogue(self.project.session.catalogue())
    }

    /// Whether the files can be checked group by group: nothing was named, so that no text refers to what has not been
    /// found, and nothing comes from where it can be read only once.
    pub fn has_groups(&self) -> bool {
        self.project.found.files.iter().all(|file| matches!(file.role, Role::Walked | Role::Context))
    }

    /// Reads and checks the files group by group; of each no more is kept than what `check` makes of a session that
    /// holds its texts. The session of the project holds none.
    pub fn check_groups(
        mut self,
        measures: bool,
        watch: impl Fn(Phase),
        check: impl Fn(&Configurations, &Session) -> Digest + Sync,
    ) -> (Project, Digest) {
        let Project { session, found, configurations, .. } = &mut self.project;
        let configurations = &*configurations;
        watch(Phase::Checking(found.files.len()));
        session.give(GivenFiles { bindings: self.bindings.clone(), ..given(found) });
        if measures {
            session.measure();
        }
        let bound = bound(&self.bindings);
        let read = |files: &[FoundFile]| read_all(files, |path| bound.contains(path));
        let check = |session: &Session| check(configurations, session);
        let (digest, skipped) = Groups { session, files: &found.files, read: &read, check }.check();
        found.skipped.extend(skipped);
        (self.finish(), digest)
    }

    fn finish(self) -> Project {
        let Opening { mut project, excluded, explain, .. } = self;
        let faults = project.configurations.faults().into_iter();
        project.found.problems.extend(faults.map(|fault| Error::Pack(Box::new(fault))));
        if explain {
            project.found.skipped.extend(excluded);
            project.found.skipped.sort_by(|a, b| a.shown.cmp(&b.shown));
        }
        project
    }

    fn inputs(&mut self, files: &[FoundFile]) -> Vec<Input> {
        let start = Instant::now();
        let bound = bound(&self.bindings);
        let (inputs, skipped) = read_all(files, |path| bound.contains(path));
        self.project.found.skipped.extend(skipped);
        self.project.durations.read += start.elapsed();
        inputs
    }

    fn set(&mut self, inputs: Vec<Input>) {
        let start = Instant::now();
        let Project { session, found, durations, .. } = &mut self.project;
        session.give(GivenFiles { bindings: self.bindings.clone(), ..given(found) });
        session.set_all(inputs);
        durations.parse += start.elapsed();
    }

    // The paths of what is wanted; what a configuration excludes is none of it.
    fn paths(&self, wanted: &[Wanted]) -> Vec<PathBuf> {
        let found = &self.project.found;
        let stdin = found.files.iter().find(|file| self.is_nameless && file.role == Role::Stdin);
        let is_known = |wanted: &&Wanted| stdin.is_none_or(|stdin| stdin.shown != wanted.from);
        let wanted: Vec<Wanted> = wanted.iter().filter(is_known).cloned().collect();
        let excluded: HashSet<&str> = self.excluded.iter().map(|file| file.shown.as_str()).collect();
        let paths = answer(&self.base, &wanted).into_iter();
        paths.filter(|path| !excluded.contains(self.base.shown(path).as_str())).collect()
    }

    // The files that were not there before, and those that turn out to be parameter files: they were read as
    // something else.
    fn fresh(&self, before: &HashSet<Arc<str>>, bindings: &[(Arc<str>, Arc<str>)]) -> Vec<FoundFile> {
        let (old, new) = (bound(bindings), bound(&self.bindings));
        let is_fresh =
            |path: &Arc<str>| !before.contains(path) || (new.contains(&**path) && !old.contains(&**path));
        self.project.found.files.iter().filter(|file| is_fresh(&file.shown)).cloned().collect()
    }
}

impl Supplier for Opening<'_> {
    fn session(&self) -> &Session {
        &self.project.session
    }

    fn supply(&mut self, wanted: &[Wanted]) -> Result<(), Error> {
        let start = Instant::now();
        let paths = self.paths(wanted);
        let Project { session, found, configurations, durations, .. } = &mut self.project;
        let before: HashSet<Arc<str>> = found.files.iter().map(|file| file.shown.clone()).collect();
        found.add_context(&self.base, paths);
        configurations.extend(found, self.options, session.catalogue(), &mut config::read)?;
        let old = std::mem::replace(&mut self.bindings, configurations.bind(found));
        durations.discover += start.elapsed();
        let fresh = self.fresh(&before, &old);
        let (stdin, files): (Vec<FoundFile>, Vec<FoundFile>) =
            fresh.into_iter().partition(|file| file.role == Role::Stdin);
        let mut inputs = self.inputs(&files);
        // It can be read once only.
        let again = stdin.into_iter().zip(self.project.stdin.clone());
        inputs.extend(again.map(|(file, bytes)| named_input(file, bytes)));
        self.set(inputs);
        Ok(())
    }
}

fn named_input(file: FoundFile, bytes: Vec<u8>) -> Input {
    Input { path: file.shown, content: Ok(bytes), context: false, named: true }
}

// The parameter files among bindings.
fn bound(bindings: &[(Arc<str>, Arc<str>)]) -> HashSet<&str> {
    bindings.iter().map(|(parameters, _)| &**parameters).collect()
}

/// A session that holds other texts of what was found.
pub(crate) fn session_of(
    mut found: Discovery,
    configurations: &Configurations,
    inputs: Vec<Input>,
) -> Session {
    configurations.exclude(&mut found);
    let bindings = configurations.bind(&mut found);
    let kept: HashSet<&str> = found.files.iter().map(|file| &*file.shown).collect();
    let mut session = Session::new(armlint_rules::catalogue());
    session.give(GivenFiles { bindings, ..given(&found) });
    session.set_all(inputs.into_iter().filter(|input| kept.contains(&*input.path)).collect());
    session
}

// What came on standard input, where it could be read in whole.
fn stdin(found: &Discovery, inputs: &[Input]) -> Option<Vec<u8>> {
    let file = found.files.iter().find(|file| file.role == Role::Stdin)?;
    let input = inputs.iter().find(|input| input.path == file.shown)?;
    let bytes = input.content.as_ref().ok()?;
    (bytes.len() <= MAX_SOURCE_BYTES).then(|| bytes.clone())
}

// Every file that was named may be a template; what is none is passed over.
fn given(found: &Discovery) -> GivenFiles {
    let paths = |wanted: fn(Role) -> bool| {
        found.files.iter().filter(|file| wanted(file.role)).map(|file| file.shown.clone()).collect()
    };
    GivenFiles {
        parameters: paths(|role| role == Role::Parameters),
        templates: paths(|role| matches!(role, Role::Named | Role::Stdin)),
        ..GivenFiles::default()
    }
}
