//! Where the resources of Azure hold secrets, and where everybody reads them.

mod carrier;
mod held;
mod readable;
pub mod told;

pub use carrier::{Carried, SecretCarriers, carried, name_sources};
pub use held::{Held, HeldSecrets, ShownBy, is_plain, securing};
pub use readable::{Readable, ReadableSecrets, What};

use armlint_engine::secret::places::TypedPlace;

/// Places that the schema of a resource keeps to itself (reference of Azure templates, 2026-07).
pub const TYPED_PLACES: &[TypedPlace] = &[
    TypedPlace { ty: "microsoft.keyvault/", ending: "vaults/secrets", path: &["value"] },
    TypedPlace { ty: "microsoft.web/", ending: "/keys", path: &["value"] },
    TypedPlace { ty: "microsoft.web/", ending: "functionkeys", path: &["value"] },
    TypedPlace { ty: "microsoft.web/", ending: "systemkeys", path: &["value"] },
    TypedPlace { ty: "microsoft.web/", ending: "/hostnamebindings", path: &["secret"] },
    TypedPlace { ty: "microsoft.web/certificates", ending: "", path: &["pfxBlob"] },
    TypedPlace { ty: "microsoft.automation/", ending: "/credentials", path: &["password"] },
    TypedPlace { ty: "microsoft.compute/", ending: "/extensions", path: &["protectedSettings"] },
    TypedPlace { ty: "microsoft.network/connections", ending: "", path: &["sharedKey"] },
];

/// Whether a service computes a text when it uses it, or looks it up: `@Microsoft.KeyVault(..)`, `@{..}`,
/// `@parameters('..')`, `PrivateSettingsRef:..` of the extension for Desired State Configuration.
pub fn is_runtime(text: &str) -> bool {
    const PRIVATE: &str = "privatesettingsref:";
    if text.get(..PRIVATE.len()).is_some_and(|start| start.eq_ignore_ascii_case(PRIVATE)) {
        return true;
    }
    let Some(rest) = text.trim_start().strip_prefix('@') else { return false };
    let name = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '.');
    rest.starts_with('{') || name.len() < rest.len() && name.starts_with('(')
}
