//! Parameters as templates declare them, and the files that give them values.

mod arguments;
mod constraint;
mod schema;
mod secret_places;

use armlint_azure::connection_string::Content;
use armlint_engine::dialect::ParameterFile;
use armlint_engine::expression::placeholder::holds_token;
use armlint_engine::graph::Graph;
use armlint_engine::span::Span;
use armlint_engine::syntax::{Document, Member, Node, NodeKind};
use armlint_engine::value::Text;
use armlint_factory::connection_string;

pub use arguments::{Argument, Arguments, Giver};
pub use schema::{Fault, Schema};

/// The parameters that a template declares for parameter files, and the files.
pub struct Given<'g> {
    /// The root of the template.
    pub template: &'g Node,
    /// The files, in the order of their paths.
    pub files: &'g [ParameterFile],
}

impl<'g> Given<'g> {
    /// Of a deployment without values; `None` where there is no file, or the template cannot be read as a
    /// whole.
    pub fn of(graph: &'g Graph) -> Option<Given<'g>> {
        let [parsed] = graph.sources.as_slice() else { return None };
        let judged = !graph.is_environment && !graph.parameter_files.is_empty() && is_whole(&parsed.document);
        judged.then_some(Given { template: &parsed.document.root, files: &graph.parameter_files })
    }

    /// The entries of a file with the declarations that they are for, each parameter once.
    pub fn entries<'f>(&self, file: &'f ParameterFile) -> impl Iterator<Item = (&'f Member, &'g Member)> {
        let last = |entry: &&Member| {
            file.entry(&entry.key.text).is_some_and(|other| other.key_span == entry.key_span)
        };
        let declared = self.template.value("parameters");
        let entries = file.entries().iter().filter(last);
        entries.filter_map(move |entry| Some((entry, declared?.get(&entry.key.text)?)))
    }
}

/// Whether a text was read without an error.
pub fn is_whole(document: &Document) -> bool {
    !document.problems.iter().any(|problem| problem.kind.is_error())
}

/// Whether the text that a place is in was read without an error.
pub fn is_read(graph: &Graph, place: Span) -> bool {
    let mut texts = graph.sources.iter().chain(&graph.linked);
    texts.find(|parsed| parsed.source.id == place.source).is_none_or(|parsed| is_whole(&parsed.document))
}

// A text of more bytes says something by itself.
const MAX_PLACEHOLDER: usize = 10_000;

/// Whether a text only stands for a value: a token of a pipeline, or a request to fill something in.
pub fn is_placeholder(text: &str) -> bool {
    text.len() <= MAX_PLACEHOLDER
        && (holds_token(text) || connection_string::content(&Text::Known(text.into())) == Content::Masked)
}

/// The template of a declared parameter and its declaration, by the token of its name.
pub fn declaration_at(root: &Node, name: Span) -> Option<(&Node, &Node)> {
    // The section stands between the template and the name.
    let (mut template, mut section) = (root, root);
    loop {
        let inner = match &section.kind {
            NodeKind::Array(elements) => elements.iter().find(|element| element.span.contains(name))?,
            NodeKind::Object(members) => {
                if let Some(member) = members.iter().find(|member| member.key_span == name) {
                    return Some((template, &member.value));
                }
                &members.iter().find(|member| member.value.span.contains(name))?.value
            }
            _ => return None,
        };
        (template, section) = (section, inner);
    }
}
