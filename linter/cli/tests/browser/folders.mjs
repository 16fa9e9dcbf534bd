// The folders that are checked: the example, one whose names are hostile, and two with many findings.

import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
export const SECRET = "Planted-Passw0rd-77";
// What ends elements, runs scripts, turns the direction of writing or colours a terminal.
export const HOSTILE = "</script><script>window.broken=1</script></style><img src=x onerror=window.broken=1>'\"`{{x}}\u202e\u001b[31m";

function write(folder, files) {
    rmSync(folder, { recursive: true, force: true });
    for (const [name, value] of Object.entries(files)) {
        const path = join(folder, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value, null, 2));
    }
    return folder;
}

export function example(work, source) {
    const folder = join(work, "example");
    rmSync(folder, { recursive: true, force: true });
    cpSync(source, folder, { recursive: true });
    return folder;
}

export function hostile(work) {
    const service = (name, host) => ({
        name,
        properties: {
            type: "AzureSqlDatabase",
            typeProperties: {
                connectionString: `Data Source=${host};User ID=u;Password=${SECRET};Initial Catalog=${HOSTILE}`,
            },
        },
    });
    return write(join(work, "hostile"), {
        "adf/factory/contoso.json": { name: "contoso", properties: {} },
        "adf/linkedService/A.json": service(HOSTILE, "contoso.database.windows.net"),
        "adf/linkedService/B.json": service("B", `${HOSTILE}.example.com`),
        "<img src=x onerror=broken=1>.json": {
            $schema: SCHEMA,
            contentVersion: "1.0.0.0",
            resources: [{ type: "Microsoft.Network/privateDnsZones", apiVersion: "2020-06-01", name: `[variables('${HOSTILE.replaceAll("'", "")}')]`, location: "global" }],
        },
        "broken.json": `{ "$schema": "${SCHEMA}", "x": "${HOSTILE.replaceAll('"', "")}`,
    });
}

// A template has fifty findings: names that are not declared.
export function many(work, findings) {
    const files = {};
    for (let file = 0; file < findings / 50; file += 1) {
        const outputs = {};
        for (let at = 0; at < 50; at += 1) outputs[`o${at}`] = { type: "string", value: `[concat(variables('missing${at}'), 'x')]` };
        files[`team${file % 7}/service${file}/main.json`] = { $schema: SCHEMA, contentVersion: "1.0.0.0", resources: [], outputs };
    }
    return write(join(work, `many-${findings}`), files);
}

// A factory with so many ways.
export function factory(work, ways) {
    const files = {
        "adf/factory/contoso.json": { name: "contoso", properties: {} },
        "adf/managedVirtualNetwork/default.json": { name: "default", properties: {} },
        "adf/integrationRuntime/Inside.json": {
            name: "Inside",
            properties: { type: "Managed", managedVirtualNetwork: { type: "ManagedVirtualNetworkReference", referenceName: "default" } },
        },
    };
    for (let at = 0; at < ways; at += 1) {
        files[`adf/linkedService/Lake${at}.json`] = {
            name: `Lake${at}`,
            properties: {
                type: "AzureBlobFS",
                typeProperties: { url: `https://lake${at % 40}.dfs.core.windows.net` },
                ...(at % 2 === 0 ? { connectVia: { referenceName: "Inside", type: "IntegrationRuntimeReference" } } : {}),
            },
        };
        if (at < 20) {
            files[`adf/managedVirtualNetwork/default/managedPrivateEndpoint/lake${at}.json`] = {
                name: `lake${at}`,
                properties: {
                    privateLinkResourceId: `/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/lake${at}`,
                    groupId: "dfs",
                    connectionState: { status: at % 5 === 0 ? "Rejected" : "Approved" },
                },
            };
        }
    }
    return write(join(work, `factory-${ways}`), files);
}
