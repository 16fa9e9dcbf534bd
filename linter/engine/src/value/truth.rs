//! Three-valued logic, all of it: Kleene's strong logic over true, false and unknown.

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It holds for every value that the unknown may take.
    True,
    /// It holds for none.
    False,
    /// Not decided.
    Unknown,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

impl Truth {
    /// Both hold.
    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::False, _) | (_, Truth::False) => Truth::False,
            (Truth::True, Truth::True) => Truth::True,
            _ => Truth::Unknown,
        }
    }

    /// At least one holds.
    pub fn or(self, other: Truth) -> Truth {
        !((!self).and(!other))
    }

    /// All hold; true of none.
    pub fn all(truths: impl IntoIterator<Item = Truth>) -> Truth {
        truths.into_iter().fold(Truth::True, Truth::and)
    }

    /// Some hold; false of none.
    pub fn any(truths: impl IntoIterator<Item = Truth>) -> Truth {
        truths.into_iter().fold(Truth::False, Truth::or)
    }

    /// The common answer of alternatives; unknown where they differ or where there are none.
    pub fn unanimous(truths: impl IntoIterator<Item = Truth>) -> Truth {
        let mut truths = truths.into_iter();
        let Some(first) = truths.next() else { return Truth::Unknown };
        if truths.all(|truth| truth == first) { first } else { Truth::Unknown }
    }

    /// Whether it certainly holds.
    pub fn is_true(self) -> bool {
        self == Truth::True
    }

    /// Whether it certainly does not hold.
    pub fn is_false(self) -> bool {
        self == Truth::False
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, True, Unknown};

    #[test]
    fn kleene() {
        assert_eq!(True.and(Unknown), Unknown);
        assert_eq!(False.and(Unknown), False);
        assert_eq!(True.or(Unknown), True);
        assert_eq!(False.or(Unknown), Unknown);
        assert_eq!(Truth::unanimous([True, True]), True);
        assert_eq!(Truth::unanimous([True, False]), Unknown);
    }
}
