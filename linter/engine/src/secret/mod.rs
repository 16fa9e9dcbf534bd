//! What a secret looks like: its name, its shape, its place in a tree, and what only stands for one.
//!
//! No service is named here. What is sure to be a secret, by a rule or by its declared type, does not need this
//! module; it is for all else that must not be printed, and for rules that have to go by a name.

pub mod names;
pub mod placeholder;
pub mod places;
pub mod shape;
pub mod spans;

pub use names::{Naming, names_secret, names_user, naming};
pub use placeholder::is_placeholder;
pub use places::{Knowledge, places};
pub use shape::{Reading, Shape, certain, shapes};
pub use spans::SpanSet;
