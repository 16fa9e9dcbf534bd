//! The expressions that were parsed, by their texts: most expressions of a repository stand in it many times.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::parser::{self, ParsedText};

/// Threads that parse different texts seldom wait for each other.
const SHARDS: usize = 16;

/// How many texts, and how many bytes of them, a shard keeps; one that is full starts anew.
const MAX_TEXTS: usize = 2_048;
const MAX_BYTES: usize = 1 << 20;

/// Parsed expressions, shared by all deployments of a session and by all threads that check them.
#[derive(Default)]
pub struct ExpressionTexts {
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    texts: FxHashMap<SmolStr, Arc<ParsedText>>,
    bytes: usize,
}

impl ExpressionTexts {
    /// The expression that a string of this decoded text holds; parsed once, as long as there is room.
    pub fn parsed(&self, text: &SmolStr) -> Arc<ParsedText> {
        // Whatever spreads a little will do.
        let middle = text.as_bytes().get(text.len() / 2).copied().unwrap_or_default();
        let shard = &self.shards[(text.len() ^ usize::from(middle)) % SHARDS];
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(parsed) = shard.texts.get(text) {
            return parsed.clone();
        }
        let parsed = Arc::new(parser::parse(text));
        if shard.texts.len() >= MAX_TEXTS || shard.bytes + text.len() > MAX_BYTES {
            *shard = Shard::default();
        }
        shard.bytes += text.len();
        shard.texts.insert(text.clone(), parsed.clone());
        parsed
    }
}

impl std::fmt::Debug for ExpressionTexts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExpressionTexts")
    }
}
