//! Runs the examples of a page under all rules that may say what the page's rule says.
//!
//! What rules about the settings of any service say is not said of the resources on pages of other folders, where they
//! would have something to say of every account and every server.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use armlint_engine::examples::Runner;
use armlint_engine::rule::Catalogue;
use armlint_engine::rule::example::Example;
use armlint_engine::rule::page::yaml::nearest;
use armlint_rules::facts_date;

/// The folders of rules that look at whatever is on any page.
const EVERYWHERE: [&str; 4] = ["adf", "secrets", "suppression", "template"];

/// What is wrong with the examples of a page; `page` is its path.
pub(crate) fn hold(page: &str, examples: &[Example]) -> Result<(), String> {
    let asked = |example: &Example, rule: &str| is_asked(page, example, rule);
    let runner = Runner::new(armlint_rules::catalogue(), facts_date(), &asked);
    let mut faults = String::new();
    for fault in runner.hold(examples) {
        let _ = writeln!(faults, "{page}:{}: {}", fault.line, fault.message);
    }
    if examples.is_empty() {
        let _ = writeln!(faults, "{page}: there are no examples");
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The pages below `root` that are no rules since the package does not name their folder, with what to do.
pub(crate) fn forgotten(root: &Path, catalogue: &Catalogue) -> Vec<(String, String)> {
    let mut forgotten = Vec::new();
    for folder in folders(root) {
        for name in names(&root.join(&folder)).iter().filter_map(|name| name.strip_suffix(".md")) {
            let id = format!("{folder}/{name}");
            if catalogue.rule(&id).is_none() {
                let fault = format!(
                    "rules/{id}.md: the page is no rule, since `mod {folder};` is missing in rules/lib.rs; \
                     a new folder also needs rules/{folder}/mod.rs"
                );
                forgotten.push((id, fault));
            }
        }
    }
    forgotten
}

fn folders(root: &Path) -> Vec<String> {
    let mut folders = names(root);
    folders.retain(|name| root.join(name).is_dir());
    folders
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What to say where a filter names a test, but none of these; `None` where some are meant.
pub(crate) fn unmatched<'n>(filter: &str, tests: impl Iterator<Item = &'n str> + Clone) -> Option<String> {
    // Filters of other test executables have no slash.
    if !filter.contains('/') || tests.clone().any(|name| name.contains(filter)) {
        return None;
    }
    let near = nearest(filter, tests).map(|near| format!("; did you mean `{near}`?"));
    Some(format!("no rule and no scenario is called `{filter}`{}", near.unwrap_or_default()))
}

// Whether a rule is asked about an example: one that looks everywhere, or of the folder of the page or of a rule that
// the example expects.
fn is_asked(page: &str, example: &Example, rule: &str) -> bool {
    let folder = |id: &str| id.split('/').next().unwrap_or("").to_string();
    let own = folder(rule);
    let expected = example.files.iter().flat_map(|file| &file.expectations);
    EVERYWHERE.contains(&own.as_str())
        || page.strip_prefix("rules/").is_some_and(|page| folder(page) == own)
        || expected.into_iter().any(|expectation| folder(&expectation.rule) == own)
}
