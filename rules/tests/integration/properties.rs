//! What must hold of every template: an unknown in the place of a literal is no violation and no secret, and a value
//! is the same however it is written.
//!
//! The templates are the examples of the rules, and a sample of public ones where they are beside the checkout. In
//! each, literals are replaced where Resource Manager takes expressions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use armlint_engine::finding::{Category, Finding, ResourceLabel, Severity};
use armlint_engine::secret::names::carries_value;
use armlint_engine::secret::{Naming, naming};
use armlint_engine::session::{Input, Report, Session};
use armlint_engine::settings::{Cloud, FactorySettings, Settings};
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::{Document, Node, NodeKind, Number, json};
use armlint_rules::facts_date;

/// Members whose values are no expressions, or name what is declared.
const FIXED: [&str; 10] = [
    "type",
    "$schema",
    "apiVersion",
    "scope",
    "copy",
    "template",
    "existing",
    "expressionEvaluationOptions",
    "comments",
    "metadata",
];

/// How many literals of a template are replaced by themselves, one after the other.
const ALONE: usize = 5;

/// One in how many public templates is tried with each change.
const SOME: usize = 25;

struct Subject {
    label: String,
    text: String,
    settings: Settings,
    without: Vec<String>,
}

/// A literal that an expression may stand for.
struct Literal {
    span: Span,
    ty: &'static str,
    /// It stands under a name of secrets, or of what may be one.
    secret: bool,
    /// As an expression.
    expression: String,
}

fn examples() -> Vec<Subject> {
    let catalogue = armlint_rules::catalogue();
    let mut found = Vec::new();
    for rule in catalogue.rules() {
        for example in catalogue.examples(rule.id).unwrap_or_default() {
            let [file] = example.files.as_slice() else { continue };
            let mut settings = settings();
            settings.as_of = example.as_of.unwrap_or(settings.as_of);
            settings.cloud = example.cloud.unwrap_or(settings.cloud);
            settings.adf = example.adf.clone();
            found.push(Subject {
                label: format!("{}, line {}", rule.id, example.line),
                text: file.text.clone(),
                settings,
                without: example.without.clone(),
            });
        }
    }
    found
}

fn settings() -> Settings {
    Settings { adf: FactorySettings::default(), ..Settings::new(facts_date(), Cloud::Public) }
}

// The examples of the rules, and every n-th template of folders that are not in the repository.
fn subjects(every: usize) -> Vec<Subject> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let mut found = examples();
    for folder in ["arm", "bicep"].map(|name| corpus.join(name)) {
        match folder.is_dir() {
            true => found.extend(public(folder, every)),
            false => eprintln!("SKIPPED: no public templates at {}", folder.display()),
        }
    }
    found
}

fn public(folder: PathBuf, every: usize) -> Vec<Subject> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => open.push(path),
                false if path.extension().is_some_and(|extension| extension == "json") => paths.push(path),
                false => {}
            }
        }
    }
    paths.sort();
    let subject = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).ok().filter(|text| text.len() < 60_000)?;
        // It could not stand where a template is nested.
        let text = text.trim_start_matches('\u{feff}').to_string();
        Some(Subject { label: path.display().to_string(), text, settings: settings(), without: Vec::new() })
    };
    paths.iter().step_by(every).filter_map(subject).collect()
}

fn parsed(text: &str) -> Option<Document> {
    let document = json::parse(&Source::new(SourceId(0), "t.json", text.to_string()));
    let whole = !document.problems.iter().any(|problem| problem.kind.is_error());
    let is_template = document.root.value("$schema").and_then(Node::text)?.to_lowercase();
    (whole && is_template.contains("deploymenttemplate.json")).then_some(document)
}

fn check(subject: &Subject, text: &str) -> Report {
    let input =
        Input { path: "t.json".into(), content: Ok(text.as_bytes().to_vec()), context: false, named: true };
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(vec![input]);
    let mut report = session.check(&subject.settings);
    report.findings.retain(|finding| !subject.without.iter().any(|rule| rule == finding.rule));
    report
}

fn literals(document: &Document) -> Vec<Literal> {
    let mut found = Vec::new();
    let resources = document.root.value("resources");
    let listed = resources.map(Node::elements).unwrap_or_default().iter();
    let named = resources.map(Node::members).unwrap_or_default().iter().map(|member| &member.value);
    for resource in listed.chain(named) {
        collect(resource, false, &mut found);
    }
    found
}

