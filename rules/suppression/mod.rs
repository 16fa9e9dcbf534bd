//! Suppressions: what comments and metadata say in vain.
