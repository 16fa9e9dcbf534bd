//! The keys in an address: what stands before `@`, a signature or a key in the query, a path that is a key.
//!
//! Whoever judges an address asks here, be it that of a linked service, of a dataset or of an activity.

use armlint_azure::connection_string::{ConnectionString, Form, Part, Role};
use armlint_engine::secret::names_secret;
use armlint_engine::secret::shape::like_secret;
use armlint_engine::value::{Text, Value};

// Shorter values of keys that are only called like secrets are marks: `?token=1`.
const SHORTEST: usize = 8;

/// Whether a value that stands under a name is an address, perhaps a relative one.
pub(super) fn is_address(name: &str, value: &Value, parsed: &ConnectionString) -> bool {
    if !matches!(parsed.form, Form::Url | Form::Query) {
        return false;
    }
    let prefix = value.text().map(|text| text.prefix().trim_start().to_ascii_lowercase());
    let http = prefix.is_some_and(|prefix| prefix.starts_with("http"));
    let name = name.to_ascii_lowercase();
    http || is_relative(&name) || ["url", "uri", "endpoint"].iter().any(|end| name.ends_with(end))
}

/// Whether what stands under a name begins behind the host.
pub(super) fn is_relative(name: &str) -> bool {
    ["relativeUrl", "functionName"].iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// The parts of an address that let in whoever has them; `relative` where it has no host.
pub(super) fn keys(parsed: &ConnectionString, relative: bool) -> impl Iterator<Item = &Part> {
    let function = relative || parsed.host().is_none_or(|host| is_of_function(&host));
    parsed.parts.iter().filter(move |part| {
        part.role == Role::Secret
            || names_secret(&part.key) && is_long(&part.value) && !is_mark(part)
            || part.key == "code" && function
            || part.key == "key" && part.value.known().is_some_and(|value| like_secret(value))
    })
}

// Lists are read on by tokens as well: those that let nobody in have names of their own, and look like words.
fn is_mark(part: &Part) -> bool {
    const OPENING: [&str; 6] = ["access", "api", "auth", "bearer", "refresh", "sas"];
    let opens = OPENING.iter().any(|word| part.key.contains(word));
    part.key.ends_with("token") && !opens && part.value.known().is_some_and(|value| !like_secret(value))
}

// What is not known may be long.
fn is_long(value: &Text) -> bool {
    value.known().is_none_or(|value| value.len() >= SHORTEST)
}

fn is_of_function(host: &Text) -> bool {
    let host = host.suffix().to_ascii_lowercase();
    [".azurewebsites.net", ".azurewebsites.us", ".chinacloudsites.cn"].iter().any(|end| host.ends_with(end))
}
