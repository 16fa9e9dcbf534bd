//! The tests of the package, in one executable.

mod corpus;
mod pairs;
mod robustness;
