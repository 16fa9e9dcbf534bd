use armlint_engine::session::Input;
use armlint_engine::settings::{Cloud, Date};

use super::*;

const FOLDER: &[(&str, &str)] = &[
    ("adf/factory/contoso.json", r#"{ "name": "contoso", "properties": {} }"#),
    ("adf/managedVirtualNetwork/default.json", r#"{ "name": "default", "properties": {} }"#),
    (
        "adf/managedVirtualNetwork/default/managedPrivateEndpoint/lake.json",
        r#"{ "name": "lake", "properties": {
            "privateLinkResourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/contosolake",
            "groupId": "dfs", "connectionState": { "status": "Approved" } } }"#,
    ),
    (
        "adf/managedVirtualNetwork/default/managedPrivateEndpoint/old.json",
        r#"{ "name": "old", "properties": {
            "privateLinkResourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/contoso-old",
            "groupId": "sqlServer", "connectionState": { "status": "Rejected" } } }"#,
    ),
    (
        "adf/integrationRuntime/Inside.json",
        r#"{ "name": "Inside", "properties": { "type": "Managed",
            "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" } } }"#,
    ),
    ("adf/integrationRuntime/Office.json", r#"{ "name": "Office", "properties": { "type": "SelfHosted" } }"#),
    ("adf/integrationRuntime/Spare.json", r#"{ "name": "Spare", "properties": { "type": "SelfHosted" } }"#),
    (
        "adf/linkedService/Lake.json",
        r#"{ "name": "Lake", "properties": { "type": "AzureBlobFS",
            "typeProperties": { "url": "https://contosolake.dfs.core.windows.net",
              "accountKey": { "type": "SecureString", "value": "planted-key-of-the-lake" } },
            "connectVia": { "referenceName": "Inside", "type": "IntegrationRuntimeReference" } } }"#,
    ),
    (
        "adf/linkedService/Sales.json",
        r#"{ "name": "Sales", "properties": { "type": "AzureSqlDatabase",
            "typeProperties": { "connectionString":
              "Data Source=contoso-sales.database.windows.net;User ID=u;Password=planted-password;Initial Catalog=s" },
            "connectVia": { "referenceName": "Inside", "type": "IntegrationRuntimeReference" } } }"#,
    ),
    (
        "adf/linkedService/Archive.json",
        r#"{ "name": "Archive", "properties": { "type": "AzureBlobStorage",
            "typeProperties": { "serviceEndpoint": "https://contosoarchive.blob.core.windows.net" } } }"#,
    ),
    (
        "adf/linkedService/Files.json",
        r#"{ "name": "Files", "properties": { "type": "FileServer", "typeProperties": { "host": "\\\\files01\\in" },
            "connectVia": { "referenceName": "Office", "type": "IntegrationRuntimeReference" } } }"#,
    ),
    (
        "adf/dataset/Rows.json",
        r#"{ "name": "Rows", "properties": { "type": "AzureSqlTable", "typeProperties": {},
            "linkedServiceName": { "referenceName": "Sales", "type": "LinkedServiceReference" } } }"#,
    ),
    (
        "adf/pipeline/Count.json",
        r#"{ "name": "Count", "properties": { "activities": [ { "name": "Count rows", "type": "Lookup",
            "typeProperties": { "dataset": { "referenceName": "Rows", "type": "DatasetReference" } } } ] } }"#,
    ),
];

