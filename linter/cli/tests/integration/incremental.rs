//! What a session finds when only what has changed is checked again is what a fresh one finds.

use std::collections::BTreeMap;

use armlint_engine::session::{CheckMemo, Input, Report, Session};
use armlint_engine::settings::{Cloud, Date, Settings};

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01";

fn template(random: &mut Random) -> String {
    let names = ["a", "b", "c"];
    let name = names[random.below(3)];
    let used = ["[parameters('a')]", "x", "[concat(parameters('b'), 'y')]"][random.below(3)];
    let link = [
        String::new(),
        format!(
            r#", {{ "type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "n",
              "properties": {{ "mode": "Incremental", "templateLink": {{ "relativePath": "{}.json" }} }} }}"#,
            names[random.below(3)]
        ),
    ][random.below(2)]
    .clone();
    format!(
        r#"{{ "$schema": "{SCHEMA}/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
          "parameters": {{ "{name}": {{ "type": "string", "defaultValue": "d{}" }} }},
          "resources": [ {{ "type": "Microsoft.DataFactory/factories", "apiVersion": "2018-06-01",
            "name": "{used}", "location": "westeurope", "properties": {{}} }}{link} ] }}"#,
        random.below(3)
    )
}

fn parameters(random: &mut Random) -> String {
    let name = ["a", "b", "c"][random.below(3)];
    format!(
        r#"{{ "$schema": "{SCHEMA}/deploymentParameters.json#", "contentVersion": "1.0.0.0",
          "parameters": {{ "{name}": {{ "value": "v{}" }} }} }}"#,
        random.below(3)
    )
}

fn artefact(kind: &str, random: &mut Random) -> String {
    let name = ["a", "b", "c"][random.below(3)];
    let other = ["a", "b", "c"][random.below(3)];
    match kind {
        "dataset" => format!(
            r#"{{ "name": "{name}", "properties": {{ "type": "Json",
              "linkedServiceName": {{ "referenceName": "{other}", "type": "LinkedServiceReference" }} }} }}"#
        ),
        "linkedService" => format!(
            r#"{{ "name": "{name}", "properties": {{ "type": "AzureBlobStorage", "typeProperties": {{
              "connectionString": "AccountName={other};AccountKey=abcdefgh{};EndpointSuffix=x" }} }} }}"#,
            random.below(3)
        ),
        _ => format!(
            r#"{{ "name": "{name}", "properties": {{ "activities": [ {{ "name": "x", "type": "Lookup",
              // armlint: ignore[adf/dangling-reference] known
              "typeProperties": {{ "dataset": {{ "referenceName": "{other}", "type": "DatasetReference" }} }} }} ] }} }}"#
        ),
    }
}

fn text(path: &str, random: &mut Random) -> String {
    let kind = path.split('/').rev().nth(1).unwrap_or("");
    let mut text = match kind {
        "dataset" | "linkedService" | "pipeline" => artefact(kind, random),
        "factory" => r#"{ "name": "f", "location": "westeurope", "properties": {} }"#.to_string(),
        _ if path.contains("parameters") => parameters(random),
        _ if path.ends_with(".yaml") => format!(
            "apiVersion: storage.azure.com/v1api20230101\nkind: StorageAccount\nmetadata: {{name: {}}}\nspec: {{}}\n",
            ["x", "y"][random.below(2)]
        ),
        _ => template(random),
    };
    if random.below(12) == 0 {
        text.truncate(text.len() * 2 / 3);
    }
    text
}

const PATHS: [&str; 16] = [
    "t/a.json",
    "t/b.json",
    "t/c.json",
    "t/a.parameters.json",
    "t/b.parameters.dev.json",
    "alone/parameters.json",
    "alone/main.json",
    "f/factory/f.json",
    "f/dataset/a.json",
    "f/dataset/b.json",
    "f/linkedService/a.json",
    "f/pipeline/p.json",
    "f/ARMTemplateForFactory.json",
    "k/base/a.yaml",
    "k/over/b.yaml",
    "g/dataset/a.json",
];

