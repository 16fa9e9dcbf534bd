//! SARIF 2.1.0, as code scanning of GitHub and the scans tab of Azure DevOps take it.
//!
//! Limits of GitHub: <https://docs.github.com/en/code-security/reference/code-scanning/sarif-support>
//! (2025-10). A result without a place makes GitHub refuse the whole file, so that what concerns no text
//! is a notification.

mod model;

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use armlint_engine::finding::{Finding, Fix, Label, Severity, Suppressed, SuppressionKind};
use armlint_engine::rule::RuleSpec;
use armlint_workspace::text::page_url;
use armlint_workspace::text::{escaped, lines, said};
use armlint_workspace::uri;

use super::words::{Level, cut, level, worst_first};
use super::{Region, View};
use model::*;

/// Of more results GitHub keeps the first 5,000 only.
pub(crate) const MAX_RESULTS: usize = 5000;

/// GitHub shows this many places of a result.
const MAX_RELATED: usize = 100;

/// Writes one run.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (placed, nowhere): (Vec<&Finding>, Vec<&Finding>) =
        worst_first(view).into_iter().partition(|finding| is_placed(view, finding));
    let suppressed = view.suppressed.iter().filter(|finding| is_placed(view, finding));
    let shown: Vec<&Finding> = placed.iter().copied().chain(suppressed).take(MAX_RESULTS).collect();
    let rules = rules(view, &shown);
    let numbers: HashMap<&str, usize> = rules.iter().enumerate().map(|(at, rule)| (rule.id, at)).collect();
    let results = shown.into_iter().map(|finding| result(view, finding, &numbers)).collect();
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "armlint",
                    full_name: concat!("armlint ", env!("CARGO_PKG_VERSION")),
                    organization: "armlint",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    version: env!("CARGO_PKG_VERSION"),
                    information_uri: "https://github.com/armlint/armlint",
                    rules: rules.iter().map(|rule| descriptor(view, rule)).collect(),
                },
            },
            column_kind: "utf16CodeUnits",
            original_uri_base_ids: BaseIds {
                root: Base { description: Text::new("The root of the repository") },
            },
            invocations: [Invocation {
                execution_successful: !view.files.is_incomplete(),
                tool_execution_notifications: notifications(view, &nowhere, placed.len()),
            }],
            results,
        }],
    };
    out.write_all(escaped(&serde_json::to_string(&log)?).as_bytes())?;
    out.write_all(b"\n")
}

// Those that have a result: all of them with their pages would be most of the log.
fn rules<'v>(view: &'v View<'_>, shown: &[&Finding]) -> Vec<&'v RuleSpec> {
    let found: HashSet<&str> = shown.iter().map(|finding| finding.rule).collect();
    view.catalogue.rules().iter().map(|rule| &**rule).filter(|rule| found.contains(rule.id)).collect()
}

fn is_placed(view: &View<'_>, finding: &Finding) -> bool {
    view.digest.excerpt(finding.primary.span.source).is_some_and(|excerpt| !excerpt.path.is_empty())
}

fn descriptor<'a>(view: &'a View<'_>, rule: &'a RuleSpec) -> Descriptor<'a> {
    let documentation = view.catalogue.documentation(rule.id);
    let title = documentation.map_or(rule.id, |text| &*text.title);
    let section = |heading: &str| documentation.map_or("", |text| text.section(heading));
    let (why, how) = (section("Why"), section("How to fix"));
    let parts = [("Why", why), ("How to fix", how)];
    let markdown: Vec<String> = parts
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(heading, text)| format!("## {heading}\n\n{text}"))
        .collect();
    let plain = [why, how].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    let security = rule.category.is_security();
    let mut tags = vec![rule.category.as_str()];
    tags.extend(security.then_some("security"));
    Descriptor {
        id: rule.id,
        name: name(rule.id),
        short_description: Text::new(sentence(title)),
        full_description: Text::new(sentence(if why.is_empty() { title } else { why })),
        help: Help {
            text: if plain.is_empty() { sentence(title) } else { plain },
            markdown: if markdown.is_empty() { sentence(title) } else { markdown.join("\n\n") },
        },
        help_uri: page_url(view.catalogue, rule.id),
        default_configuration: DefaultConfiguration { level: name_of(level(rule.severity)) },
        properties: RuleProperties {
            tags,
            equivalents: rule.equivalents.iter().map(|id| &**id).collect(),
            precision: "high",
            problem_severity: match level(rule.severity) {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Note => "recommendation",
            },
            security_severity: security.then(|| score(rule.severity)),
        },
    }
}

