//! Definitions that need themselves: variables, defaults of parameters and functions.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{NameScope, Use, UseAt};
use crate::span::Span;

/// How many circles of a template are looked for.
const MAX_CIRCLES: usize = 20;

/// Definitions that each use the next one, and the last one the first.
pub struct Circle {
    /// What is used in the circle, with the token that uses it; in the order of the way, from the first in the text.
    pub uses: Vec<(Use, Span)>,
    /// Something outside of the circle uses it.
    pub is_used: bool,
}

impl NameScope {
    /// The circles that are certainly entered when one of their definitions is evaluated. Circles that share a
    /// definition are one.
    pub fn circles(&self) -> Vec<Circle> {
        let mut search =
            CircleSearch { scope: self, states: FxHashMap::default(), way: Vec::new(), found: Vec::new() };
        let mut starts: Vec<&Use> = self.definitions.keys().collect();
        starts.sort_by_key(|start| {
            self.definitions.get(*start).and_then(|uses| uses.first()).map(|first| first.span)
        });
        for start in starts {
            if search.found.len() < MAX_CIRCLES {
                search.enter(start);
            }
        }
        search.found.into_iter().map(|uses| self.circle(uses)).collect()
    }

    fn circle(&self, mut uses: Vec<(Use, Span)>) -> Circle {
        let first = (0..uses.len()).min_by_key(|at| uses[*at].1).unwrap_or_default();
        uses.rotate_left(first);
        let inside: FxHashSet<&Use> = uses.iter().map(|(what, _)| what).collect();
        let by_others = self.definitions.iter().filter(|(owner, _)| !inside.contains(owner));
        let mut by_others = by_others.flat_map(|(_, uses)| uses);
        let is_used = inside.iter().any(|what| self.asked.contains(*what))
            || by_others.any(|other| inside.contains(&other.what));
        Circle { uses, is_used }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    OnTheWay,
    Done,
}

struct CircleSearch<'s> {
    scope: &'s NameScope,
    states: FxHashMap<&'s Use, Visit>,
    // The definitions on the way, each with its certain uses that are still to be followed.
    way: Vec<(&'s Use, Vec<&'s UseAt>)>,
    found: Vec<Vec<(Use, Span)>>,
}

impl<'s> CircleSearch<'s> {
    // Without recursion: a chain of variables may be as long as its template.
    fn enter(&mut self, start: &'s Use) {
        self.visit(start);
        while let Some((_, open)) = self.way.last_mut() {
            let Some(next) = open.pop() else {
                if let Some((done, _)) = self.way.pop() {
                    self.states.insert(done, Visit::Done);
                }
                continue;
            };
            match self.states.get(&next.what) {
                None => self.visit(&next.what),
                Some(Visit::OnTheWay) => self.close(next),
                Some(Visit::Done) => {}
            }
        }
    }

    fn visit(&mut self, what: &'s Use) {
        if self.states.contains_key(what) {
            return;
        }
        self.states.insert(what, Visit::OnTheWay);
        let uses = self.scope.definitions.get(what).map(Vec::as_slice).unwrap_or_default();
        let certain = uses.iter().rev().filter(|one| !one.guarded);
        self.way.push((what, certain.collect()));
    }

    // The last definition on the way uses one before it.
    fn close(&mut self, last: &'s UseAt) {
        if self.found.len() == MAX_CIRCLES {
            return;
        }
        let Some(start) = self.way.iter().position(|(what, _)| **what == last.what) else { return };
        let members: Vec<&Use> = self.way[start..].iter().map(|(what, _)| *what).collect();
        if self.found.iter().flatten().any(|(what, _)| members.contains(&what)) {
            return;
        }
        let span = |owner: &Use, what: &Use| {
            let uses = self.scope.definitions.get(owner).into_iter().flatten();
            let mut uses = uses.filter(|one| one.what == *what && !one.guarded);
            uses.next().map_or(last.span, |one| one.span)
        };
        let pairs = members.iter().zip(members.iter().skip(1).chain(members.first()));
        self.found.push(pairs.map(|(owner, what)| ((*what).clone(), span(owner, what))).collect());
    }
}
