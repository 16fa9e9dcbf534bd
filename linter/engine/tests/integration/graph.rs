//! Expected graphs: which resources a template declares, with which names, and what is known of them.

use armlint_engine::graph::{Graph, Resource, lower};
use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_engine::syntax::json;
use armlint_engine::value::Truth;

use crate::lone;

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

fn graph_of(body: &str) -> Graph {
    let text = format!(r#"{{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", {body} }}"#);
    let source = Source::new(SourceId(0), "template.json", text);
    let document = json::parse(&source);
    assert!(document.problems.is_empty(), "{:?}", document.problems);
    lower(&lone::template(source, document))
}

fn line(graph: &Graph, resource: &Resource) -> String {
    let parent =
        resource.parent.map_or(String::new(), |id| format!(" < {}", graph.resource(id).name.braced()));
    let mark = match resource.condition.truth {
        Truth::Unknown => "?",
        _ if resource.existing => "=",
        _ if resource.repeated => "*",
        _ => "",
    };
    format!("{} {}{mark}{parent}", resource.ty, resource.name.braced())
}

fn lines(body: &str) -> Vec<String> {
    let graph = graph_of(body);
    graph.resources().iter().map(|resource| line(&graph, resource)).collect()
}

const FACTORY: &str = r#""type": "Microsoft.DataFactory/factories", "apiVersion": "2018-06-01""#;
const SERVICE: &str = "Microsoft.DataFactory/factories/linkedservices";

#[test]
fn children_in_five_forms() {
    let child = format!("{SERVICE} f/ls < f");
    let top = "Microsoft.DataFactory/factories f".to_string();
    for (form, body) in [
        (
            "top level",
            format!(
                r#""resources": [ {{ {FACTORY}, "name": "f" }}, {{ "type": "{SERVICE}", "name": "f/ls" }} ]"#
            ),
        ),
        (
            "nested, relative",
            format!(
                r#""resources": [ {{ {FACTORY}, "name": "f", "resources": [
                    {{ "type": "linkedservices", "name": "ls" }} ] }} ]"#
            ),
        ),
        (
            "nested, absolute",
            format!(
                r#""resources": [ {{ {FACTORY}, "name": "f", "resources": [
                    {{ "type": "{SERVICE}", "name": "f/ls" }} ] }} ]"#
            ),
        ),
        (
            "as Bicep writes it",
            format!(
                r#""variables": {{ "f": "f" }}, "resources": [ {{ {FACTORY}, "name": "[variables('f')]" }},
                    {{ "type": "{SERVICE}", "name": "[format('{{0}}/{{1}}', variables('f'), 'ls')]" }} ]"#
            ),
        ),
        (
            "symbolic names",
            format!(
                r#""languageVersion": "2.0", "resources": {{ "f": {{ {FACTORY}, "name": "f" }},
                    "f::ls": {{ "type": "{SERVICE}", "name": "[format('{{0}}/{{1}}', 'f', 'ls')]" }} }}"#
            ),
        ),
    ] {
        assert_eq!(lines(&body), [top.clone(), child.clone()], "{form}");
    }
}

#[test]
fn names_without_values_still_join() {
    let body = format!(
        r#""parameters": {{ "n": {{ "type": "string" }} }}, "resources": [
            {{ {FACTORY}, "name": "[parameters('n')]" }},
            {{ "type": "{SERVICE}", "name": "[concat(parameters('n'), '/ls')]" }},
            {{ "type": "{SERVICE}", "name": "[format('{{0}}/{{1}}', toLower(parameters('N')), 'other')]" }} ]"#
    );
    assert_eq!(
        lines(&body),
        [
            "Microsoft.DataFactory/factories {parameters('n')}",
            "Microsoft.DataFactory/factories/linkedservices {parameters('n')}/ls < {parameters('n')}",
            "Microsoft.DataFactory/factories/linkedservices {tolower(parameters('n'))}/other < {parameters('n')}",
        ]
    );
}

