//! Reads one configuration.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use armlint_engine::finding::{Confidence, Severity};
use armlint_engine::rule::Catalogue;
use armlint_engine::settings::{Cloud, Date, FactorySettings, Settings};
use armlint_engine::source::decode;
use serde_saphyr::Spanned;

use super::Options;
use super::choice::{Choice, patterns};
use super::fault::{Wrong, wrong};
use super::layer::{Layer, layers};
use super::packs::{Packs, packs};
use super::pattern::Patterns;
use super::suppression::Suppression;
use super::text::{ConfigText, FactoryText};
use crate::clock;
use crate::error::{Error, Fault};
use crate::file;

/// A configuration with the options of the command line in it.
#[derive(Debug)]
pub struct Configuration {
    /// The folder that its patterns are relative to; absolute.
    pub(crate) folder: PathBuf,
    /// The file, as shown; none for the one that holds where there is no file.
    pub(crate) file: Option<String>,
    /// What the engine is to know.
    pub(super) settings: Settings,
    /// Findings below this severity are hidden.
    pub min_severity: Severity,
    /// Findings below this confidence are hidden.
    pub min_confidence: Confidence,
    /// Findings from here on make the run fail.
    pub fail_on: Severity,
    pub(crate) choice: Choice,
    pub(super) exclude: Patterns,
    pub(super) bindings: Vec<Binding>,
    pub(crate) suppressions: Vec<Suppression>,
    /// The text of the file; empty where nothing is to point into it.
    pub(crate) text: String,
    /// The rules, where there are more than those of the program.
    pub(crate) catalogue: Option<Arc<Catalogue>>,
    /// What is wrong with packs, which costs their rules and nothing else.
    pub faults: Vec<Fault>,
    /// The files that it was read from, in the order in which they win.
    pub(super) layers: Vec<Layer>,
}

/// Parameter files of templates.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) template: Patterns,
    /// Patterns of files.
    pub(super) files: Vec<String>,
}

/// The configuration where there is no file.
pub fn default(folder: &Path, options: &Options) -> Configuration {
    let as_of = options.as_of.unwrap_or_else(clock::today);
    Configuration {
        folder: folder.to_path_buf(),
        file: None,
        settings: Settings {
            strict: options.strict,
            ..Settings::new(as_of, options.cloud.unwrap_or(Cloud::Public))
        },
        min_severity: options.min_severity.unwrap_or(Severity::Low),
        min_confidence: options.min_confidence.unwrap_or(Confidence::Medium),
        fail_on: options.fail_on.unwrap_or(Severity::Medium),
        choice: Choice::default(),
        exclude: Patterns::default(),
        bindings: Vec::new(),
        suppressions: Vec::new(),
        text: String::new(),
        catalogue: None,
        faults: Vec::new(),
        layers: Vec::new(),
    }
}

/// A file that a configuration is read from.
#[derive(Clone, Copy, Debug)]
pub struct ConfigFile<'a> {
    /// How it is opened.
    pub path: &'a Path,
    /// How it is shown.
    pub shown: &'a str,
    /// The folder that its patterns are relative to; absolute.
    pub folder: &'a Path,
}

/// Reads a file.
pub fn read(file: ConfigFile<'_>, options: &Options, catalogue: &Catalogue) -> Result<Configuration, Error> {
    let configuration = parse(&text(file)?, file, options, catalogue);
    configuration.map_err(|fault| Error::Config(Box::new(fault)))
}

/// The text of a file, without byte order mark; an empty one is a configuration as well.
pub fn text(file: ConfigFile<'_>) -> Result<String, Error> {
    let name = || file.shown.to_string();
    let absolute = std::path::absolute(file.path).map(|path| file::clean(&path));
    if absolute.is_ok_and(|path| file::leads_out(&path, Some(file.folder))) {
        return Err(Error::LeadsOut { path: name() });
    }
    let bytes = file::read(file.path).map_err(|source| Error::Read { path: name(), source })?;
    match decode(bytes) {
        Ok(text) => Ok(text.trim_start_matches('\u{feff}').to_string()),
        Err(armlint_engine::source::DecodeError::Empty) => Ok(String::new()),
        Err(reason) => Err(Error::Decode { path: name(), reason }),
    }
}

