//! What an editor and a command line share: from paths to a session that holds the texts, and from findings to what
//! is shown of them.
//!
//! [`project::open`] finds the files, reads the configurations and hands the texts to a session; [`judge`] says which
//! findings count; [`masks`] hides secrets before anything is printed; [`fixes`] writes what findings propose. Nothing
//! here prints. Paths are absolute or relative to the current directory, and shown as [`input::Base`] shows them.
//!
//! A module names only modules above it in this list, and a test holds that.

#![expect(clippy::result_large_err, reason = "a fault is the rare end of a reading")]

pub mod clock;
pub mod text;
pub mod uri;

pub mod error;
pub mod file;
pub mod input;
pub mod selection;

pub mod pack;

pub mod config;
pub mod map_words;

pub mod excerpt;
pub mod masks;
pub mod pointer;

pub mod digest;

mod group;

#[cfg(any(test, feature = "fixture"))]
#[doc(hidden)]
pub mod fixture;

pub mod references;

pub mod project;

pub mod fixes;
pub mod judge;
