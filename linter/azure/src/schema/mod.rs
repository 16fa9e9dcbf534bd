//! The schema of Azure's resource types: which types and API versions there are, and which properties they have.
//!
//! The table is part of the program and is read where it lies: nothing is loaded or allocated. All names are compared
//! without regard to case. Nodes may lead back to themselves, so that who follows them follows a value as well, or counts.
//! It is what the specifications say, which is not always what the services do: that a property is not in it does not
//! prove that it is wrong.

mod blob;
mod deviation;
mod identity;
mod members;
mod near;
mod node;
mod walk;

use armlint_engine::settings::Date;
use blob::{NONE, Part};
pub use deviation::{Deviation, DeviationKind, Stage, Step, follow, path};
pub use identity::{Identity, decided_text};
pub use members::Members;
pub use near::{distance, near_property};
pub use node::{Bounds, Discriminator, EnumNode, Flags, Kind, Lengths, Node, ObjectNode, Property};
pub use walk::{Deviations, is_sample};

/// The day of the specifications that the bodies are from.
pub fn specified_on() -> Date {
    date(blob::day(0))
}

/// The day that the public cloud's own list of versions is from.
pub fn listed_on() -> Date {
    date(blob::day(1))
}

fn date(number: u32) -> Date {
    let (year, month, day) = ((number / 10_000) as u16, (number / 100 % 100) as u8, (number % 100) as u8);
    Date { day, month, year }
}

/// A resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceType(usize);

/// A version of a resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeVersion(usize);

/// Where resources of a type can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scopes(u32);

// Words of one element.
const TYPE: usize = 2;
const VERSION: usize = 2;

/// The type of a name: `Microsoft.Storage/storageAccounts`.
pub fn resource_type(name: &str) -> Option<ResourceType> {
    blob::find(count(), name, type_text).ok().map(ResourceType)
}

/// All types, sorted by their names in small letters.
pub fn resource_types() -> impl Iterator<Item = ResourceType> {
    (0..count()).map(ResourceType)
}

/// The types whose names start with a text: those of a provider start with its name and a slash.
pub fn starting_with(start: &str) -> impl Iterator<Item = ResourceType> {
    let first = blob::find(count(), start, type_text).unwrap_or_else(|first| first);
    let types = (first..count()).map(ResourceType);
    types.take_while(move |ty| {
        ty.name().get(..start.len()).is_some_and(|name| name.eq_ignore_ascii_case(start))
    })
}

fn count() -> usize {
    (blob::length(Part::Types) / TYPE).saturating_sub(1)
}

fn type_text(index: usize) -> u32 {
    blob::word(Part::Types, TYPE * index)
}

impl ResourceType {
    /// The name, as its newest version spells it.
    pub fn name(self) -> &'static str {
        blob::text(type_text(self.0))
    }

    /// The provider: what stands before the first slash.
    pub fn provider(self) -> &'static str {
        provider(self.name())
    }

    /// All versions, the oldest first; a preview stands behind the stable version of the same day.
    pub fn versions(self) -> impl DoubleEndedIterator<Item = TypeVersion> {
        self.range().map(TypeVersion)
    }

    /// A version by its name.
    pub fn version(self, name: &str) -> Option<TypeVersion> {
        let range = self.range();
        let text = |at: usize| TypeVersion(range.start + at).text();
        blob::find(range.len(), name, text).ok().map(|at| TypeVersion(range.start + at))
    }

    fn range(self) -> std::ops::Range<usize> {
        let first = |index: usize| blob::word(Part::Types, TYPE * index + 1) as usize;
        first(self.0)..first(self.0 + 1)
    }
}

/// The provider of a type by its name.
pub fn provider(ty: &str) -> &str {
    ty.split_once('/').map_or(ty, |(provider, _)| provider)
}

impl TypeVersion {
    /// The name: `2023-01-01` or `2023-01-01-preview`.
    pub fn name(self) -> &'static str {
        blob::text(self.text())
    }

    /// Whether it is no preview.
    pub fn is_stable(self) -> bool {
        self.name().len() == "2023-01-01".len()
    }

    /// What stands in resources of it; nothing where the version is known and its properties are not.
    pub fn body(self) -> Option<Node> {
        match blob::word(Part::Versions, VERSION * self.0 + 1) {
            NONE => None,
            at => Some(Node::at(at)),
        }
    }

    /// Whether the public cloud lists it itself.
    pub fn is_in_manifest(self) -> bool {
        self.head() >> 16 & 1 == 1
    }

    /// Where it can be deployed; nowhere where it can only be read, or where that is not known.
    pub fn deployable(self) -> Scopes {
        Scopes(self.head() >> 22 & 31)
    }

    /// Where it can be read; nowhere where that is not known.
    pub fn readable(self) -> Scopes {
        Scopes(self.head() >> 17 & 31)
    }

    fn head(self) -> u32 {
        blob::word(Part::Versions, VERSION * self.0)
    }

    fn text(self) -> u32 {
        blob::word(Part::VersionNames, (self.head() & 0xffff) as usize)
    }
}

impl Scopes {
    /// The names of the scopes.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let names = ["tenant", "management group", "subscription", "resource group", "another resource"];
        names.into_iter().enumerate().filter(move |(at, _)| self.0 >> at & 1 == 1).map(|(_, name)| name)
    }

    /// Whether it is no extension of another resource.
    pub fn is_extension(self) -> bool {
        self.0 & 16 != 0
    }
}

#[cfg(test)]
mod tests;
