//! The items of the containers that are being read.

use crate::syntax::List;

/// The items of the containers that are open, the innermost last; each takes its own off the end when it closes.
/// A large one gets a vector of its own, with room for as many items as the rest of the text may hold: so its items
/// are copied neither while there are more and more of them nor when it closes.
pub(super) struct Stack<T> {
    items: Vec<T>,
    /// The stacks around the large containers that are open.
    around: Vec<Vec<T>>,
}

/// Where the items of a container are.
pub(super) struct Items {
    base: usize,
    /// The offset in the text at which it had half the items of a large one.
    half: Option<usize>,
    own: bool,
}

/// A container with so many items is large.
const LARGE: usize = 1 << 14;

impl<T> Stack<T> {
    pub(super) fn new() -> Stack<T> {
        Stack { items: Vec::new(), around: Vec::new() }
    }

    /// A container opens.
    pub(super) fn open(&self) -> Items {
        Items { base: self.items.len(), half: None, own: false }
    }

    /// The items of the innermost container so far.
    pub(super) fn of(&self, items: &Items) -> &[T] {
        self.items.get(items.base..).unwrap_or_default()
    }

    pub(super) fn push(&mut self, item: T) {
        self.items.push(item);
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        self.items.pop()
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut T> {
        self.items.last_mut()
    }

    /// Gives the innermost container a vector of its own where it is large; `read` of `all` bytes are read.
    pub(super) fn settle(&mut self, items: &mut Items, read: usize, all: usize) {
        let count = self.items.len() - items.base;
        if count < LARGE / 2 || items.own {
            return;
        }
        let half = *items.half.get_or_insert(read);
        if count < LARGE {
            return;
        }
        let mut own: Vec<T> = self.items.drain(items.base..).collect();
        let size = (read.saturating_sub(half) / (LARGE / 2)).max(1);
        // Memory that is not written to costs nothing; where the system gives none, the vector grows as usual.
        let _ = own.try_reserve_exact(all.saturating_sub(read) / size + 1);
        self.around.push(std::mem::replace(&mut self.items, own));
        *items = Items { base: 0, half: Some(half), own: true };
    }

    /// The items of the innermost container, which closes.
    pub(super) fn close(&mut self, items: Items) -> List<T> {
        if !items.own {
            return self.items.drain(items.base..).collect();
        }
        let mut own = std::mem::replace(&mut self.items, self.around.pop().unwrap_or_default());
        if own.len() < own.capacity() / 2 {
            own.shrink_to_fit();
        }
        own.into()
    }
}
