//! What the rules about schemas say, and what they must not say.

use std::fs;
use std::path::{Path, PathBuf};

use armlint_azure::schema::{Node, TypeVersion, resource_type};
use armlint_engine::finding::Finding;
use armlint_engine::settings::{Cloud, Settings};
use serde_json::{Map, Value, json};

use crate::checked;

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// What the rules of this folder find in a template.
pub(crate) fn found(template: &str, settings: &Settings) -> Vec<Finding> {
    let report = checked::check(&[("azuredeploy.json", template)], settings);
    // What nested deployments are given is judged against the declarations of their templates.
    let own = |finding: &Finding| {
        finding.rule.starts_with("schema/") || finding.rule == "template/malformed-argument"
    };
    report.findings.into_iter().filter(own).collect()
}

/// A template with these resources, and these parameters.
pub(crate) fn template(resources: Value, parameters: Value) -> String {
    let template = json!({
        "$schema": SCHEMA, "contentVersion": "1.0.0.0", "parameters": parameters, "resources": resources,
    });
    template.to_string()
}

fn vault(properties: Value) -> Value {
    let mut whole = json!({
        "sku": { "family": "A", "name": "standard" },
        "tenantId": "72f988bf-86f1-41af-91ab-2d7cd011db47",
    });
    let members = whole.as_object_mut().unwrap();
    members.extend(properties.as_object().cloned().unwrap_or_default());
    json!({
        "type": "Microsoft.KeyVault/vaults", "apiVersion": "2022-07-01", "name": "kv", "location": "westeurope",
        "properties": whole,
    })
}

fn with(mut resource: Value, members: Value) -> Value {
    resource.as_object_mut().unwrap().extend(members.as_object().cloned().unwrap());
    resource
}

