//! Keys that repeat within an object.

use std::hash::{Hash, Hasher};

use super::{Member, Problem, ProblemKind};
use rustc_hash::{FxBuildHasher, FxHashMap};

/// Up to this many members every pair is compared, which is faster than hashing.
const FEW: usize = 16;

/// No more problems are told of one text: each costs a hundred times the bytes of a repeated key.
const MAX_PROBLEMS: usize = 10_000;

/// Room for more keys is not made before they are there.
const MANY: usize = 1 << 16;

/// Adds a problem for every key of `members` that stands before it already, in the same or other case, up to
/// 10,000 problems.
/// Takes time linear in the number of members.
pub(super) fn report(members: &[Member], problems: &mut Vec<Problem>) {
    if members.len() <= FEW {
        few(members, problems);
    } else {
        many(members, problems);
    }
}

fn few(members: &[Member], problems: &mut Vec<Problem>) {
    let mut digests = [0_u32; FEW];
    for (index, member) in members.iter().enumerate() {
        let key = member.key.text.as_str();
        let own = digest(key.as_bytes());
        let Some((slot, earlier)) = digests.get_mut(..=index).and_then(|seen| seen.split_last_mut()) else {
            return;
        };
        *slot = own;
        if earlier.contains(&own) {
            let before = members.get(..index).unwrap_or_default();
            let same = before.iter().find(|other| other.key.text == key);
            let folded = || before.iter().find(|other| other.key.text.eq_ignore_ascii_case(key));
            if let Some(first) = same {
                push(problems, member, ProblemKind::DuplicateKey(first.key_span));
            } else if let Some(first) = folded() {
                push(problems, member, ProblemKind::DuplicateKeyCase(first.key_span));
            }
        }
    }
}

/// Equal for keys that differ in case only: length, first and last letter.
fn digest(key: &[u8]) -> u32 {
    let fold = |byte: Option<&u8>| u32::from(byte.map_or(0, |byte| byte | 0x20));
    (key.len() as u32) << 16 | fold(key.first()) << 8 | fold(key.last())
}

fn many(members: &[Member], problems: &mut Vec<Problem>) {
    let mut first_by_fold: FxHashMap<Folded<'_>, &Member> =
        FxHashMap::with_capacity_and_hasher(members.len().min(MANY), FxBuildHasher);
    let mut other_spellings: FxHashMap<&str, &Member> = FxHashMap::default();
    for member in members {
        let key = member.key.text.as_str();
        let first = *first_by_fold.entry(Folded(key)).or_insert(member);
        if std::ptr::eq(first, member) {
            continue;
        }
        if first.key.text == key {
            push(problems, member, ProblemKind::DuplicateKey(first.key_span));
        } else if let Some(same) = other_spellings.get(key) {
            push(problems, member, ProblemKind::DuplicateKey(same.key_span));
        } else {
            other_spellings.insert(key, member);
            push(problems, member, ProblemKind::DuplicateKeyCase(first.key_span));
        }
    }
}

fn push(problems: &mut Vec<Problem>, member: &Member, kind: ProblemKind) {
    // An empty key of YAML is told as what it is.
    if !member.key_span.range().is_empty() && problems.len() < MAX_PROBLEMS {
        problems.push(Problem { kind, span: member.key_span });
    }
}

struct Folded<'a>(&'a str);

impl PartialEq for Folded<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

impl Eq for Folded<'_> {}

impl Hash for Folded<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut lower = [0; 32];
        for chunk in self.0.as_bytes().chunks(lower.len()) {
            for (to, from) in lower.iter_mut().zip(chunk) {
                *to = from.to_ascii_lowercase();
            }
            state.write(lower.get(..chunk.len()).unwrap_or_default());
        }
    }
}
