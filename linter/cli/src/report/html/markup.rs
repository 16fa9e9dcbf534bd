//! Texts as HTML.

use armlint_workspace::text::{lines, page_url};
use pulldown_cmark::{Event, Options, Parser, Tag, html};
use quick_xml::escape::escape;

use crate::report::View;

/// A text of a file: on one line, and nothing of it means anything in a page or to a terminal.
pub(super) fn escaped(text: &str) -> String {
    escape(lines(text).replace('\n', " ")).into_owned()
}

/// A text with what stands in backticks as code.
pub(super) fn with_code(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // Without a partner the last one is a character.
    let pairs = parts.len() - (parts.len() + 1) % 2;
    let mut shown = String::new();
    for (at, part) in parts.iter().enumerate() {
        match at % 2 {
            1 if at < pairs => shown.push_str(&format!("<code>{}</code>", escaped(part))),
            1 => shown.push_str(&format!("`{}", escaped(part))),
            _ => shown.push_str(&escaped(part)),
        }
    }
    shown
}

/// Why a rule is there and how its findings are mended, of its page.
pub(super) fn explanation(view: &View<'_>, rule: &str) -> String {
    let Some(page) = view.catalogue.documentation(rule) else { return String::new() };
    let address = page_url(view.catalogue, rule).unwrap_or_default();
    let part = |heading: &str| {
        let text = page.section(heading);
        if text.is_empty() {
            String::new()
        } else {
            format!("<h3>{heading}</h3>{}", rendered(text, &address))
        }
    };
    format!("{}{}", part("Why"), part("How to fix"))
}

// What pages link to below themselves is where they are published, as far as that is known.
fn rendered(text: &str, address: &str) -> String {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url =
                if dest_url.starts_with("https://") { dest_url } else { address.to_string().into() };
            Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::Start(Tag::Image { .. }) | Event::End(pulldown_cmark::TagEnd::Image) => None,
        event => Some(event),
    });
    let mut shown = String::new();
    html::push_html(&mut shown, events);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_are_code_in_pairs() {
        for (text, shown) in [
            ("a `b<` c", "a <code>b&lt;</code> c"),
            ("a `b", "a `b"),
            ("`a` `b", "<code>a</code> `b"),
            ("", ""),
        ] {
            assert_eq!(with_code(text), shown);
        }
    }

    #[test]
    fn a_page_brings_no_markup_of_its_own() {
        let shown = rendered(
            "<script>x</script>\n\n[a](../b.md) ![c](d.png) <b>e</b>",
            "https://github.com/armlint/armlint/blob/main/rules/adf/x.md",
        );
        assert!(!shown.contains("<script") && !shown.contains("<img") && !shown.contains("<b>"), "{shown}");
        assert!(
            shown.contains("href=\"https://github.com/armlint/armlint/blob/main/rules/adf/x.md\""),
            "{shown}"
        );
    }
}
