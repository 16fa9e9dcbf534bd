use std::collections::BTreeSet;

use armlint_azure::facts::{ExceptionKind, RetiredType, is_excepted, retired_type};
use armlint_azure::schema::{
    Deviations, Identity, distance, provider, resource_type, resource_types, starting_with,
};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, edit};
use armlint_engine::settings::Cloud;

use crate::language::schema;

pub(crate) fn check(cx: &mut Context<'_>) {
    if cx.settings().cloud != Cloud::Public || !cx.graph().dialect.is_template() {
        return;
    }
    let mut places = BTreeSet::new();
    for resource in cx.graph().resources() {
        if let Identity::UnknownType(ty) = Deviations::in_view(cx.view()).identity(resource)
            && !is_excepted(ExceptionKind::Type, ty, "")
            && let Some(reason) = reason(ty)
            && places.insert(resource.body.get("type").origin.span)
        {
            report(resource, ty, &reason, cx);
        }
    }
}

/// Why a type that no list has is certainly none.
enum Reason {
    Retired(&'static RetiredType),
    /// What may have been meant, the nearest first.
    Unknown(Vec<&'static str>),
}

fn reason(ty: &str) -> Option<Reason> {
    if let Some(retired) = retired_type(ty) {
        return Some(Reason::Retired(retired));
    }
    let own = provider(ty);
    let is_known = starting_with(&format!("{own}/")).next().is_some();
    let near = match (is_known, ty.matches('/').count()) {
        (true, 1) => return Some(Reason::Unknown(top_level(ty))),
        (true, _) => siblings(ty),
        (false, _) => of_near_provider(ty),
    };
    (!near.is_empty()).then_some(Reason::Unknown(near))
}

// The same type of another provider, or one of a similar name.
fn top_level(ty: &str) -> Vec<&'static str> {
    let rest = &ty[provider(ty).len()..];
    let ends =
        |name: &&str| name.get(provider(name).len()..).is_some_and(|end| end.eq_ignore_ascii_case(rest));
    let same: Vec<&str> = resource_types().map(|ty| ty.name()).filter(ends).collect();
    if same.len() == 1 { same } else { siblings(ty) }
}

// Types beside it whose last segment is near.
fn siblings(ty: &str) -> Vec<&'static str> {
    let Some((parent, last)) = ty.rsplit_once('/') else { return Vec::new() };
    let start = format!("{parent}/");
    let near = starting_with(&start).filter_map(|other| {
        let name = other.name().get(start.len()..).filter(|name| !name.contains('/'))?;
        Some((distance(last, name)?, other.name()))
    });
    nearest(near.collect())
}

// Types of a provider with a similar name that has all the rest.
fn of_near_provider(ty: &str) -> Vec<&'static str> {
    let own = provider(ty);
    let rest = &ty[own.len()..];
    let providers: BTreeSet<&str> = resource_types().map(|ty| ty.provider()).collect();
    let near = providers.into_iter().filter_map(|other| {
        let distance = distance(own, other)?;
        Some((distance, resource_type(&format!("{other}{rest}"))?.name()))
    });
    nearest(near.collect())
}

fn nearest(mut near: Vec<(usize, &'static str)>) -> Vec<&'static str> {
    near.sort_unstable();
    near.into_iter().map(|(_, name)| name).take(3).collect()
}

fn report(resource: &Resource, ty: &str, reason: &Reason, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let written = resource.body.get("type");
    let (message, help, near) = match reason {
        Reason::Retired(retired) => {
            let help = retired.successor.map(|successor| format!("Use `{successor}`"));
            (format!("`{ty}` {}", retired.said), help, None)
        }
        Reason::Unknown(near) => {
            let names: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
            let help = (!near.is_empty()).then(|| format!("Did you mean {}?", names.join(" or ")));
            let only = if let [only] = near.as_slice() { Some(*only) } else { None };
            (format!("There is no resource type `{ty}`: the deployment is refused"), help, only)
        }
    };
    let whole = written.known_text().is_some_and(|text| text.eq_ignore_ascii_case(ty));
    let edits = near.filter(|_| whole).and_then(|near| edit::replace(&written, &format!("\"{near}\"")));
    let is_generated = schema::is_generated(graph);
    let finding = cx.report_on(resource, &written, message);
    if let Some(help) = help {
        finding.help(help);
    }
    if !is_generated {
        finding.fix("Write the type that was meant", Applicability::Unsafe, edits);
    }
}
