//! Makes a rule of a page that was read while the program runs.

use armlint_page::{Page, PageError};

use crate::rule::{Check, Documentation, RuleSpec};

/// Reads the rule `id` from its page.
///
/// The texts of the rule are leaked, so that findings and reporters can hold them without a lifetime:
/// a rule lives as long as the process, and each is read once. A page whose check is code has nothing to run.
pub fn load(id: &str, file: &str) -> Result<(RuleSpec, Documentation), PageError> {
    let page = Page::read(id, file)?;
    let id = leak(id.to_string());
    let check = match page.setting {
        Some(setting) => Check::Setting(leak_all(page.resource_types), Box::leak(Box::new(setting))),
        None => Check::Engine,
    };
    let spec = RuleSpec {
        level: page.level,
        equivalents: leak_all(page.equivalents),
        references: leak_all(page.references),
        yields_to: leak_all(page.yields_to),
        ..RuleSpec::new(id, page.category, page.severity, check)
    };
    let documentation =
        Documentation { id, title: leak(page.title), text: leak(page.text), first_line: page.first_line };
    Ok((spec, documentation))
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn leak_all(texts: Vec<String>) -> &'static [&'static str] {
    Box::leak(texts.into_iter().map(leak).collect())
}
