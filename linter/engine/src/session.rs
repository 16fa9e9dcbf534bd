//! The one way in, for command line and editor alike: set texts, check them.

mod earlier;
mod look;

pub use earlier::Earlier;
pub use look::Trees;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;

use crate::check::stopwatch::{Measured, Stopwatch};
use crate::check::{self, Checked};
use crate::dialect::{self, Assembly, Belonging, Deployment, File, Given, Parsed, Recognition, assemble};
use crate::expression::shared::ExpressionTexts;
use crate::finding::{Finding, sensitive_places};
use crate::fingerprint;
use crate::rule::{Catalogue, Context};
use crate::secret::places;
use crate::settings::{Date, Settings};
use crate::source::{DecodeError, Source, decode};
use crate::span::{SourceId, Span};
use crate::suppression;
use crate::syntax::{self, Document};

/// Why most files are left out.
const NOTHING: &str = "it is no template, parameter file or artefact";

/// A file that was found, or that an editor holds.
#[derive(Debug)]
pub struct Input {
    /// The path as shown: relative where possible, with `/`.
    pub path: Arc<str>,
    /// The bytes, or why they could not be read.
    pub content: Result<Vec<u8>, String>,
    /// The file is only here so that others can be understood: it gets no findings and no status.
    pub context: bool,
    /// The user named this very file, so that it is expected to be a template.
    pub named: bool,
}

impl Input {
    /// The same file without its bytes where these are of no interest, so that nobody has to keep them: those
    /// of a text that was neither named nor given for a parameter file, and holds no mark of a template.
    pub fn without_rest(mut self) -> Input {
        if let Ok(bytes) = &mut self.content
            && !self.named
            && !dialect::may_concern(&self.path, bytes)
            && is_readable(bytes)
        {
            *bytes = b"0".to_vec();
        }
        self
    }
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStatus {
    /// The path as given.
    pub path: Arc<str>,
    /// The outcome.
    pub outcome: Outcome,
}

/// The outcomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Read and checked.
    Checked,
    /// Checked, but parts could not be read or evaluated.
    Partial(String),
    /// It is, or claims to be, a template or artefact, but could not be read.
    Failed(String),
    /// Nothing for this linter, and why.
    Ignored(String),
    /// It would be for this linter, but is no text of its format until something has rendered it, and what.
    Unrendered(String),
    /// Nothing says that it is for this linter, but it cannot be read either.
    Unreadable(String),
}

/// The result of a check.
#[derive(Debug, Default)]
pub struct Report {
    /// Sorted by path, place and rule.
    pub findings: Vec<Finding>,
    /// Every file that was given, sorted by path.
    pub files: Vec<FileStatus>,
    /// The texts that findings point into, by `SourceId`; those that nothing points into are empty.
    pub sources: Vec<Arc<Source>>,
    /// The trees of each source: several for a YAML file of several documents.
    pub documents: Vec<Vec<Arc<Document>>>,
    /// Places that hold secrets, whether or not a finding speaks of them: nothing under them is ever
    /// printed. Sorted.
    pub secrets: Vec<Span>,
    /// Which texts are one deployment: what is secret in one of them is secret in all.
    pub deployments: Vec<Texts>,
    /// Where the time went; empty unless it was to be measured.
    pub times: Times,
}

/// The texts of one deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// Its templates or artefacts, its parameter files, and the linked templates that something was found in.
    pub sources: Vec<SourceId>,
    /// They hold expressions of templates.
    pub templated: bool,
}

impl Texts {
    /// Those of a deployment; `touched` are the places that its check speaks of.
    pub fn of(deployment: &Deployment, touched: impl Iterator<Item = Span>) -> Texts {
        let linked: HashSet<SourceId> = deployment.linked.iter().map(|parsed| parsed.source.id).collect();
        let mut sources: Vec<SourceId> = deployment.sources.iter().map(|parsed| parsed.source.id).collect();
        sources.extend(deployment.parameter_files.iter().map(|file| file.parsed.source.id));
        if !linked.is_empty() {
            sources.extend(touched.map(|span| span.source).filter(|source| linked.contains(source)));
        }
        sources.sort_unstable();
        sources.dedup();
        Texts { sources, templated: deployment.dialect.is_template() }
    }
}

/// Where the time of a check went. Times of different deployments may have passed at once.
#[derive(Debug, Default)]
pub struct Times {
    /// In each rule, the models included that it was the first to ask for.
    pub rules: BTreeMap<&'static str, Duration>,
    /// In each deployment, by the path of its first text, in the order of their texts.
    pub deployments: Vec<(Arc<str>, Duration)>,
}