fn collect(node: &Node, secret: bool, found: &mut Vec<Literal>) {
    let literal = |ty, expression| Literal { span: node.span, ty, secret, expression };
    match &node.kind {
        NodeKind::Array(elements) => elements.iter().for_each(|element| collect(element, secret, found)),
        NodeKind::Object(members) => {
            for member in members.iter() {
                let fixed = FIXED.iter().any(|fixed| member.key.text.eq_ignore_ascii_case(fixed));
                if !fixed && !member.key.text.starts_with('[') {
                    let named = naming(&member.key.text) != Naming::Plain;
                    collect(&member.value, named || (secret && carries_value(&member.key.text)), found);
                }
            }
        }
        NodeKind::String(scalar) if !scalar.text.starts_with('[') && !scalar.text.is_empty() => {
            found.push(literal("string", format!("'{}'", scalar.text.replace('\'', "''"))));
        }
        NodeKind::Bool(value) => found.push(literal("bool", format!("{value}()"))),
        NodeKind::Number(Number::Int(value)) => found.push(literal("int", value.to_string())),
        _ => {}
    }
}

/// A change of a template: texts for spans, and what its sections get.
#[derive(Default)]
struct Change {
    replaced: Vec<(Span, String)>,
    parameters: String,
    variables: String,
}

impl Change {
    fn apply(&self, text: &str, root: &Node) -> String {
        let mut edits: Vec<(usize, usize, String)> = Vec::new();
        for (span, new) in &self.replaced {
            edits.push((
                span.start as usize,
                span.end as usize,
                serde_json::Value::from(new.as_str()).to_string(),
            ));
        }
        for (section, added) in [("parameters", &self.parameters), ("variables", &self.variables)] {
            if added.is_empty() {
                continue;
            }
            let (at, new) = match root.value(section) {
                Some(node) => {
                    let comma = if node.members().is_empty() { "" } else { "," };
                    (node.span.start as usize + 1, format!("{added}{comma}"))
                }
                None => (root.span.start as usize + 1, format!("\"{section}\": {{{added}}},")),
            };
            edits.push((at, at, new));
        }
        edits.sort_by_key(|edit| std::cmp::Reverse((edit.0, edit.1)));
        let mut changed = text.to_string();
        for (start, end, new) in edits {
            changed.replace_range(start..end, &new);
        }
        changed
    }

    fn declare(&mut self, name: &str, ty: &str) {
        let comma = if self.parameters.is_empty() { "" } else { "," };
        let _ = write!(self.parameters, "{comma}\"{name}\": {{\"type\": \"{ty}\"}}");
    }
}

fn without_values(literals: &[&Literal], secrets: &[Span]) -> Change {
    let mut change = Change::default();
    for (at, literal) in literals.iter().enumerate() {
        let name = format!("unknown{at}");
        let meets = |secret: &Span| secret.contains(literal.span) || literal.span.contains(*secret);
        let secret = literal.ty == "string" && (literal.secret || secrets.iter().any(meets));
        change.declare(&name, if secret { "securestring" } else { literal.ty });
        change.replaced.push((literal.span, format!("[parameters('{name}')]")));
    }
    change
}

/// The template in a nested deployment whose arguments are the parameters of the one around it, but for those that are
/// given here, by name.
fn nested(text: &str, root: &Node, given: &BTreeMap<String, String>) -> Option<String> {
    let parameters = root.value("parameters").map(Node::members).unwrap_or_default();
    if parameters.iter().any(|member| member.value.value("defaultValue").is_some()) {
        return None;
    }
    let mut outer = Vec::new();
    let mut arguments = Vec::new();
    for member in parameters {
        let name = serde_json::Value::from(member.key.text.as_str()).to_string();
        if let Some(value) = given.get(member.key.text.as_str()) {
            arguments.push(format!("{name}: {{\"value\": {}}}", serde_json::Value::from(value.as_str())));
            continue;
        }
        let span = member.value.span;
        outer.push(format!("{name}: {}", &text[span.start as usize..span.end as usize]));
        arguments.push(format!("{name}: {{\"value\": \"[parameters('{}')]\"}}", member.key.text));
    }
    Some(format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
          "contentVersion": "1.0.0.0", "parameters": {{ {} }}, "resources": [
          {{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "inner", "properties": {{
             "mode": "Incremental", "expressionEvaluationOptions": {{ "scope": "inner" }},
             "parameters": {{ {} }}, "template": {text} }} }} ] }}"#,
        outer.join(", "),
        arguments.join(", ")
    ))
}

