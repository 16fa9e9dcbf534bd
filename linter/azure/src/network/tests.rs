//! Priorities, ranges, lists, tags and forms of the network around a machine.

use std::sync::Arc;

use armlint_engine::dialect::{Deployment, Dialect, Parsed, World};
use armlint_engine::graph::{Graph, lower};
use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_engine::syntax::json;
use armlint_engine::value::{Text, Truth};

use super::address::{self, Own, Peer, Service};
use super::port;
use super::verdict::Decision::{self, Allow, Deny, Unknown};
use crate::network::lookup::Lookup;
use crate::network::route::{Hop, RouteTable};
use crate::network::security::{Flow, SecurityGroup};
use crate::network::{firewall, subnet};
use crate::types::{AZURE_FIREWALLS, NETWORK_SECURITY_GROUPS, ROUTE_TABLES};

fn graph_of(parameters: &str, resources: &str) -> Graph {
    let text = format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
              "contentVersion": "1.0.0.0", "parameters": {{ {parameters} }}, "resources": [ {resources} ] }}"#
    );
    let source = Source::new(SourceId(0), "template.json", text);
    let document = json::parse(&source);
    assert!(document.problems.is_empty(), "{:?}", document.problems);
    lower(&Deployment {
        dialect: Dialect::Template,
        world: World::Open,
        sources: vec![Parsed { source: Arc::new(source), document: Arc::new(document) }],
        linked: Vec::new(),
        owner: None,
        reader: None,
        parameter_files: Vec::new(),
    })
}

const PARAMETERS: &str = r#""p": { "type": "string" }, "d": { "type": "string", "defaultValue": "Allow" },
    "rules": { "type": "array" }, "on": { "type": "bool" }"#;

// The services of the tests: their host, and the tags that hold their addresses, certainly or perhaps.
fn service(key: &str) -> Service {
    let (host, tags, doubtful_tags) = match key {
        "control" => {
            ("*.datafactory.azure.net", vec!["AzureCloud", "DataFactoryManagement"], vec!["DataFactory"])
        }
        "download" => ("download.microsoft.com", Vec::new(), vec!["AzureCloud", "AzureUpdateDelivery"]),
        "vault" => ("*.vault.azure.net", vec!["AzureCloud", "AzureKeyVault"], Vec::new()),
        _ => ("*.servicebus.windows.net", vec!["AzureCloud"], Vec::new()),
    };
    Service { hosts: vec![host.to_string()], tags, doubtful_tags, endpoints: Vec::new() }
}

fn own() -> Own {
    let block = address::block("10.1.1.0/24").expect("a block");
    Own { blocks: Some(vec![block]), groups: Some(vec![Text::Known("asg1".into())]) }
}

// A rule `name priority direction access`, with more properties.
fn rule(head: &str, rest: &str) -> String {
    let mut words = head.split(' ');
    let mut word = || words.next().unwrap_or_default();
    let (name, priority, direction, access) = (word(), word(), word(), word());
    format!(
        r#"{{ "name": "{name}", "properties": {{ "priority": {priority}, "direction": "{direction}",
              "access": "{access}", {rest} }} }}"#
    )
}

fn out(head: &str, destination: &str, port: &str) -> String {
    let (name, rest) = head.split_once(' ').expect("a name");
    let (priority, access) = rest.split_once(' ').expect("a priority");
    rule(
        &format!("{name} {priority} Outbound {access}"),
        &format!(
            r#""protocol": "Tcp", "sourceAddressPrefix": "*", "sourcePortRange": "*",
               "destinationAddressPrefix": "{destination}", "destinationPortRange": "{port}""#
        ),
    )
}

fn group(rules: &[String]) -> String {
    format!(
        r#"{{ "type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "2024-05-01", "name": "nsg",
              "properties": {{ "securityRules": [ {} ] }} }}"#,
        rules.join(", ")
    )
}

fn decide_in(graph: &Graph, peer: &Peer, outbound: bool, port: u16) -> Decision {
    let resource = graph.of_type(NETWORK_SECURITY_GROUPS).next().expect("a group");
    let own = own();
    SecurityGroup::read(graph, resource).decide(&Flow { outbound, port, peer, own: &own }).decision
}

