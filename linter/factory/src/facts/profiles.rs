//! What held of Data Factory's networks, and when. Rules ask this table and hold no dates themselves.

use std::sync::LazyLock;

use armlint_azure::facts::table::{Period, Table};
use armlint_engine::settings::Date;

pub(super) const TABLE: &str = include_str!("../../facts/profiles.tsv");

// An immutable table, see the module above.
static PROFILES: LazyLock<Vec<(&'static str, Period)>> = LazyLock::new(|| {
    let table = Table::read(TABLE);
    table.rows().map(|row| (row.cell("fact"), row.period(""))).collect()
});

/// Something that held for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A managed virtual network needs a new factory.
    NewFactoryOnly,
    /// A managed virtual network and its runtimes are in the region of the factory.
    SameRegion,
    /// From the managed network only port 443 is open to public addresses.
    OnlyPort443,
    /// All ports are open from the managed network to public addresses.
    AllPortsOpen,
    /// Storage and Data Lake Gen2 cannot be reached over their public address from the managed network.
    NoPublicStorage,
    /// A store with a private endpoint of somebody else cannot be reached over its public address from
    /// the managed network.
    ForeignEndpointShadows,
    /// The documentation lists all data sources that managed private endpoints reach.
    ClosedSourceList,
    /// A factory takes private endpoints.
    FactoryPrivateLink,
    /// A factory has `publicNetworkAccess`, for the traffic of self-hosted runtimes only.
    FactoryPublicAccess,
    /// Credentials outside of Key Vault fail as soon as a factory has a private endpoint.
    CredentialsNeedKeyVault,
    /// Credentials outside of Key Vault fail where a factory has a private endpoint and closes its public
    /// access.
    CredentialsNeedKeyVaultWhenClosed,
    /// Interactive authoring on a self-hosted runtime never takes the private link.
    AuthoringNeedsRelay,
    /// The self-hosted runtime updates itself from a public address only.
    UpdateNeedsPublicDownload,
    /// Debug runs against Cosmos DB fail in the managed network.
    NoCosmosDebug,
    /// The managed network takes no DNS servers of one's own.
    NoCustomDns,
    /// Runtimes in the managed network can keep copy and pipeline compute alive.
    ComputeScale,
    /// A copy in the managed network takes at least 4 data integration units.
    CopyNeeds4Units,
}

impl Fact {
    /// Every fact.
    pub const ALL: [Fact; 17] = [
        Fact::NewFactoryOnly,
        Fact::SameRegion,
        Fact::OnlyPort443,
        Fact::AllPortsOpen,
        Fact::NoPublicStorage,
        Fact::ForeignEndpointShadows,
        Fact::ClosedSourceList,
        Fact::FactoryPrivateLink,
        Fact::FactoryPublicAccess,
        Fact::CredentialsNeedKeyVault,
        Fact::CredentialsNeedKeyVaultWhenClosed,
        Fact::AuthoringNeedsRelay,
        Fact::UpdateNeedsPublicDownload,
        Fact::NoCosmosDebug,
        Fact::NoCustomDns,
        Fact::ComputeScale,
        Fact::CopyNeeds4Units,
    ];

    /// The name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Fact::NewFactoryOnly => "new-factory-only",
            Fact::SameRegion => "same-region",
            Fact::OnlyPort443 => "only-port-443",
            Fact::AllPortsOpen => "all-ports-open",
            Fact::NoPublicStorage => "no-public-storage",
            Fact::ForeignEndpointShadows => "foreign-endpoint-shadows",
            Fact::ClosedSourceList => "closed-source-list",
            Fact::FactoryPrivateLink => "factory-private-link",
            Fact::FactoryPublicAccess => "factory-public-access",
            Fact::CredentialsNeedKeyVault => "credentials-need-key-vault",
            Fact::CredentialsNeedKeyVaultWhenClosed => "credentials-need-key-vault-when-closed",
            Fact::AuthoringNeedsRelay => "authoring-needs-relay",
            Fact::UpdateNeedsPublicDownload => "update-needs-public-download",
            Fact::NoCosmosDebug => "no-cosmos-debug",
            Fact::NoCustomDns => "no-custom-dns",
            Fact::ComputeScale => "compute-scale",
            Fact::CopyNeeds4Units => "copy-needs-4-units",
        }
    }

    /// Whether it held on a day.
    pub fn holds(self, day: Date) -> bool {
        let row = PROFILES.iter().find(|(name, _)| *name == self.name());
        row.is_some_and(|(_, period)| period.contains(day))
    }
}
