//! What the rules say of the machines of self-hosted runtimes: the way in, the names that they resolve, and
//! the way of their credentials.

use armlint_engine::finding::Severity;
use armlint_engine::session::{Input, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_rules::facts_date;

// The severities of one rule, and the texts that it points at.
fn found(rule: &str, resources: &[String]) -> Vec<(Severity, String)> {
    let text = format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
              "contentVersion": "1.0.0.0", "parameters": {{ "secret": {{ "type": "securestring" }} }},
              "resources": [ {} ] }}"#,
        resources.join(",\n")
    );
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(vec![Input {
        path: "template.json".into(),
        content: Ok(text.into_bytes()),
        context: false,
        named: true,
    }]);
    let report = session.check(&Settings::new(facts_date(), Cloud::Public));
    let own = report.findings.iter().filter(|finding| finding.rule.strip_prefix("adf/") == Some(rule));
    own.map(|finding| {
        let span = finding.primary.span;
        let text = report.source(span.source).map_or("", |source| source.slice(span));
        (finding.severity, text.to_string())
    })
    .collect()
}

fn resource(ty: &str, name: &str, properties: &str) -> String {
    format!(
        r#"{{ "type": "{ty}", "apiVersion": "2024-05-01", "name": "{name}", "location": "westeurope",
              "properties": {{ {properties} }} }}"#
    )
}

fn network(name: &str, more: &str) -> String {
    let properties = format!(
        r#""addressSpace": {{ "addressPrefixes": ["10.0.0.0/16"] }}, {more}
           "subnets": [ {{ "name": "s", "properties": {{ "addressPrefix": "10.0.1.0/24" }} }} ]"#
    );
    resource("Microsoft.Network/virtualNetworks", name, &properties)
}

// A runtime with a machine in the network `hosts`; `interface` and `configuration` are more of its interface.
fn machine(interface: &str, configuration: &str) -> Vec<String> {
    let install = r#""protectedSettings": { "commandToExecute": "[concat('install.ps1 ', listAuthKeys(resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'f', 'shir'), '2018-06-01').authKey1)]" }"#;
    vec![
        resource("Microsoft.DataFactory/factories/integrationRuntimes", "f/shir", r#""type": "SelfHosted""#),
        resource(
            "Microsoft.Network/networkInterfaces",
            "nic",
            &format!(
                r#"{interface} "ipConfigurations": [ {{ "name": "c", "properties": {{ {configuration} "subnet": {{
                   "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'hosts', 's')]" }} }} }} ]"#
            ),
        ),
        resource(
            "Microsoft.Compute/virtualMachines",
            "vm",
            r#""networkProfile": { "networkInterfaces": [
               { "id": "[resourceId('Microsoft.Network/networkInterfaces', 'nic')]" } ] }"#,
        ),
        resource("Microsoft.Compute/virtualMachines/extensions", "vm/install", install),
    ]
}

// A private factory whose endpoint stands in the network `hub`, registered in its zone.
fn private_factory() -> Vec<String> {
    vec![
        resource("Microsoft.DataFactory/factories", "f", r#""publicNetworkAccess": "Disabled""#),
        resource(
            "Microsoft.Network/privateEndpoints",
            "pe",
            r#""subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'hub', 's')]" },
               "privateLinkServiceConnections": [ { "name": "c", "properties": { "groupIds": ["dataFactory"],
               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'f')]" } } ]"#,
        ),
        resource(
            "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
            "pe/default",
            r#""privateDnsZoneConfigs": [ { "name": "z", "properties": { "privateDnsZoneId":
               "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.datafactory.azure.net')]" } } ]"#,
        ),
        resource("Microsoft.Network/privateDnsZones", "privatelink.datafactory.azure.net", ""),
        link("hub"),
    ]
}

fn link(network: &str) -> String {
    resource(
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        &format!("privatelink.datafactory.azure.net/{network}"),
        &format!(
            r#""virtualNetwork": {{ "id": "[resourceId('Microsoft.Network/virtualNetworks', '{network}')]" }}"#
        ),
    )
}

fn all(parts: [Vec<String>; 3]) -> Vec<String> {
    parts.concat()
}

const NAT: &str = r#""loadBalancerInboundNatRules": [ { "id": "[resourceId('Microsoft.Network/loadBalancers/inboundNatRules', 'lb', 'rdp')]" } ],"#;

