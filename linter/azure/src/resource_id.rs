//! Resource ids and names, compared by what is known of them.

use armlint_engine::value::{Term, Text, Truth, Value};
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
    let key = id.only_hole().map_or_else(|| id.key(), |hole| id_key(&hole.term));
    Identity { ty: None, name: id.clone(), above: Vec::new(), key, id }
}

/// The identity of a resource's name. The last segment of an id, however it is taken, is the name of the
/// resource that the id names.
pub fn name_key(name: &Text) -> SmolStr {
    let id = name.only_hole().and_then(|hole| hole.term.last_segment_of());
    id.map_or_else(|| name.key(), id_key)
}

fn id_key(id: &Term) -> SmolStr {
    format_smolstr!("#{:032x}", id.folded())
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

    fn symbol(term: Term) -> Text {
        Text::hole(Rc::new(Unknown::new(Reason::Parameter, term)))
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
        let id = Term::parameter(None, "storageId");
        let split = Term::call("split", [id.clone(), Term::literal("/")]);
        let identity = identify_text(symbol(id.clone()));
        let own = Term::call("reference", [id]).member("name");
        for term in [Term::call("last", [split.clone()]), split.index(Term::integer(8)), own] {
            let name = symbol(term);
            assert_eq!(names(&identity, "Microsoft.Storage/storageAccounts", &name), Truth::True);
        }
        let other = symbol(Term::parameter(None, "other"));
        assert_eq!(names(&identity, "Microsoft.Storage/storageAccounts", &other), Truth::Unknown);
    }
}
