//! Calls with the members that are taken of their results: `activity('a').output.firstRow`.

use std::ops::Range;

use smol_str::SmolStr;

use crate::adf_expression::{Call, Expression, ExpressionKind};

/// A function call and what is taken of its result.
#[derive(Clone, Debug)]
pub struct Chain<'e> {
    /// The call.
    pub call: &'e Call,
    /// The members, from the call outwards.
    pub steps: Vec<Step>,
    /// The call and its members.
    pub range: Range<usize>,
}

/// A member that is taken of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The name, of `.name` and of `['name']`; none where it is computed, or the number of an element.
    pub name: Option<SmolStr>,
    /// The name, without its quotes; the whole index where there is none.
    pub range: Range<usize>,
    /// Written with `?`.
    pub safe: bool,
}

impl Chain<'_> {
    /// Whether this is a call of a function, without regard to case.
    pub fn calls(&self, name: &str) -> bool {
        self.call.name.eq_ignore_ascii_case(name)
    }

    /// The first argument, where it is a string literal, and where it stands without its quotes.
    pub fn named(&self) -> Option<(&SmolStr, Range<usize>)> {
        let first = self.call.arguments.first()?;
        Some((first.literal()?, inside(&first.range)))
    }

    /// The name of a step, where it is known.
    pub fn step(&self, index: usize) -> Option<&SmolStr> {
        self.steps.get(index)?.name.as_ref()
    }

    /// Whether a step has a name, without regard to case.
    pub fn takes(&self, index: usize, name: &str) -> bool {
        self.step(index).is_some_and(|step| step.eq_ignore_ascii_case(name))
    }
}

pub(super) fn chains(expressions: &[Expression]) -> Vec<Chain<'_>> {
    let mut found = Vec::new();
    expressions.iter().for_each(|expression| collect(expression, &mut found));
    found
}

fn collect<'e>(expression: &'e Expression, found: &mut Vec<Chain<'e>>) {
    let mut steps = Vec::new();
    let mut indexes = Vec::new();
    let mut base = expression;
    loop {
        match &base.kind {
            ExpressionKind::Property { base: inner, name, name_range, safe } => {
                steps.push(Step { name: Some(name.clone()), range: name_range.clone(), safe: *safe });
                base = inner;
            }
            ExpressionKind::Index { base: inner, index, safe } => {
                let name = index.literal().cloned();
                let range = if name.is_some() { inside(&index.range) } else { index.range.clone() };
                steps.push(Step { name, range, safe: *safe });
                indexes.push(&**index);
                base = inner;
            }
            _ => break,
        }
    }
    steps.reverse();
    if let ExpressionKind::Call(call) = &base.kind {
        found.push(Chain { call, steps, range: expression.range.clone() });
        call.arguments.iter().for_each(|argument| collect(argument, found));
    }
    indexes.into_iter().rev().for_each(|index| collect(index, found));
}

// A string literal without its quotes.
fn inside(range: &Range<usize>) -> Range<usize> {
    range.start + 1..range.end.saturating_sub(1).max(range.start + 1)
}
