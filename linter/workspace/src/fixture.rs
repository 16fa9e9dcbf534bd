//! A report made by hand, for the tests of what is made of reports.

use std::sync::Arc;

use armlint_engine::finding::{
    Applicability, Category, Confidence, Edit, Finding, Fix, Label, ResourceLabel, Severity,
};
use armlint_engine::rule::{Catalogue, Check, Documentation, RuleSpec};
use armlint_engine::session::{FileStatus, Gap, GapCause, Outcome, Report};
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::{Document, json};

/// The secret that no output may hold.
pub const SECRET: &str = "hunter2-Pässw0rd";

const SERVICE: &str = r#"{
  "name": "ls_sql",
  "properties": {
    "type": "AzureSqlDatabase",
    "typeProperties": {
      "connectionString": "Server=tcp:db.example.net;Password=hunter2-Pässw0rd;",
      "encryptedCredential": "ZW5jcnlwdGVk"
    },
    "connectVia": { "referenceName": "AutoResolveIntegrationRuntime" }
  }
}
"#;

const RUNTIME: &str = "{\"name\": \"ir\"}\n";

static SECRET_LITERAL: RuleSpec = spec("adf/secret-literal", Category::Secrets, Severity::Critical);
static PUBLIC_RUNTIME: RuleSpec = spec("adf/public-runtime", Category::Network, Severity::Medium);
static UNREAD: RuleSpec = spec("template/unread", Category::Correctness, Severity::High);

const fn spec(id: &'static str, category: Category, severity: Severity) -> RuleSpec {
    RuleSpec::new(id, category, severity, Check::Engine)
}

/// Three rules with documentation.
pub fn catalogue() -> Catalogue {
    let text = "## Why\n\nWhoever reads the file has it.\n\n\
                ## How to fix\n\nUse `AzureKeyVaultSecret`, see [the page](https://example.net/a).\n\n\
                ## Examples\n\n```jsonc bad\n{ \"password\": \"x\" } // expect\n```\n";
    let page = |id, title: &'static str, text: &'static str| Documentation {
        id,
        title: title.into(),
        text: text.into(),
        first_line: 1,
    };
    let documentation = vec![
        page("adf/secret-literal", "A secret is written in the linked service", text),
        page("adf/public-runtime", "Runtime outside the network", ""),
        page("template/unread", "The file cannot be read", ""),
    ];
    Catalogue::new(vec![&SECRET_LITERAL, &PUBLIC_RUNTIME, &UNREAD], documentation)
}

/// Findings in a pretty-printed file, in a minified one, across files, and one without a source.
pub fn report() -> Report {
    let minified = format!(
        "{{\"resources\":[{}{{\"type\":\"Microsoft.Sql/servers\",\"password\":\"{SECRET}\"}}{}]}}",
        "{\"type\":\"x\"},".repeat(400),
        ",{\"type\":\"y\"}".repeat(400)
    );
    let sources = ["linkedService/ls_sql.json", "integrationRuntime/ir.json", "export.json"]
        .into_iter()
        .zip([SERVICE.to_string(), RUNTIME.to_string(), minified])
        .enumerate()
        .map(|(index, (path, text))| Arc::new(Source::new(SourceId(index as u32), path, text)))
        .collect();
    let mut report = Report { sources, ..Report::default() };
    report.documents = vec![tree(), Vec::new(), Vec::new()];
    report.secrets = vec![at(&report, 0, "\"ZW5jcnlwdGVk\""), at(&report, 2, SECRET)];
    report.findings = findings(&report);
    report.files = [
        (
            "export.json",
            Outcome::Partial(Gap::new(GapCause::Limit, format!("`{SECRET}` cannot be evaluated"))),
        ),
        ("integrationRuntime/ir.json", Outcome::Checked),
        ("broken.json", Outcome::Failed("the string that begins in line 3 has no end".to_string())),
        ("linkedService/ls_sql.json", Outcome::Checked),
        ("package.json", Outcome::Ignored("no template".to_string())),
    ]
    .into_iter()
    .map(|(path, outcome)| FileStatus { path: path.into(), outcome })
    .collect();
    report
}

