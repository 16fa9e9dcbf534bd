//! From paths to a session that holds the texts; every command that looks at files does the same.

use std::collections::HashSet;
use std::time::Instant;

use armlint_engine::dialect::Given;
use armlint_engine::session::{Input, Session};
use armlint_engine::source::MAX_SOURCE_BYTES;

use crate::config::{self, Configurations, Options};
use crate::discover::{Base, Discovery, Request, Role, discover};
use crate::error::Error;
use crate::progress::Progress;
use crate::read;
use crate::summary::Timings;

/// The stack of a worker: deep nesting is limited, but not shallow.
const STACK: usize = 16 * 1024 * 1024;

/// Worker threads: as many as asked for, or one for each processor.
pub(crate) fn pool(threads: Option<u16>) -> Result<rayon::ThreadPool, Error> {
    let threads =
        threads.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    Ok(rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build()?)
}

/// The texts that were asked for.
pub(crate) struct Loaded {
    /// The session that holds them.
    pub(crate) session: Session,
    /// How they were found.
    pub(crate) found: Discovery,
    /// What they are checked by.
    pub(crate) configurations: Configurations,
    /// How many were left out by the configurations.
    pub(crate) excluded: usize,
    /// What came on standard input, where it was asked for and could be read in whole.
    pub(crate) stdin: Option<Vec<u8>>,
}

/// Finds the files, reads them on the current rayon pool and hands them to a session.
pub(crate) fn load(
    request: Request<'_>,
    options: &Options,
    progress: &Progress,
    timings: &mut Timings,
) -> Result<Loaded, Error> {
    let start = Instant::now();
    let base = Base::current()?;
    let mut found = discover(base.clone(), request)?;
    let catalogue = armlint_rules::catalogue();
    let configurations = Configurations::find(base, &found, options, &catalogue, &mut config::read)?;
    let excluded = configurations.exclude(&mut found);
    let bindings = configurations.bind(&mut found);
    timings.discover = start.elapsed();
    progress.phase(|| format!("reading {} files", found.files.len()));
    let start = Instant::now();
    let bound: HashSet<&str> = bindings.iter().map(|(parameters, _)| &**parameters).collect();
    let (inputs, skipped) = read::read_all(&found.files, |path| bound.contains(path));
    found.skipped.extend(skipped);
    timings.read = start.elapsed();
    progress.phase(|| format!("checking {} files", inputs.len()));
    let start = Instant::now();
    let stdin = found.files.iter().find(|file| file.role == Role::Stdin);
    let stdin = stdin.and_then(|file| inputs.iter().find(|input| input.path == file.shown));
    let stdin = stdin.and_then(|input| input.content.as_ref().ok());
    let stdin = stdin.filter(|bytes| bytes.len() <= MAX_SOURCE_BYTES).cloned();
    let mut session = Session::new(catalogue);
    session.give(Given { bindings, ..given(&found) });
    session.set_all(inputs);
    timings.parse = start.elapsed();
    let count = excluded.len();
    if request.explain {
        found.skipped.extend(excluded);
        found.skipped.sort_by(|a, b| a.shown.cmp(&b.shown));
    }
    Ok(Loaded { session, found, configurations, excluded: count, stdin })
}

/// A session that holds other texts of what was found, and what it found in them.
pub(crate) fn texts(mut found: Discovery, configurations: &Configurations, inputs: Vec<Input>) -> Session {
    configurations.exclude(&mut found);
    let bindings = configurations.bind(&mut found);
    let kept: HashSet<&str> = found.files.iter().map(|file| &*file.shown).collect();
    let mut session = Session::new(armlint_rules::catalogue());
    session.give(Given { bindings, ..given(&found) });
    session.set_all(inputs.into_iter().filter(|input| kept.contains(&*input.path)).collect());
    session
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
