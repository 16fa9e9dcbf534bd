//! Values and places as they are shown: clipped, and with secrets masked.

use std::sync::Arc;

use armlint_engine::expand::unknown;
use armlint_engine::secret::names_secret;
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::value::{Text, Value, ValueKind};
use armlint_factory::map;
use armlint_workspace::masks::{Masks, SCRUBBED};
use armlint_workspace::text::printable;
use serde_json::Value as Json;

use super::markdown::{block, code};

/// How many values of an object or array are written, how many bytes in all, and how deep.
const MAX_VALUES: usize = 60;
const MAX_BYTES: usize = 2000;
const MAX_DEPTH: usize = 8;

/// What fits into a line.
const MAX_INLINE: usize = 160;

/// How things are shown.
pub(super) struct Shown<'a> {
    masks: Option<&'a Masks>,
    sources: Vec<Arc<Source>>,
    /// The text that is asked about.
    source: SourceId,
    /// What is asked about stands where a secret stands.
    secret: bool,
}

impl<'a> Shown<'a> {
    /// With the secrets of a deployment, for what is asked about a token.
    pub(super) fn new(masks: &'a Masks, sources: Vec<Arc<Source>>, token: Span) -> Shown<'a> {
        Shown { masks: Some(masks), sources, source: token.source, secret: masks.places().holds(token) }
    }

    /// Shows nothing: to see whether there would be anything to show.
    pub(super) fn nothing() -> Shown<'a> {
        Shown { masks: None, sources: Vec::new(), source: SourceId(0), secret: false }
    }

    /// Whether it shows nothing, so that nothing need be evaluated.
    pub(super) fn is_nothing(&self) -> bool {
        self.masks.is_none()
    }

    /// The finished text.
    pub(super) fn scrubbed(&self, text: &str) -> String {
        let Some(masks) = self.masks else { return String::new() };
        let lines: Vec<String> = masks.scrub_value([self.source], text).split('\n').map(printable).collect();
        lines.join("\n")
    }

    // A value without what looks like a secret; in prose a blank would end it.
    fn clean(&self, text: &str) -> String {
        self.masks.map(|masks| masks.scrub_value([self.source], text)).unwrap_or_default()
    }

    /// File and line of a token, as code.
    pub(super) fn place(&self, span: Span) -> String {
        match self.sources.get(span.source.0 as usize).filter(|source| !source.text.is_empty()) {
            Some(source) => code(&format!("{}:{}", source.path, source.position(span.start).line)),
            None => "another text".to_string(),
        }
    }

    /// A value within a line, or in a block of its own where it is long.
    pub(super) fn value(&self, value: &Value, name: Option<&str>) -> String {
        let text = self.json(value, name);
        if text.len() <= MAX_INLINE && !text.contains('\n') {
            code(&text)
        } else {
            format!("\n\n{}", block(&text))
        }
    }

    /// A value within a line, clipped.
    pub(super) fn inline(&self, value: &Value, name: Option<&str>) -> String {
        let text = self.json(value, name).split_whitespace().collect::<Vec<_>>().join(" ");
        match text.char_indices().nth(MAX_INLINE) {
            Some((end, _)) => code(&format!("{}...", &text[..end])),
            None => code(&text),
        }
    }

    /// A name or an id, with the expressions of its holes in braces.
    pub(super) fn text(&self, text: &Text) -> String {
        let shown = self.clean(&map::shown(text));
        match shown.char_indices().nth(2 * MAX_INLINE) {
            Some((end, _)) => format!("{}...", &shown[..end]),
            None => shown,
        }
    }

    /// What is left of a value, with what would show a part of a secret hidden.
    pub(super) fn unknown(&self, value: &Value) -> String {
        let expression = unknown(value).filter(|_| !self.is_hidden(value, None));
        match expression.map(|expression| self.clean(&expression)) {
            Some(expression) => match expression.char_indices().nth(4 * MAX_INLINE) {
                Some((end, _)) => format!("{}...", &expression[..end]),
                None => expression,
            },
            None => SCRUBBED.to_string(),
        }
    }

