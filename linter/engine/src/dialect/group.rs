//! Which files have to be looked at together, told without their trees: so that a run need not hold all of them.
//!
//! A group may be larger than need be and never smaller: sorting the files of each group into deployments gives what
//! sorting all files at once does.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::links::{TemplateNames, may_link, written_names};
use super::{
    Dialect, DialectReader, Dialects, File, GivenFiles, Language, Parsed, Recognition, SCHEMA_ENDS, folder,
    is_below, parameters,
};

use crate::source::{Source, decode};
use crate::span::SourceId;

/// What ties a file to others, where a dialect knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// What others may ask for.
    pub offers: Vec<SmolStr>,
    /// What decides about the file: it is looked at together with all files that offer one of these.
    pub asks: Vec<SmolStr>,
}

/// A file without its tree: what decides which others it is looked at with.
#[derive(Clone, Debug)]
pub struct Sketch {
    /// The path.
    pub path: Arc<str>,
    kind: Kind,
    // The ends of names of templates that its text writes, where links may lead there.
    names: BTreeSet<SmolStr>,
    ties: Vec<(Dialect, Ties)>,
    // The paths that it names as its parts.
    references: Vec<Arc<str>>,
}

#[derive(Clone, Debug)]
enum Kind {
    Template { links: bool },
    // The templates that it names, in lower case; where none of them is there, it may belong to the only one of its
    // folder, unless its text names one.
    Parameters { templates: Vec<String>, is_free: bool },
    Other,
}

impl Sketch {
    /// The sketch of a file.
    pub fn of(file: &File, dialects: Dialects) -> Sketch {
        let Parsed { source, document } = &file.parsed;
        let kind = match file.recognition {
            Recognition::Template { .. } => Kind::Template { links: may_link(source.text.as_bytes()) },
            Recognition::Parameters => Kind::Parameters {
                templates: parameters::templates_of(&source.path, &document.root),
                is_free: parameters::named_template(&document.root).is_none(),
            },
            _ => Kind::Other,
        };
        let sketch = Sketch::new(&source.path, kind, || &source.text, dialects, |reader| (reader.ties)(file));
        let references = document.references.iter().map(|reference| reference.path.clone());
        Sketch { references: references.collect(), ..sketch }
    }

    /// What the sketch of a file probably is, by its path and its bytes alone.
    pub fn guess(path: &Arc<str>, bytes: &[u8], dialects: Dialects) -> Sketch {
        if let Some(language) = dialects.language(path) {
            return Sketch::read(path, bytes, language, dialects);
        }
        let holds = |mark: &str| memchr::memmem::find(bytes, mark.as_bytes()).is_some();
        let [template, values] = SCHEMA_ENDS;
        let kind = if holds(template) {
            Kind::Template { links: may_link(bytes) }
        } else if holds(values) {
            Kind::Parameters { templates: parameters::templates_named_for(path), is_free: true }
        } else {
            Kind::Other
        };
        // Bytes that are no UTF-8 write no names that could be told.
        let text = || std::str::from_utf8(bytes).unwrap_or_default();
        Sketch::new(path, kind, text, dialects, |reader| (reader.likely_ties)(path, bytes))
    }

    // To read a file of a language is cheap, and tells for certain.
    fn read(path: &Arc<str>, bytes: &[u8], language: &Language, dialects: Dialects) -> Sketch {
        let text = decode(bytes.to_vec()).unwrap_or_default();
        let source = Arc::new(Source::new(SourceId(0), path.clone(), text));
        let document = Arc::new((language.document)(&source, &|_| None));
        let recognition = dialects.recognise(path, &document.root);
        Sketch::of(&File { parsed: Parsed { source, document }, recognition }, dialects)
    }

    fn new<'t>(
        path: &Arc<str>,
        kind: Kind,
        text: impl FnOnce() -> &'t str,
        dialects: Dialects,
        ties: impl Fn(&DialectReader) -> Ties,
    ) -> Sketch {
        let names = match kind {
            Kind::Template { links: true } | Kind::Parameters { .. } => written_names(text()),
            _ => BTreeSet::new(),
        };
        let ties = dialects.0.iter().map(|reader| (reader.dialect, ties(reader)));
        let ties = ties.filter(|(_, ties)| *ties != Ties::default()).collect();
        Sketch { path: path.clone(), kind, names, ties, references: Vec::new() }
    }

    fn links(&self) -> bool {
        matches!(self.kind, Kind::Template { links: true })
    }

    fn is_template(&self) -> bool {
        matches!(self.kind, Kind::Template { .. })
    }
}

