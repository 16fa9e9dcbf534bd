//! For people, in a browser: one file with everything in it. Nothing is loaded and nothing is sent; a policy in the file
//! says so, and allows its own styles and scripts by their hashes alone.
//!
//! The first screen, the map and the worst findings are plain elements. Everything else is data that scripts show, as text
//! and never as markup.

mod data;
mod markup;
mod page;

use std::io::{self, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use super::View;
use data::Data;
use markup::escaped;

const STYLE: &str = include_str!("page.css");
const SHARED: &str = include_str!("shared.js");
const FINDINGS: &str = include_str!("findings.js");
const MAP: &str = include_str!("map.js");

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// All that was found, and the map.
    Report,
    /// The map, and what was found at its parts.
    Map,
}

/// Writes the report.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    document(view, Subject::Report, out)
}

/// Writes a page.
pub(crate) fn document(view: &View<'_>, subject: Subject, out: &mut dyn Write) -> io::Result<()> {
    let data = Data::of(view, subject);
    let network = view.network.as_ref();
    let styles: Vec<&str> = std::iter::once(STYLE).chain(network.map(|network| network.style)).collect();
    let scripts: Vec<&str> = match (subject, network) {
        (Subject::Report, None) => vec![SHARED, FINDINGS],
        (Subject::Report, Some(_)) => vec![SHARED, FINDINGS, MAP],
        (Subject::Map, _) => vec![SHARED, MAP],
    };
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; script-src {}; \
         base-uri 'none'; form-action 'none'\">",
        hashes(&styles),
        hashes(&scripts)
    )?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<meta name=\"color-scheme\" content=\"light dark\">")?;
    writeln!(out, "<meta name=\"referrer\" content=\"no-referrer\">")?;
    writeln!(out, "<title>{}</title>", escaped(&page::title(view, subject)))?;
    for style in styles {
        writeln!(out, "<style>{style}</style>")?;
    }
    writeln!(out, "</head>\n<body>")?;
    page::body(view, subject, out)?;
    writeln!(out, "<script type=\"application/json\" id=\"data\">{}</script>", data.json()?)?;
    for (number, rule) in data.rules().enumerate() {
        writeln!(out, "<template id=\"rule-{number}\">{}</template>", markup::explanation(view, rule))?;
    }
    for script in scripts {
        writeln!(out, "<script>{script}</script>")?;
    }
    writeln!(out, "</body>\n</html>")
}

fn hashes(texts: &[&str]) -> String {
    let hash = |text: &&str| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())));
    texts.iter().map(hash).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
