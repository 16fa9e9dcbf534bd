//! The functions of the language by name and number of arguments.

use super::{functions, lazy};

/// A function and how many arguments it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature<'n> {
    /// The name in its usual spelling; `list*` for the functions whose names start with `list`.
    pub name: &'n str,
    /// The smallest number of arguments.
    pub min: usize,
    /// The largest number of arguments; `usize::MAX` where there is none.
    pub max: usize,
}

/// The function with this name, without regard to case; none where the language has no such function.
pub fn signature(name: &str) -> Option<Signature<'static>> {
    if let Some(function) = lazy::find(name) {
        return Some(Signature { name: function.name, min: function.min, max: function.max });
    }
    functions::find(name).map(|function| Signature {
        name: function.name,
        min: function.min,
        max: function.max,
    })
}

/// The names of all functions, in no particular order.
pub fn names() -> impl Iterator<Item = &'static str> {
    lazy::names().chain(functions::names())
}

/// Functions that may leave their arguments behind the first unevaluated (ARM template functions, 2025-06).
const LAZY: [&str; 4] = ["if", "and", "or", "coalesce"];

/// Whether a function may leave its argument at this position unevaluated.
pub fn may_skip(function: &str, argument: usize) -> bool {
    argument > 0 && LAZY.iter().any(|lazy| function.eq_ignore_ascii_case(lazy))
}

impl Signature<'_> {
    /// Whether it takes this number of arguments.
    pub fn takes(&self, count: usize) -> bool {
        (self.min..=self.max).contains(&count)
    }

    /// What is wrong with a call of so many arguments.
    pub fn mismatch(&self, count: usize) -> String {
        let expected = self.expected();
        let plural = if expected == "1" { "argument" } else { "arguments" };
        format!("`{}` takes {expected} {plural}, not {count}", self.name)
    }

    // `2`, `2 to 3`, `at least 1`.
    fn expected(&self) -> String {
        match (self.min, self.max) {
            (min, max) if min == max => format!("{min}"),
            (min, usize::MAX) => format!("at least {min}"),
            (min, max) => format!("{min} to {max}"),
        }
    }
}
