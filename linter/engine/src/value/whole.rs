//! Questions about a value and all that it holds: whether it is known, whether it equals another, what it is
//! as JSON. Each looks at a bounded number of values.

use super::walk::{Compared, Seen};
use super::{Number, Text, Truth, Type, Value, ValueKind};

/// How many values are looked at to answer one question about a value and all that it holds. What it holds
/// several times counts once where the answer allows it.
const MAX_VISITS: usize = 200_000;

/// How deep a question is asked of a value and what it holds.
const MAX_DEPTH: usize = 128;

/// What is left of one question about a value and all that it holds.
pub(super) struct Budget {
    visits: usize,
    depth: usize,
    seen: Seen,
    compared: Compared,
}

impl Budget {
    pub(super) fn new() -> Budget {
        Budget { visits: MAX_VISITS, depth: MAX_DEPTH, seen: Seen::default(), compared: Compared::default() }
    }

    /// Asks one level further in; `None` where the question goes too deep or has looked at too much.
    pub(super) fn within<T>(&mut self, ask: impl FnOnce(&mut Budget) -> T) -> Option<T> {
        self.visits = self.visits.checked_sub(1)?;
        self.depth = self.depth.checked_sub(1)?;
        let answer = ask(self);
        self.depth += 1;
        Some(answer)
    }
}

impl Value {
    /// Whether the value, down to its last member, is known. One that is too large to be looked at counts
    /// as not known.
    pub fn is_known(&self) -> bool {
        self.is_known_within(&mut Budget::new())
    }

    fn is_known_within(&self, budget: &mut Budget) -> bool {
        if budget.seen.count(self) > 1 {
            return true;
        }
        let known = budget.within(|budget| match &self.kind {
            ValueKind::Unknown(_) | ValueKind::OneOf(_) => false,
            ValueKind::Text(text) => text.known().is_some(),
            ValueKind::Array(elements) => elements.iter().all(|element| element.is_known_within(budget)),
            ValueKind::Object(object) => {
                !object.is_open() && object.entries().iter().all(|entry| entry.value.is_known_within(budget))
            }
            _ => true,
        });
        known.unwrap_or(false)
    }

    /// How much there is to look at in what was put together: values, and bytes of text by 64. At most the
    /// bound on the values that one question looks at; nothing is evaluated.
    pub(crate) fn weight(&self) -> u64 {
        let mut left = MAX_VISITS;
        self.weigh(&mut left);
        (MAX_VISITS - left) as u64
    }

    fn weigh(&self, left: &mut usize) {
        let own = match &self.kind {
            ValueKind::Text(Text::Known(text)) => 1 + text.len() / 64,
            ValueKind::Text(Text::Symbolic(segments)) => 1 + segments.len(),
            ValueKind::Object(object) => 1 + object.len_written(),
            _ => 1,
        };
        *left = left.saturating_sub(own);
        if *left == 0 {
            return;
        }
        match &self.kind {
            ValueKind::Array(values) | ValueKind::OneOf(values) => {
                values.iter().for_each(|value| value.weigh(left));
            }
            ValueKind::Object(object) => {
                object.built_entries().iter().for_each(|entry| entry.value.weigh(left));
            }
            _ => {}
        }
    }

    /// The value as JSON; what is not known is `{"$unknown": expression}`, absent is `null`. What is behind
    /// the first 200,000 values, or deeper than 128, is not known either.
    pub fn to_json(&self) -> serde_json::Value {
        self.to_json_within(&mut Budget::new())
    }

    fn to_json_within(&self, budget: &mut Budget) -> serde_json::Value {
        use serde_json::{Map, Value as Json};
        let json = budget.within(|budget| match &self.kind {
            ValueKind::Absent | ValueKind::Null => Json::Null,
            ValueKind::Bool(value) => Json::Bool(*value),
            ValueKind::Number(Number::Int(value)) => Json::from(*value),
            ValueKind::Number(Number::Float(value)) => Json::from(*value),
            ValueKind::Text(Text::Known(text)) => Json::String(text.to_string()),
            ValueKind::Array(elements) => {
                elements.iter().map(|element| element.to_json_within(budget)).collect()
            }
            ValueKind::Object(object) => {
                let mut map: Map<String, Json> = Map::new();
                for entry in object.entries() {
                    map.insert(entry.key.to_string(), entry.value.to_json_within(budget));
                }
                if let Some(rest) = object.rest() {
                    map.insert("$unknown".into(), Json::String(rest.term.shown().to_string()));
                }
                Json::Object(map)
            }
            ValueKind::Text(_) | ValueKind::OneOf(_) | ValueKind::Unknown(_) => {
                let shown = Json::String(self.term().shown().to_string());
                Json::Object(Map::from_iter([("$unknown".to_string(), shown)]))
            }
        });
        json.unwrap_or_else(|| serde_json::json!({ "$unknown": "..." }))
    }

    /// Whether two values are the same: types strict, strings case-sensitive, keys not.
    pub fn same_as(&self, other: &Value) -> Truth {
        self.same_within(other, &mut Budget::new())
    }

    /// [`Value::same_as`] within `left` visits, from which those that it takes are taken.
    pub(crate) fn same_as_within(&self, other: &Value, left: &mut usize) -> Truth {
        let mut budget = Budget { visits: MAX_VISITS.min(*left), ..Budget::new() };
        let most = budget.visits;
        let truth = self.same_within(other, &mut budget);
        *left -= most - budget.visits;
        truth
    }

    pub(super) fn same_within(&self, other: &Value, budget: &mut Budget) -> Truth {
        if let Some(truth) = budget.compared.answer(self, other) {
            return truth;
        }
        let truth = budget.within(|budget| self.same_inside(other, budget)).unwrap_or(Truth::Unknown);
        budget.compared.keep(self, other, truth);
        truth
    }

    fn same_inside(&self, other: &Value, budget: &mut Budget) -> Truth {
        use ValueKind::*;
        match (&self.kind, &other.kind) {
            (OneOf(values), _) => {
                Truth::unanimous(values.iter().map(|value| value.same_within(other, budget)))
            }
            (_, OneOf(values)) => {
                Truth::unanimous(values.iter().map(|value| self.same_within(value, budget)))
            }
            (Unknown(a), Unknown(b)) if a.term.same(&b.term) => Truth::True,
            (Unknown(_), _) | (_, Unknown(_)) => match (self.ty(), other.ty()) {
                (Some(a), Some(b)) if a != b => Truth::False,
                (Some(Type::String), Some(Type::String)) => match (self.text(), other.text()) {
                    (Some(a), Some(b)) => a.equals(&b),
                    _ => Truth::Unknown,
                },
                _ => Truth::Unknown,
            },
            (Absent | Null, Absent | Null) => Truth::True,
            (Bool(a), Bool(b)) => Truth::from(a == b),
            (Number(a), Number(b)) => Truth::from(numbers_equal(*a, *b)),
            (Text(a), Text(b)) => a.equals(b),
            (Array(a), Array(b)) if a.len() == b.len() => {
                Truth::all(a.iter().zip(b.iter()).map(|(a, b)| a.same_within(b, budget)))
            }
            (Object(a), Object(b)) => a.same_within(b, budget),
            _ => Truth::False,
        }
    }
}

fn numbers_equal(a: Number, b: Number) -> bool {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a == b,
        (Number::Float(a), Number::Float(b)) => a == b,
        (Number::Int(int), Number::Float(float)) | (Number::Float(float), Number::Int(int)) => {
            int as f64 == float
        }
    }
}