    /// Whether a value is a secret, or comes from a token that is one; `name` is what it is the value of.
    pub(super) fn is_hidden(&self, value: &Value, name: Option<&str>) -> bool {
        let Some(masks) = self.masks else { return true };
        let unknown = matches!(value.kind, ValueKind::Unknown(_) | ValueKind::Absent | ValueKind::Null);
        let scalar = value.object().is_none() && value.elements().is_none();
        if unknown {
            return false;
        }
        if value.secure || (scalar && (self.secret || name.is_some_and(names_secret))) {
            return true;
        }
        let hides = |span: Span| scalar && masks.hides(span);
        let pieces = value.pieces();
        pieces.iter().any(|piece| piece.secure || hides(piece.origin.deciding()))
            || hides(value.origin.deciding())
    }

    /// A value as JSON; what is not known of it stands in braces.
    pub(super) fn json(&self, value: &Value, name: Option<&str>) -> String {
        let mut writer = Writer { shown: self, text: String::new(), left: MAX_VALUES };
        writer.value(value, name, 0);
        let mut text = writer.text;
        if text.len() > MAX_BYTES {
            text.truncate(text.floor_char_boundary(MAX_BYTES));
            text.push_str("...");
        }
        text
    }
}

struct Writer<'a> {
    shown: &'a Shown<'a>,
    text: String,
    left: usize,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, name: Option<&str>, depth: usize) {
        if self.shown.is_hidden(value, name) {
            return self.text.push_str(SCRUBBED);
        }
        match &value.kind {
            ValueKind::Text(text) if text.known().is_none() => {
                let quoted = Json::from(self.shown.text(text)).to_string();
                self.text.push_str(&quoted);
            }
            ValueKind::Array(elements) => {
                let elements: Vec<(Option<&str>, &Value)> =
                    elements.iter().take(MAX_VALUES).map(|element| (None, element)).collect();
                let more = value.elements().map_or(0, <[Value]>::len) > elements.len();
                self.group(['[', ']'], &elements, more, depth);
            }
            ValueKind::Object(object) => {
                let entries = object.entries();
                let members: Vec<(Option<&str>, &Value)> =
                    entries.iter().map(|entry| (Some(entry.key.as_str()), &entry.value)).collect();
                self.group(['{', '}'], &members, object.is_open(), depth);
            }
            ValueKind::OneOf(values) => {
                for (at, value) in values.iter().enumerate() {
                    self.text.push_str(if at > 0 { " or " } else { "" });
                    self.value(value, name, depth + 1);
                }
            }
            ValueKind::Unknown(_) => {
                let expression = self.shown.unknown(value);
                self.text.push_str(&format!("{{{expression}}}"));
            }
            ValueKind::Text(Text::Known(text)) => {
                let quoted = Json::from(self.shown.clean(text)).to_string();
                self.text.push_str(&quoted);
            }
            ValueKind::Absent => self.text.push_str("null"),
            _ => self.text.push_str(&value.to_json().to_string()),
        }
    }

    fn group(&mut self, brackets: [char; 2], values: &[(Option<&str>, &Value)], open: bool, depth: usize) {
        self.text.push(brackets[0]);
        if depth >= MAX_DEPTH && !values.is_empty() {
            self.text.push_str("...");
            return self.text.push(brackets[1]);
        }
        let indent = "  ".repeat(depth + 1);
        let mut all = true;
        for (at, (key, value)) in values.iter().enumerate() {
            if self.left == 0 || self.text.len() > MAX_BYTES {
                all = false;
                break;
            }
            self.left -= 1;
            self.text.push_str(if at > 0 { ",\n" } else { "\n" });
            self.text.push_str(&indent);
            if let Some(key) = key {
                self.text.push_str(&format!("{}: ", Json::from(*key)));
            }
            self.value(value, *key, depth + 1);
        }
        if open || !all {
            self.text.push_str(&format!("\n{indent}..."));
        }
        if open || !values.is_empty() {
            self.text.push_str(&format!("\n{}", "  ".repeat(depth)));
        }
        self.text.push(brackets[1]);
    }
}
