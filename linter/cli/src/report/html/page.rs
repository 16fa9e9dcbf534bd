//! The elements of a page: the verdict and what it is about, what was not checked, the map, the table of findings.

use std::collections::BTreeMap;
use std::io::{self, Write};

use armlint_engine::finding::{Finding, Severity};
use armlint_workspace::text::page_url;

use super::Subject;
use super::markup::{escaped, with_code};
use crate::report::network::Network;
use crate::report::words::{count, path_or_run, worst_first};
use crate::report::{RunFacts, View};
use crate::status::Status;

/// Readers without scripts are shown this many findings.
const MAX_PLAIN: usize = 100;

/// More files than this are counted only.
const MAX_FILES: usize = 200;

/// A list of more files than this is closed, and says for which reasons.
const MAX_OPEN: usize = 5;
const MAX_REASONS: usize = 3;

const SEVERITIES: [Severity; 4] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];

const MARKS: [(&str, &str); 5] = [
    ("private", "never leaves private networks"),
    ("public", "goes to a public endpoint"),
    ("blocked", "goes nowhere: the other end is closed"),
    ("unreachable", "goes nowhere: only a self-hosted runtime gets there"),
    ("unknown", "decided by what is not in the files"),
];

/// The title of the window.
pub(super) fn title(view: &View<'_>, subject: Subject) -> String {
    match subject {
        Subject::Report => format!("armlint: {}", verdict(view).1),
        Subject::Map => "armlint: who reaches what over which path".to_string(),
    }
}

/// Everything that is no data and no script.
pub(super) fn body(view: &View<'_>, subject: Subject, out: &mut dyn Write) -> io::Result<()> {
    let target = if subject == Subject::Report { "findings" } else { "map" };
    writeln!(out, "<a class=\"skip\" href=\"#{target}\">To the {target}</a>")?;
    head(view, subject, out)?;
    writeln!(out, "<main>")?;
    if subject == Subject::Report {
        counts(view, out)?;
    }
    unchecked(view, out)?;
    if let Some(network) = &view.network {
        map(network, out)?;
    }
    if subject == Subject::Report {
        findings(view, out)?;
    }
    writeln!(out, "</main>")
}

// Class and words.
fn verdict(view: &View<'_>) -> (&'static str, String) {
    let found = count(view.findings.len(), "finding");
    let unread = view.files.failed.len() + view.files.unread.len();
    let unread = match (unread, view.files.is_incomplete()) {
        (0, false) => String::new(),
        (0, true) => ", not everything checked".to_string(),
        (number, _) => format!(", {} not checked", count(number, "file")),
    };
    match view.run.status {
        Status::Incomplete => ("incomplete", format!("Incomplete: {found}{unread}")),
        Status::Nothing => ("nothing", "Nothing to check".to_string()),
        Status::Findings if view.run.failing == view.findings.len() => ("failed", format!("{found}{unread}")),
        Status::Findings => ("failed", format!("{found}, {} of them to be mended{unread}", view.run.failing)),
        Status::Clean if view.findings.is_empty() => ("passed", "Nothing found".to_string()),
        Status::Clean => ("passed", format!("Passed, with {found} that fail nothing")),
    }
}

fn head(view: &View<'_>, subject: Subject, out: &mut dyn Write) -> io::Result<()> {
    let RunFacts { days, commit, since, .. } = &view.run;
    writeln!(out, "<header class=\"top\">\n<p class=\"brand\">armlint</p>")?;
    match subject {
        Subject::Report => {
            let (class, words) = verdict(view);
            writeln!(out, "<h1 class=\"verdict {class}\">{}</h1>", escaped(&words))?;
        }
        Subject::Map => writeln!(out, "<h1 class=\"verdict\">Who reaches what over which path</h1>")?,
    }
    writeln!(out, "<dl class=\"facts\">")?;
    let checked = match view.files.partial.len() {
        0 => count(view.files.checked, "file"),
        partly => format!("{}, {partly} of them partly", count(view.files.checked, "file")),
    };
    let facts = [
        ("Checked", Some(checked)),
        ("Azure as of", Some(days.join("; ")).filter(|days| !days.is_empty())),
        ("Compared with", since.clone()),
        ("Commit", commit.as_deref().map(|id| id.get(..12).unwrap_or(id).to_string())),
        ("armlint", Some(env!("CARGO_PKG_VERSION").to_string())),
    ];
    for (name, value) in facts.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        writeln!(out, "<div><dt>{name}</dt><dd>{}</dd></div>", escaped(&value))?;
    }
    writeln!(out, "</dl>\n</header>")
}

