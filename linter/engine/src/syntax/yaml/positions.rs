//! The way from the decoded text of a scalar back to the source.
//!
//! The parser tells where a scalar stands and what it decodes to. Here the two are laid side by side.

use granit_parser::ScalarStyle;

use super::super::Scalar;
use super::MarkRange;

/// The scalar that stands at `at` and decodes to `decoded`.
pub(super) fn scalar(text: &str, at: &MarkRange, style: ScalarStyle, decoded: &str) -> Scalar {
    let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
    let inner = if quoted { at.start + 1..at.end.saturating_sub(1).max(at.start + 1) } else { at.clone() };
    let raw = text.get(inner.clone()).unwrap_or("");
    if raw == decoded {
        return Scalar::verbatim(decoded, offset(inner.start));
    }
    let table = match style {
        ScalarStyle::Literal | ScalarStyle::Folded => block_table(raw, inner.start, decoded),
        _ => flow_table(raw, inner.start, style, decoded),
    };
    Scalar::mapped(decoded, table)
}

/// Extends the content of a block scalar to its header, and cuts the blank lines behind it.
pub(super) fn block(text: &str, at: &MarkRange) -> MarkRange {
    let content = text.get(at.clone()).unwrap_or("");
    let end = at.start + content.trim_end().len();
    let mut above = text.get(..at.start).unwrap_or("");
    above = above.trim_end_matches([' ', '\t', '\n', '\r']);
    let line_start = above.rfind(['\n', '\r']).map_or(0, |line_break| line_break + 1);
    let line = above.get(line_start..).unwrap_or("");
    let is_header = |header: &str| {
        let header = header.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || "+-".contains(c));
        header.ends_with(['|', '>']).then(|| line_start + header.len() - 1)
    };
    // A comment may stand behind the header, and hash signs before or in it.
    let start =
        is_header(line).or_else(|| line.match_indices(" #").find_map(|(hash, _)| is_header(&line[..hash])));
    match start {
        Some(start) => start..end.max(above.len()),
        None => at.start..end.max(at.start),
    }
}

/// Lays the lines of a block scalar (`raw`, from its header on) beside the decoded text.
fn block_table(raw: &str, start: usize, decoded: &str) -> Vec<(u32, u32)> {
    let mut table = Vec::new();
    let mut from = 0;
    let mut lines = lines(raw).peekable();
    let mut line_start = start;
    if let Some(header) = lines.next_if(|line| line.starts_with(['|', '>'])) {
        line_start += header.len();
    }
    let mut indent = None;
    for line in lines {
        let content = line.trim_end_matches(['\n', '\r']);
        let own = content.len() - content.trim_start_matches(' ').len();
        // Blanks beyond the indentation are text, also where nothing else stands on the line.
        let blank = own == content.len() && indent.is_none_or(|indent| own <= indent);
        if !blank {
            let cut = (*indent.get_or_insert_with(|| {
                let leading = decoded.trim_start_matches('\n');
                own.saturating_sub(leading.len() - leading.trim_start_matches(' ').len())
            }))
            .min(own);
            let piece = content.get(cut..).unwrap_or("");
            let Some(found) = find_line(decoded, from, piece) else { break };
            add(&mut table, found, line_start + cut);
            from = found + piece.len();
        }
        line_start += line.len();
    }
    if table.first().is_none_or(|(first, _)| *first > 0) {
        table.insert(0, (0, offset(start)));
    }
    table
}

/// The lines of a text with their breaks: `\n`, `\r\n` or `\r`.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let length = match rest.find(['\n', '\r']) {
            Some(at) if rest[at..].starts_with("\r\n") => at + 2,
            Some(at) => at + 1,
            None => rest.len(),
        };
        let (line, behind) = rest.split_at(length);
        rest = behind;
        (!line.is_empty()).then_some(line)
    })
}

/// Where `piece` continues the decoded text: behind line breaks and the space of a folded one.
fn find_line(decoded: &str, from: usize, piece: &str) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = decoded.get(at..)?;
        if rest.starts_with(piece) {
            return Some(at);
        }
        // The last line of a scalar may end in blanks that belong to no span.
        match rest.bytes().next()? {
            b'\n' => at += 1,
            b' ' if at == from => at += 1,
            _ => return None,
        }
    }
}

/// Lays a plain or quoted scalar beside its decoded text.
fn flow_table(raw: &str, start: usize, style: ScalarStyle, decoded: &str) -> Vec<(u32, u32)> {
    let mut table = vec![(0, offset(start))];
    let (mut from, mut to) = (0, 0);
    while let (Some(rest), Some(out)) = (raw.get(from..), decoded.get(to..)) {
        let (Some(first), Some(produced)) = (rest.chars().next(), out.chars().next()) else { break };
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let (consumed, made) = if rest[blanks..].starts_with(['\n', '\r']) {
            fold(rest, style == ScalarStyle::Plain)
        } else if blanks > 0 {
            from += blanks;
            to += blanks;
            continue;
        } else if style == ScalarStyle::DoubleQuoted && first == '\\' {
            escape(rest, produced)
        } else if style == ScalarStyle::SingleQuoted && rest.starts_with("''") {
            (2, 1)
        } else {
            from += first.len_utf8();
            to += produced.len_utf8();
            continue;
        };
        from += consumed;
        to += made;
        add(&mut table, to, start + from);
    }
    table
}

/// The length of line breaks with the blanks around them, and of what they fold to. The parser lets a
/// comment behind a tab pass between the lines of a plain scalar.
fn fold(rest: &str, plain: bool) -> (usize, usize) {
    let (mut breaks, mut behind) = (0_usize, rest);
    loop {
        behind = behind.trim_start_matches([' ', '\t']);
        behind = match behind.as_bytes() {
            [b'\r', b'\n', ..] => &behind[2..],
            [b'\r' | b'\n', ..] => &behind[1..],
            [b'#', ..] if plain => {
                behind = behind.trim_start_matches(|c| c != '\n' && c != '\r');
                continue;
            }
            _ => return (rest.len() - behind.len(), breaks.saturating_sub(1).max(1)),
        };
        breaks += 1;
    }
}

/// The length of an escape sequence, and of what it decodes to.
fn escape(rest: &str, produced: char) -> (usize, usize) {
    match rest.as_bytes().get(1) {
        Some(b'\n' | b'\r') => {
            let behind = rest[1..].strip_prefix("\r\n").unwrap_or_else(|| rest.get(2..).unwrap_or(""));
            (rest.len() - behind.trim_start_matches([' ', '\t']).len(), 0)
        }
        Some(b'x') => (4, produced.len_utf8()),
        Some(b'u') if produced.len_utf8() == 4 => (12, 4),
        Some(b'u') => (6, produced.len_utf8()),
        Some(b'U') => (10, produced.len_utf8()),
        _ => (2, produced.len_utf8()),
    }
}

fn add(table: &mut Vec<(u32, u32)>, decoded: usize, source: usize) {
    let (decoded, source) = (offset(decoded), offset(source));
    match table.last_mut() {
        Some(last) if last.0 == decoded => last.1 = source,
        _ => table.push((decoded, source)),
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
