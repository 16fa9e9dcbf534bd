//! The members of objects by name: found in time that does not grow with their number.

use std::cell::{Cell, OnceCell};

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, StrExt};

use super::Entry;

/// Finds the entry of a key among those that came before: by comparing in small objects, by a table in
/// large ones. Keys that are not found must be added before the next is looked for.
pub(super) struct KeyPlaces {
    uncased: bool,
    table: FxHashMap<SmolStr, usize>,
}

/// Objects with more members than this get a table.
pub(super) const SMALL: usize = 16;

/// How many look-ups by name go through all members of an object that is not small before it gets a table.
const LOOKUPS: u8 = 8;

/// The members of an object by name, once it is asked for many of them.
#[derive(Default)]
pub(super) struct Keys {
    lookups: Cell<u8>,
    places: OnceCell<FxHashMap<SmolStr, Vec<u32>>>,
}

impl Keys {
    /// What `choose` makes of the members, at least of those that are called `key` but for its case, in their
    /// order.
    pub(super) fn named<'m, T, R>(
        &self,
        members: &'m [T],
        key: &str,
        name: impl Fn(&T) -> &SmolStr,
        choose: impl FnOnce(&mut dyn DoubleEndedIterator<Item = &'m T>) -> R,
    ) -> R {
        if members.len() <= SMALL || self.lookups.get() < LOOKUPS {
            self.lookups.set(self.lookups.get().saturating_add(1));
            return choose(&mut members.iter());
        }
        let places = self.places.get_or_init(|| {
            let mut places: FxHashMap<SmolStr, Vec<u32>> = FxHashMap::default();
            for (place, member) in members.iter().enumerate() {
                places.entry(name(member).to_ascii_lowercase_smolstr()).or_default().push(place as u32);
            }
            places
        });
        let found = places.get(&key.to_ascii_lowercase_smolstr()).map(Vec::as_slice).unwrap_or_default();
        choose(&mut found.iter().filter_map(|place| members.get(*place as usize)))
    }
}

impl KeyPlaces {
    pub(super) fn exact() -> KeyPlaces {
        KeyPlaces { uncased: false, table: FxHashMap::default() }
    }

    pub(super) fn uncased() -> KeyPlaces {
        KeyPlaces { uncased: true, table: FxHashMap::default() }
    }

    fn identity(&self, key: &SmolStr) -> SmolStr {
        if self.uncased { key.to_ascii_lowercase().into() } else { key.clone() }
    }

    pub(super) fn find<'e>(&mut self, key: &SmolStr, entries: &'e mut [Entry]) -> Option<&'e mut Entry> {
        if entries.len() <= SMALL {
            let same = |entry: &&mut Entry| {
                if self.uncased { entry.key.eq_ignore_ascii_case(key) } else { entry.key == *key }
            };
            return entries.iter_mut().find(same);
        }
        if self.table.is_empty() {
            self.table =
                entries.iter().enumerate().map(|(at, entry)| (self.identity(&entry.key), at)).collect();
        }
        let place = *self.table.entry(self.identity(key)).or_insert(entries.len());
        entries.get_mut(place)
    }
}

// The first that is spelled like the key, or else the first that is but for its case.
pub(super) fn best<'a, T>(
    members: impl Iterator<Item = &'a T>,
    key: &str,
    name: impl Fn(&T) -> &SmolStr,
) -> Option<&'a T> {
    let mut nearest = None;
    for member in members {
        let own = name(member);
        if own == key {
            return Some(member);
        }
        if nearest.is_none() && own.eq_ignore_ascii_case(key) {
            nearest = Some(member);
        }
    }
    nearest
}
