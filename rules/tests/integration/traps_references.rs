//! Where the rules about names and expressions of a factory could cry wolf, or miss the token.

use std::time::{Duration, Instant};

use armlint_engine::finding::Severity;
use armlint_engine::session::Report;

use crate::checked;

const RULES: [&str; 8] = [
    "adf/dangling-reference",
    "adf/duplicate-name",
    "adf/expression-syntax",
    "adf/misplaced-artefact",
    "adf/missing-depends-on",
    "adf/name-file-mismatch",
    "adf/unknown-expression-function",
    "adf/unresolved-expression-name",
];

fn report(files: &[(&str, String)]) -> Report {
    checked::check(files, &checked::on(None))
}

// Rules without their folder, and the text under each finding.
fn found(files: &[(&str, String)]) -> Vec<(&'static str, String)> {
    let report = report(files);
    let ours = report.findings.iter().filter(|finding| RULES.contains(&finding.rule));
    let mut found: Vec<(&str, String)> = ours
        .map(|finding| {
            let span = finding.primary.span;
            let text = report.source(span.source).map_or("", |source| source.slice(span));
            (finding.rule.trim_start_matches("adf/"), text.to_string())
        })
        .collect();
    found.sort();
    found
}

#[track_caller]
fn expect(files: &[(&str, String)], expected: &[(&'static str, &str)]) {
    let expected: Vec<(&str, String)> =
        expected.iter().map(|(rule, text)| (*rule, text.to_string())).collect();
    assert_eq!(found(files), expected);
}

fn artefact(name: &str, properties: &str) -> String {
    format!(r#"{{ "name": "{name}", "properties": {properties} }}"#)
}

const FACTORY: &str = r#"{ "name": "f", "location": "westeurope", "properties": {} }"#;

fn folder(files: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    let mut all = vec![("factory/f.json", FACTORY.to_string())];
    all.extend(files);
    all
}

// A pipeline with a variable `v`, a parameter `p`, and activities.
fn pipeline(activities: &str) -> String {
    format!(
        r#"{{ "activities": [ {activities} ], "variables": {{ "v": {{ "type": "String" }} }},
            "parameters": {{ "p": {{ "type": "string" }} }} }}"#
    )
}

fn set(value: &str) -> String {
    format!(
        r#"{{ "name": "Set", "type": "SetVariable", "typeProperties": {{ "variableName": "v", "value": {value} }} }}"#
    )
}

fn in_folder(value: &str) -> Vec<(&'static str, String)> {
    found(&folder(vec![("pipeline/load.json", artefact("load", &pipeline(&set(value))))]))
}

fn template(parameters: &str, resources: &[&str]) -> Vec<(&'static str, String)> {
    let text = format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
           "contentVersion": "1.0.0.0", "parameters": {{ {parameters} }}, "resources": [ {} ] }}"#,
        resources.join(",")
    );
    vec![("t.json", text)]
}

// The template that a factory exports: all of it is here.
fn export(parameters: &str, resources: &[&str]) -> Vec<(&'static str, String)> {
    let text = format!(
        r#"{{ "$schema": "http://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
           "contentVersion": "1.0.0.0", "parameters": {{ "factoryName": {{ "type": "string" }} {parameters} }},
           "variables": {{ "factoryId": "[concat('Microsoft.DataFactory/factories/', parameters('factoryName'))]" }},
           "resources": [ {} ] }}"#,
        resources.join(",")
    );
    vec![("ARMTemplateForFactory.json", text)]
}

fn child(kind: &str, name: &str, more: &str, properties: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.DataFactory/factories/{kind}", "apiVersion": "2018-06-01", "name": "{name}", {more}
           "properties": {properties} }}"#
    )
}

fn in_template(parameters: &str, value: &str) -> Vec<(&'static str, String)> {
    found(&template(parameters, &[&child("pipelines", "f/load", "", &pipeline(&set(value)))]))
}

const NOTHING: Vec<(&str, String)> = Vec::new();

fn one(rule: &'static str, text: &str) -> Vec<(&'static str, String)> {
    vec![(rule, text.to_string())]
}

