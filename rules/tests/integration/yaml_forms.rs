//! Every example of every rule that is a template in JSON gives the same findings as a template in YAML, on
//! the same keys.

use std::fmt::Write as _;

use armlint_engine::rule::example::{Example, ExampleFile};
use armlint_engine::session::{Input, Report, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::{Node, NodeKind, Number, json};
use armlint_rules::facts_date;

/// Findings about the text and not about what it says.
const OF_JSON: [&str; 2] = ["template/nonstandard-json", "template/syntax-error"];

#[test]
fn examples_say_the_same_in_yaml() {
    let catalogue = armlint_rules::catalogue();
    let (mut faults, mut converted, mut findings) = (String::new(), 0, 0);
    for rule in catalogue.rules() {
        for example in catalogue.examples(rule.id).unwrap_or_default() {
            let Some(files) = in_yaml(&example) else { continue };
            let (json, yaml) = (check(&example, &example.files), check(&example, &files));
            let (wanted, found) = (told(&json), told(&yaml));
            converted += 1;
            findings += wanted.len();
            if wanted != found {
                let texts: Vec<_> = files.iter().map(|file| file.text.as_str()).collect();
                let _ = writeln!(
                    faults,
                    "{}, line {}\n  in JSON {wanted:#?}\n  in YAML {found:#?}\n{}",
                    rule.id,
                    example.line,
                    texts.join("\n---\n")
                );
            }
        }
    }
    println!("{converted} examples with {findings} findings");
    assert!(converted > 50 && faults.is_empty(), "\n{faults}");
}

// None where a file is no template, or none that can be written otherwise.
fn in_yaml(example: &Example) -> Option<Vec<ExampleFile>> {
    let files = example.files.iter().map(|file| {
        let stem = file.path.strip_suffix(".json")?;
        let source = Source::new(SourceId(0), file.path.as_str(), file.text.clone());
        let document = json::parse(&source);
        let artefact = document.root.value("$schema").is_none() && document.root.value("resources").is_none();
        if artefact || document.problems.iter().any(|problem| problem.kind.is_error()) {
            return None;
        }
        let mut writer = Writer { text: String::from("# é😀\n"), strings: 0 };
        writer.members(&document.root, 0);
        let text = example.files.iter().fold(writer.text, |text, file| {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            text.replace(name, &name.replace(".json", ".yaml"))
        });
        Some(ExampleFile { path: format!("{stem}.yaml"), text, expectations: Vec::new(), first_line: None })
    });
    files.collect()
}

struct Writer {
    text: String,
    // How many strings were written: each takes the next form.
    strings: usize,
}

impl Writer {
    fn members(&mut self, node: &Node, indent: usize) {
        for member in node.members() {
            let _ = write!(self.text, "{}{}:", " ".repeat(indent), quoted(&member.key.text));
            self.value(&member.value, indent);
        }
    }

    fn value(&mut self, node: &Node, indent: usize) {
        match &node.kind {
            NodeKind::Object(members) if !members.is_empty() => {
                self.text.push('\n');
                self.members(node, indent + 2);
            }
            NodeKind::Array(elements) if !elements.is_empty() => {
                self.text.push('\n');
                for element in elements.iter() {
                    let _ = write!(self.text, "{}-", " ".repeat(indent + 2));
                    if let NodeKind::Object(members) = &element.kind
                        && let Some(first) = members.first()
                    {
                        let _ = write!(self.text, " {}:", quoted(&first.key.text));
                        self.value(&first.value, indent + 4);
                        let rest = NodeKind::Object(members[1..].to_vec().into());
                        self.members(&Node { kind: rest, span: element.span }, indent + 4);
                    } else {
                        self.value(element, indent + 2);
                    }
                }
            }
            NodeKind::String(scalar) => {
                self.string(&scalar.text, indent);
            }
            kind => {
                let written = match kind {
                    NodeKind::Null => "null".to_string(),
                    NodeKind::Bool(value) => value.to_string(),
                    NodeKind::Number(Number::Int(value)) => value.to_string(),
                    NodeKind::Number(Number::Float(value)) => format!("{value:?}"),
                    NodeKind::Object(_) => "{}".to_string(),
                    NodeKind::Array(_) => "[]".to_string(),
                    _ => unreachable!("no errors, no other kinds"),
                };
                let _ = writeln!(self.text, " {written}");
            }
        }
    }

    fn string(&mut self, text: &str, indent: usize) {
        self.strings += 1;
        let simple = !text.is_empty() && text.trim() == text && !text.contains(char::is_control);
        let plain = simple
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && !text.contains([':', '#', '{', '}', '[', ']', ',', '&', '*', '\'', '"'])
            && !["null", "true", "false"].contains(&text.to_ascii_lowercase().as_str());
        let _ = match self.strings % 5 {
            0 if simple => writeln!(self.text, " '{}'   # {}", text.replace('\'', "''"), self.strings),
            1 if simple => writeln!(self.text, " |-\n{}{text}", " ".repeat(indent + 3)),
            2 if simple => writeln!(self.text, " >-  # folded\n{}{text}\n", " ".repeat(indent + 4)),
            3 if plain => writeln!(self.text, "   {text}"),
            _ => writeln!(self.text, " {}", quoted(text)),
        };
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn check(example: &Example, files: &[ExampleFile]) -> Report {
    let inputs = files.iter().map(|file| Input {
        path: file.path.as_str().into(),
        content: Ok(file.text.clone().into_bytes()),
        context: false,
        named: true,
    });
    let settings =
        Settings::new(example.as_of.unwrap_or_else(facts_date), example.cloud.unwrap_or(Cloud::Public));
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(inputs.collect());
    session.check(&settings)
}

// Rule, message, file, and the places of all labels.
fn told(report: &Report) -> Vec<String> {
    let findings = report.findings.iter().filter(|finding| !OF_JSON.contains(&finding.rule));
    let mut told: Vec<String> = findings
        .map(|finding| {
            let mut related: Vec<_> = finding.related.iter().map(|label| place(report, label.span)).collect();
            related.sort();
            let message = finding.message.replace(".yaml", ".json");
            let primary = place(report, finding.primary.span);
            format!("{} {:?}: {message}: {primary} {related:?}", finding.rule, finding.confidence)
        })
        .collect();
    told.sort();
    told
}

// The keys to a place, and what of the token there it is.
fn place(report: &Report, span: Span) -> String {
    let source = report.source(span.source).unwrap();
    let trees = &report.documents[span.source.0 as usize];
    let mut path = source.path.trim_end_matches(".json").trim_end_matches(".yaml").to_string();
    let mut node = &trees[0].root;
    loop {
        let whole = node.span == span || span == node.span.part(0, 1);
        let next = match &node.kind {
            // An object in YAML begins with its first key.
            NodeKind::Object(_) if whole => None,
            NodeKind::Object(members) => {
                let key = members.iter().find(|member| member.key_span.contains(span));
                if let Some(member) = key {
                    return format!("{path}/{}: the key", member.key.text);
                }
                let inside = members.iter().find(|member| member.value.span.contains(span));
                inside.map(|member| (member.key.text.to_string(), &member.value))
            }
            NodeKind::Array(elements) => {
                let at = elements.iter().position(|element| element.span.contains(span));
                at.map(|at| (at.to_string(), &elements[at]))
            }
            _ => None,
        };
        match next {
            Some((step, inner)) if !whole => {
                path = format!("{path}/{step}");
                node = inner;
            }
            _ if whole => return format!("{path}: all"),
            // A quote in single quotes is written twice.
            _ => return format!("{path}: {:?}", source.slice(span).replace("''", "'")),
        }
    }
}
