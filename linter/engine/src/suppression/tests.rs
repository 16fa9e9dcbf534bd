use super::*;
use crate::finding::{Applicability, Category, Confidence, Label, Severity};
use crate::rule::{Check, RuleSpec};
use crate::syntax::{json, yaml};

const fn spec(id: &'static str) -> RuleSpec {
    RuleSpec::new(id, Category::Hygiene, Severity::Low, Check::Engine)
}

static RULES: [RuleSpec; 4] = [spec("a/one"), spec("a/two"), spec(UNUSED), spec(check::INTERNAL_ERROR)];

const TODAY: Date = Date { year: 2026, month: 3, day: 15 };

struct Run {
    suppressed: Vec<Option<String>>,
    made: Vec<Finding>,
}

// Every `$rule$` in the text stands for a finding of that rule right before it.
fn run(path: &str, marked: &str) -> Run {
    let mut text = String::new();
    let mut places = Vec::new();
    for (index, part) in marked.split('$').enumerate() {
        if index % 2 == 0 {
            text.push_str(part);
        } else {
            places.push((RULES.iter().find(|rule| rule.id == part).unwrap().id, text.len()));
        }
    }
    let source = Source::new(SourceId(0), path, text);
    let documents: Vec<_> = match path.ends_with("yaml") {
        true => yaml::parse(&source).into_iter().map(Arc::new).collect(),
        false => vec![Arc::new(json::parse(&source))],
    };
    let catalogue = Catalogue::new(RULES.iter().collect(), Vec::new());
    let finding = |(rule, at): &(&'static str, usize)| {
        let mut made = check::finding(&catalogue, rule, Span::new(source.id, *at, at + 1), "Found");
        made.confidence = Confidence::High;
        made.primary = Label::at(Span::new(source.id, *at, at + 1));
        made
    };
    let mut findings: Vec<Finding> = places.iter().map(finding).collect();
    let texts =
        [SuppressedText { source: &source, documents: &documents, whole: true, catalogue: &catalogue }];
    let made = apply(&mut findings, &texts, TODAY);
    for finding in &made {
        let safe = finding.fix.as_ref().filter(|fix| fix.applicability == Applicability::Safe);
        if let Some(fix) = safe {
            gone(&source, &findings, fix, finding, &catalogue);
        }
    }
    let reason = |finding: &Finding| {
        finding
            .suppressed
            .as_ref()
            .map(|suppressed| format!("{}: {}", suppressed.kind.as_str(), suppressed.reason))
    };
    Run { suppressed: findings.iter().map(reason).collect(), made }
}

// A safe fix leaves a text that reads as well as before, without what the finding says.
fn gone(
    source: &Source,
    known: &[Finding],
    fix: &crate::finding::Fix,
    made: &Finding,
    catalogue: &Catalogue,
) {
    let mut text = source.text.clone();
    let mut findings = known.to_vec();
    for edit in &fix.edits {
        text.replace_range(edit.span.range(), &edit.text);
        let shift = (edit.span.end - edit.span.start) as i64 - edit.text.len() as i64;
        for finding in findings.iter_mut().filter(|finding| finding.primary.span.start >= edit.span.end) {
            let span = &mut finding.primary.span;
            span.start = (i64::from(span.start) - shift) as u32;
            span.end = (i64::from(span.end) - shift) as u32;
        }
    }
    let source = Source::new(source.id, source.path.clone(), text);
    let documents: Vec<_> = match source.path.ends_with("yaml") {
        true => yaml::parse(&source).into_iter().map(Arc::new).collect(),
        false => vec![Arc::new(json::parse(&source))],
    };
    assert!(documents.iter().all(|document| document.problems.is_empty()), "{}", source.text);
    let texts = [SuppressedText { source: &source, documents: &documents, whole: true, catalogue }];
    let again = apply(&mut findings, &texts, TODAY);
    let same = |other: &Finding| other.rule == made.rule && other.message == made.message;
    assert!(!again.iter().any(same), "{}: {}", made.message, source.text);
    let marked =
        |findings: &[Finding]| -> Vec<bool> { findings.iter().map(|f| f.suppressed.is_some()).collect() };
    assert_eq!(marked(&findings), marked(known), "{}", source.text);
}

