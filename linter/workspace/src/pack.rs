//! Packs: folders of pages that users write, in the form of the rules of the program.
//!
//! A repository may hold anything, so that what is read here is bounded: the number and the size of pages, what they may
//! ask of a value, and where they may lie. What is wrong costs the rule of its page, or the pack, and nothing else.

use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use armlint_engine::finding::Category;
use armlint_engine::rule::declarative::{Loaded, RuleIds, load};
use armlint_engine::rule::page::yaml::{Said, nearest};
use armlint_engine::rule::page::{self, MAX_PAGE_BYTES, PageError};
use armlint_engine::rule::{Catalogue, Check};

use crate::error::{Fault, FaultPlace};
use crate::file;

/// The most pages that a pack may have.
pub const MAX_PAGES: usize = 1_000;

/// The most bytes that the pages of a pack may have together.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

// A folder with more than that is none of pages.
const MAX_ENTRIES: usize = 10_000;

/// The text about a folder of pages, which is no page.
const README: &str = "readme.md";

/// Rules that were read from a folder or a file.
#[derive(Debug, Default)]
pub struct Pack {
    /// The first part of their ids.
    pub namespace: String,
    /// The rules.
    pub rules: Vec<Loaded>,
    /// What is wrong in pages; these are no rules.
    pub faults: Vec<Fault>,
}

/// Where a pack lies, as a configuration says it.
#[derive(Clone, Copy, Debug)]
pub struct PackPlace<'a> {
    /// The folder that its path starts from, as it is opened; no pack lies outside.
    pub folder: &'a Path,
    /// The same folder, as shown.
    pub shown: &'a str,
    /// The path of a folder of pages, or of one page.
    pub path: &'a str,
    /// The namespace.
    pub namespace: &'a str,
}

/// The packs of a run, each of which is read once.
#[derive(Debug, Default)]
pub struct Shelf {
    ids: RuleIds,
    read: Mutex<HashMap<(PathBuf, String), Arc<Pack>>>,
}

impl Shelf {
    /// The pack at a place; why there is none, as one sentence without a full stop.
    pub fn pack(&self, place: PackPlace<'_>, built_in: &Catalogue) -> Result<Arc<Pack>, String> {
        let found = place.found()?;
        let key = (found.clone(), place.namespace.to_string());
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(pack) = known {
            return Ok(pack);
        }
        let pack = Arc::new(place.read(&found, built_in, &self.ids)?);
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(key, pack.clone());
        Ok(pack)
    }

    /// Has everything read again.
    pub fn forget(&self) {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// What is wrong with a namespace, as one sentence without a full stop.
pub fn namespace_fault(namespace: &str, built_in: &Catalogue) -> Option<String> {
    if !is_plain(namespace) {
        return Some(format!("`{namespace}` is no namespace: write small letters, digits and hyphens"));
    }
    let is_folder = |id: &str| id.split_once('/').is_some_and(|(folder, _)| folder == namespace);
    let is_own = built_in.rules().iter().any(|rule| is_folder(rule.id))
        || Category::ALL.iter().any(|category| category.as_str() == namespace)
        || namespace == "armlint";
    is_own
        .then(|| format!("the namespace `{namespace}` is armlint's own; take the name of your organisation"))
}

/// Whether rules and namespaces may be called so.
pub fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.bytes().all(is_plain) && !name.starts_with('-') && !name.ends_with('-')
}

impl PackPlace<'_> {
    // The real path, which lies in the folder of the configuration whatever links there are.
    fn found(&self) -> Result<PathBuf, String> {
        let PackPlace { folder, path, .. } = self;
        let way = Path::new(path);
        let inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if path.is_empty() || path.contains('\0') || !way.components().all(inside) {
            return Err(format!("`{path}` does not lie below the folder of the configuration"));
        }
        let real = |path: &Path| fs::canonicalize(path);
        let found = real(&folder.join(way)).map_err(|error| format!("cannot read `{path}`: {error}"))?;
        match real(folder).is_ok_and(|folder| found.starts_with(folder)) {
            true => Ok(found),
            false => Err(format!("a link leads from `{path}` out of the folder of the configuration")),
        }
    }

    fn read(&self, found: &Path, built_in: &Catalogue, ids: &RuleIds) -> Result<Pack, String> {
        let files = if found.is_dir() { self.pages(found)? } else { vec![found.to_path_buf()] };
        let mut pack = Pack { namespace: self.namespace.to_string(), ..Pack::default() };
        let mut texts: Vec<(PageFile, String)> = Vec::new();
        let mut bytes = 0;
        for file in files {
            let file = PageFile { shown: self.shown(&file, found), path: file };
            match file.text(found) {
                Ok(text) => {
                    bytes += text.len();
                    texts.push((file, text));
                }
                Err(message) => pack.faults.push(file.fault(message)),
            }
            if bytes > MAX_BYTES {
                return Err(format!("the pages of `{}` are larger than {MAX_BYTES} bytes", self.path));
            }
        }
        for (file, text) in &texts {
            match file.rule(self.namespace, text, ids) {
                Ok(rule) => pack.rules.push(rule),
                Err(fault) => pack.faults.push(fault),
            }
        }
        self.check_names(&mut pack, &texts, built_in);
        Ok(pack)
    }

