//! What a file is: the only place that decides it.

use std::sync::Arc;

use crate::source::Source;
use crate::syntax::Document;

/// A source together with its tree.
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
}

/// The unit that rules see: a template with its parameter files, an export, or a Git folder.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// What the texts are.
    pub dialect: Dialect,
    /// Whether everything that belongs to the deployment is here.
    pub world: World,
    /// The templates or artefact files.
    pub sources: Vec<Parsed>,
    /// Parameter files that belong to the template.
    pub parameter_files: Vec<Parsed>,
}
