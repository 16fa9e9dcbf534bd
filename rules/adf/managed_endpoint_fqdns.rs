use armlint_azure::types::PRIVATE_LINK_SERVICES;
use armlint_azure::wording;
use armlint_engine::finding::{Applicability, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, edit};
use armlint_engine::settings::Cloud;
use armlint_engine::value::{PathStep, Presence, Term, Text, Value, presence};
use armlint_factory::factory::Factories;
use armlint_factory::managed_endpoint::{self, ManagedEndpoint};
use armlint_factory::{address, adf_expression};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let endpoint = managed_endpoint::managed(resource);
    let own = endpoint.is_to(PRIVATE_LINK_SERVICES);
    let none = match endpoint.fqdns.elements() {
        Some(names) => names.is_empty() && !endpoint.fqdns.assumed,
        None => presence(&endpoint.fqdns) == Presence::Absent,
    };
    if own && none {
        return report_none(resource, &endpoint, cx);
    }
    let names = endpoint.fqdns.elements().unwrap_or_default();
    for name in names {
        host_name(resource, name, cx);
    }
    if own && !names.is_empty() {
        cluster_name(resource, names, cx);
    }
}

fn report_none(resource: &Resource, endpoint: &ManagedEndpoint, cx: &mut Context<'_>) {
    let name = wording::called(resource, "Managed private endpoint");
    let message = format!("{name} is to a private link service and has no host name in `fqdns`");
    cx.report_on(resource, &endpoint.fqdns, message)
        .severity(Severity::High)
        .related(endpoint.target.origin.span, "the private link service")
        .help("Add \"fqdns\" with the host names that linked services use");
}

// The linked service of an HDInsight cluster calls it by its public name. An endpoint to the private link
// service of the gateway is known by the label of the cluster.
fn cluster_name(resource: &Resource, names: &[Value], cx: &mut Context<'_>) {
    let graph = cx.graph();
    let end = match cx.settings().cloud {
        Cloud::Public => ".azurehdinsight.net",
        Cloud::UsGovernment => ".azurehdinsight.us",
        Cloud::China => ".azurehdinsight.cn",
    };
    let Some(factory) = Factories::in_view(cx.view()).of(resource) else { return };
    let services = factory.linked_services.iter().map(|id| graph.resource(*id));
    let mut clusters = services.filter(|service| service.property("type").is_text("HDInsight").is_true());
    let found = clusters.find_map(|service| {
        let address = address::address_of(graph, service)?;
        let host = address.host.known()?.to_ascii_lowercase();
        Some((misnamed(names, &host, end)?, host, address.place))
    });
    let Some((name, host, place)) = found else { return };
    let message =
        format!("The linked service calls the HDInsight cluster `{host}`, which `fqdns` does not answer for");
    let finding = cx.report_on(resource, name, message);
    finding.related(place, "the name of the cluster").traced(name);
    finding.help(format!("Write the name of the cluster, which ends in `{end}`"));
}

// The name that is meant for a cluster, where none of all is that which its linked service calls it by.
fn misnamed<'n>(names: &'n [Value], host: &str, end: &str) -> Option<&'n Value> {
    let known: Vec<&str> = names.iter().map(Value::known_text).collect::<Option<_>>()?;
    let label = host.strip_suffix(end)?;
    let gateway = format!("{label}-int");
    let same = |name: &str| {
        let own = name.split('.').next().unwrap_or(name);
        own.eq_ignore_ascii_case(label) || own.eq_ignore_ascii_case(&gateway)
    };
    let ends = |name: &str| name.to_ascii_lowercase().ends_with(end);
    let at = known.iter().position(|name| same(name) && !name.contains(['/', ':', '*', ' ']))?;
    if known.iter().any(|name| ends(name) && same(name)) { None } else { names.get(at) }
}

fn host_name(resource: &Resource, name: &Value, cx: &mut Context<'_>) {
    let Some(text) = name.text() else { return };
    let Some(what) = misfit(&text) else { return };
    let endpoint = wording::called(resource, "the managed private endpoint");
    let message = format!("`fqdns` of {endpoint} holds {what} where a host name belongs");
    let host = text.known().and_then(|known| bare(known.trim()));
    let help = match host {
        Some(host) => format!("Write the host name alone: `{host}`"),
        None if what == OF_RESOURCE => {
            "Take the host name out of the URL: `replace(replace(<the URL>, 'https://', ''), '/', '')`".into()
        }
        None => "Write the host name alone: no scheme, no slash, no wildcard".into(),
    };
    let edit = host.and_then(|host| edit::replace(name, &format!("\"{host}\"")));
    let finding = cx.report_on(resource, name, message);
    finding.traced(name).help(help).fix("Write the host name alone", Applicability::Safe, edit);
}

const OF_RESOURCE: &str = "the URL of the resource";

// What stands where a host name belongs.
fn misfit(text: &Text) -> Option<&'static str> {
    let known = text.known().map(|known| known.trim());
    if known.is_some_and(adf_expression::is_dynamic) {
        None
    } else if text.prefix().contains("://") {
        Some("a URL")
    } else if text.holes().any(|hole| is_url(&hole.term)) {
        Some(OF_RESOURCE)
    } else if known.is_some_and(|known| known.contains('*')) {
        Some("a pattern")
    } else {
        let parts = known.is_some_and(|known| known.contains(['/', ':', ' ', '\\']));
        parts.then_some("a path, a port or a blank")
    }
}

// Properties of a target that are URLs, whatever the target is.
fn is_url(term: &Term) -> bool {
    term.reference().is_some_and(|reference| {
        matches!(
            reference.path.as_slice(),
            [PathStep::Member("vaulturi")] | [PathStep::Member("primaryendpoints"), _, ..]
        )
    })
}

// The host name within a URL; `None` where what is left is none.
fn bare(text: &str) -> Option<&str> {
    let host = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or(host);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    (host.contains('.') && host.bytes().all(plain)).then_some(host)
}
