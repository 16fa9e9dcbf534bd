//! Text with holes: what is known of a string whose parts are not all known.
//!
//! `concat`, `format`, interpolation and `resourceId` all come to one form, a list of literals and
//! holes; two texts are equal when their lists are.

use std::cell::OnceCell;
use std::ops::Deref;
use std::rc::Rc;

use smol_str::{SmolStr, format_smolstr};

use super::{Reason, Shown, Term, Truth, Unknown};

/// A string, fully known or with holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// Every character is known.
    Known(SmolStr),
    /// At least one hole; no two literals are adjacent and none is empty.
    Symbolic(Rc<[Segment]>),
}

/// A part of a symbolic text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Known characters.
    Literal(SmolStr),
    /// Unknown characters, perhaps none.
    Hole(Rc<Unknown>),
}

/// A text longer than this many bytes is not built.
pub(super) const MAX_TEXT_BYTES: usize = 1 << 20;

impl Text {
    /// A text of one hole.
    pub fn hole(unknown: Rc<Unknown>) -> Text {
        Text::Symbolic([Segment::Hole(unknown)].into())
    }

    /// The concatenation of texts.
    pub fn concat(parts: impl IntoIterator<Item = Text>) -> Text {
        let mut segments: Vec<Segment> = Vec::new();
        let mut literal = String::new();
        let mut size = 0;
        for part in parts {
            match part {
                Text::Known(text) => {
                    size += text.len();
                    literal.push_str(&text);
                }
                Text::Symbolic(inner) => {
                    for segment in inner.iter() {
                        match segment {
                            Segment::Literal(text) => {
                                size += text.len();
                                literal.push_str(text);
                            }
                            Segment::Hole(hole) => {
                                flush(&mut literal, &mut segments);
                                segments.push(Segment::Hole(hole.clone()));
                            }
                        }
                    }
                }
            }
            if size > MAX_TEXT_BYTES || segments.len() > 4096 {
                return Text::hole(Rc::new(Unknown::new(Reason::Limit, Term::symbol("concat(...)"))));
            }
        }
        if segments.is_empty() {
            return Text::Known(literal.into());
        }
        flush(&mut literal, &mut segments);
        Text::Symbolic(segments.into())
    }

    /// The string, where it is fully known.
    pub fn known(&self) -> Option<&SmolStr> {
        match self {
            Text::Known(text) => Some(text),
            Text::Symbolic(_) => None,
        }
    }

    /// The segments: one literal where the text is known.
    pub fn segments(&self) -> Vec<Segment> {
        match self {
            Text::Known(text) => vec![Segment::Literal(text.clone())],
            Text::Symbolic(segments) => segments.to_vec(),
        }
    }

    /// The holes.
    pub fn holes(&self) -> impl Iterator<Item = &Rc<Unknown>> {
        let segments: &[Segment] = match self {
            Text::Known(_) => &[],
            Text::Symbolic(segments) => segments,
        };
        segments.iter().filter_map(|segment| match segment {
            Segment::Literal(_) => None,
            Segment::Hole(hole) => Some(hole),
        })
    }

    /// The characters that the text certainly starts with.
    pub fn prefix(&self) -> &str {
        match self {
            Text::Known(text) => text,
            Text::Symbolic(segments) => literal(segments.first()),
        }
    }

    /// The characters that the text certainly ends with.
    pub fn suffix(&self) -> &str {
        match self {
            Text::Known(text) => text,
            Text::Symbolic(segments) => literal(segments.last()),
        }
    }

