//! What people see of terms and texts: the expression in its normal form, shortened where it is long.

use std::fmt::{self, Display, Formatter, Write};

use super::{Term, TermKind};
use crate::syntax::Number;
use crate::value::{Segment, Text};

/// Nothing longer than this many bytes is shown; `...` stands for the rest.
const MAX_BYTES: usize = 2048;

/// An expression for people: for findings, for the command line, and for what an editor shows. It tells nothing
/// that [`Term`] has no method for.
#[derive(Clone, Copy)]
pub struct Shown<'t>(Subject<'t>);

#[derive(Clone, Copy)]
enum Subject<'t> {
    Term(&'t Term),
    Text(&'t Text),
}

impl<'t> Shown<'t> {
    pub(super) fn of_term(term: &'t Term) -> Shown<'t> {
        Shown(Subject::Term(term))
    }

    pub(in crate::value) fn of_text(text: &'t Text) -> Shown<'t> {
        Shown(Subject::Text(text))
    }
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut writer = TermWriter { text: String::new() };
        // The only error is that nothing more fits.
        let cut = match self.0 {
            Subject::Term(term) => writer.term(term),
            Subject::Text(text) => writer.text(text),
        };
        f.write_str(&writer.text)?;
        if cut.is_err() { f.write_str("...") } else { Ok(()) }
    }
}

struct TermWriter {
    text: String,
}

impl Write for TermWriter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MAX_BYTES.saturating_sub(self.text.len());
        let end = text.floor_char_boundary(room);
        self.text.push_str(&text[..end]);
        if end < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

impl TermWriter {
    fn term(&mut self, term: &Term) -> fmt::Result {
        match term.kind() {
            TermKind::Null => self.write_str("null()"),
            TermKind::Bool(value) => write!(self, "{value}()"),
            TermKind::Number(Number::Int(value)) => write!(self, "{value}"),
            TermKind::Number(Number::Float(value)) => write!(self, "{value}"),
            TermKind::Text(text) => self.text(text),
            TermKind::Array(terms) => self.call("createArray", terms),
            TermKind::OneOf(terms) => self.call("oneOf", terms),
            TermKind::Call(function, arguments) => self.call(&function.name, arguments),
            TermKind::Object { members, rest } => self.object(members, rest.as_ref()),
            TermKind::Parameter { deployment, name } => {
                self.outer(deployment.as_ref())?;
                write!(self, "parameters('{name}')")
            }
            TermKind::Member(base, key) => {
                self.term(base)?;
                match !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                {
                    true => write!(self, ".{key}"),
                    false => write!(self, "['{key}']"),
                }
            }
            TermKind::Index(base, index) => {
                self.term(base)?;
                self.write_str("[")?;
                self.term(index)?;
                self.write_str("]")
            }
            TermKind::Loop { name, offset: 0 } => write!(self, "copyIndex('{name}')"),
            TermKind::Loop { name, offset } => write!(self, "copyIndex('{name}', {offset})"),
            TermKind::Variable(name) => write!(self, "lambdaVariables('{name}')"),
            TermKind::Deployment { outer, name } => {
                self.outer(outer.as_ref())?;
                self.write_str("deployments(")?;
                self.term(name)?;
                self.write_str(")")
            }
            TermKind::Within(outer, inner) => {
                self.outer(Some(outer))?;
                self.term(inner)
            }
            TermKind::Token(name) => write!(self, "token('{name}')"),
            TermKind::Symbol(name) => self.write_str(name),
            TermKind::Place(what, ..) => write!(self, "{what}()"),
            TermKind::Cut => self.write_str("..."),
        }
    }

    fn outer(&mut self, deployment: Option<&Term>) -> fmt::Result {
        let Some(deployment) = deployment else { return Ok(()) };
        self.term(deployment)?;
        self.write_str(".")
    }

    fn call(&mut self, function: &str, arguments: &[Term]) -> fmt::Result {
        self.write_str(function)?;
        self.write_str("(")?;
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                self.write_str(", ")?;
            }
            self.term(argument)?;
        }
        self.write_str(")")
    }

    fn object(&mut self, members: &[(smol_str::SmolStr, Term)], rest: Option<&Term>) -> fmt::Result {
        self.write_str("createObject(")?;
        let mut separator = "";
        for (key, term) in members {
            write!(self, "{separator}'{key}', ")?;
            self.term(term)?;
            separator = ", ";
        }
        if let Some(rest) = rest {
            write!(self, "{separator}...")?;
            self.term(rest)?;
        }
        self.write_str(")")
    }

    fn text(&mut self, text: &Text) -> fmt::Result {
        match text {
            Text::Known(text) => self.literal(text),
            Text::Symbolic(segments) => {
                if let [Segment::Hole(hole)] = &**segments {
                    return self.term(&hole.term);
                }
                self.write_str("concat(")?;
                for (index, segment) in segments.iter().enumerate() {
                    if index > 0 {
                        self.write_str(", ")?;
                    }
                    match segment {
                        Segment::Literal(text) => self.literal(text)?,
                        Segment::Hole(hole) => self.term(&hole.term)?,
                    }
                }
                self.write_str(")")
            }
        }
    }

    fn literal(&mut self, text: &str) -> fmt::Result {
        self.write_str("'")?;
        // What does not fit is cut here, before the copy.
        let end = text.floor_char_boundary(MAX_BYTES.min(text.len()));
        match text[..end].contains('\'') {
            true => self.write_str(&text[..end].replace('\'', "''"))?,
            false => self.write_str(&text[..end])?,
        }
        if end < text.len() { Err(fmt::Error) } else { self.write_str("'") }
    }
}