#[test]
fn conditions() {
    let resource = |name: &str, condition: &str| {
        format!(r#"{{ "type": "A.B/c", "name": "{name}", "condition": {condition} }}"#)
    };
    let resources = [
        resource("gone", "false"),
        resource("here", "[equals(1, 1)]").replace("[equals(1, 1)]", "\"[equals(1, 1)]\""),
        resource("maybe", "\"[parameters('p')]\""),
        resource("default", "\"[parameters('q')]\""),
    ];
    let body = format!(
        r#""parameters": {{ "p": {{ "type": "bool" }}, "q": {{ "type": "bool", "defaultValue": false }} }},
           "resources": [ {} ]"#,
        resources.join(", ")
    );
    // A default decides nothing: another value may be given.
    assert_eq!(lines(&body), ["A.B/c here", "A.B/c maybe?", "A.B/c default?"]);
}

#[test]
fn copies() {
    let body = r#""parameters": { "n": { "type": "int" }, "none": { "type": "array", "defaultValue": [] } },
        "resources": [
            { "type": "A.B/c", "name": "[concat('x', copyIndex())]", "copy": { "name": "l", "count": 2 } },
            { "type": "A.B/c", "name": "[concat('y', copyIndex('m', 1))]",
              "copy": { "name": "m", "count": "[parameters('n')]" } },
            { "type": "A.B/c", "name": "[concat('z', copyIndex())]",
              "copy": { "name": "o", "count": "[length(parameters('none'))]" } },
            { "type": "A.B/c", "name": "[concat('w', copyIndex())]",
              "copy": { "name": "p", "count": 1000000000 } } ]"#;
    assert_eq!(
        lines(body),
        [
            "A.B/c x0",
            "A.B/c x1",
            "A.B/c y{copyindex('m', 1)}*",
            "A.B/c z{copyindex('o')}*",
            "A.B/c w{copyindex('p')}*",
        ]
    );
}

#[test]
fn nested_deployments() {
    let nested = |scope: &str| {
        format!(
            r#""parameters": {{ "p": {{ "type": "string", "defaultValue": "outer" }} }}, "resources": [
            {{ "type": "Microsoft.Resources/deployments", "name": "d", "properties": {{ "mode": "Incremental",
               {scope} "parameters": {{ "p": {{ "value": "given" }} }},
               "template": {{ "$schema": "{SCHEMA}",
                 "parameters": {{ "p": {{ "type": "string", "defaultValue": "inner" }} }},
                 "resources": [ {{ "type": "A.B/c", "name": "[parameters('p')]" }} ],
                 "outputs": {{ "o": {{ "type": "string", "value": "[concat(parameters('p'), '!')]" }} }} }} }} }},
            {{ "type": "A.B/d", "name": "x", "properties": {{ "o": "[reference('d').outputs.o.value]" }} }} ]"#
        )
    };
    for (scope, name) in [(r#""expressionEvaluationOptions": { "scope": "inner" },"#, "given"), ("", "outer")]
    {
        let graph = graph_of(&nested(scope));
        let found: Vec<String> = graph.resources().iter().map(|resource| line(&graph, resource)).collect();
        assert_eq!(found, ["Microsoft.Resources/deployments d", &format!("A.B/c {name}"), "A.B/d x"]);
        let output = graph.resources()[2].property("o");
        assert_eq!(output.known_text(), Some(format!("{name}!").as_str()));
    }
}

#[test]
fn properties_know_where_they_come_from() {
    let body = r#""parameters": { "tls": { "type": "string", "defaultValue": "TLS1_0" } },
        "variables": { "v": "[parameters('tls')]" },
        "resources": [ { "type": "A.B/c", "name": "x", "properties": { "a": { "tls": "[variables('v')]" } } } ]"#;
    let graph = graph_of(body);
    let resource = &graph.resources()[0];
    let value = resource.property("a.TLS");
    assert_eq!(value.known_text(), Some("TLS1_0"));
    assert!(value.assumed);
    let source = &graph.sources[0].source;
    assert_eq!(source.slice(value.origin.span), "\"[variables('v')]\"");
    assert_eq!(source.slice(value.origin.deciding()), "\"TLS1_0\"");
    let missing = resource.property("a.missing");
    assert!(missing.is_absent());
    assert_eq!(source.slice(missing.origin.span), "\"a\"");
}

#[test]
fn secrets_taint_what_they_touch() {
    let body = r#""parameters": { "p": { "type": "secureString" } },
        "variables": { "v": "[concat('a=', base64(parameters('p')))]" },
        "resources": [ { "type": "A.B/c", "name": "x", "properties": {
            "v": "[toUpper(variables('v'))]", "k": "[listKeys('y', '2020-01-01').keys[0].value]",
            "plain": "[concat('a', 'b')]" } } ]"#;
    let graph = graph_of(body);
    let resource = &graph.resources()[0];
    assert!(resource.property("v").secure);
    assert!(resource.property("k").secure);
    assert!(!resource.property("plain").secure);
}

#[test]
fn cycles_end() {
    let body = r#""parameters": { "a": { "type": "string", "defaultValue": "[parameters('b')]" },
                                  "b": { "type": "string", "defaultValue": "[parameters('a')]" } },
        "variables": { "x": "[variables('y')]", "y": "[variables('x')]" },
        "resources": [ { "type": "A.B/c", "name": "[parameters('a')]",
            "properties": { "x": "[variables('x')]", "self": "[reference(resourceId('A.B/c', parameters('a'))).self]" } } ]"#;
    let graph = graph_of(body);
    let resource = &graph.resources()[0];
    assert!(resource.property("x").is_unknown());
    assert!(resource.property("self").is_unknown());
    assert!(graph.problems().iter().any(|problem| problem.message.contains("depends on itself")));
}

#[test]
fn long_chains_end() {
    let chain = |n: usize| {
        let links: Vec<String> = (0..n)
            .map(|i| format!(r#""v{i}": "[concat('x', if(true(), variables('v{}'), 'y'))]""#, i + 1))
            .collect();
        format!(
            r#""variables": {{ {}, "v{n}": "end" }}, "resources": [ {{ "type": "A.B/c", "name": "[variables('v0')]" }} ]"#,
            links.join(", ")
        )
    };
    let graph = graph_of(&chain(20));
    assert_eq!(graph.resources()[0].name.key(), format!("{}end", "x".repeat(20)));
    let graph = graph_of(&chain(2000));
    assert!(graph.problems().iter().any(|problem| problem.message.contains("limit")));
}

#[test]
fn the_container_of_a_secret_is_none() {
    let body = r#""parameters": { "p": { "type": "secureString" }, "o": { "type": "secureObject" },
                                  "d": { "type": "array", "defaultValue": [ { "n": "x" } ] } },
        "variables": { "v": { "user": "sa", "password": "[parameters('p')]" } },
        "resources": [ { "type": "A.B/c", "name": "x", "properties": {
            "made": "[createObject('a', 'plain', 'b', createArray('plain', parameters('p')))]",
            "merged": "[union(variables('v'), createObject('c', 'plain'))]",
            "shallow": "[shallowMerge(createArray(variables('v'), createObject('c', 'plain')))]",
            "items": "[items(variables('v'))]",
            "array": "[array(variables('v'))]",
            "joined": "[concat(createArray('plain'), createArray(parameters('p')))]",
            "mapped": "[map(createArray('a', parameters('p')), lambda('x', createObject('v', lambdaVariables('x'))))]",
            "text": "[string(variables('v'))]",
            "whole": "[union(parameters('o'), createObject('c', 'plain'))]",
            "assumed": "[concat(parameters('d'), createArray(createObject('n', 'y')))]" } } ]"#;
    let graph = graph_of(body);
    let resource = &graph.resources()[0];
    let property = |path: &str| {
        path.split('.').fold(resource.properties.clone(), |value, step| match step.parse::<usize>() {
            Ok(index) => value.elements().unwrap()[index].clone(),
            Err(_) => value.get(step),
        })
    };
    for (path, secure) in [
        ("made", false),
        ("made.a", false),
        ("made.b", false),
        ("made.b.0", false),
        ("made.b.1", true),
        ("merged", false),
        ("merged.user", false),
        ("merged.password", true),
        ("merged.c", false),
        ("shallow", false),
        ("shallow.password", true),
        ("shallow.c", false),
        ("items", false),
        ("items.0.value", true),
        ("items.1.value", false),
        ("array.0.user", false),
        ("array.0.password", true),
        ("joined", false),
        ("joined.0", false),
        ("joined.1", true),
        ("mapped", false),
        ("mapped.0.v", false),
        ("mapped.1.v", true),
        ("text", true),
        ("whole.any", true),
    ] {
        assert_eq!(property(path).secure, secure, "{path}");
    }
    assert!(property("assumed").assumed);
    assert!(property("assumed.0.n").assumed);
    assert!(!property("assumed.1.n").assumed);
}

#[test]
fn references_to_loops_modules_and_extensions() {
    let body = r##""languageVersion": "2.0",
        "definitions": { "maybe": { "type": "string", "nullable": true } },
        "imports": { "graph": { "provider": "MicrosoftGraph", "version": "1.0" } },
        "functions": [ { "namespace": "__bicep", "members": {
            "outer": { "parameters": [ { "name": "x", "type": "string" } ],
                       "output": { "type": "string", "value": "[__bicep.inner(concat(parameters('x'), variables('v')))]" } },
            "inner": { "parameters": [ { "name": "y", "type": "string" }, { "name": "z", "$ref": "#/definitions/maybe" } ],
                       "output": { "type": "string", "value": "[format('<{0}{1}>', parameters('y'), coalesce(parameters('z'), '-'))]" } } } } ],
        "variables": { "v": "V" },
        "resources": {
            "loop": { "type": "A.B/c", "name": "[concat('c', copyIndex())]",
                      "copy": { "name": "loop", "count": 2 }, "properties": { "at": "[copyIndex()]", "n": { "a": 1 } } },
            "group": { "type": "Microsoft.Graph/groups", "import": "graph", "properties": { "name": "g" } },
            "module": { "type": "Microsoft.Resources/deployments", "name": "m", "subscriptionId": "s", "resourceGroup": "g",
                "properties": { "mode": "Incremental", "expressionEvaluationOptions": { "scope": "inner" },
                    "parameters": { "copy": [ { "name": "list", "count": 2, "input": { "value": "[copyIndex('list')]" } } ] },
                    "template": { "resources": [ { "type": "A.B/e", "name": "e" } ],
                        "parameters": { "list": { "type": "int", "defaultValue": 7 }, "none": { "$ref": "#/definitions/maybe" } },
                        "definitions": { "maybe": { "type": "string", "nullable": true } },
                        "outputs": {
                            "many": { "type": "array", "copy": { "count": 3, "input": "[copyIndex()]" } },
                            "gone": { "type": "string", "condition": false, "value": "[fail('no')]" },
                            "null": { "type": "string", "value": "[coalesce(parameters('none'), 'was null')]" },
                            "secret": { "type": "securestring", "value": "hush" } } } } },
            "outer": { "type": "Microsoft.Resources/deployments", "name": "o",
                "properties": { "mode": "Incremental", "template": { "resources": [
                    { "type": "A.B/f", "name": "f", "properties": { "p": "in f" } },
                    { "type": "A.B/g", "name": "g", "properties": { "f": "[reference('f').p]" } } ] } } },
            "lock": { "type": "Microsoft.Authorization/locks", "name": "l", "scope": "[resourceId('A.B/c', 'c0')]" },
            "other": { "type": "A.B/d", "name": "d", "existing": true, "resourceGroup": "elsewhere" },
            "user": { "type": "A.B/d", "name": "x", "properties": {
                "first": "[reference('loop[0]').at]", "second": "[reference('loop[1]').n.a]",
                "all": "[length(references('loop'))]", "last": "[references('loop', 'Full')[1].name]",
                "more": "[reference('loop[1]').n.unwritten]", "many": "[reference('module').outputs.many.value]",
                "null": "[reference('module').outputs.null.value]",
                "secret": "[listOutputsWithSecureValues('module', '2022-09-01').secret]",
                "nested": "[reference('f').p]", "function": "[__bicep.outer('a')]" } } }"##;
    let graph = graph_of(body);
    let found: Vec<String> = graph.resources().iter().map(|resource| line(&graph, resource)).collect();
    let wanted = [
        "A.B/c c0",
        "A.B/c c1",
        "Microsoft.Resources/deployments m",
        "A.B/e e",
        "Microsoft.Resources/deployments o",
        "A.B/f f",
        "A.B/g g",
        "Microsoft.Authorization/locks l",
        "A.B/d d=",
        "A.B/d x",
    ];
    assert_eq!(found, wanted);
    let named = |name: &str| graph.resources().iter().find(|resource| resource.name.key() == name).unwrap();
    assert_eq!(named("e").resource_id.key(), "/subscriptions/s/resourcegroups/g/providers/a.b/e/e");
    assert!(
        named("l")
            .resource_id
            .key()
            .ends_with("/providers/a.b/c/c0/providers/microsoft.authorization/locks/l")
    );
    assert!(named("d").resource_id.key().ends_with("/resourcegroups/elsewhere/providers/a.b/d/d"));
    assert_eq!(named("g").property("f").known_text(), Some("in f"));
    assert!(named("m").property("template").is_absent());
    let user = named("x");
    let property = |key: &str| user.property(key).to_json();
    assert_eq!(property("first"), 0);
    assert_eq!(property("second"), 1);
    assert_eq!(property("all"), 2);
    assert_eq!(property("last"), "c1");
    assert!(user.property("more").is_unknown());
    assert_eq!(property("many"), serde_json::json!([0, 1, 2]));
    assert_eq!(property("null"), "was null");
    assert!(user.property("secret").secure);
    assert_eq!(property("nested"), "in f");
    assert_eq!(property("function"), "<aV->");
    assert_eq!(graph.problems(), []);
}

#[test]
fn places_of_deployments() {
    let template = |scope: &str, body: &str| {
        let text = format!(
            r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-08-01/{scope}DeploymentTemplate.json#",
                  "contentVersion": "1.0.0.0", "resources": [ {body} ] }}"#
        );
        let source = Source::new(SourceId(0), "template.json", text);
        let document = json::parse(&source);
        lower(&lone::template(source, document))
    };
    let inner = r#""properties": { "expressionEvaluationOptions": { "scope": "inner" }, "template": { "resources": [
        { "type": "A.B/c", "name": "x" } ] } }"#;
    let deployment = |place: &str| {
        format!(r#"{{ "type": "Microsoft.Resources/deployments", "name": "d", {place} {inner} }}"#)
    };
    let group = "/providers/microsoft.management/managementgroups/";
    for (scope, place, id) in [
        ("tenant", "", "/providers/a.b/c/x".to_string()),
        (
            "tenant",
            r#""scope": "Microsoft.Management/managementGroups/m","#,
            format!("{group}m/providers/a.b/c/x"),
        ),
        ("managementGroup", "", format!("{group}{{managementgroup().name}}/providers/a.b/c/x")),
        ("managementGroup", r#""scope": "/","#, "/providers/a.b/c/x".to_string()),
        ("managementGroup", r#""subscriptionId": "s","#, "/subscriptions/s/providers/a.b/c/x".to_string()),
        (
            "subscription",
            r#""resourceGroup": "g","#,
            "/subscriptions/{subscription().subscriptionid}/resourcegroups/g/providers/a.b/c/x".to_string(),
        ),
        (
            "subscription",
            r#""scope": "/subscriptions/s/resourceGroups/g","#,
            "/subscriptions/s/resourcegroups/g/providers/a.b/c/x".to_string(),
        ),
    ] {
        let graph = template(scope, &deployment(place));
        assert_eq!(graph.resources()[1].resource_id.braced().to_lowercase(), id, "{scope} {place}");
    }
}
