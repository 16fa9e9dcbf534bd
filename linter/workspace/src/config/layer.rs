//! A configuration with those that it extends: the files that say what holds, in the order in which they win.

use std::path::{Component, Path, PathBuf};

use serde_saphyr::Location;

use super::fault::{Wrong, of_reader, wrong};
use super::read::{self, ConfigFile};
use super::text::{ConfigText, ExtendsText};
use crate::error::Fault;
use crate::file::clean;

/// How long a chain of files that extend each other may be.
const MAX_DEPTH: usize = 8;

/// How many files one configuration may be made of.
const MAX_FILES: usize = 64;

/// A file of a configuration.
#[derive(Debug)]
pub(super) struct Layer {
    /// As it is opened.
    pub(super) path: PathBuf,
    /// As it is shown.
    pub(super) shown: String,
    /// The folder that paths in it start from.
    pub(super) folder: PathBuf,
    /// What it says.
    pub(super) text: String,
    /// The same, read.
    pub(super) written: ConfigText,
}

impl Layer {
    /// Reads the text of a file.
    pub(super) fn new(file: ConfigFile<'_>, text: &str) -> Result<Layer, Fault> {
        let written: Option<ConfigText> =
            serde_saphyr::from_str(text).map_err(|error| of_reader(&error).within(file, text))?;
        let parent = file.path.parent().unwrap_or(Path::new(""));
        Ok(Layer {
            path: file.path.to_path_buf(),
            shown: file.shown.to_string(),
            folder: if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_path_buf() },
            text: text.to_string(),
            written: written.unwrap_or_default(),
        })
    }

    /// The file.
    pub(super) fn file(&self) -> ConfigFile<'_> {
        ConfigFile { path: &self.path, shown: &self.shown, folder: &self.folder }
    }

    /// What is wrong in it.
    pub(super) fn fault(&self, wrong: Wrong) -> Fault {
        wrong.within(self.file(), &self.text)
    }

    /// The folder that paths in it start from, as shown.
    pub(super) fn shown_folder(&self) -> &str {
        self.shown.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    // The files that hold before it.
    fn extended(&self) -> &[String] {
        match self.written.extends.as_ref().map(|extends| &extends.value) {
            None => &[],
            Some(ExtendsText::One(path)) => std::slice::from_ref(path),
            Some(ExtendsText::Many(paths)) => paths,
        }
    }
}

/// The layers of a configuration: what it extends, and itself last.
pub(super) fn layers(text: &str, file: ConfigFile<'_>) -> Result<Vec<Layer>, Fault> {
    let mut layers = Vec::new();
    let last = Layer::new(file, text)?;
    stack(last, &mut Vec::new(), &mut layers)?;
    Ok(layers)
}

// `chain` are the files that lead here, as opened and as shown.
fn stack(layer: Layer, chain: &mut Vec<(PathBuf, String)>, layers: &mut Vec<Layer>) -> Result<(), Fault> {
    chain.push((clean(&layer.path), layer.shown.clone()));
    for path in layer.extended() {
        let at = layer.written.extends.as_ref().map_or(Location::UNKNOWN, |extends| extends.referenced);
        let below = base(&layer, path, chain).map_err(|message| layer.fault(wrong(at, message)))?;
        if layers.len() >= MAX_FILES {
            let message = format!("a configuration is made of at most {MAX_FILES} files");
            return Err(layer.fault(wrong(at, message)));
        }
        let file = ConfigFile { path: &below.0, shown: &below.1, folder: &layer.folder };
        let text = read::text(file).map_err(|error| layer.fault(wrong(at, error.to_string())))?;
        stack(Layer::new(file, &text)?, chain, layers)?;
    }
    chain.pop();
    layers.push(layer);
    Ok(())
}

// The file that a path names, as opened and as shown; why it is none, as one sentence without a full stop.
fn base(layer: &Layer, path: &str, chain: &[(PathBuf, String)]) -> Result<(PathBuf, String), String> {
    let way = Path::new(path);
    let relative = |part: Component<'_>| !matches!(part, Component::RootDir | Component::Prefix(_));
    if path.is_empty() || path.contains(['\0', ':']) || !way.components().all(relative) {
        return Err(format!("`{path}` is no path relative to this file"));
    }
    let found = clean(&layer.folder.join(way));
    let shown = clean(&Path::new(layer.shown_folder()).join(way)).to_string_lossy().replace('\\', "/");
    let names = || chain.iter().map(|(_, shown)| shown.as_str()).chain([shown.as_str()]).collect::<Vec<_>>();
    if chain.iter().any(|(known, _)| *known == found) {
        return Err(format!("files extend each other in a circle: {}", names().join(" -> ")));
    }
    if chain.len() >= MAX_DEPTH {
        return Err(format!("more than {MAX_DEPTH} files extend each other: {}", names().join(" -> ")));
    }
    Ok((found, shown))
}
