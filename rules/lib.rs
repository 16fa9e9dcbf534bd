//! The rule catalogue: one page for each rule, in a folder for each service.
//!
//! The front matter of a page is the metadata of its rule and, where that is enough, its check; the rest is its
//! documentation, and the examples there are its tests. Where code is needed, it stands beside the page. The private
//! modules are the folders of pages: `build/` looks for pages there.

mod adf;
pub mod model;
mod suppression;
mod template;

use armlint_engine::rule::Catalogue;

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// All rules of this package.
pub fn catalogue() -> Catalogue {
    Catalogue::new(RULES.iter().collect(), DOCUMENTATION.to_vec())
        .with_secrets(model::secret::KNOWLEDGE)
        .with_fixtures(FIXTURES)
}
