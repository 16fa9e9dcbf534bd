//! From the arguments to the files to read.
//!
//! A folder is walked, and gives the files that may hold a template; a file that is named is taken
//! whatever it is called. What else has to be read so that a named file can be understood, its text says, and the
//! module `references` has it read.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::{Base, FoundFile, Role, SkippedFile, is_candidate, neighbours, walk};
use crate::error::Error;
use crate::file::leads_out_of_repository;

/// What the arguments lead to.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Sorted by `shown`, each file once.
    pub files: Vec<FoundFile>,
    /// What was not taken, sorted; complete only when asked for.
    pub skipped: Vec<SkippedFile>,
    /// Arguments and folders that could not be read.
    pub problems: Vec<Error>,
    /// The folders that were walked, by absolute path.
    pub folders: HashSet<PathBuf>,
}

/// What is to be found, and how.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The arguments.
    pub paths: &'a [PathBuf],
    /// The parameter files that were given.
    pub parameters: &'a [PathBuf],
    /// The name of what comes on standard input.
    pub stdin_filename: Option<&'a Path>,
    /// Whether everything that is left out is listed, too; costs a second walk.
    pub explain: bool,
    /// Threads that walk folders.
    pub threads: usize,
}

/// Finds the files, which are shown from `base`. What cannot be read is a problem in the result; an error
/// is only what makes the whole run senseless.
pub fn discover(base: Base, request: Request<'_>) -> Result<Discovery, Error> {
    let mut finder = Finder { base, request, files: BTreeMap::new(), result: Discovery::default() };
    let stdin = request.paths.iter().any(|path| path.as_os_str() == "-");
    if request.stdin_filename.is_some() && !stdin {
        return Err(Error::StdinNameWithoutStdin);
    }
    for argument in request.paths {
        finder.argument(argument);
    }
    let named = finder.files.values().any(|found| found.role >= Role::Named);
    if !request.parameters.is_empty() && !named {
        return Err(Error::ParametersWithoutTemplate);
    }
    for file in request.parameters {
        match std::fs::metadata(file) {
            Ok(_) => finder.add(file.clone(), Role::Parameters),
            Err(_) => {
                let path = finder.base.shown(file);
                finder.result.problems.push(Error::NoSuchPath { path });
            }
        }
    }
    Ok(finder.finish())
}

/// The files at these absolute paths, whether or not they are there, as if they were named one by one.
pub fn named(base: Base, files: &[PathBuf]) -> Discovery {
    let request = Request { paths: &[], parameters: &[], stdin_filename: None, explain: false, threads: 1 };
    let mut finder = Finder { base, request, files: BTreeMap::new(), result: Discovery::default() };
    for file in files {
        finder.add(file.clone(), Role::Named);
    }
    finder.finish()
}

impl Discovery {
    /// Adds files at these paths as context; those that are there stay what they are.
    pub fn add_context(&mut self, base: &Base, paths: impl IntoIterator<Item = PathBuf>) {
        let mut known: HashSet<PathBuf> = self.files.iter().map(|file| base.absolute(&file.path)).collect();
        let fresh = paths.into_iter().filter(|path| known.insert(base.absolute(path)));
        let file = |path: PathBuf| FoundFile { shown: base.shown(&path).into(), path, role: Role::Context };
        self.files.extend(fresh.map(file));
        self.files.sort_by(|a, b| a.shown.cmp(&b.shown));
    }
}

/// The folder that an argument looks at, absolute: the argument itself, or what a file is understood by.
/// `None` for a pattern and for standard input.
pub fn scope(base: &Base, argument: &Path) -> Option<PathBuf> {
    let path = base.absolute(argument);
    let metadata = std::fs::metadata(&path).ok()?;
    let folder = metadata.is_dir();
    let root = neighbours::artefact_root(&path, folder).map(Path::to_path_buf);
    root.or_else(|| if folder { Some(path) } else { path.parent().map(Path::to_path_buf) })
}