    /// The identity of the text for look-ups: lower case, and for each hole its identity in braces. Texts with
    /// equal keys are the same name; case and the functions that only change case do not count.
    pub fn key(&self) -> SmolStr {
        match self {
            Text::Known(text) if text.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                text.to_ascii_lowercase().into()
            }
            Text::Known(text) => text.clone(),
            Text::Symbolic(segments) => {
                let mut key = String::with_capacity(64);
                for segment in segments.iter() {
                    match segment {
                        Segment::Literal(text) => {
                            let start = key.len();
                            key.push_str(text);
                            key[start..].make_ascii_lowercase();
                        }
                        Segment::Hole(hole) => push_hash(&mut key, hole.term.folded()),
                    }
                }
                key.into()
            }
        }
    }

    /// For people: the text in quotes, or the expression that stands for it.
    pub(crate) fn shown(&self) -> Shown<'_> {
        Shown::of_text(self)
    }

    /// For people: the text as it is where it is known, or else the expression that stands for it.
    pub fn display(&self) -> SmolStr {
        self.known().cloned().unwrap_or_else(|| format_smolstr!("{}", self.shown()))
    }

    /// For people: the text with the expression of each hole in braces; `{...}` where the expression holds a part
    /// of a secret.
    pub fn braced(&self) -> String {
        let segments = self.segments().into_iter();
        let shown = segments.map(|segment| match segment {
            Segment::Literal(text) => text.to_string(),
            Segment::Hole(hole) if hole.secure && hole.term.holds_literal() => "{...}".to_string(),
            Segment::Hole(hole) => format!("{{{}}}", hole.term.shown()),
        });
        shown.collect()
    }

    /// The hole, where the text is nothing else.
    pub fn only_hole(&self) -> Option<&Rc<Unknown>> {
        match self {
            Text::Symbolic(segments) => match &**segments {
                [Segment::Hole(hole)] => Some(hole),
                _ => None,
            },
            Text::Known(_) => None,
        }
    }

    /// What is known of the characters, part by part.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        let (known, segments): (Option<&str>, &[Segment]) = match self {
            Text::Known(text) => (Some(text), &[]),
            Text::Symbolic(segments) => (None, segments),
        };
        let literals = segments.iter().filter_map(|segment| match segment {
            Segment::Literal(text) => Some(text.as_str()),
            Segment::Hole(_) => None,
        });
        known.into_iter().chain(literals)
    }

    /// The text with other holes.
    pub fn map_holes(&self, mut change: impl FnMut(&Unknown) -> Unknown) -> Text {
        match self {
            Text::Known(text) => Text::Known(text.clone()),
            Text::Symbolic(segments) => Text::Symbolic(
                segments
                    .iter()
                    .map(|segment| match segment {
                        Segment::Literal(text) => Segment::Literal(text.clone()),
                        Segment::Hole(hole) => Segment::Hole(Rc::new(change(hole))),
                    })
                    .collect(),
            ),
        }
    }

    /// The text with the names of loops taken away, see [`Term::without_loop_names`].
    pub fn without_loop_names(&self) -> Text {
        self.map_holes(|hole| Unknown { term: hole.term.without_loop_names(), ..hole.clone() })
    }

    /// The parts between the occurrences of `separator` in the literals. A hole is taken to hold no
    /// separator, which is so for names and identifiers.
    pub fn split(&self, separator: char) -> Vec<Text> {
        let mut parts = Vec::new();
        let mut part: Vec<Text> = Vec::new();
        for segment in self.segments() {
            match segment {
                Segment::Hole(hole) => part.push(Text::hole(hole)),
                Segment::Literal(text) => {
                    let mut pieces = text.split(separator);
                    if let Some(first) = pieces.next() {
                        part.push(Text::Known(first.into()));
                    }
                    for piece in pieces {
                        parts.push(Text::concat(part.drain(..)));
                        part.push(Text::Known(piece.into()));
                    }
                }
            }
        }
        parts.push(Text::concat(part));
        parts
    }

    /// The same text with `change` applied to its literals; `name` is the function that does the same to
    /// the holes (`toLower`).
    pub fn map(&self, name: &str, change: impl Fn(&str) -> String) -> Text {
        Text::concat(self.segments().into_iter().map(|segment| match segment {
            Segment::Literal(text) => Text::Known(change(&text).into()),
            Segment::Hole(hole) => {
                let term = Term::call(name, [hole.term.clone()]);
                Text::hole(Rc::new(Unknown { term, ..(*hole).clone() }))
            }
        }))
    }

    /// Whether the text starts with `prefix`, without regard to ASCII case.
    pub fn starts_with(&self, prefix: &str) -> Truth {
        let known = self.prefix().as_bytes();
        let shared = known.len().min(prefix.len());
        if !known[..shared].eq_ignore_ascii_case(&prefix.as_bytes()[..shared]) {
            return Truth::False;
        }
        match self {
            _ if known.len() >= prefix.len() => Truth::True,
            Text::Known(_) => Truth::False,
            Text::Symbolic(_) => Truth::Unknown,
        }
    }

    /// Whether the text ends with `suffix`, without regard to ASCII case.
    pub fn ends_with(&self, suffix: &str) -> Truth {
        let known = self.suffix().as_bytes();
        let shared = known.len().min(suffix.len());
        let tail = &suffix.as_bytes()[suffix.len() - shared..];
        if !known[known.len() - shared..].eq_ignore_ascii_case(tail) {
            return Truth::False;
        }
        match self {
            _ if known.len() >= suffix.len() => Truth::True,
            Text::Known(_) => Truth::False,
            Text::Symbolic(_) => Truth::Unknown,
        }
    }

    /// Whether two texts are the same, case-sensitive.
    pub fn equals(&self, other: &Text) -> Truth {
        match (self, other) {
            (Text::Known(a), Text::Known(b)) => Truth::from(a == b),
            _ if self == other && self.is_exact() => Truth::True,
            _ => self.may_equal(other, |a, b| a == b),
        }
    }

    /// Whether two texts are the same but for ASCII case.
    pub fn equals_ignore_case(&self, other: &Text) -> Truth {
        match (self, other) {
            (Text::Known(a), Text::Known(b)) => Truth::from(a.eq_ignore_ascii_case(b)),
            _ if self.key() == other.key() && self.is_exact() => Truth::True,
            _ => self.may_equal(other, |a, b| a.eq_ignore_ascii_case(b)),
        }
    }

    /// Whether all that the holes stand for took part in their identities, see [`Term::is_vague`].
    pub fn is_exact(&self) -> bool {
        !self.holes().any(|hole| hole.term.is_vague())
    }

    // Unequal for certain where the known ends of the two contradict each other.
    fn may_equal(&self, other: &Text, same: fn(&[u8], &[u8]) -> bool) -> Truth {
        let (a, b) = (self.prefix().as_bytes(), other.prefix().as_bytes());
        let shared = a.len().min(b.len());
        if !same(&a[..shared], &b[..shared]) {
            return Truth::False;
        }
        let (a, b) = (self.suffix().as_bytes(), other.suffix().as_bytes());
        let shared = a.len().min(b.len());
        if !same(&a[a.len() - shared..], &b[b.len() - shared..]) {
            return Truth::False;
        }
        let longer =
            |known: &Text, other: &Text| known.known().is_some_and(|text| text.len() < other.literal_len());
        if longer(self, other) || longer(other, self) {
            return Truth::False;
        }
        Truth::Unknown
    }

    fn literal_len(&self) -> usize {
        self.segments()
            .iter()
            .map(|segment| match segment {
                Segment::Literal(text) => text.len(),
                Segment::Hole(_) => 0,
            })
            .sum()
    }
}