#[test]
fn the_name_alone_is_underlined() {
    let name = "unresolved-expression-name";
    assert_eq!(in_folder(r#""@activity('Gone').output""#), one(name, "Gone"));
    assert_eq!(in_folder(r#""a\t\"ü\" @{variables('w')} b""#), one(name, "w"));
    assert_eq!(in_folder(r#""\u0040pipeline().parameters\u002eq""#), one(name, "q"));
    assert_eq!(in_folder(r#""@pipeline()?.parameters?['q r']""#), one(name, "q r"));
    assert_eq!(in_folder(r#""@{1}\n@{concat('a' 'b')}""#), one("expression-syntax", "'b'"));
    assert_eq!(in_folder(r#""@{1}\n@{upper('b')}""#), one("unknown-expression-function", "upper"));
    // Several places are one finding.
    assert_eq!(in_folder(r#""@{variables('w')}@{variables('w')}""#), one(name, "w"));
}

#[test]
fn what_is_no_expression_is_left_alone() {
    for value in [
        r#""@@variables('w')""#,
        r#"" @variables('w')""#,
        r#""a @@{variables('w')}""#,
        r#""mail@example.com""#,
        r#""@""#,
        r#""variables('w')""#,
        r#""""#,
        r#"{ "type": "Expression", "value": "toString(w)" }"#,
    ] {
        assert_eq!(in_folder(value), NOTHING, "{value}");
    }
}

#[test]
fn only_what_is_known_whole_is_judged() {
    let parameters = r#""x": { "type": "string" }, "d": { "type": "string", "defaultValue": "@variables('w')" },
        "s": { "type": "securestring" }"#;
    for value in [
        r#""[concat('@variables(''', parameters('x'), ''')')]""#,
        r#""[concat('@variables(', parameters('x'))]""#,
        r#""[parameters('d')]""#,
        r#""[parameters('s')]""#,
        r#""[if(equals(parameters('x'), 'a'), '@variables(''w'')', '@variables(''v'')')]""#,
        r#""[[@variables('w')]""#,
    ] {
        assert_eq!(in_template(parameters, value), NOTHING, "{value}");
    }
    let whole = r#""[concat('@variables(''', 'w', ''')')]""#;
    assert_eq!(in_template(parameters, whole), one("unresolved-expression-name", whole));
}

#[test]
fn names_in_containers_and_other_case_are_found() {
    let activities = r#"
        { "name": "Each", "type": "ForEach", "typeProperties": { "items": "@pipeline().parameters.P", "activities": [
            { "name": "Switch", "type": "Switch", "typeProperties": { "on": "@item()", "cases": [
                { "value": "a", "activities": [ { "name": "A", "type": "Wait", "typeProperties": { "waitTimeInSeconds": 1 } } ] } ],
              "defaultActivities": [ { "name": "B", "type": "Fail", "typeProperties": { "message": "@activity('a').output", "errorCode": "1" } } ] } } ] } },
        { "name": "Loop", "type": "Until", "dependsOn": [ { "activity": "each", "dependencyConditions": [ "Succeeded" ] } ],
          "typeProperties": { "expression": { "type": "Expression", "value": "@equals(activity('B').error, VARIABLES('V'))" },
            "activities": [ { "name": "C", "type": "Wait", "typeProperties": { "waitTimeInSeconds": "@activity('D').output" } } ] } }"#;
    let files = folder(vec![("pipeline/load.json", artefact("load", &pipeline(activities)))]);
    expect(&files, &[("unresolved-expression-name", "D")]);
}

#[test]
fn what_a_template_computes_may_declare_anything() {
    let parameters = r#""a": { "type": "array" }, "o": { "type": "object" }, "n": { "type": "string" }"#;
    for properties in [
        r#"{ "activities": "[parameters('a')]", "variables": "[parameters('o')]", "parameters": "[parameters('o')]" }"#,
        r#"{ "activities": [ { "name": "[parameters('n')]", "type": "Wait", "typeProperties": { "waitTimeInSeconds":
            "@activity('x').output" } } ] }"#,
        r#"{ "activities": [ { "name": "a", "type": "ForEach", "typeProperties": { "items": "@activity('x').output",
            "activities": "[parameters('a')]" } } ] }"#,
        r#""[parameters('o')]""#,
    ] {
        assert_eq!(found(&template(parameters, &[&child("pipelines", "f/p", "", properties)])), NOTHING);
    }
    let existing = r#"{ "existing": true, "type": "Microsoft.DataFactory/factories/pipelines",
        "apiVersion": "2018-06-01", "name": "f/p" }"#;
    assert_eq!(found(&template("", &[existing])), NOTHING);
}

#[test]
fn texts_for_readers_and_names_of_columns_are_no_expressions() {
    let copy = r#"{ "name": "Copy", "type": "Copy", "description": "@variables('w')", "inputs": [], "outputs": [],
        "typeProperties": { "source": { "type": "RestSource" }, "sink": { "type": "ParquetSink" },
            "translator": { "type": "TabularTranslator", "mappings": [ { "source": { "path": "@odata.id" }, "sink": { "name": "@id" } } ] } } }"#;
    let properties = format!(
        r#"{{ "description": "@x", "annotations": [ "@y" ], "activities": [ {copy} ],
            "parameters": {{ "p": {{ "type": "string", "defaultValue": "@z" }} }} }}"#
    );
    expect(&folder(vec![("pipeline/load.json", artefact("load", &properties))]), &[]);
    let service = r#"{ "type": "FtpServer", "typeProperties": { "host": "ftp.example.com", "userName": "@admin",
        "password": { "type": "SecureString", "value": "**********" }, "authenticationType": "Basic" } }"#;
    expect(&folder(vec![("linkedService/ftp.json", artefact("ftp", service))]), &[]);
}

