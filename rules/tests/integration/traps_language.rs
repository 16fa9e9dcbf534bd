//! What Resource Manager refuses before anything is deployed, and its neighbours that it takes: each kind in several
//! forms.

use armlint_engine::session::{Input, Report, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_rules::facts_date;

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
const PARAMETERS: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";

/// Hygiene is not what these tests are about.
const OTHERS: [&str; 4] = [
    "secrets/tag-or-description",
    "template/unused-parameter",
    "template/unused-variable",
    "template/unused-existing",
];

fn check(files: &[(&str, String)]) -> Report {
    let input = |(path, text): &(&str, String)| Input {
        path: (*path).into(),
        content: Ok(text.clone().into_bytes()),
        context: false,
        named: false,
    };
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(files.iter().map(input).collect());
    session.check(&Settings::new(facts_date(), Cloud::Public))
}

fn template(body: &str) -> String {
    format!(r#"{{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", {body} }}"#)
}

fn symbolic(body: &str) -> String {
    template(&format!(r#""languageVersion": "2.0", {body}"#))
}

fn values(body: &str) -> String {
    format!(r#"{{ "$schema": "{PARAMETERS}", "contentVersion": "1.0.0.0", {body} }}"#)
}

fn zone(name: &str, rest: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "{name}",
           "location": "global"{rest} }}"#
    )
}

fn deployment(parameters: &str, inner: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "nested", "properties": {{
           "expressionEvaluationOptions": {{ "scope": "inner" }}, "mode": "Incremental", {parameters}
           "template": {} }} }}"#,
        template(inner)
    )
}

// The rules of what is found, without their folder.
fn rules(files: &[(&str, String)]) -> Vec<String> {
    let report = check(files);
    let findings = report.findings.iter().filter(|finding| !OTHERS.contains(&finding.rule));
    findings.map(|finding| finding.rule.trim_start_matches("template/").to_string()).collect()
}

// Of several bodies each has one finding of the rule, and no other.
fn each(rule: &str, bodies: &[String]) {
    for body in bodies {
        assert_eq!(rules(&[("t.json", body.clone())]), [rule], "{body}");
    }
}

fn silent(bodies: &[String]) {
    for body in bodies {
        assert_eq!(rules(&[("t.json", body.clone())]), Vec::<String>::new(), "{body}");
    }
}

