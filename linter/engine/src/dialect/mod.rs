//! What a file is: the only place that decides it; and which files make one deployment.

mod artefact;
mod assemble;
mod container;
mod declared;
mod factory;
mod manifest;
mod parameters;
mod rendering;
mod template;

use std::sync::Arc;

use smol_str::SmolStr;

pub use artefact::{ARTEFACTS, Artefact, ArtefactKind, OTHER_FOLDERS};
pub use assemble::{Assembly, File, Given, assemble};
pub use declared::{CONFIG, Declared, SECRET};
pub use parameters::{Belonging, ParameterFile};

use crate::source::Source;
use crate::syntax::{Document, Node};

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
    /// The texts hold all children of the factory or workspace: a Git folder or its export.
    Closed,
    /// There may be more elsewhere: any other template.
    Open,
}

/// The kinds of deployments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// An ARM template, hand-written or compiled from Bicep.
    Template,
    /// The template that Data Factory or Synapse exports.
    Export,
    /// The Git folder of a data factory.
    FactoryFolder,
    /// The Git folder of a Synapse workspace.
    SynapseFolder,
    /// Manifests of Azure Service Operator.
    Manifests,
    /// One resource as a file of its own, as the command lines of containers take it.
    Resource,
}

impl Dialect {
    /// Whether the texts are templates, with expressions and the sections of a template.
    pub fn is_template(self) -> bool {
        matches!(self, Dialect::Template | Dialect::Export)
    }

    /// Whether the texts are artefact files of a Git folder, which hold no template expressions and say
    /// nothing of network and identity of the factory itself.
    pub fn is_folder(self) -> bool {
        matches!(self, Dialect::FactoryFolder | Dialect::SynapseFolder)
    }
}

/// The unit that rules see: a template with its parameter files, an export, or a Git folder.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// What the texts are.
    pub dialect: Dialect,
    /// Whether everything that belongs to the deployment is here.
    pub world: World,
    /// The templates, or the artefact files.
    pub sources: Vec<Parsed>,
    /// Other templates that the template may link to: those in its folder and below it.
    pub linked: Vec<Parsed>,
    /// What each source is, in a Git folder; empty otherwise.
    pub artefacts: Vec<ArtefactKind>,
    /// The name of the factory or workspace, in a Git folder.
    pub factory: SmolStr,
    /// Parameter files that belong to the template, in the order of their paths.
    pub parameter_files: Vec<ParameterFile>,
}

impl Deployment {
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
    /// Manifests of Azure Service Operator.
    Manifest,
    /// One resource as a file of its own.
    Resource,
    /// Perhaps an artefact of a Git folder: its neighbours decide.
    Artefact(factory::Candidate),
    /// Nothing for this linter.
    Other,
}

/// Whether a file may be anything for this linter, by its name and its bytes: cheap, and never wrong when
/// it says no.
pub fn may_concern(path: &str, bytes: &[u8]) -> bool {
    factory::is_artefact_path(path)
        || template::has_marker(bytes)
        || (is_yaml(path) && declared::has_marker(bytes))
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

/// What is to be said of a tree although all of it is read; the file is then checked in part.
pub fn note(recognition: &Recognition, root: &Node) -> Option<String> {
    match recognition {
        Recognition::Manifest => manifest::note(root),
        _ => None,
    }
}

/// The resources of a deployment that has no template; none of any other.
pub fn declared(deployment: &Deployment) -> Vec<Declared> {
    match deployment.dialect {
        Dialect::Manifests => manifest::declare(&deployment.sources),
        Dialect::Resource => deployment.sources.iter().filter_map(container::declare).collect(),
        _ => Vec::new(),
    }
}

/// Whether a path lies in a folder that artefacts of a Git folder lie in.
pub fn is_artefact_path(path: &str) -> bool {
    factory::is_artefact_path(path)
}

/// Whether bytes that are no readable template name the schema of one.
pub fn claims_to_be_template(bytes: &[u8]) -> bool {
    ["eploymentTemplate.json", "eploymentParameters.json"]
        .iter()
        .any(|name| memchr::memmem::find(bytes, name.as_bytes()).is_some())
}

/// What a tree is.
pub fn recognise(path: &str, root: &Node) -> Recognition {
    if let Some(export) = template::recognise(root) {
        return Recognition::Template { export };
    }
    if parameters::recognise(root) {
        return Recognition::Parameters;
    }
    if is_yaml(path) {
        if manifest::recognise(root) {
            return Recognition::Manifest;
        }
        if container::recognise(root).is_some() {
            return Recognition::Resource;
        }
    }
    match factory::candidate(path, root) {
        Some(candidate) => Recognition::Artefact(candidate),
        None => Recognition::Other,
    }
}
