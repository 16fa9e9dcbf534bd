//! Values that YAML takes for comments: `name: #{token}#`.

use super::{MarkRange, TreeBuilder};

impl TreeBuilder<'_> {
    /// A token `#{name}#` in the place of a value, as pipelines replace it: a comment to YAML, a value to
    /// whoever wrote it.
    pub(super) fn token(&mut self) -> Option<MarkRange> {
        let from = self.last_end;
        let rest = self.source.text.get(from..)?;
        let behind = rest.trim_start().strip_prefix([':', '-'])?.trim_start_matches([' ', '\t']);
        if !behind.starts_with("#{") {
            return None;
        }
        let line = behind.find(['\n', '\r']).map_or(behind, |end| behind.get(..end).unwrap_or(behind));
        let end = line.strip_prefix("#{")?.find('}')?;
        let start = from + rest.len() - behind.len();
        if end == 0 {
            return None;
        }
        self.tokens.insert(start);
        Some(start..start + line.trim_end().len())
    }
}
