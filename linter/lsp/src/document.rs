//! The buffers of the client.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::address;
use super::encoding::Encoding;

/// A buffer.
#[derive(Debug)]
pub(super) struct Document {
    /// As the client writes it.
    pub(super) uri: Uri,
    /// The path of its file, whether or not that is there; none where it can have none.
    pub(super) path: Option<PathBuf>,
    /// The language, by the client's name for it.
    pub(super) language: String,
    /// The version that the client counts.
    pub(super) version: i32,
    /// What it holds.
    pub(super) text: String,
}

/// The buffers that are open, by URI.
#[derive(Debug, Default)]
pub(super) struct Documents {
    open: HashMap<String, Document>,
    by_path: HashMap<PathBuf, String>,
}

impl Documents {
    /// A buffer is opened.
    pub(super) fn open(&mut self, uri: Uri, language: String, version: i32, text: String) {
        let key = uri.as_str().to_string();
        let path = address::path(&key);
        if let Some(path) = &path {
            self.by_path.insert(path.clone(), key.clone());
        }
        self.open.insert(key, Document { uri, path, language, version, text });
    }

    /// A buffer is changed. Whether it is open at all.
    pub(super) fn change(
        &mut self,
        uri: &str,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> bool {
        let Some(document) = self.open.get_mut(uri) else { return false };
        document.version = version;
        for change in changes {
            let text = std::mem::take(&mut document.text);
            document.text = apply(text, change, encoding);
        }
        true
    }

    /// A buffer is closed; gives it.
    pub(super) fn close(&mut self, uri: &str) -> Option<Document> {
        let document = self.open.remove(uri)?;
        if let Some(path) = &document.path
            && self.by_path.get(path).is_some_and(|key| key == uri)
        {
            self.by_path.remove(path);
        }
        Some(document)
    }

    /// The buffer with this URI.
    pub(super) fn get(&self, uri: &str) -> Option<&Document> {
        self.open.get(uri)
    }

    /// The buffer over a file.
    pub(super) fn at(&self, path: &Path) -> Option<&Document> {
        self.by_path.get(path).and_then(|uri| self.open.get(uri))
    }

    /// All buffers, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Document> {
        self.open.values()
    }
}

fn apply(text: String, change: TextDocumentContentChangeEvent, encoding: Encoding) -> String {
    let Some(range) = change.range else { return change.text };
    let source = Source::new(SourceId(0), "", text);
    let start = encoding.offset(&source, range.start) as usize;
    let end = (encoding.offset(&source, range.end) as usize).max(start);
    let mut text = source.text;
    text.replace_range(start..end, &change.text);
    text
}

#[cfg(test)]
mod tests {
    use lsp_types::{Position, Range};

    use super::*;

    #[test]
    fn changes_are_applied_one_after_the_other() {
        let mut text = "a𝄞b\nc".to_string();
        let at = |line, start, end| {
            Some(Range { start: Position::new(line, start), end: Position::new(line, end) })
        };
        for (range, new, expected) in [
            (at(0, 1, 3), "x", "axb\nc"),
            (at(1, 1, 9), "d\n", "axb\ncd\n"),
            (at(7, 0, 0), "e", "axb\ncd\ne"),
            (None, "all", "all"),
        ] {
            let change = TextDocumentContentChangeEvent { range, range_length: None, text: new.to_string() };
            text = apply(text, change, Encoding::Utf16);
            assert_eq!(text, expected);
        }
    }
}