fn result<'a>(view: &View<'a>, finding: &'a Finding, numbers: &HashMap<&str, usize>) -> SarifResult<'a> {
    let related = finding.related.iter().filter(|label| view.digest.excerpt(label.span.source).is_some());
    let related = related.take(MAX_RELATED).enumerate().map(|(at, label)| place(view, label, Some(at + 1)));
    let mut location = place(view, &finding.primary, None);
    location.logical_locations = finding.resource.as_ref().map(|resource| Logical {
        fully_qualified_name: format!("{} {}", lines(&resource.ty), lines(&cut(&resource.name))),
        kind: "resource",
    });
    SarifResult {
        rule_id: finding.rule,
        rule_index: numbers.get(finding.rule).copied(),
        level: name_of(level(finding.severity)),
        message: Text::new(unlinked(&said(finding))),
        locations: [location.into()],
        related_locations: related.map(Into::into).collect(),
        partial_fingerprints: Fingerprints { v1: &finding.fingerprint },
        fixes: finding.fix.iter().map(|fix| change(view, fix)).collect(),
        // Said of all results or of none.
        suppressions: (!view.suppressed.is_empty())
            .then(|| finding.suppressed.iter().map(suppression).collect()),
        properties: ResultProperties {
            category: finding.category.as_str(),
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
        },
    }
}

fn suppression(suppressed: &Suppressed) -> SarifSuppression {
    SarifSuppression {
        kind: match suppressed.kind {
            SuppressionKind::Comment | SuppressionKind::Metadata => "inSource",
            SuppressionKind::Configuration | SuppressionKind::Baseline => "external",
        },
        justification: Some(lines(&suppressed.reason)).filter(|reason| !reason.is_empty()),
    }
}

fn place(view: &View<'_>, label: &Label, id: Option<usize>) -> Placed {
    let region = view.region(label.span);
    let message = (!label.text.is_empty()).then(|| Text::new(unlinked(&lines(&label.text))));
    // GitHub shows no related place without a text.
    let message = message.or_else(|| id.map(|_| Text::new("belongs to it")));
    Placed { id, region, message, logical_locations: None }
}

struct Placed {
    id: Option<usize>,
    region: Region,
    message: Option<Text>,
    logical_locations: Option<Logical>,
}

impl From<Placed> for Location {
    fn from(placed: Placed) -> Location {
        Location {
            id: placed.id,
            physical_location: Physical {
                artifact_location: artifact(&placed.region.path),
                region: area(&placed.region),
            },
            logical_locations: placed.logical_locations.into_iter().collect(),
            message: placed.message,
        }
    }
}

fn area(region: &Region) -> Area {
    Area {
        start_line: region.line,
        start_column: region.column,
        end_line: region.end_line,
        end_column: region.end_column,
    }
}

fn artifact(path: &str) -> Artifact {
    let uri = uri::of(path);
    let is_relative = !uri.starts_with("file:");
    Artifact { uri, uri_base_id: is_relative.then_some("%SRCROOT%") }
}

fn change(view: &View<'_>, fix: &Fix) -> Change {
    let mut changes: Vec<ArtifactChange> = Vec::new();
    for edit in &fix.edits {
        let region = view.region(edit.span);
        let artifact = artifact(&region.path);
        let replacement =
            Replacement { deleted_region: area(&region), inserted_content: Text::new(edit.text.clone()) };
        match changes.iter_mut().find(|change| change.artifact_location.uri == artifact.uri) {
            Some(change) => change.replacements.push(replacement),
            None => {
                changes.push(ArtifactChange { artifact_location: artifact, replacements: vec![replacement] });
            }
        }
    }
    Change { description: Text::new(unlinked(&lines(&fix.title))), artifact_changes: changes }
}

fn notifications(view: &View<'_>, nowhere: &[&Finding], placed: usize) -> Vec<Notification> {
    let of_file = |level: &'static str, file: &str, text: String| Notification {
        level,
        message: Text::new(unlinked(&lines(&text))),
        locations: match file.is_empty() {
            true => Vec::new(),
            false => vec![NotifiedLocation {
                physical_location: NotifiedPhysical {
                    artifact_location: artifact(&view.in_repository(file)),
                },
            }],
        },
    };
    let files = &view.files;
    let failed = files.failed.iter().chain(&files.unread);
    let failed = failed.map(|(file, reason)| of_file("error", file, format!("Not checked: {reason}")));
    let partial = files.partial.iter();
    let partial = partial.map(|(file, reason)| of_file("warning", file, format!("Partly checked: {reason}")));
    let nowhere = nowhere
        .iter()
        .map(|finding| of_file("warning", "", format!("{}: {}", finding.rule, finding.message)));
    let cut = (placed > MAX_RESULTS).then(|| {
        let text = format!(
            "Only the {MAX_RESULTS} worst of {placed} findings are in this file: GitHub keeps no more"
        );
        of_file("error", "", text)
    });
    cut.into_iter().chain(failed).chain(partial).chain(nowhere).collect()
}

fn name_of(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

// GitHub's bands: critical over 9.0, high from 7.0, medium from 4.0.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
    }
}

// `adf/secret-literal` is `AdfSecretLiteral`.
fn name(id: &str) -> String {
    let words = id.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter_map(|word| Some((word.chars().next()?, word.get(1..)?)))
        .map(|(first, rest)| format!("{}{rest}", first.to_ascii_uppercase()))
        .collect()
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', ':', '`']) && !text.ends_with('`') {
        text.to_string()
    } else {
        format!("{text}.")
    }
}

// `[text](1)` in a message is a link to a place; no text of a template shall make one.
fn unlinked(text: &str) -> String {
    text.replace("](", "] (")
}

#[cfg(test)]
mod tests;
