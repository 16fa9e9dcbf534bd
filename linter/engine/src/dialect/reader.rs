//! Dialects that packages above the engine bring along: how their files are told, sorted into deployments, and read.

use smol_str::SmolStr;

use super::{Declared, Deployment, Dialect, File, Language, Recognition, Ties, parameters, template};
use crate::syntax::Node;

/// How the files of one dialect are read. Every function is pure, and is asked for all files.
#[derive(Debug)]
pub struct DialectReader {
    /// What its deployments are.
    pub dialect: Dialect,
    /// Whether a file may be of it, by its path and its bytes: cheap, and never wrong when it says no.
    pub may_concern: fn(&str, &[u8]) -> bool,
    /// The folder that holds all neighbours of a file whose path alone makes it one of the dialect, which has to be
    /// readable; empty for the current one.
    pub own_folder: fn(&str) -> Option<SmolStr>,
    /// What a tree at a path, which is no template and no parameter file, is by itself.
    pub recognise: fn(&str, &Node) -> Option<Claim>,
    /// What is to be said of a recognised tree although all of it is read; the file is then checked in part.
    pub note: fn(&Node) -> Option<String>,
    /// Whether a template is one that the service of the dialect exports.
    pub is_export: fn(&Node) -> bool,
    /// Which other files decide about one.
    pub ties: fn(&File) -> Ties,
    /// The same, as far as path and bytes tell; to be wrong costs time and nothing else.
    pub likely_ties: fn(&str, &[u8]) -> Ties,
    /// Sorts its files, which are among these, into deployments.
    pub assemble: fn(&[File]) -> Assembled,
    /// The resources of one of its deployments.
    pub declare: fn(&Deployment) -> Vec<Declared>,
}

/// What one tree is for the dialect that recognises it, until its neighbours are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The dialect.
    pub dialect: Dialect,
    /// The folder that holds all its neighbours, where the path says it; empty for the current one.
    pub folder: SmolStr,
    /// Its kind within the dialect.
    pub kind: u8,
    /// It looks like a file of its kind by itself, whatever its neighbours are.
    pub certain: bool,
}

impl Claim {
    /// The claim of a tree that is one of a dialect for certain, in whatever folder.
    pub fn certain(dialect: Dialect) -> Claim {
        Claim { dialect, folder: SmolStr::default(), kind: 0, certain: true }
    }
}

/// What a dialect makes of all files; files are told by their index.
#[derive(Debug, Default)]
pub struct Assembled {
    /// Its deployments.
    pub deployments: Vec<Deployment>,
    /// The files that are part of no deployment, and why.
    pub left_out: Vec<(usize, String)>,
    /// The templates that are part of one of its deployments.
    pub taken: Vec<usize>,
    /// The templates that hold all that belongs to their resources.
    pub whole: Vec<usize>,
}

/// The dialects that are known beside templates, and the languages that are lowered into templates.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dialects(pub &'static [&'static DialectReader], pub &'static [&'static Language]);

impl Dialects {
    /// Whether a file may be anything for this linter, by its path and its bytes: cheap, and never wrong when
    /// it says no.
    pub fn may_concern(self, path: &str, bytes: &[u8]) -> bool {
        self.is_own_path(path)
            || self.language(path).is_some()
            || template::has_marker(bytes)
            || self.0.iter().any(|reader| (reader.may_concern)(path, bytes))
    }

    /// Whether a path alone makes a file one of a dialect, that has to be readable.
    pub fn is_own_path(self, path: &str) -> bool {
        self.own_folder(path).is_some()
    }

    /// The language of a file, by its path.
    pub fn language(self, path: &str) -> Option<&'static Language> {
        self.1.iter().copied().find(|language| language.is_own(path))
    }

    /// The folder that holds all neighbours of such a file.
    pub fn own_folder(self, path: &str) -> Option<SmolStr> {
        self.0.iter().find_map(|reader| (reader.own_folder)(path))
    }

    /// What a tree is.
    pub fn recognise(self, path: &str, root: &Node) -> Recognition {
        if template::recognise(root) {
            return Recognition::Template { export: self.0.iter().any(|reader| (reader.is_export)(root)) };
        }
        if parameters::recognise(root) {
            return Recognition::Parameters;
        }
        let mut claims = self.0.iter().filter_map(|reader| (reader.recognise)(path, root));
        claims.next().map_or(Recognition::Other, Recognition::Declared)
    }

    /// What is to be said of a tree although all of it is read; the file is then checked in part.
    pub fn note(self, recognition: &Recognition, root: &Node) -> Option<String> {
        let Recognition::Declared(claim) = recognition else { return None };
        let mut own = self.0.iter().filter(|reader| reader.dialect == claim.dialect);
        own.find_map(|reader| (reader.note)(root))
    }
}
