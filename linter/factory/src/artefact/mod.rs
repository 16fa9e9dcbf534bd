//! The artefacts of data factories and Synapse workspaces: the one table of what each kind is, where its files lie,
//! and how others name it.
//!
//! Source: Source control in Azure Data Factory (2024-08), Source control in Synapse Studio (2024-05), the layout of
//! public repositories, and the 2018-06-01 API of Microsoft.DataFactory (2026-07).

pub mod content;

use armlint_engine::graph::Resource;

use crate::factory::factory_type;

/// The kinds of artefacts, parents before what belongs to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArtefactKind {
    /// The factory itself.
    Factory,
    /// The managed virtual network.
    ManagedVirtualNetwork,
    /// A managed private endpoint.
    ManagedPrivateEndpoint,
    /// An integration runtime.
    IntegrationRuntime,
    /// A linked service.
    LinkedService,
    /// A credential.
    Credential,
    /// A dataset.
    Dataset,
    /// A pipeline.
    Pipeline,
    /// A data flow.
    DataFlow,
    /// A trigger.
    Trigger,
    /// A change data capture.
    ChangeDataCapture,
    /// A notebook.
    Notebook,
    /// A SQL script.
    SqlScript,
    /// The definition of a Spark job.
    SparkJobDefinition,
    /// A KQL script.
    KqlScript,
    /// A pool of Apache Spark.
    BigDataPool,
    /// A configuration of Apache Spark.
    SparkConfiguration,
    /// A lake database.
    Database,
}

/// What there is to know of a kind of artefacts.
#[derive(Clone, Copy, Debug)]
pub struct Artefact {
    /// The kind.
    pub kind: ArtefactKind,
    /// The folder of a Git folder that its files lie in.
    pub folder: &'static str,
    /// The resource type below the factory or workspace; empty for the factory itself.
    pub resource_type: &'static str,
    /// The type of references to it; `None` where no reference to it is followed.
    pub reference: Option<&'static str>,
    /// What it is called in messages.
    pub noun: &'static str,
    /// Only Synapse workspaces have it.
    pub only_synapse: bool,
}

const fn shared(
    kind: ArtefactKind,
    folder: &'static str,
    resource_type: &'static str,
    reference: Option<&'static str>,
    noun: &'static str,
) -> Artefact {
    Artefact { kind, folder, resource_type, reference, noun, only_synapse: false }
}

const fn synapse(
    kind: ArtefactKind,
    folder: &'static str,
    resource_type: &'static str,
    noun: &'static str,
) -> Artefact {
    Artefact { kind, folder, resource_type, reference: None, noun, only_synapse: true }
}

/// Every kind, in the order of [`ArtefactKind`].
#[rustfmt::skip]
pub const ARTEFACTS: [Artefact; 18] = {
    use ArtefactKind::*;
    [
        shared(Factory, "factory", "", None, "factory"),
        shared(ManagedVirtualNetwork, "managedVirtualNetwork", "managedVirtualNetworks", Some("ManagedVirtualNetworkReference"), "managed virtual network"),
        shared(ManagedPrivateEndpoint, "managedPrivateEndpoint", "managedVirtualNetworks/managedPrivateEndpoints", None, "managed private endpoint"),
        shared(IntegrationRuntime, "integrationRuntime", "integrationRuntimes", Some("IntegrationRuntimeReference"), "integration runtime"),
        shared(LinkedService, "linkedService", "linkedservices", Some("LinkedServiceReference"), "linked service"),
        shared(Credential, "credential", "credentials", Some("CredentialReference"), "credential"),
        shared(Dataset, "dataset", "datasets", Some("DatasetReference"), "dataset"),
        shared(Pipeline, "pipeline", "pipelines", Some("PipelineReference"), "pipeline"),
        shared(DataFlow, "dataflow", "dataflows", Some("DataFlowReference"), "data flow"),
        shared(Trigger, "trigger", "triggers", None, "trigger"),
        shared(ChangeDataCapture, "adfcdc", "adfcdcs", None, "change data capture"),
        synapse(Notebook, "notebook", "notebooks", "notebook"),
        synapse(SqlScript, "sqlscript", "sqlscripts", "SQL script"),
        synapse(SparkJobDefinition, "sparkJobDefinition", "sparkJobDefinitions", "Spark job definition"),
        synapse(KqlScript, "kqlscript", "kqlScripts", "KQL script"),
        synapse(BigDataPool, "bigDataPool", "bigDataPools", "Apache Spark pool"),
        synapse(SparkConfiguration, "sparkConfiguration", "sparkConfigurations", "Spark configuration"),
        synapse(Database, "database", "databases", "lake database"),
    ]
};

