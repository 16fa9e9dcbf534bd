//! From files to deployments.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::links::{TemplateNames, may_link, written_names};
use super::parameters::{Belonging, ParameterFile, Templates};
use super::{Assembled, Deployment, Dialect, DialectReader, Dialects, Parsed, Recognition, World, is_below};
use crate::span::SourceId;

/// How many templates one template may link to.
const MAX_LINKED: usize = 2000;

/// A recognised tree.
#[derive(Clone, Debug)]
pub struct File {
    /// Text and tree.
    pub parsed: Parsed,
    /// What it is by itself.
    pub recognition: Recognition,
}

/// The deployments, and what became of every file, in the order of the files.
#[derive(Debug, Default)]
pub struct Assembly {
    /// The deployments.
    pub deployments: Vec<Deployment>,
    /// Why a file is part of no deployment; `None` where it is part of one.
    pub left_out: Vec<Option<String>>,
    /// Whether a file is a parameter file of no template that is here.
    pub unowned: Vec<bool>,
}

/// Parameter files that the user gave for templates; both by path.
#[derive(Clone, Debug, Default)]
pub struct GivenFiles {
    /// The parameter files.
    pub parameters: Vec<Arc<str>>,
    /// The templates; what is none of these files is passed over.
    pub templates: Vec<Arc<str>>,
    /// Parameter files that belong to certain templates and to no others: `(parameters, template)`.
    pub bindings: Vec<(Arc<str>, Arc<str>)>,
}

impl GivenFiles {
    /// Whether a file was given as a parameter file.
    pub fn holds(&self, path: &Arc<str>) -> bool {
        self.parameters.contains(path) || self.bindings.iter().any(|(parameters, _)| parameters == path)
    }
}

/// Sorts files into deployments.
pub fn assemble(files: &[File], given: &GivenFiles, dialects: Dialects) -> Assembly {
    let (left_out, unowned) = (vec![None; files.len()], vec![false; files.len()]);
    let mut assembly = Assembly { deployments: Vec::new(), left_out, unowned };
    // A folder may be the better rendering of a template.
    let (folders, others): (Vec<_>, Vec<_>) =
        dialects.0.iter().partition(|reader| reader.dialect.is_folder());
    let mut templates = Templates::default();
    let sorted: Vec<Sorted> = folders.into_iter().map(|reader| sort(files, reader, &mut assembly)).collect();
    for (index, file) in files.iter().enumerate() {
        let Recognition::Template { export } = file.recognition else { continue };
        if sorted.iter().any(|sorted| sorted.taken.contains(&index)) || assembly.left_out[index].is_some() {
            continue;
        }
        templates.add(&file.parsed.source.path, assembly.deployments.len(), &file.parsed.document.root);
        let dialect = if export { Dialect::Export } else { Dialect::Template };
        let whole = sorted.iter().any(|sorted| sorted.whole.contains(&index));
        let world = if whole { World::Closed } else { World::Open };
        assembly.deployments.push(Deployment::of(dialect, world, vec![file.parsed.clone()]));
    }
    others.into_iter().for_each(|reader| _ = sort(files, reader, &mut assembly));
    for (index, file) in files.iter().enumerate() {
        if file.recognition == Recognition::Parameters {
            assembly.unowned[index] = true;
            for (owner, belonging) in owners(&file.parsed, &templates, given) {
                assembly.unowned[index] = false;
                let parsed = file.parsed.clone();
                assembly.deployments[owner].parameter_files.push(ParameterFile { parsed, belonging });
            }
        }
        if file.recognition == Recognition::Other {
            assembly.left_out[index] = Some("it is no template, parameter file or artefact".into());
        }
    }
    link(files, &mut assembly.deployments);
    assembly
}

// What a dialect says of templates.
struct Sorted {
    taken: BTreeSet<usize>,
    whole: BTreeSet<usize>,
}

// Takes what a dialect makes of the files.
fn sort(files: &[File], reader: &DialectReader, assembly: &mut Assembly) -> Sorted {
    let Assembled { deployments, left_out, taken, whole } = (reader.assemble)(files);
    assembly.deployments.extend(deployments);
    for (index, reason) in left_out {
        if let Some(place) = assembly.left_out.get_mut(index) {
            *place = Some(reason);
        }
    }
    Sorted { taken: taken.into_iter().collect(), whole: whole.into_iter().collect() }
}

// A file that the user gives belongs to what it is given for and to nothing else.
fn owners(file: &Parsed, templates: &Templates<'_>, given: &GivenFiles) -> Vec<(usize, Belonging)> {
    let path = &file.source.path;
    if given.parameters.contains(path) {
        let wanted = given.templates.iter().filter_map(|path| templates.at(path));
        return wanted.map(|index| (index, Belonging::Given)).collect();
    }
    if given.holds(path) {
        let bound = given.bindings.iter().filter(|(parameters, _)| parameters == path);
        let wanted = bound.filter_map(|(_, template)| templates.at(template));
        return wanted.map(|index| (index, Belonging::Bound)).collect();
    }
    templates.owner(path, &file.document.root).into_iter().collect()
}

// Gives each template those that it may link to.
fn link(files: &[File], deployments: &mut [Deployment]) {
    let links = |deployment: &&mut Deployment| {
        deployment.dialect == Dialect::Template
            && deployment.sources.iter().any(|own| may_link(own.source.text.as_bytes()))
    };
    let linking: Vec<&mut Deployment> = deployments.iter_mut().filter(links).collect();
    if linking.is_empty() {
        return;
    }
    let mut templates = TemplateNames::default();
    for (index, file) in files.iter().enumerate() {
        if matches!(file.recognition, Recognition::Template { .. }) {
            templates.add(&file.parsed.source.path, index);
        }
    }
    for deployment in linking {
        deployment.linked = linked(files, &templates, deployment);
    }
}

// The other templates in the folder of a template and below it whose names it writes, and those whose names these
// write where they link themselves.
fn linked(files: &[File], templates: &TemplateNames, deployment: &Deployment) -> Vec<Parsed> {
    let folder = deployment.folder();
    let own = deployment.sources.iter().map(|own| own.source.id);
    let own: BTreeSet<SourceId> = own.collect();
    let given = deployment.parameter_files.iter().map(|file| &file.parsed);
    let mut texts: Vec<&str> =
        deployment.sources.iter().chain(given).map(|parsed| parsed.source.text.as_str()).collect();
    let mut found = BTreeSet::new();
    while let Some(text) = texts.pop() {
        for index in templates.ending(&written_names(text)) {
            let Some(File { parsed, .. }) = files.get(index) else { continue };
            let text = &parsed.source.text;
            let is_other = is_below(&parsed.source.path, folder) && !own.contains(&parsed.source.id);
            if is_other && found.insert(index) && may_link(text.as_bytes()) {
                texts.push(text);
            }
        }
    }
    found
        .into_iter()
        .take(MAX_LINKED)
        .filter_map(|index| files.get(index))
        .map(|file| file.parsed.clone())
        .collect()
}
