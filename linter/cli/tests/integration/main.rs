//! The tests that run the binary, in one executable: linking costs more than most of them.

mod artefacts;
mod changes;
mod command_line;
mod everything;
mod fixes;
mod folder;
mod hostile;
mod incremental;
mod layers;
mod limits;
mod lsp;
mod masks;
mod packs;
mod secrets;
mod streams;
mod suppressions;