/// The folders that stand beside those of artefacts and hold none that is read.
pub const OTHER_FOLDERS: [&str; 2] = ["globalParameters", "powerquery"];

impl ArtefactKind {
    /// The kind at a place of the table.
    pub fn of_index(index: u8) -> Option<ArtefactKind> {
        ARTEFACTS.get(usize::from(index)).map(|artefact| artefact.kind)
    }

    /// What there is to know of it.
    pub fn artefact(self) -> &'static Artefact {
        &ARTEFACTS[self as usize]
    }

    /// The resource type below the factory or workspace; empty for the factory itself.
    pub fn resource_type(self) -> &'static str {
        self.artefact().resource_type
    }

    /// What it is called in messages.
    pub fn noun(self) -> &'static str {
        self.artefact().noun
    }

    /// The folder that its files usually lie in, from the folder of the factory.
    pub fn usual_folder(self) -> &'static str {
        match self {
            ArtefactKind::ManagedPrivateEndpoint => "managedVirtualNetwork/default/managedPrivateEndpoint",
            kind => kind.artefact().folder,
        }
    }

    /// The kind whose files lie in a folder, without regard to case. Managed private endpoints lie two folders below
    /// that of networks: `managedVirtualNetwork/default/managedPrivateEndpoint`.
    pub fn of_folder(name: &str) -> Option<ArtefactKind> {
        let mut all = ARTEFACTS.iter();
        all.find(|artefact| artefact.folder.eq_ignore_ascii_case(name)).map(|artefact| artefact.kind)
    }

    /// The kind of a resource type below a factory or workspace, without regard to case.
    pub fn of_type(below: &str) -> Option<ArtefactKind> {
        let mut all = ARTEFACTS.iter().skip(1);
        all.find(|artefact| artefact.resource_type.eq_ignore_ascii_case(below)).map(|artefact| artefact.kind)
    }

    /// The kind that references of a type lead to, without regard to case.
    pub fn of_reference(ty: &str) -> Option<ArtefactKind> {
        let leads = |reference: &str| reference.eq_ignore_ascii_case(ty);
        ARTEFACTS.iter().find(|artefact| artefact.reference.is_some_and(leads)).map(|artefact| artefact.kind)
    }
}

/// The kind of an artefact of a factory or workspace, by its resource type; `None` for every other resource.
pub fn kind_of(resource: &Resource) -> Option<ArtefactKind> {
    let below = resource.ty.get(factory_type(&resource.ty)?.len() + 1..)?;
    ArtefactKind::of_type(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_row() {
        for (at, artefact) in ARTEFACTS.iter().enumerate() {
            assert_eq!(artefact.kind as usize, at, "{}", artefact.folder);
            assert_eq!(ArtefactKind::of_index(artefact.kind as u8), Some(artefact.kind));
            assert_eq!(ArtefactKind::of_folder(&artefact.folder.to_uppercase()), Some(artefact.kind));
            let below = ArtefactKind::of_type(&artefact.resource_type.to_lowercase());
            assert_eq!(below, (artefact.kind != ArtefactKind::Factory).then_some(artefact.kind));
        }
        assert_eq!(ArtefactKind::of_reference("linkedservicereference"), Some(ArtefactKind::LinkedService));
        assert_eq!(ArtefactKind::of_reference("NotebookReference"), None);
    }
}