fn one(resource: &str) -> String {
    template(&format!(r#""resources": [ {resource} ]"#))
}

#[test]
fn definitions_in_circles() {
    let variables = |variables: &str| {
        template(&format!(
            r#""variables": {{ {variables} }}, "resources": [ {} ]"#,
            zone("[variables('a')]", "")
        ))
    };
    each(
        "circular-definition",
        &[
            variables(r#""a": "[variables('A')]""#),
            variables(
                r#""a": "[variables('b')]", "b": "[concat('x', variables('c'))]", "c": "[variables('a')]""#,
            ),
            variables(r#""a": { "x": [ "[variables('b').y]" ] }, "b": "[variables('a')]""#),
            variables(r#""copy": [ { "name": "a", "count": 2, "input": "[variables('a')]" } ]"#),
            variables(r#""a": "[if(empty(variables('a')), 'x', 'y')]""#),
        ],
    );
    silent(&[
        variables(r#""a": "[variables('b')]", "b": "[variables('c')]", "c": "x""#),
        variables(r#""a": "[variables('b')]", "b": "[coalesce('x', variables('a'))]""#),
        variables(r#""a": "[variables(concat('', 'b'))]", "b": "x""#),
    ]);
}

#[test]
fn functions_at_wrong_places() {
    let asked = "reference(parameters('id'), '2022-03-01').x";
    let with = |body: &str| template(&format!(r#""parameters": {{ "id": {{ "type": "string" }} }}, {body}"#));
    let resource = |name: &str, rest: &str| with(&format!(r#""resources": [ {} ]"#, zone(name, rest)));
    each(
        "function-not-allowed",
        &[
            resource(&format!("[{asked}]"), ""),
            resource("x", &format!(r#", "condition": "[{asked}]""#)),
            resource("x", &format!(r#", "dependsOn": [ "[{asked}]" ]"#)),
            resource(
                "[concat('x', copyIndex())]",
                &format!(r#", "copy": {{ "name": "l", "count": "[{asked}]" }}"#),
            ),
            resource("x", r#", "tags": { "a": "[utcNow()]" }"#),
            resource("x", r#", "tags": { "a": "[concat(newGuid(), 'x')]" }"#),
            with(&format!(r#""variables": {{ "v": [ {{ "w": "[{asked}]" }} ] }}, "resources": []"#)),
            with(
                r#""variables": { "v": "[listSecrets(parameters('id'), '2022-03-01').value]" }, "resources": []"#,
            ),
            template(&format!(
                r#""resources": [ {} ]"#,
                deployment("", r#""variables": { "v": "[newGuid()]" }, "resources": []"#)
            )),
        ],
    );
    silent(&[
        resource("x", &format!(r#", "tags": {{ "a": "[{asked}]" }}"#)),
        resource("x", r#", "tags": { "a": "[[reference('literal')]" }"#),
        with(&format!(
            r#""resources": [], "outputs": {{ "o": {{ "type": "string", "value": "[{asked}]" }} }}"#
        )),
        template(
            r#""parameters": { "p": { "type": "string", "defaultValue": "[newGuid()]" } }, "resources": []"#,
        ),
        template(
            r#""variables": { "v": "x" }, "resources": [],
               "parameters": { "p": { "type": "string", "defaultValue": "[variables('v')]" } }"#,
        ),
    ]);
}

#[test]
fn segments_of_names() {
    let named = |ty: &str, name: &str| {
        one(&format!(
            r#"{{ "type": "{ty}", "apiVersion": "2023-09-01", "name": "{name}", "location": "x" }}"#
        ))
    };
    let (network, subnet) =
        ("Microsoft.Network/virtualNetworks", "Microsoft.Network/virtualNetworks/subnets");
    each(
        "name-segments",
        &[
            named(subnet, "a"),
            named(subnet, "a/b/c"),
            named(network, "a/"),
            named(network, "[concat(resourceGroup().name, '/', 'x')]"),
            named(subnet, "[toLower(concat('a-', uniqueString(resourceGroup().id)))]"),
        ],
    );
    silent(&[
        named(subnet, "a/b"),
        named(subnet, "[resourceGroup().tags.x]"),
        named(subnet, "[concat(resourceGroup().tags.x, '-b')]"),
        named(network, "[last(split(resourceGroup().id, '/'))]"),
        named(network, "#{stage}#-network"),
        named("Microsoft.Network/virtualNetworks/providers/locks", "a/Microsoft.Authorization/l"),
    ]);
}

#[test]
fn resources_that_wait_for_what_they_ask() {
    let pair = |asks: &str, rest: &str| {
        template(&format!(
            r#""parameters": {{ "p": {{ "type": "bool" }} }}, "variables": {{ "b": "b" }}, "resources": [ {}, {} ]"#,
            zone("a", &format!(r#", "tags": {{ "x": "[{asks}]" }}"#)),
            zone("b", rest)
        ))
    };
    let after = r#", "dependsOn": [ "a" ]"#;
    each(
        "dependency-cycle",
        &[
            pair("reference('b').z", after),
            pair("reference(variables('b'), '2020-06-01', 'full').z", after),
            pair("concat('x', listKeys('b', '2020-06-01').z)", after),
            pair("reference('b').z", r#", "tags": { "y": "[reference('a').z]" }"#),
            pair("reference('a').z", ""),
        ],
    );
    silent(&[
        pair("reference('b').z", ""),
        pair("if(parameters('p'), reference('b').z, '')", after),
        pair("reference(resourceId('Microsoft.Network/privateDnsZones', 'b'), '2020-06-01').z", after),
        pair("reference(concat(if(parameters('p'), 'a', 'b'), 'x'), '2020-06-01').z", after),
    ]);
}

#[test]
fn arguments_of_nested_deployments() {
    let inner = r#""parameters": { "n": { "type": "int", "minValue": 1 }, "s": { "type": "string", "defaultValue": "x" } },
        "resources": [], "outputs": { "o": { "type": "string", "value": "[concat(parameters('s'), parameters('n'))]" } }"#;
    let given = |parameters: &str| {
        template(&format!(
            r#""parameters": {{ "t": {{ "type": "string" }}, "i": {{ "type": "int", "defaultValue": 0 }},
               "o": {{ "type": "object" }} }}, "variables": {{ "v": "text" }}, "resources": [ {} ]"#,
            deployment(&format!(r#""parameters": {parameters},"#), inner)
        ))
    };
    for (rule, parameters) in [
        ("parameter-missing", r#"{ "s": { "value": "x" } }"#),
        ("parameter-missing", "{}"),
        ("parameter-missing", r#"{ "n": { "value": "[null()]" } }"#),
        ("parameter-unknown", r#"{ "n": { "value": 1 }, "m": { "value": 1 } }"#),
        ("parameter-type", r#"{ "n": { "value": "1" } }"#),
        ("parameter-type", r#"{ "n": { "value": "[variables('v')]" } }"#),
        ("parameter-type", r#"{ "n": { "value": "[parameters('t')]" } }"#),
        ("parameter-type", r#"{ "n": { "value": "[if(empty(parameters('o')), 'a', parameters('t'))]" } }"#),
        ("parameter-type", r#"{ "n": { "value": 0 } }"#),
        ("malformed-argument", r#"{ "N": { "value": 1 }, "s": "x" }"#),
    ] {
        each(rule, &[given(parameters)]);
    }
    silent(
        &[
            r#"{ "n": { "value": 1 } }"#,
            r#"{ "N": { "value": "[length(parameters('t'))]" } }"#,
            r#"{ "n": { "value": "[parameters('i')]" } }"#,
            r#"{ "n": { "value": "[parameters('o').n]" } }"#,
            r#"{ "n": { "value": "[if(empty(parameters('o')), 'a', 1)]" } }"#,
            r#"{ "n": "[createObject('value', 1)]" }"#,
            r#""[parameters('o')]""#,
        ]
        .map(given),
    );
}

#[test]
fn arguments_of_linked_templates() {
    let linked = |path: &str| {
        one(&format!(
            r#"{{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "linked", "properties": {{
               "mode": "Incremental", "templateLink": {{ "relativePath": "{path}" }}, "parameters": {{}} }} }}"#
        ))
    };
    let child = template(
        r#""parameters": { "n": { "type": "int" } }, "resources": [],
           "outputs": { "o": { "type": "int", "value": "[parameters('n')]" } }"#,
    );
    for path in ["sub/child.json", r"sub\\child.json", r".\\sub\\child.json", "./sub/../sub/Child.json"] {
        let files = [("t.json", linked(path)), ("sub/child.json", child.clone())];
        assert_eq!(rules(&files), ["parameter-missing"], "{path}");
    }
    let report = check(&[("t.json", linked("sub/other.json")), ("sub/child.json", child)]);
    let said = format!("{:?}", report.files);
    assert!(report.findings.is_empty() && said.contains("it links to `sub/other.json`"), "{said}");
}

#[test]
fn declarations_and_resources_of_a_wrong_form() {
    let declared =
        |declaration: &str| template(&format!(r#""parameters": {{ "p": {declaration} }}, "resources": []"#));
    each(
        "malformed-declaration",
        &[
            declared(r#"{ "type": "number" }"#),
            declared(r#"{ "type": "int", "maxValue": [ 1 ] }"#),
            declared(r#"{ "type": "string", "maxLength": 1.5 }"#),
            template(r#""resources": [], "outputs": { "o": { "type": "text", "value": "x" } }"#),
        ],
    );
    each(
        "undefined-name",
        &[symbolic(r##""parameters": { "p": { "$ref": "#/definitions/x" } }, "resources": {}"##)],
    );
    each(
        "malformed-resource",
        &[
            one(r#"{ "apiVersion": "2020-06-01", "name": "x" }"#),
            one(&zone("x", "").replace(r#""apiVersion": "2020-06-01","#, "")),
            template(&format!(r#""resources": {{ "z": {} }}"#, zone("x", ""))),
        ],
    );
    silent(&[
        declared(r#"{ "type": "SecureString", "minLength": "3" }"#),
        declared(r#"{ "defaultValue": "x" }"#),
        symbolic(r#""resources": { "z": { "extension": "graph", "type": "Microsoft.Graph/groups@v1.0" } }"#),
        one(&zone("x", "").replace("apiVersion", "APIVERSION")),
        template(&format!(r#""apiProfile": "p", "resources": [ {} ]"#, zone("x", "")))
            .replace(r#""apiVersion": "2020-06-01","#, ""),
    ]);
}

#[test]
fn outputs_of_another_type() {
    let output = |ty: &str, value: &str| {
        template(&format!(
            r#""parameters": {{ "a": {{ "type": "array" }}, "i": {{ "type": "int", "defaultValue": 1 }},
               "b": {{ "type": "bool" }} }}, "resources": [],
               "outputs": {{ "o": {{ "type": "{ty}", "value": {value} }} }}"#
        ))
    };
    each(
        "output-type",
        &[
            output("string", "1"),
            output("int", "\"[string(parameters('i'))]\""),
            output("string", "\"[parameters('i')]\""),
            output("object", "\"[parameters('a')]\""),
            output("string", "\"[if(parameters('b'), 1, parameters('a'))]\""),
        ],
    );
    silent(&[
        output("int", "\"[parameters('i')]\""),
        output("string", "\"[if(parameters('b'), 1, 'x')]\""),
        output("int", "\"[reference('x', '2020-06-01').count]\""),
        output("array", "\"[first(parameters('a'))]\""),
    ]);
}

#[test]
fn secrets_in_values_of_declared_types() {
    let definitions = r#""definitions": { "with": { "type": "object", "properties": { "kind": { "type": "string" },
        "pw": { "type": "securestring" } } }, "without": { "type": "object", "properties": { "kind": { "type": "string" },
        "pw": { "type": "string" } } } }"#;
    let files = |declaration: &str, value: &str| {
        let body = format!(r#"{definitions}, "parameters": {{ "p": {declaration} }}, "resources": {{}}"#);
        let values = values(&format!(r#""parameters": {{ "p": {{ "value": {value} }} }}"#));
        [("t.json", symbolic(&body)), ("t.parameters.json", values)]
    };
    let tagged = r##"{ "type": "object", "discriminator": { "propertyName": "kind", "mapping": {
        "a": { "$ref": "#/definitions/with" }, "b": { "$ref": "#/definitions/without" } } } }"##;
    for (declaration, value) in [
        (r##"{ "$ref": "#/definitions/with", "nullable": true }"##, r#"{ "kind": "x", "pw": "Qx7vv9zLm" }"#),
        (
            r##"{ "type": "array", "items": { "$ref": "#/definitions/with" } }"##,
            r#"[ { "kind": "x", "pw": "Qx7vv9zLm" } ]"#,
        ),
        (
            r#"{ "type": "array", "prefixItems": [ { "type": "int" }, { "type": "securestring" } ] }"#,
            r#"[ 1, "Qx7vv9zLm" ]"#,
        ),
        (
            r#"{ "type": "object", "additionalProperties": { "type": "securestring" } }"#,
            r#"{ "x": "Qx7vv9zLm" }"#,
        ),
        (tagged, r#"{ "kind": "a", "pw": "Qx7vv9zLm" }"#),
    ] {
        assert_eq!(rules(&files(declaration, value)), ["parameter-secret-in-file"], "{declaration}");
    }
    for (declaration, value) in [
        (tagged, r#"{ "kind": "b", "pw": "Qx7vv9zLm" }"#),
        (
            r#"{ "type": "array", "prefixItems": [ { "type": "string" }, { "type": "securestring" } ] }"#,
            r#"[ "Qx7vv9zLm", "" ]"#,
        ),
        (r##"{ "$ref": "#/definitions/with" }"##, r##"{ "kind": "Qx7vv9zLm", "pw": "#{password}#" }"##),
    ] {
        assert_eq!(rules(&files(declaration, value)), Vec::<String>::new(), "{declaration}");
    }
}

#[test]
fn lines_of_modules_that_were_compiled_several_times() {
    let module = |generator: &str, name: &str| {
        let inner = format!(
            r#""metadata": {{ "_generator": {{ "name": "{generator}" }} }}, "parameters": {{ "t": {{ "type": "securestring" }} }},
               "resources": [], "outputs": {{ "o": {{ "type": "string", "value": "[parameters('t')]" }} }}"#
        );
        let parameters = r#""parameters": { "t": { "value": "[parameters('t')]" } },"#;
        deployment(parameters, &inner).replace("\"nested\"", &format!("\"{name}\""))
    };
    let with = |generator: &str| {
        let modules = ["a", "b", "c"].map(|name| module(generator, name)).join(",");
        let body =
            format!(r#""parameters": {{ "t": {{ "type": "securestring" }} }}, "resources": [ {modules} ]"#);
        check(&[("t.json", template(&body))])
    };
    let compiled = with("bicep");
    assert_eq!(compiled.findings.len(), 1, "{:?}", compiled.findings);
    assert!(
        compiled.findings[0].message.ends_with(", and so in 2 more places"),
        "{:?}",
        compiled.findings[0]
    );
    assert_eq!(with("somebody").findings.len(), 3);
}
