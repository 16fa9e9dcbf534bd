//! The store behind a linked service: which resource, and through which sub-resource of Private Link.

use armlint_azure::connection_string::{ConnectionString, Role};
use armlint_azure::facts::{PrivateLink, private_links_of};
use armlint_azure::host::{self, Target};
use armlint_azure::resource_id::{self, Identity};
use armlint_azure::wording;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::settings::Settings;
use armlint_engine::span::Span;
use armlint_engine::value::{PathStep, Piece, Text, Value};
use smol_str::SmolStr;

use crate::facts::{self, LinkedService};
use crate::{adf_expression, connection_string};

/// The store of a linked service.
#[derive(Clone, Debug)]
pub struct Store {
    /// Resource types and sub-resources that it may be; never empty, the likeliest first.
    pub links: Vec<&'static PrivateLink>,
    /// The resource's name; `None` where the endpoint does not say it.
    pub name: Option<Text>,
    /// The host, for messages and for private link services; empty where the store is named otherwise.
    pub host: Text,
    /// Where the endpoint is written.
    pub place: Span,
    /// The declared resource.
    pub resource: Option<ResourceId>,
}

impl Store {
    /// The sub-resource that the connector uses.
    pub fn group(&self) -> &'static str {
        self.links.first().map_or("", |link| link.group)
    }

    /// What messages call the store: its name or the host in quotes, where that is short enough.
    pub fn display(&self) -> String {
        let text = self.name.as_ref().unwrap_or(&self.host);
        wording::quoted(text).unwrap_or_else(|| "its store".into())
    }

    /// Whether an id names this store.
    pub fn is_named_by(&self, identity: &Identity) -> armlint_engine::value::Truth {
        use armlint_engine::value::Truth;
        let Some(name) = &self.name else { return Truth::Unknown };
        let types = self.links.iter().map(|link| resource_id::names(identity, link.ty, name));
        Truth::any(types)
    }
}

/// The type of a linked service, by the facts.
pub fn facts_of(service: &Resource) -> Option<&'static LinkedService> {
    facts::linked_service(service.property("type").known_text()?)
}

/// The store of a linked service; `None` where it is not known well enough, or is none of Azure.
pub fn store_of(graph: &Graph, settings: &Settings, service: &Resource) -> Option<Store> {
    let facts = facts_of(service)?;
    let properties = service.property("typeProperties");
    for key in facts.endpoint_keys.iter().filter(|key| !key.contains('+') && !key.starts_with('(')) {
        let value = properties.at(key);
        if let Some(store) = from_endpoint(graph, settings, facts, &value) {
            return Some(store);
        }
    }
    if !facts.connection_string_hosts.is_empty() || properties.get("connectionString").text().is_some() {
        let value = plain(&properties.get("connectionString"));
        if let Some(store) = from_connection_string(graph, settings, facts, &value) {
            return Some(store);
        }
    }
    None
}

/// The host that a linked service connects to, whether or not it is one of Azure; perhaps with holes.
pub fn host_of(settings: &Settings, service: &Resource) -> Option<Text> {
    let facts = facts_of(service)?;
    let properties = service.property("typeProperties");
    let written = facts.endpoint_keys.iter().filter(|key| !key.contains('+') && !key.starts_with('('));
    let mut written = written.filter_map(|key| plain(&properties.at(key)).text());
    let dynamic = |text: &Text| text.known().is_some_and(|text| adf_expression::is_dynamic(text));
    let host = written.find_map(|text| host::host_of(&text).filter(|_| !dynamic(&text)));
    host.map(|host| host.name).or_else(|| {
        let pieces = plain(&properties.get("connectionString")).pieces();
        let parsed = connection_string::parse(&pieces);
        host_in(facts, settings, &parsed)
    })
}

// The text inside of a SecureString.
fn plain(value: &Value) -> Value {
    match value.object() {
        Some(_) if value.get("type").is_text("SecureString").is_true() => value.get("value"),
        _ => value.clone(),
    }
}

