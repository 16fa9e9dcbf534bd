//! What is wrong with the functions and names of expressions.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::span::Span;

/// How many other places of one mistake are kept.
const MAX_MORE: usize = 20;

/// The sorts of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// No function has this name.
    UnknownFunction,
    /// Too few or too many arguments.
    ArgumentCount,
    /// No parameter, variable, loop or variable of a lambda has this name.
    Undefined,
    /// No symbolic name is this one; a resource may still have it as its name.
    Symbol,
    /// The function is not allowed where it stands.
    Position,
}

/// A mistake, with all places of one scope that make it.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What sort of mistake.
    pub kind: FaultKind,
    /// The name that is wrong.
    pub name: SmolStr,
    /// The scope that it is in, by position.
    pub scope: usize,
    /// The first place.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The other places.
    pub more: Vec<Span>,
}

/// Faults by what they are, each once.
#[derive(Default)]
pub(super) struct Faults {
    pub(super) list: Vec<Fault>,
    index: FxHashMap<(usize, String), usize>,
}

impl Faults {
    /// Adds a fault, or the place of one that is there already.
    pub(super) fn add(&mut self, fault: Fault) {
        // Each call with a wrong number of arguments, or at a wrong place, is a mistake of its own.
        if matches!(fault.kind, FaultKind::ArgumentCount | FaultKind::Position) {
            self.list.push(fault);
            return;
        }
        let key = (fault.scope, fault.message.to_ascii_lowercase());
        match self.index.get(&key).and_then(|at| self.list.get_mut(*at)) {
            Some(known) if known.more.len() < MAX_MORE => known.more.push(fault.span),
            Some(_) => {}
            None => {
                self.index.insert(key, self.list.len());
                self.list.push(fault);
            }
        }
    }
}
