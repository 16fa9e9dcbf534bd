//! Manifests of Azure Service Operator and container files as resources of the graph.

use std::sync::Arc;

use armlint_engine::dialect::Parsed;
use armlint_engine::dialect::{File, GivenFiles, assemble};
use armlint_engine::graph::{Graph, lower};
use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_engine::syntax::yaml;
use armlint_rules::DIALECTS;

fn graphs(files: &[(&str, &str)]) -> Vec<Graph> {
    let mut recognised = Vec::new();
    for (id, (path, text)) in files.iter().enumerate() {
        let source = Arc::new(Source::new(SourceId(id as u32), *path, text.to_string()));
        for document in yaml::parse(&source) {
            let recognition = DIALECTS.recognise(path, &document.root);
            let parsed = Parsed { source: source.clone(), document: Arc::new(document) };
            recognised.push(File { parsed, recognition });
        }
    }
    assemble(&recognised, &GivenFiles::default(), DIALECTS).deployments.iter().map(lower).collect()
}

fn graph(files: &[(&str, &str)]) -> Graph {
    let mut graphs = graphs(files);
    assert_eq!(graphs.len(), 1);
    graphs.remove(0)
}

fn object(group: &str, kind: &str, name: &str, spec: &str) -> String {
    let version = if group == "resources" { "v1api20200601" } else { "v1api20230701" };
    format!(
        "---\napiVersion: {group}.azure.com/{version}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: n\nspec:\n{spec}"
    )
}

#[test]
fn spec_becomes_the_body_of_a_resource() {
    let text = object(
        "storage",
        "StorageAccount",
        "'kübernetes'",
        "  azureName: contosolake\n  location: uksouth\n  kind: StorageV2\n  sku:\n    name: Standard_LRS\n  owner:\n    name: rg\n  \
           allowBlobPublicAccess: false\n  encryption: {requireInfrastructureEncryption: true}\n  operatorSpec:\n    secrets:\n      key1: {name: s, key: k}\n",
    );
    let graph = graph(&[("a.yaml", &text)]);
    let [account] = graph.resources() else { panic!("one resource") };
    assert_eq!(account.ty, "Microsoft.Storage/storageAccounts");
    assert_eq!(account.name.display(), "contosolake");
    assert_eq!(graph.text(account.place), "contosolake");
    assert_eq!(account.body.get("apiVersion").known_text(), Some("2023-07-01"));
    assert_eq!(account.body.at("sku.name").known_text(), Some("Standard_LRS"));
    assert_eq!(account.location().known_text(), Some("uksouth"));
    assert!(account.property("allowBlobPublicAccess").truth().is_false());
    assert!(account.property("encryption.requireInfrastructureEncryption").truth().is_true());
    for absent in ["sku", "owner", "azureName", "operatorSpec", "location"] {
        assert!(account.property(absent).is_absent(), "{absent}");
    }
    // What is missing is missed where the specification begins.
    assert_eq!(graph.text(account.property("publicNetworkAccess").origin.span), "spec");
    assert_eq!(graph.text(account.property("allowBlobPublicAccess").origin.span), "false");
}

