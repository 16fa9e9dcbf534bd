//! Makes a rule of a page that was read while the program runs.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use armlint_page::{Page, PageError, Str};

use crate::rule::{Check, Documentation, Rule, RuleSpec};

/// The ids of rules that were read, each kept once: a finding names its rule without a lifetime, so that ids, and they
/// alone, live as long as the process.
#[derive(Debug, Default)]
pub struct RuleIds(Mutex<BTreeSet<&'static str>>);

impl RuleIds {
    fn id(&self, id: &str) -> &'static str {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = ids.get(id) {
            return known;
        }
        let id: &'static str = Box::leak(id.to_string().into_boxed_str());
        ids.insert(id);
        id
    }
}

/// A rule that was read, with its documentation.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The rule.
    pub rule: Rule,
    /// What its page says.
    pub documentation: Documentation,
    /// Of its id and the text of its page.
    pub(crate) identity: u64,
}

/// Reads the rule `id` from its page, which errors call `name`. A page whose check is code has nothing to run.
pub fn load(id: &str, name: &str, file: &str, ids: &RuleIds) -> Result<Loaded, PageError> {
    let page = Page::read(name, file)?;
    let id = ids.id(id);
    let owned = |texts: Vec<String>| texts.into_iter().map(Str::from).collect::<Vec<Str>>().into();
    let check = match page.setting {
        Some(setting) => Check::Setting(owned(page.resource_types), Cow::Owned(setting)),
        None => Check::Engine,
    };
    let spec = RuleSpec {
        level: page.level,
        equivalents: owned(page.equivalents),
        references: owned(page.references),
        yields_to: owned(page.yields_to),
        ..RuleSpec::new(id, page.category, page.severity, check)
    };
    let Page { title, text, first_line, .. } = page;
    let documentation = Documentation { id, title: title.into(), text: text.into(), first_line };
    let mut hasher = DefaultHasher::new();
    (id, file).hash(&mut hasher);
    Ok(Loaded { rule: Rule::Loaded(Arc::new(spec)), documentation, identity: hasher.finish() })
}