fn counts(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section aria-labelledby=\"counts-title\" class=\"counts\">")?;
    writeln!(
        out,
        "<h2 id=\"counts-title\" class=\"unseen\">Findings by severity and category</h2>\n<ul class=\"tiles\">"
    )?;
    for severity in SEVERITIES {
        let number = view.findings.iter().filter(|finding| finding.severity == severity).count();
        writeln!(
            out,
            "<li><button type=\"button\" class=\"tile {severity}\" data-severity=\"{severity}\" aria-pressed=\"false\">\
             <b>{number}</b> <span>{severity}</span></button></li>"
        )?;
    }
    writeln!(out, "</ul>\n<ul class=\"categories\">")?;
    let mut categories: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &view.findings {
        *categories.entry(finding.category.as_str()).or_default() += 1;
    }
    let mut categories: Vec<_> = categories.into_iter().collect();
    categories.sort_by_key(|(name, number)| (std::cmp::Reverse(*number), *name));
    for (name, number) in categories {
        writeln!(
            out,
            "<li><button type=\"button\" class=\"pill\" data-category=\"{name}\" aria-pressed=\"false\">{name} \
             <b>{number}</b></button></li>"
        )?;
    }
    writeln!(out, "</ul>\n</section>")
}

fn unchecked(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let files = &view.files;
    let unread: Vec<_> = files.failed.iter().chain(&files.unread).collect();
    let lists: [(&str, Vec<&(String, String)>); 4] = [
        ("Not checked", unread),
        ("Partly checked", files.partial.iter().collect()),
        ("Needs rendering first", files.unrendered.iter().collect()),
        ("Not readable", files.unreadable.iter().collect()),
    ];
    let notes = [
        (view.run.hidden, "hidden by the least severity or confidence"),
        (view.known.len(), "known before"),
        (view.suppressed.len(), "suppressed"),
    ];
    let left = [(view.run.others, "no template"), (view.run.excluded, "excluded by the configuration")];
    let left = left.into_iter().filter(|(number, _)| *number > 0);
    let notes: Vec<String> = notes
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", count(number, "finding")))
        .chain(left.map(|(number, what)| format!("{}: {what}", count(number, "file"))))
        .collect();
    writeln!(out, "<section aria-labelledby=\"unchecked-title\" class=\"unchecked\">")?;
    writeln!(out, "<h2 id=\"unchecked-title\">What was not checked</h2>")?;
    if lists.iter().all(|(_, list)| list.is_empty()) {
        writeln!(out, "<p>Every file that is for armlint was checked as a whole.</p>")?;
    }
    for (heading, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
        let open = if list.len() <= MAX_OPEN { " open" } else { "" };
        let why = if list.len() <= MAX_OPEN { String::new() } else { reasons(list) };
        writeln!(out, "<details{open}><summary>{heading}: {}{why}</summary>\n<ul>", list.len())?;
        for (file, reason) in list.iter().take(MAX_FILES) {
            writeln!(out, "<li><code>{}</code> {}</li>", escaped(&path_or_run(file)), with_code(reason))?;
        }
        if let Some(more) = list.len().checked_sub(MAX_FILES).filter(|more| *more > 0) {
            writeln!(out, "<li>and {more} more</li>")?;
        }
        writeln!(out, "</ul></details>")?;
    }
    if !notes.is_empty() {
        writeln!(out, "<p class=\"faint\">{}.</p>", notes.join("; "))?;
    }
    writeln!(out, "</section>")
}

// The most frequent reasons of a list that is closed.
fn reasons(list: &[&(String, String)]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, reason) in list {
        *counts.entry(reason).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(reason, number)| (std::cmp::Reverse(*number), *reason));
    let more = if counts.len() > MAX_REASONS { "; and others" } else { "" };
    let named: Vec<String> = counts
        .into_iter()
        .take(MAX_REASONS)
        .map(|(reason, number)| format!("{} ({number})", with_code(reason)))
        .collect();
    format!(". {}{more}", named.join("; "))
}

fn map(network: &Network, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section id=\"map\" aria-labelledby=\"map-title\" tabindex=\"-1\">")?;
    writeln!(
        out,
        "<h2 id=\"map-title\">Who reaches what</h2>\n<form class=\"bar scripted\" id=\"map-bar\" hidden>"
    )?;
    writeln!(out, "<fieldset><legend class=\"unseen\">Ways</legend>")?;
    for (mark, meaning) in MARKS {
        let number = network.ways.iter().filter(|way| way.mark == mark).count();
        if number == 0 {
            continue;
        }
        writeln!(
            out,
            "<label class=\"check\" title=\"{meaning}\"><input type=\"checkbox\" name=\"{mark}\" checked>{} {mark} \
             <b>{number}</b></label>",
            sample(mark)
        )?;
    }
    writeln!(
        out,
        "</fieldset>\n<label class=\"check\"><input type=\"checkbox\" name=\"found\">with findings only</label>\n\
         <label class=\"field\"><span class=\"unseen\">Search the map</span><input type=\"search\" name=\"text\" \
         placeholder=\"Search the map\"></label>\n<span class=\"zoom\"><button type=\"button\" data-zoom=\"out\" \
         aria-label=\"Smaller\">−</button><button type=\"button\" data-zoom=\"in\" aria-label=\"Larger\">+</button>\
         <button type=\"button\" data-zoom=\"all\">All of it</button></span>\n</form>"
    )?;
    writeln!(out, "<div class=\"map\"><div class=\"canvas\" id=\"canvas\">\n{}</div>", network.picture)?;
    writeln!(
        out,
        "<section id=\"way\" class=\"way\" tabindex=\"-1\" aria-label=\"The selected way\" aria-live=\"polite\"><p class=\"faint\">\
         <span class=\"scripted\" hidden>Select a line or a box to see the way, what was found there and how to mend it. \
         Drag to move, Ctrl and the wheel to zoom; with the keyboard, arrows go from one to the next.</span></p></section></div>"
    )?;
    ways(network, out)?;
    writeln!(out, "</section>")
}

