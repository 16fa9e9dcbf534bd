//! The rule catalogue.

pub mod model;

use armlint_engine::rule::Catalogue;

/// All rules of this package.
pub fn catalogue() -> Catalogue {
    Catalogue::default()
}
