//! Bicep source: checked as the template that it is, with findings on its own tokens.

use armlint_engine::session::{Input, Outcome, Report, Session, Wanted, WantedKind};
use armlint_engine::settings::Date;

use crate::checked::on;

/// What makes a file more than a collection of variables.
const RESOURCE: &str = "resource f 'Microsoft.DataFactory/factories@2018-06-01' = {\n  name: 'f'\n}\n";

const TODAY: Date = Date { year: 2026, month: 12, day: 1 };

/// A secret in clear text, and a variable that nothing uses.
const FACTORY: &str = "param name string
var unused = 1
resource factory 'Microsoft.DataFactory/factories@2018-06-01' = {
  name: name
}
resource store 'Microsoft.DataFactory/factories/linkedservices@2018-06-01' = {
  parent: factory
  name: 'store'
  properties: {
    type: 'AzureBlobStorage'
    typeProperties: {
      connectionString: 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9v'
    }
  }
}
";

struct Texts {
    session: Session,
}

impl Texts {
    fn of(files: &[(&str, &str)]) -> Texts {
        let mut texts = Texts { session: Session::new(armlint_rules::catalogue()) };
        files.iter().for_each(|(path, text)| texts.add(path, text, false));
        texts
    }

    fn add(&mut self, path: &str, text: &str, context: bool) {
        let content = Ok(text.as_bytes().to_vec());
        self.session.set_all(vec![Input { path: path.into(), content, context, named: false }]);
    }

    fn check(&self) -> Report {
        let mut report = self.session.check(&on(None));
        self.session.suppress(&mut report, TODAY);
        report
    }
}

// `rule file:token` of each open finding.
fn found(report: &Report) -> Vec<String> {
    let open = report.findings.iter().filter(|finding| finding.suppressed.is_none());
    let shown = open.map(|finding| {
        let span = finding.primary.span;
        let source = &report.sources[span.source.0 as usize];
        format!("{} {}:{}", finding.rule, source.path, source.slice(span).lines().next().unwrap_or_default())
    });
    shown.collect()
}

fn outcomes(report: &Report) -> Vec<(&str, bool)> {
    report.files.iter().map(|file| (&*file.path, matches!(file.outcome, Outcome::Checked))).collect()
}

#[test]
fn findings_stand_on_tokens_of_the_source() {
    let report = Texts::of(&[("main.bicep", FACTORY)]).check();
    let found = found(&report);
    assert!(found.contains(&"template/unused-variable main.bicep:unused".to_string()), "{found:?}");
    let secret = found.iter().find(|found| found.starts_with("adf/secret-literal"));
    assert!(secret.is_some_and(|found| found.contains("Zm9vYmFy")), "{found:?}");
    assert!(report.findings.iter().all(|finding| finding.fix.is_none()));
    assert_eq!(outcomes(&report), [("main.bicep", true)]);
    let help = report.findings.iter().find(|finding| finding.rule == "adf/secret-literal");
    assert!(help.and_then(|finding| finding.help.as_deref()).is_some_and(|help| help.contains("@secure()")));
}

#[test]
fn the_same_places_are_masked_whatever_form_a_secret_has() {
    for text in [
        "@secure()\nparam password string = 'hunter2-hunter2'\n",
        "@secure()\nparam password string = '${'hunter2'}-hunter2'\n",
        "var x = true\nvar secrets = { password: x ? 'hunter2-hunter2' : 'hunter2-hunter3' }\noutput o object = secrets\n",
    ] {
        let report = Texts::of(&[("main.bicep", text)]).check();
        let source = &report.sources[0];
        let hidden: Vec<&str> = report.secrets.iter().map(|span| source.slice(*span)).collect();
        assert!(hidden.iter().any(|hidden| hidden.contains("hunter2")), "{text}: {hidden:?}");
    }
}

#[test]
fn modules_are_checked_through_those_that_deploy_them_and_by_themselves() {
    let module = "param key string\nresource f 'Microsoft.DataFactory/factories@2018-06-01' = {\n  name: 'f'\n}\n\
                  output secretOfStore string = key\n";
    let main = "@secure()\nparam key string\nmodule m 'modules/m.bicep' = {\n  params: { key: key }\n}\n\
                module n 'modules/m.bicep' = {\n  name: 'n'\n  params: { key: key }\n}\n";
    let report = Texts::of(&[("main.bicep", main), ("modules/m.bicep", module)]).check();
    let found = found(&report);
    let secrets: Vec<&String> =
        found.iter().filter(|found| found.starts_with("template/secret-in-output")).collect();
    assert_eq!(secrets, ["template/secret-in-output modules/m.bicep:key"], "{found:?}");
    assert_eq!(outcomes(&report), [("main.bicep", true), ("modules/m.bicep", true)]);
}

