//! Bicep source: read by itself, and lowered into the template that Resource Manager would be given.
//!
//! The template is a tree of the engine with spans of the Bicep text. It is never printed and read again.

#![forbid(unsafe_code)]

use armlint_engine::dialect::Language;

mod document;
pub mod lexer;
pub mod lower;
pub mod parser;
pub mod path;
pub mod syntax;

pub use document::{document, references};

/// How the files are read.
pub const LANGUAGE: Language = Language { extensions: &["bicep", "bicepparam"], document };
