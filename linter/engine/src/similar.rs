//! The name that was meant: one that differs by no more than a slip.

// How far a name may be from another to be meant by it.
const MAX_DISTANCE: usize = 2;

// Longer names are not compared, and no more than so many: a suggestion is not worth the time.
const MAX_LENGTH: usize = 128;
const MAX_CANDIDATES: usize = 512;

/// The candidate whose name differs least, without regard to case; none where all differ by more than a slip. Of two
/// that differ alike it is the one whose name comes first.
pub fn nearest<T: AsRef<str>>(name: &str, candidates: impl Iterator<Item = T>) -> Option<T> {
    if name.len() > MAX_LENGTH {
        return None;
    }
    let lower = name.to_lowercase();
    let near = candidates.take(MAX_CANDIDATES).filter_map(|candidate| {
        let other = candidate.as_ref().to_lowercase();
        if other.len().abs_diff(lower.len()) > MAX_DISTANCE * 4 {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&lower, &other);
        (distance <= MAX_DISTANCE && distance < lower.len().min(other.len())).then_some((distance, candidate))
    });
    near.min_by(|(a, first), (b, second)| (a, first.as_ref()).cmp(&(b, second.as_ref())))
        .map(|(_, near)| near)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips() {
        let names = ["wait".to_string(), "Länge".to_string(), "ab".to_string()];
        let near = |name: &str| nearest(name, names.iter()).map(String::as_str);
        assert_eq!(near("wiat"), Some("wait"));
        assert_eq!(near("WAITS"), Some("wait"));
        assert_eq!(near("lange"), Some("Länge"));
        assert_eq!(near("xy"), None);
        assert_eq!(near("something else"), None);
        assert_eq!(near(&"w".repeat(1 << 20)), None);
    }
}