    // The pages right in a folder, sorted.
    fn pages(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        let unread = |error: std::io::Error| format!("cannot read `{}`: {error}", self.path);
        let mut pages = Vec::new();
        for (at, entry) in fs::read_dir(folder).map_err(unread)?.enumerate() {
            if at >= MAX_ENTRIES {
                return Err(format!("`{}` has more than {MAX_ENTRIES} files", self.path));
            }
            let path = entry.map_err(unread)?.path();
            let is_page = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
            if is_page && !path.file_name().is_some_and(|name| name.eq_ignore_ascii_case(README)) {
                pages.push(path);
            }
        }
        match pages.len() {
            0 => return Err(format!("`{}` has no pages: a rule is a file `<rule>.md`", self.path)),
            count if count > MAX_PAGES => {
                return Err(format!("`{}` has {count} pages; a pack may have {MAX_PAGES}", self.path));
            }
            _ => pages.sort(),
        }
        Ok(pages)
    }

    fn shown(&self, page: &Path, found: &Path) -> String {
        let below = page.strip_prefix(found).unwrap_or(Path::new(""));
        let path = Path::new(self.shown).join(self.path).join(below);
        let parts = path.components().filter(|part| *part != Component::CurDir);
        let shown = parts.collect::<PathBuf>().to_string_lossy().into_owned();
        if cfg!(windows) { shown.replace('\\', "/") } else { shown }
    }

    // Rules that are to be yielded to are there, unless their page is faulty.
    fn check_names(&self, pack: &mut Pack, texts: &[(PageFile, String)], built_in: &Catalogue) {
        let own: Vec<&'static str> = pack.rules.iter().map(|loaded| loaded.rule.id).collect();
        let is_known = |name: &str| {
            built_in.rule(name).is_some()
                || own.contains(&name)
                || texts.iter().any(|(file, _)| file.is(self.namespace, name))
        };
        let mut faults = Vec::new();
        pack.rules.retain(|loaded| {
            let Some(name) = loaded.rule.yields_to.iter().find(|name| !is_known(name)) else { return true };
            let page = texts.iter().find(|(file, _)| file.is(self.namespace, loaded.rule.id));
            if let Some((file, text)) = page {
                let names = built_in.rules().iter().map(|rule| rule.id).chain(own.iter().copied());
                let hint = nearest(name, names).map(|near| format!("did you mean `{near}`?"));
                let place = text.lines().zip(1..).find_map(|(line, number)| {
                    let at = line.find(&**name)?;
                    let column = line[..at].chars().count() + 1;
                    Some(FaultPlace {
                        line: number,
                        column,
                        length: name.chars().count(),
                        text: line.to_string(),
                    })
                });
                let message = format!("there is no rule `{name}` to yield to");
                faults.push(Fault { place, hint, ..file.fault(message) });
            }
            false
        });
        pack.faults.extend(faults);
    }
}

/// A file that should be a page.
struct PageFile {
    path: PathBuf,
    shown: String,
}

impl PageFile {
    fn name(&self) -> &str {
        self.path.file_stem().and_then(|name| name.to_str()).unwrap_or_default()
    }

    fn is(&self, namespace: &str, id: &str) -> bool {
        id.split_once('/') == Some((namespace, self.name()))
    }

    // A fault without a place.
    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault {
            path: self.shown.clone(),
            file: self.path.clone(),
            place: None,
            message: message.into(),
            hint: None,
        }
    }

    fn text(&self, pack: &Path) -> Result<String, String> {
        let name = self.name();
        if !is_plain(name) || self.path.extension().is_none_or(|ending| ending != "md") {
            let plain = name.to_ascii_lowercase().replace(['_', ' '], "-");
            return Err(format!(
                "a page is named with small letters, digits and hyphens, and ends with `.md`: `{plain}.md`"
            ));
        }
        let real = fs::canonicalize(&self.path).map_err(|error| format!("it cannot be read: {error}"))?;
        if !real.starts_with(pack) {
            return Err("a link leads out of the pack".to_string());
        }
        let bytes =
            file::bounded(&real, MAX_PAGE_BYTES).map_err(|error| format!("it cannot be read: {error}"))?;
        let text = String::from_utf8(bytes).map_err(|_| "it is no text in UTF-8".to_string())?;
        Ok(text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text))
    }

    fn rule(&self, namespace: &str, text: &str, ids: &RuleIds) -> Result<Loaded, Fault> {
        let id = format!("{namespace}/{}", self.name());
        let loaded = load(&id, &self.shown, text, ids).map_err(|error| self.page_fault(&error, text))?;
        match loaded.rule.check {
            Check::Setting(..) => Ok(loaded),
            _ => Err(self
                .fault("a rule of a pack has its whole check in the front matter: `condition` is missing")),
        }
    }

    fn page_fault(&self, error: &PageError, text: &str) -> Fault {
        let (message, hint) = match &error.fault {
            page::Fault::Yaml(Said { message, hint }) => (message.clone(), hint.clone()),
            other => (other.to_string(), None),
        };
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let place = error.place.and_then(|place| {
            let (line, column) = (number(place.line), number(place.column));
            let text = text.lines().nth(line.wrapping_sub(1))?.to_string();
            Some(FaultPlace { line, column, length: 1, text })
        });
        Fault { place, hint, ..self.fault(message) }
    }
}

#[cfg(test)]
mod tests;