fn balancer(frontend: &str) -> String {
    let properties =
        format!(r#""frontendIPConfigurations": [ {{ "name": "front", "properties": {{ {frontend} }} }} ]"#);
    resource("Microsoft.Network/loadBalancers", "lb", &properties)
}

#[test]
fn a_public_load_balancer_leads_to_a_machine() {
    let public =
        r#""publicIPAddress": { "id": "[resourceId('Microsoft.Network/publicIPAddresses', 'ip')]" }"#;
    let with = |frontend: &str| {
        found(
            "shir-host-exposed",
            &all([vec![network("hosts", "")], machine("", NAT), vec![balancer(frontend)]]),
        )
    };
    let found = with(public);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, Severity::Medium);
    assert!(found[0].1.contains("inboundNatRules"), "{found:?}");
    let inside = r#""privateIPAddress": "10.0.1.4""#;
    assert_eq!(with(inside), [], "an internal load balancer");
}

#[test]
fn a_load_balancer_elsewhere_is_not_known() {
    let found = found("shir-host-exposed", &all([vec![network("hosts", "")], machine("", NAT), Vec::new()]));
    assert_eq!(found, []);
}

#[test]
fn machines_need_a_link_to_the_zone_of_their_factory() {
    let networks = vec![network("hub", ""), network("hosts", "")];
    let rule = "private-dns-zone-not-linked";
    let resources = all([private_factory(), networks, machine("", "")]);
    let found_here = found(rule, &resources);
    assert_eq!(found_here.len(), 1, "{found_here:?}");
    assert_eq!(found_here[0].1, "\"privatelink.datafactory.azure.net\"");
    let linked = all([resources.clone(), vec![link("hosts")], Vec::new()]);
    assert_eq!(found(rule, &linked), []);
    // Servers of its own may know the zone.
    let networks =
        vec![network("hub", ""), network("hosts", r#""dhcpOptions": { "dnsServers": ["10.0.0.4"] },"#)];
    assert_eq!(found(rule, &all([private_factory(), networks, machine("", "")])), []);
}

#[test]
fn machines_with_other_dns_servers() {
    let rule = "custom-dns-no-private-resolution";
    let own = r#""dhcpOptions": { "dnsServers": ["10.9.0.4"] },"#;
    let with = |more: &str, interface: &str| {
        let networks = vec![network("hub", ""), network("hosts", more)];
        found(rule, &all([private_factory(), networks, machine(interface, "")]))
    };
    assert_eq!(with("", ""), []);
    assert_eq!(with(own, ""), [(Severity::Low, r#"["10.9.0.4"]"#.to_string())]);
    let on_interface = r#""dnsSettings": { "dnsServers": ["10.8.0.4"] },"#;
    assert_eq!(with(own, on_interface), [(Severity::Low, r#"["10.8.0.4"]"#.to_string())]);
    let of_azure = r#""dnsSettings": { "dnsServers": ["168.63.129.16"] },"#;
    assert_eq!(with(own, of_azure), [], "the interface overrules its network");
    // Nothing has to find a factory without a private endpoint.
    let open = vec![resource("Microsoft.DataFactory/factories", "f", "")];
    assert_eq!(found(rule, &all([open, vec![network("hosts", own)], machine("", "")])), []);
}

#[test]
fn credentials_whose_way_is_open_are_low() {
    let rule = "private-link-credential-not-in-key-vault";
    let service = resource(
        "Microsoft.DataFactory/factories/linkedservices",
        "f/plant",
        r#""type": "Sftp", "typeProperties": { "host": "files.example.com", "authenticationType": "Basic",
           "userName": "u", "password": { "type": "SecureString", "value": "[parameters('secret')]" } },
           "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "shir" }"#,
    );
    let severity = |more: Vec<String>| {
        let found = found(rule, &all([private_factory(), vec![service.clone()], more]));
        found.into_iter().map(|(severity, _)| severity).collect::<Vec<_>>()
    };
    let runtime = vec![machine("", "").remove(0)];
    assert_eq!(severity(runtime), [Severity::Medium], "no machine is here");
    let address =
        r#""publicIPAddress": { "id": "[resourceId('Microsoft.Network/publicIPAddresses', 'ip')]" },"#;
    let open = all([vec![network("hosts", "")], machine("", address), Vec::new()]);
    assert_eq!(severity(open), [Severity::Low]);
    let group = resource(
        "Microsoft.Network/networkSecurityGroups",
        "nsg",
        r#""securityRules": [ { "name": "deny", "properties": { "priority": 100, "direction": "Outbound",
           "access": "Deny", "protocol": "*", "sourceAddressPrefix": "*", "sourcePortRange": "*",
           "destinationAddressPrefix": "Internet", "destinationPortRange": "*" } } ]"#,
    );
    let closed = r#""networkSecurityGroup": { "id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'nsg')]" },"#;
    let closed = all([vec![network("hosts", ""), group], machine(closed, address), Vec::new()]);
    assert_eq!(severity(closed), [Severity::Medium]);
}
