//! What the engine has to be told of secrets: the language of factories, and where some resources hold them.

use armlint_engine::graph::factory_type;
use armlint_engine::secret::Knowledge;
use armlint_engine::secret::places::TypedPlace;

use crate::model::adf_expression::secret_literals;

/// Places that the schema of a resource keeps to itself (reference of Azure templates, 2026-07).
const TYPED: &[TypedPlace] = &[
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

/// The knowledge of this package.
pub const KNOWLEDGE: Knowledge =
    Knowledge { runtime: secret_literals, is_evaluated: |ty| factory_type(ty).is_some(), typed: TYPED };