#[test]
fn global_parameters_are_judged_where_some_are_known() {
    let used = artefact("load", &pipeline(&set(r#""@pipeline().globalParameters.env""#)));
    expect(&folder(vec![("pipeline/load.json", used.clone())]), &[]);
    let factory =
        FACTORY.replace("{} }", r#"{ "globalParameters": { "Env": { "type": "string", "value": "x" } } } }"#);
    expect(&[("factory/f.json", factory.clone()), ("pipeline/load.json", used.clone())], &[]);
    let other = factory.replace("Env", "Environment");
    expect(
        &[("factory/f.json", other), ("pipeline/load.json", used)],
        &[("unresolved-expression-name", "env")],
    );
}

#[test]
fn passed_parameters() {
    let inner = artefact("inner", &pipeline(""));
    let run = |parameters: &str| {
        let activity = format!(
            r#"{{ "name": "Run", "type": "ExecutePipeline", "typeProperties": {{
                "pipeline": {{ "referenceName": "Inner", "type": "PipelineReference" }}, "parameters": {parameters} }} }}"#
        );
        artefact("outer", &format!(r#"{{ "activities": [ {activity} ] }}"#))
    };
    let trigger = |name: &str| {
        artefact(
            "daily",
            &format!(
                r#"{{ "type": "ScheduleTrigger", "typeProperties": {{ "recurrence": {{}} }}, "pipelines": [ {{
                    "pipelineReference": {{ "referenceName": "inner", "type": "PipelineReference" }},
                    "parameters": {{ "{name}": "@trigger().scheduledTime" }} }} ] }}"#
            ),
        )
    };
    let files = |parameters: &str, name: &str| {
        folder(vec![
            ("pipeline/inner.json", inner.clone()),
            ("pipeline/outer.json", run(parameters)),
            ("trigger/daily.json", trigger(name)),
        ])
    };
    expect(&files(r#"{ "P": 1 }"#, "p"), &[]);
    expect(&files("{}", "p"), &[]);
    expect(
        &files(r#"{ "q": 1 }"#, "r"),
        &[("unresolved-expression-name", "\"q\""), ("unresolved-expression-name", "\"r\"")],
    );
}

#[test]
fn unknown_kinds_and_passed_names_never_dangle() {
    let activity = r#"{ "name": "Note", "type": "SynapseNotebook", "typeProperties": {
        "notebook": { "referenceName": "gone", "type": "NotebookReference" },
        "sparkPool": { "referenceName": "gone", "type": "BigDataPoolReference" } },
        "sqlPool": { "referenceName": "gone", "type": "SqlPoolReference" } }"#;
    expect(&folder(vec![("pipeline/load.json", artefact("load", &pipeline(activity)))]), &[]);
    // The gallery hands the names of linked services over as parameters, some with a default.
    let dataset = child(
        "datasets",
        "[concat(parameters('factoryName'), '/d')]",
        "",
        r#"{ "type": "Parquet", "typeProperties": {}, "linkedServiceName": { "referenceName": "[parameters('Source')]",
            "type": "LinkedServiceReference" } }"#,
    );
    for source in [r#"{ "type": "string" }"#, r#"{ "type": "string", "defaultValue": "gone" }"#] {
        let parameters = format!(r#", "Source": {source}"#);
        expect(&export(&parameters, &[&dataset]), &[]);
    }
}

#[test]
fn a_literal_name_in_an_export_dangles() {
    let dataset = child("datasets", "[concat(parameters('factoryName'), '/d')]", "", DATASET);
    expect(&export("", &[&dataset]), &[("dangling-reference", "\"ls\"")]);
}