impl Times {
    fn add(&mut self, deployment: &Deployment, measured: Measured) {
        for (rule, time) in measured.rules {
            *self.rules.entry(rule).or_default() += time;
        }
        let path = deployment.sources.first().map(|parsed| parsed.source.path.clone());
        self.deployments.extend(path.map(|path| (path, measured.total)));
    }
}

impl Report {
    /// The source of a span.
    pub fn source(&self, id: SourceId) -> Option<&Arc<Source>> {
        self.sources.get(id.0 as usize)
    }
}

/// Texts and the rules that they are checked by.
#[derive(Debug, Default)]
pub struct Session {
    catalogue: Catalogue,
    slots: Vec<Slot>,
    by_path: HashMap<Arc<str>, usize>,
    /// Slots of texts that were forgotten.
    free: Vec<usize>,
    given: Given,
    /// The expressions of all its texts.
    expressions: Arc<ExpressionTexts>,
    measures: bool,
}

#[derive(Debug)]
struct Slot {
    source: Arc<Source>,
    context: bool,
    state: State,
    /// Why it is checked in part, although its trees are whole.
    note: Option<String>,
}

impl Slot {
    // The slot of no text.
    fn vacant(place: usize) -> Slot {
        let source = Arc::new(Source::new(SourceId(place as u32), "", String::new()));
        Slot { source, context: true, state: State::Removed, note: None }
    }
}

#[derive(Debug)]
enum State {
    Recognised(Vec<(Arc<Document>, Recognition)>),
    /// Claims to be a template, but no tree says so; what was read of it.
    Failed(String, Vec<Arc<Document>>),
    Ignored(String),
    Unrendered(String),
    Unreadable(String),
    Removed,
}

impl Session {
    /// A session without texts.
    pub fn new(catalogue: Catalogue) -> Session {
        Session { catalogue, ..Session::default() }
    }

    /// The rules.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Says which parameter files, by path, are to be used for which templates. To be called before the
    /// files are set: a file that is given is a parameter file, whatever it says of itself.
    pub fn give(&mut self, given: Given) {
        self.given = given;
    }

    /// Measures the times of rules and deployments from now on.
    pub fn measure(&mut self) {
        self.measures = true;
    }

    /// Adds or replaces texts; they are parsed on all threads of the current rayon pool.
    pub fn set_all(&mut self, inputs: Vec<Input>) {
        let places: Vec<usize> = inputs.iter().map(|input| self.place(&input.path)).collect();
        let slots: Vec<Slot> = inputs
            .into_par_iter()
            .zip(places.par_iter())
            .map(|(input, place)| {
                let given = self.given.holds(&input.path);
                read(input, SourceId(*place as u32), given)
            })
            .collect();
        for (slot, place) in slots.into_iter().zip(places) {
            self.slots[place] = slot;
        }
    }