fn rules(run: &Run) -> Vec<&'static str> {
    run.made.iter().map(|finding| finding.rule).collect()
}

fn reasons(run: &Run) -> Vec<Option<&str>> {
    run.suppressed.iter().map(Option::as_deref).collect()
}

#[test]
fn a_comment_speaks_of_its_line_or_of_the_next() {
    for text in [
        "{\n  $a/one$\"x\": 1 // armlint: ignore[a/one] known\n}",
        "{\n  // armlint: ignore[a/one] known\n  $a/one$\"x\": 1\n}",
        "{\r\n  // armlint:ignore[ a/one ]: known\r\n\r\n  // more\r\n  /* and\r\n more */\r\n  $a/one$\"x\": 1\r\n}",
        "{ /* armlint: ignore[a/one] known */ $a/one$\"x\": 1 }",
        "// armlint: ignore[a/] known\n$a/one${ \"x\": 1 }",
        "{\n  $a/one$\"x\": 1\n}\n// armlint: ignore-file[a/one] - known\n",
        "{\n  // armlint: ignore[a/one] until: 2026-03-15 known\n  $a/one$\"x\": 1\n}",
    ] {
        let run = run("a.json", text);
        assert_eq!(reasons(&run), [Some("comment: known")], "{text}");
        assert_eq!(rules(&run), [""; 0], "{text}");
    }
}

#[test]
fn a_comment_speaks_of_nothing_else() {
    for text in [
        "{\n  \"y\": 2, // armlint: ignore[a/one] known\n  $a/one$\"x\": 1\n}",
        "{\n  // armlint: ignore[a/one] known\n  \"y\": 2,\n  $a/one$\"x\": 1\n}",
        "{\n  $a/two$\"x\": 1 // armlint: ignore[a/one] known\n}",
        "{\n  $suppression/unused$\"x\": 1 // armlint: ignore[suppression/, a/one] known\n}",
        "{\n  $template/internal-error$\"x\": 1 // armlint: ignore[template/, a/one] known\n}",
    ] {
        let run = run("a.json", text);
        assert_eq!(reasons(&run), [None], "{text}");
        assert!(rules(&run).contains(&UNUSED), "{text}");
    }
}

#[test]
fn yaml_has_comments_too() {
    let text = "# armlint: ignore-file[a/two] generated\nx: $a/one$1 # armlint: ignore[a/one] known\n---\n\
                y: $a/two$2\n# armlint: ignore[a/one]  known\nz: $a/one$3\n";
    let run = run("a.yaml", text);
    assert_eq!(reasons(&run), [Some("comment: known"), Some("comment: generated"), Some("comment: known")]);
    assert_eq!(rules(&run), [""; 0]);
}

#[test]
fn what_is_wrong_is_found_and_suppresses_nothing() {
    for (comment, expected) in [
        ("ignore[a/one]", vec![MISSING_REASON]),
        ("ignore[a/one] until: 2026-03-14 old", vec![EXPIRED]),
        ("ignore[a/one] until: soon known", vec![UNKNOWN]),
        ("ignore[a/three] known", vec![UNKNOWN]),
        ("ignore[a/three, a/four] known", vec![UNKNOWN]),
        ("ignore[a/two] known", vec![UNUSED]),
        ("ignore[] known", vec![UNKNOWN]),
        ("ignore a/one known", vec![UNKNOWN]),
        ("disable[a/one] known", vec![UNKNOWN]),
        ("", vec![UNKNOWN]),
    ] {
        for text in [
            format!("{{\n  // armlint: {comment}\n  $a/one$\"x\": 1\n}}"),
            format!("{{\n  $a/one$\"x\": 1 /* armlint: {comment} */\n}}"),
        ] {
            let run = run("a.json", &text);
            assert_eq!(rules(&run), expected, "{text}");
            assert_eq!(reasons(&run), [None], "{text}");
        }
    }
    let run = run("a.json", "{\n  // armlint: ignore[a/two, a/one, a/three] known\n  $a/one$\"x\": 1\n}");
    assert_eq!(rules(&run), [UNKNOWN, UNUSED]);
    assert_eq!(reasons(&run), [Some("comment: known")]);
}

