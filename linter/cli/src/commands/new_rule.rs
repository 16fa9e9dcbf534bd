//! `armlint new-rule`: a page to start from.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use armlint_workspace::config::{Configurations, FILE_NAME, Options};
use armlint_workspace::error::Error as WorkspaceError;
use armlint_workspace::input::Base;
use armlint_workspace::pack::{is_plain, namespace_fault};

use crate::arguments::NewRuleArguments;
use crate::error::Error;
use crate::output;
use crate::status::Status;

/// The page, with `{id}` for the id of the rule. Its examples hold.
const PAGE: &str = include_str!("new_rule.md");

/// Writes the page, unless the file exists, and says what to do with it.
pub(crate) fn run(arguments: &NewRuleArguments) -> Result<Status, Error> {
    let built_in = armlint_rules::catalogue();
    let wrong = |message: String| Error::RuleId { message };
    let (namespace, rule) = arguments
        .id
        .split_once('/')
        .filter(|(_, rule)| is_plain(rule))
        .ok_or_else(|| wrong(format!("`{}` is no id of a rule", arguments.id)))?;
    if let Some(fault) = namespace_fault(namespace, &built_in) {
        return Err(wrong(fault));
    }
    let base = Base::current()?;
    let options = Options::default();
    let configurations = Configurations::around(base.clone(), Path::new("."), &options, &built_in)?;
    let named = configurations.pack_named(namespace, Path::new("."));
    // A pack may be one page.
    let folder =
        named.as_deref().map(|pack| if pack.is_file() { pack.parent().unwrap_or(pack) } else { pack });
    let folder = match (&arguments.folder, folder) {
        (Some(folder), _) => folder.clone(),
        (None, Some(folder)) => PathBuf::from(base.shown(folder)),
        (None, None) => PathBuf::from(namespace),
    };
    let path = folder.join(format!("{rule}.md"));
    write(&folder, &path, &PAGE.replace("{id}", &arguments.id))?;
    let shown = base.shown(&folder);
    let mut told = format!("wrote {}\n", base.shown(&path));
    if named.is_none() {
        told.push_str(&format!(
            "add to {FILE_NAME}:\n  rule-packs:\n    - {{ path: {shown}, namespace: {namespace} }}\n"
        ));
    }
    told.push_str(&format!("then: armlint test-rules {shown}"));
    if named.is_none() && folder.file_name().is_none_or(|name| name != namespace) {
        told.push_str(&format!(" --namespace {namespace}"));
    }
    output::to_stderr(format!("{told}\n").as_bytes());
    Ok(Status::Clean)
}

fn write(folder: &Path, path: &Path, text: &str) -> Result<(), Error> {
    let shown = || path.to_string_lossy().into_owned();
    let unwritten = |source| WorkspaceError::Write { path: shown(), source };
    fs::create_dir_all(folder).map_err(unwritten)?;
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = file.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => Error::Exists { path: shown() },
        _ => unwritten(source).into(),
    })?;
    Ok(file.write_all(text.as_bytes()).map_err(unwritten)?)
}
