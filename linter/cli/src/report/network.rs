//! The maps of factories as a picture, with what is to be said of its parts.

use std::sync::Arc;

/// A picture; nothing in it is a secret.
#[derive(Clone, Debug, Default)]
pub(crate) struct Network {
    /// An element of SVG. Its lines are numbered by `data-way`, its shapes named by `data-node`.
    pub(crate) picture: String,
    /// The styles of the picture.
    pub(crate) style: &'static str,
    /// What its lines stand for.
    pub(crate) ways: Vec<NetworkWay>,
    /// What its shapes stand for.
    pub(crate) nodes: Vec<NetworkNode>,
}

/// What a line stands for.
#[derive(Clone, Debug)]
pub(crate) struct NetworkWay {
    /// From where to where, and how.
    pub(crate) title: String,
    /// `private`, `public`, `blocked` or `unknown`.
    pub(crate) mark: &'static str,
    /// The shapes at its ends.
    pub(crate) ends: [String; 2],
    /// What it passes, in order.
    pub(crate) steps: Vec<String>,
    /// How it goes.
    pub(crate) how: String,
    /// The activities that use it.
    pub(crate) activities: Vec<String>,
    /// Where what it passes is declared.
    pub(crate) places: Vec<Declared>,
}

/// What a shape stands for.
#[derive(Clone, Debug)]
pub(crate) struct NetworkNode {
    /// Its name in the picture.
    pub(crate) id: String,
    /// What it is.
    pub(crate) text: Vec<String>,
    /// Where it is declared.
    pub(crate) places: Vec<Declared>,
}

/// An object in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    /// The path of the text, as shown.
    pub(crate) path: Arc<str>,
    /// The offset of its first byte.
    pub(crate) start: u32,
    /// The offset behind its last byte.
    pub(crate) end: u32,
}
