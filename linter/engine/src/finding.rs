//! What a rule has to say: plain data. Rendering, suppression and formats come after it.

use std::sync::Arc;

pub use armlint_page::{Applicability, Category, Confidence, Severity};

use crate::span::Span;
use crate::value::{Origin, Step, StepKind, Value};

impl SuppressionKind {
    /// The lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            SuppressionKind::Comment => "comment",
            SuppressionKind::Metadata => "metadata",
            SuppressionKind::Configuration => "configuration",
            SuppressionKind::Baseline => "baseline",
        }
    }
}

/// Something that is wrong in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The id of the rule: `adf/secret-literal`.
    pub rule: &'static str,
    /// The rule's group.
    pub category: Category,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// One sentence without a full stop; never the text of a secret.
    pub message: String,
    /// The token that the finding speaks of.
    pub primary: Label,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// The resource that it is about.
    pub resource: Option<ResourceLabel>,
    /// A change that mends it.
    pub fix: Option<Fix>,
    /// The paths of the parameter files that it holds with, sorted; none where it holds whatever the
    /// parameters are, or with every file.
    pub environments: Vec<Arc<str>>,
    /// The values of parameters, by default or given, that the values came from which it was reported
    /// for.
    pub decided_by: Vec<Span>,
    /// Identity across edits of the file: 16 hexadecimal digits.
    pub fingerprint: String,
    /// Who says that it is known and stays; none where it counts.
    pub suppressed: Option<Suppressed>,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// Where that is said.
    pub kind: SuppressionKind,
    /// The reason as written; empty where none is kept.
    pub reason: String,
}

/// The places that findings are suppressed at, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuppressionKind {
    /// A comment beside the place.
    Comment,
    /// The metadata of the resource or template.
    Metadata,
    /// The configuration.
    Configuration,
    /// The baseline: it was known before.
    Baseline,
}

/// A place and what is to be said there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The token.
    pub span: Span,
    /// What the label says; may be empty.
    pub text: String,
    /// The text under the span is a secret: no reporter ever prints it.
    pub sensitive: bool,
}

/// The resource that a finding is about, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceLabel {
    /// The resource type.
    pub ty: String,
    /// The name, or the expression for it.
    pub name: String,
}

/// A change of texts that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, in the imperative.
    pub title: String,
    /// Whether the change keeps the meaning of everything else.
    pub applicability: Applicability,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
}

/// The replacement of a span by a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// The values of parameters, by default or given, that a value came from.
pub(crate) fn decided_by(value: &Value) -> Vec<Span> {
    let pieces = value.pieces.iter().flat_map(|pieces| pieces.iter()).map(|piece| &piece.origin);
    std::iter::once(&value.origin).chain(pieces).flat_map(Origin::steps).filter_map(decision).collect()
}

fn decision(step: &Step) -> Option<Span> {
    match step.kind {
        StepKind::ParameterValue => Some(step.span),
        StepKind::ParameterDefault => step.parameter.as_ref()?.default_span,
        _ => None,
    }
}

// What begins with code stays as it is.
fn capitalised(text: String) -> String {
    let word = text.split([' ', '\n', ':', ',']).next().unwrap_or_default();
    match text.chars().next().filter(|_| word.chars().all(char::is_alphabetic)) {
        Some(first) => first.to_uppercase().chain(text.chars().skip(1)).collect(),
        None => text,
    }
}

impl Label {
    /// A label that says nothing.
    pub fn at(span: Span) -> Label {
        Label { span, text: String::new(), sensitive: false }
    }
}

/// The places of the sensitive labels of findings.
pub fn sensitive_places(findings: &[Finding]) -> impl Iterator<Item = Span> {
    let labels = findings.iter().flat_map(Finding::labels);
    labels.filter(|label| label.sensitive).map(|label| label.span)
}

impl Finding {
    /// All labels, the primary one first.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        std::iter::once(&self.primary).chain(&self.related)
    }

    /// Adds a related place.
    pub fn related(&mut self, span: Span, text: impl Into<String>) -> &mut Finding {
        let label = Label { span, text: text.into(), sensitive: false };
        if !self.related.iter().any(|other| other.span == label.span && other.text == label.text) {
            self.related.push(label);
        }
        self
    }

    /// Adds the places that a value came through, with what carried it there.
    pub fn traced(&mut self, value: &Value) -> &mut Finding {
        self.decided_by.extend(decided_by(value));
        for step in value.origin.steps() {
            if step.span != self.primary.span {
                self.related(step.span, step.kind.describe());
            }
        }
        if value.secure {
            for label in self.related.iter_mut().chain([&mut self.primary]) {
                label.sensitive = true;
            }
        }
        self
    }

    /// Points at what has a similar name, or says what else to do.
    pub fn similar(&mut self, near: Option<(&str, Span)>, otherwise: impl Into<String>) -> &mut Finding {
        match near {
            Some((name, span)) => {
                self.related(span, "a similar name").help(format!("Did you mean `{name}`?"))
            }
            None => self.help(otherwise),
        }
    }

    /// Sets what to do: sentences, of which the first gets a capital.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Finding {
        self.help = Some(capitalised(text.into()));
        self
    }

    /// Says at the primary place what is there.
    pub fn label(&mut self, text: impl Into<String>) -> &mut Finding {
        self.primary.text = text.into();
        self
    }

    /// Marks the text under the primary place as a secret.
    pub fn sensitive(&mut self) -> &mut Finding {
        self.primary.sensitive = true;
        self
    }

    /// Sets another severity than the rule's.
    pub fn severity(&mut self, severity: Severity) -> &mut Finding {
        self.severity = severity;
        self
    }

    /// Lowers the confidence to at most `confidence`.
    pub fn confidence(&mut self, confidence: Confidence) -> &mut Finding {
        self.confidence = self.confidence.min(confidence);
        self
    }

    /// Lowers the confidence where a value depends on a default, see [`Value::assumed`].
    pub fn assuming(&mut self, value: &Value) -> &mut Finding {
        if value.assumed { self.confidence(Confidence::Medium) } else { self }
    }

    /// Offers a change, where there is one.
    pub fn fix(
        &mut self,
        title: &str,
        applicability: Applicability,
        edits: impl IntoIterator<Item = Edit>,
    ) -> &mut Finding {
        let edits: Vec<Edit> = edits.into_iter().collect();
        if !edits.is_empty() {
            self.fix = Some(Fix { title: title.to_string(), applicability, edits });
        }
        self
    }
}
