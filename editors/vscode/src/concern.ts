/**
 * Whether a document may be anything for armlint, by its path and its text.
 *
 * The server decides what a file is. This only keeps it from being started in windows without templates; so
 * it may say yes too often, and must never say no to what `armlint check` takes.
 */

const ARTEFACT_FOLDERS = [
    "factory",
    "managedVirtualNetwork",
    "managedPrivateEndpoint",
    "integrationRuntime",
    "linkedService",
    "credential",
    "dataset",
    "pipeline",
    "dataflow",
    "trigger",
    "adfcdc",
    "notebook",
    "sqlscript",
    "sparkJobDefinition",
    "kqlscript",
    "bigDataPool",
    "sparkConfiguration",
    "database",
];

const IN_ARTEFACT_FOLDER = new RegExp(`(^|/)(${ARTEFACT_FOLDERS.join("|")})/[^/]+\\.json$`, "i");

const TEMPLATE = /deploymentTemplate|deploymentParameters|contentVersion/i;

// Manifests of Azure Service Operator, and the files of Container Instances and Container Apps.
const YAML_MARKER = /\.azure\.com\/v|Microsoft\.(ContainerInstance\/containerGroups|App\/containerApps)/i;
const YAML_PROPERTIES = /^\uFEFF?properties/m;

// `arm-template` is the language of Azure Resource Manager (ARM) Tools.
const LANGUAGES = ["json", "jsonc", "yaml", "arm-template"];

/** The documents that the server is for: files, and what has not been saved yet. */
export const SELECTOR = LANGUAGES.flatMap((language) =>
    ["file", "untitled"].map((scheme) => ({ language, scheme })),
);

/**
 * Whether a document may concern armlint. `path` has `/` between its parts; `text` is not asked for where
 * the path decides.
 */
export function mayConcern(language: string, path: string, text: () => string): boolean {
    if (!LANGUAGES.includes(language)) {
        return false;
    }
    if (language === "arm-template" || path.endsWith("/armlint.yaml") || IN_ARTEFACT_FOLDER.test(path)) {
        return true;
    }
    const content = text();
    return TEMPLATE.test(content) || (language === "yaml" && isYaml(content));
}

function isYaml(text: string): boolean {
    return YAML_MARKER.test(text) || (text.includes("containers") && YAML_PROPERTIES.test(text));
}
