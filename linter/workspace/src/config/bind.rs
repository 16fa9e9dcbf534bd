//! Parameter files that configurations bind to templates.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use glob::Pattern;

use super::read::Binding;
use super::{Configuration, Configurations};
use crate::error::Error;
use crate::file;
use crate::input::{Discovery, FoundFile, Role};

impl Configurations {
    /// The parameter files of the templates that were found, as `(parameters, template)`. Those that
    /// were not found themselves are added, only to understand the templates.
    pub fn bind(&self, found: &mut Discovery) -> Vec<(Arc<str>, Arc<str>)> {
        // What was missing for fewer files is looked for again.
        let is_old = |problem: &Error| {
            matches!(
                problem,
                Error::NoParameterFile { .. } | Error::OutsideFiles { .. } | Error::Misnamed { .. }
            )
        };
        found.problems.retain(|problem| !is_old(problem));
        found.problems.extend(self.misnamed.iter().map(|path| Error::Misnamed { path: path.clone() }));
        let mut pairs: BTreeSet<(Arc<str>, Arc<str>)> = BTreeSet::new();
        for configuration in self.all() {
            for binding in &configuration.bindings {
                let templates: Vec<Arc<str>> = self.templates(configuration, binding, found);
                if !templates.is_empty() {
                    for file in self.files(configuration, binding, found) {
                        pairs.extend(templates.iter().map(|template| (file.clone(), template.clone())));
                    }
                }
            }
        }
        found.files.sort_by(|a, b| a.shown.cmp(&b.shown));
        pairs.into_iter().collect()
    }

    // Whether a configuration names what its repository does not hold, as the way it is written or by a link.
    fn leads_out(&self, configuration: &Configuration, path: &Path) -> bool {
        let path = self.base.absolute(path);
        let root = configuration.folder.ancestors().find(|folder| folder.join(".git").exists());
        root.is_some_and(|root| !path.starts_with(root))
            || file::leads_out(&path, Some(&configuration.folder))
    }

    fn templates(
        &self,
        configuration: &Configuration,
        binding: &Binding,
        found: &Discovery,
    ) -> Vec<Arc<str>> {
        let own = |file: &&FoundFile| {
            std::ptr::eq(self.of(&file.shown), configuration)
                && binding.template.matches_file(&self.relative(configuration, &file.shown))
        };
        found.files.iter().filter(own).map(|file| file.shown.clone()).collect()
    }

    fn files(
        &self,
        configuration: &Configuration,
        binding: &Binding,
        found: &mut Discovery,
    ) -> Vec<Arc<str>> {
        let mut files = Vec::new();
        let folder = Pattern::escape(&configuration.folder.to_string_lossy());
        for pattern in &binding.files {
            let paths = glob::glob(&format!("{folder}/{pattern}"));
            let paths = paths.into_iter().flatten().flatten().filter(|path| path.is_file());
            let before = files.len();
            for path in paths {
                if self.leads_out(configuration, &path) {
                    let file = configuration.file.clone().unwrap_or_default();
                    found.problems.push(Error::OutsideFiles { pattern: pattern.clone(), file });
                    return files;
                }
                let shown: Arc<str> = self.base.shown(&path).into();
                if !found.files.iter().any(|file| file.shown == shown) {
                    found.files.push(FoundFile { path, shown: shown.clone(), role: Role::Context });
                }
                files.push(shown);
            }
            if files.len() == before {
                let file = configuration.file.clone().unwrap_or_default();
                let problem = Error::NoParameterFile { pattern: pattern.clone(), file };
                found.problems.push(problem);
            }
        }
        files
    }
}
