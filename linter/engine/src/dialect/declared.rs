//! Resources that are declared one by one, without a template around them.

use smol_str::SmolStr;

use crate::span::Span;
use crate::syntax::Node;

/// Begins a text that stands for a secret that something else keeps; it ends with `}`.
pub const SECRET: &str = "${kubernetes-secret:";

/// Begins a text that stands for a value that something else keeps; it ends with `}`.
pub const CONFIG: &str = "${kubernetes-config:";

/// A resource in the shape of Resource Manager. Its nodes keep the spans of the tokens that they come
/// from.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The whole type.
    pub ty: SmolStr,
    /// The names, one for each segment of the type behind the provider.
    pub names: Vec<SmolStr>,
    /// The resource id.
    pub id: SmolStr,
    /// The token that stands for the whole resource.
    pub place: Span,
    /// It is not deployed from here, only known.
    pub existing: bool,
    /// Texts may hold tokens like `${NAME}`: what stands for them is not known, and the same wherever the same
    /// token stands. Otherwise every text stands for itself.
    pub has_tokens: bool,
    /// The body, with `type`, `apiVersion` and `name`.
    pub body: Node,
}