fn input(path: &str, text: &str) -> Input {
    Input {
        path: path.into(),
        content: Ok(text.as_bytes().to_vec()),
        context: path == PATHS[5],
        named: false,
    }
}

// Everything that a report says, with paths for the numbers of sources.
fn told(report: &Report) -> Vec<String> {
    let path = |span: armlint_engine::span::Span| {
        let source = report.source(span.source).map_or("", |source| &source.path);
        format!("{source}:{}-{}", span.start, span.end)
    };
    let mut told: Vec<String> = report
        .findings
        .iter()
        .map(|finding| {
            let related: Vec<String> =
                finding.related.iter().map(|label| format!("{} {}", path(label.span), label.text)).collect();
            let mut rest = finding.clone();
            rest.primary.span = armlint_engine::span::Span::new(armlint_engine::span::SourceId(0), 0, 0);
            rest.related.clear();
            rest.decided_by.clear();
            if let Some(fix) = &mut rest.fix {
                fix.edits.iter_mut().for_each(|edit| edit.span.source.0 = 0);
            }
            format!("{} {rest:?} {related:?}", path(finding.primary.span))
        })
        .collect();
    told.extend(report.files.iter().map(|status| format!("{status:?}")));
    let mut secrets: Vec<String> = report.secrets.iter().map(|span| path(*span)).collect();
    secrets.sort();
    told.extend(secrets);
    told
}

#[test]
fn random_edits() {
    let today = Date { year: 2026, month: 1, day: 31 };
    let mut findings = 0;
    for seed in 0..12 {
        let mut random = Random(seed);
        let mut session = Session::new(armlint_rules::catalogue());
        let mut texts: BTreeMap<&str, String> = BTreeMap::new();
        let mut earlier = CheckMemo::default();
        for step in 0..60 {
            for _ in 0..=random.below(2) {
                let path = PATHS[random.below(PATHS.len())];
                if random.below(4) == 0 {
                    session.remove(path);
                    texts.remove(path);
                } else {
                    let text = text(path, &mut random);
                    session.set_all(vec![input(path, &text)]);
                    texts.insert(path, text);
                }
            }
            let cloud = if step % 20 < 15 { Cloud::Public } else { Cloud::China };
            let settings = Settings::new(today, cloud);
            let mut report = session.check_changed(&mut earlier, |_| &settings);
            session.suppress(&mut report, today);
            let mut fresh = Session::new(armlint_rules::catalogue());
            fresh.set_all(texts.iter().map(|(path, text)| input(path, text)).collect());
            let mut expected = fresh.check(&settings);
            fresh.suppress(&mut expected, today);
            assert_eq!(told(&report), told(&expected), "seed {seed}, step {step}");
            findings += report.findings.len();
        }
    }
    assert!(findings > 1000, "{findings} findings");
}

#[test]
fn what_has_not_changed_is_not_checked_again() {
    let mut random = Random(1);
    let mut session = Session::new(armlint_rules::catalogue());
    session.measure();
    session.set_all(PATHS.iter().map(|path| input(path, &text(path, &mut random))).collect());
    let settings = Settings::new(Date { year: 2026, month: 1, day: 31 }, Cloud::Public);
    let mut earlier = CheckMemo::default();
    let checked = |session: &Session, earlier: &mut CheckMemo| {
        let report = session.check_changed(earlier, |_| &settings);
        report.times.deployments.into_iter().map(|(path, _)| path.to_string()).collect::<Vec<String>>()
    };
    assert!(checked(&session, &mut earlier).len() > 3);
    assert!(checked(&session, &mut earlier).is_empty());
    session.set_all(vec![input("t/a.json", &template(&mut random))]);
    let again = checked(&session, &mut earlier);
    assert!(
        again.contains(&"t/a.json".to_string()) && !again.iter().any(|path| path.starts_with("f/")),
        "{again:?}"
    );
}
