//! The rules of one folder: which code belongs to which page, and what is wrong with either.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use armlint_page::Page;
use armlint_page::yaml::nearest;

/// A page that was read.
pub(crate) struct Rule {
    /// The folder and the name of the page.
    pub(crate) id: String,
    /// What the page says.
    pub(crate) page: Page,
    /// The module that has the check.
    pub(crate) code: Option<String>,
    // The text of the file.
    text: String,
}

/// The rules of a folder, sorted by id; what is wrong with its files is added to `faults`.
pub(crate) fn read(root: &Path, folder: &str, faults: &mut Vec<String>) -> io::Result<Vec<Rule>> {
    let (mut pages, mut code) = (BTreeSet::new(), BTreeSet::new());
    for entry in fs::read_dir(root.join(folder))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        match name.rsplit_once('.') {
            Some((rule, "md")) => _ = pages.insert(rule.to_string()),
            Some((module, "rs")) if module != "mod" => _ = code.insert(module.to_string()),
            _ => {}
        }
    }
    // The compiler says where there is none.
    let modules = fs::read_to_string(root.join(folder).join("mod.rs")).unwrap_or_default();
    let mut rules = Vec::new();
    for rule in &pages {
        let file = format!("{folder}/{rule}.md");
        let module = rule.replace('-', "_");
        if !is_plain(rule) {
            faults.push(format!(
                "rules/{file}: a page is named with small letters, digits and hyphens: {}.md",
                rule.to_lowercase().replace('_', "-")
            ));
            code.remove(&module);
            continue;
        }
        let text = fs::read_to_string(root.join(&file))?;
        let has_code = code.remove(&module);
        let page = match Page::read(&format!("rules/{file}"), &text) {
            Ok(page) => page,
            Err(error) => {
                faults.push(error.to_string());
                continue;
            }
        };
        let code_file = format!("rules/{folder}/{module}.rs");
        if let Some(fault) = check_fault(&page, has_code, &code_file) {
            faults.push(format!("rules/{file}:1:1: {fault}"));
        } else if has_code {
            let code = fs::read_to_string(root.join(folder).join(format!("{module}.rs")))?;
            faults.extend(code_fault(&code, &code_file));
            faults.extend(module_fault(&modules, folder, &module));
        }
        let code = has_code.then(|| format!("{}::{module}", folder.replace('-', "_")));
        rules.push(Rule { id: format!("{folder}/{rule}"), page, code, text });
    }
    faults.extend(code.iter().map(|module| pageless(folder, module, &pages)));
    Ok(rules)
}

/// Names under `yields-to` that no rule has.
pub(crate) fn unknown_names(rules: &[Rule]) -> Vec<String> {
    let is_rule = |name: &str| rules.iter().any(|rule| rule.id == name);
    let mut faults = Vec::new();
    for rule in rules {
        for name in rule.page.yields_to.iter().filter(|name| !is_rule(name)) {
            let line = rule.text.lines().position(|line| line.contains(name.as_str())).unwrap_or(0) + 1;
            let near = nearest(name, rules.iter().map(|rule| rule.id.as_str()));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            faults.push(format!("rules/{}.md:{line}: there is no rule `{name}` to yield to{near}", rule.id));
        }
    }
    faults
}

fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

// A rule has one check.
fn check_fault(page: &Page, has_code: bool, code: &str) -> Option<String> {
    let checks = [
        (page.setting.is_some(), "the `condition` of the front matter".to_string()),
        (page.by_engine, "`reported-by`".to_string()),
        (has_code, code.to_string()),
    ];
    let checks: Vec<String> = checks.into_iter().filter(|(is, _)| *is).map(|(_, what)| what).collect();
    match checks.as_slice() {
        [_] => None,
        [] => Some(format!(
            "the rule has no check: write `condition` in the front matter, or a function `check` in {code}"
        )),
        several => Some(format!("the rule has more than one check: {}", several.join(" and "))),
    }
}

fn code_fault(code: &str, file: &str) -> Option<String> {
    let is_there = code.contains("pub(crate) fn check");
    (!is_there).then(|| format!("{file}: there is no `pub(crate) fn check`"))
}

fn module_fault(modules: &str, folder: &str, module: &str) -> Option<String> {
    let ending = format!("mod {module};");
    let is_there = modules.lines().any(|line| line.trim() == ending || line.ends_with(&format!(" {ending}")));
    (!is_there).then(|| format!("rules/{folder}/mod.rs: the line `pub(crate) mod {module};` is missing"))
}

fn pageless(folder: &str, module: &str, pages: &BTreeSet<String>) -> String {
    if module.contains('-') {
        let renamed = module.replace('-', "_");
        return format!("rules/{folder}/{module}.rs: code is named with underscores: {renamed}.rs");
    }
    let page = module.replace('_', "-");
    let near = nearest(&page, pages.iter().map(String::as_str));
    let near = near.map(|near| format!("; did you mean {near}.md?")).unwrap_or_default();
    format!("rules/{folder}/{module}.rs: there is no page rules/{folder}/{page}.md{near}")
}