#[test]
fn an_open_world_dangles_nowhere() {
    let dataset = child(
        "datasets",
        "f/d",
        "",
        r#"{ "type": "Parquet", "typeProperties": {}, "linkedServiceName": { "referenceName": "elsewhere",
            "type": "LinkedServiceReference", "parameters": { "any": 1 } } }"#,
    );
    expect(&template("", &[&dataset]), &[]);
}

#[test]
fn one_cause_one_finding_for_files() {
    let lake = |name: &str| {
        artefact(
            name,
            r#"{ "type": "AzureBlobFS", "typeProperties": { "url": "https://st.dfs.core.windows.net" } }"#,
        )
    };
    // A copy whose name was not changed: the duplicate, and not the file as well.
    expect(
        &folder(vec![("linkedService/a.json", lake("a")), ("linkedService/b.json", lake("A"))]),
        &[("duplicate-name", "\"A\"")],
    );
    expect(&folder(vec![("linkedService/b.json", lake("a"))]), &[("name-file-mismatch", "\"a\"")]);
    // What lies in the wrong folder does not dangle.
    let dataset = artefact(
        "d",
        r#"{ "type": "Parquet", "typeProperties": {}, "linkedServiceName": { "referenceName": "a",
            "type": "LinkedServiceReference" } }"#,
    );
    expect(
        &folder(vec![("dataset/a.json", lake("a")), ("dataset/d.json", dataset)]),
        &[("misplaced-artefact", "\"a\"")],
    );
}

