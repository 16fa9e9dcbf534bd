//! Reads the front matter and looks for the sections.

mod judge;
pub(crate) mod keys;
mod operators;

use serde_saphyr::{Budget, Location, Options};

use crate::{Fault, Page, Place, SECTIONS, yaml};
use keys::Front;

pub(crate) type Located = (Option<Place>, Fault);

const FENCE: &str = "---\n";

// The most values that front matter may have.
const MAX_NODES: usize = 20_000;

// How deep the values of a front matter lie in each other at most.
const MAX_DEPTH: usize = 64;

pub(crate) fn read(file: &str) -> Result<Page, Located> {
    let (yaml, text) = parts(file).ok_or((Some(Place { line: 1, column: 1 }), Fault::NoFrontMatter))?;
    let front = front(yaml)?;
    let placed = |(place, fault): Located| match fault {
        Fault::Needs(key, _) | Fault::Excludes(key, _) => (place.or_else(|| key_place(yaml, key)), fault),
        fault => (place, fault),
    };
    let body = text.trim_start_matches('\n');
    // The two fences, the blank lines below them, and the next one.
    let first_line = yaml.lines().count() + 2 + (text.len() - body.len()) + 1;
    is_whole(&front).map_err(placed)?;
    sections(body, first_line)?;
    let setting = judge::setting(&front).map_err(placed)?;
    Ok(Page {
        title: front.title.value.trim().to_string(),
        category: front.category,
        severity: front.severity,
        level: front.level,
        resource_types: front.resource_types.into_iter().map(|ty| ty.value).collect(),
        by_engine: front.reported_by.is_some(),
        setting,
        equivalents: front.equivalents.into_iter().map(|id| id.value).collect(),
        references: front.references,
        yields_to: front.yields_to,
        text: body.to_string(),
        first_line,
    })
}

// The YAML between the fences, and what stands behind them.
fn parts(file: &str) -> Option<(&str, &str)> {
    let rest = file.strip_prefix(FENCE)?;
    let end = rest.find("\n---\n")? + 1;
    Some((&rest[..end], &rest[end + FENCE.len()..]))
}

fn front(yaml: &str) -> Result<Front, Located> {
    let mut options = Options::default();
    // `off` and `no` are texts that services take.
    options.strict_booleans = true;
    // A few lines of aliases stand for as many values as one likes.
    let mut budget = Budget::default();
    budget.max_nodes = MAX_NODES;
    // Every level is one of the stack; operators end long before, with words of their own.
    budget.max_depth = MAX_DEPTH;
    options.budget = Some(budget);
    // The line of the fence, so that places are those of the file.
    let text = format!("\n{yaml}");
    serde_saphyr::from_str_with_options(&text, options)
        .map_err(|error| (error.location().and_then(place), Fault::Yaml(yaml::said(&error))))
}

// Where a key of the outermost mapping stands.
fn key_place(yaml: &str, key: &str) -> Option<Place> {
    let is_key = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
    let at = yaml.lines().position(is_key)?;
    // The fence is the first line of the file.
    Some(Place { line: at as u64 + 2, column: 1 })
}

fn is_whole(front: &Front) -> Result<(), Located> {
    let title = front.title.value.trim();
    if title.is_empty() || title.starts_with(char::is_lowercase) || title.ends_with('.') {
        return Err((place(front.title.referenced), Fault::Title));
    }
    if front.reported_by.is_some() && !front.resource_types.is_empty() {
        return Err((None, Fault::Excludes("reported-by", "resource-types")));
    }
    let is_type = |ty: &str| match ty {
        "*" => front.when.is_some(),
        _ => {
            ty.split('/').count() > 1
                && ty.split('/').all(|part| !part.is_empty())
                && !ty.trim_end_matches('*').contains('*')
        }
    };
    if let Some(ty) = front.resource_types.iter().find(|ty| !is_type(&ty.value)) {
        return Err((place(ty.referenced), Fault::ResourceType(ty.value.clone())));
    }
    let whole = |id: &str| id.split_once(':').is_some_and(|(tool, id)| !tool.is_empty() && !id.is_empty());
    match front.equivalents.iter().find(|id| !whole(&id.value)) {
        Some(id) => Err((place(id.referenced), Fault::Equivalent(id.value.clone()))),
        None => Ok(()),
    }
}

// Every section is there, has a text, and stands in its place.
fn sections(text: &str, first_line: usize) -> Result<(), Located> {
    let mut headings = Vec::new();
    let mut code = false;
    for (at, line) in text.lines().enumerate() {
        code ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix("## ").filter(|_| !code) {
            headings.push((at, heading.trim()));
        }
    }
    for (index, section) in SECTIONS.into_iter().enumerate() {
        let found = headings.get(index).copied();
        let line = found.map_or(text.lines().count(), |(at, _)| at);
        let end = headings.get(index + 1).map_or(usize::MAX, |(at, _)| *at);
        let filled = text.lines().take(end).skip(line + 1).any(|line| !line.trim().is_empty());
        let fault = match found {
            None => Fault::NoSection(section),
            Some((_, heading)) if heading != section => Fault::OtherSection(section, heading.to_string()),
            Some(_) if !filled => Fault::EmptySection(section),
            Some(_) => continue,
        };
        return Err((Some(Place { line: (first_line + line) as u64, column: 1 }), fault));
    }
    Ok(())
}

fn place(location: Location) -> Option<Place> {
    (location.line() > 0).then(|| Place { line: location.line(), column: location.column() })
}
