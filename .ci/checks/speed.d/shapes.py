"""Workspaces of N like things: what a check of 2 N may cost is twice what one of N does."""

import json

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
PARAMETERS = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"
STORAGE = "Microsoft.Storage/storageAccounts"
FACTORY = "Microsoft.DataFactory/factories"


def template(resources=(), **sections):
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **sections, "resources": resources}


def resource(ty, name, **more):
    return {"type": ty, "apiVersion": "2023-01-01", "name": name, **more}


def nested(name, inner, scope="inner", **more):
    properties = {"mode": "Incremental", "expressionEvaluationOptions": {"scope": scope}, "template": inner, **more}
    return resource("Microsoft.Resources/deployments", name, properties=properties)


def artefact(name, **properties):
    return {"name": name, "properties": properties}


def reference(name, kind):
    return {"referenceName": name, "type": f"{kind}Reference"}


def names(n, prefix):
    return [f"{prefix}{i}" for i in range(n)]


def single(make):
    """A workspace of one template."""
    return lambda n: {"main.json": make(n)}


SHAPES = {}


def shape(function):
    SHAPES[function.__name__] = function
    return function


def templates(function):
    SHAPES[function.__name__] = single(function)
    return function


@templates
def resources(n):
    return template([resource(STORAGE, name, location="westeurope", sku={"name": "Standard_LRS"}) for name in names(n, "s")])


@templates
def depends_on_missing_ids(n):
    depends = "[resourceId('Microsoft.Storage/storageAccounts', 'gone%d')]"
    return template([resource(STORAGE, f"s{i}", dependsOn=[depends % i]) for i in range(n)])


@templates
def depends_on_missing_names(n):
    return template([resource(STORAGE, f"s{i}", dependsOn=[f"gone{i}"]) for i in range(n)])


@templates
def depends_on_the_one_before(n):
    depends = "[resourceId('Microsoft.Storage/storageAccounts', 's%d')]"
    return template([resource(STORAGE, f"s{i}", dependsOn=[depends % (i - 1)] if i else []) for i in range(n)])


@templates
def symbolic_names(n):
    all_of = {f"r{i}": resource(STORAGE, f"s{i}", dependsOn=[f"r{i - 1}"] if i else []) for i in range(n)}
    return {**template(languageVersion="2.0"), "resources": all_of}


@templates
def parameters(n):
    declared = {name: {"type": "string", "defaultValue": "x"} for name in names(n, "p")}
    return template([resource(STORAGE, f"[parameters('p{i}')]") for i in range(n)], parameters=declared)


@templates
def variables(n):
    chain = {f"v{i}": f"[concat(variables('v{i - 1}'), 'x')]" if i % 20 else "x" for i in range(n)}
    return template([resource(STORAGE, f"[concat('s{i}', variables('v{i}'))]") for i in range(n)], variables=chain)


@templates
def outputs(n):
    # More than 64 are a finding.
    return template(outputs={name: {"type": "string", "value": f"[concat('{name}', 'x')]"} for name in names(4 * n, "o")})


@templates
def unknown_names(n):
    return template([resource(STORAGE, f"[parameters('gone{i}')]", tags={"t": f"[conct('a{i}')]"}) for i in range(n)])


@templates
def nested_inner(n):
    inner = template([resource(STORAGE, "[parameters('n')]")], parameters={"n": {"type": "string"}})
    return template([nested(f"d{i}", inner, parameters={"n": {"value": f"s{i}"}}) for i in range(n)])


@templates
def nested_outer(n):
    return template([nested(f"d{i}", template([resource(STORAGE, f"s{i}")]), scope="outer") for i in range(n)])


@templates
def nested_that_share_an_object(n):
    inner = template([resource(STORAGE, "[parameters('o').k0]")], parameters={"o": {"type": "object"}})
    shared = {name: "x" for name in names(n, "k")}
    deployments = [nested(f"d{i}", inner, parameters={"o": {"value": "[variables('o')]"}}) for i in range(n)]
    return template(deployments, variables={"o": shared})


@templates
def private_endpoints(n):
    def endpoint(i):
        target = f"[resourceId('Microsoft.Storage/storageAccounts', 's{i}')]"
        connection = {"name": "c", "properties": {"privateLinkServiceId": target, "groupIds": ["blob"]}}
        return resource("Microsoft.Network/privateEndpoints", f"e{i}", properties={
            "subnet": {"id": f"[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's{i}')]"},
            "privateLinkServiceConnections": [connection]})
    stores = [resource(STORAGE, f"s{i}", properties={"publicNetworkAccess": "Disabled"}) for i in range(n)]
    return template(stores + [endpoint(i) for i in range(n)])


@templates
def dns_zones(n):
    zones = [resource("Microsoft.Network/privateDnsZones", f"privatelink{i}.blob.core.windows.net", location="global")
             for i in range(n)]
    return template(zones)


@templates
def factories(n):
    def one(i):
        service = artefact(f"f{i}/ls", type="AzureBlobStorage", typeProperties={"serviceEndpoint": f"https://s{i}.blob.core.windows.net"})
        endpoint = resource("Microsoft.Network/privateEndpoints", f"e{i}", properties={
            "privateLinkServiceConnections": [{"name": "c", "properties": {
                "privateLinkServiceId": f"[resourceId('{FACTORY}', 'f{i}')]", "groupIds": ["dataFactory"]}}]})
        return [resource(FACTORY, f"f{i}", location="westeurope", properties={"publicNetworkAccess": "Disabled"}),
                resource(f"{FACTORY}/linkedServices", service["name"], properties=service["properties"],
                         dependsOn=[f"[resourceId('{FACTORY}', 'f{i}')]"]),
                endpoint]
    return template([part for i in range(n) for part in one(i)])


