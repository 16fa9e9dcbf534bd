//! Secrets in the literals of an expression, where one literal says what the next one is:
//! `concat('..;Password=', 'x', ';')`, `format('..;Password={0}', 'x')`.

use std::ops::Range;

use super::{Reading, shapes, word};
use crate::expression::literals::literals;
use crate::secret::names::names_secret;

/// The secrets in the literals of an expression, of a template or of a factory; in their order and disjoint.
pub fn in_expression(text: &str) -> Vec<Range<usize>> {
    let literals = literals(text, 0..text.len());
    let formats = literals.iter().any(|literal| is_format(&text[literal.clone()]));
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut previous: Option<&Range<usize>> = None;
    for literal in &literals {
        let own = &text[literal.clone()];
        let opened = previous
            .is_some_and(|before| is_next(&text[before.end..literal.start]) && opens(&text[before.clone()]));
        if opened || formats && !own.contains(['=', ';']) {
            let end = own.find(';').unwrap_or(own.len());
            found.push(literal.start..literal.start + end);
        } else {
            let shifted = |range: Range<usize>| literal.start + range.start..literal.start + range.end;
            found.extend(shapes(own, Reading::Value).into_iter().map(shifted));
        }
        previous = Some(literal);
    }
    found.retain(|range| range.start < range.end);
    found
}

// Whether only a comma, or the other half of a quote in the text, stands between two literals.
fn is_next(between: &str) -> bool {
    let between = between.trim_matches('\'').trim();
    between == "," || between.is_empty()
}

// Whether a literal ends where a secret has to follow: `Password=`, `Password='`, `-p `.
fn opens(literal: &str) -> bool {
    let open = literal.trim_end_matches(['\'', '"']);
    if let Some(key) = open.trim_end().strip_suffix(['=', ':']) {
        return word::before(key, key.len()).is_some_and(names_secret);
    }
    let option = open.strip_suffix(' ').and_then(|open| open.rsplit(' ').next()).unwrap_or("");
    let name = option.trim_start_matches('-');
    name.len() < option.len() && (name.eq_ignore_ascii_case("p") || names_secret(name))
        || ["bearer ", "basic "].iter().any(|scheme| {
            open.len()
                .checked_sub(scheme.len())
                .and_then(|at| open.get(at..))
                .is_some_and(|end| end.eq_ignore_ascii_case(scheme))
        })
}

// Whether a literal is a format that an argument fills a secret into.
fn is_format(literal: &str) -> bool {
    literal.match_indices("={").any(|(at, _)| {
        let digit = literal[at + 2..].starts_with(|c: char| c.is_ascii_digit());
        digit && word::before(literal, at).is_some_and(names_secret)
    })
}