fn decide(rules: &[String], key: &str) -> Decision {
    let peer = Peer::Service(service(key));
    decide_in(&graph_of(PARAMETERS, &group(rules)), &peer, true, 443)
}

#[test]
fn ports_in_ranges() {
    for (range, port, holds) in [
        ("*", 443, Truth::True),
        ("443", 443, Truth::True),
        (" 443 ", 443, Truth::True),
        ("0-65535", 443, Truth::True),
        ("444-500", 443, Truth::False),
        ("80", 443, Truth::False),
        ("https", 443, Truth::Unknown),
        ("1-2-3", 2, Truth::Unknown),
        ("99999", 443, Truth::Unknown),
    ] {
        assert_eq!(port::holds(range, port), holds, "{range}");
    }
}

#[test]
fn tags_and_prefixes_of_the_far_end() {
    let control = Peer::Service(service("control"));
    let relay = Peer::Service(service("relay"));
    let private = Peer::Private(vec![address::block("10.1.2.0/24").expect("a block")]);
    for (prefix, peer, holds) in [
        ("*", &control, Truth::True),
        ("0.0.0.0/0", &control, Truth::True),
        ("internet", &control, Truth::True),
        ("DATAFACTORYMANAGEMENT", &control, Truth::True),
        ("DataFactory", &control, Truth::Unknown),
        ("DataFactoryManagement", &relay, Truth::False),
        ("ServiceBus", &relay, Truth::False),
        ("AzureCloud", &relay, Truth::True),
        ("AzureCloud.westeurope", &relay, Truth::Unknown),
        ("VirtualNetwork", &relay, Truth::False),
        ("10.0.0.0/8", &relay, Truth::False),
        ("40.74.0.0/16", &relay, Truth::Unknown),
        ("SomethingNew", &relay, Truth::Unknown),
        ("Internet", &private, Truth::False),
        ("VirtualNetwork", &private, Truth::True),
        ("Storage", &private, Truth::False),
        ("10.1.0.0/16", &private, Truth::True),
        ("10.1.2.4/32", &private, Truth::Unknown),
        ("10.9.0.0/16", &private, Truth::False),
        ("10.1.0.0/16", &Peer::Private(Vec::new()), Truth::Unknown),
        ("*", &Peer::Internet, Truth::True),
        ("Internet", &Peer::Internet, Truth::True),
        ("203.0.113.7", &Peer::Internet, Truth::False),
        ("0.0.0.0/1", &Peer::Internet, Truth::Unknown),
        ("AzureCloud", &Peer::Internet, Truth::False),
        ("AzureLoadBalancer", &Peer::Internet, Truth::False),
    ] {
        assert_eq!(address::holds_peer(prefix, peer), holds, "{prefix} and {peer:?}");
    }
}

#[test]
fn prefixes_of_the_near_end() {
    let own = own();
    for (prefix, holds) in [
        ("*", Truth::True),
        ("VirtualNetwork", Truth::True),
        ("10.1.0.0/16", Truth::True),
        ("10.1.1.128/25", Truth::Unknown),
        ("10.2.0.0/16", Truth::False),
        ("Internet", Truth::False),
        ("AzureLoadBalancer", Truth::False),
    ] {
        assert_eq!(address::holds_own(prefix, &own), holds, "{prefix}");
    }
    assert_eq!(address::holds_own("10.1.0.0/16", &Own::default()), Truth::Unknown);
}

#[test]
fn the_smallest_priority_decides() {
    let deny = || out("deny 4000 Deny", "Internet", "*");
    assert_eq!(decide(&[], "relay"), Allow);
    assert_eq!(decide(&[deny()], "relay"), Deny);
    assert_eq!(decide(&[deny(), out("cloud 100 Allow", "AzureCloud", "443")], "relay"), Allow);
    assert_eq!(decide(&[deny(), out("cloud 4001 Allow", "AzureCloud", "443")], "relay"), Deny);
    assert_eq!(decide(&[deny(), out("bus 100 Allow", "ServiceBus", "443")], "relay"), Deny);
    assert_eq!(decide(&[deny(), out("cloud 100 Allow", "AzureCloud", "80")], "relay"), Deny);
    assert_eq!(decide(&[deny(), out("region 100 Allow", "AzureCloud.westeurope", "443")], "relay"), Unknown);
    assert_eq!(decide(&[deny(), out("some 100 Allow", "40.74.0.0/16", "443")], "relay"), Unknown);
    assert_eq!(decide(&[deny(), out("some 100 Deny", "40.74.0.0/16", "443")], "relay"), Deny);
}

