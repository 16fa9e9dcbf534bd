//! The rule catalogue: one page for each rule, in a folder for each service.
//!
//! The front matter of a page is the metadata of its rule and, where that is enough, its check; the rest is its
//! documentation, and the examples there are its tests. Where code is needed, it stands beside the page. The private
//! modules are the folders of pages: `build/` looks for pages there.

mod adf;
pub mod language;
pub mod models;
mod suppression;
mod template;

use armlint_azure::{container_file, manifest};
use armlint_engine::dialect::Dialects;
use armlint_engine::rule::Catalogue;
use armlint_engine::settings::Date;
use armlint_factory::git_folder;

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// What is read beside templates.
pub const DIALECTS: Dialects =
    Dialects(&[&git_folder::READER, &manifest::READER, &container_file::READER], &[&armlint_bicep::LANGUAGE]);

/// All rules of this package.
pub fn catalogue() -> Catalogue {
    Catalogue::new(RULES.iter().collect(), DOCUMENTATION.to_vec())
        .with_secrets(armlint_factory::secret::KNOWLEDGE)
        .with_dialects(DIALECTS)
        .with_fixtures(FIXTURES)
}

/// The day that the facts behind the rules were last collected on.
pub fn facts_date() -> Date {
    let days = [armlint_azure::facts::collected_on(), armlint_factory::facts::collected_on()];
    days.into_iter().flatten().max().unwrap_or(Date { year: 2026, month: 1, day: 1 })
}
