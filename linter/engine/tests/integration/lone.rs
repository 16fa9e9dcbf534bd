//! A deployment of one template, without anything beside it.

use std::sync::Arc;

use armlint_engine::dialect::{Deployment, Dialect, Parsed, World};
use armlint_engine::source::Source;
use armlint_engine::syntax::Document;

/// The deployment of a template.
pub(crate) fn template(source: Source, document: Document) -> Deployment {
    Deployment {
        dialect: Dialect::Template,
        world: World::Open,
        sources: vec![Parsed { source: Arc::new(source), document: Arc::new(document) }],
        linked: Vec::new(),
        owner: None,
        reader: None,
        parameter_files: Vec::new(),
    }
}
