//! What files are taken for: every dialect by its smallest form, and the look-alikes that are none.

use std::sync::Arc;

use armlint_engine::session::{Gap, GapCause, Input, Outcome, Session};
use armlint_engine::settings::{Cloud, Date, Settings};

fn outcomes(files: &[(&str, &str)]) -> Vec<(String, Outcome)> {
    let inputs = files.iter().map(|(path, text)| Input {
        path: Arc::from(*path),
        content: Ok(text.as_bytes().to_vec()),
        context: false,
        named: false,
    });
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(inputs.collect());
    let settings = Settings::new(Date { year: 2026, month: 1, day: 1 }, Cloud::Public);
    let report = session.check(&settings);
    report.files.into_iter().map(|file| (file.path.to_string(), file.outcome)).collect()
}

fn outcome(path: &str, text: &str) -> Outcome {
    outcomes(&[(path, text)]).remove(0).1
}

fn schema(folder: &str, name: &str) -> String {
    format!("https://schema.management.azure.com/schemas/{folder}/{name}.json#")
}

#[test]
fn templates_of_every_scope() {
    for (folder, name) in [
        ("2014-04-01-preview", "deploymentTemplate"),
        ("2015-01-01", "deploymentTemplate"),
        ("2019-04-01", "deploymentTemplate"),
        ("2018-05-01", "subscriptionDeploymentTemplate"),
        ("2019-08-01", "managementGroupDeploymentTemplate"),
        ("2019-08-01", "tenantDeploymentTemplate"),
    ] {
        let text = format!(r#"{{ "$schema": "{}", "resources": [] }}"#, schema(folder, name));
        assert_eq!(outcome("infra/main.json", &text), Outcome::Checked, "{name}");
        let yaml = format!("$schema: {}\nresources: []\n", schema(folder, name));
        assert_eq!(outcome("infra/main.yaml", &yaml), Outcome::Checked, "{name} in YAML");
    }
    for (folder, name) in
        [("2019-04-01", "deploymentParameters"), ("2018-05-01", "subscriptionDeploymentParameters")]
    {
        // Without its template there is little that can be checked.
        let text = format!(r#"{{ "$schema": "{}", "parameters": {{}} }}"#, schema(folder, name));
        assert!(matches!(outcome("infra/main.parameters.json", &text), Outcome::Partial(_)), "{name}");
    }
    let bare = r#"{ "contentVersion": "1.0.0.0", "resources": [] }"#;
    assert_eq!(outcome("nested.json", bare), Outcome::Checked);
}

#[test]
fn parameter_files_without_their_template_are_checked_in_part() {
    for (folder, name) in
        [("2019-04-01", "deploymentParameters"), ("2018-05-01", "subscriptionDeploymentParameters")]
    {
        let text = format!(r#"{{ "$schema": "{}", "parameters": {{}} }}"#, schema(folder, name));
        assert!(matches!(outcome("infra/main.parameters.json", &text), Outcome::Partial(_)), "{name}");
    }
}

#[test]
fn look_alikes_are_left_alone() {
    let logic = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#";
    let dsc = "https://schemas.microsoft.com/dsc/2023/08/config/document.json";
    let ui = "https://schema.management.azure.com/schemas/0.1.2-preview/CreateUIDefinition.MultiVm.json#";
    for (path, text) in [
        ("package.json", r#"{ "name": "x", "version": "1.0.0" }"#.to_string()),
        ("tsconfig.json", "{ /* comment */ \"compilerOptions\": {}, }".to_string()),
        (
            "workflow.json",
            format!(r#"{{ "definition": {{ "$schema": "{logic}", "contentVersion": "1.0.0.0" }} }}"#),
        ),
        (
            "logic.json",
            format!(r#"{{ "$schema": "{logic}", "contentVersion": "1.0.0.0", "actions": {{}} }}"#),
        ),
        (
            "dsc.yaml",
            format!("$schema: {dsc}\nresources:\n- name: \"[parameters('x')]\"\n  type: Microsoft/OSInfo\n"),
        ),
        ("azure.yaml", "name: app\nresources:\n  x:\n    type: Microsoft.KeyVault/vaults\n".to_string()),
        ("createUiDefinition.json", format!(r#"{{ "$schema": "{ui}", "handler": "x", "resources": [] }}"#)),
        ("pipeline/build.json", r#"{ "name": "x", "steps": [] }"#.to_string()),
        ("dataset/iris.json", r#"{ "name": "iris", "properties": { "rows": 150 } }"#.to_string()),
        ("database/a.json", r#"{ "name": "a", "properties": {} }"#.to_string()),
        (
            "policy.json",
            format!(
                r#"{{ "properties": {{ "policyRule": {{ "then": {{ "template": "{}" }} }} }} }}"#,
                schema("2019-04-01", "deploymentTemplate")
            ),
        ),
        ("broken.json", "{ \"a\": [1, 2".to_string()),
    ] {
        let found = outcome(path, &text);
        assert!(matches!(found, Outcome::Ignored(_)), "{path}: {found:?}");
    }
}

#[test]
fn yaml_look_alikes_are_left_alone() {
    let logic = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#";
    let object = "metadata: {name: x}\nspec: {containers: [{image: x}]}\n";
    for (path, text) in [
        (
            "dsc.yaml",
            "$schema: https://schema.management.azure.com/dsc/2023/10/config/document.json\nresources:\n- name: \"[parameters('x')]\"\n  type: Microsoft/OSInfo\n"
                .to_string(),
        ),
        ("logic.yaml", format!("$schema: {logic}\ncontentVersion: 1.0.0.0\nactions: {{}}\n")),
        (
            "azure.yaml",
            "name: app\nresources:\n  x:\n    type: Microsoft.App/containerApps\n    properties: {containers: []}\n"
                .to_string(),
        ),
        (
            "sentinel.yaml",
            "id: 1\nname: rule\nkind: Scheduled\nproperties: {x: 1}\nqueryFrequency: 1h\n# containers\n".to_string(),
        ),
        (
            "databricks.yml",
            "bundle: {name: b}\nresources:\n  jobs: {j: {tasks: []}}\n# properties containers Microsoft.App/containerApps\n"
                .to_string(),
        ),
        (
            "compose.yaml",
            "services: {a: {image: x}}\nproperties: {template: {containers: []}}\n".to_string(),
        ),
        ("deployment.yaml", format!("apiVersion: apps/v1\nkind: Deployment\n{object}")),
        ("upjet.yaml", format!("apiVersion: storage.azure.upbound.io/v1beta1\nkind: Account\n{object}")),
        ("crossplane.yaml", format!("apiVersion: network.azure.crossplane.io/v1alpha3\nkind: Subnet\n{object}")),
        ("aso1.yaml", format!("apiVersion: azure.microsoft.com/v1alpha1\nkind: KeyVault\n{object}")),
        ("other.yaml", format!("apiVersion: storage.azure.com/v1\nkind: StorageAccount\n{object}")),
        ("pulumi.yaml", "name: p\nruntime: yaml\nresources:\n  g: {type: 'azure-native:resources:ResourceGroup'}\n# .azure.com/v\n".to_string()),
        ("pod.yaml", "type: Microsoft.App/jobs\nproperties: {template: {containers: [{image: x}]}}\n".to_string()),
        (
            "workflow.yaml",
            "on: push\njobs: {a: {steps: [{uses: azure/arm-deploy@v1}]}}\n# storage.azure.com/v1api20230101\n".to_string(),
        ),
    ] {
        let found = outcome(path, &text);
        assert!(matches!(found, Outcome::Ignored(_)), "{path}: {found:?}");
    }
}

#[test]
fn resources_in_files_of_their_own() {
    let containers = "properties: {containers: [{name: a, properties: {image: x}}], osType: Linux}\n";
    let app = "properties:\n  template:\n    containers:\n    - image: x\n";
    for (path, text) in [
        (
            "deploy-aci-l\u{f6}sung.yaml",
            format!(
                "apiVersion: 2021-07-01\nname: g\n{containers}type: Microsoft.ContainerInstance/containerGroups\n"
            ),
        ),
        ("aci.yml", format!("type: microsoft.containerinstance/containergroups\r\n{containers}")),
        ("untyped.yaml", containers.to_string()),
        ("app.yaml", format!("type: Microsoft.App/containerApps\n{app}")),
        ("update.yaml", app.to_string()),
    ] {
        assert_eq!(outcome(path, &text), Outcome::Checked, "{path}");
        assert!(matches!(outcome("same.json", &text), Outcome::Ignored(_)), "{path} as JSON");
    }
}

#[test]
fn manifests_of_all_spellings() {
    for version in
        ["v1api20230701", "v1beta20230701", "v1alpha1api20230701preview", "v20230701", "v20230701preview"]
    {
        let text = format!(
            "apiVersion: keyvault.azure.com/{version}\nkind: Vault\nmetadata: {{name: v}}\nspec: {{}}\n"
        );
        assert_eq!(outcome("vault.yaml", &text), Outcome::Checked, "{version}");
        let list = format!(
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: keyvault.azure.com/{version}\n  kind: Vault\n  metadata: {{name: v}}\n"
        );
        assert_eq!(outcome("list.yaml", &list), Outcome::Checked, "{version} in a list");
    }
    let unknown = "apiVersion: keyvault.azure.com/v1api20230701\nkind: Safe\nmetadata: {name: v}\n";
    let reason = "the resource type of the kind Safe of keyvault.azure.com is not known";
    assert_eq!(outcome("safe.yaml", unknown), Outcome::Partial(Gap::new(GapCause::Missing, reason)));
}

#[test]
fn what_has_to_be_rendered_is_no_syntax_error() {
    let head = "apiVersion: storage.azure.com/v1api20230101\nkind: StorageAccount\nmetadata:\n";
    let spec = "spec:\n  location: uksouth\n";
    for (path, text) in [
        ("templates/a.yaml", format!("{{{{- if .Values.on }}}}\n{head}  name: x\n{spec}{{{{- end }}}}\n")),
        ("templates/b.yaml", format!("{head}  name: {{{{ .Values.name }}}}\n{spec}")),
        (
            "templates/c.yaml",
            format!("{head}  name: x\n  labels:\n    {{{{- include \"l\" . | nindent 4 }}}}\n{spec}"),
        ),
        ("jinja.yaml", format!("{{% for x in y %}}\n{head}  name: {{{{ x }}}}\n{spec}{{% endfor %}}\n")),
        (
            "app.yaml",
            "properties:\n  template:\n    containers:\n    - image: {acr-name}.azurecr.io/x:{tag}\n"
                .to_string(),
        ),
        (
            "main.json",
            format!(
                r#"{{ "$schema": "{}", "resources": [ {{ "name": {{{{ name }}}} }} ] }}"#,
                schema("2019-04-01", "deploymentTemplate")
            ),
        ),
        (
            "count.json",
            format!(
                r#"{{ "$schema": "{}", "resources": [ {{ "copy": {{ "count": #{{count}}# }} }} ] }}"#,
                schema("2019-04-01", "deploymentTemplate")
            ),
        ),
    ] {
        let found = outcome(path, &text);
        assert!(matches!(found, Outcome::Unrendered(_)), "{path}: {found:?}");
    }
    let neighbours = format!("{head}  name: x\n{spec}---\n{head}  name: {{{{ .Values.name }}}}\n{spec}");
    assert!(matches!(outcome("n.yaml", &neighbours), Outcome::Partial(_)));
    let broken = format!("{head}  name: x\n{spec}---\na: [1\nb: 2\n---\n{head}  name: y\n{spec}");
    assert!(matches!(outcome("b.yaml", &broken), Outcome::Partial(gap) if !gap.reason.contains("rendering")));
    // What is no business of the linter stays so.
    let chart = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n";
    assert!(matches!(outcome("templates/d.yaml", chart), Outcome::Ignored(_)));
    // A template that is broken by itself is broken.
    let text = format!(
        r#"{{ "$schema": "{}", "resources": [ {{ "name": "x}}y{{{{z" "type": "t" }} ] }}"#,
        schema("2019-04-01", "deploymentTemplate")
    );
    assert!(matches!(outcome("broken.json", &text), Outcome::Partial(_)));
}

#[test]
fn git_folders() {
    let service = r#"{ "name": "ls", "properties": { "type": "AzureKeyVault", "typeProperties": {} } }"#;
    let pipeline = r#"{ "name": "p", "properties": { "activities": [] } }"#;
    let odd = r#"{ "name": "odd", "properties": { "unexpected": 1 } }"#;
    let found = outcomes(&[
        ("adf/linkedService/ls.json", service),
        ("adf/pipeline/p.json", pipeline),
        ("adf/dataset/odd.json", odd),
        ("adf/publish_config.json", r#"{ "publishBranch": "adf_publish" }"#),
        ("single/linkedService/ls.json", service),
        ("single/linkedService/odd.json", odd),
    ]);
    let checked: Vec<&str> = found
        .iter()
        .filter(|(_, outcome)| *outcome == Outcome::Checked)
        .map(|(path, _)| path.as_str())
        .collect();
    // A folder with artefacts of two kinds is a factory: everything in its artefact folders belongs to it.
    assert_eq!(
        checked,
        [
            "adf/dataset/odd.json",
            "adf/linkedService/ls.json",
            "adf/pipeline/p.json",
            "single/linkedService/ls.json"
        ]
    );
}

#[test]
fn one_factory_is_checked_in_one_rendering() {
    let export = format!(
        r#"{{ "$schema": "{}", "contentVersion": "1.0.0.0", "parameters": {{ "factoryName": {{ "type": "string" }} }},
            "variables": {{ "factoryId": "[concat('Microsoft.DataFactory/factories/', parameters('factoryName'))]" }},
            "resources": [] }}"#,
        schema("2015-01-01", "deploymentTemplate")
    );
    let factory = r#"{ "name": "adf1", "properties": {} }"#;
    let found = outcomes(&[
        ("factory/adf1.json", factory),
        ("adf1/ARMTemplateForFactory.json", &export),
        ("adf1/linkedTemplates/ArmTemplate_0.json", &export),
        ("other/ARMTemplateForFactory.json", &export),
        ("other/linkedTemplates/ArmTemplate_master.json", &export),
        ("alone/linkedTemplates/ArmTemplate_0.json", &export),
        ("alone/linkedTemplates/ArmTemplate_1.json", &export),
    ]);
    let reasons: Vec<(&str, bool)> =
        found.iter().map(|(path, outcome)| (path.as_str(), *outcome == Outcome::Checked)).collect();
    assert_eq!(
        reasons,
        [
            ("adf1/ARMTemplateForFactory.json", false),
            ("adf1/linkedTemplates/ArmTemplate_0.json", false),
            ("alone/linkedTemplates/ArmTemplate_0.json", true),
            ("alone/linkedTemplates/ArmTemplate_1.json", true),
            ("factory/adf1.json", true),
            ("other/ARMTemplateForFactory.json", true),
            ("other/linkedTemplates/ArmTemplate_master.json", false),
        ]
    );
}

#[test]
fn what_claims_to_be_a_template_and_is_none_is_said() {
    let schema = schema("2019-04-01", "deploymentTemplate");
    let cut = format!(r#"{{ "$schema": "{schema}", "resources": [ {{ "type": "A.B/c", "na"#);
    assert!(matches!(outcome("cut.json", &cut), Outcome::Partial(_)));
    let garbage = format!("<<<< {schema} >>>>");
    assert!(matches!(outcome("garbage.json", &garbage), Outcome::Failed(_)));
    assert!(matches!(outcome("empty.json", ""), Outcome::Unreadable(_)));
    let binary = "\u{0}\u{1}\u{2}";
    assert!(matches!(outcome("x.json", binary), Outcome::Unreadable(_)));
    assert!(matches!(outcome("adf/linkedService/x.json", binary), Outcome::Failed(_)));
    assert!(matches!(outcome("adf/linkedService/x.json", ""), Outcome::Failed(_)));
}

#[test]
fn utf16_is_read() {
    let text =
        format!(r#"{{ "$schema": "{}", "resources": [] }}"#, schema("2019-04-01", "deploymentTemplate"));
    let bytes: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(vec![Input { path: "t.json".into(), content: Ok(bytes), context: false, named: false }]);
    let settings = Settings::new(Date { year: 2026, month: 1, day: 1 }, Cloud::Public);
    assert_eq!(session.check(&settings).files[0].outcome, Outcome::Checked);
}
