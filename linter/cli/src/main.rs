//! The command line of armlint.

fn main() {}
