//! Configurations: `armlint.yaml`, looked for from the folder of each file upwards.
//!
//! The nearest one holds alone: nothing of those above it is taken over. A folder with `.git` in it is the
//! last that is looked at. What concerns a whole deployment (the day, the cloud, choices about factories)
//! comes from the configuration nearest to the folder that holds all its files; everything else from the
//! one nearest to each file.

mod append;
mod bind;
mod choice;
mod effective;
mod fault;
mod layer;
mod packs;
mod pattern;
mod read;
mod suppression;
mod text;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use armlint_engine::dialect::Deployment;
use armlint_engine::finding::{Confidence, Severity};
use armlint_engine::rule::Catalogue;
use armlint_engine::session::Standard;
use armlint_engine::settings::{Cloud, Date, Settings};
use armlint_rules::DIALECTS;

pub use append::{NewSuppression, append};
pub use effective::{Effective, EffectiveKey, EffectiveValue, ValueOrigin};
pub(crate) use suppression::Suppression;

pub use read::{ConfigFile, Configuration, default, parse, read, text};

use crate::error::{Error, Fault};
use crate::input::{Base, Discovery, Role, SkippedFile};
use crate::pack::Shelf;

/// The name of the file.
pub const FILE_NAME: &str = crate::input::CONFIGURATION;

/// Names that are nearly it.
const MISNAMED: [&str; 3] = ["armlint.yml", ".armlint.yaml", ".armlint.yml"];

/// The configuration to start from: every key with its default, and examples in comments.
pub const STARTER: &str = include_str!("starter.yaml");

/// Why a file was left out.
pub const EXCLUDED: &str = "excluded by the configuration";

/// What the command line says; it wins over every configuration.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The only configuration, whatever lies where.
    pub config: Option<PathBuf>,
    /// No configuration at all.
    pub no_config: bool,
    /// The day.
    pub as_of: Option<Date>,
    /// The cloud.
    pub cloud: Option<Cloud>,
    /// What is advice for high isolation is a finding.
    pub strict: bool,
    /// What is shown.
    pub min_severity: Option<Severity>,
    /// What is shown.
    pub min_confidence: Option<Confidence>,
    /// What makes the run fail.
    pub fail_on: Option<Severity>,
    /// The packs that were read so far.
    pub shelf: Arc<Shelf>,
}

/// Reads one configuration.
pub type Reader<'r> = &'r mut dyn FnMut(ConfigFile<'_>, &Options, &Catalogue) -> Result<Configuration, Error>;

/// The JSON Schema of a configuration, draft 2020-12.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(text::ConfigText).to_value()
}

/// The configurations of a run.
#[derive(Debug)]
pub struct Configurations {
    base: Base,
    // Holds where no file is nearer: that of `--config`, or that of no file.
    fallback: Configuration,
    all: Vec<Configuration>,
    // By absolute path; none is the fallback.
    by_folder: HashMap<PathBuf, Option<usize>>,
    // The files that were perhaps meant for configurations, as shown.
    misnamed: Vec<String>,
}

impl Configurations {
    /// Finds the configurations of what was found, and has `reader` read each.
    pub fn find(
        base: Base,
        found: &Discovery,
        options: &Options,
        catalogue: &Catalogue,
        reader: Reader<'_>,
    ) -> Result<Configurations, Error> {
        let current = base.absolute(Path::new("."));
        let fallback = match &options.config {
            Some(path) => {
                let shown = path.to_string_lossy();
                reader(ConfigFile { path, shown: &shown, folder: &current }, options, catalogue)?
            }
            None => read::default(&current, options),
        };
        let mut configurations = Configurations {
            base,
            fallback,
            all: Vec::new(),
            by_folder: HashMap::new(),
            misnamed: Vec::new(),
        };
        configurations.extend(found, options, catalogue, reader)?;
        Ok(configurations)
    }

