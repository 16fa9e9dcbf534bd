//! Patterns of a configuration: relative to its folder, with `/`.

use std::path::Path;

use glob::{MatchOptions, Pattern};

const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// A list of patterns, one of which is to match.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns(Vec<Pattern>);

impl Patterns {
    /// Adds a pattern; an error says what is wrong with it.
    pub(super) fn add(&mut self, text: &str) -> Result<(), glob::PatternError> {
        let text = text.strip_prefix("./").unwrap_or(text);
        self.0.push(Pattern::new(text.strip_suffix('/').unwrap_or(text))?);
        Ok(())
    }

    /// Whether one of them matches a path, or a folder that the path lies in.
    pub(super) fn matches(&self, path: &Path) -> bool {
        let above = path.ancestors().filter(|path| !path.as_os_str().is_empty());
        self.0.iter().any(|pattern| above.clone().any(|path| pattern.matches_path_with(path, OPTIONS)))
    }

    /// Whether one of them matches a path itself.
    pub(super) fn matches_file(&self, path: &Path) -> bool {
        self.0.iter().any(|pattern| pattern.matches_path_with(path, OPTIONS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_files_and_what_is_in_folders() {
        let patterns = |texts: &[&str]| {
            let mut patterns = Patterns::default();
            texts.iter().for_each(|text| patterns.add(text).unwrap());
            patterns
        };
        for (pattern, path, expected) in [
            ("old", "old/a/b.json", true),
            ("old/", "old/a.json", true),
            ("./old/**", "old/a/b.json", true),
            ("old", "new/old/a.json", false),
            ("**/old", "new/old/a.json", true),
            ("**/*.test.json", "a/b.test.json", true),
            ("**/*.test.json", "b.test.json", true),
            ("*.json", "a/b.json", false),
            ("a/*/c.json", "a/b/c.json", true),
            ("A/b.json", "a/b.json", false),
        ] {
            assert_eq!(patterns(&[pattern]).matches(Path::new(path)), expected, "{pattern} {path}");
        }
        assert!(!patterns(&["old"]).matches_file(Path::new("old/a.json")));
        assert!(Patterns::default().add("a[").is_err());
    }
}
