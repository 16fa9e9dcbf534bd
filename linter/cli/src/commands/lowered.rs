//! Files of languages that are lowered into templates, with all that they refer to, read as it is asked for.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use armlint_engine::dialect::Parsed;
use armlint_engine::source::{Source, decode};
use armlint_engine::span::SourceId;
use armlint_engine::syntax::{ReferenceKind, json};
use armlint_rules::DIALECTS;
use armlint_workspace::file;

/// The files that were read; what cannot be read is not there.
#[derive(Debug)]
pub(crate) struct LoweredFiles {
    first: SourceId,
    sources: RefCell<HashMap<String, Option<Arc<Source>>>>,
}

impl LoweredFiles {
    /// None yet; the first that is read has this id.
    pub(crate) fn new(first: SourceId) -> LoweredFiles {
        LoweredFiles { first, sources: RefCell::default() }
    }

    /// The text of a file.
    fn source(&self, path: &str) -> Option<Arc<Source>> {
        if let Some(known) = self.sources.borrow().get(path) {
            return known.clone();
        }
        let id = SourceId(self.first.0 + self.sources.borrow().len() as u32);
        let text = file::read(Path::new(path)).ok().and_then(|bytes| decode(bytes).ok());
        let source = text.map(|text| Arc::new(Source::new(id, path, text)));
        self.sources.borrow_mut().insert(path.to_string(), source.clone());
        source
    }

    /// The template that a text is, where its path says that it is lowered.
    pub(crate) fn lowered(&self, source: &Arc<Source>) -> Option<Parsed> {
        let language = DIALECTS.language(&source.path)?;
        let document = Arc::new((language.document)(source, &|path| self.source(path)));
        Some(Parsed { source: source.clone(), document })
    }

    /// The templates that one deploys, directly and through others.
    pub(crate) fn deployed(&self, template: &Parsed) -> Vec<Parsed> {
        let mut found: Vec<Parsed> = Vec::new();
        let mut seen: HashSet<Arc<str>> = HashSet::from([template.source.path.clone()]);
        let mut open = vec![template.clone()];
        while let Some(from) = open.pop() {
            let deployed = from.document.references.iter().filter(|own| own.kind == ReferenceKind::Deployed);
            for reference in deployed {
                if !seen.insert(reference.path.clone()) {
                    continue;
                }
                let Some(source) = self.source(&reference.path) else { continue };
                let parsed = self.lowered(&source).unwrap_or_else(|| {
                    let document = Arc::new(json::parse(&source));
                    Parsed { source, document }
                });
                open.push(parsed.clone());
                found.push(parsed);
            }
        }
        found
    }
}
