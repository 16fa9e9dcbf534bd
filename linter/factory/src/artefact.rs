//! What a file of a Git folder is by its content, whatever folder it lies in.

use armlint_engine::graph::Resource;

use crate::facts;

/// A kind of artefacts that can be told by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A pipeline.
    Pipeline,
    /// A dataset.
    Dataset,
    /// A linked service.
    LinkedService,
    /// A data flow.
    DataFlow,
    /// A trigger.
    Trigger,
    /// An integration runtime.
    IntegrationRuntime,
    /// A managed private endpoint.
    ManagedEndpoint,
}

impl Kind {
    const ALL: [Kind; 7] = [
        Kind::Pipeline,
        Kind::Dataset,
        Kind::LinkedService,
        Kind::DataFlow,
        Kind::Trigger,
        Kind::IntegrationRuntime,
        Kind::ManagedEndpoint,
    ];

    /// What it is called in messages.
    pub fn noun(self) -> &'static str {
        match self {
            Kind::Pipeline => "pipeline",
            Kind::Dataset => "dataset",
            Kind::LinkedService => "linked service",
            Kind::DataFlow => "data flow",
            Kind::Trigger => "trigger",
            Kind::IntegrationRuntime => "integration runtime",
            Kind::ManagedEndpoint => "managed private endpoint",
        }
    }

    /// The folder that it belongs in.
    pub fn folder(self) -> &'static str {
        match self {
            Kind::Pipeline => "pipeline",
            Kind::Dataset => "dataset",
            Kind::LinkedService => "linkedService",
            Kind::DataFlow => "dataflow",
            Kind::Trigger => "trigger",
            Kind::IntegrationRuntime => "integrationRuntime",
            Kind::ManagedEndpoint => "managedVirtualNetwork/default/managedPrivateEndpoint",
        }
    }

    // The last segment of the resource type.
    fn segment(self) -> &'static str {
        match self {
            Kind::Pipeline => "pipelines",
            Kind::Dataset => "datasets",
            Kind::LinkedService => "linkedservices",
            Kind::DataFlow => "dataflows",
            Kind::Trigger => "triggers",
            Kind::IntegrationRuntime => "integrationRuntimes",
            Kind::ManagedEndpoint => "managedPrivateEndpoints",
        }
    }

    /// The kind that a resource is declared as; none for all others.
    pub fn declared(resource: &Resource) -> Option<Kind> {
        let segment = resource.ty.rsplit('/').next().unwrap_or_default();
        Kind::ALL.into_iter().find(|kind| kind.segment().eq_ignore_ascii_case(segment))
    }

    /// The kind that the properties of a resource are of; none where that cannot be told.
    pub fn by_content(resource: &Resource) -> Option<Kind> {
        let properties = resource.properties.object()?;
        let has = |key: &str| properties.get(key).is_some_and(|value| !value.is_missing());
        if resource.property("activities").elements().is_some() {
            return Some(Kind::Pipeline);
        }
        if resource.property("linkedServiceName").object().is_some() && has("type") {
            return Some(Kind::Dataset);
        }
        if has("privateLinkResourceId") {
            return Some(Kind::ManagedEndpoint);
        }
        let ty = resource.property("type");
        let ty = ty.known_text()?;
        match ty {
            "MappingDataFlow" | "WranglingDataFlow" | "Flowlet" => Some(Kind::DataFlow),
            "Managed" | "SelfHosted" => Some(Kind::IntegrationRuntime),
            _ if ty.ends_with("Trigger") && has("typeProperties") => Some(Kind::Trigger),
            _ if has("connectVia") => Some(Kind::LinkedService),
            _ if facts::linked_service(ty).is_some() && has("typeProperties") => Some(Kind::LinkedService),
            _ => None,
        }
    }

    /// The kind that a resource is by its content, where it is declared as another one.
    pub fn misplaced(resource: &Resource) -> Option<(Kind, Kind)> {
        let declared = Kind::declared(resource)?;
        let content = Kind::by_content(resource)?;
        // What fits where it lies is what it is declared as, whatever else it looks like.
        (declared != content && !declared.fits(resource)).then_some((declared, content))
    }

    fn fits(self, resource: &Resource) -> bool {
        let present = |path: &str| !resource.property(path).is_missing();
        match self {
            Kind::Pipeline => present("activities"),
            Kind::Dataset => present("linkedServiceName"),
            Kind::ManagedEndpoint => present("privateLinkResourceId"),
            Kind::LinkedService => !present("linkedServiceName") && present("connectVia"),
            Kind::Trigger => present("pipelines") || present("pipeline"),
            Kind::DataFlow | Kind::IntegrationRuntime => false,
        }
    }
}