struct Finder<'a> {
    base: Base,
    request: Request<'a>,
    // By absolute path, so that arguments may overlap.
    files: BTreeMap<PathBuf, FoundFile>,
    result: Discovery,
}

impl Finder<'_> {
    fn finish(self) -> Discovery {
        let Finder { files, mut result, .. } = self;
        result.files = files.into_values().collect();
        result.files.sort_by(|a, b| a.shown.cmp(&b.shown));
        result.skipped.sort_by(|a, b| a.shown.cmp(&b.shown));
        result.skipped.dedup();
        result
    }

    fn argument(&mut self, argument: &Path) {
        if argument.as_os_str() == "-" {
            return self.stdin();
        }
        match std::fs::metadata(argument) {
            Ok(_) if leads_out_of_repository(argument) => self.outside(argument),
            Ok(metadata) if metadata.is_dir() => self.folder(argument),
            Ok(_) => self.file(argument),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => self.pattern(argument),
            Err(error) => self.unreadable(argument, error.to_string()),
        }
    }

    fn outside(&mut self, path: &Path) {
        let path = self.base.shown(path);
        self.result.problems.push(Error::LeadsOut { path });
    }

    fn stdin(&mut self) {
        let name = self.request.stdin_filename.unwrap_or(Path::new("<stdin>"));
        self.add(name.to_path_buf(), Role::Stdin);
    }

    fn file(&mut self, path: &Path) {
        self.add(path.to_path_buf(), Role::Named);
    }

    fn folder(&mut self, path: &Path) {
        let walked = walk::walk(path, self.request.threads);
        for file in &walked.files {
            if is_candidate(file) {
                self.add(file.clone(), Role::Walked);
            } else if self.request.explain {
                self.skip(file, "its name ends in none of the known endings");
            }
        }
        for (unread, reason) in &walked.errors {
            self.unreadable(unread.as_deref().unwrap_or(path), reason.clone());
        }
        if self.request.explain {
            for (path, reason) in walk::left_out(path, &walked) {
                self.skip(&path, reason);
            }
        }
        let folders = walked.folders.iter().map(|folder| self.base.absolute(folder));
        self.result.folders.extend(folders);
        for artefact in neighbours::artefacts_around(&self.base.absolute(path)) {
            self.add(artefact, Role::Context);
        }
    }

    // Shells on Windows hand patterns through, and so do quotes everywhere.
    fn pattern(&mut self, argument: &Path) {
        let text = argument.to_string_lossy();
        if !text.contains(['*', '?', '[']) {
            let path = self.base.shown(argument);
            return self.result.problems.push(Error::NoSuchPath { path });
        }
        let paths = match glob::glob(&text) {
            Ok(paths) => paths,
            Err(source) => {
                let pattern = text.into_owned();
                return self.result.problems.push(Error::Pattern { pattern, source });
            }
        };
        let mut any = false;
        for path in paths {
            any = true;
            match path {
                Ok(path) if leads_out_of_repository(&path) => self.outside(&path),
                Ok(path) if path.is_dir() => self.folder(&path),
                Ok(path) => self.file(&path),
                Err(error) => self.unreadable(error.path(), error.error().to_string()),
            }
        }
        if !any {
            self.result.problems.push(Error::NothingMatches { pattern: text.into_owned() });
        }
    }

    fn add(&mut self, path: PathBuf, role: Role) {
        let shown = self.base.shown(&path);
        let found = FoundFile { shown: shown.into(), path, role };
        let known = self.files.entry(self.base.absolute(&found.path)).or_insert_with(|| found.clone());
        if known.role < role {
            *known = found;
        }
    }

    fn skip(&mut self, path: &Path, reason: &'static str) {
        let mut shown = self.base.shown(path);
        if path.is_dir() {
            shown.push('/');
        }
        self.result.skipped.push(SkippedFile { shown, reason });
    }

    fn unreadable(&mut self, path: &Path, reason: String) {
        let path = self.base.shown(path);
        self.result.problems.push(Error::Unreadable { path, reason });
    }
}
