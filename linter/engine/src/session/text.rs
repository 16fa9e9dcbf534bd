//! A text of a session: read, parsed, and recognised for what it is.

use std::sync::Arc;

use crate::check;
use crate::dialect::{self, Dialects, Recognition};
use crate::source::{DecodeError, Source, decode};
use crate::span::SourceId;
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
    pub fn without_rest(mut self, dialects: Dialects) -> Input {
        if let Ok(bytes) = &mut self.content
            && !self.named
            && !dialects.may_concern(&self.path, bytes)
            && is_readable(bytes)
        {
            *bytes = b"0".to_vec();
        }
        self
    }
}

#[derive(Debug)]
pub(super) struct Slot {
    pub(super) source: Arc<Source>,
    pub(super) context: bool,
    /// The user named this very file.
    pub(super) named: bool,
    pub(super) state: TextState,
    /// Why it is checked in part, although its trees are whole.
    pub(super) note: Option<String>,
}

impl Slot {
    /// The slot of no text.
    pub(super) fn vacant(place: usize) -> Slot {
        let source = Arc::new(Source::new(SourceId(place as u32), "", String::new()));
        Slot { source, context: true, named: false, state: TextState::Removed, note: None }
    }
}

#[derive(Debug)]
pub(super) enum TextState {
    Recognised(Vec<(Arc<Document>, Recognition)>),
    /// Claims to be a template, but no tree says so; what was read of it.
    Failed(String, Vec<Arc<Document>>),
    Ignored(String),
    Unrendered(String),
    Unreadable(String),
    Removed,
}

/// Reads a text; `given` says that it was given for a parameter file, whatever it says of itself.
pub(super) fn read(input: Input, id: SourceId, given: bool, dialects: Dialects) -> Slot {
    let Input { path, content, context, named } = input;
    let nothing = || Arc::new(Source::new(id, path.clone(), String::new()));
    let without = |state: TextState| Slot { source: nothing(), context, named, state, note: None };
    let bytes = match content {
        Ok(bytes) => bytes,
        Err(reason) => return without(TextState::Failed(reason, Vec::new())),
    };
    let concerns = dialects.may_concern(&path, &bytes);
    if !concerns && !named && !given && is_readable(&bytes) {
        return without(TextState::Ignored(NOTHING.into()));
    }
    let language = dialects.language(&path);
    let is_own = language.is_some() || dialects.is_own_path(&path);
    let claims = named || is_own || dialect::claims_to_be_template(&bytes);
    let text = match decode(bytes) {
        Ok(text) => text,
        Err(error) => {
            let expected = claims || matches!(error, DecodeError::TooLarge(_));
            let state =
                if expected { |reason| TextState::Failed(reason, Vec::new()) } else { TextState::Unreadable };
            return without(state(error.to_string()));
        }
    };
    let source = Arc::new(Source::new(id, path.clone(), text));
    let documents = match language {
        Some(language) => vec![(language.document)(&source, &|_| None)],
        None => parse(&source),
    };
    let documents: Vec<Arc<Document>> = documents.into_iter().map(Arc::new).collect();
    let (state, note) = sort(&source, documents, &ReadOptions { given, claims, concerns, dialects });
    let source = match &state {
        TextState::Ignored(_) | TextState::Unrendered(_) => nothing(),
        _ => source,
    };
    Slot { source, context, named, state, note }
}

// How a text is read.
struct ReadOptions {
    // The user gave it for a parameter file.
    given: bool,
    // It has to be readable.
    claims: bool,
    // It may be something for this linter.
    concerns: bool,
    dialects: Dialects,
}

// What the documents of a text are. Those that cannot be read stay beside those that can, so that their
// errors are told, unless they only have to be rendered.
fn sort(
    source: &Source,
    documents: Vec<Arc<Document>>,
    reading: &ReadOptions,
) -> (TextState, Option<String>) {
    let ReadOptions { given, claims, concerns, dialects } = *reading;
    let path = &source.path;
    let broken = |document: &&Arc<Document>| document.problems.iter().any(|problem| problem.kind.is_error());
    let unread: Vec<&Document> = documents.iter().filter(broken).map(|document| &**document).collect();
    let rendering = match dialects.language(path) {
        Some(_) => None,
        None => dialect::needs_rendering(path, &source.text, &unread),
    };
    let mut recognised: Vec<(Arc<Document>, Recognition)> = Vec::new();
    let mut note = None;
    let mut any = false;
    for document in &documents {
        let is_broken = broken(&document);
        let recognition = match given && document.root.is_object() {
            true => Recognition::Parameters,
            false => dialects.recognise(path, &document.root),
        };
        if is_broken && rendering.is_some() && !given {
            continue;
        }
        any |= recognition != Recognition::Other;
        note = note.or_else(|| dialects.note(&recognition, &document.root));
        if recognition != Recognition::Other || is_broken {
            recognised.push((document.clone(), recognition));
        }
    }
    if any {
        let unrendered = rendering.map(|what| format!("parts need rendering: {what}"));
        return (TextState::Recognised(recognised), unrendered.or(note));
    }
    if let Some(what) = rendering.filter(|_| !given && (claims || concerns)) {
        return (TextState::Unrendered(format!("needs rendering: {what}")), None);
    }
    let error = unread.first().and_then(|document| document.problems.iter().find(|p| p.kind.is_error()));
    let state = match error {
        Some(problem) if claims => TextState::Failed(check::sentence(problem, source), documents.clone()),
        _ if given => TextState::Failed("it holds no values of parameters".into(), documents),
        _ => TextState::Ignored(NOTHING.into()),
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