@templates
def role_assignments(n):
    def one(i):
        return resource("Microsoft.Authorization/roleAssignments", f"[guid('a{i}')]", properties={
            "roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'x')]",
            "principalId": f"[reference(resourceId('{FACTORY}', 'f{i}'), '2018-06-01', 'Full').identity.principalId]"})
    return template([resource(FACTORY, f"f{i}", identity={"type": "SystemAssigned"}) for i in range(n)] + [one(i) for i in range(n)])


@templates
def duplicate_names(n):
    return template([resource(STORAGE, f"s{i // 2}") for i in range(n)])


@templates
def children(n):
    share = [resource("fileServices/shares", f"default/f{i}") for i in range(n)]
    return template([resource(STORAGE, "s", resources=share)])


@templates
def network(n):
    rules = [{"name": f"r{i}", "properties": {"access": "Allow", "direction": "Inbound", "priority": 100 + i, "protocol": "Tcp",
              "sourceAddressPrefix": f"10.{i // 250}.{i % 250}.0/24", "destinationPortRange": "443"}} for i in range(n)]
    subnets = [{"name": f"s{i}", "properties": {"addressPrefix": f"10.{i // 250}.{i % 250}.0/24"}} for i in range(n)]
    return template([resource("Microsoft.Network/networkSecurityGroups", "g", properties={"securityRules": rules}),
                     resource("Microsoft.Network/virtualNetworks", "v", properties={"subnets": subnets})])


@shape
def template_files(n):
    return {f"t{i}.json": template([resource(STORAGE, f"s{i}")]) for i in range(n)}


@shape
def linking_templates(n):
    link = resource("Microsoft.Resources/deployments", "d", properties={
        "mode": "Incremental", "templateLink": {"uri": "[concat(parameters('base'), 'leaf.json')]"}})
    linking = template([link], parameters={"base": {"type": "string"}})
    return {"leaf.json": template([resource(STORAGE, "s")]), **{f"t{i}.json": linking for i in range(n)}}


@shape
def linked_templates(n):
    def link(i):
        return resource("Microsoft.Resources/deployments", f"d{i}", properties={
            "mode": "Incremental", "templateLink": {"relativePath": f"nested/t{i}.json"}})
    return {"main.json": template([link(i) for i in range(n)]),
            **{f"nested/t{i}.json": template([resource(STORAGE, f"s{i}")]) for i in range(n)}}


@shape
def parameter_files(n):
    declared = template([resource(STORAGE, "[parameters('n')]")], parameters={"n": {"type": "string"}})
    given = {f"t{i}.parameters.json": {"$schema": PARAMETERS, "parameters": {"n": {"value": f"s{i}"}}} for i in range(n)}
    return {**{f"t{i}.json": declared for i in range(n)}, **given}


@shape
def git_folder(n):
    files = {"factory/f.json": {"name": "f", "location": "x", "properties": {}}}
    for i in range(n):
        store = {"serviceEndpoint": f"https://s{i}.blob.core.windows.net"}
        files[f"linkedService/l{i}.json"] = artefact(f"l{i}", type="AzureBlobStorage", typeProperties=store)
        files[f"dataset/d{i}.json"] = artefact(f"d{i}", type="Json", linkedServiceName=reference(f"l{i}", "LinkedService"))
        copy = {"name": "c", "type": "Copy", "inputs": [reference(f"d{i}", "Dataset")], "outputs": [reference(f"d{i - 1}", "Dataset")],
                "typeProperties": {"source": {"type": "JsonSource"}, "sink": {"type": "JsonSink"}}}
        files[f"pipeline/p{i}.json"] = artefact(f"p{i}", activities=[copy])
    return files


@shape
def missing_services(n):
    files = {"factory/f.json": {"name": "f", "location": "x", "properties": {}}}
    for i in range(n):
        files[f"dataset/d{i}.json"] = artefact(f"d{i}", type="Json", linkedServiceName=reference(f"gone{i}", "LinkedService"))
    return files


@shape
def managed_network(n):
    files = {"factory/f.json": {"name": "f", "location": "x", "properties": {}},
             "managedVirtualNetwork/default.json": {"name": "default", "type": "x", "properties": {}},
             "integrationRuntime/m.json": artefact("m", type="Managed", managedVirtualNetwork=reference("default", "ManagedVirtualNetwork"))}
    for i in range(n):
        store = {"serviceEndpoint": f"https://s{i}.blob.core.windows.net"}
        files[f"linkedService/l{i}.json"] = artefact(f"l{i}", type="AzureBlobStorage", typeProperties=store,
                                                     connectVia=reference("m", "IntegrationRuntime"))
        files[f"managedVirtualNetwork/default/managedPrivateEndpoint/e{i}.json"] = artefact(
            f"e{i}", groupId="blob", privateLinkResourceId="/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/"
            f"providers/{STORAGE}/s{i}")
    return files


def write(workspace, folder):
    """Writes a workspace into a folder."""
    for path, content in workspace.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, indent=2), encoding="utf-8")
