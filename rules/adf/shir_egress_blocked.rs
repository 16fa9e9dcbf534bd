//! Self-hosted runtime cannot reach what it needs
//!
//! ## Why
//!
//! A self-hosted integration runtime opens every connection itself, outbound: to the command channel of its
//! factory, to Azure Relay for interactive authoring, to the download site for its updates, to Key Vault for
//! its secrets and to its stores (create-self-hosted-integration-runtime, 2023-07-13). A private endpoint to
//! the factory carries the command channel only: interactive authoring and updates go on to need the internet
//! (data-factory-private-link, 2023-07-13), unless the runtime has
//! `selfContainedInteractiveAuthoringEnabled`, which counts from 2023-07.
//!
//! Azure Relay has no service tag of its own: to allow `ServiceBus` is not enough, `AzureCloud` or `Internet`
//! is needed.
//!
//! The rule follows the platform: the security groups of subnet and interface with the rules that every
//! group has, the route for everything else, and the rules of a declared Azure Firewall. It speaks where
//! something certainly denies. A machine is known by what installs the runtime on it: a script that is given
//! `listAuthKeys(..)` of the runtime, or one that is called as Microsoft calls them. A proxy that a node is
//! told to use does not show in a template.
//!
//! A blocked command channel, Key Vault or store is severe, a blocked Relay costs interactive authoring, a
//! blocked download site costs updates only.
//!
//! ## How to fix
//!
//! Allow outbound TCP 443 to the service tag `DataFactoryManagement` (or use a private endpoint), to
//! `AzureCloud` for Azure Relay, to `AzureKeyVault` and to the stores, before what denies. In a firewall, allow
//! the host names.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shir",
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.Network/networkSecurityGroups",
//!     "apiVersion": "2024-05-01",
//!     "name": "nsg-shir",
//!     "location": "westeurope",
//!     "properties": {
//!       "securityRules": [
//!         {
//!           "name": "deny-internet",
//!           "properties": {
//!             "priority": 4000,
//!             "direction": "Outbound",
//!             "access": "Deny", // expect: adf/shir-egress-blocked
//!             "protocol": "*",
//!             "sourceAddressPrefix": "*",
//!             "sourcePortRange": "*",
//!             "destinationAddressPrefix": "Internet",
//!             "destinationPortRange": "*"
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/virtualNetworks",
//!     "apiVersion": "2024-05-01",
//!     "name": "vnet-spoke",
//!     "location": "westeurope",
//!     "dependsOn": ["[resourceId('Microsoft.Network/networkSecurityGroups', 'nsg-shir')]"],
//!     "properties": {
//!       "addressSpace": { "addressPrefixes": ["10.1.0.0/16"] },
//!       "subnets": [
//!         {
//!           "name": "shir",
//!           "properties": {
//!             "networkSecurityGroup": { "id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'nsg-shir')]" },
//!             "addressPrefix": "10.1.1.0/24"
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/networkInterfaces",
//!     "apiVersion": "2024-05-01",
//!     "name": "nic-shir",
//!     "location": "westeurope",
//!     "dependsOn": ["[resourceId('Microsoft.Network/virtualNetworks', 'vnet-spoke')]"],
//!     "properties": {
//!       "ipConfigurations": [
//!         {
//!           "name": "ipconfig",
//!           "properties": {
//!             "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-spoke', 'shir')]" }
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Compute/virtualMachines",
//!     "apiVersion": "2024-07-01",
//!     "name": "vm-shir",
//!     "location": "westeurope",
//!     "dependsOn": ["[resourceId('Microsoft.Network/networkInterfaces', 'nic-shir')]"],
//!     "properties": {
//!       "networkProfile": {
//!         "networkInterfaces": [{ "id": "[resourceId('Microsoft.Network/networkInterfaces', 'nic-shir')]" }]
//!       }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Compute/virtualMachines/extensions",
//!     "apiVersion": "2024-07-01",
//!     "name": "vm-shir/install",
//!     "location": "westeurope",
//!     "dependsOn": ["[resourceId('Microsoft.Compute/virtualMachines', 'vm-shir')]"],
//!     "properties": {
//!       "publisher": "Microsoft.Compute",
//!       "type": "CustomScriptExtension",
//!       "typeHandlerVersion": "1.10",
//!       "protectedSettings": {
//!         "commandToExecute": "[concat('powershell.exe -File gatewayInstall.ps1 ', listAuthKeys(resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-sales', 'shir'), '2018-06-01').authKey1)]"
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! A route to nowhere, in a module; the subnet and the key reach the machines through parameters:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "location": { "type": "string" } },
//!   "resources": {
//!     "factory": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales",
//!       "location": "[parameters('location')]",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": { "publicNetworkAccess": "Enabled" } // expect: adf/public-network-access
//!     },
//!     "runtime": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', 'adf-sales', 'shir')]",
//!       "properties": { "type": "SelfHosted" },
//!       "dependsOn": ["factory"]
//!     },
//!     "network": {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "network",
//!       "properties": {
//!         "expressionEvaluationOptions": { "scope": "inner" },
//!         "mode": "Incremental",
//!         "parameters": { "location": { "value": "[parameters('location')]" } },
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "languageVersion": "2.0",
//!           "contentVersion": "1.0.0.0",
//!           "parameters": { "location": { "type": "string" } },
//!           "resources": {
//!             "routes": {
//!               "type": "Microsoft.Network/routeTables",
//!               "apiVersion": "2024-05-01",
//!               "name": "rt-shir",
//!               "location": "[parameters('location')]",
//!               "properties": {
//!                 "routes": [
//!                   {
//!                     "name": "no-internet",
//!                     "properties": {
//!                       "addressPrefix": "0.0.0.0/0",
//!                       "nextHopType": "None" // expect: adf/shir-egress-blocked
//!                     }
//!                   }
//!                 ]
//!               }
//!             },
//!             "vnet": {
//!               "type": "Microsoft.Network/virtualNetworks",
//!               "apiVersion": "2024-05-01",
//!               "name": "vnet-spoke",
//!               "location": "[parameters('location')]",
//!               "properties": { "addressSpace": { "addressPrefixes": ["10.1.0.0/16"] } }
//!             },
//!             "subnet": {
//!               "type": "Microsoft.Network/virtualNetworks/subnets",
//!               "apiVersion": "2024-05-01",
//!               "name": "[format('{0}/{1}', 'vnet-spoke', 'shir')]",
//!               "properties": {
//!                 "addressPrefix": "10.1.1.0/24",
//!                 "routeTable": { "id": "[resourceId('Microsoft.Network/routeTables', 'rt-shir')]" }
//!               },
//!               "dependsOn": ["routes", "vnet"]
//!             }
//!           },
//!           "outputs": {
//!             "subnetId": {
//!               "type": "string",
//!               "value": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-spoke', 'shir')]"
//!             }
//!           }
//!         }
//!       }
//!     },
//!     "host": {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "host",
//!       "properties": {
//!         "expressionEvaluationOptions": { "scope": "inner" },
//!         "mode": "Incremental",
//!         "parameters": {
//!           "location": { "value": "[parameters('location')]" },
//!           "subnetId": { "value": "[reference('network').outputs.subnetId.value]" },
//!           "key": { "value": "[listAuthKeys(resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-sales', 'shir'), '2018-06-01').authKey1]" }
//!         },
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "languageVersion": "2.0",
//!           "contentVersion": "1.0.0.0",
//!           "parameters": {
//!             "location": { "type": "string" },
//!             "subnetId": { "type": "string" },
//!             "key": { "type": "securestring" }
//!           },
//!           "resources": {
//!             "machines": {
//!               "type": "Microsoft.Compute/virtualMachineScaleSets",
//!               "apiVersion": "2024-07-01",
//!               "name": "vmss-shir",
//!               "location": "[parameters('location')]",
//!               "properties": {
//!                 "virtualMachineProfile": {
//!                   "networkProfile": {
//!                     "networkInterfaceConfigurations": [
//!                       {
//!                         "name": "nic",
//!                         "properties": {
//!                           "primary": true,
//!                           "ipConfigurations": [
//!                             {
//!                               "name": "ipconfig",
//!                               "properties": {
//!                                 "subnet": { "id": "[parameters('subnetId')]" }
//!                               }
//!                             }
//!                           ]
//!                         }
//!                       }
//!                     ]
//!                   },
//!                   "extensionProfile": {
//!                     "extensions": [
//!                       {
//!                         "name": "install",
//!                         "properties": {
//!                           "publisher": "Microsoft.Compute",
//!                           "type": "CustomScriptExtension",
//!                           "typeHandlerVersion": "1.10",
//!                           "protectedSettings": {
//!                             "commandToExecute": "[format('powershell.exe -File install.ps1 -gatewayKey {0}', parameters('key'))]"
//!                           }
//!                         }
//!                       }
//!                     ]
//!                   }
//!                 }
//!               }
//!             }
//!           }
//!         }
//!       },
//!       "dependsOn": ["network", "runtime"]
//!     }
//!   }
//! }
//! ```
//!
//! Without a rule of its own, a group lets connections to the internet out:
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shir",
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.Network/networkSecurityGroups",
//!     "apiVersion": "2024-05-01",
//!     "name": "nsg-shir",
//!     "location": "westeurope",
//!     "properties": {
//!       "securityRules": [
//!         {
//!           "name": "allow-cloud",
//!           "properties": {
//!             "priority": 100,
//!             "direction": "Outbound",
//!             "access": "Allow",
//!             "protocol": "Tcp",
//!             "sourceAddressPrefix": "*",
//!             "sourcePortRange": "*",
//!             "destinationAddressPrefix": "AzureCloud",
//!             "destinationPortRange": "443"
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/virtualNetworks",
//!     "apiVersion": "2024-05-01",
//!     "name": "vnet-spoke",
//!     "location": "westeurope",
//!     "dependsOn": ["[resourceId('Microsoft.Network/networkSecurityGroups', 'nsg-shir')]"],
//!     "properties": {
//!       "addressSpace": { "addressPrefixes": ["10.1.0.0/16"] },
//!       "subnets": [
//!         {
//!           "name": "shir",
//!           "properties": {
//!             "networkSecurityGroup": { "id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'nsg-shir')]" },
//!             "addressPrefix": "10.1.1.0/24"
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/networkInterfaces",
//!     "apiVersion": "2024-05-01",
//!     "name": "nic-shir",
//!     "location": "westeurope",
//!     "dependsOn": ["[resourceId('Microsoft.Network/virtualNetworks', 'vnet-spoke')]"],
//!     "properties": {
//!       "ipConfigurations": [
//!         {
//!           "name": "ipconfig",
//!           "properties": {
//!             "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-spoke', 'shir')]" }
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Compute/virtualMachines",
//!     "apiVersion": "2024-07-01",
//!     "name": "vm-shir",
//!     "location": "westeurope",
//!     "dependsOn": ["[resourceId('Microsoft.Network/networkInterfaces', 'nic-shir')]"],
//!     "properties": {
//!       "networkProfile": {
//!         "networkInterfaces": [{ "id": "[resourceId('Microsoft.Network/networkInterfaces', 'nic-shir')]" }]
//!       }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Compute/virtualMachines/extensions",
//!     "apiVersion": "2024-07-01",
//!     "name": "vm-shir/install",
//!     "location": "westeurope",
//!     "dependsOn": ["[resourceId('Microsoft.Compute/virtualMachines', 'vm-shir')]"],
//!     "properties": {
//!       "publisher": "Microsoft.Compute",
//!       "type": "CustomScriptExtension",
//!       "typeHandlerVersion": "1.10",
//!       "protectedSettings": {
//!         "commandToExecute": "[concat('powershell.exe -File gatewayInstall.ps1 ', listAuthKeys(resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-sales', 'shir'), '2018-06-01').authKey1)]"
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! An appliance that is not here may allow everything:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "location": { "type": "string" } },
//!   "resources": {
//!     "runtime": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', 'adf-sales', 'shir')]",
//!       "properties": { "type": "SelfHosted" }
//!     },
//!     "network": {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "network",
//!       "properties": {
//!         "expressionEvaluationOptions": { "scope": "inner" },
//!         "mode": "Incremental",
//!         "parameters": { "location": { "value": "[parameters('location')]" } },
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "languageVersion": "2.0",
//!           "contentVersion": "1.0.0.0",
//!           "parameters": { "location": { "type": "string" } },
//!           "resources": {
//!             "routes": {
//!               "type": "Microsoft.Network/routeTables",
//!               "apiVersion": "2024-05-01",
//!               "name": "rt-shir",
//!               "location": "[parameters('location')]",
//!               "properties": {
//!                 "routes": [
//!                   {
//!                     "name": "no-internet",
//!                     "properties": {
//!                       "addressPrefix": "0.0.0.0/0",
//!                       "nextHopType": "VirtualAppliance",
//!                       "nextHopIpAddress": "10.0.0.4"
//!                     }
//!                   }
//!                 ]
//!               }
//!             },
//!             "vnet": {
//!               "type": "Microsoft.Network/virtualNetworks",
//!               "apiVersion": "2024-05-01",
//!               "name": "vnet-spoke",
//!               "location": "[parameters('location')]",
//!               "properties": { "addressSpace": { "addressPrefixes": ["10.1.0.0/16"] } }
//!             },
//!             "subnet": {
//!               "type": "Microsoft.Network/virtualNetworks/subnets",
//!               "apiVersion": "2024-05-01",
//!               "name": "[format('{0}/{1}', 'vnet-spoke', 'shir')]",
//!               "properties": {
//!                 "addressPrefix": "10.1.1.0/24",
//!                 "routeTable": { "id": "[resourceId('Microsoft.Network/routeTables', 'rt-shir')]" }
//!               },
//!               "dependsOn": ["routes", "vnet"]
//!             }
//!           },
//!           "outputs": {
//!             "subnetId": {
//!               "type": "string",
//!               "value": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-spoke', 'shir')]"
//!             }
//!           }
//!         }
//!       }
//!     },
//!     "host": {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "host",
//!       "properties": {
//!         "expressionEvaluationOptions": { "scope": "inner" },
//!         "mode": "Incremental",
//!         "parameters": {
//!           "location": { "value": "[parameters('location')]" },
//!           "subnetId": { "value": "[reference('network').outputs.subnetId.value]" },
//!           "key": { "value": "[listAuthKeys(resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-sales', 'shir'), '2018-06-01').authKey1]" }
//!         },
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "languageVersion": "2.0",
//!           "contentVersion": "1.0.0.0",
//!           "parameters": {
//!             "location": { "type": "string" },
//!             "subnetId": { "type": "string" },
//!             "key": { "type": "securestring" }
//!           },
//!           "resources": {
//!             "machines": {
//!               "type": "Microsoft.Compute/virtualMachineScaleSets",
//!               "apiVersion": "2024-07-01",
//!               "name": "vmss-shir",
//!               "location": "[parameters('location')]",
//!               "properties": {
//!                 "virtualMachineProfile": {
//!                   "networkProfile": {
//!                     "networkInterfaceConfigurations": [
//!                       {
//!                         "name": "nic",
//!                         "properties": {
//!                           "primary": true,
//!                           "ipConfigurations": [
//!                             {
//!                               "name": "ipconfig",
//!                               "properties": {
//!                                 "subnet": { "id": "[parameters('subnetId')]" }
//!                               }
//!                             }
//!                           ]
//!                         }
//!                       }
//!                     ]
//!                   },
//!                   "extensionProfile": {
//!                     "extensions": [
//!                       {
//!                         "name": "install",
//!                         "properties": {
//!                           "publisher": "Microsoft.Compute",
//!                           "type": "CustomScriptExtension",
//!                           "typeHandlerVersion": "1.10",
//!                           "protectedSettings": {
//!                             "commandToExecute": "[format('powershell.exe -File install.ps1 -gatewayKey {0}', parameters('key'))]"
//!                           }
//!                         }
//!                       }
//!                     ]
//!                   }
//!                 }
//!               }
//!             }
//!           }
//!         }
//!       },
//!       "dependsOn": ["network", "runtime"]
//!     }
//!   }
//! }
//! ```

