//! Machine of a self-hosted runtime can be reached from the internet
//!
//! ## Why
//!
//! A self-hosted integration runtime needs no inbound connection from any network: it fetches its work itself.
//! Port 8060 is for the nodes among each other and should be open on the machine only, not in a firewall
//! (create-self-hosted-integration-runtime, 2023-07-13). Its machine holds credentials of stores and stands in
//! the network that they are in, so that an open remote desktop there is an open door to all of them.
//!
//! The rule looks at the public addresses of the machine's interfaces, at inbound NAT rules of public load
//! balancers that lead to them, and at what the security groups of
//! subnet and interface together let in from any host of the internet. A public address that the groups close
//! is reported as low.
//!
//! ## How to fix
//!
//! Remove the public address, and administer the machine over Azure Bastion or a private network. Narrow the
//! sources of inbound rules to the networks that need them.
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
//!           "name": "remote-desktop",
//!           "properties": {
//!             "priority": 1000,
//!             "direction": "Inbound",
//!             "access": "Allow",
//!             "protocol": "Tcp",
//!             "sourceAddressPrefix": "*",
//!             "sourcePortRange": "*",
//!             "destinationAddressPrefix": "*",
//!             "destinationPortRange": "3389"
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
//!     "type": "Microsoft.Network/publicIPAddresses",
//!     "apiVersion": "2024-05-01",
//!     "name": "pip-shir",
//!     "location": "westeurope",
//!     "sku": { "name": "Standard" },
//!     "properties": { "publicIPAllocationMethod": "Static" }
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
//!             "publicIPAddress": { "id": "[resourceId('Microsoft.Network/publicIPAddresses', 'pip-shir')]" }, // expect: adf/shir-host-exposed
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
//! A security rule alone, in front of a load balancer or another way in:
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
//!           "name": "remote-desktop",
//!           "properties": {
//!             "priority": 1000,
//!             "direction": "Inbound",
//!             "access": "Allow", // expect: adf/shir-host-exposed
//!             "protocol": "Tcp",
//!             "sourceAddressPrefix": "Internet",
//!             "sourcePortRange": "*",
//!             "destinationAddressPrefix": "*",
//!             "destinationPortRange": "3389"
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
//! A public address for each machine of a scale set:
//!
//! ```jsonc bad
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
//!                       "nextHopType": "Internet"
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
//!                                 "publicIPAddressConfiguration": { // expect: adf/shir-host-exposed
//!                                   "name": "public"
//!                                 },
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
//! Administered from the network of the company:
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
//!           "name": "remote-desktop",
//!           "properties": {
//!             "priority": 1000,
//!             "direction": "Inbound",
//!             "access": "Allow",
//!             "protocol": "Tcp",
//!             "sourceAddressPrefix": "10.0.0.0/8",
//!             "sourcePortRange": "*",
//!             "destinationAddressPrefix": "*",
//!             "destinationPortRange": "3389"
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
//! No address and no rule:
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
//!                       "nextHopType": "Internet"
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

use std::collections::BTreeSet;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Graph;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use armlint_engine::value::Value;

use crate::model::network::address::Peer;
use crate::model::network::interface::{Interface, Surroundings};
use crate::model::network::machine::{Machine, Machines};
use crate::model::network::path;
use crate::model::network::security::{Flow, SecurityGroup};
use crate::model::network::sought::Sought;
use crate::model::network::verdict::{Barrier, Decision, Verdict};
use crate::model::{deployed, id};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/shir-host-exposed",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Create and configure a self-hosted integration runtime, 2023-07-13"],
    sentences: &[],
    check: Check::Deployment(check),
};

// Ports that somebody tries first: remote desktop, SSH, file shares, WinRM, and the runtime's own.
const PORTS: [u16; 6] = [22, 445, 3389, 5985, 5986, 8060];

fn check(cx: &mut Context<'_>) {
    let machines = cx.derived(Machines::build);
    let mut said = BTreeSet::new();
    for machine in machines.list() {
        for interface in machine.interfaces.iter().flatten().filter(|interface| interface.certain) {
            let surroundings = interface.surroundings(cx.graph());
            let inbound = Inbound { surroundings: &surroundings };
            let public = interface.public_addresses().into_iter().find(|address| address.certain);
            match public {
                Some(address) => {
                    report_address(machine, interface, &address.value, &ADDRESS, &inbound, &mut said, cx);
                }
                None => match mapped(cx.graph(), machine, interface) {
                    Some(rule) => report_address(machine, interface, &rule, &MAPPED, &inbound, &mut said, cx),
                    None => report_rules(machine, &inbound, &mut said, cx),
                },
            }
        }
    }
}

// A way in, for messages.
struct Door {
    what: &'static str,
    help: &'static str,
}

const ADDRESS: Door = Door {
    what: "its machine has a public address",
    help: "remove the public address: the runtime only opens outbound connections; administer the machine \
           over Azure Bastion or a private network",
};
const MAPPED: Door = Door {
    what: "a public load balancer leads to its machine",
    help: "remove the inbound NAT rule: the runtime only opens outbound connections; administer the machine \
           over Azure Bastion or a private network",
};

