//! What is not known is no violation, no null and no secret, and what is a secret stays one however far away it is.

use std::fmt::Write as _;

use crate::checked::{check, on};

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// The rules that speak of a template with these sections, above the severity low.
fn found(sections: &str) -> Vec<&'static str> {
    let text = template(sections);
    let report = check(&[("t.json", text.as_str())], &on(None));
    let grave =
        report.findings.iter().filter(|finding| finding.severity > armlint_engine::finding::Severity::Low);
    let mut rules: Vec<&str> = grave.map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

// Resources in a list are those of the first version of the language.
fn template(sections: &str) -> String {
    let version = if sections.contains(r#""resources": ["#) { "" } else { r#""languageVersion": "2.0","# };
    let resources = if sections.contains(r#""resources":"#) { "" } else { r#", "resources": {}"# };
    format!(r#"{{ "$schema": "{SCHEMA}", {version} "contentVersion": "1.0.0.0", {sections}{resources} }}"#)
}

/// A nested deployment of inner scope.
fn module(arguments: &str, parameters: &str, outputs: &str) -> String {
    format!(
        r#""resources": {{ "m": {{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "m",
           "properties": {{ "mode": "Incremental", "expressionEvaluationOptions": {{ "scope": "inner" }},
             "parameters": {{ {arguments} }}, "template": {{ "$schema": "{SCHEMA}", "languageVersion": "2.0",
             "contentVersion": "1.0.0.0", "parameters": {{ {parameters} }}, "resources": {{}}, "outputs": {{ {outputs} }} }} }} }} }}"#
    )
}

fn output(ty: &str, value: &str) -> String {
    format!(r#""outputs": {{ "o": {{ "type": "{ty}", "value": "[{value}]" }} }}"#)
}

const IN_OUTPUT: &str = "template/secret-in-output";

#[test]
fn a_secret_behind_a_long_text_is_one() {
    let secret = r#""parameters": { "pw": { "type": "securestring" }, "x": { "type": "string" } }, "#;
    for length in [10, 1_900, 2_100, 12_000] {
        let text = "lorem ".repeat(length / 6);
        for value in [
            format!("base64(concat('{text}', parameters('pw')))"),
            format!("concat(parameters('x'), '{text}', toLower(parameters('pw')))"),
            format!("format('{text}{{0}}', uriComponent(parameters('pw')))"),
            format!("replace(concat('{text}', parameters('pw')), 'a', parameters('x'))"),
            format!("string(createObject('a', '{text}', 'b', createArray(parameters('pw'))))"),
        ] {
            assert_eq!(found(&format!("{secret}{}", output("string", &value))), [IN_OUTPUT], "{length}");
        }
    }
}

#[test]
fn a_hash_a_length_and_a_truth_are_no_secrets() {
    let secret = r#""parameters": { "pw": { "type": "securestring" }, "x": { "type": "string" } }, "#;
    let key = "listKeys('account', '2023-01-01').keys[0].value";
    for value in ["parameters('pw')", key] {
        for (ty, hidden) in [
            ("string", format!("uniqueString({value})")),
            ("string", format!("substring(uniqueString(parameters('x'), {value}), 0, 4)")),
            ("string", format!("concat('x ', toLower(guid({value})))")),
            ("int", format!("length({value})")),
            ("bool", format!("empty({value})")),
            ("bool", format!("equals({value}, parameters('x'))")),
            ("bool", format!("and(contains({value}, 'x'), not(startsWith({value}, 'y')))")),
            ("string", format!("if(empty({value}), 'none', 'some')")),
            ("int", format!("indexOf({value}, 'x')")),
        ] {
            assert!(found(&format!("{secret}{}", output(ty, &hidden))).is_empty(), "{hidden}");
        }
        let told = format!("concat(uniqueString({value}), {value})");
        assert_eq!(found(&format!("{secret}{}", output("string", &told))), [IN_OUTPUT]);
    }
}

#[test]
fn what_a_literal_spells_is_no_call() {
    for literal in ["see listKeys( in docs ", "reference(", "parameters(''pw'')", "error(", "uniqueString("] {
        let parameters = r#""parameters": { "pw": { "type": "securestring" }, "x": { "type": "string" } }, "#;
        let value =
            |name: &str| output("string", &format!("base64(concat('{literal}', parameters('{name}')))"));
        assert!(found(&format!("{parameters}{}", value("x"))).is_empty(), "{literal}");
        assert_eq!(found(&format!("{parameters}{}", value("pw"))), [IN_OUTPUT], "{literal}");
    }
}

#[test]
fn names_that_differ_in_case_functions_are_one() {
    for name in
        ["replace(parameters('b'), ')', 'x')", "replace(parameters('b'), '''', '(')", "trim(parameters('b'))"]
    {
        let account = |key: &str, name: &str| {
            format!(
                r#""{key}": {{ "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "[{name}]",
                   "location": "westeurope", "sku": {{ "name": "Standard_LRS" }}, "kind": "StorageV2" }}"#
            )
        };
        let twice = |first: &str, second: &str| {
            let parameters = r#""parameters": { "b": { "type": "string" } }"#;
            found(&format!(
                r#"{parameters}, "resources": {{ {}, {} }}"#,
                account("one", first),
                account("two", second)
            ))
        };
        assert_eq!(twice(name, &format!("toLower({name})")), ["template/duplicate-resource"], "{name}");
        assert!(twice(name, &format!("concat({name}, '2')")).is_empty(), "{name}");
    }
}

