use std::collections::BTreeSet;

use armlint_azure::schema::{Deviations, Identity, ResourceType, listed_on, starting_with};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, edit};
use armlint_engine::settings::{Cloud, Date};

use crate::language::schema;

pub(crate) fn check(cx: &mut Context<'_>) {
    if cx.settings().cloud != Cloud::Public || !cx.graph().dialect.is_template() {
        return;
    }
    let mut places = BTreeSet::new();
    for resource in cx.graph().resources() {
        if let Identity::UnknownVersion(ty, version) = Deviations::in_view(cx.view()).identity(resource)
            && (is_broken(version) || is_unlisted(*ty, version))
            && places.insert(resource.body.get("apiVersion").origin.span)
        {
            report(resource, *ty, version, cx);
        }
    }
}

// The cloud lists the type without it, no other type of the provider has it, and the list is not older.
fn is_unlisted(ty: ResourceType, version: &str) -> bool {
    let listed = ty.versions().any(|version| version.is_in_manifest());
    let old = date(version).is_some_and(|date| date <= listed_on());
    listed && old && !is_of_provider(ty, version)
}

fn is_of_provider(ty: ResourceType, version: &str) -> bool {
    starting_with(&format!("{}/", ty.provider())).any(|other| other.version(version).is_some())
}

fn date(version: &str) -> Option<Date> {
    version.get(..10)?.parse().ok()
}

// A word without digits is a sample of one.
fn is_broken(version: &str) -> bool {
    !is_version(version) && version.bytes().any(|byte| byte.is_ascii_digit())
}

/// `2020-01-01`, perhaps with a suffix.
fn is_version(text: &str) -> bool {
    let suffix = |rest: &str| {
        let letters = rest.strip_prefix('-').unwrap_or_default();
        rest.is_empty()
            || !letters.is_empty()
                && letters.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
    };
    date(text).is_some() && text.get(10..).is_some_and(suffix)
}

// The version that was meant: the same day, or the next one.
fn meant(ty: ResourceType, version: &str) -> Option<&'static str> {
    if let Some(plain) = ty.version(version.trim()) {
        return Some(plain.name());
    }
    let day = version.get(..10)?;
    date(version)?;
    let same = ty.versions().find(|other| other.name().starts_with(day));
    let next = || ty.versions().find(|other| other.is_stable() && other.name() > version);
    same.or_else(next)
        .or_else(|| ty.versions().rfind(|other| other.is_stable()))
        .map(|version| version.name())
}

fn report(resource: &Resource, ty: ResourceType, version: &str, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let (name, near) = (ty.name(), meant(ty, version));
    let written = resource.body.get("apiVersion");
    let edits = near.and_then(|near| edit::replace(&written, &format!("\"{near}\"")));
    let blank = near.is_some_and(|near| near.eq_ignore_ascii_case(version.trim()));
    let applicability = if blank { Applicability::Safe } else { Applicability::Unsafe };
    let is_generated = schema::is_generated(graph);
    let message = match is_version(version) {
        true => format!(
            "`{name}` has no API version `{version}`: the deployment ends with NoRegisteredProviderFound"
        ),
        false => {
            format!("`{version}` is no API version: one is written `2020-01-01` or `2020-01-01-preview`")
        }
    };
    let finding = cx.report_on(resource, &written, message);
    finding.traced(&written);
    if let Some(near) = near {
        finding.help(format!("Write `{near}`"));
    }
    if !is_generated {
        finding.fix("Write a version that there is", applicability, edits);
    }
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn versions() {
        for text in ["2020-01-01", "2020-01-01-PREVIEW", "2020-01-01-privatepreview", "2020-01-01-alpha.2"] {
            assert!(is_version(text), "{text}");
        }
        for text in
            ["2020-01-01 ", " 2020-01-01", "2020-13-01", "latest", "2020-01-01preview", "2020-01-01-", ""]
        {
            assert!(!is_version(text), "{text}");
        }
    }
}