use std::collections::BTreeMap;

use armlint_engine::finding::{Category, Label, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;

use crate::model::network::machine::{Machine, Machines};
use crate::model::network::need::{self, Need};
use crate::model::network::sought::Sought;
use crate::model::network::verdict::{Barrier, Decision};
use crate::model::snippet;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/shir-egress-blocked",
    category: Category::Network,
    severity: Severity::High,
    equivalents: &[],
    references: &[
        "Create and configure a self-hosted integration runtime, 2023-07-13",
        "Azure Private Link for Azure Data Factory, 2023-07-13",
        "Virtual network service tags, 2024-04",
    ],
    sentences: &["A8", "A9", "A10"],
    check: Check::Deployment(check),
};

// What one thing blocks.
struct Blocked<'g> {
    barrier: Barrier,
    machine: &'g Resource,
    evidence: Label,
    subnet: Option<Span>,
    needs: Vec<Need>,
}

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let machines = cx.derived(Machines::build);
    let mut blocked: BTreeMap<(Span, String), Blocked<'_>> = BTreeMap::new();
    for machine in machines.list() {
        collect(machine, graph.resource(machine.resource), cx, &mut blocked);
    }
    for found in blocked.into_values() {
        report(found, cx);
    }
}

fn collect<'g>(
    machine: &Machine,
    resource: &'g Resource,
    cx: &Context<'_>,
    blocked: &mut BTreeMap<(Span, String), Blocked<'g>>,
) {
    let graph = cx.graph();
    // With several interfaces, the routes of the machine choose between them.
    let Some([interface]) = machine.interfaces.as_deref() else { return };
    if !interface.certain {
        return;
    }
    let surroundings = interface.surroundings(graph);
    let subnet = match &surroundings.subnet {
        Sought::Found(subnet) => Some(subnet),
        _ => None,
    };
    for need in need::of_machine(machine, resource, subnet, cx) {
        let verdict = need.verdict(graph, interface, &surroundings);
        let Some(barrier) = verdict.by.filter(|_| verdict.decision == Decision::Deny) else { continue };
        let key = (barrier.place, barrier.what.clone());
        let entry = blocked.entry(key).or_insert_with(|| Blocked {
            barrier,
            machine: resource,
            evidence: machine.evidence.clone(),
            subnet: subnet.map(|subnet| subnet.place),
            needs: Vec::new(),
        });
        if !entry.needs.iter().any(|other| other.display() == need.display()) {
            entry.needs.push(need);
        }
    }
}

