use armlint_azure::connection_string::Part;
use armlint_azure::facts::table::Setting;
use armlint_azure::host;
use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, edit};
use armlint_engine::span::Span;
use armlint_engine::value::{Text, Value, ValueKind};
use armlint_factory::facts::LinkedService;
use armlint_factory::{connection_string, store};

// A setting that weakens the transport.
struct Weakness {
    what: String,
    place: Span,
    help: String,
    // What turns it, where it is a boolean.
    edit: Option<Edit>,
    // It is about the key of a server, and not about TLS.
    host_key: bool,
}

pub(crate) fn check(service: &Resource, cx: &mut Context<'_>) {
    let Some(facts) = store::facts_of(service).filter(|_| !service.existing) else { return };
    let properties = service.property("typeProperties");
    let mut found = in_settings(cx.graph(), facts, &properties);
    found.extend(in_connection_string(cx.graph(), facts, &properties.get("connectionString")));
    found.extend(in_endpoints(facts, &properties));
    let Some((first, others)) = found.split_first() else { return };
    let fails = match first.host_key {
        true => "does not check which server it talks to",
        false => "does not require TLS with a valid certificate",
    };
    let message = format!("The linked service `{}` {fails}: {}", service.name.display(), first.what);
    let edits: Option<Vec<Edit>> = found.iter().map(|weakness| weakness.edit.clone()).collect();
    let finding = cx.report_on(service, &first.place, message);
    finding.help(first.help.as_str());
    for other in others {
        finding.related(other.place, other.what.as_str());
    }
    finding.fix("Use TLS and check the certificate", Applicability::Unsafe, edits.unwrap_or_default());
}

fn in_settings(graph: &Graph, facts: &LinkedService, properties: &Value) -> Vec<Weakness> {
    let settings = facts.tls_weakening.iter().map(|setting| (setting, properties.at(setting.path)));
    let weak = settings.filter(|(setting, value)| is_one_of(value, &setting.values));
    let found = weak.map(|(setting, value)| {
        let what = format!("`{}` is `{}`", setting.path, shown(&value));
        let (place, edit) = (value.origin.span, edit::flip(graph, &value));
        if setting.path == HOST_KEY {
            return unknown_host(what, place, edit, &properties.get(FINGERPRINT));
        }
        Weakness { what, place, help: help(setting.path, edit.as_ref()), edit, host_key: false }
    });
    found.collect()
}

/// The setting of SFTP, which has keys of hosts and no TLS, and the property that it makes necessary
/// (<https://learn.microsoft.com/azure/data-factory/connector-sftp>, 2024-01-05).
const HOST_KEY: &str = "skipHostKeyValidation";
const FINGERPRINT: &str = "hostKeyFingerprint";

// The connector asks for the fingerprint as soon as it checks, so that the one without the other works no more.
fn unknown_host(what: String, place: Span, edit: Option<Edit>, fingerprint: &Value) -> Weakness {
    let (help, edit) = match fingerprint.is_missing() {
        true => (
            format!(
                "Set `{HOST_KEY}` to `false`, and `{FINGERPRINT}` to the fingerprint of the server's key"
            ),
            None,
        ),
        false => (format!("Set `{HOST_KEY}` to `false`"), edit),
    };
    Weakness { what, place, help, edit, host_key: true }
}

fn help(key: &str, edit: Option<&Edit>) -> String {
    match edit {
        Some(edit) => {
            let value = edit.text.trim_matches(['"', '\'']);
            format!("Set `{key}` to `{value}`: TLS is then required and the certificate checked")
        }
        None => format!("Set `{key}` so that TLS is required and the certificate is checked"),
    }
}

fn in_endpoints(facts: &LinkedService, properties: &Value) -> Vec<Weakness> {
    let found = facts.hosts.iter().filter_map(|key| {
        let value = properties.at(key.path);
        is_open(&value.text()?).then(|| plain_http(format!("`{}`", key.path), value.origin.span))
    });
    found.collect()
}

