//! The examples in the documentation of rules, which are the tests of the rules.
//!
//! An example is a fenced block of `json`, `jsonc` or `yaml` with `bad` or `good` behind the language. It
//! holds one file, or several that start with lines like `// file: linkedService/ls.json` (`# file:` in
//! YAML). More words set what is checked for: `as-of=2020-04-01`, `cloud=china`, `strict`, `closed-world`,
//! `allow-auto-resolve`, `approved-subscriptions=id,id`, `private-link=name,name`; `without=rule-id` leaves
//! out a rule that has something to say of everything of the kind; `given=name,name` adds the files of these fixtures.
//! `// expect: rule-id, rule-id` at the end of a line expects these findings to start on that line; on a line of its own
//! it speaks of the next one. The markers are not part of the files.

use std::fmt;

use armlint_page::yaml::nearest;

use crate::settings::{Cloud, Date, FactorySettings};

/// An example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What it shows.
    pub kind: ExampleKind,
    /// The day to check for; none for the default.
    pub as_of: Option<Date>,
    /// The cloud to check for; none for the default.
    pub cloud: Option<Cloud>,
    /// Choices about data factories and Synapse workspaces.
    pub adf: FactorySettings,
    /// The rules whose findings do not count.
    pub without: Vec<String>,
    /// The line of the fence in the documentation, from 1.
    pub line: usize,
    /// The files.
    pub files: Vec<ExampleFile>,
}

impl Example {
    /// The same in a documentation with so many lines more above it.
    pub(super) fn move_down(&mut self, lines: usize) {
        self.line += lines;
        self.files.iter_mut().flat_map(|file| &mut file.first_line).for_each(|line| *line += lines as i64);
    }
}

/// What an example shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExampleKind {
    /// Exactly the expected findings.
    Bad,
    /// No findings.
    Good,
}

/// A file of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFile {
    /// The path, with `/`.
    pub path: String,
    /// The text without markers. An array of resources is wrapped into a template.
    pub text: String,
    /// The findings that are expected.
    pub expectations: Vec<Expectation>,
    /// The line of the documentation that the first line of the text is; `None` for a file of a fixture. Lines that the
    /// text has more, where a list is wrapped, are counted before it.
    pub first_line: Option<i64>,
}

impl ExampleFile {
    /// The line of the documentation that a line of the text is.
    pub fn line(&self, line: u32) -> Option<i64> {
        self.first_line.map(|first| first + i64::from(line) - 1)
    }
}

/// A finding that is expected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expectation {
    /// The line of the file's text, from 1.
    pub line: u32,
    /// The id of the rule.
    pub rule: String,
}

/// A block that is no example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleError {
    /// The line in the documentation, from 1.
    pub line: usize,
    /// What is wrong.
    pub kind: ExampleErrorKind,
}

/// What is wrong with a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExampleErrorKind {
    /// The fence is not closed.
    Unclosed,
    /// A word behind the language means nothing.
    Word(String),
    /// Neither `bad` nor `good` where the language is that of an example.
    NoKind,
    /// A good example with an expectation.
    GoodExpects,
    /// A bad example without one.
    BadExpectsNothing,
    /// There is no fixture of this name; perhaps another one was meant.
    Fixture {
        /// The name that is written.
        name: String,
        /// The name that may be meant.
        near: Option<String>,
    },
    /// A fixture with an expectation.
    FixtureExpects(String),
    /// `expect:` without the id of a rule, or without a line that it speaks of.
    EmptyExpectation,
}

impl fmt::Display for ExampleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.kind)
    }
}

impl fmt::Display for ExampleErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExampleErrorKind::Unclosed => f.write_str("the block is not closed"),
            ExampleErrorKind::Word(word) if WORDS.contains(&key(word)) => {
                write!(f, "`{word}` has no value that `{}` takes", key(word))
            }
            ExampleErrorKind::Word(word) => {
                write!(f, "`{word}` means nothing behind the language of an example; ")?;
                match nearest(key(word), WORDS.into_iter()) {
                    Some(near) => write!(f, "did you mean `{near}`?"),
                    None => write!(f, "the words are {}", WORDS.join(", ")),
                }
            }
            ExampleErrorKind::NoKind => {
                f.write_str("`bad` or `good` is missing behind the language of the example")
            }
            ExampleErrorKind::GoodExpects => f.write_str("a good example has `expect:` on no line"),
            ExampleErrorKind::BadExpectsNothing => {
                f.write_str("a bad example has `expect: <rule>` in a comment behind what a finding points at")
            }
            ExampleErrorKind::Fixture { name, near: Some(near) } => {
                write!(f, "there is no fixture `{name}`; did you mean `{near}`?")
            }
            ExampleErrorKind::Fixture { name, near: None } => write!(f, "there is no fixture `{name}`"),
            ExampleErrorKind::FixtureExpects(name) => {
                write!(f, "the fixture `{name}` has `expect:`; only the example itself may")
            }
            ExampleErrorKind::EmptyExpectation => {
                f.write_str("`expect:` needs the id of a rule, and a line that it speaks of")
            }
        }
    }
}