fn from_endpoint(
    graph: &Graph,
    settings: &Settings,
    facts: &'static LinkedService,
    value: &Value,
) -> Option<Store> {
    let text = plain(value).text()?;
    if text.known().is_some_and(|text| adf_expression::is_dynamic(text)) {
        return None;
    }
    if text.known().is_some_and(|text| text.starts_with('/') && text.contains("/providers/")) {
        return from_id(graph, facts, text, value.origin.span);
    }
    from_reference(graph, facts, &text, value.origin.span).or_else(|| {
        let host = host::host_of(&text)?;
        from_host(graph, settings, facts, &host.name, value.origin.span)
    })
}

// `workspaceResourceId` and its like hold the id itself.
fn from_id(graph: &Graph, facts: &'static LinkedService, id: Text, place: Span) -> Option<Store> {
    let identity = resource_id::identify_text(id);
    let ty = identity.ty.clone()?;
    let groups = |link: &&'static PrivateLink| facts.groups.iter().any(|group| link.has_group(group));
    let links: Vec<&'static PrivateLink> = private_links_of(&ty).filter(groups).collect();
    let resource = declared(graph, &links, &identity.name);
    let empty = Text::Known(SmolStr::default());
    (!links.is_empty()).then_some(Store { links, name: Some(identity.name), host: empty, place, resource })
}

// A property of the store itself: `reference(id).primaryEndpoints.dfs`.
fn from_reference(graph: &Graph, facts: &'static LinkedService, text: &Text, place: Span) -> Option<Store> {
    let hole = text.holes().next()?;
    let reference = hole.term.reference()?;
    let [PathStep::Member(first), ..] = reference.path.as_slice() else { return None };
    // `primaryEndpoints.dfs` names the service, any other property only the resource.
    let service = match reference.path.as_slice() {
        [_, PathStep::Member(service)] if *first == "primaryendpoints" => Some(*service),
        _ => None,
    };
    for ty in &facts.targets {
        for resource in graph.of_type(ty) {
            if !reference.is_of(&resource.resource_id) {
                continue;
            }
            let own = |link: &&'static PrivateLink| match service {
                Some(service) => link.has_group(service),
                None => facts.groups.iter().any(|group| link.has_group(group)),
            };
            let links: Vec<&'static PrivateLink> = private_links_of(ty).filter(own).collect();
            if !links.is_empty() {
                let (name, host) = (Some(resource.name.last()), text.clone());
                return Some(Store { links, name, host, place, resource: Some(resource.id) });
            }
        }
    }
    None
}

fn from_connection_string(
    graph: &Graph,
    settings: &Settings,
    facts: &'static LinkedService,
    value: &Value,
) -> Option<Store> {
    let pieces: Vec<Piece> = value.pieces();
    if pieces.is_empty() {
        return None;
    }
    let parsed = connection_string::parse(&pieces);
    let host = host_in(facts, settings, &parsed)?;
    let part = parsed.role(Role::Host).or_else(|| parsed.role(Role::Account));
    let fragment = part.and_then(|part| part.fragments.first());
    let place = fragment.and_then(|fragment| fragment.span(&pieces, graph)).unwrap_or(value.origin.span);
    from_reference(graph, facts, &host, place).or_else(|| from_host(graph, settings, facts, &host, place))
}

fn host_in(facts: &LinkedService, settings: &Settings, parsed: &ConnectionString) -> Option<Text> {
    let storage = ["blob", "dfs", "file", "table", "queue"]
        .into_iter()
        .filter(|service| facts.groups.iter().any(|group| group.eq_ignore_ascii_case(service)))
        .find_map(|service| parsed.storage_host(service, settings.cloud));
    storage.or_else(|| parsed.host())
}

