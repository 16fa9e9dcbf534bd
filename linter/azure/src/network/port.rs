//! Lists of rules: ports, protocols and whatever is written once or several times.

use armlint_engine::syntax::Number;
use armlint_engine::value::{Presence, Truth, Value, ValueKind, presence};

/// The values of a property that may be written alone or as a list.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    values: Vec<Value>,
    open: bool,
}

impl Listed {
    /// Reads the properties of a rule that hold the same thing: `destinationPortRange` and
    /// `destinationPortRanges`.
    pub fn read(rule: &Value, keys: &[&str]) -> Listed {
        let mut listed = Listed::default();
        keys.iter().for_each(|key| listed.add(&rule.get(key)));
        listed
    }

    fn add(&mut self, value: &Value) {
        if let Some(elements) = value.elements() {
            self.values.extend(elements.iter().cloned());
            return;
        }
        match presence(value) {
            Presence::Absent => {}
            Presence::Present if value.known_text() == Some("") => {}
            Presence::Present => self.values.push(value.clone()),
            Presence::Unknown => self.open = true,
        }
    }

    /// What is written.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && !self.open
    }

    /// Whether one of the values is what a question asks for.
    pub fn any(&self, ask: impl Fn(&str) -> Truth) -> Truth {
        let known = Truth::any(self.values.iter().map(|value| decided(value, &ask)));
        if self.open { known.or(Truth::Unknown) } else { known }
    }
}

/// The answer for a text that is known. What depends on the default of a parameter has none.
pub fn decided(value: &Value, ask: &dyn Fn(&str) -> Truth) -> Truth {
    if value.assumed {
        return Truth::Unknown;
    }
    match &value.kind {
        ValueKind::OneOf(values) => Truth::unanimous(values.iter().map(|value| decided(value, ask))),
        ValueKind::Number(Number::Int(number)) => ask(&number.to_string()),
        _ => value.known_text().map_or(Truth::Unknown, ask),
    }
}

/// Whether a port range holds a port: `*`, `443`, `1000-2000`.
pub fn holds(range: &str, port: u16) -> Truth {
    let range = range.trim();
    if range == "*" {
        return Truth::True;
    }
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    match (first.trim().parse::<u16>(), last.trim().parse::<u16>()) {
        (Ok(first), Ok(last)) => Truth::from((first..=last).contains(&port)),
        _ => Truth::Unknown,
    }
}

/// The first port of a range; that of remote desktops for `*`.
pub fn first(range: &str) -> Option<u16> {
    match range.trim() {
        "*" => Some(3389),
        range => range.split('-').next()?.trim().parse().ok(),
    }
}
