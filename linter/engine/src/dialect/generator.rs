//! What made a template.

use crate::syntax::Node;

/// Whether the Bicep compiler has made a template: what is in it can only be changed in the Bicep file.
pub fn is_compiled(template: &Node) -> bool {
    let generator = template.value("metadata").and_then(|metadata| metadata.value("_generator"));
    let name = generator.and_then(|generator| generator.value("name")).and_then(Node::text);
    name.is_some_and(|name| name.eq_ignore_ascii_case("bicep"))
}