// The rules and the resources that they speak of.
fn told(report: &Report) -> BTreeSet<(String, String, String)> {
    let of = |finding: &Finding| {
        let label = |label: &ResourceLabel| (label.ty.to_ascii_lowercase(), label.name.to_string());
        let (ty, name) = finding.resource.as_ref().map(label).unwrap_or_default();
        (finding.rule.to_string(), ty, name)
    };
    report.findings.iter().map(of).collect()
}

fn yields_to(rule: &str) -> &'static [&'static str] {
    let catalogue = armlint_rules::catalogue();
    catalogue.rule(rule).map_or(&[], |rule| rule.yields_to)
}

fn category(rule: &str) -> Option<Category> {
    armlint_rules::catalogue().rules().iter().find(|spec| spec.id == rule).map(|spec| spec.category)
}

fn texts(report: &Report, spans: &[Span]) -> BTreeSet<String> {
    spans.iter().filter_map(|span| Some(report.source(span.source)?.slice(*span).to_string())).collect()
}

struct Failures(Vec<String>);

impl Failures {
    fn note(&mut self, subject: &Subject, what: &str, text: &str) {
        self.0.push(format!("{}: {what}\n{text}", subject.label));
    }

    fn end(self, tried: usize, least: usize) {
        println!("{tried} templates");
        let heads: Vec<&str> = self.0.iter().filter_map(|failure| failure.lines().next()).collect();
        let first = self.0.first().map_or("", String::as_str);
        assert!(
            tried >= least && self.0.is_empty(),
            "{} failures\n{}\n{first}",
            self.0.len(),
            heads.join("\n")
        );
    }
}

#[test]
fn an_unknown_in_the_place_of_a_literal_is_no_violation_and_no_secret() {
    unknown_for_literal(SOME, 500);
}

fn unknown_for_literal(every: usize, least: usize) {
    let mut failures = Failures(Vec::new());
    let mut tried = 0;
    for subject in subjects(every) {
        let Some(document) = parsed(&subject.text) else { continue };
        let before = check(&subject, &subject.text);
        // A cause that two resources of one name share is told twice where nobody knows that they do.
        let grave = |report: &Report| -> BTreeSet<&'static str> {
            let grave = report.findings.iter().filter(|finding| finding.severity > Severity::Low);
            grave.map(|finding| finding.rule).collect()
        };
        let (mut known, hidden) = (grave(&before), texts(&before, &before.secrets));
        // An export is one no more where it is nested, and is judged as what somebody wrote.
        known.extend(
            nested(&subject.text, &document.root, &BTreeMap::new())
                .iter()
                .flat_map(|plain| grave(&check(&subject, plain))),
        );
        let all = literals(&document);
        let step = (all.len() / ALONE).max(1);
        let mut selections: Vec<Vec<&Literal>> =
            all.iter().step_by(step).map(|literal| vec![literal]).collect();
        selections.push(all.iter().take(100).collect());
        for selection in selections.iter().filter(|selection| !selection.is_empty()) {
            let change = without_values(selection, &before.secrets);
            let text = change.apply(&subject.text, &document.root);
            let Some(changed) = parsed(&text) else { panic!("{}: {text}", subject.label) };
            for text in std::iter::once(text.clone()).chain(nested(&text, &changed.root, &BTreeMap::new())) {
                tried += 1;
                let after = check(&subject, &text);
                // What is declared as a secret now, or was one before, is still no reference to a vault.
                let of_secrets = |rule: &&str| category(rule) == Some(Category::Secrets);
                let secret = text.contains("securestring") || known.iter().any(of_secrets);
                let found = grave(&after);
                let new = found.difference(&known).filter(|rule| !(secret && of_secrets(rule)));
                // What was said with more reason is said less well now.
                let new = new.filter(|rule| !yields_to(rule).iter().any(|other| known.contains(other)));
                let new: Vec<_> = new.collect();
                if !new.is_empty() {
                    failures.note(&subject, &format!("new findings {new:?}"), &text);
                }
                let secrets = texts(&after, &after.secrets);
                let new: Vec<_> =
                    secrets.difference(&hidden).filter(|text| !text.contains("[parameters(")).collect();
                if !new.is_empty() {
                    failures.note(&subject, &format!("new secrets {new:?}"), &text);
                }
            }
        }
    }
    failures.end(tried, least);
}

#[test]
fn a_value_is_the_same_however_it_is_written() {
    written_otherwise(SOME, 500);
}

