//! The identities of terms: 128 bits over their structure, the same in every run.

use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

use super::TermKind;
use crate::syntax::Number;
use crate::value::{Segment, Text};

/// The identity of a term, and that without regard to ASCII case and to `toLower` and `toUpper`.
pub(super) fn of(kind: &TermKind) -> (u128, u128) {
    let exact = identity(kind, false);
    let folded = match kind {
        TermKind::Call(function, arguments) if changes_case(&function.name) && arguments.len() == 1 => {
            arguments[0].0.folded
        }
        _ if is_folded(kind) => exact,
        _ => identity(kind, true),
    };
    (exact, folded)
}

fn changes_case(function: &str) -> bool {
    ["toLower", "toUpper"].iter().any(|name| function.eq_ignore_ascii_case(name))
}

// Whether folding changes nothing.
fn is_folded(kind: &TermKind) -> bool {
    let lower = |text: &str| !text.bytes().any(|byte| byte.is_ascii_uppercase());
    let own = match kind {
        TermKind::Text(text) => text.literals().all(lower),
        TermKind::Object { members, .. } => members.iter().all(|(key, _)| lower(key)),
        TermKind::Token(name) | TermKind::Symbol(name) => lower(name),
        _ => true,
    };
    own && kind.parts().chain(kind.holes()).all(|term| term.0.folded == term.0.hash)
}

fn identity(kind: &TermKind, folded: bool) -> u128 {
    let mut writer = HashWriter { hasher: SipHasher13::new(), folded };
    writer.kind(kind);
    writer.hasher.finish128().as_u128()
}

struct HashWriter {
    hasher: SipHasher13,
    folded: bool,
}

impl HashWriter {
    fn kind(&mut self, kind: &TermKind) {
        match kind {
            TermKind::Null => self.tag(0),
            TermKind::Bool(value) => self.tag(1 + u8::from(*value)),
            TermKind::Number(Number::Int(value)) => {
                self.tag(3);
                self.hasher.write_i64(*value);
            }
            TermKind::Number(Number::Float(value)) => {
                self.tag(4);
                self.hasher.write_u64(value.to_bits());
            }
            TermKind::Text(text) => self.of_text(text),
            TermKind::Array(_) => self.tag(7),
            TermKind::Object { members, rest } => {
                self.tag(8 + u8::from(rest.is_some()));
                members.iter().for_each(|(key, _)| self.text(key));
            }
            TermKind::OneOf(_) => self.tag(10),
            TermKind::Parameter { name, .. } => {
                self.tag(11);
                self.text(name);
            }
            TermKind::Call(function, _) => {
                self.tag(12);
                self.text(&function.name.to_ascii_lowercase());
            }
            TermKind::Member(_, key) => {
                self.tag(13);
                self.text(key);
            }
            TermKind::Index(..) => self.tag(14),
            TermKind::Loop { name, offset } => {
                self.tag(15);
                self.text(name);
                self.hasher.write_i64(*offset);
            }
            TermKind::Variable(name) => {
                self.tag(16);
                self.text(name);
            }
            TermKind::Deployment { outer, .. } => self.tag(17 + u8::from(outer.is_some())),
            TermKind::Within(..) => self.tag(19),
            TermKind::Token(name) => {
                self.tag(20);
                self.text(name);
            }
            TermKind::Symbol(name) => {
                self.tag(21);
                self.text(name);
            }
            TermKind::Place(what, file, at) => {
                self.tag(22);
                self.text(what);
                self.text(file);
                self.hasher.write_u32(*at);
            }
            TermKind::Cut => self.tag(23),
        }
        for part in kind.parts() {
            let hash = if self.folded { part.0.folded } else { part.0.hash };
            self.hasher.write_u128(hash);
        }
    }

    fn tag(&mut self, tag: u8) {
        self.hasher.write_u8(tag);
    }

    // The length goes first, so that two texts are not taken for one.
    fn text(&mut self, text: &str) {
        self.hasher.write_usize(text.len());
        match self.folded {
            true => text.bytes().for_each(|byte| self.hasher.write_u8(byte.to_ascii_lowercase())),
            false => self.hasher.write(text.as_bytes()),
        }
    }

    fn of_text(&mut self, text: &Text) {
        match text {
            Text::Known(text) => {
                self.tag(5);
                self.text(text);
            }
            Text::Symbolic(segments) => {
                self.tag(6);
                for segment in segments.iter() {
                    match segment {
                        Segment::Literal(text) => self.text(text),
                        Segment::Hole(hole) => {
                            self.tag(24);
                            let term = &hole.term.0;
                            self.hasher.write_u128(if self.folded { term.folded } else { term.hash });
                        }
                    }
                }
            }
        }
    }
}
