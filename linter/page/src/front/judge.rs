//! The part of front matter that is a check.

use serde_saphyr::Spanned;

use super::keys::{Absent, FixKeys, Front, Operators, Selected};
use super::{Located, place};
use crate::{
    Change, Condition, Confidence, Fault, Fix, List, Literal, Meaning, Order, PLACEHOLDERS, Path, Setting,
};
use crate::{PathError, placeholder};

/// The check that the front matter is; `None` where the rule is code or the engine.
pub(super) fn setting(front: &Front) -> Result<Option<Setting>, Located> {
    let Some(condition) = &front.condition else {
        let extra = [
            ("select", front.select.is_some()),
            ("when", front.when.is_some()),
            ("absent-is", front.absent_is.is_some()),
            ("message", front.message.is_some()),
            ("help", front.help.is_some()),
            ("fix", front.fix.is_some()),
            ("existing", front.existing),
            ("confidence", front.confidence.is_some()),
        ];
        let extra = extra.into_iter().find(|(_, written)| *written);
        return extra.map_or(Ok(None), |(key, _)| Err((None, Fault::Needs(key, "condition"))));
    };
    let at = place(condition.referenced);
    let needs = |key: &'static str| (at, Fault::Needs("condition", key));
    let message = front.message.as_ref().ok_or(needs("message"))?;
    let select = front.select.as_ref().ok_or(needs("select"))?;
    if front.resource_types.is_empty() {
        return Err(needs("resource-types"));
    }
    message_is_filled(message)?;
    Ok(Some(Setting {
        existing: front.existing,
        when: front.when.as_ref().map(conditions).transpose()?.unwrap_or_default().into(),
        select: selected(select)?,
        absent_is: front.absent_is.as_ref().map(meanings).unwrap_or_default().into(),
        condition: conditions(condition)?.into(),
        confidence: front.confidence.unwrap_or(Confidence::High),
        message: message.value.clone().into(),
        help: front.help.clone().map(Into::into),
        fix: front.fix.as_ref().map(fix).transpose()?,
    }))
}

fn message_is_filled(message: &Spanned<String>) -> Result<(), Located> {
    let mut rest = message.value.as_str();
    while let Some((_, name, after)) = placeholder(rest) {
        if !PLACEHOLDERS.contains(&name) {
            return Err((place(message.referenced), Fault::Placeholder(name.to_string())));
        }
        rest = after;
    }
    Ok(())
}

fn selected(paths: &Spanned<Selected>) -> Result<List<Path>, Located> {
    let texts = match &paths.value {
        Selected::One(path) => std::slice::from_ref(path),
        Selected::Many(paths) => paths,
    };
    let parsed = texts.iter().map(|text| Path::parse(text)).collect::<Result<Vec<_>, _>>();
    parsed.map(Into::into).map_err(|error| (place(paths.referenced), Fault::Path(error)))
}

fn path(text: &Spanned<String>) -> Result<Path, Located> {
    Path::parse(&text.value).map_err(|error| (place(text.referenced), Fault::Path(error)))
}

fn meanings(absent: &Absent) -> Vec<Meaning> {
    match absent {
        Absent::Always(value) => vec![Meaning { before: None, value: value.clone() }],
        Absent::ByVersion(meanings) => {
            let meaning = |keys: &super::keys::MeaningKeys| Meaning {
                before: keys.before.clone(),
                value: keys.value.clone(),
            };
            meanings.iter().map(meaning).collect()
        }
    }
}

// All operators of one mapping must hold.
fn conditions(text: &Spanned<Operators>) -> Result<Vec<Condition>, Located> {
    let operators = &text.value;
    let mut all = plain(operators);
    let list = |texts: &[Spanned<Operators>]| -> Result<List<Condition>, Located> {
        texts.iter().map(one).collect::<Result<Vec<_>, _>>().map(Into::into)
    };
    if let Some(parts) = &operators.all {
        all.push(Condition::All(list(parts)?));
    }
    if let Some(parts) = &operators.any {
        all.push(Condition::Any(list(parts)?));
    }
    if let Some(part) = &operators.not {
        all.push(Condition::Not(conditions(part)?.into()));
    }
    if all.is_empty() {
        return Err((place(text.referenced), Fault::EmptyCondition));
    }
    Ok(match &operators.property {
        Some(property) => vec![Condition::At(path(property)?, all.into())],
        None => all,
    })
}

fn one(text: &Spanned<Operators>) -> Result<Condition, Located> {
    let mut all = conditions(text)?;
    Ok(if all.len() == 1 { all.swap_remove(0) } else { Condition::All(all.into()) })
}

// The operators that hold no other ones.
fn plain(operators: &Operators) -> Vec<Condition> {
    let Operators { exists, absent, equals, not_equals, r#in, not_in, .. } = operators;
    let negated = |condition: Condition| Condition::Not(vec![condition].into());
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
    let bounds = [
        (Order::LessThan, operators.less_than),
        (Order::AtMost, operators.at_most),
        (Order::AtLeast, operators.at_least),
        (Order::GreaterThan, operators.greater_than),
    ];
    all.extend(bounds.into_iter().filter_map(|(order, bound)| Some(Condition::Is(order, bound?))));
    all
}

fn fix(text: &Spanned<FixKeys>) -> Result<Fix, Located> {
    let FixKeys { title, applicability, remove, replace, set } = &text.value;
    let change = match (remove, replace, set) {
        (true, None, None) => Change::Remove,
        (false, Some(value), None) => Change::Replace(value.to_string().into()),
        (false, None, Some(set)) => {
            let target = path(&set.path)?;
            if target.names().is_none_or(|names| names.is_empty()) {
                return Err((place(set.path.referenced), Fault::Path(PathError::Choice)));
            }
            Change::Set(target, set.value.to_string().into())
        }
        _ => return Err((place(text.referenced), Fault::Fix)),
    };
    Ok(Fix { title: title.clone().into(), applicability: *applicability, change })
}
