//! What is found in files does not depend on which others are looked at with them, as long as each group is whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use armlint_engine::dialect::{GivenFiles, Sketch, groups};
use armlint_engine::session::{Input, Report, Session};
use armlint_engine::settings::{Cloud, Date, Settings};

type Files = Vec<(Arc<str>, Vec<u8>)>;

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01";

fn session(files: &[&(Arc<str>, Vec<u8>)], given: &GivenFiles) -> Session {
    let mut session = Session::new(armlint_rules::catalogue());
    session.give(given.clone());
    let input = |(path, bytes): &&(Arc<str>, Vec<u8>)| Input {
        path: path.clone(),
        content: Ok(bytes.clone()),
        context: false,
        named: false,
    };
    session.set_all(files.iter().map(input).collect());
    session
}

// The groups as far as bytes tell.
fn guessed(files: &Files, given: &GivenFiles) -> Vec<Vec<usize>> {
    let guess =
        |(path, bytes): &(Arc<str>, Vec<u8>)| vec![Sketch::guess(path, bytes, armlint_rules::DIALECTS)];
    let guesses: Vec<Vec<Sketch>> = files.iter().map(guess).collect();
    groups(&guesses, given)
}

// What a report says, file by file.
fn said(session: &Session) -> BTreeSet<String> {
    let report = session.check(&Settings::new(Date { year: 2026, month: 11, day: 1 }, Cloud::Public));
    let path =
        |report: &Report, id| report.source(id).map_or(String::new(), |source| source.path.to_string());
    let findings = report.findings.iter().map(|finding| {
        let labels = finding.labels().map(|label| {
            let span = label.span;
            format!("{}:{}-{} {}", path(&report, span.source), span.start, span.end, label.text)
        });
        let labels: Vec<String> = labels.collect();
        let (rule, message, print) = (finding.rule, &finding.message, &finding.fingerprint);
        format!("{labels:?} {rule} {message} {print} {:?}", finding.environments)
    });
    findings.chain(report.files.iter().map(|status| format!("{status:?}"))).collect()
}

// Checks the files at once, in groups of what each tells, and in groups of what the bytes tell; gives the sizes of
// the groups.
fn assert_groups(label: &str, files: &Files, given: &GivenFiles) -> Vec<usize> {
    let all: Vec<_> = files.iter().collect();
    let expected = said(&session(&all, given));
    let alone = (0..files.len()).map(|index| std::iter::once(index).collect()).collect();
    let mut sizes = Vec::new();
    for parts in [guessed(files, given), alone] {
        let of = |part: &Vec<usize>| -> Vec<Sketch> {
            let files: Vec<_> = part.iter().map(|index| &files[*index]).collect();
            session(&files, given).sketches()
        };
        let sketches: Vec<Vec<Sketch>> = parts.iter().map(of).collect();
        let mut found = BTreeSet::new();
        sizes.clear();
        for group in groups(&sketches, given) {
            let files: Vec<_> =
                group.iter().flat_map(|part| &parts[*part]).map(|index| &files[*index]).collect();
            sizes.push(files.len());
            found.extend(said(&session(&files, given)));
        }
        let missing: Vec<_> = expected.difference(&found).take(3).collect();
        let more: Vec<_> = found.difference(&expected).take(3).collect();
        assert!(missing.is_empty() && more.is_empty(), "{label}: missing {missing:#?}, more {more:#?}");
    }
    sizes
}

