//! The examples in the documentation of rules.