#[test]
fn one_name_of_several_goes_alone() {
    let run = run("a.json", "{\n  // armlint: ignore[a/two, a/one] known\n  $a/one$\"x\": 1\n}");
    assert_eq!(rules(&run), [UNUSED]);
    assert_eq!(run.made[0].fix.as_ref().unwrap().edits[0].text, "a/one");
}

#[test]
fn metadata_holds_for_its_object() {
    let entry = r#"{ "rule": "a/one", "reason": "known", "until": "2026-12-31" }"#;
    let metadata = format!(r#""metadata": {{ "armlint": {{ "ignore": [{entry}] }} }}"#);
    for (text, expected) in [
        (format!(r#"{{ {metadata}, "resources": [{{ $a/one$"x": 1 }}] }}"#), true),
        (format!(r#"{{ "resources": [{{ "x": [{{ $a/one$"y": 1 }}], {metadata} }}] }}"#), true),
        (format!(r#"{{ "resources": [{{ {metadata} }}, {{ $a/one$"x": 1 }}] }}"#), false),
    ] {
        for path in ["a.json", "a.yaml"] {
            let run = run(path, &text);
            assert_eq!(reasons(&run), [Some("metadata: known").filter(|_| expected)], "{text}");
            assert_eq!(rules(&run).is_empty(), expected, "{text}");
        }
    }
}

#[test]
fn metadata_is_judged_and_mended() {
    let with = |entries: &str, more: &str| {
        format!(
            r#"{{ "a": 1, "metadata": {{ "armlint": {{ "ignore": [{entries}] }}{more} }}, $a/one$"x": 1 }}"#
        )
    };
    let good = r#"{ "rule": "a/one", "reason": "known" }"#;
    for (text, expected) in [
        (with(r#"{ "rule": "a/two", "reason": "known" }"#, ""), vec![UNUSED]),
        (with(r#"{ "rule": "a/two", "reason": "known" }"#, r#", "x": 1"#), vec![UNUSED]),
        (with(&format!(r#"{{ "rule": "a/two", "reason": "r" }}, {good}"#), ""), vec![UNUSED]),
        (with(&format!(r#"{good}, {{ "rule": "a/2", "reason": "r" }}"#), ""), vec![UNKNOWN, UNUSED]),
        (with(r#"{ "rule": "a/one", "reason": "r", "until": "2020-01-01" }"#, ""), vec![EXPIRED]),
        (with(r#"{ "rule": "a/one", "reason": " " }"#, ""), vec![MISSING_REASON]),
        (with(r#"{ "rule": "a/one", "reason": "r", "until": 2027 }"#, ""), vec![UNKNOWN]),
        (with(r#"{ "rules": "a/one", "reason": "r" }"#, ""), vec![UNKNOWN]),
        (with(r#""a/one""#, ""), vec![UNKNOWN]),
    ] {
        let run = run("a.json", &text);
        let found: Vec<_> = rules(&run);
        assert!(found.iter().all(|rule| expected.contains(rule)) && !found.is_empty(), "{text}: {found:?}");
    }
}

#[test]
fn the_innermost_comment_says_why() {
    let text = "// armlint: ignore-file[a/one] whole\n{\n  // armlint: ignore[a/one] line\n  $a/one$\"metadata\": \
                { \"armlint\": { \"ignore\": [{ \"rule\": \"a/one\", \"reason\": \"object\" }] } }\n}";
    let run = run("a.json", text);
    assert_eq!(reasons(&run), [Some("comment: line")]);
    assert_eq!(rules(&run), [""; 0]);
}

#[test]
fn no_prefix_makes_it_panic() {
    let text = "\u{feff}// armlint: ignore[a/one, ä] until: 2026-03-15 ünd\n{ \"metadata\": { \"armlint\": { \
                \"ignore\": [{ \"rule\": \"a/one\", \"reason\": \"x\" }, 1] } } } /* armlint: ignore-file[]*/ /**/ //armlint:";
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        for path in ["a.json", "a.yaml"] {
            let source = Source::new(SourceId(0), path, text[..end].to_string());
            let documents: Vec<_> = match path.ends_with("yaml") {
                true => yaml::parse(&source).into_iter().map(Arc::new).collect(),
                false => vec![Arc::new(json::parse(&source))],
            };
            read(&source, &documents);
        }
    }
}
