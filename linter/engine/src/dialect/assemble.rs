//! From files to deployments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;

use super::artefact::ArtefactKind;
use super::factory::Candidate;
use super::parameters::{Belonging, ParameterFile, Templates};
use super::{Deployment, Dialect, Parsed, Recognition, World, manifest};
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
pub struct Given {
    /// The parameter files.
    pub parameters: Vec<Arc<str>>,
    /// The templates; what is none of these files is passed over.
    pub templates: Vec<Arc<str>>,
    /// Parameter files that belong to certain templates and to no others: `(parameters, template)`.
    pub bindings: Vec<(Arc<str>, Arc<str>)>,
}

impl Given {
    /// Whether a file was given as a parameter file.
    pub fn holds(&self, path: &Arc<str>) -> bool {
        self.parameters.contains(path) || self.bindings.iter().any(|(parameters, _)| parameters == path)
    }
}

/// Sorts files into deployments.
pub fn assemble(files: &[File], given: &Given) -> Assembly {
    let (left_out, unowned) = (vec![None; files.len()], vec![false; files.len()]);
    let mut assembly = Assembly { deployments: Vec::new(), left_out, unowned };
    let folders = git_folders(files, &mut assembly);
    let exports = exports(files, &folders, &mut assembly);
    let mut templates = Templates::default();
    for (index, file) in files.iter().enumerate() {
        let Recognition::Template { export } = file.recognition else { continue };
        if exports.taken.contains(&index) || assembly.left_out[index].is_some() {
            continue;
        }
        templates.add(&file.parsed.source.path, assembly.deployments.len(), &file.parsed.document.root);
        let dialect = if export { Dialect::Export } else { Dialect::Template };
        let closed = export && is_whole_export(file_name(&file.parsed.source.path));
        let world = if closed { World::Closed } else { World::Open };
        let mut deployment = template(dialect, world, vec![file.parsed.clone()]);
        if dialect == Dialect::Template && links(&file.parsed) {
            deployment.linked = templates_below(files, &file.parsed);
        }
        assembly.deployments.push(deployment);
    }
    declared(files, &mut assembly);
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
    assembly
}

// The manifests of a folder tree are one deployment, every other resource of its own is one.
fn declared(files: &[File], assembly: &mut Assembly) {
    let of = |recognition: Recognition| {
        let wanted = files.iter().enumerate().filter(move |(_, file)| file.recognition == recognition);
        wanted.map(|(index, file)| (index, &*file.parsed.source.path, &file.parsed.document.root))
    };
    for members in manifest::trees(&of(Recognition::Manifest).collect::<Vec<_>>()) {
        let sources = members.iter().map(|index| files[*index].parsed.clone()).collect();
        assembly.deployments.push(template(Dialect::Manifests, World::Open, sources));
    }
    for (index, ..) in of(Recognition::Resource) {
        let sources = vec![files[index].parsed.clone()];
        assembly.deployments.push(template(Dialect::Resource, World::Open, sources));
    }
}

