//! From paths to a session that holds the texts; every command that looks at files does the same.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use armlint_engine::dialect::Given;
use armlint_engine::session::{Input, Session};
use armlint_engine::source::MAX_SOURCE_BYTES;

use crate::config::{self, Configurations, Options};
use crate::error::Error;
use crate::input::{Base, Discovery, Request, Role, discover, read_all};

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

/// Finds the files, reads them on the current rayon pool and hands them to a session. `watch` is told of each phase when
/// it begins.
pub fn open(request: Request<'_>, options: &Options, watch: impl Fn(Phase)) -> Result<Project, Error> {
    let mut durations = Durations::default();
    let start = Instant::now();
    let base = Base::current()?;
    let mut found = discover(base.clone(), request)?;
    let catalogue = armlint_rules::catalogue();
    let configurations = Configurations::find(base, &found, options, &catalogue, &mut config::read)?;
    let excluded = configurations.exclude(&mut found);
    let bindings = configurations.bind(&mut found);
    durations.discover = start.elapsed();
    watch(Phase::Reading(found.files.len()));
    let start = Instant::now();
    let bound: HashSet<&str> = bindings.iter().map(|(parameters, _)| &**parameters).collect();
    let (inputs, skipped) = read_all(&found.files, |path| bound.contains(path));
    found.skipped.extend(skipped);
    durations.read = start.elapsed();
    watch(Phase::Checking(inputs.len()));
    let start = Instant::now();
    let stdin = stdin(&found, &inputs);
    let mut session = Session::new(catalogue);
    session.give(Given { bindings, ..given(&found) });
    session.set_all(inputs);
    durations.parse = start.elapsed();
    let count = excluded.len();
    if request.explain {
        found.skipped.extend(excluded);
        found.skipped.sort_by(|a, b| a.shown.cmp(&b.shown));
    }
    Ok(Project { session, found, configurations, excluded: count, stdin, durations })
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
    session.give(Given { bindings, ..given(&found) });
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
fn given(found: &Discovery) -> Given {
    let paths = |wanted: fn(Role) -> bool| {
        found.files.iter().filter(|file| wanted(file.role)).map(|file| file.shown.clone()).collect()
    };
    Given {
        parameters: paths(|role| role == Role::Parameters),
        templates: paths(|role| matches!(role, Role::Named | Role::Stdin)),
        ..Given::default()
    }
}
