//! The words that rules and findings are sorted by.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How bad the thing that was found is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Advice, or something that a template alone cannot decide.
    Low,
    /// A gap in isolation or hygiene.
    Medium,
    /// It fails at deployment or at run time, or opens something that should be closed.
    High,
    /// A secret is exposed.
    Critical,
}

/// How sure the rule is, apart from how bad it would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Hidden unless asked for.
    Low,
    /// Some of the alternatives violate, or a convention had to be trusted.
    Medium,
    /// Decided by what is written.
    High,
}

/// The groups that findings are selected and counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Who can reach what.
    Network,
    /// Credentials and other secrets.
    Secrets,
    /// Who somebody is, and what they may do.
    Identity,
    /// What is encrypted, and with whose key.
    Encryption,
    /// What is recorded, and for how long.
    Logging,
    /// What survives a failure.
    Resilience,
    /// It does not work as written.
    Correctness,
    /// It works, but not as well as it could.
    Hygiene,
}

/// When a rule runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Always.
    #[default]
    Default,
    /// Where `strict` is chosen: what is advice for high isolation.
    Strict,
}

/// Whether a fix may be applied without looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// It changes what was meant in no way.
    Safe,
    /// Somebody has to look at it.
    Unsafe,
}

impl Severity {
    /// The lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
}

impl Confidence {
    /// The lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

impl Category {
    /// All categories.
    pub const ALL: [Category; 8] = [
        Category::Network,
        Category::Secrets,
        Category::Identity,
        Category::Encryption,
        Category::Logging,
        Category::Resilience,
        Category::Correctness,
        Category::Hygiene,
    ];

    /// The lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Category::Network => "network",
            Category::Secrets => "secrets",
            Category::Identity => "identity",
            Category::Encryption => "encryption",
            Category::Logging => "logging",
            Category::Resilience => "resilience",
            Category::Correctness => "correctness",
            Category::Hygiene => "hygiene",
        }
    }

    /// Whether findings of the category are about security, and not about working or tidiness.
    pub fn is_security(self) -> bool {
        use Category::{Encryption, Identity, Logging, Network, Secrets};
        matches!(self, Network | Secrets | Identity | Encryption | Logging)
    }
}

impl Level {
    /// The lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Default => "default",
            Level::Strict => "strict",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = ();

    fn from_str(name: &str) -> Result<Severity, ()> {
        [Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
            .into_iter()
            .find(|severity| severity.as_str() == name)
            .ok_or(())
    }
}