impl std::error::Error for ExampleError {}

// The words behind the language; those with a value have it behind `=`.
const WORDS: [&str; 11] = [
    "bad",
    "good",
    "strict",
    "closed-world",
    "allow-auto-resolve",
    "approved-subscriptions",
    "private-link",
    "without",
    "given",
    "as-of",
    "cloud",
];

// A word without its value.
fn key(word: &str) -> &str {
    word.split_once('=').map_or(word, |(key, _)| key)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Notation {
    Json,
    Yaml,
}

impl Notation {
    fn comment(self) -> &'static str {
        match self {
            Notation::Json => "//",
            Notation::Yaml => "#",
        }
    }
}

/// The examples in a text of Markdown that knows no fixtures.
pub fn parse(text: &str) -> Result<Vec<Example>, ExampleError> {
    parse_with(text, &[])
}

/// The examples in a text of Markdown. A fixture is a name and the text of an example of JSON: files that start with
/// lines like `// file: linkedService/ls.json`.
pub fn parse_with(text: &str, fixtures: &[(&str, &str)]) -> Result<Vec<Example>, ExampleError> {
    let mut examples = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else { continue };
        let header = header(fence).map_err(|kind| ExampleError { line: at + 1, kind })?;
        let mut body = Vec::new();
        let closed = loop {
            match lines.next() {
                Some((_, line)) if line.trim_end() == "```" => break true,
                Some((_, line)) => body.push(line),
                None => break false,
            }
        };
        if !closed {
            return Err(ExampleError { line: at + 1, kind: ExampleErrorKind::Unclosed });
        }
        let Some(header) = header else { continue };
        let mut files = files(&body, header.notation)
            .map_err(|(line, kind)| ExampleError { line: at + 2 + line, kind })?;
        // Behind the fence, and counted from 1.
        files.iter_mut().flat_map(|file| &mut file.first_line).for_each(|line| *line += at as i64 + 2);
        let expects = files.iter().any(|file| !file.expectations.is_empty());
        let kind = match (header.kind, expects) {
            (ExampleKind::Good, true) => Some(ExampleErrorKind::GoodExpects),
            (ExampleKind::Bad, false) => Some(ExampleErrorKind::BadExpectsNothing),
            _ => None,
        };
        if let Some(kind) = kind {
            return Err(ExampleError { line: at + 1, kind });
        }
        for name in &header.given {
            let more = given(name, fixtures).map_err(|kind| ExampleError { line: at + 1, kind })?;
            files.extend(more);
        }
        let Header { kind, as_of, cloud, adf, without, .. } = header;
        examples.push(Example { kind, as_of, cloud, adf, without, line: at + 1, files });
    }
    Ok(examples)
}

// The files of a fixture. They expect nothing: an example says itself what it expects.
fn given(name: &str, fixtures: &[(&str, &str)]) -> Result<Vec<ExampleFile>, ExampleErrorKind> {
    let unknown = || {
        let near = nearest(name, fixtures.iter().map(|(known, _)| *known)).map(str::to_string);
        ExampleErrorKind::Fixture { name: name.to_string(), near }
    };
    let (_, text) = fixtures.iter().find(|(known, _)| *known == name).ok_or_else(unknown)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut files = files(&lines, Notation::Json).map_err(|(_, kind)| kind)?;
    if files.iter().any(|file| !file.expectations.is_empty()) {
        return Err(ExampleErrorKind::FixtureExpects(name.to_string()));
    }
    files.iter_mut().for_each(|file| file.first_line = None);
    Ok(files)
}

struct Header {
    notation: Notation,
    kind: ExampleKind,
    as_of: Option<Date>,
    cloud: Option<Cloud>,
    adf: FactorySettings,
    without: Vec<String>,
    given: Vec<String>,
}

// `None` for a block of another language.
fn header(fence: &str) -> Result<Option<Header>, ExampleErrorKind> {
    let mut words = fence.split_whitespace();
    let notation = match words.next() {
        Some("json" | "jsonc") => Notation::Json,
        Some("yaml") => Notation::Yaml,
        _ => return Ok(None),
    };
    let (mut kind, mut as_of, mut cloud) = (None, None, None);
    let (mut adf, mut without, mut given) = (FactorySettings::default(), Vec::new(), Vec::new());
    let list = |text: &str| text.split(',').map(str::to_string).collect::<Vec<String>>();
    for word in words {
        let unknown = || ExampleErrorKind::Word(word.to_string());
        match word.split_once('=') {
            None if word == "bad" => kind = Some(ExampleKind::Bad),
            None if word == "good" => kind = Some(ExampleKind::Good),
            None if word == "strict" => adf.strict = true,
            None if word == "closed-world" => adf.closed_world = true,
            None if word == "allow-auto-resolve" => adf.allow_auto_resolve = true,
            Some(("approved-subscriptions", ids)) => adf.approved_subscriptions = list(ids),
            Some(("private-link", names)) => adf.private_link = list(names),
            Some(("without", rules)) => without = list(rules),
            Some(("given", fixtures)) => given = list(fixtures),
            Some(("as-of", date)) => as_of = Some(date.parse().map_err(|_| unknown())?),
            Some(("cloud", "public")) => cloud = Some(Cloud::Public),
            Some(("cloud", "us-government")) => cloud = Some(Cloud::UsGovernment),
            Some(("cloud", "china")) => cloud = Some(Cloud::China),
            _ => return Err(unknown()),
        }
    }
    let kind = kind.ok_or(ExampleErrorKind::NoKind)?;
    Ok(Some(Header { notation, kind, as_of, cloud, adf, without, given }))
}