#[test]
fn what_is_symbolic_is_unknown() {
    let deny = || out("deny 4000 Deny", "Internet", "*");
    for other in [
        out("a 100 Allow", "[parameters('p')]", "443"),
        out("b 100 Allow", "AzureCloud", "[parameters('p')]"),
        out("c 100 [parameters('p')]", "AzureCloud", "443"),
        out("d 100 [parameters('d')]", "AzureCloud", "443"),
        out(r#"e "[int(parameters('p'))]" Allow"#, "AzureCloud", "443"),
    ] {
        assert_eq!(decide(&[deny(), other.clone()], "relay"), Unknown, "{other}");
    }
    let whole = group(&[]).replace("[  ]", "\"[parameters('rules')]\"");
    let peer = Peer::Service(service("relay"));
    assert_eq!(decide_in(&graph_of(PARAMETERS, &whole), &peer, true, 443), Unknown);
}

#[test]
fn lists_of_prefixes_and_ports() {
    let rest = |ports: &str, prefixes: &str| {
        let rest = format!(
            r#""protocol": "*", "sourceAddressPrefixes": ["10.1.0.0/16"], "sourcePortRange": "*",
               "destinationAddressPrefixes": {prefixes}, "destinationPortRanges": {ports}"#
        );
        [rule("deny 100 OUTBOUND deny", &rest)]
    };
    assert_eq!(decide(&rest(r#"["80", "440-450"]"#, r#"["Storage", "internet"]"#), "relay"), Deny);
    assert_eq!(decide(&rest(r#"["80", "8080"]"#, r#"["internet"]"#), "relay"), Allow);
    assert_eq!(decide(&rest(r#"["443"]"#, r#"["Storage", "Sql"]"#), "relay"), Allow);
    assert_eq!(decide(&rest(r#"["80", "[parameters('p')]"]"#, r#"["Internet"]"#), "relay"), Unknown);
    let empty = rest(r#"["443"]"#, r#"["Internet"]"#)[0].replace(
        "\"protocol\"",
        "\"destinationAddressPrefix\": \"\", \"destinationPortRange\": \"\", \"protocol\"",
    );
    assert_eq!(decide(&[empty], "relay"), Deny);
    let udp = rest(r#"["443"]"#, r#"["Internet"]"#)[0].replace("\"*\", \"source", "\"Udp\", \"source");
    assert_eq!(decide(&[udp], "relay"), Allow);
}

#[test]
fn application_security_groups() {
    let of = |name: &str| {
        rule(
            "deny 100 Outbound Deny",
            &format!(
                r#""protocol": "*", "sourceApplicationSecurityGroups": [{{ "id": "{name}" }}],
                   "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*""#
            ),
        )
    };
    assert_eq!(decide(&[of("asg1")], "relay"), Deny);
    assert_eq!(decide(&[of("asg2")], "relay"), Allow);
    assert_eq!(decide(&[of("[parameters('p')]")], "relay"), Unknown);
}

#[test]
fn rules_that_are_resources_of_their_own() {
    let child = |name: &str, extra: &str| {
        format!(
            r#"{{ "type": "Microsoft.Network/networkSecurityGroups/securityRules", "apiVersion": "2024-05-01",
                  "name": "{name}", {extra} "properties": {{ "priority": 100, "direction": "Outbound",
                  "access": "Deny", "protocol": "*", "sourceAddressPrefix": "*", "sourcePortRange": "*",
                  "destinationAddressPrefix": "Internet", "destinationPortRange": "*" }} }}"#
        )
    };
    let peer = Peer::Service(service("relay"));
    let decided = |child: String, rules: &[String]| {
        decide_in(&graph_of(PARAMETERS, &format!("{}, {child}", group(rules))), &peer, true, 443)
    };
    assert_eq!(decided(child("nsg/deny", ""), &[]), Deny);
    assert_eq!(decided(child("NSG/deny", ""), &[]), Deny);
    assert_eq!(decided(child("other/deny", ""), &[]), Allow);
    assert_eq!(decided(child("[concat(parameters('p'), '/deny')]", ""), &[]), Unknown);
    assert_eq!(decided(child("nsg/deny", r#""condition": "[parameters('on')]","#), &[]), Unknown);
    // The same rule in both forms is one rule.
    assert_eq!(decided(child("nsg/same", ""), &[out("same 90 Allow", "AzureCloud", "443")]), Deny);
}

#[test]
fn inbound_from_the_internet() {
    let rdp = |source: &str| {
        [rule(
            "rdp 1000 Inbound Allow",
            &format!(
                r#""protocol": "Tcp", "sourceAddressPrefix": "{source}", "sourcePortRange": "*",
                   "destinationAddressPrefix": "*", "destinationPortRange": 3389"#
            ),
        )]
    };
    let decided = |rules: &[String], port| {
        decide_in(&graph_of(PARAMETERS, &group(rules)), &Peer::Internet, false, port)
    };
    assert_eq!(decided(&rdp("*"), 3389), Allow);
    assert_eq!(decided(&rdp("Internet"), 3389), Allow);
    assert_eq!(decided(&rdp("*"), 22), Deny);
    assert_eq!(decided(&rdp("10.0.0.0/8"), 3389), Deny);
    assert_eq!(decided(&rdp("203.0.113.0/24"), 3389), Deny);
    assert_eq!(decided(&rdp("[parameters('p')]"), 3389), Unknown);
    assert_eq!(decided(&[], 3389), Deny);
}

#[test]
fn subnets_in_three_forms() {
    let inline = r#"{ "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2024-05-01", "name": "vnet",
        "properties": { "subnets": [
            { "name": "a", "properties": { "addressPrefixes": ["10.0.1.0/24", "10.0.2.0/24"] } } ] } }"#;
    let own = r#"{ "type": "Microsoft.Network/virtualNetworks/subnets", "apiVersion": "2024-05-01",
        "name": "vnet/b", "properties": { "addressPrefix": "10.0.3.0/24" } }"#;
    let nested = r#"{ "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2024-05-01", "name": "vnet2",
        "properties": {}, "resources": [ { "type": "subnets", "apiVersion": "2024-05-01", "name": "c",
        "properties": { "addressPrefix": "10.0.4.0/24" } } ] }"#;
    let id = |network: &str, name: &str| {
        // By its place, as modules put it out.
        if name == "0" {
            return format!(
                "[reference(resourceId('Microsoft.Network/virtualNetworks', '{network}'), '2024-05-01').subnets[0].id]"
            );
        }
        format!("[resourceId('Microsoft.Network/virtualNetworks/subnets', '{network}', '{name}')]")
    };
    let ids = [
        ("vnet", "a", 2),
        ("VNET", "A", 2),
        ("vnet", "b", 1),
        ("vnet2", "c", 1),
        ("vnet", "x", 0),
        ("vnet", "0", 2),
    ];
    let users: Vec<String> = ids
        .iter()
        .map(|(network, name, _)| {
            format!(
                r#"{{ "type": "Test.Test/users", "apiVersion": "1", "name": "{network}{name}u",
                      "properties": {{ "id": "{}" }} }}"#,
                id(network, name)
            )
        })
        .collect();
    let graph = graph_of("", &format!("{inline}, {own}, {nested}, {}", users.join(", ")));
    for (user, (network, name, count)) in graph.of_type("Test.Test/users").zip(ids) {
        let found = match subnet::by_id(&graph, &user.property("id")) {
            Lookup::Found(subnet) => subnet.blocks().map_or(0, |blocks| blocks.len()),
            _ => 0,
        };
        assert_eq!(found, count, "{network}/{name}");
    }
}

fn hop(routes: &str) -> String {
    let table = format!(
        r#"{{ "type": "Microsoft.Network/routeTables", "apiVersion": "2024-05-01", "name": "rt",
              "properties": {{ "routes": [ {routes} ] }} }}"#
    );
    let graph = graph_of(PARAMETERS, &table);
    let resource = graph.of_type(ROUTE_TABLES).next().expect("a table");
    match RouteTable::read(&graph, resource).hop(&Peer::Service(service("control"))) {
        Hop::Internet { routed } => format!("internet {routed}"),
        Hop::Nowhere(barrier) => format!("nowhere: {}", barrier.what),
        Hop::Appliance { route, .. } => format!("appliance: {}", route.what),
        Hop::Unknown => "unknown".into(),
    }
}

#[test]
fn the_longest_prefix_routes() {
    let route = |name: &str, prefix: &str, ty: &str| {
        format!(
            r#"{{ "name": "{name}", "properties": {{ "addressPrefix": "{prefix}", "nextHopType": "{ty}" }} }}"#
        )
    };
    let none = route("none", "0.0.0.0/0", "None");
    assert_eq!(hop(""), "internet false");
    assert_eq!(hop(&none), "nowhere: Route `none`");
    assert_eq!(hop(&route("out", "0.0.0.0/0", "Internet")), "internet true");
    assert_eq!(hop(&route("fw", "0.0.0.0/0", "VirtualAppliance")), "appliance: Route `fw`");
    assert_eq!(hop(&route("vpn", "0.0.0.0/0", "VirtualNetworkGateway")), "unknown");
    assert_eq!(
        hop(&format!("{none}, {}", route("tag", "DataFactoryManagement", "Internet"))),
        "internet true"
    );
    assert_eq!(hop(&format!("{none}, {}", route("tag", "Sql", "Internet"))), "nowhere: Route `none`");
    assert_eq!(hop(&format!("{none}, {}", route("lan", "10.0.0.0/8", "VnetLocal"))), "nowhere: Route `none`");
    assert_eq!(hop(&format!("{none}, {}", route("p", "[parameters('p')]", "Internet"))), "unknown");
    assert_eq!(hop(&format!("{none}, {}", route("half", "0.0.0.0/1", "Internet"))), "unknown");
    assert_eq!(hop(&route("q", "0.0.0.0/0", "[parameters('p')]")), "unknown");
}

#[test]
fn host_names_of_firewall_rules() {
    for (name, host, holds) in [
        ("*", "*.servicebus.windows.net", Truth::True),
        ("*.servicebus.windows.net", "*.servicebus.windows.net", Truth::True),
        ("*.windows.net", "*.servicebus.windows.net", Truth::True),
        ("*.ServiceBus.Windows.NET", "a.servicebus.windows.net", Truth::True),
        ("relay1.servicebus.windows.net", "*.servicebus.windows.net", Truth::Unknown),
        ("*.eu.servicebus.windows.net", "*.servicebus.windows.net", Truth::Unknown),
        ("*.vault.azure.net", "*.servicebus.windows.net", Truth::False),
        ("download.microsoft.com", "download.microsoft.com", Truth::True),
        ("go.microsoft.com", "download.microsoft.com", Truth::False),
    ] {
        assert_eq!(firewall::holds_host(name, host), holds, "{name} and {host}");
    }
}

fn through(firewall: &str, others: &str, key: &str) -> Decision {
    let text = format!(
        r#"{{ "type": "Microsoft.Network/azureFirewalls", "apiVersion": "2024-05-01", "name": "fw",
              "properties": {{ {firewall} }} }} {others}"#
    );
    let graph = graph_of(PARAMETERS, &text);
    let resource = graph.of_type(AZURE_FIREWALLS).next().expect("a firewall");
    firewall::decide(&graph, resource, &service(key), 443, &own()).decision
}

#[test]
fn classic_firewall_rules() {
    let network = |action: &str, to: &str| {
        format!(
            r#""networkRuleCollections": [ {{ "name": "n", "properties": {{ "priority": 100,
               "action": {{ "type": "{action}" }}, "rules": [ {{ "name": "r", "protocols": ["TCP"],
               "sourceAddresses": ["10.1.0.0/16"], "destinationPorts": ["443"], {to} }} ] }} }} ]"#
        )
    };
    let application = |names: &str| {
        format!(
            r#""applicationRuleCollections": [ {{ "name": "a", "properties": {{ "priority": 200,
               "action": {{ "type": "Allow" }}, "rules": [ {{ "name": "r", "sourceAddresses": ["*"],
               "protocols": [{{ "protocolType": "Https", "port": 443 }}], {names} }} ] }} }} ]"#
        )
    };
    let relay = application(r#""targetFqdns": ["*.servicebus.windows.net"]"#);
    assert_eq!(through("", "", "relay"), Deny);
    assert_eq!(through(&relay, "", "relay"), Allow);
    assert_eq!(through(&relay, "", "vault"), Deny);
    assert_eq!(through(&network("Allow", r#""destinationAddresses": ["AzureCloud"]"#), "", "relay"), Allow);
    let denied = network("Deny", r#""destinationAddresses": ["*"]"#);
    assert_eq!(through(&format!("{denied}, {relay}"), "", "relay"), Deny);
    assert_eq!(through(&application(r#""fqdnTags": ["WindowsUpdate"]"#), "", "download"), Unknown);
    let groups = network("Allow", r#""destinationIpGroups": ["[parameters('p')]"]"#);
    assert_eq!(through(&groups, "", "relay"), Unknown);
    let foreign = relay.replace(r#"["*"]"#, r#"["10.9.0.0/16"]"#);
    assert_eq!(through(&foreign, "", "relay"), Deny);
}

#[test]
fn firewall_policies() {
    let policy = |name: &str, rest: &str| {
        format!(
            r#", {{ "type": "Microsoft.Network/firewallPolicies", "apiVersion": "2024-05-01",
                  "name": "{name}", "properties": {{ {rest} }} }}"#
        )
    };
    let collections = |name: &str, priority: u16, action: &str, host: &str| {
        format!(
            r#", {{ "type": "Microsoft.Network/firewallPolicies/ruleCollectionGroups",
                  "apiVersion": "2024-05-01", "name": "{name}", "properties": {{ "priority": {priority},
                  "ruleCollections": [ {{ "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
                  "name": "c", "priority": 100, "action": {{ "type": "{action}" }}, "rules": [
                  {{ "ruleType": "ApplicationRule", "name": "r", "sourceAddresses": ["*"],
                     "protocols": [{{ "protocolType": "Https", "port": 443 }}],
                     "targetFqdns": ["{host}"] }} ] }} ] }} }}"#
        )
    };
    let uses = |id: &str| format!(r#""firewallPolicy": {{ "id": "{id}" }}"#);
    let own = uses("[resourceId('Microsoft.Network/firewallPolicies', 'pol')]");
    let base = r#""basePolicy": { "id": "[resourceId('Microsoft.Network/firewallPolicies', 'base')]" }"#;
    let all = "*.servicebus.windows.net";
    let allow = collections("pol/a", 200, "Allow", all);
    assert_eq!(through(&own, &policy("pol", ""), "relay"), Deny);
    assert_eq!(through(&own, &format!("{}{allow}", policy("pol", "")), "relay"), Allow);
    assert_eq!(through(&uses("[parameters('p')]"), "", "relay"), Unknown);
    let earlier = collections("pol/b", 100, "Deny", "*");
    assert_eq!(through(&own, &format!("{}{allow}{earlier}", policy("pol", "")), "relay"), Deny);
    let inherited = collections("base/x", 900, "Deny", "*");
    let both = format!("{}{}{allow}{inherited}", policy("pol", base), policy("base", ""));
    assert_eq!(through(&own, &both, "relay"), Deny);
    assert_eq!(through(&own, &format!("{}{allow}", policy("pol", base)), "relay"), Unknown);
    let conditional = allow.replacen(
        "\"name\": \"pol/a\"",
        "\"condition\": \"[parameters('on')]\", \"name\": \"pol/a\"",
        1,
    );
    assert_eq!(through(&own, &format!("{}{conditional}", policy("pol", "")), "relay"), Unknown);
}
