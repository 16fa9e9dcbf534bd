use armlint_azure::types::PRIVATE_LINK_SERVICES;
use armlint_azure::wording;
use armlint_engine::finding::{Applicability, Edit, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::settings::Cloud;
use armlint_engine::value::{PathStep, Presence, Term, Value, presence};
use armlint_factory::factory::Factories;
use armlint_factory::{address, adf_expression, managed_endpoint};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let endpoint = managed_endpoint::managed(resource);
    let ty = endpoint.identity.as_ref().and_then(|identity| identity.ty.as_deref());
    let own = ty.is_some_and(|ty| ty.eq_ignore_ascii_case(PRIVATE_LINK_SERVICES));
    let none = match endpoint.fqdns.elements() {
        Some(names) => names.is_empty() && !endpoint.fqdns.assumed,
        None => presence(&endpoint.fqdns) == Presence::Absent,
    };
    if own && none {
        let name = wording::called(resource, "Managed private endpoint");
        let message = format!("{name} leads to a private link service but answers for no host name");
        let finding = cx.report_on(resource, &endpoint.fqdns, message);
        finding
            .severity(Severity::High)
            .related(endpoint.target.origin.span, "the private link service")
            .help("add \"fqdns\" with the host names that linked services use");
        return;
    }
    let names = endpoint.fqdns.elements().unwrap_or_default();
    for name in names {
        host_name(resource, name, cx);
    }
    if own && !names.is_empty() {
        cluster_name(resource, names, cx);
    }
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
    let known: Option<Vec<&str>> = names.iter().map(Value::known_text).collect();
    let Some(known) = known else { return };
    let factories = Factories::in_view(cx.view());
    let Some(factory) = factories.of(resource) else { return };
    let services = factory.linked_services.iter().map(|id| graph.resource(*id));
    let found = services.filter(|service| service.property("type").is_text("HDInsight").is_true()).find_map(
        |service| {
            let address = address::address_of(graph, service)?;
            let host = address.host.known()?.to_ascii_lowercase();
            let label = host.strip_suffix(end)?.to_string();
            let gateway = format!("{label}-int");
            let same = |name: &str| {
                let own = name.split('.').next().unwrap_or(name);
                own.eq_ignore_ascii_case(&label) || own.eq_ignore_ascii_case(&gateway)
            };
            let ends = |name: &str| name.to_ascii_lowercase().ends_with(end);
            let at = known.iter().position(|name| same(name) && !name.contains(['/', ':', '*', ' ']))?;
            (!known.iter().any(|name| ends(name) && same(name))).then_some((at, host, address.place))
        },
    );
    let Some((name, (_, host, place))) = found.and_then(|found| Some((names.get(found.0)?, found))) else {
        return;
    };
    let finding = cx.report_on(
        resource,
        name,
        format!("The linked service calls the HDInsight cluster `{host}`, which `fqdns` does not answer for"),
    );
    finding.related(place, "the name of the cluster").traced(name);
    finding.help(format!("write the name of the cluster, which ends in `{end}`"));
}

fn host_name(resource: &Resource, name: &Value, cx: &mut Context<'_>) {
    let Some(text) = name.text() else { return };
    let known = text.known().map(|known| known.trim());
    if known.is_some_and(adf_expression::is_dynamic) {
        return;
    }
    let what = if text.prefix().contains("://") {
        "a URL"
    } else if text.holes().any(|hole| is_url(&hole.term)) {
        "the URL of the resource"
    } else if known.is_some_and(|known| known.contains('*')) {
        "a pattern"
    } else if known.is_some_and(|known| known.contains(['/', ':', ' ', '\\'])) {
        "a path, a port or a blank"
    } else {
        return;
    };
    let finding = cx.report_on(
        resource,
        name,
        format!("`fqdns` of the endpoint holds {what} where a host name belongs"),
    );
    finding.traced(name).help("write the host name alone: no scheme, no slash, no wildcard");
    let literal = name.origin.via.is_none() && name.pieces.is_none() && !name.assumed;
    if let Some(host) = known.and_then(bare).filter(|_| literal) {
        let edit = Edit { span: name.origin.span, text: format!("\"{host}\"") };
        finding.fix("Write the host name alone", Applicability::Safe, vec![edit]);
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