    /// Finds the one that holds in a folder.
    pub fn around(
        base: Base,
        folder: &Path,
        options: &Options,
        catalogue: &Catalogue,
    ) -> Result<Configurations, Error> {
        let folder = base.absolute(folder);
        let reader = &mut read::read;
        let mut configurations =
            Configurations::find(base, &Discovery::default(), options, catalogue, reader)?;
        if options.config.is_none() && !options.no_config {
            configurations.visit(&folder, options, catalogue, reader)?;
        }
        Ok(configurations)
    }

    /// Finds those of what has been found since, by the same options.
    pub fn extend(
        &mut self,
        found: &Discovery,
        options: &Options,
        catalogue: &Catalogue,
        reader: Reader<'_>,
    ) -> Result<(), Error> {
        if options.config.is_some() || options.no_config {
            return Ok(());
        }
        for file in &found.files {
            let absolute = self.base.absolute(&file.path);
            let folder = absolute.parent().unwrap_or(&absolute);
            self.visit(folder, options, catalogue, reader)?;
            // The folder of the whole factory may hold none of its files itself.
            if let Some(root) = folder.parent().filter(|_| DIALECTS.is_own_path(&file.shown)) {
                self.visit(root, options, catalogue, reader)?;
            }
        }
        Ok(())
    }

    fn visit(
        &mut self,
        folder: &Path,
        options: &Options,
        catalogue: &Catalogue,
        reader: Reader<'_>,
    ) -> Result<(), Error> {
        let mut passed: Vec<&Path> = Vec::new();
        let mut nearest = None;
        for folder in folder.ancestors() {
            if let Some(known) = self.by_folder.get(folder) {
                nearest = *known;
                break;
            }
            passed.push(folder);
            let misnamed = MISNAMED.iter().map(|name| folder.join(name)).filter(|file| file.is_file());
            self.misnamed.extend(misnamed.map(|file| self.base.shown(&file)));
            let file = folder.join(FILE_NAME);
            if file.is_file() || file.is_symlink() {
                let shown = self.base.shown(&file);
                nearest = Some(self.all.len());
                let file = ConfigFile { path: &file, shown: &shown, folder };
                self.all.push(reader(file, options, catalogue)?);
                break;
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        self.by_folder.extend(passed.into_iter().map(|folder| (folder.to_path_buf(), nearest)));
        Ok(())
    }

    /// The configuration of a file, by its path as shown.
    pub fn of(&self, shown: &str) -> &Configuration {
        let absolute = self.base.absolute(Path::new(shown));
        self.nearest(absolute.parent().unwrap_or(&absolute)).unwrap_or(&self.fallback)
    }

    // None where the folder was not visited.
    fn nearest(&self, folder: &Path) -> Option<&Configuration> {
        let index = self.by_folder.get(folder)?;
        Some(index.and_then(|index| self.all.get(index)).unwrap_or(&self.fallback))
    }

    /// The settings of a deployment.
    pub fn settings(&self, deployment: &Deployment) -> &Settings {
        &self.of_deployment(deployment).settings
    }

    /// What a deployment is held against.
    pub fn standard(&self, deployment: &Deployment) -> Standard<'_> {
        let configuration = self.of_deployment(deployment);
        Standard { settings: &configuration.settings, catalogue: configuration.catalogue.as_deref() }
    }

    fn of_deployment(&self, deployment: &Deployment) -> &Configuration {
        let folder = self.base.absolute(Path::new(deployment.folder()));
        let first = || deployment.sources.first().map(|parsed| self.of(&parsed.source.path));
        self.nearest(&folder).or_else(first).unwrap_or(&self.fallback)
    }

    /// The rules that there are for a file, by its path as shown, where there are more than those of the program.
    pub fn rules_of(&self, shown: &str) -> Option<&Catalogue> {
        self.of(shown).catalogue.as_deref()
    }

    /// All rules: those of the program and of all packs. Of two of one name that of the first configuration counts.
    pub fn catalogue(&self, built_in: &Catalogue) -> Catalogue {
        let packs = self.all().filter_map(|configuration| configuration.catalogue.as_deref());
        packs.fold(built_in.clone(), |all, packs| all.united(packs))
    }

    /// What is wrong with packs; each is told once.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults: Vec<Fault> =
            self.all().flat_map(|configuration| configuration.faults.clone()).collect();
        let mut told = HashSet::new();
        faults.retain(|fault| told.insert(fault.to_string()));
        faults
    }

