//! Bicep source: read by itself, and lowered into the template that Resource Manager would be given.
//!
//! The template is a tree of the engine with spans of the Bicep text. It is never printed and read again.

#![forbid(unsafe_code)]

pub mod document;
pub mod lexer;
pub mod lower;
pub mod parser;
pub mod path;
pub mod reference;
pub mod syntax;
