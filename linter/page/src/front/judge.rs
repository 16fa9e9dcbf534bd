//! The part of front matter that is a check.

use serde_saphyr::Spanned;

use super::keys::{Absent, FixKeys, Front, Selected};
use super::operators::{Count, conditions};
use super::{Located, place};
use crate::{Change, Confidence, Fault, Fix, List, Meaning, PLACEHOLDERS, Path, Setting};
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
    let mut count = Count::default();
    Ok(Some(Setting {
        existing: front.existing,
        when: front
            .when
            .as_ref()
            .map(|when| conditions(when, &mut count))
            .transpose()?
            .unwrap_or_default()
            .into(),
        select: selected(select)?,
        absent_is: front.absent_is.as_ref().map(meanings).unwrap_or_default().into(),
        condition: conditions(condition, &mut count)?.into(),
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

pub(super) fn path(text: &Spanned<String>) -> Result<Path, Located> {
    Path::parse(&text.value).map_err(|error| (place(text.referenced), Fault::Path(error)))
}

pub(super) fn meanings(absent: &Absent) -> Vec<Meaning> {
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
