//! Resources that are declared one by one, without a template around them.

use smol_str::SmolStr;

use super::container::{APP, GROUP};
use crate::span::Span;
use crate::syntax::Node;

/// Begins a text that stands for an entry of a Kubernetes secret; it ends with `}`.
pub const SECRET: &str = "${kubernetes-secret:";

/// Begins a text that stands for an entry of a config map; it ends with `}`.
pub const CONFIG: &str = "${kubernetes-config:";

/// A resource in the shape of Resource Manager. Its nodes keep the spans of the tokens that they come
/// from. Texts may hold tokens like `${NAME}`: what stands for them is not known, and the same wherever
/// the same token stands.
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
    /// The body, with `type`, `apiVersion` and `name`.
    pub body: Node,
}

/// Whether a YAML text may declare such resources: cheap, and never wrong when it says no.
pub(super) fn has_marker(bytes: &[u8]) -> bool {
    let holds = |mark: &str| memchr::memmem::find(bytes, mark.as_bytes()).is_some();
    let begins = |key: &[u8]| bytes.starts_with(key);
    holds(".azure.com/v")
        || (holds("containers")
            && (begins(b"properties") || begins(b"\xEF\xBB\xBFproperties") || holds("\nproperties")))
        || [GROUP, APP].iter().any(|ty| contains_uncased(bytes, ty.as_bytes()))
}

fn contains_uncased(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some((first, _)) = wanted.split_first() else { return true };
    memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), bytes)
        .any(|at| bytes.get(at..at + wanted.len()).is_some_and(|here| here.eq_ignore_ascii_case(wanted)))
}
