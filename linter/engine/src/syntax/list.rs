//! The elements of an array and the members of an object: one pointer in the node, nothing where there are none.

use std::ops::Deref;
use std::sync::Arc;

/// Items that are shared by all clones.
#[derive(Clone, Debug)]
pub struct List<T>(Option<Arc<Vec<T>>>);

impl<T> List<T> {
    /// Whether two lists are the same one, and not only equal.
    pub fn is_same(&self, other: &List<T>) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }
}

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List(None)
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_ref().map(|items| items.as_slice()).unwrap_or_default()
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> List<T> {
        List((!items.is_empty()).then(|| Arc::new(items)))
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> List<T> {
        items.into_iter().collect::<Vec<T>>().into()
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &List<T>) -> bool {
        self.is_same(other) || **self == **other
    }
}
