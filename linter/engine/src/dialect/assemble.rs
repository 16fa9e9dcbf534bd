//! From files to deployments.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::language::Lowered;
use super::links::{TemplateNames, may_link, written_names};
use super::parameters::{Belonging, ParameterFile, Templates};
use super::{Assembled, Deployment, Dialect, DialectReader, Dialects, Parsed, Recognition, World, is_below};
use crate::span::SourceId;
use crate::syntax::Node;

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
    let lowered = Lowered::new(files);
    leave_out_compiled(files, given, dialects, &mut assembly);
    for (index, file) in files.iter().enumerate() {
        let Recognition::Template { export } = file.recognition else { continue };
        if sorted.iter().any(|sorted| sorted.taken.contains(&index)) || assembly.left_out[index].is_some() {
            continue;
        }
        templates.add(&file.parsed.source.path, assembly.deployments.len(), &file.parsed.document.root);
        let dialect = if export { Dialect::Export } else { Dialect::Template };
        let whole = sorted.iter().any(|sorted| sorted.whole.contains(&index));
        let world = if whole { World::Closed } else { World::Open };
        let parsed = &file.parsed;
        let own = lowered.completed(parsed, dialects.language(&parsed.source.path));
        let deployed = lowered.deployed(parsed).into_iter().filter_map(|index| files.get(index));
        let linked =
            deployed.map(|file| lowered.completed(&file.parsed, dialects.language(&file.parsed.source.path)));
        let deployment = Deployment { linked: linked.collect(), ..Deployment::of(dialect, world, vec![own]) };
        assembly.deployments.push(deployment);
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

// A template that was compiled from a file that is here is the same deployment, unless the user names it.
fn leave_out_compiled(files: &[File], given: &GivenFiles, dialects: Dialects, assembly: &mut Assembly) {
    let is_source = |file: &&File| dialects.language(&file.parsed.source.path).is_some();
    let stems: HashSet<&str> =
        files.iter().filter(is_source).filter_map(|file| stem(&file.parsed.source.path)).collect();
    for (index, file) in files.iter().enumerate() {
        let Parsed { source, document } = &file.parsed;
        let is_template = matches!(file.recognition, Recognition::Template { .. }) && !is_source(&file);
        let is_named = given.templates.contains(&source.path);
        let has_source = stem(&source.path).is_some_and(|stem| stems.contains(stem));
        if is_template && !is_named && has_source && is_compiled(&document.root) {
            assembly.left_out[index] =
                Some("it is compiled from the Bicep file beside it, which is checked".into());
        }
    }
}

fn stem(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(stem, _)| stem)
}

// Whether the compiler says that it made a template.
fn is_compiled(root: &Node) -> bool {
    let generator = root.value("metadata").and_then(|metadata| metadata.value("_generator"));
    let name = generator.and_then(|generator| generator.value("name")).and_then(Node::text);
    name.is_some_and(|name| name.eq_ignore_ascii_case("bicep"))
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
