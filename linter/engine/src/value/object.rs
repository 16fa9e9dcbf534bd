//! Objects: written ones, whose members are evaluated when they are asked for, and built ones.

use std::rc::Rc;

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::keys::{KeyPlaces, Keys, SMALL, best};
use super::{Budget, Origin, Reason, Term, Text, Truth, Unknown, Value, ValueKind, Walk};
use crate::span::Span;
use crate::syntax::{List, Member, Node, NodeKind};

/// What gives meaning to written values: an ARM template evaluates `[...]`, an ADF file does not.
pub trait Scope {
    /// The value of a node; `anchor` is the key that the node stands under, or the node itself.
    fn evaluate(self: Rc<Self>, node: &Node, anchor: Span) -> Value;

    /// The key of a member, which may be an expression.
    fn key(self: Rc<Self>, member: &Member) -> Text;

    /// The members that the copy loops of an object (`"copy": [{name, count, input}]`) produce; `None`
    /// where `member` is no such loop.
    fn copies(self: Rc<Self>, member: &Member) -> Option<Vec<(SmolStr, Value)>>;
}

/// An object: cheap to clone.
#[derive(Clone)]
pub struct Object {
    members: Rc<Members>,
    rest: Option<Rc<Unknown>>,
    /// The objects in it are open as well.
    deep: bool,
}

enum Members {
    Written { members: List<Member>, anchor: Span, scope: Rc<dyn Scope>, keys: Keys },
    Built { entries: Vec<Entry>, nesting: u8, keys: Keys },
}

/// One member of an object.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key as written.
    pub key: SmolStr,
    /// The value.
    pub value: Value,
    /// The token of the key, where it is written.
    pub key_span: Option<Span>,
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &*self.members {
            Members::Written { members, .. } => f.debug_list().entries(members.iter()).finish(),
            Members::Built { entries, .. } => f.debug_list().entries(entries).finish(),
        }
    }
}

impl Object {
    /// An object as written; `anchor` is the key that it stands under, or its opening bracket.
    pub fn written(members: List<Member>, anchor: Span, scope: Rc<dyn Scope>) -> Object {
        let members = Members::Written { members, anchor, scope, keys: Keys::default() };
        Object { members: Rc::new(members), rest: None, deep: false }
    }

    /// An object made of entries; a repeated key keeps the last value at the place of the first.
    pub fn built(entries: impl IntoIterator<Item = Entry>) -> Object {
        Object::with_places(entries, KeyPlaces::uncased())
    }

    /// An object made of entries whose keys may differ in case only, as `createObject` and JSON keep them
    /// apart; a repeated key of the same spelling keeps the last value at the place of the first.
    pub fn with_exact_keys(entries: impl IntoIterator<Item = Entry>) -> Object {
        Object::with_places(entries, KeyPlaces::exact())
    }

    fn with_places(entries: impl IntoIterator<Item = Entry>, mut places: KeyPlaces) -> Object {
        let mut kept: Vec<Entry> = Vec::new();
        for entry in entries {
            match places.find(&entry.key, &mut kept) {
                Some(other) => other.value = entry.value,
                None => kept.push(entry),
            }
        }
        Object::of(kept)
    }

    fn of(entries: Vec<Entry>) -> Object {
        let deepest = entries.iter().map(|entry| entry.value.nesting).max();
        let nesting = deepest.map_or(0, |nesting| nesting.saturating_add(1));
        let members = Members::Built { entries, nesting, keys: Keys::default() };
        Object { members: Rc::new(members), rest: None, deep: false }
    }

    /// What tells its members from those of other objects, where something else has them as well.
    pub(super) fn shared_address(&self) -> Option<*const ()> {
        (Rc::strong_count(&self.members) > 1).then(|| Rc::as_ptr(&self.members).cast())
    }

    /// How many values that were put together lie in each other.
    pub(super) fn nesting(&self) -> u8 {
        match &*self.members {
            Members::Written { .. } => 0,
            Members::Built { nesting, .. } => *nesting,
        }
    }