// A file that the user gives belongs to what it is given for and to nothing else.
fn owners(file: &Parsed, templates: &Templates<'_>, given: &Given) -> Vec<(usize, Belonging)> {
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

fn template(dialect: Dialect, world: World, sources: Vec<Parsed>) -> Deployment {
    let factory = SmolStr::default();
    Deployment {
        dialect,
        world,
        sources,
        linked: Vec::new(),
        artefacts: Vec::new(),
        factory,
        parameter_files: Vec::new(),
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn links(parsed: &Parsed) -> bool {
    memchr::memmem::find(parsed.source.text.as_bytes(), b"templateLink").is_some()
}

// The other templates in the folder of a template and below it.
fn templates_below(files: &[File], template: &Parsed) -> Vec<Parsed> {
    let own = folder(&template.source.path);
    let below =
        |path: &str| own.is_empty() || path.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'));
    files
        .iter()
        .filter(|file| matches!(file.recognition, Recognition::Template { .. }))
        .filter(|file| file.parsed.source.id != template.source.id && below(&file.parsed.source.path))
        .map(|file| file.parsed.clone())
        .take(MAX_LINKED)
        .collect()
}

// Publishing writes the whole factory under these names; single pipelines are exported under others.
fn is_whole_export(name: &str) -> bool {
    let name = stem(name);
    name.eq_ignore_ascii_case("ARMTemplateForFactory") || name.eq_ignore_ascii_case("TemplateForWorkspace")
}

fn is_linked_part(name: &str) -> bool {
    let lower = stem(name).to_ascii_lowercase();
    lower.strip_prefix("armtemplate_").is_some_and(|number| {
        number == "master" || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

// The name without the ending of a template.
fn stem(name: &str) -> &str {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let known = ["json", "yaml", "yml"].iter().any(|known| known.eq_ignore_ascii_case(extension));
    if known { stem } else { name }
}

// One deployment for each folder that holds the factory itself or artefacts of two kinds; a folder with
// artefacts of one kind that certainly are such is checked as an open world. Returns the names of the
// factories.
fn git_folders(files: &[File], assembly: &mut Assembly) -> BTreeSet<String> {
    let mut roots: BTreeMap<&SmolStr, Vec<(usize, &Candidate)>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        if let Recognition::Artefact(candidate) = &file.recognition {
            roots.entry(&candidate.root).or_default().push((index, candidate));
        }
    }
    let mut names = BTreeSet::new();
    for (root, members) in roots {
        let kinds: BTreeSet<ArtefactKind> =
            members.iter().filter(|(_, candidate)| candidate.certain).map(|(_, c)| c.kind).collect();
        let closed = kinds.contains(&ArtefactKind::Factory) || kinds.len() > 1;
        let synapse_only = kinds.iter().all(|kind| kind.artefact().only_synapse);
        if kinds.is_empty() || (!closed && synapse_only) {
            for (index, _) in members {
                assembly.left_out[index] = Some("its folder is no Git folder of a factory".into());
            }
            continue;
        }
        let (taken, doubtful): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|(_, candidate)| candidate.certain || closed);
        for (index, _) in doubtful {
            assembly.left_out[index] = Some("it does not look like an artefact of its folder".into());
        }
        let name_of = |index: &usize| {
            let name = files[*index].parsed.document.root.value("name").and_then(Node::text);
            SmolStr::from(name.unwrap_or_default())
        };
        let factory = taken.iter().find(|(_, c)| c.kind == ArtefactKind::Factory);
        let factory = factory.map_or_else(|| SmolStr::from(file_name(root)), |(index, _)| name_of(index));
        let synapse = !kinds.contains(&ArtefactKind::Factory)
            && taken.iter().any(|(index, c)| {
                c.kind.artefact().only_synapse
                    || (c.kind == ArtefactKind::LinkedService
                        && name_of(index).ends_with("-WorkspaceDefaultStorage"))
            });
        names.insert(factory.to_ascii_lowercase());
        assembly.deployments.push(Deployment {
            dialect: if synapse { Dialect::SynapseFolder } else { Dialect::FactoryFolder },
            world: if closed { World::Closed } else { World::Open },
            sources: taken.iter().map(|(index, _)| files[*index].parsed.clone()).collect(),
            linked: Vec::new(),
            artefacts: taken.iter().map(|(_, candidate)| candidate.kind).collect(),
            factory,
            parameter_files: Vec::new(),
        });
    }
    names
}

struct Exports {
    taken: BTreeSet<usize>,
}

// An export is another rendering of its Git folder, and its linked templates are another rendering of its
// one template: each factory is checked once, in the form that people edit.
fn exports(files: &[File], factories: &BTreeSet<String>, assembly: &mut Assembly) -> Exports {
    let is_template = |file: &File| matches!(file.recognition, Recognition::Template { .. });
    let mut whole: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        if file.recognition == (Recognition::Template { export: true })
            && is_whole_export(file_name(&file.parsed.source.path))
        {
            whole.insert(folder(&file.parsed.source.path), index);
        }
    }
    let mut parts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        let path = &file.parsed.source.path;
        let inside = file_name(folder(path)).eq_ignore_ascii_case("linkedTemplates");
        if is_template(file) && inside && is_linked_part(file_name(path)) {
            parts.entry(folder(path)).or_default().push(index);
        }
    }
    let mut taken = BTreeSet::new();
    for (linked, members) in parts {
        let factory = file_name(folder(linked)).to_ascii_lowercase();
        let other = whole.get(folder(linked)).map(|index| files[*index].parsed.source.path.to_string());
        let other = other.or_else(|| factories.contains(&factory).then(|| "the Git folder".to_string()));
        if let Some(other) = other {
            for index in members {
                assembly.left_out[index] = Some(format!("the same factory is checked as {other}"));
            }
            continue;
        }
        let sources = members.iter().map(|index| files[*index].parsed.clone()).collect();
        taken.extend(members);
        assembly.deployments.push(template(Dialect::Export, World::Closed, sources));
    }
    for (place, index) in whole {
        if factories.contains(&file_name(place).to_ascii_lowercase()) {
            assembly.left_out[index] = Some("the same factory is checked as the Git folder".to_string());
        }
    }
    Exports { taken }
}
