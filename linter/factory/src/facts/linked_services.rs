//! The linked service types of Data Factory and Synapse.

use std::sync::LazyLock;

use armlint_azure::facts::table::{Period, Setting, Table};
use armlint_engine::settings::Date;

use crate::facts::ManagedSupport;

pub(super) const TABLE: &str = include_str!("../../facts/linked_services.tsv");

// An immutable table, see the module above.
static LINKED_SERVICES: LazyLock<Vec<LinkedService>> = LazyLock::new(|| {
    let mut rows: Vec<LinkedService> = Table::read(TABLE)
        .rows()
        .map(|row| LinkedService {
            ty: row.cell("type"),
            secrets: row.list("secrets"),
            secure_string_only: row.list("secure_string_only"),
            key_vault_only: row.list("key_vault_only"),
            string_or_secret: row.list("string_or_secret"),
            untyped_secrets: row.list("untyped_secrets"),
            nested_secrets: row.list("nested_secrets"),
            encrypted_credential: row.flag("encrypted_credential"),
            key_vault_in: row.list("key_vault_in"),
            credential: match row.cell("credential") {
                "reference" => Some(Credential::Reference),
                "secret" => Some(Credential::Secret),
                _ => None,
            },
            managed_identity: row.flag("managed_identity"),
            managed_identity_by: row.cell("managed_identity_by"),
            auth_values: row.settings("auth_values", ';'),
            tls_weakening: row.settings("tls_weakening", ';'),
            tls_weakening_connection_string: row.settings("tls_weakening_connection_string", ';'),
            references: row.list("references"),
            family: row.cell("family"),
            ports: row.list("ports").into_iter().filter_map(ports).collect(),
            targets: row.list("targets"),
            hosts: hosts(&row.list("endpoint_keys")),
            names: names(&row.list("endpoint_keys")),
            connection_string_hosts: row.list("connection_string_hosts"),
            groups: row.list("groups"),
            azure_runtime: row.flag("azure_runtime"),
            managed_endpoint: ManagedSupport::read(row.cell("managed_endpoint")),
            managed_endpoint_period: row.period("managed_endpoint_"),
            notes: row.cell("notes"),
            period: row.period(""),
            source: row.cell("source"),
        })
        .collect();
    rows.sort_by_cached_key(|row| row.ty.to_ascii_lowercase());
    rows
});

/// What is known about a type of linked service. Paths are relative to `typeProperties`; `.*` at their
/// end stands for every member, `[]` for every element.
#[derive(Clone, Debug)]
pub struct LinkedService {
    /// The type as the API spells it.
    pub ty: &'static str,
    /// Properties that take a SecureString or a Key Vault reference.
    pub secrets: Vec<&'static str>,
    /// Properties that take a SecureString only, so that Key Vault cannot be asked for.
    pub secure_string_only: Vec<&'static str>,
    /// Properties that take a Key Vault reference only.
    pub key_vault_only: Vec<&'static str>,
    /// Properties that take a plain string, a SecureString or a Key Vault reference.
    pub string_or_secret: Vec<&'static str>,
    /// Properties of any shape that may hold a secret.
    pub untyped_secrets: Vec<&'static str>,
    /// Secret properties of nested objects.
    pub nested_secrets: Vec<&'static str>,
    /// Whether `encryptedCredential` exists.
    pub encrypted_credential: bool,
    /// The properties that a Key Vault reference is taken in.
    pub key_vault_in: Vec<&'static str>,
    /// What the property `credential` is, where there is one.
    pub credential: Option<Credential>,
    /// Whether the type can sign in with a managed identity.
    pub managed_identity: bool,
    /// By which properties it does, in words.
    pub managed_identity_by: &'static str,
    /// The documented values of the properties that choose the way to sign in.
    pub auth_values: Vec<Setting>,
    /// Values of properties that weaken TLS.
    pub tls_weakening: Vec<Setting>,
    /// Values of connection string keys (lower case) that weaken TLS.
    pub tls_weakening_connection_string: Vec<Setting>,
    /// Properties that refer to other linked services.
    pub references: Vec<&'static str>,
    /// The family of stores: `azure-storage`, `rdbms`, `saas`, ...
    pub family: &'static str,
    /// TCP ports, first and last of each range; the default comes first.
    pub ports: Vec<(u16, u16)>,
    /// The resource types that it connects to; `*` is any.
    pub targets: Vec<&'static str>,
    /// Properties that hold the host, the usual one first.
    pub hosts: Vec<HostKey>,
    /// Properties that name the target, or hold its id, and are no hosts.
    pub names: Vec<&'static str>,
    /// Keys, or the scheme, that hold the host in the connection string.
    pub connection_string_hosts: Vec<&'static str>,
    /// The sub-resources of Private Link that it uses; the first is the usual one.
    pub groups: Vec<&'static str>,
    /// Whether an Azure runtime can use it; otherwise a self-hosted one is needed.
    pub azure_runtime: bool,
    /// Whether a managed private endpoint can carry it.
    pub managed_endpoint: ManagedSupport,
    /// When it can.
    pub managed_endpoint_period: Period,
    /// Restrictions in words.
    pub notes: &'static str,
    /// When the store exists.
    pub period: Period,
    /// Where all this stands.
    pub source: &'static str,
}

/// A property that holds a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostKey {
    /// The property.
    pub path: &'static str,
    /// What makes a host of it; empty where it is one.
    pub ending: &'static str,
}

/// What the property `credential` of a linked service holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A reference to a credential resource of the factory.
    Reference,
    /// A secret.
    Secret,
}

/// All types, sorted by name.
pub fn linked_services() -> &'static [LinkedService] {
    &LINKED_SERVICES
}

/// The type `ty`, without regard to case.
pub fn linked_service(ty: &str) -> Option<&'static LinkedService> {
    let lower = |text: &'static str| text.bytes().map(|byte| byte.to_ascii_lowercase());
    let wanted = || ty.bytes().map(|byte| byte.to_ascii_lowercase());
    let index = LINKED_SERVICES.binary_search_by(|row| lower(row.ty).cmp(wanted())).ok()?;
    LINKED_SERVICES.get(index)
}

impl LinkedService {
    /// The TCP port that is used where none is written.
    pub fn default_port(&self) -> Option<u16> {
        self.ports.first().map(|(port, _)| *port)
    }

    /// Whether a managed private endpoint, perhaps to a private link service, carries it on a day.
    pub fn has_managed_endpoint(&self, day: Date) -> bool {
        let exists = !matches!(self.managed_endpoint, ManagedSupport::No | ManagedSupport::Unknown);
        exists && self.managed_endpoint_period.contains(day)
    }
}

// Where several properties identify the target together, none of them is a host.
fn hosts(keys: &[&'static str]) -> Vec<HostKey> {
    let hosts = keys.iter().filter(|key| !key.contains(['+', '*', '(']));
    hosts
        .map(|key| match key.split_once(':') {
            Some((path, ending)) => HostKey { path, ending },
            None => HostKey { path: key, ending: "" },
        })
        .collect()
}

fn names(keys: &[&'static str]) -> Vec<&'static str> {
    keys.iter().filter_map(|key| key.strip_prefix('(')?.strip_suffix(')')).collect()
}

fn ports(cell: &str) -> Option<(u16, u16)> {
    match cell.split_once('-') {
        Some((first, last)) => Some((first.parse().ok()?, last.parse().ok()?)),
        None => cell.parse().ok().map(|port| (port, port)),
    }
}
