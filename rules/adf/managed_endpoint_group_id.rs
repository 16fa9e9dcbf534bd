use armlint_azure::facts::{PrivateLink, private_links_of};
use armlint_azure::types::PRIVATE_LINK_SERVICES;
use armlint_azure::wording;
use armlint_engine::finding::{Applicability, Confidence, Edit};
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::{Presence, Value, presence};
use armlint_factory::managed_endpoint;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let endpoint = managed_endpoint::managed(resource);
    let Some(ty) = endpoint.identity.as_ref().and_then(|identity| identity.ty.as_deref()) else { return };
    let links: Vec<&'static PrivateLink> = private_links_of(ty).collect();
    let Some(first) = links.first() else { return };
    let group = &endpoint.group;
    let written = match (presence(group), group.known_text()) {
        (Presence::Absent, _) => "",
        (_, Some(written)) => written,
        _ => return,
    };
    let ungrouped = links.iter().all(|link| link.group.is_empty());
    // Types without sub-resources that are no private link services take no endpoint at all.
    let service = first.ty.eq_ignore_ascii_case(PRIVATE_LINK_SERVICES);
    let right = if ungrouped { written.is_empty() || !service } else { is_group(&links, written) };
    if right {
        return;
    }
    let (ty, name) = (first.ty, wording::called(resource, "This managed private endpoint"));
    let candidates: Vec<&str> =
        links.iter().map(|link| link.group).filter(|group| !group.is_empty()).collect();
    let message = match (ungrouped, written) {
        (true, _) => {
            format!("{name} leads to a private link service, which has no sub-resource `{written}`")
        }
        (false, "") => format!("{name} names no sub-resource of `{ty}`"),
        (false, _) => format!("`{written}` is not a sub-resource of `{ty}`"),
    };
    let help = match ungrouped {
        true => "write \"groupId\": \"\"".to_string(),
        false => format!("write \"groupId\": \"{}\"", candidates.join("\", or \"")),
    };
    let finding = cx.report_on(resource, group, message);
    finding.related(endpoint.target.origin.span, "the target").traced(group).help(help);
    if group.assumed || endpoint.target.assumed {
        finding.confidence(Confidence::Medium);
    }
    if let ([only], true) = (candidates.as_slice(), is_literal(group)) {
        let edit = Edit { span: group.origin.span, text: format!("\"{only}\"") };
        finding.fix("Name the only sub-resource", Applicability::Safe, vec![edit]);
    }
}

// A function app has a sub-resource for each slot.
fn is_group(links: &[&'static PrivateLink], written: &str) -> bool {
    links.iter().any(|link| {
        let slot = link.secondary_group.split_once('{').map(|(start, _)| start);
        let is_slot = slot.is_some_and(|start| {
            written.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
        });
        link.has_group(written) || is_slot
    })
}

fn is_literal(value: &Value) -> bool {
    value.known_text().is_some() && value.origin.via.is_none() && !value.assumed
}
