//! How a terminal wants its text: colours, width, drawing characters.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};

use armlint_engine::finding::Severity;

use crate::arguments::Color;

/// The width of lines where there is no terminal, in columns.
const DEFAULT_WIDTH: usize = 100;

/// How to draw.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    /// ANSI colours.
    pub(crate) color: bool,
    /// Links that a terminal opens (OSC 8).
    pub(crate) links: bool,
    /// Box-drawing characters; ASCII otherwise.
    pub(crate) unicode: bool,
    /// Columns.
    pub(crate) width: usize,
}

impl Style {
    /// The style for standard output.
    pub(crate) fn stdout(choice: Color) -> Style {
        let terminal = io::stdout().is_terminal();
        let color = colored(choice, terminal, |name| env::var_os(name));
        let width = match terminal_size::terminal_size() {
            Some((width, _)) if terminal => usize::from(width.0).clamp(40, 240),
            _ => DEFAULT_WIDTH,
        };
        let links = color && terminal && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
        Style { color, links, unicode: unicode(|name| env::var_os(name)), width }
    }

    /// The style for a file.
    pub(crate) fn file() -> Style {
        Style { color: false, links: false, unicode: true, width: DEFAULT_WIDTH }
    }

    /// The text in bold, where there are colours.
    pub(crate) fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    /// The text in the colour of a severity, where there are colours.
    pub(crate) fn severity(&self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Critical => "1;31",
            Severity::High => "31",
            Severity::Medium => "33",
            Severity::Low => "36",
        };
        self.paint(code, text)
    }

    /// The text as a link to an address, where the terminal opens them.
    pub(crate) fn link(&self, url: &str, text: &str) -> String {
        match self.links {
            true => format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
            false => text.to_string(),
        }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    }
}

/// The conventions of no-color.org and bixense.com/clicolors.
fn colored(choice: Color, terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = |name| variable(name).is_some_and(|value| !value.is_empty());
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR") => false,
        Color::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") => {
            true
        }
        Color::Auto => {
            let dumb = variable("TERM").is_some_and(|value| value == "dumb");
            let off = variable("CLICOLOR").is_some_and(|value| value == "0");
            terminal && !dumb && !off
        }
    }
}

/// Whether text is UTF-8: yes, unless the locale names another encoding.
fn unicode(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty())
        .map(|value| value.to_string_lossy().to_ascii_lowercase());
    cfg!(windows) || locale.is_none_or(|locale| locale.contains("utf-8") || locale.contains("utf8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(set: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        move |name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into())
    }

    #[test]
    fn colours_follow_the_conventions() {
        assert!(colored(Color::Auto, true, variables(&[])));
        assert!(!colored(Color::Auto, false, variables(&[])));
        assert!(!colored(Color::Auto, true, variables(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")])));
        assert!(colored(Color::Auto, true, variables(&[("NO_COLOR", "")])));
        assert!(colored(Color::Auto, false, variables(&[("CLICOLOR_FORCE", "1")])));
        assert!(!colored(Color::Auto, false, variables(&[("CLICOLOR_FORCE", "0")])));
        assert!(!colored(Color::Auto, true, variables(&[("TERM", "dumb")])));
        assert!(colored(Color::Always, false, variables(&[("NO_COLOR", "1")])));
        assert!(!colored(Color::Never, true, variables(&[("CLICOLOR_FORCE", "1")])));
    }

    #[test]
    #[cfg(not(windows))]
    fn the_locale_decides_the_characters() {
        assert!(unicode(variables(&[])));
        assert!(unicode(variables(&[("LANG", "de_DE.UTF-8")])));
        assert!(!unicode(variables(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")])));
    }
}
