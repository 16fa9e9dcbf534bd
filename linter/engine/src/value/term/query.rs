//! Questions about terms. Each looks at every shared part once.

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::{Term, TermKind};
use crate::syntax::Number;
use crate::value::Text;

/// A property of another resource: `reference(id).a.b[0]`.
pub struct Reference<'t> {
    id: &'t Term,
    /// The way from the resource's properties to the value.
    pub path: Vec<PathStep<'t>>,
}

/// A step of the way in a [`Reference`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathStep<'t> {
    /// A member, its key in lower case.
    Member(&'t str),
    /// An element by its index.
    Element(i64),
    /// A member or an element that is not known.
    Other,
}

impl Reference<'_> {
    /// Whether it certainly refers to the resource with this id or name, without regard to case.
    pub fn is_of(&self, id: &Text) -> bool {
        self.id.folded() == Term::from(id.clone()).folded()
    }

    /// The id or name that it refers to, where any of it is known.
    pub fn target(&self) -> Option<&Text> {
        match self.id.kind() {
            TermKind::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Term {
    /// The property of another resource that the term is, where it is one as a whole.
    pub fn reference(&self) -> Option<Reference<'_>> {
        let mut path = Vec::new();
        let mut term = self;
        loop {
            match term.kind() {
                TermKind::Member(base, key) => {
                    path.push(PathStep::Member(key));
                    term = base;
                }
                TermKind::Index(base, index) => {
                    path.push(match index.kind() {
                        TermKind::Number(Number::Int(at)) => PathStep::Element(*at),
                        _ => PathStep::Other,
                    });
                    term = base;
                }
                TermKind::Call(function, arguments) if function.name.eq_ignore_ascii_case("reference") => {
                    path.reverse();
                    return Some(Reference { id: arguments.first()?, path });
                }
                _ => return None,
            }
        }
    }

    /// The resource id whose last segment the term is, however it is taken: `last(split(id, '/'))`,
    /// `split(id, '/')[8]`, `reference(id).name`.
    pub fn last_segment_of(&self) -> Option<&Term> {
        match self.kind() {
            TermKind::Call(function, arguments) if function.name.eq_ignore_ascii_case("last") => {
                arguments.first()?.split_at_slashes()
            }
            TermKind::Index(base, index) if index.is_integer(8) => base.split_at_slashes(),
            TermKind::Member(base, key) if key == "name" => match base.kind() {
                TermKind::Call(function, arguments) if function.name.eq_ignore_ascii_case("reference") => {
                    arguments.first()
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn split_at_slashes(&self) -> Option<&Term> {
        match self.kind() {
            TermKind::Call(function, arguments) if function.name.eq_ignore_ascii_case("split") => {
                match (&**arguments, arguments.get(1).map(Term::kind)) {
                    ([id, _], Some(TermKind::Text(Text::Known(separator)))) if separator == "/" => Some(id),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn is_integer(&self, expected: i64) -> bool {
        matches!(self.kind(), TermKind::Number(Number::Int(number)) if *number == expected)
    }

    /// The last key on the way to the value, in lower case: `id` of `parameters('x').id`; the name of a
    /// parameter.
    pub fn last_key(&self) -> Option<&str> {
        match self.kind() {
            TermKind::Member(_, key) => Some(key),
            TermKind::Parameter { name, .. } => Some(name),
            TermKind::Call(_, arguments) => arguments.last()?.last_key(),
            TermKind::Text(text) => text.known().map(SmolStr::as_str),
            TermKind::Index(_, index) => index.last_key(),
            TermKind::Within(_, inner) => inner.last_key(),
            _ => None,
        }
    }

    /// The functions that take part, each call once, by their usual spelling. What they are applied to counts
    /// as well.
    pub fn functions(&self) -> Vec<&SmolStr> {
        let mut found = Vec::new();
        self.visit(Depth::All, &mut |term, _| {
            if let TermKind::Call(function, _) = term.kind() {
                found.push(&function.name);
            }
        });
        found
    }

    /// Whether a function, by its name without regard to case, takes part in the value in a way that the value
    /// tells: a hash of what it returns tells nothing.
    pub fn discloses_call(&self, is: impl Fn(&str) -> bool) -> bool {
        let mut found = false;
        self.visit(Depth::Disclosed, &mut |term, _| {
            found |= matches!(term.kind(), TermKind::Call(function, _) if is(&function.name));
        });
        found
    }

    /// The first function, by its name without regard to case, that takes part in the value in a way that the value
    /// tells.
    pub fn disclosed_call(&self, is: impl Fn(&str) -> bool) -> Option<&SmolStr> {
        let mut found = None;
        self.visit(Depth::Disclosed, &mut |term, _| match term.kind() {
            TermKind::Call(function, _) if found.is_none() && is(&function.name) => {
                found = Some(&function.name)
            }
            _ => {}
        });
        found
    }

    /// The calls of a function, each with its first argument, that the value tells.
    pub fn disclosed_calls(&self, name: &str) -> Vec<Option<&Term>> {
        let mut found = Vec::new();
        self.visit(Depth::Disclosed, &mut |term, _| match term.kind() {
            TermKind::Call(function, arguments) if function.name.eq_ignore_ascii_case(name) => {
                found.push(arguments.first());
            }
            _ => {}
        });
        found
    }

    /// The names of the parameters that take part, in lower case.
    pub fn parameters(&self) -> Vec<&SmolStr> {
        let mut found = Vec::new();
        self.visit(Depth::All, &mut |term, _| {
            if let TermKind::Parameter { name, .. } = term.kind() {
                found.push(name);
            }
        });
        found
    }

    /// The parameters that the value tells of, with the key of the member that is taken of each; names and keys
    /// in lower case.
    pub fn disclosed_parameters(&self) -> Vec<(&SmolStr, Option<&SmolStr>)> {
        let mut found = Vec::new();
        self.visit(Depth::Disclosed, &mut |term, member| {
            if let TermKind::Parameter { name, .. } = term.kind() {
                found.push((name, member));
            }
        });
        found
    }

    /// Whether the index of a loop takes part.
    pub fn is_of_loop(&self) -> bool {
        self.any(|kind| matches!(kind, TermKind::Loop { .. }))
    }

    /// Whether an expression that is wrong takes part.
    pub fn is_of_error(&self) -> bool {
        self.any(|kind| matches!(kind, TermKind::Place(Term::ERROR, ..)))
    }

    /// Whether the variable of a lambda takes part.
    pub fn is_of_lambda(&self) -> bool {
        self.any(|kind| matches!(kind, TermKind::Variable(_)))
    }

    /// Whether a literal text takes part that may be a secret: not one that names a function's object, such as
    /// the name of a parameter or a resource type.
    pub fn holds_literal(&self) -> bool {
        let mut found = false;
        self.visit(Depth::Values, &mut |term, _| {
            found |=
                matches!(term.kind(), TermKind::Text(text) if text.literals().any(|text| !text.is_empty()));
        });
        found
    }

    /// The literal texts that take part, in their order.
    pub fn literals(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.visit(Depth::All, &mut |term, _| {
            if let TermKind::Text(text) = term.kind() {
                found.extend(text.literals());
            }
        });
        found
    }

    /// Whether it is one of several values.
    pub fn is_one_of(&self) -> bool {
        matches!(self.kind(), TermKind::OneOf(_))
    }

    /// Whether an id or a name takes part, without regard to case.
    pub fn involves(&self, id: &Text) -> bool {
        let wanted = Term::from(id.clone()).folded();
        let mut found = false;
        self.visit(Depth::All, &mut |term, _| found |= term.folded() == wanted);
        found
    }

    /// Whether a literal text that takes part satisfies a condition.
    pub fn any_literal(&self, mut holds: impl FnMut(&str) -> bool) -> bool {
        let mut found = false;
        self.visit(Depth::All, &mut |term, _| {
            if let TermKind::Text(text) = term.kind() {
                found |= text.literals().any(&mut holds);
            }
        });
        found
    }

    fn any(&self, is: impl Fn(&TermKind) -> bool) -> bool {
        let mut found = false;
        self.visit(Depth::All, &mut |term, _| found |= is(term.kind()));
        found
    }

    /// The term with the names of all loops taken away: two loops over the same things have other names.
    pub fn without_loop_names(&self) -> Term {
        self.rewritten(&mut |kind| match kind {
            TermKind::Loop { offset, .. } => {
                Some(TermKind::Loop { name: SmolStr::default(), offset: *offset })
            }
            _ => None,
        })
    }

    // Visits the term and its parts, each with the key that is taken of it, in the order of the expression.
    fn visit<'t>(&'t self, depth: Depth, look: &mut dyn FnMut(&'t Term, Option<&'t SmolStr>)) {
        let mut seen: FxHashSet<(u128, Option<&SmolStr>)> = FxHashSet::default();
        let mut open: Vec<(&'t Term, Option<&'t SmolStr>)> = vec![(self, None)];
        while let Some((term, member)) = open.pop() {
            if !seen.insert((term.0.hash, member)) {
                continue;
            }
            look(term, member);
            let from = open.len();
            match term.kind() {
                TermKind::Call(function, arguments) if depth.enters(&function.name, function.discloses) => {
                    let taken = taken_by(&function.name, arguments);
                    open.extend(
                        arguments
                            .iter()
                            .enumerate()
                            .map(|(at, argument)| (argument, taken.filter(|_| at == 0))),
                    );
                }
                TermKind::Call(..) => {}
                TermKind::Member(base, key) => open.push((base, Some(key))),
                kind => open.extend(kind.parts().chain(kind.holes()).map(|part| (part, None))),
            }
            open[from..].reverse();
        }
    }
}

// The member that `tryGet(object, 'key')` takes.
fn taken_by<'t>(function: &str, arguments: &'t [Term]) -> Option<&'t SmolStr> {
    if !function.eq_ignore_ascii_case("tryGet") {
        return None;
    }
    match arguments.get(1)?.kind() {
        TermKind::Text(Text::Known(key)) => Some(key),
        _ => None,
    }
}

/// Which arguments of calls are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    All,
    /// Those that the result tells of.
    Disclosed,
    /// Those that are values and no names.
    Values,
}

/// Functions whose literals are names and versions, not values.
const NAMING: [&str; 10] = [
    "resourceId",
    "subscriptionResourceId",
    "tenantResourceId",
    "extensionResourceId",
    "managementGroupResourceId",
    "reference",
    "environment",
    "deployment",
    "subscription",
    "resourceGroup",
];

impl Depth {
    fn enters(self, function: &str, discloses: bool) -> bool {
        match self {
            Depth::All => true,
            Depth::Disclosed => discloses,
            Depth::Values => !NAMING.iter().any(|name| name.eq_ignore_ascii_case(function)),
        }
    }
}