#[test]
fn an_error_of_one_alternative_is_none() {
    let parameters = r#""parameters": { "r": { "type": "bool" }, "o": { "type": "object" } }, "#;
    let either = |a: &str, b: &str| format!("if(parameters('r'), {a}, {b})");
    let list = either("null()", "createArray('x')");
    for (ty, value) in [
        ("bool", format!("contains(coalesce({list}, createArray()), 'x')")),
        ("int", format!("length(coalesce({list}, 'x'))")),
        ("string", format!("first({list})")),
        ("string", format!("join({}, ',')", either("createArray(1, 2)", "'no array'"))),
        ("int", format!("add(1, {})", either("2", "'two'"))),
        ("string", format!("tryGet({}, 'a')", either("createObject('a', 'b')", "null()"))),
        ("string", format!("coalesce({}, {}, 'z')", either("null()", "'a'"), either("null()", "'b'"))),
    ] {
        assert!(found(&format!("{parameters}{}", output(ty, &value))).is_empty(), "{value}");
    }
    let wrong = format!("add(1, {})", either("'one'", "'two'"));
    assert_eq!(found(&format!("{parameters}{}", output("int", &wrong))), ["template/evaluation-error"]);
}

#[test]
fn an_argument_that_is_not_known_refers_to_no_vault() {
    let taken = module(
        r#""a": "[parameters('argument')]""#,
        r#""a": { "type": "object" }"#,
        r#""o": { "type": "object", "value": "[parameters('a')]" }"#,
    );
    assert!(found(&format!(r#""parameters": {{ "argument": {{ "type": "object" }} }}, {taken}"#)).is_empty());
    for members in 0..=10 {
        let optional = (0..members).fold(String::new(), |mut text, at| {
            let comma = if at > 0 { ", " } else { "" };
            let _ =
                write!(text, "{comma}'m{at}', if(empty(parameters('p{at}')), null(), parameters('p{at}'))");
            text
        });
        let declared: Vec<String> =
            (0..members).map(|at| format!(r#", "p{at}": {{ "type": "string" }}"#)).collect();
        let argument = format!(
            "[if(parameters('c'), createObject('value', createObject({optional})), createObject('value', createObject()))]"
        );
        let taken = module(
            &format!(r#""a": "{argument}""#),
            r#""a": { "type": "object" }"#,
            r#""o": { "type": "object", "value": "[parameters('a')]" }"#,
        );
        let sections =
            format!(r#""parameters": {{ "c": {{ "type": "bool" }}{} }}, {taken}"#, declared.concat());
        assert!(found(&sections).is_empty(), "{members} optional members");
    }
    let vault = r#""a": { "reference": { "keyVault": { "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v" }, "secretName": "n" } }"#;
    let taken = module(
        vault,
        r#""a": { "type": "string" }"#,
        r#""o": { "type": "string", "value": "[parameters('a')]" }"#,
    );
    assert!(found(&taken).contains(&IN_OUTPUT));
}

#[test]
fn however_many_secrets_are_optional_their_names_are_none() {
    let items = r#""s": { "type": "array", "items": { "type": "object", "properties": {
        "name": { "type": "string" }, "value": { "type": "securestring" } } } }"#;
    let listed = |value: &str| {
        format!(
            r#""o": {{ "type": "array", "copy": {{ "count": "[length(parameters('s'))]", "input": "[{value}]" }} }}"#
        )
    };
    for count in 1..=12 {
        let optional: Vec<String> = (0..count)
            .map(|at| {
                format!(
                    "if(contains(parameters('cfg'), 'k{at}'), createArray(createObject('name', tryGet(parameters('cfg'), \
                     'k{at}'), 'value', listKeys('cache', '2024-11-01').primaryKey)), createArray())"
                )
            })
            .collect();
        for given in [
            format!("[union(createArray(), {})]", optional.join(", ")),
            format!("[concat(createArray(), {})]", optional.join(", ")),
            format!("[flatten(createArray({}))]", optional.join(", ")),
            format!(
                "[filter(union(createArray(), {}), lambda('i', not(empty(lambdaVariables('i').name))))]",
                optional.join(", ")
            ),
        ] {
            let of = |output: &str| {
                let given = format!(r#""s": {{ "value": "{given}" }}"#);
                found(&format!(
                    r#""parameters": {{ "cfg": {{ "type": "object" }} }}, {}"#,
                    module(&given, items, output)
                ))
            };
            let name =
                "resourceId('Microsoft.KeyVault/vaults/secrets', 'kv', parameters('s')[copyIndex()].name)";
            assert!(of(&listed(name)).is_empty(), "{count}: {given}");
            let names = "map(parameters('s'), lambda('i', lambdaVariables('i').name))";
            let mapped = |value: &str| format!(r#""o": {{ "type": "array", "value": "[{value}]" }}"#);
            assert!(of(&mapped(names)).is_empty(), "{count}: {given}");
            assert_eq!(of(&listed("parameters('s')[copyIndex()].value")), [IN_OUTPUT], "{count}: {given}");
            let values = "map(parameters('s'), lambda('i', base64(lambdaVariables('i').value)))";
            assert_eq!(of(&mapped(values)), [IN_OUTPUT], "{count}: {given}");
        }
    }
}

#[test]
fn what_the_service_adds_is_open() {
    let either = |a: &str, b: &str| format!("if(parameters('b'), {a}, {b})");
    let system = "createObject('type', 'SystemAssigned')";
    for identity in [
        system.to_string(),
        either(system, "null()"),
        either(system, "createObject('type', 'None')"),
        format!(
            "createObject('type', 'SystemAssigned', 'userAssignedIdentities', {})",
            either("createObject('u', createObject())", "null()")
        ),
        format!("union({system}, {})", either("createObject('x', 1)", "createObject()")),
    ] {
        for principal in [
            "reference('a', '2024-03-01', 'full').identity.principalId",
            "tryGet(tryGet(reference('a', '2024-03-01', 'full'), 'identity'), 'principalId')",
        ] {
            let sections = format!(
                r#""parameters": {{ "b": {{ "type": "bool" }} }}, "resources": {{ "a": {{
                   "type": "Microsoft.App/containerApps", "apiVersion": "2024-03-01", "name": "a", "location": "westeurope",
                   "identity": "[{identity}]", "properties": {{}} }} }}, {}"#,
                output("string", &format!("guid(resourceGroup().id, {principal})"))
            );
            assert!(found(&sections).is_empty(), "{identity} {principal}");
        }
    }
}

#[test]
fn the_instance_before_is_another_one() {
    let chain = |own: &str, before: &str| {
        let test = |index: &str| format!("parameters('tests')[{index}].name");
        found(&format!(
            r#""parameters": {{ "tests": {{ "type": "array" }} }}, "resources": [ {{ "type": "Microsoft.Insights/webtests",
               "apiVersion": "2015-05-01", "name": "[{}]", "location": "westeurope", "properties": {{}},
               "copy": {{ "name": "rest", "count": "[length(parameters('tests'))]" }},
               "dependsOn": [ "[resourceId('Microsoft.Insights/webtests', {})]" ] }} ]"#,
            test(own),
            test(before)
        ))
    };
    for (own, before) in [
        ("copyIndex(1)", "copyIndex()"),
        ("copyIndex('rest', 2)", "copyIndex('rest', 1)"),
        ("copyIndex()", "copyIndex(-1)"),
    ] {
        assert!(!chain(own, before).contains(&"template/dependency-cycle"), "{own} {before}");
    }
    assert!(chain("copyIndex(1)", "copyIndex('rest', 1)").contains(&"template/dependency-cycle"));
}

