//! The operators of `condition` and `when`.

use serde_saphyr::Spanned;

use super::judge::{meanings, path};
use super::keys::{CarriedKeys, CarriedWord, DayKeys, Operators, VersionKeys};
use super::{Located, place};
use crate::{
    Carried, Condition, Day, Fault, List, Literal, MAX_NESTING, MAX_OPERATORS, Order, Pattern, Ports, Version,
};

/// How many operators were read, and how deep in each other these are.
#[derive(Default)]
pub(super) struct Count {
    operators: usize,
    nesting: usize,
}

/// The conditions of a mapping: all of its operators must hold.
pub(super) fn conditions(text: &Spanned<Operators>, count: &mut Count) -> Result<Vec<Condition>, Located> {
    count.nesting += 1;
    let mut all = plain(&text.value);
    all.extend(read(&text.value)?);
    all.extend(nested(&text.value, count)?);
    count.operators += all.len();
    if count.operators > MAX_OPERATORS || count.nesting > MAX_NESTING {
        return Err((place(text.referenced), Fault::TooMany));
    }
    count.nesting -= 1;
    if all.is_empty() {
        return Err((place(text.referenced), Fault::EmptyCondition));
    }
    let absent = text.value.absent_is.as_ref();
    Ok(match (&text.value.property, absent) {
        (Some(property), _) => {
            vec![Condition::At(path(property)?, absent.map(meanings).unwrap_or_default().into(), all.into())]
        }
        (None, Some(_)) => return Err((place(text.referenced), Fault::Needs("absent-is", "property"))),
        (None, None) => all,
    })
}

fn one(text: &Spanned<Operators>, count: &mut Count) -> Result<Condition, Located> {
    let mut all = conditions(text, count)?;
    Ok(if all.len() == 1 { all.swap_remove(0) } else { Condition::All(all.into()) })
}

fn negated(condition: Condition) -> Condition {
    Condition::Not(vec![condition].into())
}

// The operators that hold other ones.
fn nested(operators: &Operators, count: &mut Count) -> Result<Vec<Condition>, Located> {
    if count.nesting > MAX_NESTING {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    let mut list = |texts: &[Spanned<Operators>]| -> Result<List<Condition>, Located> {
        texts.iter().map(|text| one(text, count)).collect::<Result<Vec<_>, _>>().map(Into::into)
    };
    if let Some(parts) = &operators.all {
        all.push(Condition::All(list(parts)?));
    }
    if let Some(parts) = &operators.any {
        all.push(Condition::Any(list(parts)?));
    }
    if let Some(part) = &operators.not {
        all.push(Condition::Not(conditions(part, count)?.into()));
    }
    if let Some(part) = &operators.some {
        all.push(Condition::Some(conditions(part, count)?.into()));
    }
    if let Some(part) = &operators.none {
        all.push(negated(Condition::Some(conditions(part, count)?.into())));
    }
    Ok(all)
}

// The operators that only compare.
fn plain(operators: &Operators) -> Vec<Condition> {
    let Operators { exists, absent, equals, not_equals, r#in, not_in, .. } = operators;
    let wanted = |condition: Condition, wanted: bool| if wanted { condition } else { negated(condition) };
    let one_of = |literals: &[Literal]| Condition::In(literals.to_vec().into());
    let same = |literal: &Literal| one_of(std::slice::from_ref(literal));
    let mut all = Vec::new();
    all.extend(exists.map(|exists| wanted(Condition::Exists, exists)));
    all.extend(absent.map(|absent| wanted(Condition::Exists, !absent)));
    all.extend(equals.as_ref().map(same));
    all.extend(not_equals.as_ref().map(|literal| negated(same(literal))));
    all.extend(r#in.as_deref().map(one_of));
    all.extend(not_in.as_deref().map(|literals| negated(one_of(literals))));
    all.extend(operators.starts_with.clone().map(Condition::StartsWith));
    all.extend(operators.ends_with.clone().map(Condition::EndsWith));
    all.extend(operators.contains.clone().map(Condition::Contains));
    all.extend(operators.address.as_ref().map(|_| Condition::Internet));
    let bounds = [
        (Order::LessThan, operators.less_than),
        (Order::AtMost, operators.at_most),
        (Order::AtLeast, operators.at_least),
        (Order::GreaterThan, operators.greater_than),
    ];
    all.extend(bounds.into_iter().filter_map(|(order, bound)| Some(Condition::Is(order, bound?))));
    all
}

// The operators whose values are still to be read.
fn read(operators: &Operators) -> Result<Vec<Condition>, Located> {
    let mut all = Vec::new();
    if let Some(text) = &operators.matches {
        let pattern = Pattern::read(&text.value);
        all.push(Condition::Matches(pattern.map_err(|said| (place(text.referenced), Fault::Pattern(said)))?));
    }
    if let Some(keys) = &operators.date {
        all.extend(days(keys)?);
    }
    if let Some(keys) = &operators.version {
        all.extend(versions(keys)?);
    }
    if let Some(keys) = &operators.count {
        let bounds = [(Order::AtMost, keys.at_most), (Order::AtLeast, keys.at_least)];
        all.extend(
            bounds.into_iter().filter_map(|(order, bound)| Some(Condition::Count(order, bound?.into()))),
        );
    }
    if let Some(keys) = &operators.ports {
        let (holds, more_than) = (keys.value.holds.clone().unwrap_or_default(), keys.value.more_than);
        if holds.is_empty() && more_than.is_none() {
            return Err((place(keys.referenced), Fault::EmptyCondition));
        }
        all.push(Condition::Ports(Ports { holds: holds.into(), more_than }));
    }
    if let Some(keys) = &operators.carries {
        let carried = carried(&keys.value);
        if carried.is_empty() {
            return Err((place(keys.referenced), Fault::EmptyCondition));
        }
        all.push(Condition::Carries(carried.into()));
    }
    Ok(all)
}

fn days(keys: &DayKeys) -> Result<Vec<Condition>, Located> {
    let day = |(order, text): (Order, &Spanned<String>)| match Day::parse(&text.value) {
        Some(day) => Ok(Condition::Day(order, day)),
        None => Err((place(text.referenced), Fault::Day(text.value.clone()))),
    };
    let bounds = [(Order::LessThan, &keys.before), (Order::GreaterThan, &keys.after)];
    bounds.into_iter().filter_map(|(order, text)| Some(day((order, text.as_ref()?)))).collect()
}

fn versions(keys: &VersionKeys) -> Result<Vec<Condition>, Located> {
    let version = |(order, text): (Order, &Spanned<String>)| match Version::parse(&text.value) {
        Some(version) => Ok(Condition::Version(order, version)),
        None => Err((place(text.referenced), Fault::Version(text.value.clone()))),
    };
    let bounds = [(Order::AtLeast, &keys.at_least), (Order::LessThan, &keys.below)];
    bounds.into_iter().filter_map(|(order, text)| Some(version((order, text.as_ref()?)))).collect()
}

fn carried(keys: &CarriedKeys) -> Vec<Carried> {
    let shape = || match keys.decode {
        Some(_) => vec![Carried::Shape, Carried::EncodedShape],
        None => vec![Carried::Shape],
    };
    let any = keys.any.iter().flat_map(|word| match word {
        CarriedWord::Secure => vec![Carried::Secure],
        CarriedWord::SecretShape => shape(),
    });
    any.chain(keys.call.iter().cloned().map(Carried::Call)).collect()
}