// Names that would end a label, or mean something in it; a store that closes its public endpoint; a host
// that a secure parameter gives.
const TEMPLATE: &[(&str, &str)] = &[(
    "main.json",
    r#"{
      "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      "contentVersion": "1.0.0.0",
      "parameters": {
        "env": { "type": "string" },
        "host": { "type": "securestring", "defaultValue": "planted-host" }
      },
      "resources": [
        { "type": "Microsoft.DataFactory/factories", "apiVersion": "2018-06-01",
          "name": "[format('adf\"]-{0}', parameters('env'))]", "location": "westeurope",
          "properties": { "publicNetworkAccess": "Disabled" } },
        { "type": "Microsoft.DataFactory/factories/managedVirtualNetworks", "apiVersion": "2018-06-01",
          "name": "[format('adf\"]-{0}/default', parameters('env'))]", "properties": {} },
        { "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
          "apiVersion": "2018-06-01", "name": "[format('adf\"]-{0}/default/vault', parameters('env'))]",
          "properties": { "groupId": "vault",
            "privateLinkResourceId": "[resourceId('Microsoft.KeyVault/vaults', format('kv-{0}', parameters('env')))]" } },
        { "type": "Microsoft.DataFactory/factories/integrationRuntimes", "apiVersion": "2018-06-01",
          "name": "[format('adf\"]-{0}/In|side\\n<b>', parameters('env'))]",
          "properties": { "type": "Managed", "managedVirtualNetwork":
            { "type": "ManagedVirtualNetworkReference", "referenceName": "default" } } },
        { "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01",
          "name": "[format('adf\"]-{0}/Vault', parameters('env'))]",
          "properties": { "type": "AzureKeyVault", "typeProperties":
            { "baseUrl": "[format('https://kv-{0}.vault.azure.net', parameters('env'))]" },
            "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "In|side\\n<b>" } } },
        { "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01",
          "name": "[format('adf\"]-{0}/Lake', parameters('env'))]",
          "properties": { "type": "AzureBlobFS", "typeProperties":
            { "url": "[format('https://st{0}.dfs.core.windows.net', parameters('env'))]" } } },
        { "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01",
          "name": "[format('adf\"]-{0}/Secret', parameters('env'))]",
          "properties": { "type": "Sftp", "typeProperties":
            { "host": "[format('{0}.example.com', parameters('host'))]" } } },
        { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "kind": "StorageV2",
          "name": "[format('st{0}', parameters('env'))]", "location": "westeurope", "sku": { "name": "Standard_LRS" },
          "properties": { "isHnsEnabled": true, "publicNetworkAccess": "Disabled" } }
      ]
    }"#,
)];

const SYNAPSE: &[(&str, &str)] = &[(
    "workspace.json",
    r#"{
      "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      "contentVersion": "1.0.0.0",
      "resources": [
        { "type": "Microsoft.Synapse/workspaces", "apiVersion": "2021-06-01", "name": "contoso-ws",
          "location": "westeurope", "properties": { "managedVirtualNetwork": "default",
            "defaultDataLakeStorage": { "accountUrl": "https://contosolake.dfs.core.windows.net", "filesystem": "f" } } },
        { "type": "Microsoft.Synapse/workspaces/integrationRuntimes", "apiVersion": "2021-06-01",
          "name": "contoso-ws/Inside", "properties": { "type": "Managed",
            "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" } } },
        { "type": "Microsoft.Synapse/workspaces/managedVirtualNetworks/managedPrivateEndpoints",
          "apiVersion": "2021-06-01", "name": "contoso-ws/default/lake", "properties": { "groupId": "dfs",
            "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'contosolake')]" } },
        { "type": "Microsoft.Synapse/workspaces/linkedservices", "apiVersion": "2021-06-01", "name": "contoso-ws/Lake",
          "properties": { "type": "AzureBlobFS", "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" },
            "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "Inside" } } },
        { "type": "Microsoft.Synapse/workspaces/linkedservices", "apiVersion": "2021-06-01", "name": "contoso-ws/Pool",
          "properties": { "type": "AzureSqlDW", "typeProperties": { "connectionString":
              "Data Source=tcp:contoso-ws.sql.azuresynapse.net,1433;Initial Catalog=pool" },
            "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "Inside" } } },
        { "type": "Microsoft.Synapse/workspaces/linkedservices", "apiVersion": "2021-06-01", "name": "contoso-ws/Raw",
          "properties": { "type": "AzureBlobStorage",
            "typeProperties": { "serviceEndpoint": "https://contosoraw.blob.core.windows.net" } } }
      ]
    }"#,
)];

fn drawn(files: &[(&str, &str)]) -> Vec<FactoryMap> {
    let mut session = Session::new(armlint_rules::catalogue());
    let input = |(path, text): &(&str, &str)| Input {
        path: (*path).into(),
        content: Ok(text.as_bytes().to_vec()),
        context: false,
        named: true,
    };
    session.set_all(files.iter().map(input).collect());
    let settings = Settings::new(Date { year: 2026, month: 1, day: 1 }, Cloud::Public);
    let Drawn { maps, problems, .. } = draw(&session, |_| &settings);
    assert!(problems.is_empty(), "{problems:#?}");
    maps
}

fn all(files: &[(&str, &str)]) -> String {
    let maps = drawn(files);
    let formats = [MapFormat::Text, MapFormat::Mermaid, MapFormat::Dot, MapFormat::Svg, MapFormat::Drawio];
    let text = formats.map(|format| render(format, &maps, &Style::file())).join("\n");
    assert!(!text.contains("planted"), "{text}");
    // The styles are no part of what is compared.
    text.replace(quick_xml::escape::escape(svg::STYLE).as_ref(), "")
}

#[test]
fn folder() {
    insta::assert_snapshot!(all(FOLDER));
}

#[test]
fn template() {
    insta::assert_snapshot!(all(TEMPLATE));
}

#[test]
fn workspace() {
    insta::assert_snapshot!(all(SYNAPSE));
}

#[test]
fn pictures_are_well_formed_and_hold_every_way() {
    const ELEMENTS: [&str; 9] = ["svg", "style", "defs", "marker", "g", "title", "rect", "path", "text"];
    for files in [FOLDER, TEMPLATE, SYNAPSE] {
        let maps = drawn(files);
        let picture = render(MapFormat::Svg, &maps, &Style::file());
        let document = roxmltree::Document::parse(&picture).unwrap();
        let elements = || document.descendants().filter(roxmltree::Node::is_element);
        assert!(elements().all(|node| ELEMENTS.contains(&node.tag_name().name())), "{picture}");
        assert_eq!(elements().filter(|node| node.has_attribute("data-way")).count(), edges(&maps));
        let file = render(MapFormat::Drawio, &maps, &Style::file());
        let document = roxmltree::Document::parse(&file).unwrap();
        let cells: Vec<_> = document.descendants().filter(|node| node.has_tag_name("mxCell")).collect();
        let is_cell = |id: Option<&str>| cells.iter().any(|cell| cell.attribute("id") == id);
        let ways = || cells.iter().filter(|cell| cell.attribute("edge") == Some("1"));
        assert_eq!(ways().count(), edges(&maps));
        assert!(
            ways().all(|way| is_cell(way.attribute("source")) && is_cell(way.attribute("target"))),
            "{file}"
        );
    }
}

#[test]
fn several_deployments_have_one_order() {
    let mut files: Vec<(&str, &str)> = [SYNAPSE, FOLDER, TEMPLATE].concat();
    let first = all(&files);
    files.reverse();
    assert_eq!(all(&files), first);
}
