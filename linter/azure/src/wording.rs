//! How messages name resources, and how texts are written into JSON to paste.

use armlint_engine::graph::Resource;
use armlint_engine::value::Text;

/// How long an expression may be that is shown: a longer one says less than a placeholder.
pub const MAX_EXPRESSION: usize = 160;

// A longer expression only hides what a message says.
const MAX_NAME: usize = 60;

/// A resource in a message: its name in quotes, or `otherwise` where the name is an expression that is wrong.
pub fn called(resource: &Resource, otherwise: &str) -> String {
    let name = resource.name.last();
    let symbolic = resource.symbolic_name.as_deref().filter(|_| name.known().is_none());
    match symbolic {
        Some(symbolic) if !symbolic.contains("::") => format!("`{symbolic}`"),
        _ if is_wrong(&name) => otherwise.into(),
        _ => format!("`{}`", resource.name.display()),
    }
}

/// A text in quotes; `None` where it is a long expression, or one that is wrong.
pub fn quoted(text: &Text) -> Option<String> {
    let shown = text.display();
    (!is_wrong(text) && (1..=MAX_NAME).contains(&shown.len())).then(|| format!("`{shown}`"))
}

fn is_wrong(text: &Text) -> bool {
    text.holes().any(|hole| hole.term.is_of_error())
}

/// The id of a resource of the same deployment, as the content of a JSON string of a template.
pub fn id_of(ty: &str, name: &Text, placeholder: &str) -> String {
    let name = written(name, placeholder);
    match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(expression) => format!("[resourceId('{ty}', {expression})]"),
        None => format!("[resourceId('{ty}', '{name}')]"),
    }
}

/// A text as the content of a JSON string of a template: an expression where it is not known.
pub fn written(text: &Text, placeholder: &str) -> String {
    match text.known() {
        Some(known) => known.to_string(),
        None => {
            let shown = text.display();
            if shown.len() > MAX_EXPRESSION { format!("<{placeholder}>") } else { format!("[{shown}]") }
        }
    }
}
