//! What stands between tokens: blanks, comments, and directives for the compiler's diagnostics.

use armlint_engine::span::Span;
use smol_str::SmolStr;

use super::Lexer;
use crate::syntax::{Directive, DirectiveKind};

const DIRECTIVES: [(&str, DirectiveKind); 3] = [
    ("#disable-next-line", DirectiveKind::DisableNextLine),
    ("#disable-diagnostics", DirectiveKind::Disable),
    ("#restore-diagnostics", DirectiveKind::Restore),
];

impl Lexer<'_> {
    pub(super) fn trivia(&mut self) {
        loop {
            match self.bytes.get(self.at..).unwrap_or_default() {
                [b' ' | b'\t', ..] => self.at += 1,
                [b'/', b'/', ..] => {
                    let start = self.at;
                    self.skip(|byte| !matches!(byte, b'\r' | b'\n'));
                    self.lexed.comments.push(Span::new(self.source, start, self.at));
                }
                [b'/', b'*', ..] => self.block_comment(),
                [b'#', ..] if self.starts_line() && self.directive() => {}
                _ => break,
            }
        }
    }

    fn block_comment(&mut self) {
        let start = self.at;
        match self.text[start + 2..].find("*/") {
            Some(length) => self.at = start + 2 + length + 2,
            None => {
                self.error(start, start + 2, "the comment has no `*/`");
                self.at = self.bytes.len();
            }
        }
        self.lexed.comments.push(Span::new(self.source, start, self.at));
    }

    // Whether nothing but blanks stands before this on its line.
    fn starts_line(&self) -> bool {
        let before = self.bytes.get(..self.at).unwrap_or_default();
        let last = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
        matches!(last, None | Some(b'\r' | b'\n')) || before == "\u{feff}".as_bytes()
    }

    fn directive(&mut self) -> bool {
        let start = self.at;
        let is_here = |(name, _): &&(&str, DirectiveKind)| self.text[start..].starts_with(name);
        let Some((name, kind)) = DIRECTIVES.iter().find(is_here) else { return false };
        self.at += name.len();
        let mut codes: Vec<(SmolStr, Span)> = Vec::new();
        loop {
            self.skip(|byte| matches!(byte, b' ' | b'\t'));
            let code = self.at;
            self.skip(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
            if self.at == code {
                break;
            }
            codes.push((self.text[code..self.at].into(), Span::new(self.source, code, self.at)));
        }
        if codes.is_empty() {
            self.error(start, self.at, "the directive names no diagnostic");
        }
        let span = Span::new(self.source, start, self.at);
        self.lexed.directives.push(Directive { kind: *kind, span, codes });
        true
    }
}
