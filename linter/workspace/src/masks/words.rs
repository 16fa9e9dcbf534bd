//! The secrets of a deployment as words to look for, all at once.

use std::collections::HashSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use armlint_engine::secret::is_placeholder;
use armlint_engine::secret::names::is_word;
use armlint_engine::syntax::{Node, NodeKind};

/// Shorter secrets are masked where they stand, but not looked for elsewhere: they are parts of words.
const MIN_CHARACTERS: usize = 6;

/// What is longer and made of letters alone is no word of a language.
const LONGEST_WORD: usize = 12;

/// Texts that are secret, and the names among which they are none.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    secrets: Option<AhoCorasick>,
    /// Keys and declared names that hold such a text, in lower case.
    names: HashSet<String>,
}

impl Words {
    /// Of these secrets; `roots` are the trees whose keys and declared names stay as they are.
    pub(super) fn new<'s>(
        secrets: impl Iterator<Item = &'s String>,
        roots: impl Fn() -> Vec<&'s Node>,
    ) -> Words {
        let secrets: HashSet<&str> =
            secrets.map(|secret| secret.trim()).filter(|secret| is_sought(secret)).collect();
        if secrets.is_empty() {
            return Words::default();
        }
        // The texts of one deployment are short: an automaton that searches faster takes longer to build than it saves.
        let built = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(secrets);
        let mut words = Words { secrets: built.ok(), names: HashSet::new() };
        for root in roots() {
            words.declare(root);
        }
        words
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.secrets.is_none()
    }

    /// Where they stand in a text; in their order and disjoint.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let found =
            self.secrets.iter().flat_map(|secrets| secrets.find_iter(text)).map(|found| found.range());
        found.filter(|range| self.is_one(text, range)).collect()
    }

    fn is_one(&self, text: &str, range: &Range<usize>) -> bool {
        let bytes = text.as_bytes();
        let run = |is_part: fn(&u8) -> bool| {
            let before = bytes[..range.start].iter().rev().take_while(|byte| is_part(byte)).count();
            let behind = bytes[range.end..].iter().take_while(|byte| is_part(byte)).count();
            range.start - before..range.end + behind
        };
        // `secret` in `secretName` and `reference` in `referenceName`: a word in a longer one is another word.
        let own = &bytes[range.clone()];
        if own.len() <= LONGEST_WORD
            && own.iter().all(u8::is_ascii_alphabetic)
            && run(u8::is_ascii_alphabetic) != *range
        {
            return false;
        }
        if self.names.is_empty() {
            return true;
        }
        let name = run(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        !text.get(name).is_some_and(|name| self.names.contains(&name.to_ascii_lowercase()))
    }

    // Takes in the keys and the names of what is declared, as far as a secret stands in them.
    fn declare(&mut self, node: &Node) {
        match &node.kind {
            NodeKind::Array(elements) => elements.iter().for_each(|element| self.declare(element)),
            NodeKind::Object(members) => {
                let is_declaration = ["type", "properties"].iter().any(|key| node.get(key).is_some());
                for member in members.iter() {
                    self.name(&member.key.text);
                    if is_declaration
                        && member.key.text.eq_ignore_ascii_case("name")
                        && let Some(name) = member.value.text()
                        && !self.is_whole(name)
                    {
                        self.name(name);
                    }
                    self.declare(&member.value);
                }
            }
            _ => {}
        }
    }

    // Whether a name is nothing but a secret, and no word: then it must not be shown, name or not.
    fn is_whole(&self, name: &str) -> bool {
        let found = self.secrets.iter().flat_map(|secrets| secrets.find(name));
        let mut whole = found.filter(|found| found.range() == (0..name.len()));
        whole.next().is_some() && !name.chars().all(|c| c.is_ascii_alphabetic())
    }

    fn name(&mut self, name: &str) {
        if self.secrets.as_ref().is_some_and(|secrets| secrets.is_match(name)) {
            self.names.insert(name.to_ascii_lowercase());
        }
    }
}

/// Words of every template, which armlint quotes, and which samples have in place of a secret.
const COMMON: [&str; 18] = [
    "string",
    "object",
    "securestring",
    "secureobject",
    "enabled",
    "disabled",
    "default",
    "standard",
    "reference",
    "parameters",
    "variables",
    "resources",
    "outputs",
    "properties",
    "dependson",
    "apiversion",
    "location",
    "condition",
];

// A password that is the word "password" would take that word out of everything, a placeholder is none.
fn is_sought(secret: &str) -> bool {
    let common = || COMMON.iter().any(|word| secret.eq_ignore_ascii_case(word));
    secret.chars().count() >= MIN_CHARACTERS && !is_word(secret) && !common() && !is_placeholder(secret)
}
