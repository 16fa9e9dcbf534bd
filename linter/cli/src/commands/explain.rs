//! `armlint explain`: the documentation of a rule as text.

use armlint_engine::rule::page::Str;
use armlint_engine::rule::{Catalogue, Documentation, Level, RuleSpec};
use armlint_workspace::selection::rules_of;
use armlint_workspace::text::page_url;

use super::rules::{self, Rules};
use crate::arguments::{Color, ExplainArguments};
use crate::error::Error;
use crate::output;
use crate::status::Status;
use crate::style::Style;

/// The widest that paragraphs are set, in columns.
const MAX_WIDTH: usize = 100;

/// Explains one rule, or lists those that a prefix or category stands for.
pub(crate) fn run(arguments: &ExplainArguments, color: Color) -> Result<Status, Error> {
    let catalogue = Rules::around(&arguments.configuration)?;
    let style = Style::stdout(color);
    let text = explain(&catalogue.catalogue, &arguments.rule, &style)?;
    output::to_stdout(text.as_bytes())?;
    Ok(catalogue.status())
}

fn explain(catalogue: &Catalogue, name: &str, style: &Style) -> Result<String, Error> {
    let (ids, rule) = match rules::equivalent(catalogue, name).as_slice() {
        [] => (rules_of(catalogue, name)?, catalogue.rule(name)),
        [id] => (Vec::new(), catalogue.rule(id)),
        ids => (ids.to_vec(), None),
    };
    Ok(match rule.and_then(|rule| Some((rule, catalogue.documentation(rule.id)?))) {
        Some((rule, documentation)) => page(catalogue, rule, documentation, style),
        None => rules::table(catalogue, &ids),
    })
}

fn page(catalogue: &Catalogue, rule: &RuleSpec, documentation: &Documentation, style: &Style) -> String {
    let mut text = format!("{}\n", style.bold(&documentation.title));
    let strict = if rule.level == Level::Strict { " · strict" } else { "" };
    text.push_str(&format!("{} · {} · {}{strict}\n", rule.id, rule.severity, rule.category.as_str()));
    text.push_str(&plain(&documentation.text, style));
    list(&mut text, "Also known as", &rule.equivalents, style);
    list(&mut text, "References", &rule.references, style);
    if let Some(url) = page_url(catalogue, rule.id) {
        text.push_str(&format!("\n{url}\n"));
    }
    if style.unicode { text } else { text.replace('·', "-") }
}

fn list(text: &mut String, heading: &str, entries: &[Str], style: &Style) {
    if !entries.is_empty() {
        text.push_str(&format!("\n{}\n", style.bold(heading)));
        text.extend(entries.iter().map(|entry| format!("  {entry}\n")));
    }
}

/// Markdown as text: headings in bold, paragraphs and items filled, code indented as it is.
fn plain(markdown: &str, style: &Style) -> String {
    let mut text = String::new();
    let mut paragraph = String::new();
    let mut code = false;
    for line in markdown.lines() {
        let fence = line.trim_start().strip_prefix("```");
        let item = line.trim_start().starts_with("- ") || line.trim_start().starts_with("* ");
        if !paragraph.is_empty()
            && (code || fence.is_some() || item || line.trim().is_empty() || line.starts_with('#'))
        {
            fill(&mut text, &paragraph, style);
            paragraph.clear();
        }
        match fence {
            Some(info) if !code => {
                code = true;
                let mut words = info.split_whitespace().skip(1);
                let kind = words.next().unwrap_or("");
                let given = words.find_map(|word| word.strip_prefix("given="));
                let label = match (kind, given) {
                    ("", _) => "example".to_string(),
                    (kind, None) => format!("{kind}:"),
                    (kind, Some(given)) => format!("{kind}, beside {}:", given.replace(',', ", ")),
                };
                text.push_str(&format!("\n  {}\n", style.bold(&label)));
            }
            Some(_) => code = false,
            None if code => text.push_str(format!("    {line}").trim_end().to_string().as_str()),
            None if line.starts_with('#') => {
                text.push_str(&format!("\n{}\n", style.bold(line.trim_start_matches('#').trim())));
            }
            None => {
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(line.trim());
            }
        }
        if code && fence.is_none() {
            text.push('\n');
        }
    }
    if !paragraph.is_empty() {
        fill(&mut text, &paragraph, style);
    }
    text
}

fn fill(text: &mut String, paragraph: &str, style: &Style) {
    let hanging = if paragraph.starts_with(['-', '*']) { "    " } else { "  " };
    let options = textwrap::Options::new(style.width.min(MAX_WIDTH))
        .initial_indent("  ")
        .subsequent_indent(hanging)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    text.push_str(&textwrap::fill(&links(paragraph), options));
    text.push('\n');
}

/// `[text](address)` as `text (address)`.
fn links(text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(middle) = rest.find("](") {
        let (before, after) = (&rest[..middle], &rest[middle + 2..]);
        let (Some(open), Some(close)) = (before.rfind('['), after.find(')')) else { break };
        result.push_str(&before[..open]);
        result.push_str(&before[open + 1..]);
        result.push_str(&format!(" ({})", &after[..close]));
        rest = &after[close + 1..];
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use armlint_workspace::fixture;

    use super::*;

    #[test]
    fn golden() {
        let style = Style { width: 60, ..Style::file() };
        insta::assert_snapshot!(explain(&fixture::catalogue(), "adf/secret-literal", &style).unwrap());
    }

    #[test]
    fn a_prefix_lists_its_rules() {
        let text = explain(&fixture::catalogue(), "adf/", &Style::file()).unwrap();
        assert!(text.contains("adf/public-runtime") && !text.contains("template/unread"));
        assert!(explain(&fixture::catalogue(), "nothing/", &Style::file()).is_err());
    }

    #[test]
    fn rules_of_other_tools_lead_to_ours() {
        let catalogue = armlint_rules::catalogue();
        for name in ["checkov:CKV_AZURE_104", "ckv_azure_104", "AZU-0035"] {
            let text = explain(&catalogue, name, &Style::file()).unwrap();
            assert!(text.contains("adf/public-network-access · medium · network"), "{name}: {text}");
        }
        let text = explain(&catalogue, "CKV_AZURE_131", &Style::file()).unwrap();
        assert!(text.lines().count() == 2 && text.contains("template/secure-parameter-default"), "{text}");
    }

    #[test]
    fn links_become_text() {
        assert_eq!(links("see [a](b) and `x[0](y`"), "see a (b) and `x[0](y`");
        assert_eq!(links("`parameters('a')[0]`"), "`parameters('a')[0]`");
    }
}
