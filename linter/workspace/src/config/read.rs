//! Reads one configuration.

use std::path::{Path, PathBuf};

use armlint_engine::finding::{Confidence, Severity};
use armlint_engine::rule::Catalogue;
use armlint_engine::settings::{Cloud, Date, FactorySettings, Settings};
use armlint_engine::source::decode;
use serde_saphyr::Spanned;

use super::Options;
use super::choice::{Choice, patterns};
use super::fault::{Wrong, of_reader};
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

/// Reads the text of a file.
pub fn parse(
    text: &str,
    file: ConfigFile<'_>,
    options: &Options,
    catalogue: &Catalogue,
) -> Result<Configuration, Fault> {
    let ConfigFile { shown, folder, .. } = file;
    let written: Option<ConfigText> =
        serde_saphyr::from_str(text).map_err(|error| of_reader(&error).within(shown, text))?;
    let mut configuration = default(folder, options);
    configuration.file = Some(shown.to_string());
    fill(&mut configuration, written.unwrap_or_default(), options, catalogue)
        .map_err(|wrong| wrong.within(shown, text))?;
    if !configuration.suppressions.is_empty() {
        configuration.text = text.to_string();
    }
    Ok(configuration)
}

fn fill(
    configuration: &mut Configuration,
    text: ConfigText,
    options: &Options,
    catalogue: &Catalogue,
) -> Result<(), Wrong> {
    configuration.choice = Choice::read(&text, catalogue)?;
    configuration.exclude = patterns(&text.exclude)?;
    for binding in &text.parameters {
        let template = patterns(std::slice::from_ref(&binding.template))?;
        patterns(&binding.files)?;
        let files = binding.files.iter().map(|file| file.value.clone()).collect();
        configuration.bindings.push(Binding { template, files });
    }
    let suppressions = text.suppress.iter().map(|text| Suppression::read(text, catalogue));
    configuration.suppressions = suppressions.collect::<Result<_, _>>()?;
    let as_of = text.as_of.as_ref().map(date).transpose()?;
    let settings = &mut configuration.settings;
    settings.as_of = options.as_of.or(as_of).unwrap_or(settings.as_of);
    settings.cloud = options.cloud.or(text.cloud.map(Cloud::from)).unwrap_or(settings.cloud);
    settings.strict = options.strict || text.strict;
    settings.adf = factories(text.adf);
    // What the command line says stands there already.
    if let (None, Some(severity)) = (options.min_severity, text.min_severity) {
        configuration.min_severity = severity.into();
    }
    if let (None, Some(confidence)) = (options.min_confidence, text.min_confidence) {
        configuration.min_confidence = confidence.into();
    }
    if let (None, Some(severity)) = (options.fail_on, text.fail_on) {
        configuration.fail_on = severity.into();
    }
    Ok(())
}

fn date(text: &Spanned<String>) -> Result<Date, Wrong> {
    text.value.parse().map_err(|message| Wrong { location: text.referenced, message, hint: None })
}

fn factories(text: FactoryText) -> FactorySettings {
    let FactoryText { closed_world, strict, allow_auto_resolve, approved_subscriptions, private_link } = text;
    FactorySettings { closed_world, strict, allow_auto_resolve, approved_subscriptions, private_link }
}
