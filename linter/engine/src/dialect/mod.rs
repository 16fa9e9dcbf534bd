//! What a file is: the only place that decides it; and which files make one deployment.

mod assemble;
mod declared;
mod generator;
mod group;
mod language;
mod links;
mod parameters;
mod reader;
mod rendering;
mod template;

use std::sync::Arc;

use smol_str::SmolStr;

pub use assemble::{Assembly, File, GivenFiles, assemble};
pub use declared::{CONFIG, Declared, SECRET};
pub use generator::is_compiled;
pub use group::{Sketch, Ties, groups};
pub use language::{Language, Sources};
pub(crate) use links::{TemplateNames, written_names};
pub use parameters::{Belonging, ParameterFile};
pub use reader::{Assembled, Claim, DialectReader, Dialects};

use crate::source::Source;
use crate::syntax::Document;

/// A source together with one of its trees.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The text.
    pub source: Arc<Source>,
    /// Its tree.
    pub document: Arc<Document>,
}

/// Whether something that is not declared is known not to exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// The texts hold all children of the resource that they are of: a Git folder or its export.
    Closed,
    /// There may be more elsewhere: any other template.
    Open,
}

/// The kinds of deployments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// An ARM template, hand-written or compiled from Bicep.
    Template,
    /// A template that a service exports of one of its resources.
    Export,
    /// The Git folder that a service keeps one of its resources in.
    Folder,
    /// Manifests: objects of a cluster that stand for resources.
    Manifests,
    /// One resource as a file of its own, as the command lines of services take it.
    Resource,
}

impl Dialect {
    /// Whether the texts are templates, with expressions and the sections of a template.
    pub fn is_template(self) -> bool {
        matches!(self, Dialect::Template | Dialect::Export)
    }

    /// Whether the texts are files of a Git folder, which hold no template expressions and say nothing of
    /// network and identity of the resource itself.
    pub fn is_folder(self) -> bool {
        self == Dialect::Folder
    }
}

/// The unit that rules see: a template with its parameter files, an export, or a Git folder.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// What the texts are.
    pub dialect: Dialect,
    /// Whether everything that belongs to the deployment is here.
    pub world: World,
    /// The templates, or the files of the dialect.
    pub sources: Vec<Parsed>,
    /// Other templates that the template may link to: those in its folder and below it.
    pub linked: Vec<Parsed>,
    /// The resource that all texts of a Git folder are of.
    pub owner: Option<Owner>,
    /// What reads the texts where they are no templates.
    pub reader: Option<&'static DialectReader>,
    /// Parameter files that belong to the template, in the order of their paths.
    pub parameter_files: Vec<ParameterFile>,
}

/// The resource that all others of a deployment belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its type.
    pub ty: &'static str,
    /// Its name.
    pub name: SmolStr,
}

impl Deployment {
    /// A deployment of these texts and nothing else.
    pub fn of(dialect: Dialect, world: World, sources: Vec<Parsed>) -> Deployment {
        let (linked, parameter_files) = (Vec::new(), Vec::new());
        Deployment { dialect, world, sources, linked, owner: None, reader: None, parameter_files }
    }

    /// A deployment of texts of a dialect that is no template's.
    pub fn declared(reader: &'static DialectReader, world: World, sources: Vec<Parsed>) -> Deployment {
        Deployment { reader: Some(reader), ..Deployment::of(reader.dialect, world, sources) }
    }

    /// The folder that holds all its texts, without `/` at its end; empty for the current one.
    pub fn folder(&self) -> &str {
        folder_of(&self.sources)
    }
}

/// The folder that holds all of the texts, without `/` at its end; empty for the current one.
pub fn folder_of(sources: &[Parsed]) -> &str {
    let folder = |path: &str| path.rfind('/').unwrap_or(0);
    let Some((first, rest)) = sources.split_first() else { return "" };
    let first: &str = &first.source.path;
    let mut common = &first[..folder(first)];
    for path in rest.iter().map(|parsed| &*parsed.source.path) {
        let inside = |common: &str| {
            common.is_empty() || path.strip_prefix(common).is_some_and(|rest| rest.starts_with('/'))
        };
        while !inside(common) {
            common = &common[..folder(common)];
        }
    }
    common
}

/// The endings of the names of files that may hold templates, without a dot.
pub const EXTENSIONS: [&str; 7] = ["json", "jsonc", "yaml", "yml", "template", "bicep", "bicepparam"];

/// What the schemas of templates and of parameter files end in; the first letter is written in both cases.
const SCHEMA_ENDS: [&str; 2] = ["eploymentTemplate.json", "eploymentParameters.json"];

/// The folder of a path, without `/` at its end; empty for the current one.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a path is below a folder; everything is below the current one.
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// What one tree is, by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognition {
    /// An ARM template.
    Template {
        /// The template of an exported factory or workspace.
        export: bool,
    },
    /// A parameter file.
    Parameters,
    /// Something of a dialect beside templates; its neighbours may decide.
    Declared(Claim),
    /// Nothing for this linter.
    Other,
}

/// Whether a path is that of a YAML file.
pub fn is_yaml(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
}

/// Why a text that cannot be read has to be rendered first; `None` where its errors are its own.
pub fn needs_rendering(path: &str, text: &str, documents: &[&Document]) -> Option<&'static str> {
    rendering::needed(text, is_yaml(path), documents)
}

/// Whether bytes that are no readable template name the schema of one.
pub fn claims_to_be_template(bytes: &[u8]) -> bool {
    SCHEMA_ENDS.iter().any(|end| memchr::memmem::find(bytes, end.as_bytes()).is_some())
}