fn findings(report: &Report) -> Vec<Finding> {
    let mut connection = finding("adf/secret-literal", at(report, 0, SECRET), Severity::Critical);
    connection.message = format!("the password `{SECRET}` is written in the connection string");
    connection.help(format!("put `Password={SECRET}` into a vault\nand refer to it"));
    connection.label("the password").sensitive();
    connection.related(at(report, 0, "\"AzureSqlDatabase\""), "the type that it belongs to");
    connection.fix = Some(Fix {
        title: "Move it".to_string(),
        applicability: Applicability::Unsafe,
        edits: vec![Edit { span: at(report, 0, SECRET), text: format!("\"{SECRET}\"") }],
    });

    let mut runtime =
        finding("adf/public-runtime", at(report, 0, "\"AutoResolveIntegrationRuntime\""), Severity::Medium);
    runtime.message = "the linked service runs outside the managed virtual network".to_string();
    runtime.related(at(report, 1, "\"ir\""), "this runtime is inside");
    runtime.confidence = Confidence::Medium;
    runtime.resource = Some(ResourceLabel {
        ty: "Microsoft.DataFactory/factories/linkedservices".to_string(),
        name: "ls_sql".to_string(),
    });
    runtime.fix = Some(Fix {
        title: "Use the runtime `ir`".to_string(),
        applicability: Applicability::Safe,
        edits: vec![Edit { span: at(report, 0, "AutoResolveIntegrationRuntime"), text: "ir".to_string() }],
    });

    let mut export =
        finding("adf/secret-literal", at(report, 2, "\"Microsoft.Sql/servers\""), Severity::High);
    export.message = "the server is open".to_string();
    export.label("this server");

    let mut nowhere = finding("template/unread", Span::new(SourceId(9), 5, 7), Severity::Low);
    nowhere.message = "nothing was read".to_string();
    vec![connection, runtime, export, nowhere]
}

fn finding(rule: &'static str, span: Span, severity: Severity) -> Finding {
    Finding {
        rule,
        category: Category::Secrets,
        severity,
        confidence: Confidence::High,
        message: String::new(),
        primary: Label::at(span),
        related: Vec::new(),
        help: None,
        resource: None,
        fix: None,
        environments: Vec::new(),
        decided_by: Vec::new(),
        fingerprint: "0123456789abcdef".to_string(),
        suppressed: None,
    }
}

fn at(report: &Report, source: u32, token: &str) -> Span {
    let start = report.sources[source as usize].text.find(token).unwrap();
    Span::new(SourceId(source), start, start + token.len())
}

fn tree() -> Vec<Arc<Document>> {
    vec![Arc::new(json::parse(&Source::new(SourceId(0), "ls_sql.json", SERVICE.to_string())))]
}

/// A report with one finding at `start..end` of a text.
pub fn minimal(text: &str, start: u32, end: u32) -> Report {
    let span = Span { source: SourceId(0), start, end };
    let mut finding = finding("template/unread", span, Severity::Low);
    finding.label("here").related(Span { end: start, ..span }, "and there").sensitive();
    let sources = vec![Arc::new(Source::new(SourceId(0), "a.json", text.to_string()))];
    Report { findings: vec![finding], sources, ..Report::default() }
}

/// What a file can be called, and a name in it can be, to make trouble in every format.
pub const HOSTILE: &str = "::error file=a,line=1::b\r\n::stop-commands::x\n##vso[task.setvariable variable=a;]b\
    ##[error]c%0A%AZP25,;]|`<img src=x onerror=y>&amp;![d](http://e)[f](1)*g*_h_~i~\\@j#1\u{1b}[31m\u{202e}\u{200f}\0\t\"'-->]]>$&";

/// The beginning of what no terminal may get of [`HOSTILE`].
pub const NEVER_PRINTED: [char; 5] = ['\u{1b}', '\u{202e}', '\u{200f}', '\0', '\r'];

/// A finding in a file, and a file that could not be read, with [`HOSTILE`] wherever a text may stand.
pub fn hostile() -> Report {
    let mut report = minimal("{}", 0, 1);
    report.sources = vec![Arc::new(Source::new(SourceId(0), HOSTILE, "{}".to_string()))];
    for finding in &mut report.findings {
        finding.message = HOSTILE.to_string();
        finding.help(HOSTILE).label(HOSTILE);
        finding.related[0].text = HOSTILE.to_string();
        finding.resource = Some(ResourceLabel { ty: HOSTILE.to_string(), name: HOSTILE.to_string() });
    }
    report.files = vec![FileStatus { path: HOSTILE.into(), outcome: Outcome::Failed(HOSTILE.to_string()) }];
    report
}
