"""Generated inputs that are as large as real ones get: a factory of many files, and a long template."""

import json
from pathlib import Path

SUBSCRIPTION = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg"

# Of a hundred files, how many are of each kind; the rest are pipelines.
ENDPOINTS, SERVICES, DATASETS = 10, 20, 40


def reference(name: str, kind: str) -> dict:
    return {"referenceName": name, "type": f"{kind}Reference"}


def runtime(number: int) -> dict:
    network = {"type": "ManagedVirtualNetworkReference", "referenceName": "default"}
    compute = {"computeProperties": {"location": "westeurope"}}
    properties = {"type": "Managed", "typeProperties": compute, "managedVirtualNetwork": network}
    return {"name": f"Runtime{number}", "properties": properties}


def endpoint(number: int) -> dict:
    store = f"{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts/contosolake{number}"
    return {"name": f"lake{number}", "properties": {"privateLinkResourceId": store, "groupId": "dfs"}}


def service(number: int, lakes: int, runtimes: int) -> dict:
    properties = {
        "type": "AzureBlobFS",
        "typeProperties": {"url": f"https://contosolake{number % lakes}.dfs.core.windows.net"},
        "connectVia": reference(f"Runtime{number % lakes % runtimes}", "IntegrationRuntime"),
    }
    return {"name": f"Lake{number}", "properties": properties}


def dataset(number: int, services: int) -> dict:
    location = {"type": "AzureBlobFSLocation", "fileSystem": "raw", "folderPath": f"area{number}"}
    properties = {
        "linkedServiceName": reference(f"Lake{number % services}", "LinkedService"),
        "type": "Parquet",
        "typeProperties": {"location": location},
    }
    return {"name": f"Area{number}", "properties": properties}


def pipeline(number: int, datasets: int, services: int) -> dict:
    def copy(step: int) -> dict:
        # Datasets that are a multiple of the services apart are of one linked service, hence of one runtime.
        source = (number + step) % services
        sink = source + services if source + services < datasets else source
        return {
            "name": f"Copy {step}",
            "type": "Copy",
            "dependsOn": [{"activity": f"Copy {step - 1}", "dependencyConditions": ["Succeeded"]}] if step else [],
            "inputs": [reference(f"Area{source}", "Dataset")],
            "outputs": [reference(f"Area{sink}", "Dataset")],
            "typeProperties": {
                "source": {"type": "ParquetSource", "additionalColumns": [
                    {"name": "day", "value": {"value": "@formatDateTime(utcnow(), 'yyyy-MM-dd')", "type": "Expression"}}
                ]},
                "sink": {"type": "ParquetSink"},
            },
        }

    return {"name": f"Pipeline{number}", "properties": {"activities": [copy(step) for step in range(4)]}}


def factory(folder: Path, files: int) -> int:
    """Writes a factory of so many files whose references all lead somewhere; gives their bytes."""
    lakes, services, datasets = (files * part // 100 for part in (ENDPOINTS, SERVICES, DATASETS))
    runtimes = max(1, files // 100)
    pipelines = files - 2 - runtimes - lakes - services - datasets
    identity = {"type": "SystemAssigned"}
    contents = {
        "factory/contoso.json": {"name": "contoso", "location": "westeurope", "identity": identity},
        "managedVirtualNetwork/default.json": {
            "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks"
        },
    }
    for folder_name, number, make in [
        ("integrationRuntime", runtimes, runtime),
        ("managedVirtualNetwork/default/managedPrivateEndpoint", lakes, endpoint),
        ("linkedService", services, lambda each: service(each, lakes, runtimes)),
        ("dataset", datasets, lambda each: dataset(each, services)),
        ("pipeline", pipelines, lambda each: pipeline(each, datasets, services)),
    ]:
        for each in range(number):
            content = make(each)
            contents[f"{folder_name}/{content['name']}.json"] = content
    assert len(contents) == files
    size = 0
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_text(json.dumps(content, indent=2) + "\n")
    return size


def template(size: int) -> str:
    """A template of about so many bytes, within the limits of the service."""
    number = 250
    each = max(1, size // number // 60)

    def resource(index: int) -> dict:
        tags = {f"tag{tag}": f"[format('{{0}}-{tag}', parameters('owner'))]" for tag in range(each)}
        return {
            "type": "Microsoft.Storage/storageAccounts",
            "apiVersion": "2023-01-01",
            "name": f"[concat(parameters('prefix'), variables('account{index}'))]",
            "location": "[parameters('location')]",
            "tags": tags,
            "sku": {"name": "Standard_LRS"},
            "kind": "StorageV2",
            "properties": {"minimumTlsVersion": "TLS1_2", "allowBlobPublicAccess": False},
        }

    content = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {name: {"type": "string"} for name in ("prefix", "location", "owner")},
        "variables": {f"account{index}": f"[toLower('account{index}')]" for index in range(number)},
        "resources": [resource(index) for index in range(number)],
    }
    return json.dumps(content, indent=2)
