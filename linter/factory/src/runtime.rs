//! Integration runtimes: what they are, and which one a linked service or activity runs on.
//!
//! Source: Integration runtime in Azure Data Factory, "Determining which IR to use" (2024-08).

use armlint_engine::graph::{Resource, ResourceId};
use armlint_engine::settings::Settings;
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, Text, presence};

/// The runtime that every factory has without declaring it.
pub const AUTO_RESOLVE: &str = "AutoResolveIntegrationRuntime";

/// The classes of runtimes, in the order in which they win over each other in a copy activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuntimeClass {
    /// An Azure runtime on public compute.
    Global,
    /// An Azure runtime in the managed virtual network.
    Managed,
    /// Azure-SSIS.
    Ssis,
    /// A self-hosted runtime that another factory shares.
    Linked,
    /// A self-hosted runtime.
    SelfHosted,
    /// Not known.
    Unknown,
}

impl RuntimeClass {
    /// Whether it runs on machines of the customer.
    pub fn is_self_hosted(self) -> bool {
        matches!(self, RuntimeClass::SelfHosted | RuntimeClass::Linked)
    }
}

/// A runtime as something uses it.
#[derive(Clone, Debug)]
pub struct Runtime {
    /// The name.
    pub name: Text,
    /// Where the runtime is named; where it would be named if it is not.
    pub place: Span,
    /// The declared runtime.
    pub resource: Option<ResourceId>,
    /// What it is.
    pub class: RuntimeClass,
    /// Nothing names it: it is the default.
    pub implicit: bool,
}

impl Runtime {
    /// Whether it is public Azure compute that the settings do not allow.
    pub fn is_public(&self, settings: &Settings) -> bool {
        let allowed = settings.adf.allow_auto_resolve && self.is_auto_resolve();
        self.class == RuntimeClass::Global && !allowed
    }

    /// Whether it is the one that every factory has.
    pub fn is_auto_resolve(&self) -> bool {
        self.name.known().is_some_and(|name| name.eq_ignore_ascii_case(AUTO_RESOLVE))
    }
}

/// What a declared runtime is.
pub fn class(runtime: &Resource) -> RuntimeClass {
    if runtime.existing {
        return RuntimeClass::Unknown;
    }
    let ty = runtime.property("type");
    let present = |path: &str| presence(&runtime.property(path));
    if ty.is_text("SelfHosted").is_true() {
        return match present("typeProperties.linkedInfo") {
            Presence::Present => RuntimeClass::Linked,
            Presence::Absent => RuntimeClass::SelfHosted,
            Presence::Unknown => RuntimeClass::Unknown,
        };
    }
    if !ty.is_text("Managed").is_true() {
        return RuntimeClass::Unknown;
    }
    match present("typeProperties.ssisProperties") {
        Presence::Present => return RuntimeClass::Ssis,
        Presence::Unknown => return RuntimeClass::Unknown,
        Presence::Absent => {}
    }
    let network = runtime.property("managedVirtualNetwork.referenceName");
    match presence(&network) {
        Presence::Absent => RuntimeClass::Global,
        // An empty name is a defect that has its own rule; what was meant is not known.
        _ if network.known_text() == Some("") => RuntimeClass::Unknown,
        Presence::Present => RuntimeClass::Managed,
        Presence::Unknown => RuntimeClass::Unknown,
    }
}