#[test]
fn what_is_not_decided_is_not_judged() {
    let parameters = json!({
        "open": { "type": "object" },
        "flag": { "type": "bool" },
        "given": { "type": "object", "defaultValue": { "ipRules": "none" } },
        "days": { "type": "string", "defaultValue": "many" },
        "key": { "type": "string" },
    });
    let silent = [
        ("unknown", vault(json!({ "networkAcls": "[parameters('open')]" }))),
        ("default of an object", vault(json!({ "networkAcls": "[parameters('given')]" }))),
        ("default of a text", vault(json!({ "softDeleteRetentionInDays": "[parameters('days')]" }))),
        ("known in part", vault(json!({ "tenantId": "[concat(parameters('key'), '-a')]" }))),
        (
            "one branch",
            vault(json!({ "networkAcls": "[if(parameters('flag'), 'none', parameters('open'))]" })),
        ),
        ("null", vault(json!({ "networkAcls": null, "softDeleteRetentionInDays": null }))),
        ("empty text", vault(json!({ "softDeleteRetentionInDays": "" }))),
        ("sample", vault(json!({ "softDeleteRetentionInDays": "int", "networkAcls": "<rules>" }))),
        ("text of a number", vault(json!({ "softDeleteRetentionInDays": "90" }))),
        ("other case", vault(json!({ "NETWORKACLS": { "DEFAULTACTION": "deny" } }))),
        ("fraction", vault(json!({ "softDeleteRetentionInDays": 90.0 }))),
        ("computed key", vault(json!({ "[parameters('key')]": "x" }))),
        ("false", with(vault(json!({ "networkAcls": "none" })), json!({ "condition": false }))),
        ("profile", with(vault(json!({})), json!({ "apiVersion": "2022-07-01" }))),
        ("trailing slash", with(vault(json!({})), json!({ "type": "Microsoft.KeyVault/vaults/" }))),
    ];
    let settings = checked::on(None);
    for (name, resource) in silent {
        let found = found(&template(json!([resource]), parameters.clone()), &settings);
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

#[test]
fn what_is_decided_is_judged() {
    let parameters = json!({ "flag": { "type": "bool" }, "open": { "type": "object" } });
    let loud = [
        (
            "unknown condition",
            with(vault(json!({ "networkAcls": "none" })), json!({ "condition": "[parameters('flag')]" })),
            1,
        ),
        ("both branches", vault(json!({ "networkAcls": "[if(parameters('flag'), 'none', 'all')]" })), 1),
        (
            "merged",
            vault(json!({ "networkAcls": "[union(parameters('open'), json('{\"ipRules\": \"none\"}'))]" })),
            1,
        ),
        (
            "loop",
            with(
                vault(json!({ "networkAcls": "none" })),
                json!({ "name": "[concat('kv', copyIndex())]", "copy": { "name": "vaults", "count": 3 } }),
            ),
            1,
        ),
        (
            "loop of a property",
            vault(
                json!({ "networkAcls": { "copy": [{ "name": "ipRules", "count": 2, "input": "203.0.113.7" }] } }),
            ),
            1,
        ),
        ("in one place", vault(json!({ "networkAcls": { "ipRules": ["203.0.113.7", "203.0.113.8"] } })), 2),
        (
            "slip in a list",
            vault(
                json!({ "accessPolicies": [{ "tenantid": "72f988bf-86f1-41af-91ab-2d7cd011db47", "objectId": "a", "permisions": {} }] }),
            ),
            1,
        ),
    ];
    let settings = checked::on(None);
    for (name, resource, count) in loud {
        let found = found(&template(json!([resource]), parameters.clone()), &settings);
        assert_eq!(found.len(), count, "{name}: {found:#?}");
    }
}

#[test]
fn types_and_versions_of_other_clouds_are_not_judged() {
    let resource = |ty: &str, version: &str| json!([{ "type": ty, "apiVersion": version, "name": "a", "location": "westeurope" }]);
    let unknown = [
        resource("Microsoft.Network/storageAccounts", "2023-01-01"),
        resource("Microsoft.ManagedIdentity/userAssignedIdentities", "2019-12-01"),
    ];
    let public = checked::on(None);
    for resources in unknown {
        let text = template(resources.clone(), json!({}));
        assert_eq!(found(&text, &public).len(), 1);
        assert!(found(&text, &Settings::new(public.as_of, Cloud::China)).is_empty());
        let profiled =
            text.replacen("\"contentVersion\"", "\"apiProfile\":\"2019-03-01-hybrid\",\"contentVersion\"", 1);
        assert!(found(&profiled, &public).is_empty(), "{profiled}");
    }
}

/// Findings of public templates that were judged by reading: what is on is found, and what is not is not.
#[test]
fn judged_findings() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let Ok(rows) = fs::read_to_string(shared.join("schema/judged.tsv")) else {
        eprintln!("SKIPPED: no findings at {}", shared.display());
        return;
    };
    let mut faults = Vec::new();
    let (mut on_file, mut made) = (0, 0);
    for row in rows.lines().skip(2) {
        let cells: Vec<&str> = row.split('\t').collect();
        let judged = Judged::of(&cells);
        let text = match file(&shared.join("corpus"), judged.file) {
            Some(text) => {
                on_file += 1;
                text
            }
            None => {
                made += 1;
                judged.template()
            }
        };
        let found = found(&text, &checked::on(None));
        let own: Vec<&Finding> = found.iter().filter(|finding| judged.is(finding)).collect();
        if own.is_empty() == judged.on {
            faults.push(format!("{row}\n  {found:#?}"));
        }
    }
    assert!(faults.is_empty(), "{} of {on_file} and {made}:\n{}", faults.len(), faults.join("\n"));
    assert_eq!(on_file + made, 70);
}

struct Judged<'a> {
    rule: &'a str,
    on: bool,
    ty: &'a str,
    version: &'a str,
    path: &'a str,
    message: &'a str,
    file: &'a str,
}

