//! What the rules about the network of self-hosted and Azure-SSIS runtimes must say, and must not.

use armlint_engine::finding::Finding;
use armlint_engine::session::{Input, Report, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_rules::facts_date;

const RULES: [&str; 3] = ["adf/shir-egress-blocked", "adf/shir-host-exposed", "adf/ssis-network"];

fn report(resources: &[String], as_of: Option<&str>, cloud: Cloud) -> Report {
    let text = format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
              "contentVersion": "1.0.0.0",
              "parameters": {{ "p": {{ "type": "string" }}, "on": {{ "type": "bool" }} }},
              "resources": [ {} ] }}"#,
        resources.join(",\n")
    );
    let as_of = as_of.map_or_else(facts_date, |day| day.parse().expect("a date"));
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(vec![Input {
        path: "template.json".into(),
        content: Ok(text.into_bytes()),
        context: false,
        named: true,
    }]);
    session.check(&Settings::new(as_of, cloud))
}

// The findings of these rules: severity and message.
fn found_at(resources: &[String], as_of: Option<&str>, cloud: Cloud) -> Vec<String> {
    let report = report(resources, as_of, cloud);
    let own = report.findings.iter().filter(|finding| RULES.contains(&finding.rule));
    own.map(|finding: &Finding| format!("{} {}", finding.severity, finding.message)).collect()
}

fn found(resources: &[String]) -> Vec<String> {
    found_at(resources, None, Cloud::Public)
}

fn resource(ty: &str, name: &str, properties: &str) -> String {
    format!(
        r#"{{ "type": "{ty}", "apiVersion": "2024-05-01", "name": "{name}", "location": "westeurope",
              "properties": {{ {properties} }} }}"#
    )
}

fn factory() -> String {
    resource("Microsoft.DataFactory/factories", "f", "")
}

fn runtime(properties: &str) -> String {
    let properties = format!(r#""type": "SelfHosted" {properties}"#);
    resource("Microsoft.DataFactory/factories/integrationRuntimes", "f/shir", &properties)
}

fn linked_service(name: &str, ty: &str, properties: &str) -> String {
    let properties = format!(
        r#""type": "{ty}", "typeProperties": {{ {properties} }},
           "connectVia": {{ "type": "IntegrationRuntimeReference", "referenceName": "shir" }}"#
    );
    resource("Microsoft.DataFactory/factories/linkedservices", &format!("f/{name}"), &properties)
}

fn security_rule(name: &str, priority: u16, access: &str, tag: &str, port: &str) -> String {
    format!(
        r#"{{ "name": "{name}", "properties": {{ "priority": {priority}, "direction": "Outbound",
              "access": "{access}", "protocol": "*", "sourceAddressPrefix": "*", "sourcePortRange": "*",
              "destinationAddressPrefix": "{tag}", "destinationPortRange": "{port}" }} }}"#
    )
}

// A machine in the subnet `vnet/hosts`, whose security group has these rules.
fn machine(rules: &[String]) -> Vec<String> {
    let subnet = "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet', 'hosts')]";
    vec![
        resource(
            "Microsoft.Network/networkSecurityGroups",
            "nsg",
            &format!(r#""securityRules": [ {} ]"#, rules.join(", ")),
        ),
        resource(
            "Microsoft.Network/virtualNetworks",
            "vnet",
            r#""subnets": [
                { "name": "hosts", "properties": { "addressPrefix": "10.0.1.0/24", "networkSecurityGroup": {
                  "id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'nsg')]" } } },
                { "name": "endpoints", "properties": { "addressPrefix": "10.0.2.0/24" } } ]"#,
        ),
        resource(
            "Microsoft.Network/networkInterfaces",
            "nic",
            &format!(
                r#""ipConfigurations": [ {{ "name": "c", "properties": {{
                   "subnet": {{ "id": "{subnet}" }} }} }} ]"#
            ),
        ),
        resource(
            "Microsoft.Compute/virtualMachines",
            "vm",
            r#""networkProfile": { "networkInterfaces": [
               { "id": "[resourceId('Microsoft.Network/networkInterfaces', 'nic')]" } ] }"#,
        ),
        resource(
            "Microsoft.Compute/virtualMachines/extensions",
            "vm/install",
            r#""protectedSettings": { "commandToExecute": "[concat('install.ps1 ',
               listAuthKeys(resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'f', 'shir'),
               '2018-06-01').authKey1)]" }"#
                .replace('\n', " ")
                .as_str(),
        ),
    ]
}

