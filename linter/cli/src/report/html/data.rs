//! What the scripts of a page show. Keys are short, since there is an object for each finding.

use std::collections::HashMap;
use std::io;

use armlint_engine::finding::{Applicability, Confidence, Finding, Fix, Label, Severity};
use armlint_workspace::text::{lines, page_url};
use serde::Serialize;

use super::Subject;
use crate::report::View;
use crate::report::network::{Declared, Network, NetworkNode, NetworkWay};
use crate::report::snippet::{Frame, Mark, Snippet};
use crate::report::words::path_or_run;

/// The columns of a line of a file.
const FRAME: Frame = Frame { width: 120, ellipsis: "…" };

#[derive(Serialize)]
pub(super) struct Data<'a> {
    findings: Vec<Entry>,
    paths: Vec<String>,
    rules: Vec<Rule<'a>>,
    ways: Vec<Way<'a>>,
    nodes: Vec<Node<'a>>,
    since: Option<&'a str>,
}

#[derive(Serialize)]
struct Rule<'a> {
    id: &'a str,
    title: &'a str,
    category: &'a str,
    url: String,
}

/// A line of a file: its number and its text, with labels: from where to where, whether it is the place itself, and what it
/// says.
type Row = (usize, String, Vec<(usize, usize, bool, String)>);

/// A finding.
#[derive(Serialize)]
struct Entry {
    /// The number of its rule.
    r: usize,
    /// Its severity, the worst is 0.
    s: u8,
    /// The number of its path, its line and column.
    p: (usize, u32, u32),
    /// Its message.
    m: String,
    /// Its fingerprint.
    i: String,
    /// Open, known or suppressed.
    g: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// Lines of its file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<Row>,
    /// Places in other files, with what they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    see: Vec<(usize, u32, u32, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    with: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Change>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Open,
    Known,
    Suppressed,
}

#[derive(Serialize)]
struct Change {
    title: String,
    safe: bool,
    /// Path, place, text.
    edits: Vec<(usize, String, String)>,
}

#[derive(Serialize)]
struct Way<'a> {
    title: &'a str,
    mark: &'a str,
    ends: &'a [String; 2],
    steps: &'a [String],
    how: &'a str,
    activities: &'a [String],
    findings: Vec<usize>,
}

#[derive(Serialize)]
struct Node<'a> {
    id: &'a str,
    text: &'a [String],
    findings: Vec<usize>,
}

/// Paths by number.
#[derive(Default)]
struct Paths {
    all: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl<'a> Data<'a> {
    /// The data of a page.
    pub(super) fn of(view: &'a View<'_>, subject: Subject) -> Data<'a> {
        let states = [
            (&view.findings, State::Open),
            (&view.known, State::Known),
            (&view.suppressed, State::Suppressed),
        ];
        let all =
            states.iter().flat_map(|(findings, state)| findings.iter().map(|finding| (finding, *state)));
        let mut shown: Vec<(&Finding, State)> = all.collect();
        if subject == Subject::Map {
            let index = Index::new(view, &shown);
            let places: Vec<Declared> = view.network.iter().flat_map(parts).cloned().collect();
            let wanted = index.at(&places);
            shown = wanted.into_iter().filter_map(|number| shown.get(number).copied()).collect();
        }
        let mut rules: Vec<&'static str> = shown.iter().map(|(finding, _)| finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        let mut paths = Paths::default();
        let findings =
            shown.iter().map(|(finding, state)| entry(view, finding, *state, &rules, &mut paths)).collect();
        let index = Index::new(view, &shown);
        let network = view.network.as_ref();
        let ways = network.map(|network| network.ways.iter().map(|way| self::way(way, &index)).collect());
        let node =
            |node: &'a NetworkNode| Node { id: &node.id, text: &node.text, findings: index.at(&node.places) };
        let nodes = network.map(|network| network.nodes.iter().map(node).collect());
        let rules = rules.into_iter().map(|id| Rule {
            id,
            title: view.catalogue.documentation(id).map_or("", |page| &*page.title),
            category: category(&shown, id),
            url: page_url(view.catalogue, id).unwrap_or_default(),
        });
        Data {
            findings,
            paths: paths.all,
            rules: rules.collect(),
            ways: ways.unwrap_or_default(),
            nodes: nodes.unwrap_or_default(),
            since: view.run.since.as_deref(),
        }
    }

    /// The ids of the rules, in their order.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.rules.iter().map(|rule| rule.id)
    }

    /// As JSON in which nothing ends an element.
    pub(super) fn json(&self) -> io::Result<String> {
        let json = serde_json::to_string(self)?;
        Ok(json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
    }
}

fn category(shown: &[(&Finding, State)], rule: &str) -> &'static str {
    shown
        .iter()
        .find(|(finding, _)| finding.rule == rule)
        .map_or("", |(finding, _)| finding.category.as_str())
}

fn parts(network: &Network) -> impl Iterator<Item = &Declared> {
    let ways = network.ways.iter().flat_map(|way| &way.places);
    ways.chain(network.nodes.iter().flat_map(|node| &node.places))
}

