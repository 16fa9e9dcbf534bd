//! Where a literal value of a declared type holds secrets.

use armlint_engine::syntax::{Node, NodeKind};

use super::schema::Schema;

/// How deep a value is looked into.
const MAX_DEPTH: usize = 64;

impl Schema<'_> {
    /// The parts of a literal value whose types are secure, each with its name and whether it is an object, of which
    /// only some may be secret. The name of an element is that of its array.
    pub fn secret_parts<'v>(&self, name: &'v str, value: &'v Node) -> Vec<(&'v str, &'v Node)> {
        let mut found = Vec::new();
        self.add_secrets(name, value, 0, &mut found);
        found
    }

    fn add_secrets<'v>(
        &self,
        name: &'v str,
        value: &'v Node,
        depth: usize,
        found: &mut Vec<(&'v str, &'v Node)>,
    ) {
        if self.is_secure() {
            return found.push((name, value));
        }
        if depth == MAX_DEPTH || !self.has_keywords() {
            return;
        }
        match &value.kind {
            NodeKind::Array(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    if let Some(schema) = self.element(at) {
                        schema.add_secrets(name, element, depth + 1, found);
                    }
                }
            }
            NodeKind::Object(_) => self.add_members(value, depth, found),
            _ => {}
        }
    }

    fn add_members<'v>(&self, value: &'v Node, depth: usize, found: &mut Vec<(&'v str, &'v Node)>) {
        let variant =
            self.discriminator().and_then(|(tag, mapping)| mapping.value(value.value(tag)?.text()?));
        let variant = variant.map(|variant| self.of(variant));
        let schema = variant.as_ref().unwrap_or(self);
        let properties = schema.keyword("properties");
        let others = schema.keyword("additionalProperties").filter(|others| others.is_object());
        for member in value.members() {
            let declared = properties.and_then(|properties| properties.value(&member.key.text)).or(others);
            if let Some(declared) = declared {
                schema.of(declared).add_secrets(&member.key.text, &member.value, depth + 1, found);
            }
        }
    }
}
