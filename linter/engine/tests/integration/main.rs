//! The tests of the engine, in one executable: linking costs more than most of them.

mod agreement;
mod conformance;
mod environments;
mod evaluation_limits;
mod expand;
mod expansion;
mod graph;
mod growth;
mod layers;
mod limits;
mod links;
mod lone;
mod places;
mod prefixes;
mod sources;
mod templates;
mod vectors;
mod yielding;