#[test]
fn what_the_bicep_compiler_writes_is_known() {
    let account = r#""resources": { "sa": { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01",
        "name": "account", "location": "westeurope", "sku": { "name": "Standard_LRS" }, "kind": "StorageV2" } }"#;
    for value in ["resourceInfo('sa').id", "resourceInfo('sa').name", "concat(resourceInfo('sa').apiVersion)"]
    {
        assert!(found(&format!("{account}, {}", output("string", value))).is_empty(), "{value}");
    }
    for place in [
        "createObject('value', 1, 'fromEnd', true())",
        "createObject('value', 9, 'fromEnd', true())",
        "createObject('value', 0, 'fromEnd', false())",
    ] {
        let value = format!("tryGet(createObject('a', createArray('x', 'y')), 'a', {place})");
        assert!(found(&output("string", &format!("coalesce({value}, '')"))).is_empty(), "{place}");
    }
    assert!(found(&output("object", "extensions('k8s').config")).is_empty());
}

#[test]
fn other_files_change_nothing() {
    let named = |name: &str, parameters: &str| {
        template(&format!(
            r#""parameters": {{ {parameters} }}, "resources": {{ "d": {{ "type": "Microsoft.Storage/storageAccounts",
               "apiVersion": "2023-01-01", "name": "[{name}]", "location": "westeurope", "sku": {{ "name": "Standard_LRS" }},
               "kind": "StorageV2", "dependsOn": [ "missing", "missing" ] }} }}, "outputs": {{ "o": {{ "type": "string", "value": "[listKeys('d', '2023-01-01').keys[0].value]" }} }}"#
        ))
    };
    let texts = [
        named("concat('d-', parameters('g'))", r#""g": { "type": "string", "defaultValue": "[newGuid()]" }"#),
        named(
            "first(map(parameters('l'), lambda('x', concat(lambdaVariables('x'), 'y'))))",
            r#""l": { "type": "array" }"#,
        ),
        named("concat('#{name}#', parameters('p'))", r#""p": { "type": "string" }"#),
        named("concat(variables('nowhere'), 'x')", ""),
    ];
    for text in &texts {
        let alone = check(&[("z.json", text.as_str())], &on(None));
        let more = r#"{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [] }"#;
        let among = check(&[("a.json", more), ("b/c.json", more), ("z.json", text.as_str())], &on(None));
        let told = |report: &armlint_engine::session::Report| -> Vec<(String, String, String)> {
            let all = report.findings.iter();
            all.map(|one| (one.rule.to_string(), one.message.to_string(), one.fingerprint.clone())).collect()
        };
        assert!(!alone.findings.is_empty(), "{text}");
        assert_eq!(told(&alone), told(&among), "{text}");
    }
}

#[test]
fn a_principal_is_known_by_the_type_that_its_id_has() {
    let rule = "adf/key-vault-permission-missing";
    let with = |principal: &str, name: &str, full: &str| {
        format!(
            r#""resources": [
              {{ "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv1", "location": "westeurope",
                 "properties": {{ "tenantId": "[subscription().tenantId]", "sku": {{ "family": "A", "name": "standard" }},
                   "accessPolicies": [ {{ "tenantId": "[subscription().tenantId]", "permissions": {{ "secrets": ["get"] }},
                     "objectId": "[reference(resourceId('{principal}', '{name}'), '2022-03-01', 'full'){full}]" }} ] }} }},
              {{ "type": "Microsoft.DataFactory/factories", "apiVersion": "2018-06-01", "name": "adf1",
                 "location": "westeurope", "identity": {{ "type": "SystemAssigned" }}, "properties": {{}} }},
              {{ "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01", "name": "adf1/kv",
                 "dependsOn": ["adf1"], "properties": {{ "type": "AzureKeyVault",
                   "typeProperties": {{ "baseUrl": "https://kv1.vault.azure.net/" }} }} }},
              {{ "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01", "name": "adf1/files",
                 "dependsOn": ["kv"], "properties": {{ "type": "Sftp", "typeProperties": {{ "host": "files.example.com",
                   "authenticationType": "Basic", "userName": "loader", "password": {{ "type": "AzureKeyVaultSecret",
                     "store": {{ "type": "LinkedServiceReference", "referenceName": "kv" }}, "secretName": "loader" }} }} }} }} ]"#
        )
    };
    let identity = ".identity.principalId";
    for (principal, name, told) in [
        ("Microsoft.Web/sites", "func", true),
        ("Microsoft.Web/sites", "adf1-datafactory-func", true),
        ("Microsoft.Web/sites", "Microsoft.DataFactory-factories", true),
        ("Microsoft.Compute/virtualMachines", "datafactory", true),
        ("Microsoft.DataFactory/factories", "adf1", false),
        ("microsoft.datafactory/FACTORIES", "ADF1", false),
    ] {
        let rules = found(&with(principal, name, identity));
        assert_eq!(rules.contains(&rule), told, "{principal} {name}: {rules:?}");
    }
}