fn files(lines: &[&str], notation: Notation) -> Result<Vec<ExampleFile>, (usize, ExampleErrorKind)> {
    let default = match notation {
        Notation::Json => "template.json",
        Notation::Yaml => "template.yaml",
    };
    let mut files = Vec::new();
    let mut file = ExampleBuilder::new(default, 0);
    for (at, line) in lines.iter().enumerate() {
        if let Some(path) = comment(line, notation).and_then(|text| text.strip_prefix("file:")) {
            if !file.is_empty() {
                files.push(file.finish(notation).ok_or((at, ExampleErrorKind::EmptyExpectation))?);
            }
            file = ExampleBuilder::new(path.trim(), at + 1);
            continue;
        }
        file.push(line, notation).ok_or((at, ExampleErrorKind::EmptyExpectation))?;
    }
    files.push(file.finish(notation).ok_or((lines.len(), ExampleErrorKind::EmptyExpectation))?);
    Ok(files)
}

// The text of a line that is a comment and nothing else.
fn comment(line: &str, notation: Notation) -> Option<&str> {
    line.trim().strip_prefix(notation.comment()).map(str::trim)
}

struct ExampleBuilder {
    path: String,
    // The line of the block that the text starts in, from 0.
    start: usize,
    lines: Vec<String>,
    expectations: Vec<Expectation>,
    // Rules that a marker on a line of its own expects on the next line.
    pending: Vec<String>,
}

impl ExampleBuilder {
    fn new(path: &str, start: usize) -> ExampleBuilder {
        let path = path.to_string();
        ExampleBuilder { path, start, lines: Vec::new(), expectations: Vec::new(), pending: Vec::new() }
    }

    fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.trim().is_empty())
    }

    // `None` where a marker names no rule.
    fn push(&mut self, line: &str, notation: Notation) -> Option<()> {
        let number = self.lines.len() as u32 + 1;
        let expect = |rule: String| Expectation { line: number, rule };
        let Some((before, rules)) = marker(line, notation) else {
            self.expectations.extend(self.pending.drain(..).map(expect));
            self.lines.push(line.to_string());
            return Some(());
        };
        let rules: Vec<String> = rules.split(',').map(|rule| rule.trim().to_string()).collect();
        if rules.iter().any(String::is_empty) {
            return None;
        }
        if before.trim().is_empty() {
            self.pending.extend(rules);
        } else {
            self.expectations.extend(self.pending.drain(..).chain(rules).map(expect));
        }
        self.lines.push(before.trim_end().to_string());
        Some(())
    }

    fn finish(mut self, notation: Notation) -> Option<ExampleFile> {
        let first =
            self.lines.iter().find(|line| !line.trim().is_empty() && comment(line, notation).is_none());
        let is_list = first.is_some_and(|line| match notation {
            Notation::Json => line.trim_start().starts_with('['),
            Notation::Yaml => line.starts_with("- "),
        });
        let mut text = self.lines.join("\n") + "\n";
        let mut first_line = self.start as i64;
        if is_list {
            let (head, tail, added) = template(notation);
            text = format!("{head}{text}{tail}");
            self.expectations.iter_mut().for_each(|expectation| expectation.line += added);
            first_line -= i64::from(added);
        }
        self.expectations.sort();
        let ExampleBuilder { path, expectations, pending, .. } = self;
        pending.is_empty().then_some(ExampleFile { path, text, expectations, first_line: Some(first_line) })
    }
}

// What stands before and behind a list of resources in a template, and how many lines the former has: in
// JSON none, so that the lines of the example are those of the file.
fn template(notation: Notation) -> (&'static str, &'static str, u32) {
    match notation {
        Notation::Json => (
            "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \
             \"contentVersion\": \"1.0.0.0\", \"resources\": ",
            "}\n",
            0,
        ),
        Notation::Yaml => (
            "$schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\n\
             contentVersion: 1.0.0.0\n\
             resources:\n",
            "",
            3,
        ),
    }
}

// The text before a marker and what it expects. A marker ends its line, so that the last comment on a
// line is the one.
fn marker(line: &str, notation: Notation) -> Option<(&str, &str)> {
    let at = line.rfind("expect:")?;
    let before = line.get(..at)?.trim_end().strip_suffix(notation.comment())?;
    Some((before, line.get(at + "expect:".len()..)?.trim()))
}

#[cfg(test)]
mod tests;
