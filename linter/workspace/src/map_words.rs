//! What a map calls a runtime, an endpoint and a way, on the command line and in an editor.

use armlint_factory::managed_endpoint::Approval;
use armlint_factory::map::{EndpointNode, FactoryMap, Mark, Route, RuntimeNode, Way};
use armlint_factory::runtime::RuntimeClass;

/// A longer text hides more than it says, in characters.
const MAX_TEXT: usize = 60;

/// Where a runtime runs.
pub fn location(runtime: &RuntimeNode) -> String {
    match (runtime.class, &runtime.network) {
        (RuntimeClass::Managed, Some(network)) => format!("managed network {}", named(network)),
        (RuntimeClass::Managed, None) => "managed network".to_string(),
        (RuntimeClass::Global, _) => "public compute".to_string(),
        (RuntimeClass::SelfHosted, _) => "self-hosted".to_string(),
        (RuntimeClass::Linked, _) => "self-hosted, shared".to_string(),
        (RuntimeClass::Ssis, _) => "Azure-SSIS".to_string(),
        (RuntimeClass::Unknown, _) if !runtime.declared => "not declared here".to_string(),
        (RuntimeClass::Unknown, _) => "of a kind that is not known".to_string(),
    }
}

/// How a way goes, in words.
pub fn way(map: &FactoryMap, route: &Route) -> String {
    let endpoint = |at: usize| map.endpoints.get(at);
    let group = if route.group.is_empty() { String::new() } else { format!(" ({})", route.group) };
    let mut text = match &route.way {
        Way::ManagedEndpoint(at) => {
            endpoint(*at).map_or_else(String::new, |known| format!("endpoint {}", described(known)))
        }
        Way::Itself => "endpoint of the workspace to itself".to_string(),
        Way::PrivateEndpoint(name) => format!("private endpoint {}{group}", named(name)),
        Way::Missing(wrong) => match wrong.and_then(endpoint) {
            Some(wrong) => format!("endpoint missing{group}: only {}", described(wrong)),
            None => format!("endpoint missing{group}"),
        },
        // That it is public says all.
        Way::Public => String::new(),
        Way::Unreachable => "only a self-hosted runtime gets there".to_string(),
        Way::Unknown(reason) => (*reason).to_string(),
    };
    if route.mark == Mark::Blocked && !matches!(route.way, Way::ManagedEndpoint(_)) {
        let separator = if text.is_empty() { "" } else { "; " };
        text.push_str(&format!("{separator}the store closes its public endpoint"));
    }
    text
}

/// An endpoint with its sub-resource and its approval.
pub fn described(endpoint: &EndpointNode) -> String {
    let group = if endpoint.group.is_empty() { String::new() } else { format!(" ({})", endpoint.group) };
    format!("{}{group}, {}", named(&endpoint.name), approval(endpoint.approval))
}

/// The word for an approval.
pub fn approval(approval: Approval) -> &'static str {
    match approval {
        Approval::Approved => "approved",
        Approval::Pending => "pending",
        Approval::Rejected => "rejected",
        Approval::Unknown => "approval unknown",
    }
}

/// A name, as long as it may be; words for none.
pub fn named(name: &str) -> String {
    if name.trim().is_empty() { "(not known)".to_string() } else { clipped(name) }
}

/// The text, cut where it is long.
pub fn clipped(text: &str) -> String {
    if text.chars().count() <= MAX_TEXT {
        return text.to_string();
    }
    text.chars().take(MAX_TEXT - 3).chain("...".chars()).collect()
}

/// A resource type without the namespace of Microsoft.
pub fn short_type(ty: &str) -> String {
    let prefix = "Microsoft.";
    let short = match ty.get(..prefix.len()) {
        Some(start) if start.eq_ignore_ascii_case(prefix) => &ty[prefix.len()..],
        _ => ty,
    };
    clipped(short)
}
