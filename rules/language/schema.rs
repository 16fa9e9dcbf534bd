//! What the rules about schemas share.

use armlint_azure::schema::{Deviation, provider};
use armlint_engine::graph::Graph;
use armlint_engine::syntax::Node;

/// Whether a resource is one of a data factory, whose Studio writes what the schema has not and whose service evaluates
/// expressions of its own.
pub fn is_of_factory(deviation: &Deviation) -> bool {
    provider(deviation.ty.name()).eq_ignore_ascii_case("Microsoft.DataFactory")
}

/// Whether a template was compiled, so that a change of it is lost with the next time.
pub fn is_generated(graph: &Graph) -> bool {
    let generator = |root: &Node| {
        let generator = root.value("metadata").and_then(|metadata| metadata.value("_generator"));
        generator.is_some_and(|generator| generator.get("name").is_some())
    };
    graph.sources.iter().any(|parsed| generator(&parsed.document.root))
}