#[test]
fn what_a_file_names_is_wanted_until_it_is_here() {
    let main = "import { prefix } from 'shared.bicep'\nmodule m 'm.bicep' = {\n  name: prefix\n}\n\
                module r 'br/public:avm/res/x:1.0.0' = {\n  name: 'r'\n}\n";
    let mut texts = Texts::of(&[("a/main.bicep", main)]);
    let paths = |wanted: Vec<Wanted>| -> Vec<String> {
        let files = wanted.into_iter().filter(|wanted| wanted.kind == WantedKind::File);
        files.map(|wanted| wanted.path).collect()
    };
    let mut wanted = paths(texts.session.wanted());
    wanted.sort();
    assert_eq!(wanted, ["a/m.bicep", "a/shared.bicep"]);
    let report = texts.check();
    let [file] = report.files.as_slice() else { panic!("{:?}", report.files) };
    let gap = match &file.outcome {
        Outcome::Partial(gap) if !gap.is_failure() => gap.reason.as_str(),
        outcome => panic!("{outcome:?}"),
    };
    assert_eq!(gap, "it links to `m.bicep` and 1 more that are not among the files");
    // Without them nothing is wrong.
    assert_eq!(found(&texts.check()), [] as [&str; 0]);
    texts.add("a/m.bicep", "module again 'main.bicep' = {\n  name: 'x'\n}\nvar unused = 1\n", true);
    texts.add("a/shared.bicep", "@export()\nvar prefix = 'p'\n", true);
    assert!(paths(texts.session.wanted()).is_empty());
    // What is context says nothing of itself.
    assert_eq!(found(&texts.check()), [] as [&str; 0]);
}

#[test]
fn a_template_that_was_compiled_is_its_source() {
    let compiled = |generator: &str| {
        format!(
            r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0", "metadata": {{ {generator} }}, "variables": {{ "unused": 1 }},
            "resources": [ {{ "type": "Microsoft.DataFactory/factories", "apiVersion": "2018-06-01", "name": "g" }} ] }}"#
        )
    };
    let made = compiled(r#""_generator": { "name": "bicep" }"#);
    let source = format!("var unused = 1\n{RESOURCE}");
    let report = Texts::of(&[("main.bicep", &source), ("main.json", &made)]).check();
    assert_eq!(found(&report), ["template/unused-variable main.bicep:unused"]);
    assert_eq!(outcomes(&report), [("main.bicep", true), ("main.json", false)]);
    let written = compiled("");
    // What was written by hand, or has another name, is a deployment of its own.
    let both = [
        [("main.bicep", &source), ("main.json", &written)],
        [("other.bicep", &source), ("main.json", &made)],
    ];
    for files in both {
        let files = files.map(|(path, text)| (path, text.as_str()));
        let report = Texts::of(&files).check();
        assert!(outcomes(&report).iter().all(|(_, checked)| *checked), "{:?}", report.files);
    }
}

#[test]
fn parameter_files_are_environments() {
    let main = "param size string = 'small'\nparam count int\nresource f 'Microsoft.DataFactory/factories@2018-06-01' = {\n  \
                name: '${size}${count}'\n}\n";
    let json = r#"{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0", "parameters": { "count": { "value": 1 }, "siez": { "value": "large" } } }"#;
    let own = "using 'main.bicep'\nvar base = 1\nparam count = base + 1\nparam siez = 'large'\n";
    for (path, text) in [("main.parameters.json", json), ("dev.bicepparam", own)] {
        let report = Texts::of(&[("main.bicep", main), (path, text)]).check();
        let found = found(&report);
        let unknown = found.iter().find(|found| found.starts_with("template/parameter-unknown"));
        assert!(unknown.is_some_and(|found| found.contains("siez")), "{path}: {found:?}");
        assert!(
            report.files.iter().all(|file| matches!(file.outcome, Outcome::Checked)),
            "{path}: {:?}",
            report.files
        );
    }
}

#[test]
fn comments_suppress() {
    let text =
        format!("// armlint: ignore[template/unused-variable] kept for later\nvar unused = 1\n{RESOURCE}");
    assert_eq!(found(&Texts::of(&[("main.bicep", &text)]).check()), [] as [&str; 0]);
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_checked() {
    let report =
        Texts::of(&[("main.bicep", "var unused = 1\nvar broken = [\nvar other = unused +\n")]).check();
    let found = found(&report);
    assert!(found.iter().any(|found| found.starts_with("template/syntax-error")), "{found:?}");
    let [file] = report.files.as_slice() else { panic!("{:?}", report.files) };
    assert!(matches!(file.outcome, Outcome::Partial(_)), "{:?}", file.outcome);
}

#[test]
fn names_that_are_used_anyhow_are_used() {
    let text = "extension kubernetes with { kubeConfig: config, namespace: space } as k8s
@secure()
param config string
var space = 'default'
var counted = 2
@export()
var exported = 1
type shape = {
  @secure()
  key: string
}
param given shape
resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'v'
}
resource plain 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: 's'
}
resource group 'Microsoft.Resources/resourceGroups@2024-03-01' existing = {
  scope: subscription()
  name: 'g'
}
resource there 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  scope: group
  name: 't'
  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}
output blob string = there::blobs.properties.x
assert two = counted == 2
output id string = vault.id
output name string = plain.name
output key int = length(given.key)
";
    assert_eq!(found(&Texts::of(&[("main.bicep", text)]).check()), [] as [&str; 0]);
}

#[test]
fn names_that_are_not_there_are_told_once() {
    let text = "output a string = missing\noutput b string = noFunction('x')\n";
    let found = found(&Texts::of(&[("main.bicep", text)]).check());
    assert_eq!(
        found,
        ["template/undefined-name main.bicep:missing", "template/unknown-function main.bicep:noFunction"]
    );
}