/// Reads the text of a file, and the files and packs that it names.
pub fn parse(
    text: &str,
    file: ConfigFile<'_>,
    options: &Options,
    catalogue: &Catalogue,
) -> Result<Configuration, Fault> {
    let layers = layers(text, file)?;
    let Packs { catalogue: with_packs, faults } = packs(&layers, options, catalogue);
    let mut configuration = Configuration {
        file: Some(file.shown.to_string()),
        catalogue: with_packs.map(Arc::new),
        faults,
        ..default(file.folder, options)
    };
    for (layer, left) in layers.iter().zip((0..layers.len()).rev()) {
        configuration
            .extend(&layer.written, options, catalogue, left == 0)
            .map_err(|wrong| layer.fault(wrong))?;
    }
    if !configuration.suppressions.is_empty() {
        configuration.text = text.to_string();
    }
    configuration.layers = layers;
    Ok(configuration)
}

impl Configuration {
    /// The rules that there are for its files.
    pub fn catalogue<'c>(&'c self, built_in: &'c Catalogue) -> &'c Catalogue {
        self.catalogue.as_deref().unwrap_or(built_in)
    }

    // What a layer says wins over what is there; `own` says that it is the file that holds, and none that it extends.
    fn extend(
        &mut self,
        text: &ConfigText,
        options: &Options,
        built_in: &Catalogue,
        own: bool,
    ) -> Result<(), Wrong> {
        let rules = self.catalogue.clone();
        let catalogue = rules.as_deref().unwrap_or(built_in);
        self.choice.extend(text, catalogue)?;
        self.exclude.extend(&text.exclude)?;
        for binding in &text.parameters {
            let template = patterns(std::slice::from_ref(&binding.template))?;
            patterns(&binding.files)?;
            let files = binding.files.iter().map(|file| file.value.clone()).collect();
            self.bindings.push(Binding { template, files });
        }
        for text in &text.suppress {
            self.suppressions.push(Suppression::read(text, catalogue, own)?);
        }
        self.scalars(text, options)?;
        factories(&text.adf, &mut self.settings.adf);
        Ok(())
    }

    // What the command line says stands there already.
    fn scalars(&mut self, text: &ConfigText, options: &Options) -> Result<(), Wrong> {
        let settings = &mut self.settings;
        let as_of = text.as_of.as_ref().map(date).transpose()?;
        settings.as_of = options.as_of.or(as_of).unwrap_or(settings.as_of);
        let cloud = text.cloud.as_ref().map(|cloud| Cloud::from(cloud.value));
        settings.cloud = options.cloud.or(cloud).unwrap_or(settings.cloud);
        let strict = text.strict.as_ref().map_or(settings.strict, |strict| strict.value);
        settings.strict = options.strict || strict;
        if let (None, Some(severity)) = (options.min_severity, &text.min_severity) {
            self.min_severity = severity.value.into();
        }
        if let (None, Some(confidence)) = (options.min_confidence, &text.min_confidence) {
            self.min_confidence = confidence.value.into();
        }
        if let (None, Some(severity)) = (options.fail_on, &text.fail_on) {
            self.fail_on = severity.value.into();
        }
        Ok(())
    }
}

fn date(text: &Spanned<String>) -> Result<Date, Wrong> {
    text.value.parse().map_err(|message: String| wrong(text.referenced, message))
}

fn factories(text: &FactoryText, settings: &mut FactorySettings) {
    let flag =
        |written: &Option<Spanned<bool>>, before: bool| written.as_ref().map_or(before, |flag| flag.value);
    let list = |written: &Option<Spanned<Vec<String>>>, before: &mut Vec<String>| {
        if let Some(list) = written {
            *before = list.value.clone();
        }
    };
    settings.closed_world = flag(&text.closed_world, settings.closed_world);
    settings.strict = flag(&text.strict, settings.strict);
    settings.allow_auto_resolve = flag(&text.allow_auto_resolve, settings.allow_auto_resolve);
    list(&text.approved_subscriptions, &mut settings.approved_subscriptions);
    list(&text.private_link, &mut settings.private_link);
}
