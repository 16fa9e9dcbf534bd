//! Strings, in pieces between their holes.

use super::{Lexer, Quotes, TokenKind};

/// What a closing brace closes.
#[derive(Clone, Copy)]
pub(super) enum Template {
    /// The hole of a string.
    Hole(Quotes),
    /// A brace inside of a hole.
    Brace,
}

/// How a piece ends.
enum PieceEnd {
    Quote,
    Hole,
    /// With the line or the text: an error.
    Nothing,
}

impl Lexer<'_> {
    pub(super) fn open_string(&mut self, start: usize, dollars: u8) {
        if self.bytes[self.at..].starts_with(b"'''") {
            self.at += 3;
            return self.piece(start, Quotes::Triple(dollars), true);
        }
        self.at += 1;
        self.piece(start, Quotes::Single, true);
    }

    // Dollars before three quotes say how many open a hole.
    pub(super) fn dollars(&mut self, start: usize) {
        self.skip(|byte| byte == b'$');
        let count = u8::try_from(self.at - start).unwrap_or(u8::MAX);
        if self.bytes[self.at..].starts_with(b"'''") {
            return self.open_string(start, count);
        }
        self.error(start, self.at, "this character means nothing here");
        self.push(TokenKind::Unrecognized, start);
    }

    pub(super) fn close_brace(&mut self, start: usize) {
        self.at += 1;
        match self.templates.last() {
            Some(Template::Hole(quotes)) => {
                let quotes = *quotes;
                self.piece(start, quotes, false);
            }
            Some(Template::Brace) => {
                self.templates.pop();
                self.push(TokenKind::CloseBrace, start);
            }
            None => self.push(TokenKind::CloseBrace, start),
        }
    }

    // Reads a piece whose opening is read.
    fn piece(&mut self, start: usize, quotes: Quotes, first: bool) {
        let errors = self.lexed.errors.len();
        let end = match quotes {
            Quotes::Single => self.single(start),
            Quotes::Triple(dollars) => self.triple(start, dollars),
        };
        let broken = self.lexed.errors.len() > errors;
        match (end, first) {
            (PieceEnd::Hole, true) => {
                self.templates.push(Template::Hole(quotes));
                self.push_piece(TokenKind::TextLeft, start, quotes, broken);
            }
            (PieceEnd::Hole, false) => self.push_piece(TokenKind::TextMiddle, start, quotes, broken),
            (_, true) => self.push_piece(TokenKind::Text, start, quotes, broken),
            (_, false) => {
                self.templates.pop();
                self.push_piece(TokenKind::TextRight, start, quotes, broken);
            }
        }
    }

    fn single(&mut self, start: usize) -> PieceEnd {
        loop {
            self.skip(|byte| !matches!(byte, b'\'' | b'\\' | b'$' | b'\r' | b'\n'));
            match self.bytes.get(self.at) {
                None | Some(b'\r' | b'\n') => {
                    self.error(start, self.at, "the string has no closing quote");
                    return PieceEnd::Nothing;
                }
                Some(b'\'') => {
                    self.at += 1;
                    return PieceEnd::Quote;
                }
                Some(b'$') if self.peek(1) == b'{' => {
                    self.at += 2;
                    return PieceEnd::Hole;
                }
                Some(b'\\') => match escape(&self.bytes[self.at..]) {
                    Some((_, length)) => self.at += length,
                    None => self.wrong_escape(),
                },
                Some(_) => self.at += 1,
            }
        }
    }

    fn wrong_escape(&mut self) {
        let start = self.at;
        self.at += 1;
        // A line end or the quote behind it still ends the string.
        if self.bytes.get(self.at).is_some_and(|byte| !matches!(byte, b'\r' | b'\n')) {
            self.at += 1;
        }
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        self.error(start, self.at, "there is no such escape sequence");
    }

    fn triple(&mut self, start: usize, dollars: u8) -> PieceEnd {
        loop {
            self.skip(|byte| !matches!(byte, b'\'' | b'$'));
            let run = self.at;
            match self.bytes.get(run).copied() {
                None => {
                    self.error(start, (start + 3).min(run), "the string has no closing `'''`");
                    return PieceEnd::Nothing;
                }
                Some(byte) => self.skip(|other| other == byte),
            }
            let length = self.at - run;
            let is_quote = self.bytes[run] == b'\'';
            if is_quote && length >= 3 {
                return PieceEnd::Quote;
            }
            if !is_quote && dollars > 0 && length >= usize::from(dollars) && self.peek(0) == b'{' {
                self.at += 1;
                return PieceEnd::Hole;
            }
        }
    }
}

/// What an escape sequence at the start of a text stands for, and its length.
pub(crate) fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    match bytes {
        [b'\\', b'n', ..] => Some(('\n', 2)),
        [b'\\', b'r', ..] => Some(('\r', 2)),
        [b'\\', b't', ..] => Some(('\t', 2)),
        [b'\\', byte @ (b'\\' | b'\'' | b'$'), ..] => Some((char::from(*byte), 2)),
        [b'\\', b'u', b'{', rest @ ..] => {
            let length = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            let digits = std::str::from_utf8(rest.get(..length)?).ok()?;
            // Half of a character, as UTF-16 has it, is none that a text could hold.
            let code = u32::from_str_radix(digits, 16).ok().filter(|code| *code <= 0x10_ffff)?;
            let code = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            (rest.get(length) == Some(&b'}')).then_some((code, length + 4))
        }
        _ => None,
    }
}
