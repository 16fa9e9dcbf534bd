//! The store behind a linked service: which resource, and through which sub-resource of Private Link.

use armlint_azure::connection_string::{ConnectionString, Role};
use armlint_azure::facts::{PrivateLink, private_links_of};
use armlint_azure::host::{self, Target};
use armlint_azure::resource_id::{self, Identity};
use armlint_azure::wording;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::settings::Settings;
use armlint_engine::span::Span;
use armlint_engine::value::{PathStep, Piece, Text, Truth, Value};
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
    /// It is the read-only endpoint of the secondary region, which has sub-resources of its own.
    pub secondary: bool,
}

impl Store {
    /// The sub-resource that the connector uses.
    pub fn group(&self) -> &'static str {
        self.groups().next().unwrap_or_default()
    }

    /// The sub-resources that the connector may use.
    pub fn groups(&self) -> impl Iterator<Item = &'static str> {
        self.links.iter().map(|link| link.group_of(self.secondary))
    }

    /// What messages call the store: its name or the host in quotes, where that is short enough.
    pub fn display(&self) -> String {
        let text = self.name.as_ref().unwrap_or(&self.host);
        wording::quoted(text).unwrap_or_else(|| "its store".into())
    }

    /// Whether an id names this store.
    pub fn is_named_by(&self, identity: &Identity) -> Truth {
        if let Some(name) = &self.name {
            return Truth::any(self.links.iter().map(|link| resource_id::names(identity, link.ty, name)));
        }
        match &identity.ty {
            Some(ty) if !self.links.iter().any(|link| link.ty.eq_ignore_ascii_case(ty)) => Truth::False,
            _ => Truth::Unknown,
        }
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
    let by_id = facts.names.iter().find_map(|key| from_id(graph, facts, &properties.at(key)));
    let mut written = endpoints(facts, &properties);
    let by_host = written.find_map(|(text, place)| from_endpoint(graph, settings, facts, &text, place));
    let by_host = by_host.or_else(|| {
        let value = plain(&properties.get("connectionString"));
        from_connection_string(graph, settings, facts, &value)
    });
    match (by_host, by_id) {
        // The host of Databricks does not tell the workspace.
        (Some(store), Some(named)) if store.name.is_none() => {
            Some(Store { name: named.name, resource: named.resource, ..store })
        }
        (by_host, by_id) => by_host.or(by_id),
    }
}

/// The host that a linked service connects to, whether or not it is one of Azure; perhaps with holes.
pub fn host_of(settings: &Settings, service: &Resource) -> Option<Text> {
    let facts = facts_of(service)?;
    let properties = service.property("typeProperties");
    let host = endpoints(facts, &properties).find_map(|(text, _)| host::host_of(&text));
    host.map(|host| host.name).or_else(|| {
        let pieces = plain(&properties.get("connectionString")).pieces();
        let parsed = connection_string::parse(&pieces);
        host_in(facts, settings, &parsed)
    })
}

/// What the properties of a linked service say of its host, the usual property first, and where. What Data
/// Factory computes as a whole is left out.
pub(crate) fn endpoints(
    facts: &'static LinkedService,
    properties: &Value,
) -> impl Iterator<Item = (Text, Span)> {
    facts.hosts.iter().filter_map(move |key| {
        let value = plain(&properties.at(key.path));
        let text = value.text().filter(|text| !text.known().is_some_and(|text| says_nothing(text)))?;
        let whole = key.ending.is_empty() || text.ends_with(key.ending).is_true();
        let ending = (!whole).then(|| Text::Known(key.ending.into()));
        Some((Text::concat([text].into_iter().chain(ending)), value.origin.span))
    })
}

fn says_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text.starts_with('@') && adf_expression::parse(text).form == adf_expression::Form::Whole
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
    text: &Text,
    place: Span,
) -> Option<Store> {
    from_reference(graph, facts, text, place).or_else(|| {
        let host = host::host_of(text)?;
        from_host(graph, settings, facts, &host.name, place)
    })
}

// `workspaceResourceId` and its like hold the id itself.
fn from_id(graph: &Graph, facts: &'static LinkedService, value: &Value) -> Option<Store> {
    let identity = resource_id::identify(value)?;
    let (ty, place) = (identity.ty.clone()?, value.origin.span);
    let groups = |link: &&'static PrivateLink| facts.groups.iter().any(|group| link.has_group(group));
    let links: Vec<&'static PrivateLink> = private_links_of(&ty).filter(groups).collect();
    let resource = declared(graph, &links, &identity.name);
    let empty = Text::Known(SmolStr::default());
    let name = Some(identity.name);
    (!links.is_empty()).then_some(Store { links, name, host: empty, place, resource, secondary: false })
}

// A property of the store itself: `reference(id).primaryEndpoints.dfs`.
fn from_reference(graph: &Graph, facts: &'static LinkedService, text: &Text, place: Span) -> Option<Store> {
    let hole = text.holes().next()?;
    let reference = hole.term.reference()?;
    let [PathStep::Member(first), ..] = reference.path.as_slice() else { return None };
    // `primaryEndpoints.dfs` names the service, any other property only the resource.
    let secondary = *first == "secondaryendpoints";
    let service = match reference.path.as_slice() {
        [_, PathStep::Member(service)] if secondary || *first == "primaryendpoints" => Some(*service),
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
                return Some(Store { links, name, host, place, resource: Some(resource.id), secondary });
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
    let Target { links, name, host, secondary } = target.preferring(&facts.targets, &facts.groups);
    let resource = name.as_ref().and_then(|name| declared(graph, &links, name));
    Some(Store { links, name, host, place, resource, secondary })
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
                "blob_secondary",
                Some("st1"),
            ),
            (
                "{sa}-secondary.dfs.core.windows.net",
                "AzureBlobFS",
                STORAGE_ACCOUNTS,
                "dfs_secondary",
                Some("{sa}"),
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