fn endpoint(name: &str, target: &str, group: &str, network: &str) -> String {
    resource(
        "Microsoft.Network/privateEndpoints",
        name,
        &format!(
            r#""subnet": {{ "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', '{network}',
               'endpoints')]" }}, "privateLinkServiceConnections": [ {{ "name": "c", "properties": {{
               "privateLinkServiceId": "{target}", "groupIds": ["{group}"] }} }} ]"#
        )
        .replace('\n', " "),
    )
}

const FACTORY_ID: &str = "[resourceId('Microsoft.DataFactory/factories', 'f')]";

fn with(rules: &[String], more: &[String]) -> Vec<String> {
    machine(rules).into_iter().chain(more.iter().cloned()).collect()
}

fn closed() -> Vec<String> {
    vec![security_rule("deny", 4000, "Deny", "Internet", "*")]
}

const BLOCKS: &str = "Security rule `deny` blocks the self-hosted runtime's way to";

#[test]
fn one_finding_for_one_rule() {
    let expected = format!(
        "high {BLOCKS} `f.westeurope.datafactory.azure.net:443`, `*.servicebus.windows.net:443`, \
         `download.microsoft.com:443`"
    );
    assert_eq!(found(&with(&closed(), &[factory(), runtime("")])), [expected]);
}

#[test]
fn a_private_endpoint_carries_the_command_channel() {
    let rest = format!("medium {BLOCKS} `*.servicebus.windows.net:443`, `download.microsoft.com:443`");
    let beside = endpoint("pe", FACTORY_ID, "dataFactory", "vnet");
    assert_eq!(
        found(&with(&closed(), &[factory(), runtime(""), beside.clone()])),
        std::slice::from_ref(&rest)
    );
    // In another network, which may be peered, or to something that is not known.
    for other in [
        endpoint("pe", FACTORY_ID, "dataFactory", "hub"),
        endpoint("pe", "[parameters('p')]", "dataFactory", "vnet"),
    ] {
        assert_eq!(found(&with(&closed(), &[factory(), runtime(""), other])), std::slice::from_ref(&rest));
    }
    // A factory that is not declared may have an endpoint.
    assert_eq!(found(&with(&closed(), &[runtime("")])), [rest]);
    // Not even the endpoint is reached where everything is denied.
    let all = [security_rule("deny", 100, "Deny", "*", "*")];
    let found = found(&with(&all, &[factory(), runtime(""), beside]));
    assert!(found.iter().any(|message| message.contains("datafactory.azure.net")), "{found:?}");
    // An endpoint for the portal is none for the runtime.
    let portal = endpoint("pe", FACTORY_ID, "portal", "vnet");
    let found = self::found(&with(&closed(), &[factory(), runtime(""), portal]));
    assert!(found.iter().any(|message| message.contains("datafactory.azure.net")), "{found:?}");
}

