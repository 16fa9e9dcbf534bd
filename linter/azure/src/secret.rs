//! Where the resources of Azure hold secrets.

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