#[test]
fn a_resource_that_a_parameter_may_name_is_not_unused() {
    let speaks = |outputs: &str, dependency: &str| {
        let text = template(&format!(
            r#""parameters": {{ "x": {{ "type": "string" }} }}, "outputs": {{ {outputs} }}, "resources": {{
              "lake": {{ "existing": true, "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "l1" }},
              "zone": {{ "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "contoso.com",
                "location": "global", "dependsOn": [ {dependency} ] }} }}"#
        ));
        let report = check(&[("t.json", text.as_str())], &on(None));
        report.findings.iter().any(|finding| finding.rule == "template/unused-existing")
    };
    let output = |value: &str| format!(r#""o": {{ "type": "string", "value": "[{value}]" }}"#);
    for (value, dependency) in [
        ("parameters('x')", r#""[parameters('x')]""#),
        ("parameters('x')", r#""[format('{0}', toLower(parameters('x')))]""#),
        ("reference(parameters('x')).id", ""),
        ("reference(if(true(), parameters('x'), 'zone')).id", ""),
        ("reference('lake').id", ""),
        ("parameters('x')", r#""lake""#),
    ] {
        assert!(!speaks(&output(value), dependency), "{value} {dependency}");
    }
    for value in
        ["parameters('x')", "reference('zone').id", "reference(resourceId('A.B/c', parameters('x')), '1').id"]
    {
        assert!(speaks(&output(value), r#""[resourceId('A.B/c', parameters('x'))]""#), "{value}");
    }
}