fn from_host(
    graph: &Graph,
    settings: &Settings,
    facts: &'static LinkedService,
    host: &Text,
    place: Span,
) -> Option<Store> {
    let target = host::target(host, settings.cloud)?;
    let Target { links, name, host } = target.preferring(&facts.targets, &facts.groups);
    let resource = name.as_ref().and_then(|name| declared(graph, &links, name));
    Some(Store { links, name, host, place, resource })
}

// The declared resource of one of the types whose name is certainly the same.
fn declared(graph: &Graph, links: &[&'static PrivateLink], name: &Text) -> Option<ResourceId> {
    let key = resource_id::name_key(name);
    let mut found = links.iter().flat_map(|link| graph.of_type(link.ty));
    found.find(|resource| resource_id::name_key(&resource.name.last()) == key).map(|resource| resource.id)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use armlint_azure::types::STORAGE_ACCOUNTS;
    use armlint_engine::settings::Cloud;
    use armlint_engine::value::{Reason, Unknown};

    use super::*;

    // `{x}` stands for a hole.
    fn text(pattern: &str) -> Text {
        let mut parts = Vec::new();
        for (index, part) in pattern.split(['{', '}']).enumerate() {
            parts.push(match index % 2 {
                0 => Text::Known(part.into()),
                _ => Text::hole(Rc::new(Unknown::new(Reason::Parameter, part))),
            });
        }
        Text::concat(parts)
    }

    #[test]
    fn the_connector_decides_where_the_host_leaves_a_choice() {
        let cases = [
            ("st1.blob.core.windows.net", "AzureBlobFS", STORAGE_ACCOUNTS, "dfs", Some("st1")),
            ("{sa}.blob.core.windows.net", "AzureBlobStorage", STORAGE_ACCOUNTS, "blob", Some("{sa}")),
            (
                "st1-secondary.blob.core.windows.net",
                "AzureBlobStorage",
                STORAGE_ACCOUNTS,
                "blob",
                Some("st1"),
            ),
            (
                "w-ondemand.sql.azuresynapse.net",
                "AzureSqlDW",
                "Microsoft.Synapse/workspaces",
                "SqlOnDemand",
                Some("w"),
            ),
            ("w.sql.azuresynapse.net", "AzureSqlDatabase", "Microsoft.Synapse/workspaces", "Sql", Some("w")),
            ("s.database.windows.net", "AzureSqlDW", "Microsoft.Sql/servers", "sqlServer", Some("s")),
            (
                "a.documents.azure.com",
                "CosmosDbMongoDbApi",
                "Microsoft.DocumentDB/databaseAccounts",
                "MongoDB",
                Some("a"),
            ),
            (
                "p.postgres.database.azure.com",
                "AzurePostgreSql",
                "Microsoft.DBforPostgreSQL/servers",
                "postgresqlServer",
                Some("p"),
            ),
            (
                "adb-1.2.azuredatabricks.net",
                "AzureDatabricks",
                "Microsoft.Databricks/workspaces",
                "databricks_ui_api",
                None,
            ),
            ("f.azurewebsites.net", "AzureFunction", "Microsoft.Web/sites", "sites", Some("f")),
            ("f-h4sh.westeurope-01.azurewebsites.net", "AzureFunction", "Microsoft.Web/sites", "sites", None),
            ("st1.blob.core.windows.net", "HttpServer", STORAGE_ACCOUNTS, "blob", Some("st1")),
        ];
        for (host, service, ty, group, name) in cases {
            let service = facts::linked_service(service).unwrap_or_else(|| panic!("{service}"));
            let target = host::target(&text(host), Cloud::Public).unwrap_or_else(|| panic!("{host}"));
            let target = target.preferring(&service.targets, &service.groups);
            assert_eq!((target.arm_type(), target.group()), (ty, group), "{host}");
            assert_eq!(target.name.map(|name| name.braced().to_lowercase()).as_deref(), name, "{host}");
        }
    }
}