#[test]
fn self_contained_authoring_counts_from_its_day() {
    let own = |value: &str| {
        let property =
            format!(r#", "typeProperties": {{ "selfContainedInteractiveAuthoringEnabled": {value} }}"#);
        with(&closed(), &[runtime(&property)])
    };
    let both = format!("medium {BLOCKS} `*.servicebus.windows.net:443`, `download.microsoft.com:443`");
    let download = format!("low {BLOCKS} `download.microsoft.com:443`");
    assert_eq!(found(&own("true")), std::slice::from_ref(&download));
    assert_eq!(found(&own("false")), std::slice::from_ref(&both));
    assert_eq!(found(&own("\"[parameters('on')]\"")), [download]);
    assert_eq!(found_at(&own("true"), Some("2021-03-01"), Cloud::Public), [both]);
}

#[test]
fn clouds_have_names_of_their_own() {
    let closed = with(&closed(), &[runtime("")]);
    // The machine stands in Europe.
    assert_eq!(found_at(&closed, None, Cloud::China), [""; 0]);
    let china: Vec<String> = closed.iter().map(|text| text.replace("westeurope", "chinanorth3")).collect();
    assert_eq!(found(&china), [""; 0]);
    let found = found_at(&china, None, Cloud::China);
    assert!(found.iter().any(|message| message.contains("*.servicebus.chinacloudapi.cn")), "{found:?}");
    let government: Vec<String> =
        closed.iter().map(|text| text.replace("westeurope", "usgovtexas")).collect();
    let found = found_at(&government, None, Cloud::UsGovernment);
    assert!(found.iter().any(|message| message.contains("*.servicebus.usgovcloudapi.net")), "{found:?}");
    let secret: Vec<String> = closed.iter().map(|text| text.replace("westeurope", "ussecwest")).collect();
    assert_eq!(self::found(&secret), [""; 0]);
}

// The findings in one text.
fn messages(rules: &[String], more: &[String]) -> String {
    found(&with(rules, more)).join("\n")
}

#[test]
fn stores_and_vaults_of_linked_services() {
    let cloud = security_rule("cloud", 100, "Allow", "AzureCloud", "443");
    let rules = [cloud, closed()[0].clone()];
    let database = linked_service("db", "AzureSqlDatabase", r#""server": "srv.database.windows.net""#);
    let server = resource("Microsoft.Sql/servers", "srv", "");
    let base = [factory(), runtime(""), database.clone()];
    // The server is not declared: a private endpoint may stand elsewhere.
    assert!(!messages(&rules, &base).contains("database.windows.net"));
    let declared = [factory(), runtime(""), database.clone(), server.clone()];
    assert!(messages(&rules, &declared).contains("`srv.database.windows.net:1433`"));
    let sql = security_rule("sql", 90, "Allow", "Sql", "1433");
    let allowed = [sql, rules[0].clone(), rules[1].clone()];
    assert!(!messages(&allowed, &declared).contains("database.windows.net"));
    let id = "[resourceId('Microsoft.Sql/servers', 'srv')]";
    let private = [factory(), runtime(""), database, server, endpoint("pe", id, "sqlServer", "vnet")];
    assert!(!messages(&rules, &private).contains("database.windows.net"));

    let secret = r#""server": "x", "password": { "type": "AzureKeyVaultSecret", "secretName": "s",
        "store": { "type": "LinkedServiceReference", "referenceName": "kv" } }"#;
    let vaulted = [
        factory(),
        runtime(""),
        linked_service("onprem", "SqlServer", secret),
        resource(
            "Microsoft.DataFactory/factories/linkedservices",
            "f/kv",
            r#""type": "AzureKeyVault", "typeProperties": { "baseUrl": "https://kv1.vault.azure.net/" }"#,
        ),
        resource("Microsoft.KeyVault/vaults", "kv1", ""),
    ];
    assert!(messages(&closed(), &vaulted).contains("`kv1.vault.azure.net:443`"));
    let vault = security_rule("kv", 100, "Allow", "AzureKeyVault", "443");
    let rules = [vault, closed()[0].clone()];
    assert!(!messages(&rules, &vaulted).contains("vault.azure.net"));
}

#[test]
fn what_may_be_otherwise_is_silent() {
    let base = [runtime("")];
    let symbolic = security_rule("may", 100, "Allow", "[parameters('p')]", "443");
    assert_eq!(messages(&[symbolic, closed()[0].clone()], &base), "");
    let conditional: Vec<String> = with(&closed(), &base)
        .into_iter()
        .map(|text| match text.contains("networkSecurityGroups\"") {
            true => text.replacen('{', "{ \"condition\": \"[parameters('on')]\", ", 1),
            false => text,
        })
        .collect();
    assert_eq!(found(&conditional), [""; 0]);
    // A second interface may take the traffic.
    let second: Vec<String> = with(&closed(), &base)
        .into_iter()
        .map(|text| {
            text.replace(
                "\"networkInterfaces\": [",
                "\"networkInterfaces\": [ { \"id\": \"[parameters('p')]\" },",
            )
        })
        .collect();
    assert_eq!(found(&second), [""; 0]);
    // Nothing says that the machine is one of a runtime.
    let plain: Vec<String> =
        with(&closed(), &base).into_iter().map(|text| text.replace("listAuthKeys", "listKeys")).collect();
    assert_eq!(found(&plain), [""; 0]);
}

#[test]
fn closed_default_outbound_access() {
    let subnet = |more: &str| -> Vec<String> {
        with(&[], &[runtime("")])
            .into_iter()
            .map(|text| text.replace("\"addressPrefix\": \"10.0.1.0/24\"", more))
            .collect()
    };
    let closed = r#""addressPrefix": "10.0.1.0/24", "defaultOutboundAccess": false"#;
    let found_closed = found(&subnet(closed));
    assert!(found_closed.iter().any(|text| text.contains("The closed default outbound access blocks")));
    let gateway = format!(r#"{closed}, "natGateway": {{ "id": "[parameters('p')]" }}"#);
    assert_eq!(found(&subnet(&gateway)), [""; 0]);
}

fn ssis(network: &str) -> String {
    resource(
        "Microsoft.DataFactory/factories/integrationRuntimes",
        "f/ssis",
        &format!(
            r#""type": "Managed", "typeProperties": {{ "ssisProperties": {{}}, "computeProperties": {{
               "location": "West Europe" {network} }} }}"#
        ),
    )
}