fn in_connection_string(graph: &Graph, facts: &LinkedService, written: &Value) -> Vec<Weakness> {
    let secure = written.get("type").is_text("SecureString").is_true();
    let value = if secure { written.get("value") } else { written.clone() };
    let pieces = value.pieces();
    if pieces.is_empty() {
        return Vec::new();
    }
    let parsed = connection_string::parse(&pieces);
    let found = parsed.parts.iter().filter_map(|part| {
        let span = part.fragments.first().and_then(|fragment| fragment.span(&pieces, graph));
        let place = span.unwrap_or(value.origin.span);
        let text = part.value.known()?.trim();
        let (key, setting) = (&part.key, setting(facts, part));
        if setting.is_some_and(|setting| is_weak(setting, part, &parsed.parts)) {
            let edit = turned(graph, &value, place);
            let what = format!("`{key}` is `{text}` in the connection string");
            Some(Weakness { what, place, help: help(key, edit.as_ref()), edit, host_key: false })
        } else {
            let open = setting.is_none() && key.ends_with("endpoint") && is_open(&part.value);
            open.then(|| plain_http(format!("`{key}` of the connection string"), place))
        }
    });
    found.collect()
}

// The last one of two equal keys counts.
fn is_weak(setting: &Setting, part: &Part, all: &[Part]) -> bool {
    let last = all.iter().rfind(|other| other.key == part.key);
    let overridden = last.is_some_and(|last| last.fragments != part.fragments);
    let text = part.value.known().map_or("", |text| text.trim());
    !overridden && setting.values.iter().any(|value| value.eq_ignore_ascii_case(text))
}

// The setting that a part of a connection string is.
fn setting<'f>(facts: &'f LinkedService, part: &Part) -> Option<&'f Setting> {
    let key: String = part.key.chars().filter(|character| !character.is_whitespace()).collect();
    facts.tls_weakening_connection_string.iter().find(|setting| setting.path == key)
}

// What turns a boolean within a connection string, where that is written in place.
fn turned(graph: &Graph, value: &Value, span: Span) -> Option<Edit> {
    let own = value.origin.span.contains(span) && value.origin.via.is_none();
    let written = graph.sources.iter().find(|parsed| parsed.source.id == span.source).filter(|_| own)?;
    Some(Edit { span, text: edit::flipped(written.source.slice(span))? })
}

fn plain_http(what: String, place: Span) -> Weakness {
    Weakness {
        what: format!("{what} starts with `http://`"),
        place,
        help: "Use `https://`".into(),
        edit: None,
        host_key: false,
    }
}

// An address without TLS of a host that certainly is none of a private network.
fn is_open(address: &Text) -> bool {
    let starts =
        address.prefix().trim_start().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    starts && host::host_of(address).is_some_and(|host| is_public(&host.name))
}

fn is_public(host: &Text) -> bool {
    const PRIVATE: [&str; 8] =
        [".local", ".internal", ".corp", ".lan", ".localdomain", ".home.arpa", ".intranet", ".private"];
    let Some(name) = host.known() else {
        let suffix = host.suffix().to_ascii_lowercase();
        return AZURE.iter().any(|ending| suffix.ends_with(ending));
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if let Ok(address) = name.parse::<std::net::Ipv4Addr>() {
        return !address.is_private() && !address.is_loopback() && !address.is_link_local();
    }
    name.contains('.') && !name.contains(':') && !PRIVATE.iter().any(|ending| name.ends_with(ending))
}

// Endings of public hosts whose first label often is a parameter.
const AZURE: [&str; 6] =
    [".azurewebsites.net", ".core.windows.net", ".azure.com", ".azure.net", ".windows.net", ".azure-api.net"];

fn is_one_of(value: &Value, weak: &[&str]) -> bool {
    let written = shown(value);
    !written.is_empty() && weak.iter().any(|weak| weak.eq_ignore_ascii_case(&written))
}

// A known scalar as it is written; empty for anything else.
fn shown(value: &Value) -> String {
    match &value.kind {
        ValueKind::Bool(truth) => truth.to_string(),
        ValueKind::Number(_) => value.to_json().to_string(),
        _ => value.known_text().map(str::trim).unwrap_or_default().to_string(),
    }
}
