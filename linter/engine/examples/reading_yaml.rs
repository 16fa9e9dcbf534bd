//! Compares the time to read templates in YAML with that of the same templates in JSON: every JSON file of
//! a folder is written as YAML first. Prints the hostile texts and their times as well.
//!
//! `cargo run --release --example reading_yaml -- FOLDER`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use armlint_engine::rule::Catalogue;
use armlint_engine::session::{Input, Outcome, Session};
use armlint_engine::settings::{Cloud, Date, Settings};
use armlint_engine::source::{Source, decode};
use armlint_engine::span::SourceId;
use armlint_engine::syntax::{Node, NodeKind, Number, json, yaml};

const ROUNDS: usize = 7;

fn main() {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: reading_yaml FOLDER");
        std::process::exit(2);
    };
    let mut paths = Vec::new();
    collect(Path::new(&folder), &mut paths);
    let texts = paths.iter().filter_map(|path| decode(std::fs::read(path).ok()?).ok());
    let written: Vec<Source> =
        texts.enumerate().map(|(index, text)| Source::new(SourceId(index as u32), "", text)).collect();
    let sources: Vec<(Source, Source)> = written.into_iter().filter_map(both).collect();
    let (mut plain, mut indented) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        plain = plain.min(time(|| sources.iter().for_each(|(json, _)| drop(json::parse(json)))));
        indented = indented.min(time(|| sources.iter().for_each(|(_, yaml)| drop(yaml::parse(yaml)))));
    }
    let bytes = |which: fn(&(Source, Source)) -> usize| sources.iter().map(which).sum::<usize>();
    let (of_json, of_yaml) = (bytes(|(json, _)| json.text.len()), bytes(|(_, yaml)| yaml.text.len()));
    let speed = |bytes: usize, taken: Duration| bytes as f64 / taken.as_secs_f64() / 1e6;
    println!("{} files, best of {ROUNDS}, drop included", sources.len());
    println!("JSON {plain:?}, {of_json} bytes ({:.0} MB/s)", speed(of_json, plain));
    println!("YAML {indented:?}, {of_yaml} bytes ({:.0} MB/s)", speed(of_yaml, indented));
    println!("ratio {:.2}", indented.as_secs_f64() / plain.as_secs_f64());
    for (name, text) in hostile() {
        let start = Instant::now();
        let outcome = outcome(text);
        println!("{name}: {:?}, {outcome:?}, {} MB at most so far", start.elapsed(), peak());
    }
}

fn both(source: Source) -> Option<(Source, Source)> {
    let document = json::parse(&source);
    if !document.root.is_object() || document.problems.iter().any(|problem| problem.kind.is_error()) {
        return None;
    }
    let mut text = String::new();
    write(&document.root, 0, &mut text);
    let yaml = Source::new(source.id, "", text);
    Some((source, yaml))
}

// Strings in double quotes, everything else as people write it.
fn write(node: &Node, indent: usize, text: &mut String) {
    match &node.kind {
        NodeKind::Object(members) if !members.is_empty() => {
            for member in members.iter() {
                let key = serde_json::to_string(member.key.text.as_str()).unwrap_or_default();
                let _ = write!(text, "\n{:indent$}{key}: ", "");
                write(&member.value, indent + 2, text);
            }
        }
        NodeKind::Array(elements) if !elements.is_empty() => {
            for element in elements.iter() {
                let _ = write!(text, "\n{:indent$}- ", "");
                write(element, indent + 2, text);
            }
        }
        NodeKind::String(scalar) => {
            text.push_str(&serde_json::to_string(scalar.text.as_str()).unwrap_or_default());
        }
        NodeKind::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        NodeKind::Number(Number::Int(value)) => {
            let _ = write!(text, "{value}");
        }
        NodeKind::Number(Number::Float(value)) => {
            let _ = write!(text, "{value:?}");
        }
        NodeKind::Object(_) => text.push_str("{}"),
        NodeKind::Array(_) => text.push_str("[]"),
        _ => text.push_str("null"),
    }
}

fn hostile() -> Vec<(&'static str, String)> {
    let head = "$schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\nresources: []\nvariables:\n";
    let mut bomb = format!("{head}  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(bomb, "  a{level}: &a{level} [{aliases}]");
    }
    let mut merges = format!("{head}  m0: &m0 {{a: 1}}\n");
    for level in 1..400 {
        let _ = writeln!(merges, "  m{level}: &m{level}\n    <<: *m{}\n    k{level}: {level}", level - 1);
    }
    let mut large = head.to_string();
    while large.len() < 10_000_000 {
        let _ = writeln!(
            large,
            "  name{}:\n    - value: \"[parameters('x')]\"\n      text: plain words",
            large.len()
        );
    }
    let vault = "---\napiVersion: keyvault.azure.com/v1api20230701\nkind: Vault\nmetadata:\n  name: v";
    let documents: String = (0..10_000)
        .map(|index| format!("{vault}{index}\nspec:\n  owner: {{name: rg}}\n  location: x\n"))
        .collect();
    let deep = format!("{head}  deep: {}\n", "[".repeat(500_000));
    let blocks: String = (0..5_000).map(|level| format!("{:level$}- \n", "")).collect();
    let line = format!("{head}  x: [{}]\n", "'é', ".repeat(1_000_000));
    let scalar = format!("{head}  x: |\n{}", "    é😀 text with words\n".repeat(300_000));
    vec![
        ("alias bomb", bomb),
        ("chain of merge keys", merges),
        ("10 MB", large),
        ("10,000 documents", documents),
        ("500,000 brackets", deep),
        ("5,000 levels of indentation", format!("{head}  x:\n{blocks}")),
        ("one line of 1,000,000 elements", line),
        ("a block scalar of 9 MB", scalar),
    ]
}

fn outcome(text: String) -> Option<Outcome> {
    let mut session = Session::new(Catalogue::default());
    let content = Ok(text.into_bytes());
    session.set_all(vec![Input { path: "a.yaml".into(), content, context: false, named: false }]);
    let settings = Settings::new(Date { year: 2026, month: 11, day: 1 }, Cloud::Public);
    session.check(&settings).files.pop().map(|file| file.outcome)
}

// The largest resident size of this process, where the system tells it.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").trim().parse::<usize>().unwrap_or(0) / 1024
}

fn time(work: impl Fn()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
}