#[test]
fn addresses_and_subnets_of_ssis_runtimes() {
    let network = |name: &str, more: &str| {
        ssis(&format!(
            r#", "vNetProperties": {{ "vNetId": "[resourceId('Microsoft.Network/virtualNetworks', 'v')]",
               "subnet": "{name}" {more} }}"#
        ))
    };
    assert_eq!(found(&[network("s", "")]), [""; 0]);
    assert_eq!(found(&[network("s", r#", "publicIPs": ["a", "b"]"#)]), [""; 0]);
    assert_eq!(found(&[network("s", r#", "publicIPs": ["a"]"#)]).len(), 1);
    assert_eq!(found(&[network("gatewaysubnet", "")]).len(), 1);
    assert_eq!(found(&[network("[parameters('p')]", "")]), [""; 0]);
    assert_eq!(found(&[ssis("")]).len(), 1);
    assert_eq!(found(&[ssis(", \"vNetProperties\": \"[parameters('p')]\"")]), [""; 0]);
}

#[test]
fn standard_injection_with_routes() {
    let resources = |routes: &str| {
        vec![
            ssis(
                r#", "vNetProperties": { "subnetId":
                   "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')]" }"#,
            ),
            resource("Microsoft.Network/routeTables", "rt", &format!(r#""routes": [ {routes} ]"#)),
            resource(
                "Microsoft.Network/virtualNetworks/subnets",
                "v/s",
                r#""addressPrefix": "10.0.1.0/24",
                   "routeTable": { "id": "[resourceId('Microsoft.Network/routeTables', 'rt')]" }"#,
            ),
        ]
    };
    let default = r#"{ "name": "d", "properties": { "addressPrefix": "0.0.0.0/0",
        "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.0.4" } }"#;
    let batch = r#"{ "name": "b", "properties": { "addressPrefix": "BatchNodeManagement.westeurope",
        "nextHopType": "Internet" } }"#;
    assert_eq!(found(&resources("")), [""; 0]);
    assert_eq!(found(&resources(default)).len(), 1);
    assert_eq!(found(&resources(&format!("{default}, {batch}"))), [""; 0]);
}

#[test]
fn service_endpoints_lead_past_routes() {
    let account = resource("Microsoft.Storage/storageAccounts", "st1", "");
    let lake = linked_service("lake", "AzureBlobFS", r#""url": "https://st1.dfs.core.windows.net""#);
    let table = resource(
        "Microsoft.Network/routeTables",
        "rt",
        r#""routes": [ { "name": "none", "properties": {
           "addressPrefix": "0.0.0.0/0", "nextHopType": "None" } } ]"#,
    );
    let routed = |endpoints: &str| {
        let more = format!(
            r#""routeTable": {{ "id": "[resourceId('Microsoft.Network/routeTables', 'rt')]" }},
               "serviceEndpoints": {endpoints}, "addressPrefix": "10.0.1.0/24""#
        );
        let all = with(&[], &[factory(), runtime(""), account.clone(), lake.clone(), table.clone()]);
        let all: Vec<String> =
            all.iter().map(|text| text.replace("\"addressPrefix\": \"10.0.1.0/24\"", &more)).collect();
        found(&all).join("\n")
    };
    assert!(routed("[]").contains("`st1.dfs.core.windows.net:443`"));
    let storage = routed(r#"[ { "service": "microsoft.storage" } ]"#);
    assert!(storage.contains("Route `none` blocks") && !storage.contains("st1.dfs"), "{storage}");
    assert!(!routed(r#"[ { "service": "[parameters('p')]" } ]"#).contains("st1.dfs"));
}

#[test]
fn networks_that_may_exist_already_are_not_known() {
    let conditional: Vec<String> = with(&closed(), &[runtime("")])
        .into_iter()
        .map(|text| match text.contains("\"Microsoft.Network/virtualNetworks\"") {
            true => text.replacen('{', "{ \"condition\": \"[parameters('on')]\", ", 1),
            false => text,
        })
        .collect();
    assert_eq!(found(&conditional), [""; 0]);
}

#[test]
fn public_addresses_that_may_be_none() {
    let public = |address: &str| -> Vec<String> {
        let address = format!("\"properties\": {{ \"publicIPAddress\": {address}, ");
        let all = with(&[], &[runtime("")]);
        let all: Vec<String> = all
            .iter()
            .map(|text| {
                text.replace("\"name\": \"c\", \"properties\": {", &format!("\"name\": \"c\", {address}"))
            })
            .collect();
        found(&all)
    };
    assert_eq!(public(r#"{ "id": "[parameters('p')]" }"#).len(), 1);
    assert_eq!(public(r#""[if(parameters('on'), createObject('id', 'x'), null())]""#), [""; 0]);
    assert_eq!(public("null"), [""; 0]);
    assert_eq!(public("{}"), [""; 0]);
}

#[test]
fn the_key_in_a_script_is_sensitive() {
    let literal: Vec<String> = with(&closed(), &[runtime("")])
        .into_iter()
        .map(|text| match text.contains("listAuthKeys") {
            true => resource(
                "Microsoft.Compute/virtualMachines/extensions",
                "vm/install",
                r#""settings": { "commandToExecute": "gatewayInstall.ps1 IR@0a-b@f@key" }"#,
            ),
            false => text,
        })
        .collect();
    let report = report(&literal, None, Cloud::Public);
    let finding = report.findings.iter().find(|finding| finding.rule == RULES[0]).expect("a finding");
    assert!(finding.related.iter().any(|label| label.sensitive), "{finding:#?}");
}