/// Which parts have to be looked at together, each group in the order of its parts; the files of a part are together
/// in any case.
pub fn groups(parts: &[Vec<Sketch>], given: &GivenFiles) -> Vec<Vec<usize>> {
    let owners: Vec<usize> =
        parts.iter().enumerate().flat_map(|(owner, part)| part.iter().map(move |_| owner)).collect();
    let files: Vec<&Sketch> = parts.iter().flatten().collect();
    let mut sets = Sets::new(files.len());
    tie(&files, &mut sets);
    tie_parameters(&files, given, &mut sets);
    tie_links(&files, &mut sets);
    tie_references(&files, &mut sets);
    let mut together = Sets::new(parts.len());
    for group in sets.groups() {
        group.iter().for_each(|file| together.join(owners[group[0]], owners[*file]));
    }
    together.groups()
}

fn tie(files: &[&Sketch], sets: &mut Sets) {
    let mut asked: FxHashMap<(Dialect, &SmolStr), usize> = FxHashMap::default();
    for (index, file) in files.iter().enumerate() {
        for (dialect, ties) in &file.ties {
            for key in &ties.asks {
                let other = *asked.entry((*dialect, key)).or_insert(index);
                sets.join(index, other);
            }
        }
    }
    for (index, file) in files.iter().enumerate() {
        for (dialect, ties) in &file.ties {
            for other in ties.offers.iter().filter_map(|key| asked.get(&(*dialect, key))) {
                sets.join(index, *other);
            }
        }
    }
}

fn tie_parameters(files: &[&Sketch], given: &GivenFiles, sets: &mut Sets) {
    let mut by_path: HashMap<String, usize> = HashMap::new();
    let mut alone: HashMap<String, Option<usize>> = HashMap::new();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| file.is_template()) {
        let path = file.path.to_ascii_lowercase();
        alone.entry(folder(&path).to_string()).and_modify(|only| *only = None).or_insert(Some(index));
        by_path.insert(path, index);
    }
    let mut bound: HashMap<&Arc<str>, Vec<String>> = HashMap::new();
    for (parameters, template) in &given.bindings {
        bound.entry(parameters).or_default().push(template.to_ascii_lowercase());
    }
    for (index, file) in files.iter().enumerate() {
        let Kind::Parameters { templates, is_free } = &file.kind else { continue };
        let bound = bound.get(&file.path).into_iter().flatten();
        for template in templates.iter().chain(bound).filter_map(|path| by_path.get(path)) {
            sets.join(index, *template);
        }
        let folder = folder(&file.path).to_ascii_lowercase();
        if let Some(Some(template)) = alone.get(&folder).filter(|_| *is_free) {
            sets.join(index, *template);
        }
    }
}

fn tie_references(files: &[&Sketch], sets: &mut Sets) {
    let by_path: HashMap<&str, usize> =
        files.iter().enumerate().map(|(index, file)| (&*file.path, index)).collect();
    for (index, file) in files.iter().enumerate() {
        for other in file.references.iter().filter_map(|path| by_path.get(&**path)) {
            sets.join(index, *other);
        }
    }
    // What was compiled lies beside its source.
    let mut stems: HashMap<&str, usize> = HashMap::new();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| file.is_template()) {
        if let Some((stem, _)) = file.path.rsplit_once('.') {
            let other = *stems.entry(stem).or_insert(index);
            sets.join(index, other);
        }
    }
}

fn tie_links(files: &[&Sketch], sets: &mut Sets) {
    let linking = |(_, file): &(usize, &Sketch)| file.links();
    let linking: Vec<(usize, &Sketch)> = files.iter().copied().enumerate().filter(linking).collect();
    if linking.is_empty() {
        return;
    }
    let mut templates = TemplateNames::default();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| file.is_template()) {
        templates.add(&file.path, index);
    }
    // The parameter files are tied already, and so are the files of a folder.
    let tied = sets.groups();
    let mut place = vec![0; files.len()];
    for (number, members) in tied.iter().enumerate() {
        for index in members {
            place[*index] = number;
        }
    }
    for (index, file) in linking {
        let folder = folder(&file.path);
        let mut texts = tied.get(place[index]).cloned().unwrap_or_default();
        let mut seen: FxHashSet<usize> = texts.iter().copied().collect();
        while let Some(text) = texts.pop().and_then(|index| files.get(index)) {
            for found in templates.ending(&text.names) {
                if files.get(found).is_some_and(|file| is_below(&file.path, folder)) && seen.insert(found) {
                    sets.join(index, found);
                    texts.push(found);
                }
            }
        }
    }
}

// Disjoint sets of files; each is told by one of its members.
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Sets {
        Sets((0..count).collect())
    }

    fn of(&mut self, index: usize) -> usize {
        let mut index = index;
        while self.0[index] != index {
            self.0[index] = self.0[self.0[index]];
            index = self.0[index];
        }
        index
    }

    // The lower one stands for both, so that the order of the joins does not matter.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b)] = a.min(b);
    }

    fn groups(&mut self) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for index in 0..self.0.len() {
            groups.entry(self.of(index)).or_default().push(index);
        }
        groups.into_values().collect()
    }
}