fn flush(literal: &mut String, segments: &mut Vec<Segment>) {
    if !literal.is_empty() {
        segments.push(Segment::Literal(literal.as_str().into()));
        literal.clear();
    }
}

fn literal(segment: Option<&Segment>) -> &str {
    match segment {
        Some(Segment::Literal(text)) => text,
        _ => "",
    }
}

/// A text whose key is made once, however often it is looked up.
#[derive(Clone, Debug)]
pub struct KeyedText {
    text: Text,
    key: OnceCell<SmolStr>,
}

impl KeyedText {
    /// See [`Text::key`].
    pub fn key(&self) -> SmolStr {
        self.key.get_or_init(|| self.text.key()).clone()
    }
}

impl From<Text> for KeyedText {
    fn from(text: Text) -> KeyedText {
        KeyedText { text, key: OnceCell::new() }
    }
}

impl From<KeyedText> for Text {
    fn from(keyed: KeyedText) -> Text {
        keyed.text
    }
}

impl Deref for KeyedText {
    type Target = Text;

    fn deref(&self) -> &Text {
        &self.text
    }
}

// In braces and hexadecimal. Every look-up of a name asks for it: formatting would cost most of that.
fn push_hash(key: &mut String, hash: u128) {
    key.push('{');
    let digits = (0..32).rev().map(|at| ((hash >> (4 * at)) & 15) as u32);
    key.extend(digits.filter_map(|digit| char::from_digit(digit, 16)));
    key.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hole(residue: &str) -> Text {
        Text::hole(Rc::new(Unknown::new(Reason::Parameter, residue)))
    }

    fn known(text: &str) -> Text {
        Text::Known(text.into())
    }

    #[test]
    fn concatenation_normalises() {
        let a = Text::concat([known("https://"), hole("parameters('sa')"), known(".dfs"), known(".x")]);
        let b = Text::concat([Text::concat([known("https://"), hole("parameters('sa')")]), known(".dfs.x")]);
        assert_eq!(a, b);
        assert!(a.key().starts_with("https://{") && a.key().ends_with("}.dfs.x"));
    }

    #[test]
    fn ends_decide() {
        let text = Text::concat([known("https://"), hole("p"), known(".blob.core.windows.net")]);
        assert_eq!(text.starts_with("https://"), Truth::True);
        assert_eq!(text.starts_with("http://"), Truth::False);
        assert_eq!(text.starts_with("https://abc"), Truth::Unknown);
        assert_eq!(text.ends_with(".windows.net"), Truth::True);
        assert_eq!(text.equals(&known("https://x.table.core.windows.net")), Truth::False);
        assert_eq!(text.equals(&known("https://x.blob.core.windows.net")), Truth::Unknown);
    }

    #[test]
    fn split_keeps_holes() {
        let text = Text::concat([hole("f"), known("/default/"), hole("m")]);
        let parts = text.split('/');
        assert_eq!(parts, vec![hole("f"), known("default"), hole("m")]);
    }

    #[test]
    fn case_functions_do_not_change_the_key() {
        let term = |term: Term| Text::hole(Rc::new(Unknown::new(Reason::Parameter, term)));
        for a in [Term::parameter(None, "a"), Term::call("replace", [Term::from("b"), Term::literal(")")])] {
            let lower = term(Term::call("toLower", [a.clone()]));
            assert_eq!(lower.key(), term(Term::call("TOUPPER", [Term::call("toLower", [a.clone()])])).key());
            assert_eq!(lower.key(), term(a.clone()).key());
            assert_ne!(lower, term(a));
        }
        assert_ne!(hole("toLower(a), toLower(b)").key(), hole("a), toLower(b").key());
    }
}
