//! What the targets have in common: a text is checked as a file of some name, by all rules, and reported.

use armlint_engine::session::{Input, Session};
use armlint_engine::settings::{Cloud, Date, Settings};
use armlint_workspace::digest::Digest;

const DAY: Date = Date { year: 2026, month: 1, day: 31 };

/// The identifier of a template's schema.
pub const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// Checks a text as the file `path`. Places of findings lie in the text and on whole characters.
pub fn check(path: &str, text: &[u8]) {
    let mut session = Session::new(armlint_rules::catalogue());
    let input = Input { path: path.into(), content: Ok(text.to_vec()), context: false, named: true };
    session.set_all(vec![input]);
    let mut report = session.check(&Settings::new(DAY, Cloud::Public));
    session.suppress(&mut report, DAY);
    for finding in &report.findings {
        assert_ne!(finding.rule, "template/internal-error", "{}", finding.message);
        for label in finding.labels() {
            let (span, source) =
                (label.span, report.source(label.span.source).expect("a finding has a source"));
            assert!(span.start <= span.end);
            assert!(source.text.get(span.start as usize..span.end as usize).is_some(), "{}", finding.rule);
        }
    }
    Digest::of(&report);
}