    /// The days and clouds that files are checked against, each once: `2026-01-31, public cloud`.
    pub fn days(&self) -> Vec<String> {
        let used = self.by_folder.values().map(|index| index.and_then(|index| self.all.get(index)));
        let mut used: Vec<&Configuration> = used.map(|found| found.unwrap_or(&self.fallback)).collect();
        if used.is_empty() {
            used.push(&self.fallback);
        }
        let said = |configuration: &Configuration| {
            let cloud = match configuration.settings.cloud {
                Cloud::Public => "public cloud",
                Cloud::UsGovernment => "Azure Government",
                Cloud::China => "Azure operated by 21Vianet",
            };
            format!("{}, {cloud}", configuration.settings.as_of)
        };
        let days: BTreeSet<String> = used.into_iter().map(said).collect();
        days.into_iter().collect()
    }

    /// Leaves out what the configurations exclude of the files that nobody named; gives those.
    pub fn exclude(&self, found: &mut Discovery) -> Vec<SkippedFile> {
        let mut excluded = Vec::new();
        found.files.retain(|file| {
            let configuration = self.of(&file.shown);
            let out = file.role == Role::Walked
                && configuration.exclude.matches(&self.relative(configuration, &file.shown));
            if out {
                let shown = file.shown.to_string();
                excluded.push(SkippedFile { shown, reason: EXCLUDED });
            }
            !out
        });
        excluded
    }

    /// The namespace of the pack that a path, as opened, lies in, and the place that the configuration that holds there
    /// names for it: the folder of pages, or the page.
    pub fn pack_of(&self, path: &Path) -> Option<(String, PathBuf)> {
        let path = self.base.absolute(path);
        let configuration = self.nearest(&path).unwrap_or_else(|| self.of(&self.base.shown(&path)));
        configuration.layers.iter().rev().find_map(|layer| {
            layer.written.rule_packs.iter().find_map(|pack| {
                let place = self.base.absolute(&layer.folder.join(&pack.path.value));
                path.starts_with(&place).then(|| (pack.namespace.value.clone(), place))
            })
        })
    }

    /// The place of the pack of a namespace, as the configuration that holds in a folder names it.
    pub fn pack_named(&self, namespace: &str, folder: &Path) -> Option<PathBuf> {
        let configuration = self.nearest(&self.base.absolute(folder))?;
        configuration.layers.iter().rev().find_map(|layer| {
            let pack = layer.written.rule_packs.iter().find(|pack| pack.namespace.value == namespace)?;
            Some(self.base.absolute(&layer.folder.join(&pack.path.value)))
        })
    }

    /// Whether the file at an absolute path is, or would be, a part of one of them: a file that it extends, or a page of
    /// its packs.
    pub fn are_read_from(&self, path: &Path) -> bool {
        let layers = self.all().flat_map(|configuration| &configuration.layers);
        layers.into_iter().any(|layer| {
            let packs = layer.written.rule_packs.iter().map(|pack| layer.folder.join(&pack.path.value));
            layer.path == path || packs.into_iter().any(|pack| path.starts_with(self.base.absolute(&pack)))
        })
    }

    /// All of them, that of no file first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Configuration> {
        std::iter::once(&self.fallback).chain(&self.all)
    }

    /// The absolute path of what is shown, or named from the current directory.
    pub(crate) fn absolute(&self, path: &Path) -> PathBuf {
        self.base.absolute(path)
    }

    /// The path as the patterns of a configuration see it.
    pub(crate) fn relative(&self, configuration: &Configuration, shown: &str) -> PathBuf {
        let absolute = self.base.absolute(Path::new(shown));
        match absolute.strip_prefix(&configuration.folder) {
            Ok(relative) => relative.to_path_buf(),
            Err(_) => absolute,
        }
    }
}

#[cfg(test)]
mod tests;