// A short line of its kind.
fn sample(mark: &str) -> String {
    let core = match mark {
        "public" => "<path class=\"core\" d=\"M1 8H39\"/>",
        "blocked" | "unreachable" => "<path class=\"cross\" d=\"M15 3l10 10m0-10l-10 10\"/>",
        _ => "",
    };
    format!(
        "<svg class=\"net sample\" width=\"40\" height=\"16\" viewBox=\"0 0 40 16\" aria-hidden=\"true\"><g class=\"edge \
         {mark}\"><path class=\"line\" d=\"M1 8H39\"/>{core}</g></svg>"
    )
}

fn ways(network: &Network, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<details class=\"ways\"><summary>The {} as a table</summary>",
        count(network.ways.len(), "way")
    )?;
    writeln!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"All ways\"><table>\n<thead><tr><th scope=\"col\">Way</th><th scope=\"col\">From</th><th scope=\"col\">To</th><th scope=\"col\">How</th></tr></thead>\n<tbody>"
    )?;
    for (number, way) in network.ways.iter().enumerate() {
        let (from, to) =
            (way.steps.first().map_or("", String::as_str), way.steps.last().map_or("", String::as_str));
        let inner = way.steps.get(1..way.steps.len().saturating_sub(1)).unwrap_or_default();
        let how: Vec<&str> = inner
            .iter()
            .map(String::as_str)
            .chain(std::iter::once(way.how.as_str()))
            .filter(|part| !part.is_empty())
            .collect();
        writeln!(
            out,
            "<tr data-row=\"{number}\"><td><span class=\"mark {mark}\">{mark}</span></td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(from),
            escaped(to),
            escaped(&how.join("; ")),
            mark = way.mark
        )?;
    }
    writeln!(out, "</tbody></table></div></details>")
}

fn findings(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section id=\"findings\" aria-labelledby=\"findings-title\" tabindex=\"-1\">")?;
    writeln!(out, "<h2 id=\"findings-title\">Findings</h2>")?;
    if view.findings.is_empty() && view.suppressed.is_empty() && view.known.is_empty() {
        return writeln!(out, "<p>There are none.</p>\n</section>");
    }
    writeln!(
        out,
        "<form class=\"bar scripted\" id=\"filter\" role=\"search\" aria-label=\"Filter the findings\" hidden>\n\
         <label class=\"field\">Text<input type=\"search\" name=\"text\" placeholder=\"message, path, resource\"></label>\n\
         <label class=\"field\">Severity<select name=\"severity\"></select></label>\n\
         <label class=\"field\">Category<select name=\"category\"></select></label>\n\
         <label class=\"field\">Rule<select name=\"rule\"></select></label>\n\
         <label class=\"field\">Folder<select name=\"folder\"></select></label>\n\
         <label class=\"field\">State<select name=\"state\"></select></label>\n\
         <button type=\"reset\">Reset</button>\n</form>"
    )?;
    writeln!(
        out,
        "<p id=\"count\" role=\"status\" class=\"faint\"></p>\n<table id=\"table\" class=\"findings scripted\" hidden>"
    )?;
    writeln!(
        out,
        "<caption class=\"unseen\">Findings; a button in each row opens it</caption>\n<thead><tr>"
    )?;
    for (key, name) in [("severity", "Severity"), ("message", "Finding"), ("place", "Place")] {
        writeln!(out, "<th scope=\"col\" data-key=\"{key}\"><button type=\"button\">{name}</button></th>")?;
    }
    writeln!(out, "</tr></thead>\n<tbody></tbody></table>")?;
    writeln!(out, "<p class=\"scripted\" hidden><button type=\"button\" id=\"more\">Show more</button></p>")?;
    plain(view, out)?;
    writeln!(out, "</section>")
}

// Where scripts do not run.
fn plain(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<noscript>\n<ol class=\"plain\">")?;
    for finding in worst_first(view).into_iter().take(MAX_PLAIN) {
        row(view, finding, out)?;
    }
    writeln!(out, "</ol>")?;
    if let Some(more) = view.findings.len().checked_sub(MAX_PLAIN).filter(|more| *more > 0) {
        writeln!(out, "<p>And {more} more, which need scripts.</p>")?;
    }
    writeln!(out, "</noscript>")
}

fn row(view: &View<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (path, line, column) = view.place(&finding.primary);
    let rule = match page_url(view.catalogue, finding.rule) {
        Some(url) => format!("<a href=\"{}\">{}</a>", escaped(&url), finding.rule),
        None => finding.rule.to_string(),
    };
    writeln!(
        out,
        "<li><b class=\"sev {severity}\">{severity}</b> {} {rule} <code>{}:{line}:{column}</code></li>",
        with_code(&finding.message),
        escaped(&path_or_run(path)),
        severity = finding.severity,
    )
}