#[test]
fn kinds_that_are_hard_to_tell_are_not_misplaced() {
    let files = folder(vec![
        ("credential/c.json", artefact("c", r#"{ "type": "ManagedIdentity", "typeProperties": {} }"#)),
        ("linkedService/p.json", artefact("p", r#"{ "type": "PowerBIWorkspace", "typeProperties": {} }"#)),
        ("integrationRuntime/i.json", artefact("i", r#"{ "type": "SelfHosted", "typeProperties": {} }"#)),
        (
            "managedVirtualNetwork/default.json",
            r#"{ "name": "default", "type": "Microsoft.DataFactory/factories/managedVirtualNetworks" }"#
                .into(),
        ),
        (
            "dataflow/x.json",
            artefact(
                "x",
                r#"{ "type": "MappingDataFlow", "typeProperties": { "scriptLines": [ "@(", "@{" ] } }"#,
            ),
        ),
    ]);
    expect(&files, &[]);
}

const LAKE: &str =
    r#"{ "type": "AzureBlobFS", "typeProperties": { "url": "https://st.dfs.core.windows.net" } }"#;
const DATASET: &str = r#"{ "type": "Parquet", "typeProperties": {}, "linkedServiceName": { "referenceName": "ls",
    "type": "LinkedServiceReference" } }"#;

#[test]
fn order_of_deployment() {
    let lake = child("linkedservices", "f/ls", "", LAKE);
    let dataset = |more: &str| child("datasets", "f/d", more, DATASET);
    let missing = [("missing-depends-on", "\"ls\"")];
    expect(&template("", &[&lake, &dataset("")]), &missing);
    expect(&template("", &[&lake, &dataset(r#""dependsOn": [ "f/ls" ],"#)]), &[]);
    expect(&template("", &[&lake, &dataset(r#""dependsOn": [ "ls" ],"#)]).to_vec(), &[]);
    // A dependency that is not known may lead there.
    let unknown = r#""dependsOn": [ "[parameters('x')]" ],"#;
    expect(&template(r#""x": { "type": "string" }"#, &[&lake, &dataset(unknown)]), &[]);
    let unknown = r#""dependsOn": "[parameters('x')]","#;
    expect(&template(r#""x": { "type": "array" }"#, &[&lake, &dataset(unknown)]), &[]);
    // Through another resource.
    let middle = child("pipelines", "f/m", r#""dependsOn": [ "f/ls" ],"#, r#"{ "activities": [] }"#);
    let through = dataset(r#""dependsOn": [ "f/m" ],"#);
    expect(&template("", &[&lake, &middle, &through]), &[]);
    // One of a copy loop, and one that may not be deployed.
    let looped = child(
        "linkedservices",
        "[concat('f/', parameters('n')[copyIndex()])]",
        r#""copy": { "name": "each", "count": "[length(parameters('n'))]" },"#,
        LAKE,
    );
    expect(&template(r#""n": { "type": "array", "defaultValue": [ "ls" ] }"#, &[&looped, &dataset("")]), &[]);
    let perhaps = lake.replacen('{', r#"{ "condition": "[parameters('x')]","#, 1);
    expect(&template(r#""x": { "type": "bool" }"#, &[&perhaps, &dataset("")]), &[]);
    // The default of the factory's name changes nothing, that of the artefact's name may.
    let defaults =
        r#""f": { "type": "string", "defaultValue": "f" }, "n": { "type": "string", "defaultValue": "ls" }"#;
    let lake_of = |name: &str| lake.replace("\"f/ls\"", &format!("\"[concat(parameters('f'), {name})]\""));
    let dataset_of = dataset("").replace("\"f/d\"", "\"[concat(parameters('f'), '/d')]\"");
    expect(&template(defaults, &[&lake_of("'/ls'"), &dataset_of]), &missing);
    expect(&template(defaults, &[&lake_of("'/', parameters('n')"), &dataset_of]), &[]);
    // The export is none of yours.
    let exported = |text: &str| text.replace("\"f/ls\"", "\"[concat(parameters('factoryName'), '/ls')]\"");
    let dataset_of = |text: &str| text.replace("\"f/d\"", "\"[concat(parameters('factoryName'), '/d')]\"");
    expect(&export("", &[&exported(&lake), &dataset_of(&dataset(""))]), &[]);
    // The same with the factory in the template, and the dataset within it.
    let factory = format!(
        r#"{{ "type": "Microsoft.DataFactory/factories", "apiVersion": "2018-06-01", "name": "f", "location": "x",
            "identity": {{ "type": "SystemAssigned" }}, "properties": {{}}, "dependsOn": [],
            "resources": [ {{ "type": "datasets", "apiVersion": "2018-06-01", "name": "d", "dependsOn": [ "f" ],
            "properties": {DATASET} }} ] }}"#
    );
    expect(&template("", &[&factory, &lake]), &missing);
}

#[test]
fn other_modules_have_their_own_order() {
    let module = format!(
        r#"{{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "m",
            "properties": {{ "mode": "Incremental", "expressionEvaluationOptions": {{ "scope": "inner" }}, "template": {{
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0", "resources": [ {} ] }} }} }}"#,
        child("linkedservices", "f/ls", "", LAKE)
    );
    expect(&template("", &[&module, &child("datasets", "f/d", "", DATASET)]), &[]);
}

#[test]
fn one_name_in_two_branches_is_a_note() {
    let wait = r#"{ "name": "Wait", "type": "Wait", "typeProperties": { "waitTimeInSeconds": 1 } }"#;
    let choice = format!(
        r#"{{ "name": "If", "type": "IfCondition", "typeProperties": {{ "expression": "@true",
            "ifTrueActivities": [ {wait} ], "ifFalseActivities": [ {wait} ] }} }}"#
    );
    let severity = |activities: &str| {
        let text = artefact("load", &pipeline(activities));
        let report = report(&folder(vec![("pipeline/load.json", text)]));
        let severities: Vec<Severity> = report.findings.iter().map(|finding| finding.severity).collect();
        severities
    };
    assert_eq!(severity(&choice), [Severity::Low]);
    assert_eq!(severity(&format!("{wait}, {wait}")), [Severity::High]);
}

#[test]
fn many_names_and_long_texts_end_soon() {
    let start = Instant::now();
    let text: String =
        (0..20_000).map(|index| format!("@{{variables('w{index}')}}@{{variables('w')}}")).collect();
    let activities: Vec<String> = (0..5_000)
        .map(|index| {
            format!(
                r#"{{ "name": "a{index}", "type": "Wait", "typeProperties": {{ "waitTimeInSeconds": 1 }} }}"#
            )
        })
        .collect();
    let body = pipeline(&format!("{}, {}", set(&format!("\"{text}\"")), activities.join(",")));
    let report = report(&folder(vec![("pipeline/load.json", artefact("load", &body))]));
    assert_eq!(report.findings.len(), 20_001);
    let resources: Vec<String> =
        (0..600).map(|index| child("datasets", &format!("f/d{index}"), "", DATASET)).collect();
    let lake = child("linkedservices", "f/ls", "", LAKE);
    let mut all: Vec<&str> = resources.iter().map(String::as_str).collect();
    all.push(&lake);
    assert_eq!(found(&template("", &all)).len(), 600);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn activities_of_several_alternatives_are_no_duplicates() {
    let parameters = r#""x": { "type": "bool" }"#;
    let properties = r#"{ "activities": "[if(parameters('x'), createArray(createObject('name', 'a')), createArray(createObject('name', 'a')))]" }"#;
    expect(&template(parameters, &[&child("pipelines", "f/p", "", properties)]), &[]);
}