    /// The number of members, as far as they are listed: a loop counts as one. Nothing is evaluated.
    pub fn len_written(&self) -> usize {
        match &*self.members {
            Members::Written { members, .. } => members.len(),
            Members::Built { entries, .. } => entries.len(),
        }
    }

    /// The entries of an object that was put together; none of one that is written.
    pub(crate) fn built_entries(&self) -> &[Entry] {
        match &*self.members {
            Members::Written { .. } => &[],
            Members::Built { entries, .. } => entries,
        }
    }

    /// The same object with members that are not known: a missing one is unknown, the member of `rest`.
    pub fn opened(&self, rest: Unknown) -> Object {
        Object { members: self.members.clone(), rest: Some(Rc::new(rest)), deep: false }
    }

    /// The same object with members that are not known, in it and in every object that it holds: what the
    /// service returns of something that was written.
    pub fn opened_deeply(&self, rest: Unknown) -> Object {
        Object { members: self.members.clone(), rest: Some(Rc::new(rest)), deep: true }
    }

    // A member as it is found in an object that is open deeply.
    fn within(&self, key: &str, member: Value) -> Value {
        match &self.rest {
            Some(rest) if self.deep => opened(member, rest.member(key)),
            _ => member,
        }
    }

    /// Whether there may be members that are not listed.
    pub fn is_open(&self) -> bool {
        self.rest.is_some() || self.hole().is_some()
    }

    /// What stands for the members that are not listed.
    pub fn rest(&self) -> Option<Rc<Unknown>> {
        self.rest.clone().or_else(|| self.hole())
    }

    /// The key that the object stands under, or its opening bracket, where it is written.
    pub fn anchor(&self) -> Option<Span> {
        match &*self.members {
            Members::Written { anchor, .. } => Some(*anchor),
            Members::Built { .. } => None,
        }
    }

    /// The members and the scope that evaluates them; `None` for an object that was built or is open.
    pub(crate) fn as_written(&self) -> Option<(&[Member], &Rc<dyn Scope>)> {
        match &*self.members {
            Members::Written { members, scope, .. } if self.rest.is_none() => Some((members, scope)),
            _ => None,
        }
    }