// Path and offset of the token that a finding speaks of. What else belongs to it may be anywhere.
fn place<'v>(view: &'v View<'_>, finding: &Finding) -> Option<(&'v str, u32)> {
    let span = finding.primary.span;
    Some((&*view.digest.excerpt(span.source)?.path, span.start))
}

/// Where findings stand, by path.
struct Index<'v> {
    // By path: offset and number of the finding, sorted.
    by_path: HashMap<&'v str, Vec<(u32, usize)>>,
}

impl<'v> Index<'v> {
    fn new(view: &'v View<'_>, shown: &[(&'v Finding, State)]) -> Index<'v> {
        let mut by_path: HashMap<&str, Vec<(u32, usize)>> = HashMap::new();
        for (number, (finding, _)) in shown.iter().enumerate() {
            if let Some((path, offset)) = place(view, finding) {
                by_path.entry(path).or_default().push((offset, number));
            }
        }
        by_path.values_mut().for_each(|places| places.sort_unstable());
        Index { by_path }
    }

    // The findings that stand in the objects, in the order of the report.
    fn at(&self, objects: &[Declared]) -> Vec<usize> {
        let mut found = Vec::new();
        for object in objects {
            let Some(places) = self.by_path.get(&*object.path) else { continue };
            let first = places.partition_point(|(offset, _)| *offset < object.start);
            let inside = places.iter().skip(first).take_while(|(offset, _)| *offset < object.end);
            found.extend(inside.map(|(_, number)| *number));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn way<'a>(way: &'a NetworkWay, index: &Index<'_>) -> Way<'a> {
    Way {
        title: &way.title,
        mark: way.mark,
        ends: &way.ends,
        steps: &way.steps,
        how: &way.how,
        activities: &way.activities,
        findings: index.at(&way.places),
    }
}

impl Paths {
    fn number(&mut self, path: &str) -> usize {
        let path = path_or_run(path).into_owned();
        let all = &mut self.all;
        *self.numbers.entry(path).or_insert_with_key(|path| {
            all.push(path.clone());
            all.len() - 1
        })
    }
}

fn entry(view: &View<'_>, finding: &Finding, state: State, rules: &[&str], paths: &mut Paths) -> Entry {
    let (path, line, column) = view.place(&finding.primary);
    let own = finding.primary.span.source;
    let see = finding.related.iter().filter(|label| label.span.source != own);
    let resource = finding.resource.as_ref();
    Entry {
        r: rules.binary_search(&finding.rule).unwrap_or_default(),
        s: match finding.severity {
            Severity::Critical => 0,
            Severity::High => 1,
            Severity::Medium => 2,
            Severity::Low => 3,
        },
        p: (paths.number(path), line, column),
        m: lines(&finding.message),
        i: finding.fingerprint.clone(),
        g: state,
        confidence: (finding.confidence != Confidence::High).then(|| finding.confidence.as_str()),
        help: finding.help.as_deref().map(lines),
        lines: excerpt(view, finding),
        see: see
            .map(|label| {
                let (path, line, column) = view.place(label);
                (paths.number(path), line, column, lines(&label.text))
            })
            .collect(),
        resource: resource.map(|resource| format!("{} {}", lines(&resource.ty), lines(&resource.name))),
        with: finding.environments.iter().map(|file| lines(file)).collect(),
        fix: finding.fix.as_ref().map(|fix| change(view, fix, paths)),
        suppressed: finding
            .suppressed
            .as_ref()
            .map(|suppressed| lines(&format!("{}: {}", suppressed.kind.as_str(), suppressed.reason))),
    }
}

fn excerpt(view: &View<'_>, finding: &Finding) -> Vec<Row> {
    let id = finding.primary.span.source;
    let Some(excerpt) = view.digest.excerpt(id).filter(|excerpt| !excerpt.is_empty()) else {
        return Vec::new();
    };
    let mark = |label: &Label, primary| Mark {
        start: label.span.start,
        end: label.span.end,
        text: label.text.clone(),
        primary,
    };
    let same = finding.related.iter().filter(|label| label.span.source == id).map(|label| mark(label, false));
    let marks: Vec<Mark> = std::iter::once(mark(&finding.primary, true)).chain(same).collect();
    let snippet = Snippet::new(excerpt, &marks, FRAME);
    let rows = snippet.rows().map(|(number, text, labels)| {
        let units = |at: usize| text.get(..at).unwrap_or_default().encode_utf16().count();
        let labels = labels
            .into_iter()
            .map(|(range, label)| (units(range.start), units(range.end), label.primary, label.text.clone()));
        (number, text.to_string(), labels.collect())
    });
    rows.collect()
}

fn change(view: &View<'_>, fix: &Fix, paths: &mut Paths) -> Change {
    let mut edits = Vec::new();
    for edit in &fix.edits {
        let path = view.digest.excerpt(edit.span.source).map_or("", |excerpt| &excerpt.path);
        let region = view.region(edit.span);
        let place = match region.line == region.end_line {
            true => format!("{}:{}-{}", region.line, region.column, region.end_column),
            false => format!("{}:{}-{}:{}", region.line, region.column, region.end_line, region.end_column),
        };
        edits.push((paths.number(path), place, lines(&edit.text)));
    }
    Change { title: lines(&fix.title), safe: fix.applicability == Applicability::Safe, edits }
}
