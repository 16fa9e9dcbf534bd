//! Resource ids and names, compared by what is known of them.

use armlint_engine::value::{Segment, Text, Truth, Value};
use smol_str::{SmolStr, format_smolstr};

/// What a resource id says.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The whole resource type; `None` where the id does not show it.
    pub ty: Option<SmolStr>,
    /// The resource's own name; the whole id where that is all there is.
    pub name: Text,
    /// The names above, from the top; empty where the id does not show them.
    pub above: Vec<Text>,
    /// The identity of the name, see [`name_key`].
    pub key: SmolStr,
    /// The id.
    pub id: Text,
}

/// Reads a resource id, perhaps with holes. `None` where the value is no text.
pub fn identify(value: &Value) -> Option<Identity> {
    let id = value.text()?;
    Some(identify_text(id))
}

/// Reads a resource id, perhaps with holes.
pub fn identify_text(id: Text) -> Identity {
    let parts = id.split('/');
    let provider = parts
        .iter()
        .rposition(|part| part.known().is_some_and(|part| part.eq_ignore_ascii_case("providers")));
    let behind = provider.map(|at| &parts[at + 1..]).unwrap_or_default();
    if let [namespace, rest @ ..] = behind
        && let Some(namespace) = namespace.known()
        && rest.len() >= 2
        && rest.len() % 2 == 0
    {
        let types: Option<Vec<&SmolStr>> = rest.iter().step_by(2).map(Text::known).collect();
        let mut names: Vec<Text> = rest.iter().skip(1).step_by(2).cloned().collect();
        if let (Some(types), Some(name)) = (types, names.pop()) {
            let mut ty = namespace.to_string();
            for part in types {
                ty.push('/');
                ty.push_str(part);
            }
            let key = name_key(&name);
            return Identity { ty: Some(ty.into()), name, above: names, key, id };
        }
    }
    let key = match hole(&id) {
        Some(residue) => id_key(&residue),
        None => id.key(),
    };
    Identity { ty: None, name: id.clone(), above: Vec::new(), key, id }
}

/// The identity of a resource's name. The last segment of an id, however it is taken, is the name of the
/// resource that the id names.
pub fn name_key(name: &Text) -> SmolStr {
    let Some(residue) = hole(name) else { return name.key() };
    let inner = residue
        .strip_prefix("last(split(")
        .and_then(|rest| rest.strip_suffix(", '/'))"))
        .or_else(|| residue.strip_prefix("split(").and_then(|rest| rest.strip_suffix(", '/')[8]")))
        .or_else(|| residue.strip_prefix("reference(").and_then(|rest| rest.strip_suffix(").name")));
    match inner {
        Some(id) => id_key(id),
        None => name.key(),
    }
}

fn id_key(residue: &str) -> SmolStr {
    format_smolstr!("#{}", residue.to_ascii_lowercase())
}

// The residue of a text that is one hole.
fn hole(text: &Text) -> Option<SmolStr> {
    match text.segments().as_slice() {
        [Segment::Hole(hole)] => Some(hole.residue.clone()),
        _ => None,
    }
}

/// Whether two names are those of the same resource.
pub fn same_name(a: &Text, b: &Text) -> Truth {
    if name_key(a) == name_key(b) {
        return Truth::True;
    }
    a.equals_ignore_case(b)
}

/// Whether an id names the resource of a type and name.
pub fn names(identity: &Identity, ty: &str, name: &Text) -> Truth {
    match &identity.ty {
        Some(other) if !other.eq_ignore_ascii_case(ty) => Truth::False,
        Some(_) => same_name(&identity.name, name),
        None if identity.key == name_key(name) => Truth::True,
        None => Truth::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use armlint_engine::value::{Reason, Unknown};

    use super::*;

    fn symbol(residue: &str) -> Text {
        Text::hole(Rc::new(Unknown::new(Reason::Parameter, residue)))
    }

    #[test]
    fn type_and_name() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/srv/databases/db";
        let identity = identify_text(Text::Known(id.into()));
        assert_eq!(identity.ty.as_deref(), Some("Microsoft.Sql/servers/databases"));
        assert_eq!(identity.key, "db");
        assert_eq!(identity.above, vec![Text::Known("srv".into())]);
    }

    #[test]
    fn the_last_segment_of_an_id_is_its_name() {
        let identity = identify_text(symbol("parameters('storageid')"));
        for residue in [
            "last(split(parameters('storageid'), '/'))",
            "split(parameters('storageid'), '/')[8]",
            "reference(parameters('storageid')).name",
        ] {
            let name = symbol(residue);
            assert_eq!(names(&identity, "Microsoft.Storage/storageAccounts", &name), Truth::True);
        }
        let other = symbol("parameters('other')");
        assert_eq!(names(&identity, "Microsoft.Storage/storageAccounts", &other), Truth::Unknown);
    }
}