#[test]
fn owners_and_references_are_found_across_files_and_documents() {
    let network =
        object("resources", "ResourceGroup", "rg", "  azureName: contoso-network\n  location: uksouth\n")
            + &object("network", "VirtualNetwork", "vnet", "  azureName: vnet-azure\n  owner: {name: rg}\n")
            + &object(
                "network",
                "VirtualNetworksSubnet",
                "sn",
                "  azureName: sn-azure\n  owner:\n    name: vnet\n",
            );
    let endpoint = object(
        "network",
        "PrivateEndpoint",
        "pe",
        "  owner: {name: rg}\n  subnet:\n    reference:\n      group: network.azure.com\n      kind: VirtualNetworksSubnet\n      name: sn\n  \
           privateLinkServiceConnections:\n  - name: c\n    groupIds: [blob]\n    privateLinkServiceReference: {group: storage.azure.com, kind: StorageAccount, name: elsewhere}\n",
    );
    let blob = object("storage", "StorageAccountsBlobService", "svc", "  owner: {name: elsewhere}\n");
    let graph =
        graph(&[("infra/network/a.yaml", &network), ("infra/pe/b.yaml", &endpoint), ("infra/c.yaml", &blob)]);
    let one = |ty: &str| graph.of_type(ty).next().unwrap_or_else(|| panic!("{ty}"));
    let subnet = one("Microsoft.Network/virtualNetworks/subnets");
    assert_eq!(subnet.name.key(), "vnet-azure/sn-azure");
    assert_eq!(subnet.parent, Some(one("Microsoft.Network/virtualNetworks").id));
    let id = subnet.resource_id.key();
    assert!(id.ends_with("/resourcegroups/contoso-network/providers/microsoft.network/virtualnetworks/vnet-azure/subnets/sn-azure"), "{id}");
    let endpoint = one("Microsoft.Network/privateEndpoints");
    assert_eq!(endpoint.property("subnet.id").text().map(|text| text.key()), Some(id));
    assert_eq!(graph.text(endpoint.property("subnet.id").origin.span), "sn");
    let connections = endpoint.property("privateLinkServiceConnections");
    let target = connections.elements().unwrap()[0].at("properties.privateLinkServiceId");
    // The account is not among the manifests: its name in Azure may be another.
    let target = target.text().unwrap();
    assert!(
        target.known().is_none() && target.key().contains("/providers/microsoft.storage/storageaccounts/{"),
        "{target:?}"
    );
    let service = one("Microsoft.Storage/storageAccounts/blobServices");
    assert_eq!(service.name.display(), "default");
}

#[test]
fn ids_of_resource_manager_are_taken_as_they_are() {
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/srv";
    let text = object("sql", "ServersDatabase", "db", &format!("  owner:\n    armId: {id}\n"))
        + &object(
            "network",
            "PrivateEndpoint",
            "pe",
            &format!(
                "  owner: {{armId: /subscriptions/s/resourceGroups/g}}\n  subnet:\n    reference:\n      armId: {id}x\n"
            ),
        )
        + &object(
            "compute",
            "VirtualMachine",
            "vm",
            "  identity:\n    type: UserAssigned\n    userAssignedIdentities:\n    - reference:\n        armId: /i/d\n",
        )
        + &object(
            "authorization",
            "RoleAssignment",
            "ra",
            "  owner: {group: compute.azure.com, kind: VirtualMachine, name: vm}\n",
        );
    let graph = graph(&[("a.yaml", &text)]);
    let database = graph.of_type("Microsoft.Sql/servers/databases").next().unwrap();
    assert_eq!(database.name.key(), "srv/db");
    assert_eq!(database.resource_id.known().map(|id| id.as_str()), Some(&*format!("{id}/databases/db")));
    let endpoint = graph.of_type("Microsoft.Network/privateEndpoints").next().unwrap();
    assert_eq!(endpoint.property("subnet.id").known_text(), Some(&*format!("{id}x")));
    let machine = graph.of_type("Microsoft.Compute/virtualMachines").next().unwrap();
    assert!(!machine.body.at("identity.userAssignedIdentities").get("/i/d").is_absent());
    let assignment = graph.of_type("Microsoft.Authorization/roleAssignments").next().unwrap();
    assert_eq!(assignment.body.get("scope").text().map(|scope| scope.key()), Some(machine.resource_id.key()));
}