    /// The token of the key `key`, where it is written as such.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        match &*self.members {
            Members::Written { members, .. } => members
                .iter()
                .rev()
                .find(|member| member.key.text.eq_ignore_ascii_case(key))
                .map(|member| member.key_span),
            Members::Built { entries, .. } => {
                entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(key))?.key_span
            }
        }
    }

    /// The member `key`, without regard to ASCII case; `None` where it certainly is not there.
    pub fn get(&self, key: &str) -> Option<Value> {
        let found = match &*self.members {
            Members::Built { entries, keys, .. } => {
                let found = keys.named(
                    entries,
                    key,
                    |entry| &entry.key,
                    |candidates| best(candidates, key, |entry| &entry.key),
                );
                found.map(|entry| entry.value.clone())
            }
            Members::Written { members, scope, keys, .. } => {
                let found = keys.named(
                    members,
                    key,
                    |member| &member.key.text,
                    |candidates| best(candidates.rev(), key, |member| &member.key.text),
                );
                match found {
                    Some(member) if is_computed(member) => self.get_computed(key),
                    Some(member) => Some(scope.clone().evaluate(&member.value, member.key_span)),
                    None if members.iter().any(is_computed) => self.get_computed(key),
                    None => None,
                }
            }
        };
        // What is written as nothing may well be something at run time.
        let found = found.filter(|value| !self.deep || !value.is_missing());
        found.map(|value| self.within(key, value)).or_else(|| {
            let rest = self.rest.as_ref()?;
            let span = self.anchor().unwrap_or(Span::new(crate::span::SourceId(0), 0, 0));
            let member = rest.member(key);
            Some(Value { secure: member.secure, ..Value::new(member.into(), Origin::at(span)) })
        })
    }

    // Some keys are expressions or loops: all of them have to be looked at.
    fn get_computed(&self, key: &str) -> Option<Value> {
        let (entries, rest) = self.entries_and_holes();
        let found = best(entries.iter().rev(), key, |entry| &entry.key);
        match (found, rest) {
            (Some(entry), _) => Some(entry.value.clone()),
            (None, Some(rest)) => {
                let span = self.anchor()?;
                Some(Value::new(rest.member(key).into(), Origin::at(span)))
            }
            (None, None) => None,
        }
    }

    /// The names of the members, in order, and whether there may be others. No value is evaluated but
    /// those of copy loops.
    pub fn keys(&self) -> (Vec<SmolStr>, bool) {
        let mut open = self.rest.is_some();
        let (members, scope) = match &*self.members {
            Members::Built { entries, .. } => {
                return (entries.iter().map(|entry| entry.key.clone()).collect(), open);
            }
            Members::Written { members, scope, .. } => (members, scope),
        };
        let mut keys: Vec<SmolStr> = Vec::with_capacity(members.len());
        let mut table: FxHashSet<SmolStr> = FxHashSet::default();
        let mut add = |key: SmolStr| {
            if keys.len() == SMALL {
                table.extend(keys.iter().cloned());
            }
            let new = if keys.len() < SMALL { !keys.contains(&key) } else { table.insert(key.clone()) };
            if new {
                keys.push(key);
            }
        };
        for member in members.iter() {
            if member.key.text == "copy"
                && let Some(copies) = scope.clone().copies(member)
            {
                copies.into_iter().for_each(|(key, _)| add(key));
                continue;
            }
            match scope.clone().key(member) {
                Text::Known(key) => add(key),
                Text::Symbolic(_) => open = true,
            }
        }
        (keys, open)
    }

    /// All members that are known by name, in order.
    pub fn entries(&self) -> Vec<Entry> {
        let entries = self.entries_and_holes().0;
        if !self.deep {
            return entries;
        }
        let within = |entry: Entry| Entry { value: self.within(&entry.key, entry.value), ..entry };
        entries.into_iter().map(within).collect()
    }

    /// Evaluates all expressions that are written in the object, however deep, but for those below the
    /// members that `skips` holds for; what they evaluate to is not looked into.
    pub fn evaluate_written(&self, skips: &dyn Fn(&str) -> bool, walk: &mut Walk) {
        if let Members::Written { members, scope, .. } = &*self.members {
            members.iter().for_each(|member| evaluate_member(member, scope, skips, walk));
        }
    }

    // The last key that is not known.
    fn hole(&self) -> Option<Rc<Unknown>> {
        let Members::Written { members, scope, .. } = &*self.members else { return None };
        let computed = members.iter().rev().filter(|member| member.key.may_be_computed());
        let unknown = |member| match scope.clone().key(member) {
            Text::Known(_) => None,
            text @ Text::Symbolic(_) => Some(unnamed(text)),
        };
        computed.filter_map(unknown).next()
    }

    fn entries_and_holes(&self) -> (Vec<Entry>, Option<Rc<Unknown>>) {
        let (members, scope) = match &*self.members {
            Members::Built { entries, .. } => return (entries.clone(), None),
            Members::Written { members, scope, .. } => (members, scope),
        };
        let mut entries: Vec<Entry> = Vec::with_capacity(members.len());
        let mut places = KeyPlaces::exact();
        let mut hole = None;
        for member in members.iter() {
            if member.key.text == "copy"
                && let Some(copies) = scope.clone().copies(member)
            {
                let span = Some(member.key_span);
                entries.extend(copies.into_iter().map(|(key, value)| Entry { key, value, key_span: span }));
                continue;
            }
            match scope.clone().key(member) {
                Text::Known(key) => {
                    let value = scope.clone().evaluate(&member.value, member.key_span);
                    let entry = Entry { key, value, key_span: Some(member.key_span) };
                    // Only a repeated key of the same spelling is replaced; the service keeps both
                    // spellings of a key apart.
                    match places.find(&entry.key, &mut entries) {
                        Some(other) => *other = entry,
                        None => entries.push(entry),
                    }
                }
                text @ Text::Symbolic(_) => hole = Some(unnamed(text)),
            }
        }
        (entries, hole)
    }

    /// Whether two objects have the same members; not decided where the question looks at too much.
    pub(super) fn same_within(&self, other: &Object, budget: &mut Budget) -> Truth {
        let (a, b) = (self.entries(), other.entries());
        let (rest, other_rest) = (self.rest(), other.rest());
        let open = rest.is_some() || other_rest.is_some();
        if !open && a.len() != b.len() {
            return Truth::False;
        }
        let members = Truth::all(a.iter().map(|entry| match other.get(&entry.key) {
            Some(value) => entry.value.same_within(&value, budget),
            None => Truth::False,
        }));
        // What is not listed is the same where it has one identity.
        let complete = rest == other_rest && a.len() == b.len();
        if complete { members } else { members.and(Truth::Unknown) }
    }
}

