//! Regular expressions of pages: without backtracking, so that a text is read once.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use crate::Str;

/// The longest that one may be, in bytes.
const MAX_BYTES: usize = 200;

/// What one may cost in memory, in bytes: repetitions of repetitions are written in few characters.
const MAX_COMPILED: usize = 256 * 1024;

/// A regular expression, compiled when it is first asked.
#[derive(Debug)]
pub struct Pattern {
    text: Str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// One that was read before, as a constant.
    pub const fn constant(text: &'static str) -> Pattern {
        Pattern { text: Str::Borrowed(text), compiled: OnceLock::new() }
    }

    /// Reads one; why it is none, in one line.
    pub fn read(text: &str) -> Result<Pattern, String> {
        if text.len() > MAX_BYTES {
            return Err(format!("it is longer than {MAX_BYTES} bytes"));
        }
        let compiled = compile(text).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "its repetitions are too large".to_string(),
            // The parser draws its errors over several lines; the last one says what is wrong.
            other => {
                let said = other.to_string();
                let last = said.lines().next_back().unwrap_or_default();
                last.trim().trim_start_matches("error: ").to_string()
            }
        })?;
        Ok(Pattern { text: text.to_string().into(), compiled: Some(compiled).into() })
    }

    /// As it is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether something in a text matches.
    pub fn finds(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| compile(&self.text).ok());
        compiled.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

impl Clone for Pattern {
    fn clone(&self) -> Pattern {
        Pattern { text: self.text.clone(), compiled: self.compiled.clone() }
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.text == other.text
    }
}

fn compile(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).size_limit(MAX_COMPILED).dfa_size_limit(MAX_COMPILED).build()
}
