//! The names of resource types, as the documentation spells them.

/// The type of private endpoints.
pub const PRIVATE_ENDPOINTS: &str = "Microsoft.Network/privateEndpoints";

/// The type of the groups of zones of a private endpoint.
pub const PRIVATE_DNS_ZONE_GROUPS: &str = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups";

/// The type of private DNS zones.
pub const PRIVATE_DNS_ZONES: &str = "Microsoft.Network/privateDnsZones";

/// The type of the records of addresses in a private DNS zone.
pub const PRIVATE_DNS_RECORDS: &str = "Microsoft.Network/privateDnsZones/A";

/// The type of the links between private DNS zones and virtual networks.
pub const PRIVATE_DNS_ZONE_LINKS: &str = "Microsoft.Network/privateDnsZones/virtualNetworkLinks";

/// The type of private link services.
pub const PRIVATE_LINK_SERVICES: &str = "Microsoft.Network/privateLinkServices";

/// The type of virtual networks.
pub const VIRTUAL_NETWORKS: &str = "Microsoft.Network/virtualNetworks";

/// The type of subnets.
pub const SUBNETS: &str = "Microsoft.Network/virtualNetworks/subnets";

/// The type of network interfaces.
pub const NETWORK_INTERFACES: &str = "Microsoft.Network/networkInterfaces";

/// The type of network security groups.
pub const NETWORK_SECURITY_GROUPS: &str = "Microsoft.Network/networkSecurityGroups";

/// The type of the rules of a network security group.
pub const SECURITY_RULES: &str = "Microsoft.Network/networkSecurityGroups/securityRules";

/// The type of route tables.
pub const ROUTE_TABLES: &str = "Microsoft.Network/routeTables";

/// The type of the routes of a table.
pub const ROUTES: &str = "Microsoft.Network/routeTables/routes";

/// The type of firewalls.
pub const AZURE_FIREWALLS: &str = "Microsoft.Network/azureFirewalls";

/// The type of firewall policies.
pub const FIREWALL_POLICIES: &str = "Microsoft.Network/firewallPolicies";

/// The type of load balancers.
pub const LOAD_BALANCERS: &str = "Microsoft.Network/loadBalancers";

/// The type of virtual machines.
pub const VIRTUAL_MACHINES: &str = "Microsoft.Compute/virtualMachines";

/// The type of scale sets of virtual machines.
pub const VIRTUAL_MACHINE_SCALE_SETS: &str = "Microsoft.Compute/virtualMachineScaleSets";

/// The type of key vaults.
pub const KEY_VAULTS: &str = "Microsoft.KeyVault/vaults";

/// The type of the keys of a vault.
pub const KEY_VAULT_KEYS: &str = "Microsoft.KeyVault/vaults/keys";

/// The type of the access policies of a vault.
pub const ACCESS_POLICIES: &str = "Microsoft.KeyVault/vaults/accessPolicies";

/// The type of storage accounts.
pub const STORAGE_ACCOUNTS: &str = "Microsoft.Storage/storageAccounts";

/// The type of accounts of Purview.
pub const PURVIEW_ACCOUNTS: &str = "Microsoft.Purview/accounts";

/// The type of accounts of Batch.
pub const BATCH_ACCOUNTS: &str = "Microsoft.Batch/batchAccounts";

/// The type of role assignments.
pub const ROLE_ASSIGNMENTS: &str = "Microsoft.Authorization/roleAssignments";

/// The type of deployment scripts.
pub const DEPLOYMENT_SCRIPTS: &str = "Microsoft.Resources/deploymentScripts";

/// The type of web sites.
pub const WEB_SITES: &str = "Microsoft.Web/sites";

/// The type of nested deployments.
pub const DEPLOYMENTS: &str = "Microsoft.Resources/deployments";

/// The type of the variables of an automation account.
pub const AUTOMATION_VARIABLES: &str = "Microsoft.Automation/automationAccounts/variables";
