//! Which sub-resources of Private Link managed private endpoints reach.

use std::sync::LazyLock;

use armlint_azure::facts::table::{Period, Setting, Table};
use armlint_azure::facts::{self, PrivateLink};
use armlint_engine::settings::Date;

pub(super) const TABLE: &str = include_str!("../../facts/managed_endpoints.tsv");

// An immutable table, see the module above.
static MANAGED_TARGETS: LazyLock<Vec<ManagedTarget>> = LazyLock::new(|| {
    let table = Table::read(TABLE);
    let rows = table.rows().map(|row| ManagedTarget {
        ty: row.cell("type"),
        group: row.cell("group"),
        support: ManagedSupport::read(row.cell("managed_endpoint")),
        period: row.period(""),
        not_for: row.settings("not_for", ','),
        linked_services: row.list("linked_services"),
        notes: row.cell("notes"),
        source: row.cell("source"),
    });
    rows.collect()
});

/// What managed private endpoints make of one sub-resource of a resource type.
#[derive(Clone, Debug)]
pub struct ManagedTarget {
    /// The resource type.
    pub ty: &'static str,
    /// The name of the sub-resource; empty for a private link service.
    pub group: &'static str,
    /// Whether a managed private endpoint reaches it.
    pub support: ManagedSupport,
    /// When it does.
    pub period: Period,
    /// Values of the target that exclude a managed private endpoint: `kind=Storage`.
    pub not_for: Vec<Setting>,
    /// The linked service types that use it.
    pub linked_services: Vec<&'static str>,
    /// Restrictions in words.
    pub notes: &'static str,
    /// Where all this stands.
    pub source: &'static str,
}

/// Whether, and how, a managed private endpoint reaches something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManagedSupport {
    /// It is on a list of the documentation.
    Listed,
    /// It is on no list, but the service is known to take it.
    Accepted,
    /// Only through a private link service of one's own.
    PrivateLinkService,
    /// Certainly not.
    No,
    /// Nothing is known about it.
    Unknown,
}

impl ManagedSupport {
    pub(super) fn read(cell: &str) -> ManagedSupport {
        match cell {
            "yes" => ManagedSupport::Listed,
            "accepted" => ManagedSupport::Accepted,
            "private-link-service" => ManagedSupport::PrivateLinkService,
            "no" => ManagedSupport::No,
            _ => ManagedSupport::Unknown,
        }
    }
}

/// What managed private endpoints make of a sub-resource; every row of the table of Private Link has one.
pub fn managed_target(link: &PrivateLink) -> Option<&'static ManagedTarget> {
    MANAGED_TARGETS.iter().find(|target| target.ty == link.ty && target.group == link.group)
}

/// Whether the documentation of a day lists a sub-resource among the targets of managed private endpoints.
pub fn is_listed(link: &PrivateLink, day: Date) -> bool {
    managed_target(link)
        .is_some_and(|target| target.support == ManagedSupport::Listed && target.period.contains(day))
}

/// The sub-resources that the documentation names for a type of linked services, in the order of the table.
pub fn private_links_for(linked_service: &str) -> impl Iterator<Item = &'static PrivateLink> {
    let uses = move |link: &&PrivateLink| {
        managed_target(link).is_some_and(|target| target.linked_services.contains(&linked_service))
    };
    facts::private_links().iter().filter(uses)
}
