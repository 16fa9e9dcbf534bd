use armlint_azure::facts::{PrivateLink, private_links_of};
use armlint_azure::types::PRIVATE_LINK_SERVICES;
use armlint_azure::wording;
use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::{Presence, Value, presence};
use armlint_factory::managed_endpoint::{self, ManagedEndpoint};

// A sub-resource that the type of a target does not have.
struct WrongGroup {
    ty: &'static str,
    written: String,
    // Those of the type; none where it is reached as a whole.
    candidates: Vec<&'static str>,
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let endpoint = managed_endpoint::managed(resource);
    let (group, target) = (&endpoint.group, &endpoint.target);
    let Some(wrong) = wrong_group(&endpoint) else { return };
    let finding = cx.report_on(resource, group, wrong.message(resource));
    finding.related(target.origin.span, "the target").traced(group).help(wrong.help());
    finding.assuming(group).assuming(target);
    finding.fix("Name the only sub-resource", Applicability::Safe, wrong.edit(group));
}

fn wrong_group(endpoint: &ManagedEndpoint) -> Option<WrongGroup> {
    let links: Vec<&'static PrivateLink> = private_links_of(endpoint.ty()?).collect();
    let ty = links.first()?.ty;
    let written = match (presence(&endpoint.group), endpoint.group.known_text()) {
        (Presence::Absent, _) => "",
        (_, written) => written?,
    };
    let groups = links.iter().map(|link| link.group);
    let candidates: Vec<&str> = groups.filter(|group| !group.is_empty()).collect();
    let right = if candidates.is_empty() {
        // Types without sub-resources that are no private link services take no endpoint at all.
        written.is_empty() || !ty.eq_ignore_ascii_case(PRIVATE_LINK_SERVICES)
    } else {
        is_group(&links, written)
    };
    (!right).then(|| WrongGroup { ty, written: written.into(), candidates })
}

impl WrongGroup {
    fn message(&self, resource: &Resource) -> String {
        let WrongGroup { ty, written, candidates } = self;
        let name = wording::called(resource, "This managed private endpoint");
        match written.as_str() {
            _ if candidates.is_empty() => {
                format!("{name} leads to a private link service, which has no sub-resource `{written}`")
            }
            "" => format!("{name} names no sub-resource of `{ty}`"),
            _ => format!("`{written}` is not a sub-resource of `{ty}`"),
        }
    }

    fn help(&self) -> String {
        format!("write \"groupId\": \"{}\"", self.candidates.join("\", or \""))
    }

    fn edit(&self, group: &Value) -> Option<Edit> {
        let [only] = self.candidates.as_slice() else { return None };
        is_literal(group).then(|| Edit { span: group.origin.span, text: format!("\"{only}\"") })
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