// The id of an inbound NAT rule, where its load balancer certainly has a public address.
fn mapped(graph: &Graph, machine: &Machine, interface: &Interface) -> Option<Value> {
    const BALANCERS: &str = "Microsoft.Network/loadBalancers";
    interface.inbound_rules().into_iter().find(|rule| {
        let Some(identity) = id::identify(rule) else { return false };
        let ours = identity.ty.as_deref().is_some_and(|ty| {
            let kind = ty.get(..BALANCERS.len());
            kind.is_some_and(|kind| kind.eq_ignore_ascii_case(BALANCERS))
        });
        let Some(name) = identity.above.first().filter(|_| ours) else { return false };
        let mut balancers = graph.of_type(BALANCERS).filter(|balancer| !balancer.existing);
        balancers.any(|balancer| {
            let frontends = balancer.property("frontendIPConfigurations");
            let mut frontends = frontends.elements().unwrap_or_default().iter();
            id::same_name(&balancer.name.last(), name).is_true()
                && deployed::along(balancer, graph.resource(machine.resource))
                && frontends.any(|one| one.at("properties.publicIPAddress.id").text().is_some())
        })
    })
}

// Connections from the internet to an interface.
struct Inbound<'a> {
    surroundings: &'a Surroundings,
}

impl Inbound<'_> {
    fn groups(&self) -> impl Iterator<Item = &SecurityGroup> {
        self.surroundings.groups.iter().filter_map(|group| match group {
            Sought::Found(group) => Some(group),
            _ => None,
        })
    }

    fn ports(&self) -> BTreeSet<u16> {
        self.groups().flat_map(SecurityGroup::inbound_ports).chain(PORTS).collect()
    }

    fn ask(&self, port: u16, decide: impl Fn(&Flow<'_>) -> Verdict) -> Verdict {
        let peer = Peer::Internet;
        decide(&Flow { outbound: false, port, peer: &peer, own: &self.surroundings.own })
    }

    // The rules that let something in, where nothing else stops it; with the first port of each.
    fn allowed(&self) -> Vec<(Barrier, u16)> {
        let verdicts = self
            .ports()
            .into_iter()
            .map(|port| (self.ask(port, |flow| path::groups(self.surroundings, flow)), port));
        distinct(verdicts.collect())
    }

    // The rules of one of the security groups that let something in, whatever the others do.
    fn opened(&self) -> Vec<(Barrier, u16)> {
        let ports = self.ports();
        let of_group = |group: &SecurityGroup| -> Vec<(Verdict, u16)> {
            ports.iter().map(|port| (self.ask(*port, |flow| group.decide(flow)), *port)).collect()
        };
        distinct(self.groups().flat_map(of_group).collect())
    }

    fn is_closed(&self) -> bool {
        let denied =
            |port| self.ask(port, |flow| path::groups(self.surroundings, flow)).decision == Decision::Deny;
        self.ports().into_iter().all(denied)
    }
}

fn distinct(verdicts: Vec<(Verdict, u16)>) -> Vec<(Barrier, u16)> {
    let mut found: Vec<(Barrier, u16)> = Vec::new();
    for (verdict, port) in verdicts {
        if let Some(barrier) = verdict.by.filter(|_| verdict.decision == Decision::Allow)
            && !found.iter().any(|(other, _)| *other == barrier)
        {
            found.push((barrier, port));
        }
    }
    found
}

fn report_address(
    machine: &Machine,
    interface: &Interface,
    address: &Value,
    door: &Door,
    inbound: &Inbound<'_>,
    said: &mut BTreeSet<Span>,
    cx: &mut Context<'_>,
) {
    let graph = cx.graph();
    let place = address.origin.span;
    if !said.insert(place) {
        return;
    }
    let (host, owner) = (graph.resource(machine.resource), graph.resource(interface.resource));
    let message = format!("Self-hosted runtime needs no inbound access from the internet, but {}", door.what);
    let closed = inbound.is_closed();
    let finding = cx.report_on(owner, &place, message);
    finding.related.push(machine.evidence.clone());
    if closed {
        finding.severity(Severity::Low);
    }
    for (barrier, port) in inbound.opened() {
        finding.related(barrier.place, format!("{} lets the internet in at port {port}", barrier.what));
    }
    finding.related(host.place, "nodes of the runtime run here").help(door.help);
}

fn report_rules(machine: &Machine, inbound: &Inbound<'_>, said: &mut BTreeSet<Span>, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let host = graph.resource(machine.resource);
    for (barrier, port) in inbound.allowed() {
        if !said.insert(barrier.place) {
            continue;
        }
        let message = format!(
            "Self-hosted runtime needs no inbound access from the internet, but {} lets it in at port {port}",
            lower_first(&barrier.what)
        );
        let finding = cx.report_on(graph.resource(barrier.resource), &barrier.place, message);
        finding.related.push(machine.evidence.clone());
        finding
            .related(host.place, "nodes of the runtime run here")
            .help("deny it, or narrow the source to the networks that administer the machine; nodes talk to each other at port 8060 inside of the subnet");
    }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}
