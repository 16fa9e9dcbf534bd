//! Hostile and huge YAML under all rules: each text ends soon, and nothing of it is lost in silence.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use armlint_engine::session::{Input, Outcome, Report, Session};
use armlint_engine::settings::{Cloud, Date, Settings};

/// Generous: test builds are slow, and so are busy machines.
const BOUND: Duration = Duration::from_secs(20);

const HEAD: &str = "$schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#
contentVersion: 1.0.0.0
resources: []
variables:
";

fn check(text: String) -> Report {
    let content = Ok(text.into_bytes());
    let mut session = Session::new(armlint_rules::catalogue());
    let start = Instant::now();
    session.set_all(vec![Input { path: "a.yaml".into(), content, context: false, named: false }]);
    let report = session.check(&Settings::new(Date { year: 2026, month: 11, day: 1 }, Cloud::Public));
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    assert!(report.findings.iter().all(|finding| finding.rule != "template/internal-error"));
    report
}

fn is_told(report: &Report) -> bool {
    matches!(report.files[0].outcome, Outcome::Partial(_))
        && report.findings.iter().any(|finding| finding.rule == "template/syntax-error")
}

#[test]
fn aliases_and_merge_keys_do_not_multiply() {
    let mut bomb = format!("{HEAD}  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "  a{level}: &a{level} [{aliases}]").unwrap();
    }
    assert!(is_told(&check(bomb)));
    let mut chain = format!("{HEAD}  m0: &m0 {{k: 1}}\n");
    for level in 1..2000 {
        writeln!(chain, "  m{level}: &m{level}\n    <<: *m{}\n    k{level}: {level}", level - 1).unwrap();
    }
    assert!(is_told(&check(chain)));
}

#[test]
fn deep_nesting_is_told() {
    assert!(is_told(&check(format!("{HEAD}  deep: {}\n", "[".repeat(200_000)))));
    assert!(is_told(&check(format!("{HEAD}  deep: {}{}\n", "{a: ".repeat(2_000), "}".repeat(2_000)))));
    let levels: String = (3..2_000).map(|level| format!("{:level$}-\n", "")).collect();
    assert!(is_told(&check(format!("{HEAD}  deep:\n{levels}"))));
}

#[test]
fn large_texts_are_checked() {
    let mut text = format!("{HEAD}  large:\n");
    while text.len() < 4_000_000 {
        text.push_str("    - value: \"[resourceGroup().id]\"\n      text: plain words\n");
    }
    let report = check(text);
    assert_eq!(report.files[0].outcome, Outcome::Checked);
}

#[test]
fn many_documents_are_checked_in_linear_time() {
    let time = |count: usize| {
        let mut text = String::new();
        for index in 0..count {
            write!(
                text,
                "---\napiVersion: network.azure.com/v1api20220701\nkind: PrivateEndpoint\nmetadata:\n  name: pe{index}\nspec:\n  \
                 owner: {{name: rg}}\n  privateLinkServiceConnections:\n  - name: c\n    groupIds: [dataFactori]\n    \
                 privateLinkServiceReference: {{group: datafactory.azure.com, kind: Factory, name: f{index}}}\n"
            )
            .unwrap();
        }
        let start = Instant::now();
        let report = check(text);
        assert_eq!(report.findings.len(), count);
        start.elapsed().as_secs_f64()
    };
    time(100);
    let (small, large) = (time(2_500), time(10_000));
    assert!(large < small * 9.0 + 0.5, "{small} s, {large} s");
}