fn template(body: &str) -> String {
    format!(r#"{{ "$schema": "{SCHEMA}/deploymentTemplate.json#", "contentVersion": "1.0.0.0", {body} }}"#)
}

fn parameters(body: &str, more: &str) -> String {
    let schema = format!("{SCHEMA}/deploymentParameters.json#");
    format!(r#"{{ "$schema": "{schema}", "contentVersion": "1.0.0.0", {more} "parameters": {{ {body} }} }}"#)
}

fn files(all: &[(&str, String)]) -> Files {
    all.iter().map(|(path, text)| (Arc::from(*path), text.clone().into_bytes())).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

// A secret in a default, and what a parameter file may say of it.
fn own(name: &str) -> String {
    template(&format!(
        r#""parameters": {{ "p": {{ "type": "string" }}, "password": {{ "type": "securestring" }} }},
           "resources": [ {{ "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01",
               "name": "[concat('{name}', parameters('p'))]", "tags": {{ "t": "[parameters('gone')]" }} }} ]"#
    ))
}

#[test]
fn parameter_files_stay_with_their_templates() {
    let value = r#""p": { "value": "x" }, "password": { "value": "Hunter2-Hunter2" }"#;
    let all = files(&[
        ("a/main.json", own("a")),
        ("a/main.parameters.json", parameters(value, "")),
        ("a/main.prod.parameters.json", parameters(value, "")),
        ("b/azuredeploy.json", own("b")),
        ("b/values.json", parameters(value, "")),
        ("c/one.json", own("c")),
        ("c/two.json", own("d")),
        ("c/values.json", parameters(value, "")),
        ("d/env/prod.json", parameters(value, r#""metadata": { "template": "../../a/main.json" },"#)),
        ("d/env/gone.json", parameters(value, r#""metadata": { "template": "gone.json" },"#)),
        ("d/env/only.json", own("e")),
        ("f/Main.JSON", own("f")),
        ("f/MAIN.parameters.json", parameters(value, "")),
    ]);
    let sizes = assert_groups("parameter files", &all, &GivenFiles::default());
    assert_eq!(sizes, [4, 2, 1, 1, 1, 1, 1, 2]);
    let given =
        GivenFiles { bindings: vec![("b/values.json".into(), "c/two.json".into())], ..GivenFiles::default() };
    assert_groups("bound parameter files", &all, &given);
}

#[test]
fn links_are_followed() {
    let linking = |link: &str| {
        template(&format!(
            r#""parameters": {{ "file": {{ "type": "string", "defaultValue": "x" }} }},
               "resources": [ {{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d",
                 "properties": {{ "mode": "Incremental", "templateLink": {{ {link} }},
                   "parameters": {{ "p": {{ "value": "x" }}, "password": {{ "value": "Hunter2-Hunter2" }} }} }} }} ]"#
        ))
    };
    let given = parameters(r#""file": { "value": "fourth.json" }"#, "");
    let all = files(&[
        ("a/main.json", linking(r#""relativePath": "nested/first.json""#)),
        ("a/nested/first.json", linking(r#""uri": "[concat('https://x/y/', 'sec', 'ond.json')]""#)),
        ("a/nested/second.json", own("second")),
        ("a/nested/third.json", own("third")),
        ("b/main.json", linking(r#""uri": "[uri('https://x/y/', concat('sub/', parameters('file')))]""#)),
        ("b/main.parameters.json", given),
        ("b/sub/fourth.json", own("fourth")),
        ("b/sub/fifth.json", own("fifth")),
        ("c/main.json", linking(r#""uri": "[format('https://x/{0}.json', 'sixth')]""#)),
        ("c/sixth.json", own("sixth")),
        ("c/seventh.json", own("seventh")),
        ("d/eighth.json", own("eighth")),
        ("main.json", linking(r#""relativePath": "d/eighth.json""#)),
    ]);
    let sizes = assert_groups("links", &all, &GivenFiles::default());
    // `third.json` and `fifth.json` are named by nobody; of `seventh.json` the ending is.
    assert_eq!(sizes, [3, 1, 3, 1, 3, 2]);
}

// What bytes do not tell of: an encoding of two bytes, no schema, another case.
#[test]
fn what_bytes_do_not_tell_trees_do() {
    let link = r#""resources": [ { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d",
        "properties": { "mode": "Incremental", "templateLink": { "relativePath": "leaf.json" },
        "parameters": { "p": { "value": "x" }, "password": { "value": "Hunter2-Hunter2" } } } } ]"#;
    let value = r#""p": { "value": "x" }, "password": { "value": "Hunter2-Hunter2" }"#;
    let bare = format!(r#"{{ "contentVersion": "1.0.0.0", {link} }}"#);
    let upper = own("u").replace("deploymentTemplate.json", "DEPLOYMENTTEMPLATE.json");
    let yaml = format!(
        "$schema: {SCHEMA}/deploymentTemplate.json#\nparameters:\n  p: {{ type: string }}\nresources: []\n"
    );
    let mut all = files(&[
        ("a/leaf.json", own("a")),
        ("b/main.json", bare),
        ("b/leaf.json", own("b")),
        ("c/MAIN.json", upper),
        ("c/main.parameters.json", parameters(value, "")),
        ("d/main.yaml", yaml),
        (
            "d/main.parameters.yaml",
            format!("$schema: {SCHEMA}/deploymentParameters.json#\nparameters:\n  p: {{ value: x }}\n"),
        ),
        ("e/broken.json", format!("{} ]]", own("e"))),
        ("e/broken.parameters.json", "{ \"$schema\": ".to_string()),
    ]);
    all.push(("a/main.json".into(), utf16(&template(link))));
    all.push(("c/values.json".into(), utf16(&parameters(value, ""))));
    assert_groups("what bytes do not tell", &all, &GivenFiles::default());
}

#[test]
fn renderings_of_a_factory_are_seen_together() {
    let service = r#"{ "name": "ls", "properties": { "type": "AzureBlobStorage",
        "typeProperties": { "connectionString": "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=c2VjcmV0" } } }"#;
    let dataset = r#"{ "name": "ds", "properties": { "type": "Json", "linkedServiceName": { "referenceName": "gone",
        "type": "LinkedServiceReference" } } }"#;
    let export = template(
        r#""parameters": { "factoryName": { "type": "string" } },
           "variables": { "factoryId": "[concat('Microsoft.DataFactory/factories/', parameters('factoryName'))]" },
           "resources": [ { "type": "Microsoft.DataFactory/factories/pipelines", "apiVersion": "2018-06-01",
             "name": "[concat(parameters('factoryName'), '/p')]", "properties": { "activities": [] } } ]"#,
    );
    let all = files(&[
        ("src/adf/linkedService/ls.json", service.to_string()),
        ("src/adf/dataset/ds.json", dataset.to_string()),
        (
            "src/adf/factory/contoso.json",
            r#"{ "name": "contoso", "location": "x", "properties": {} }"#.to_string(),
        ),
        ("out/Contoso/ARMTemplateForFactory.json", export.clone()),
        ("out/Contoso/linkedTemplates/ArmTemplate_0.json", export.clone()),
        ("out/Contoso/linkedTemplates/ArmTemplate_1.json", export.clone()),
        ("out/other/ARMTemplateForFactory.json", export.clone()),
        ("out/other/linkedTemplates/ArmTemplate_0.json", export.clone()),
        ("out/third/linkedTemplates/ArmTemplate_0.json", export.clone()),
        ("out/adf/ARMTemplateForFactory.json", export),
        ("lone/linkedService/ls.json", service.to_string()),
    ]);
    let sizes = assert_groups("renderings", &all, &GivenFiles::default());
    assert_eq!(sizes, [7, 2, 1, 1]);
}

#[test]
fn manifests_are_one_group() {
    let object = |name: &str| {
        format!(
            "apiVersion: storage.azure.com/v1api20230101\nkind: StorageAccount\nmetadata:\n  name: {name}\nspec:\n  \
             location: westeurope\n"
        )
    };
    let all = files(&[
        ("base/a.yaml", object("a")),
        ("overlays/dev/a.yaml", object("a")),
        ("overlays/prod/a.yaml", object("a")),
        ("other.yaml", object("b")),
        ("main.json", own("m")),
    ]);
    assert_eq!(assert_groups("manifests", &all, &GivenFiles::default()), [4, 1]);
}

// The examples of all rules as one large workspace.
#[test]
fn examples_are_the_same_alone_and_together() {
    let catalogue = armlint_rules::catalogue();
    let mut all = Files::new();
    for rule in catalogue.rules() {
        for (number, example) in catalogue.examples(rule.id).unwrap().iter().enumerate() {
            for file in &example.files {
                let path = format!("{}/{number}/{}", rule.id, file.path);
                all.push((path.into(), file.text.clone().into_bytes()));
            }
        }
    }
    assert!(all.len() > 500, "{}", all.len());
    let sizes = assert_groups("examples", &all, &GivenFiles::default());
    assert!(sizes.len() > 100, "{sizes:?}");
}

#[test]
fn public_templates_are_the_same_alone_and_together() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    for part in ["arm", "factory", "yaml"] {
        let folder = folder.join(part);
        if !folder.is_dir() {
            eprintln!("SKIPPED: no public templates at {}", folder.display());
            continue;
        }
        let mut paths: Vec<PathBuf> = Vec::new();
        let mut open = vec![folder.clone()];
        while let Some(folder) = open.pop() {
            let entries: Vec<PathBuf> =
                fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
            let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|path| path.is_dir());
            open.extend(folders);
            paths.extend(files);
        }
        paths.sort();
        // Neighbours matter, so that a run of them is taken.
        let read = |path: &PathBuf| {
            let shown = path.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
            let bytes = fs::read(path).ok().filter(|bytes| bytes.len() < 60_000)?;
            Some((Arc::from(shown), bytes))
        };
        let all: Files = paths.iter().skip(paths.len() / 3).take(250).filter_map(read).collect();
        assert_groups(part, &all, &GivenFiles::default());
    }
}