fn written_otherwise(every: usize, least: usize) {
    let mut failures = Failures(Vec::new());
    let mut tried = 0;
    for subject in subjects(every) {
        let Some(document) = parsed(&subject.text) else { continue };
        let all = literals(&document);
        if all.is_empty() {
            continue;
        }
        let known = told(&check(&subject, &subject.text));
        for (form, change) in forms(&all) {
            let text = change.apply(&subject.text, &document.root);
            tried += 1;
            let found = told(&check(&subject, &text));
            if found != known {
                let went: Vec<_> = known.difference(&found).collect();
                let came: Vec<_> = found.difference(&known).collect();
                failures.note(&subject, &format!("{form}: went {went:?}, came {came:?}"), &text);
            }
        }
    }
    failures.end(tried, least);
}

#[test]
fn a_value_is_the_same_as_an_argument() {
    handed_on(SOME, 250);
}

fn handed_on(every: usize, least: usize) {
    let mut failures = Failures(Vec::new());
    let mut tried = 0;
    for subject in subjects(every) {
        let Some(document) = parsed(&subject.text) else { continue };
        let all = literals(&document);
        let selection: Vec<&Literal> = all.iter().take(100).collect();
        let change = without_values(&selection, &[]);
        let text = change.apply(&subject.text, &document.root);
        let Some(changed) = parsed(&text) else { panic!("{}: {text}", subject.label) };
        let value =
            |(at, literal): (usize, &&Literal)| (format!("unknown{at}"), format!("[{}]", literal.expression));
        let given = selection.iter().enumerate().map(value).collect();
        let Some(plain) = nested(&subject.text, &document.root, &BTreeMap::new()) else { continue };
        let Some(handed) = nested(&text, &changed.root, &given) else { continue };
        let (known, found) = (told(&check(&subject, &plain)), told(&check(&subject, &handed)));
        tried += 1;
        if found != known {
            let went: Vec<_> = known.difference(&found).collect();
            let came: Vec<_> = found.difference(&known).collect();
            failures.note(&subject, &format!("went {went:?}, came {came:?}"), &handed);
        }
    }
    failures.end(tried, least);
}

// Minutes of each: nightly.
#[test]
#[ignore = "takes minutes"]
fn all_public_templates_with_unknowns_for_literals() {
    unknown_for_literal(1, 500);
}

#[test]
#[ignore = "takes minutes"]
fn all_public_templates_written_otherwise() {
    written_otherwise(1, 500);
}

#[test]
#[ignore = "takes minutes"]
fn all_public_templates_handed_on() {
    handed_on(1, 250);
}

#[test]
fn a_template_is_judged_alike_alone_and_among_others() {
    let day = settings();
    let subjects: Vec<Subject> =
        examples().into_iter().filter(|subject| subject.settings.as_of == day.as_of).collect();
    let input = |(at, subject): (usize, &Subject)| Input {
        path: format!("folder{at}/t.json").as_str().into(),
        content: Ok(subject.text.as_bytes().to_vec()),
        context: false,
        named: false,
    };
    let told = |inputs: Vec<Input>| {
        let mut session = Session::new(armlint_rules::catalogue());
        session.set_all(inputs);
        let report = session.check(&day);
        let of = |finding: &Finding| {
            let source = report.source(finding.primary.span.source).unwrap();
            let place = (source.path.to_string(), finding.primary.span.start);
            (place, finding.rule, finding.message.to_string(), finding.fingerprint.clone())
        };
        report.findings.iter().map(of).collect::<BTreeSet<_>>()
    };
    let together = told(subjects.iter().enumerate().map(input).collect());
    let backwards = told(subjects.iter().enumerate().rev().map(input).collect());
    let alone = subjects.iter().enumerate().flat_map(|one| told(vec![input(one)])).collect();
    assert!(together.len() > 200);
    assert_eq!(together, alone);
    assert_eq!(together, backwards);
}

// Ways to write the same values.
fn forms(literals: &[Literal]) -> Vec<(&'static str, Change)> {
    let expressions = |form: &dyn Fn(&str) -> String| {
        let replaced =
            literals.iter().map(|literal| (literal.span, format!("[{}]", form(&literal.expression))));
        Change { replaced: replaced.collect(), ..Change::default() }
    };
    let mut alternatives = expressions(&|x| format!("if(parameters('either'), {x}, {x})"));
    alternatives.declare("either", "bool");
    let coalesced = expressions(&|x| format!("coalesce({x})"));
    let mut variables = Change::default();
    // No more than a template may have.
    for (at, literal) in literals.iter().take(100).enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let value = serde_json::Value::from(format!("[{}]", literal.expression));
        let _ = write!(variables.variables, "{comma}\"same{at}\": {value}");
        variables.replaced.push((literal.span, format!("[variables('same{at}')]")));
    }
    vec![("if", alternatives), ("coalesce", coalesced), ("variables", variables)]
}