impl<'a> Judged<'a> {
    fn of(cells: &[&'a str]) -> Judged<'a> {
        let [_, rule, on, ty, version, path, message, file, ..] = cells else { panic!("{cells:?}") };
        Judged { rule, on: *on == "on", ty, version, path, message, file }
    }

    fn is(&self, finding: &Finding) -> bool {
        let name = self.path.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
        let about = [
            &finding.message,
            &finding.resource.as_ref().map(|resource| resource.ty.clone()).unwrap_or_default(),
        ];
        let ty = about.iter().any(|text| text.to_ascii_lowercase().contains(&self.ty.to_ascii_lowercase()));
        let rule =
            finding.rule == format!("schema/{}", self.rule) || finding.rule == "template/malformed-argument";
        rule && finding.message.contains(name) && ty
    }

    fn template(&self) -> String {
        let names: Vec<&str> = self.ty.split('/').skip(1).map(|_| "a").collect();
        let mut resource = json!({
            "type": self.ty, "apiVersion": self.version, "name": names.join("/"), "location": "westeurope",
        });
        if self.rule == "missing-required" && self.path == "location" {
            resource.as_object_mut().unwrap().remove("location");
        }
        if !self.path.is_empty() {
            let steps: Vec<&str> = self.path.split('.').collect();
            put(resource.as_object_mut().unwrap(), &steps, self.leaf());
            let version = resource_type(self.ty).and_then(|ty| ty.version(self.version));
            if let Some(body) = version.and_then(TypeVersion::body) {
                decide(resource.as_object_mut().unwrap(), body, &steps);
            }
        }
        template(json!([resource]), json!({}))
    }

    // The value that the message tells of; none where something is missing.
    fn leaf(&self) -> Option<Value> {
        let quoted = self.message.split('\'').nth(1);
        match self.rule {
            "missing-required" => None,
            "wrong-type" if self.message.ends_with("object given") => Some(json!({ "value": "x" })),
            "misplaced-property" if self.path.ends_with("siteConfig") => {
                Some(json!({ "ftpsState": "Disabled" }))
            }
            "misplaced-property" if self.path.ends_with("sku") => Some(json!({ "name": "Base" })),
            "out-of-range" if quoted.is_none() => Some(json!(5)),
            "switch-not-in-version" => Some(json!("Disabled")),
            _ => Some(json!(quoted.unwrap_or("true"))),
        }
    }
}

fn put(object: &mut Map<String, Value>, steps: &[&str], leaf: Option<Value>) {
    let Some((step, below)) = steps.split_first() else { return };
    let name = step.trim_end_matches("[]");
    let mut inner = match below {
        [] => match leaf {
            Some(leaf) => leaf,
            None => return,
        },
        _ => {
            let mut inner = Map::new();
            put(&mut inner, below, leaf);
            Value::Object(inner)
        }
    };
    if step.ends_with("[]") {
        inner = json!([inner]);
    }
    object.insert(name.to_string(), inner);
}

// Gives the objects on a way the first value of their discriminators.
fn decide(object: &mut Map<String, Value>, node: Node, steps: &[&str]) {
    let Some(schema) = node.object() else { return };
    let mut property = steps.first().and_then(|step| schema.property(step.trim_end_matches("[]")));
    if let Some(discriminator) = schema.discriminator()
        && let Some((value, added)) = discriminator.values().next()
    {
        object.entry(discriminator.name).or_insert_with(|| json!(value));
        let added = added.object().zip(steps.first());
        property = property.or_else(|| added.and_then(|(added, step)| added.property(step)));
    }
    if let (Some(property), Some((step, below))) = (property, steps.split_first())
        && let Some(inner) = object.get_mut(*step).and_then(Value::as_object_mut)
    {
        decide(inner, property.node, below);
    }
}

fn file(corpus: &Path, path: &str) -> Option<String> {
    let parts: Vec<PathBuf> = fs::read_dir(corpus).ok()?.flatten().map(|entry| entry.path()).collect();
    parts.iter().find_map(|part| fs::read_to_string(part.join(path)).ok())
}
