//! A public template that was judged by hand: what must be found in it, and what must not.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use armlint_engine::finding::Finding;
use armlint_engine::session::{Input, Report, Session};
use armlint_engine::settings::{Cloud, Date, Settings};
use armlint_engine::span::Span;
use armlint_engine::syntax::Node;

const TEMPLATE: &str = "arm/data-landing-zone/infra/main.json";
const FACTORY: &str = "/resources/19/properties/template/resources/2/properties/template/resources";
const SHARED: &str = "/resources/15/properties/template";

fn report() -> Option<Report> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let Ok(bytes) = fs::read(folder.join(TEMPLATE)) else {
        eprintln!("SKIPPED: no {TEMPLATE} at {}", folder.display());
        return None;
    };
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(vec![Input {
        path: Arc::from("main.json"),
        content: Ok(bytes),
        context: false,
        named: true,
    }]);
    let as_of = Date { year: 2026, month: 11, day: 1 };
    Some(session.check(&Settings::new(as_of, Cloud::Public)))
}

fn at(root: &Node, pointer: &str) -> Span {
    let node = pointer.split('/').skip(1).try_fold(root, |node, part| match part.parse::<usize>() {
        Ok(index) => node.elements().get(index),
        Err(_) => node.value(part),
    });
    node.unwrap_or_else(|| panic!("nothing at {pointer}")).span
}

fn within<'r>(report: &'r Report, pointer: &str) -> Vec<&'r Finding> {
    let span = at(&report.documents[0][0].root, pointer);
    report.findings.iter().filter(|finding| span.contains(finding.primary.span)).collect()
}

#[test]
fn what_must_be_found() {
    let Some(report) = report() else { return };
    let pointer = format!("{SHARED}/parameters/purviewSelfHostedIntegrationRuntimeAuthKey/type");
    let found = within(&report, &pointer);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].rule, "adf/secret-parameter-not-secure");
}

#[test]
fn the_second_portal_endpoint_must_be_found() {
    let Some(report) = report() else { return };
    let pointer = format!("{FACTORY}/4/properties/privateDnsZoneConfigs/0/properties/privateDnsZoneId");
    let found = within(&report, &pointer);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].rule, "adf/portal-endpoint-duplicate");
    let count = report.findings.iter().filter(|finding| finding.rule == found[0].rule).count();
    assert_eq!(count, 1, "it is said once");
}

#[test]
fn what_must_not_be_found() {
    let Some(report) = report() else { return };
    for (pointer, rules) in [
        (format!("{FACTORY}/0/properties/publicNetworkAccess"), ""),
        (format!("{FACTORY}/3"), "adf/private-dns-zone"),
        (format!("{FACTORY}/7"), "adf/managed-endpoint-unused"),
        (format!("{FACTORY}/11/properties/fqdns"), ""),
        (format!("{FACTORY}/12/properties/connectVia"), ""),
        (format!("{FACTORY}/14/properties"), ""),
        (format!("{FACTORY}/16/properties"), ""),
        (format!("{FACTORY}/18/properties"), ""),
        (format!("{SHARED}/resources/1/properties/template/resources/5"), ""),
        (
            format!(
                "{SHARED}/resources/3/properties/template/resources/0/properties/typeProperties/linkedInfo"
            ),
            "",
        ),
    ] {
        let found = within(&report, &pointer);
        let wrong: Vec<_> = found.iter().filter(|finding| finding.rule.starts_with(rules)).collect();
        assert!(wrong.is_empty(), "{pointer}: {wrong:#?}");
    }
}