#[test]
fn what_comes_from_the_cluster_is_not_known() {
    let text = object(
        "dbforpostgresql",
        "FlexibleServer",
        "${APP}-server",
        "  owner: {name: rg}\n  administratorLogin: $USER_NAME\n  administratorLoginPassword:\n    name: postgres\n    key: password\n  \
           version: '#{version}#'\n  tenantIdFromConfig: {name: c, key: t}\n",
    ) + &object(
        "dbforpostgresql",
        "FlexibleServersDatabase",
        "db",
        "  owner:\n    name: ${APP}-server\n",
    ) + "---\napiVersion: x.azure.com/v1api20230101\nkind: Thing\nmetadata: {name: t, annotations: {serviceoperator.azure.com/reconcile-policy: skip}}\nspec: {a: 1}\n";
    let graph = graph(&[("a.yaml", &text)]);
    let server = graph.of_type("Microsoft.DBforPostgreSQL/flexibleServers").next().unwrap();
    assert_eq!(server.name.braced(), "{token('app')}-server");
    let password = server.property("administratorLoginPassword");
    assert!(password.is_unknown() && password.secure);
    for unknown in ["administratorLogin", "version", "tenantId"] {
        assert!(server.property(unknown).is_unknown(), "{unknown}");
        assert!(!server.property(unknown).secure, "{unknown}");
    }
    let database = graph.of_type("Microsoft.DBforPostgreSQL/flexibleServers/databases").next().unwrap();
    assert_eq!(database.parent, Some(server.id));
    let thing = graph.of_type("x.azure.com/Thing").next().unwrap();
    assert!(thing.existing && thing.property("a").is_known());
}

#[test]
fn environments_stay_apart() {
    let account = object("storage", "StorageAccount", "a", "  owner: {name: rg}\n");
    assert_eq!(graphs(&[("dev/a.yaml", &account), ("prod/a.yaml", &account)]).len(), 2);
    let other = object("storage", "StorageAccount", "b", "  owner: {name: rg}\n");
    assert_eq!(graphs(&[("dev/a.yaml", &account), ("prod/a.yaml", &other)]).len(), 1);
}

#[test]
fn properties_that_are_written_stay_as_they_are() {
    let text = object(
        "keyvault",
        "Vault",
        "v",
        "  location: uksouth\n  properties:\n    sku: {family: A, name: standard}\n    publicNetworkAccess: Disabled\n",
    ) + &object("cache", "Redis", "r", "  sku: {family: C}\n");
    let graph = graph(&[("a.yaml", &text)]);
    let vault = graph.of_type("Microsoft.KeyVault/vaults").next().unwrap();
    assert_eq!(vault.property("sku.family").known_text(), Some("A"));
    assert_eq!(vault.property("publicNetworkAccess").known_text(), Some("Disabled"));
    let redis = graph.of_type("Microsoft.Cache/redis").next().unwrap();
    assert_eq!(redis.property("sku.family").known_text(), Some("C"));
}

#[test]
fn container_files_are_resources() {
    let text = "apiVersion: 2021-07-01\nname: group\nproperties:\n  containers:\n  - name: a\n    properties:\n      image: x\n      environmentVariables:\n      - {name: V, secureValue: '[secret]'}\n  osType: Linux\n";
    let group = graph(&[("a.yaml", text)]);
    let [resource] = group.resources() else { panic!("one resource") };
    assert_eq!(resource.ty, "Microsoft.ContainerInstance/containerGroups");
    assert_eq!(resource.body.get("apiVersion").known_text(), Some("2021-07-01"));
    assert_eq!(resource.body.get("type").known_text(), Some("Microsoft.ContainerInstance/containerGroups"));
    assert_eq!(group.text(resource.place), "group");
    let containers = resource.property("containers");
    let variables = containers.elements().unwrap()[0].at("properties.environmentVariables");
    // There are no expressions in these files.
    assert_eq!(variables.elements().unwrap()[0].get("secureValue").known_text(), Some("[secret]"));
    assert!(group.problems().is_empty());
    let app = graph(&[("a.yaml", "properties:\n  template:\n    containers:\n    - image: x\n")]);
    let [resource] = app.resources() else { panic!("one resource") };
    assert_eq!(resource.ty, "Microsoft.App/containerApps");
    assert!(resource.name.last().known().is_none());
}