fn evaluate_member(member: &Member, scope: &Rc<dyn Scope>, skips: &dyn Fn(&str) -> bool, walk: &mut Walk) {
    if skips(&member.key.text) {
        return;
    }
    if member.key.may_be_computed() {
        scope.clone().key(member);
    }
    if member.key.text == "copy"
        && let Some(copies) = scope.clone().copies(member)
    {
        copies.iter().for_each(|(_, value)| value.evaluate_written(skips, walk));
        return;
    }
    evaluate_node(&member.value, member.key_span, scope, skips, walk);
}

fn evaluate_node(
    node: &Node,
    anchor: Span,
    scope: &Rc<dyn Scope>,
    skips: &dyn Fn(&str) -> bool,
    walk: &mut Walk,
) {
    match &node.kind {
        NodeKind::String(scalar) if scalar.text.starts_with('[') => {
            scope.clone().evaluate(node, anchor);
        }
        NodeKind::Expression(_) => drop(scope.clone().evaluate(node, anchor)),
        NodeKind::Array(elements) => {
            elements.iter().for_each(|element| evaluate_node(element, element.span, scope, skips, walk));
        }
        NodeKind::Object(members) => {
            members.iter().for_each(|member| evaluate_member(member, scope, skips, walk));
        }
        _ => {}
    }
}

/// Arrays that hold more values, however shared, are not known at run time.
const MAX_OPENED: u64 = 10_000;

// Members whose key is not known.
fn unnamed(key: Text) -> Rc<Unknown> {
    Rc::new(Unknown::new(Reason::Computed, Term::from(key)))
}

fn opened(value: Value, rest: Unknown) -> Value {
    let kind = match &value.kind {
        ValueKind::Object(object) if object.rest.is_none() => object.opened_deeply(rest).into(),
        ValueKind::Array(_) if value.weight() > MAX_OPENED => rest.into(),
        ValueKind::Array(elements) => {
            let mut open = Vec::with_capacity(elements.len());
            for (at, element) in elements.iter().enumerate() {
                let at = i64::try_from(at).unwrap_or(i64::MAX);
                let rest = Unknown { term: rest.term.index(Term::integer(at)), ..rest.clone() };
                open.push(opened(element.clone(), rest));
            }
            ValueKind::Array(open.into())
        }
        ValueKind::OneOf(values) => {
            ValueKind::OneOf(values.iter().map(|value| opened(value.clone(), rest.clone())).collect())
        }
        // What is not set is for the service to choose.
        ValueKind::Null => rest.into(),
        _ => return value,
    };
    Value { kind, ..value }
}

fn is_computed(member: &Member) -> bool {
    member.key.may_be_computed()
        || (member.key.text == "copy" && matches!(member.value.kind, NodeKind::Array(_)))
}

impl From<Object> for ValueKind {
    fn from(object: Object) -> ValueKind {
        ValueKind::Object(object)
    }
}

impl From<Unknown> for ValueKind {
    fn from(unknown: Unknown) -> ValueKind {
        ValueKind::Unknown(Rc::new(unknown))
    }
}
