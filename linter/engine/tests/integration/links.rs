//! Linked templates: found among the other files, with the values that they are given.

use std::sync::Arc;

use armlint_engine::dialect::{Deployment, Dialects, File, Parsed, assemble};
use armlint_engine::graph::lower;
use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_engine::syntax::json;

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

fn template(body: &str) -> String {
    format!(r#"{{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", {body} }}"#)
}

fn linking(link: &str) -> String {
    template(&format!(
        r#""parameters": {{ "base": {{ "type": "string" }}, "sas": {{ "type": "string", "defaultValue": "" }},
              "default": {{ "type": "string", "defaultValue": "https://raw.example.com/x/main/app/" }} }},
           "resources": [
            {{ "type": "Microsoft.Resources/deployments", "name": "d", "properties": {{ "mode": "Incremental",
               "templateLink": {{ {link} }}, "parameters": {{ "p": {{ "value": "given" }} }} }} }},
            {{ "type": "A.B/d", "name": "x", "properties": {{ "o": "[reference('d').outputs.o.value]" }} }} ]"#
    ))
}

fn linked(name: &str) -> String {
    template(&format!(
        r#""parameters": {{ "p": {{ "type": "string", "defaultValue": "own" }} }},
           "resources": [ {{ "type": "A.B/c", "name": "[concat('{name}-', parameters('p'))]" }} ],
           "outputs": {{ "o": {{ "type": "string", "value": "[concat(parameters('p'), '!')]" }} }}"#
    ))
}

fn deployments(files: &[(&str, String)]) -> Vec<Deployment> {
    let files: Vec<File> = files
        .iter()
        .enumerate()
        .map(|(at, (path, text))| {
            let source = Source::new(SourceId(at as u32), *path, text.clone());
            let document = json::parse(&source);
            let recognition = Dialects::default().recognise(path, &document.root);
            File { parsed: Parsed { source: Arc::new(source), document: Arc::new(document) }, recognition }
        })
        .collect();
    assemble(&files, &Default::default(), Dialects::default()).deployments
}

fn names(deployment: &Deployment) -> Vec<String> {
    lower(deployment).resources().iter().map(|resource| resource.name.key().to_string()).collect()
}

fn of_link(link: &str) -> Vec<String> {
    let files = [
        ("app/main.json", linking(link)),
        ("app/nested/a.json", linked("nested")),
        ("app/a.json", linked("beside")),
        ("other/b.json", linked("other")),
    ];
    names(&deployments(&files)[0])
}

#[test]
fn links_are_followed() {
    for (link, found) in [
        (r#""relativePath": "nested/a.json""#, "nested-given"),
        (r#""relativePath": "./a.json""#, "beside-given"),
        (r#""uri": "[concat(parameters('base'), '/nested/a.json', parameters('sas'))]""#, "nested-given"),
        (r#""uri": "[uri(parameters('base'), concat('nested/a.json', parameters('sas')))]""#, "nested-given"),
        (r#""uri": "[uri(parameters('base'), 'a.json')]""#, "beside-given"),
        (r#""uri": "[uri(parameters('default'), 'Nested/A.json')]""#, "nested-given"),
        (r#""uri": "[concat(parameters('default'), 'a.json?x=y')]""#, "beside-given"),
    ] {
        assert_eq!(of_link(link), ["d", found, "x"], "{link}");
    }
}

#[test]
fn what_is_not_here_is_unknown() {
    for link in [
        r#""relativePath": "b.json""#,
        r#""relativePath": "../../b.json""#,
        r#""relativePath": "main.json""#,
        r#""uri": "https://elsewhere.example.com/templates/a.json""#,
        r#""uri": "[concat(parameters('base'), '/', parameters('sas'), '.json')]""#,
        r#""uri": "[parameters('base')]""#,
        r#""id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/templateSpecs/t/versions/1""#,
    ] {
        assert_eq!(of_link(link), ["d", "x"], "{link}");
    }
}

#[test]
fn outputs_and_origins_come_from_the_linked_file() {
    let files =
        [("main.json", linking(r#""relativePath": "nested/a.json""#)), ("nested/a.json", linked("nested"))];
    let deployments = deployments(&files);
    assert_eq!(deployments.len(), 2);
    let graph = lower(&deployments[0]);
    let [_, inner, outer] = graph.resources() else { panic!("three resources") };
    assert_eq!(inner.place.source, SourceId(1));
    assert_eq!(outer.property("o").known_text(), Some("given!"));
    assert_eq!(graph.part(inner.place, "[concat('nested-', parameters('p'))]", 0, 1).source, SourceId(1));
    // By itself it is what its defaults make it.
    assert_eq!(names(&deployments[1]), ["nested-own"]);
}

#[test]
fn circles_of_links_end() {
    let body = |other: &str| {
        let deployment = |name: &str| {
            format!(
                r#"{{ "type": "Microsoft.Resources/deployments", "name": "{name}",
                      "properties": {{ "templateLink": {{ "relativePath": "{other}" }} }} }}"#
            )
        };
        template(&format!(r#""resources": [ {}, {} ]"#, deployment("d"), deployment("e")))
    };
    let files = [("a.json", body("b.json")), ("b.json", body("a.json"))];
    assert_eq!(names(&deployments(&files)[0]), ["d", "d", "e", "e", "d", "e"]);
}
