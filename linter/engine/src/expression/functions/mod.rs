//! The table of functions, and what a function is given.

mod array;
mod call;
mod cidr;
mod comparison;
mod date;
mod date_format;
mod encoding;
mod format;
mod hash;
mod merge;
mod number_format;
mod numeric;
mod object;
mod parts;
mod render;
mod sequence;
mod slice;
mod split;
mod string;
mod uri;

use std::cell::Cell;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, StrExt};

use crate::span::Span;
use crate::value::{Discloses, FunctionId, Type, Value};

/// The functions of this module, by subject; each table is sorted by the name in lower case.
static TABLES: &[&[Function]] = &[
    array::TABLE,
    cidr::TABLE,
    comparison::TABLE,
    date::TABLE,
    encoding::TABLE,
    format::TABLE,
    hash::TABLE,
    numeric::TABLE,
    object::TABLE,
    sequence::TABLE,
    slice::TABLE,
    split::TABLE,
    string::TABLE,
    uri::TABLE,
];

/// The function `name`, without regard to case. The functions that need a scope or evaluate their
/// arguments on demand are not here.
pub fn find(name: &str) -> Option<&'static Function> {
    static BY_NAME: LazyLock<FxHashMap<SmolStr, &Function>> = LazyLock::new(|| {
        let functions = TABLES.iter().flat_map(|table| table.iter());
        functions.map(|function| (function.name.to_ascii_lowercase_smolstr(), function)).collect()
    });
    BY_NAME.get(&name.to_ascii_lowercase_smolstr()).copied()
}

/// The names of these functions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TABLES.iter().flat_map(|table| table.iter()).map(|function| function.name)
}

/// A function of the language.
pub struct Function {
    /// The name in its usual spelling; looked up without regard to case.
    pub name: &'static str,
    /// The smallest number of arguments.
    pub min: usize,
    /// The largest number of arguments; `usize::MAX` where there is none.
    pub max: usize,
    /// The type of the result, where it is always the same.
    pub returns: Option<Type>,
    /// What the result tells of the arguments.
    pub discloses: Discloses,
    /// What runs.
    pub body: Body,
}

impl Function {
    /// The same function, whose result tells something else of the arguments.
    const fn telling(self, discloses: Discloses) -> Function {
        Function { discloses, ..self }
    }

    /// The function as terms know it.
    pub fn id(&self) -> FunctionId {
        FunctionId {
            name: SmolStr::new_static(self.name),
            discloses: !matches!(self.discloses, Discloses::Nothing),
        }
    }
}

/// How a function takes its arguments.
pub enum Body {
    /// All arguments are known down to their last member; where one is not, the result is unknown
    /// (computed from it) without a call.
    Known(fn(&Invocation<'_>) -> CallResult),
    /// The arguments may be unknown, have holes or be open; none is `OneOf`, which is distributed before
    /// the call.
    Partial(fn(&Invocation<'_>) -> CallResult),
    /// The arguments may be anything and become a part of the result as they are.
    Container(fn(&Invocation<'_>) -> CallResult),
}

/// A call with evaluated arguments.
pub struct Invocation<'a> {
    /// The function.
    pub function: &'static Function,
    /// The whole call.
    pub span: Span,
    /// The arguments; the count has been checked.
    pub arguments: &'a [Value],
    /// How many more values the call may compare.
    left: Cell<usize>,
}

/// The result of a call, or what is wrong with it.
pub type CallResult = Result<Value, CallFault>;

/// Why a call cannot be evaluated: the argument (0-based) that is to blame, or the call as a whole, and a
/// sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallFault {
    /// The argument to point at.
    pub argument: Option<usize>,
    /// What is wrong.
    pub message: String,
}

#[cfg(test)]
mod soundness;
#[cfg(test)]
mod taint;
#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_names_unique() {
        let mut names: Vec<String> = Vec::new();
        for table in TABLES {
            for pair in table.windows(2) {
                let lower = pair.iter().map(|function| function.name.to_ascii_lowercase());
                assert!(lower.is_sorted(), "{} {}", pair[0].name, pair[1].name);
            }
            names.extend(table.iter().map(|function| function.name.to_ascii_lowercase()));
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn look_up_ignores_case() {
        assert_eq!(find("UNIQUEstring").map(|function| function.name), Some("uniqueString"));
        assert!(find("resourceId").is_none());
        assert!(find("").is_none());
    }
}
