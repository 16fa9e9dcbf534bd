//! A place in a text that the editor asks about.

use armlint_engine::dialect::Deployment;
use armlint_engine::session::Session;
use armlint_engine::settings::Settings;

/// A place in one of the texts of a session.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The session that holds the text, with all that belongs to it.
    pub(crate) session: &'a Session,
    /// The settings of each deployment.
    pub(crate) settings: &'a (dyn Fn(&Deployment) -> &'a Settings + Sync),
    /// The path of the text, as shown.
    pub(crate) path: &'a str,
    /// Where in it, in bytes.
    pub(crate) offset: u32,
}
