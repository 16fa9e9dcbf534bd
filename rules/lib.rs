//! The rule catalogue: one file for each rule, in a folder for each service.
//!
//! A rule is a YAML file, or a Rust file with one line in the `mod.rs` of its folder. Its id is its path
//! with hyphens for underscores. Its documentation is the head of its file, and the examples there are
//! its tests.

// Examples say for which day they hold in the line of their fence.
#![allow(rustdoc::invalid_codeblock_attributes)]

mod adf;
pub mod model;
mod suppression;
mod template;

use std::sync::LazyLock;

use armlint_engine::rule::declarative::{self, LoadError};
use armlint_engine::rule::{Catalogue, Documentation, RuleSpec};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

static FOLDERS: [&[&RuleSpec]; 3] = [adf::RULES, suppression::RULES, template::RULES];

// The YAML rules live as long as the process and never change: they are read once, so that no catalogue
// after the first costs anything.
static DECLARATIVE: LazyLock<Vec<Result<(RuleSpec, Documentation), LoadError>>> =
    LazyLock::new(|| YAML.iter().map(|(id, text)| declarative::load(id, text)).collect());

/// All rules of this package.
pub fn catalogue() -> Catalogue {
    let declarative = DECLARATIVE.iter().flatten();
    let (mut rules, mut documentation) = (Vec::new(), DOCUMENTATION.to_vec());
    for (rule, text) in declarative {
        rules.push(rule);
        documentation.push(*text);
    }
    rules.extend(FOLDERS.into_iter().flatten());
    Catalogue::new(rules, documentation).with_secrets(model::secret::KNOWLEDGE)
}

/// What is wrong with the YAML rules of this package: nothing, or a test fails.
pub fn faults() -> impl Iterator<Item = &'static LoadError> {
    DECLARATIVE.iter().filter_map(|rule| rule.as_ref().err())
}