    // The slot of a path, an empty one where the path is new.
    fn place(&mut self, path: &Arc<str>) -> usize {
        if let Some(place) = self.by_path.get(path) {
            return *place;
        }
        let place = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::vacant(self.slots.len()));
            self.slots.len() - 1
        });
        self.by_path.insert(path.clone(), place);
        place
    }

    /// Forgets a text.
    pub fn remove(&mut self, path: &str) {
        if let Some(place) = self.by_path.remove(path) {
            self.slots[place] = Slot::vacant(place);
            self.free.push(place);
        }
    }

    /// Checks everything, on all threads of the current rayon pool.
    pub fn check(&self, settings: &Settings) -> Report {
        self.check_by(|_| settings)
    }

    /// Checks everything, each deployment by settings of its own.
    pub fn check_by<'s>(&self, settings: impl Fn(&Deployment) -> &'s Settings + Sync) -> Report {
        let (files, owners) = self.files();
        let assembly = assemble(&files, &self.given);
        let check = |deployment: &Deployment| self.check_one(deployment, settings(deployment));
        let checked = assembly.deployments.par_iter().map(check).collect();
        self.conclude_all(&assembly, &owners, checked)
    }

    /// The same, but checks only those deployments again in which a text, or what the settings say, has
    /// changed since the check before it, which left `earlier`.
    pub fn check_changed<'s>(
        &self,
        earlier: &mut Earlier,
        settings: impl Fn(&Deployment) -> &'s Settings + Sync,
    ) -> Report {
        let (files, owners) = self.files();
        let assembly = assemble(&files, &self.given);
        let check = |deployment: &Deployment| {
            let settings = settings(deployment);
            match earlier.get(deployment, settings) {
                Some(checked) => (checked, None),
                None => {
                    let (checked, measured) = self.check_one(deployment, settings);
                    (Arc::new(checked), measured)
                }
            }
        };
        let checked: Vec<(Arc<Checked>, _)> = assembly.deployments.par_iter().map(check).collect();
        *earlier = Earlier::default();
        for (deployment, (checked, _)) in assembly.deployments.iter().zip(&checked) {
            earlier.put(deployment.clone(), settings(deployment), checked.clone());
        }
        let copied = checked.into_iter().map(|(checked, measured)| ((*checked).clone(), measured));
        self.conclude_all(&assembly, &owners, copied.collect())
    }

    fn check_one(&self, deployment: &Deployment, settings: &Settings) -> (Checked, Option<Measured>) {
        let stopwatch = Stopwatch::start(self.measures);
        let checked = check::deployment(deployment, &self.catalogue, settings, &self.expressions, &stopwatch);
        (checked, stopwatch.stop())
    }

    // The report of what was found in each deployment.
    fn conclude_all(
        &self,
        assembly: &Assembly,
        owners: &[usize],
        checked: Vec<(Checked, Option<Measured>)>,
    ) -> Report {
        let mut report = Report::default();
        let mut partial: Vec<Option<String>> = vec![None; self.slots.len()];
        for (deployment, (checked, measured)) in assembly.deployments.iter().zip(checked) {
            if let Some(measured) = measured {
                report.times.add(deployment, measured);
            }
            let labels = checked.findings.iter().flat_map(Finding::labels).map(|label| label.span);
            report.deployments.push(Texts::of(deployment, labels.chain(checked.secrets.iter().copied())));
            report.findings.extend(checked.findings);
            report.secrets.extend(checked.secrets);
            for parsed in deployment.sources.iter().filter(|_| checked.limited) {
                partial[parsed.source.id.0 as usize] = Some(check::LIMITED.into());
            }
            for (source, reason) in checked.partial {
                partial[source.0 as usize] = Some(reason);
            }
        }
        let mut left_out: Vec<Option<String>> = vec![None; self.slots.len()];
        // A file is left out when all of its documents are.
        let mut taken = vec![false; self.slots.len()];
        for (slot, reason) in owners.iter().zip(&assembly.left_out) {
            taken[*slot] |= reason.is_none();
            left_out[*slot] = reason.clone().filter(|_| !taken[*slot]);
        }
        for (slot, _) in owners.iter().zip(&assembly.unowned).filter(|(_, unowned)| **unowned) {
            partial[*slot] = Some("the template that it belongs to is not among the files".into());
        }
        self.secrets_of_others(&mut report);
        for (place, slot) in self.slots.iter().enumerate() {
            self.conclude(slot, left_out[place].take(), partial[place].take(), &mut report);
        }
        self.finish(&mut report);
        report
    }

    /// Marks the findings of a report of this session that comments or metadata suppress, and adds what is
    /// found about these. `today` decides which have ended.
    pub fn suppress(&self, report: &mut Report, today: Date) {
        let checked = report.files.iter().filter_map(|status| {
            let whole = match status.outcome {
                Outcome::Checked => true,
                Outcome::Partial(_) => false,
                _ => return None,
            };
            let place = *self.by_path.get(&status.path)?;
            let documents = report.documents.get(place)?;
            Some(suppression::Text { source: &self.slots.get(place)?.source, documents, whole })
        });
        let texts: Vec<_> = checked.collect();
        let mut made = suppression::apply(&mut report.findings, &texts, &self.catalogue, today);
        if made.is_empty() {
            return;
        }
        fingerprint::assign(&mut made, &report.documents);
        report.findings.extend(made);
        self.sort(&mut report.findings);
    }

    /// A finding under the id of one of the rules of [`crate::rule::Check::Engine`], still without identity.
    pub fn finding(&self, rule: &'static str, span: Span, message: &str) -> Finding {
        check::finding(&self.catalogue, rule, span, message)
    }

    /// Gives findings that were added to a report their fingerprints.
    pub fn identify(&self, findings: &mut [Finding], report: &Report) {
        fingerprint::assign(findings, &report.documents);
    }

    /// What `look` makes of the graph of each deployment, in the order of their texts: without values of
    /// parameters, or once with each parameter file that the user gave for it. Those of which all texts are
    /// only context are left out. Where the linter fails, it is the path of the text that it failed on.
    pub fn survey<'s, T: Send>(
        &self,
        settings: impl Fn(&Deployment) -> &'s Settings + Sync,
        look: impl Fn(&Context<'_>) -> T + Sync,
    ) -> Vec<Result<T, Arc<str>>> {
        let (files, _) = self.files();
        let mut views: Vec<Deployment> = Vec::new();
        let is_context =
            |parsed: &Parsed| self.slots.get(parsed.source.id.0 as usize).is_none_or(|slot| slot.context);
        for mut deployment in assemble(&files, &self.given).deployments {
            if deployment.sources.iter().all(is_context) {
                continue;
            }
            let files = std::mem::take(&mut deployment.parameter_files);
            let given = files.into_iter().filter(|file| file.belonging == Belonging::Given);
            let with = |file| Deployment { parameter_files: vec![file], ..deployment.clone() };
            let before = views.len();
            views.extend(given.map(with));
            if views.len() == before {
                views.push(deployment);
            }
        }
        let seen = |deployment: &Deployment| {
            let path = deployment.sources.first().map(|parsed| parsed.source.path.clone());
            check::look(deployment, settings(deployment), &look).ok_or(path.unwrap_or_default())
        };
        views.par_iter().map(seen).collect()
    }

    // The recognised trees, and the slot of each.
    fn files(&self) -> (Vec<File>, Vec<usize>) {
        let mut files = Vec::new();
        let mut owners = Vec::new();
        let mut order: Vec<usize> = (0..self.slots.len()).collect();
        order.sort_by(|a, b| self.slots[*a].source.path.cmp(&self.slots[*b].source.path));
        for place in order {
            let State::Recognised(trees) = &self.slots[place].state else { continue };
            for (document, recognition) in trees {
                let parsed = Parsed { source: self.slots[place].source.clone(), document: document.clone() };
                files.push(File { parsed, recognition: recognition.clone() });
                owners.push(place);
            }
        }
        (files, owners)
    }

    // What the texts that belong to no deployment say to be secret.
    fn secrets_of_others(&self, report: &mut Report) {
        let mut alone = vec![true; self.slots.len()];
        for source in report.deployments.iter().flat_map(|texts| &texts.sources) {
            alone[source.0 as usize] = false;
        }
        for slot in self.slots.iter().zip(&alone).filter(|(_, alone)| **alone).map(|(slot, _)| slot) {
            let roots: Vec<&Document> = match &slot.state {
                State::Failed(_, documents) => documents.iter().map(|document| &**document).collect(),
                State::Recognised(trees) => trees.iter().map(|(document, _)| &**document).collect(),
                _ => continue,
            };
            let evaluated = dialect::is_artefact_path(&slot.source.path);
            for document in roots {
                report.secrets.extend(places(&document.root, evaluated, self.catalogue.secrets()).spans);
            }
        }
    }

    fn conclude(&self, slot: &Slot, left_out: Option<String>, partial: Option<String>, report: &mut Report) {
        report.sources.push(slot.source.clone());
        let (documents, outcome) = match &slot.state {
            State::Removed => (Vec::new(), None),
            State::Ignored(reason) => (Vec::new(), Some(Outcome::Ignored(reason.clone()))),
            State::Unrendered(reason) => (Vec::new(), Some(Outcome::Unrendered(reason.clone()))),
            State::Unreadable(reason) => (Vec::new(), Some(Outcome::Unreadable(reason.clone()))),
            State::Failed(reason, documents) => (documents.clone(), Some(Outcome::Failed(reason.clone()))),
            State::Recognised(trees) => {
                let documents: Vec<Arc<Document>> = trees.iter().map(|(tree, _)| tree.clone()).collect();
                let outcome = match left_out {
                    Some(reason) => Outcome::Ignored(reason),
                    None => completeness(&documents, partial.or(slot.note.clone())),
                };
                (documents, Some(outcome))
            }
        };
        if let Some(outcome) = outcome.filter(|_| !slot.context) {
            if !matches!(outcome, Outcome::Ignored(_) | Outcome::Unrendered(_) | Outcome::Unreadable(_)) {
                for document in &documents {
                    report.findings.extend(check::syntax(&document.problems, &self.catalogue));
                }
            }
            report.files.push(FileStatus { path: slot.source.path.clone(), outcome });
        }
        report.documents.push(documents);
    }

    fn sort(&self, findings: &mut [Finding]) {
        findings.sort_by_cached_key(|finding| {
            let span = finding.primary.span;
            let path = self.slots.get(span.source.0 as usize).map(|slot| slot.source.path.clone());
            (path, span.start, span.end, finding.rule, finding.message.clone())
        });
    }

    // Order, identity, and what a file that is only context must not show.
    fn finish(&self, report: &mut Report) {
        report.secrets.extend(sensitive_places(&report.findings));
        let slots = &self.slots;
        report.findings.retain(|finding| {
            slots.get(finding.primary.span.source.0 as usize).is_some_and(|slot| !slot.context)
        });
        report.secrets.sort();
        report.secrets.dedup();
        self.sort(&mut report.findings);
        report
            .findings
            .dedup_by(|a, b| a.rule == b.rule && a.primary.span == b.primary.span && a.message == b.message);
        fingerprint::assign(&mut report.findings, &report.documents);
        report.files.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

fn completeness(documents: &[Arc<Document>], partial: Option<String>) -> Outcome {
    let error =
        documents.iter().flat_map(|document| &document.problems).find(|problem| problem.kind.is_error());
    let error = error.map(|problem| check::sentence(&problem.kind));
    error.or(partial).map_or(Outcome::Checked, Outcome::Partial)
}

fn read(input: Input, id: SourceId, given: bool) -> Slot {
    let Input { path, content, context, named } = input;
    let nothing = || Arc::new(Source::new(id, path.clone(), String::new()));
    let without = |state: State| Slot { source: nothing(), context, state, note: None };
    let bytes = match content {
        Ok(bytes) => bytes,
        Err(reason) => return without(State::Failed(reason, Vec::new())),
    };
    let concerns = dialect::may_concern(&path, &bytes);
    if !concerns && !named && !given && is_readable(&bytes) {
        return without(State::Ignored(NOTHING.into()));
    }
    let claims = named || dialect::is_artefact_path(&path) || dialect::claims_to_be_template(&bytes);
    let text = match decode(bytes) {
        Ok(text) => text,
        Err(error) => {
            let expected = claims || matches!(error, DecodeError::TooLarge(_));
            let state = if expected { |reason| State::Failed(reason, Vec::new()) } else { State::Unreadable };
            return without(state(error.to_string()));
        }
    };
    let source = Source::new(id, path.clone(), text);
    let documents: Vec<Arc<Document>> = parse(&source).into_iter().map(Arc::new).collect();
    let (state, note) = sort(&source, documents, given, claims, concerns);
    let source = match &state {
        State::Ignored(_) | State::Unrendered(_) => nothing(),
        _ => Arc::new(source),
    };
    Slot { source, context, state, note }
}

// What the documents of a text are. Those that cannot be read stay beside those that can, so that their
// errors are told, unless they only have to be rendered.
fn sort(
    source: &Source,
    documents: Vec<Arc<Document>>,
    given: bool,
    claims: bool,
    concerns: bool,
) -> (State, Option<String>) {
    let path = &source.path;
    let broken = |document: &&Arc<Document>| document.problems.iter().any(|problem| problem.kind.is_error());
    let unread: Vec<&Document> = documents.iter().filter(broken).map(|document| &**document).collect();
    let rendering = dialect::needs_rendering(path, &source.text, &unread);
    let mut recognised: Vec<(Arc<Document>, Recognition)> = Vec::new();
    let mut note = None;
    let mut any = false;
    for document in &documents {
        let is_broken = broken(&document);
        let recognition = match given && document.root.is_object() {
            true => Recognition::Parameters,
            false => dialect::recognise(path, &document.root),
        };
        if is_broken && rendering.is_some() && !given {
            continue;
        }
        any |= recognition != Recognition::Other;
        note = note.or_else(|| dialect::note(&recognition, &document.root));
        if recognition != Recognition::Other || is_broken {
            recognised.push((document.clone(), recognition));
        }
    }
    if any {
        let unrendered = rendering.map(|what| format!("parts need rendering: {what}"));
        return (State::Recognised(recognised), unrendered.or(note));
    }
    if let Some(what) = rendering.filter(|_| !given && (claims || concerns)) {
        return (State::Unrendered(format!("needs rendering: {what}")), None);
    }
    let error = unread.first().and_then(|document| document.problems.iter().find(|p| p.kind.is_error()));
    let state = match error {
        Some(problem) if claims => State::Failed(check::sentence(&problem.kind), documents.clone()),
        _ if given => State::Failed("it holds no values of parameters".into(), documents),
        _ => State::Ignored(NOTHING.into()),
    };
    (state, None)
}

// Whether bytes that are of no further interest are text at all.
fn is_readable(bytes: &[u8]) -> bool {
    !bytes.trim_ascii().is_empty() && !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok()
}

fn parse(source: &Source) -> Vec<Document> {
    if dialect::is_yaml(&source.path) {
        syntax::yaml::parse(source)
    } else {
        vec![syntax::json::parse(source)]
    }
}