fn report(found: Blocked<'_>, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Blocked { barrier, machine, evidence, subnet, mut needs } = found;
    needs.sort_by_key(|need| std::cmp::Reverse(need.severity));
    let severity = needs.iter().map(|need| need.severity).max().unwrap_or(Severity::Low);
    let names: Vec<String> = needs.iter().map(|need| format!("`{}`", need.display())).collect();
    let message = format!("{} blocks the self-hosted runtime's way to {}", barrier.what, names.join(", "));
    let purposes: Vec<String> =
        needs.iter().map(|need| format!("{}: {}", need.display(), need.purpose)).collect();
    let help = help(&needs);
    let owner = graph.resource(barrier.resource);
    let finding = cx.report_on(owner, &barrier.place, message);
    finding.severity(severity).label(purposes.join("; ")).help(help);
    finding.related(
        machine.place,
        format!("nodes of the runtime run on {}", snippet::called(machine, "this machine")),
    );
    finding.related.push(evidence);
    if let Some(subnet) = subnet {
        finding.related(subnet, "the subnet of the machine");
    }
    for need in &needs {
        if let Some(place) = need.place {
            finding.related(place, format!("{} is needed for this", need.display()));
        }
    }
}

fn help(needs: &[Need]) -> String {
    let mut advice = Vec::new();
    for need in needs {
        let tag = need.tag();
        let line = format!("{} to `{tag}` or `{}`", need.port, need.host());
        if !advice.contains(&line) {
            advice.push(line);
        }
    }
    format!("let outbound TCP through: {}", advice.join(", "))
}
