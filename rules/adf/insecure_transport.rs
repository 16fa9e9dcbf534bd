use armlint_azure::connection_string::Part;
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
}

pub(crate) fn check(service: &Resource, cx: &mut Context<'_>) {
    let Some(facts) = store::facts_of(service).filter(|_| !service.existing) else { return };
    let graph = cx.graph();
    let mut found = Vec::new();
    let properties = service.property("typeProperties");
    for setting in &facts.tls_weakening {
        let value = properties.at(setting.path);
        if is_one_of(&value, &setting.values) {
            found.push(Weakness {
                what: format!("`{}` is `{}`", setting.path, shown(&value)),
                place: value.origin.span,
                help: format!(
                    "Set `{}` so that TLS is required and the certificate is checked",
                    setting.path
                ),
                edit: edit::flip(graph, &value),
            });
        }
    }
    in_connection_string(graph, facts, &properties.get("connectionString"), &mut found);
    for key in facts.endpoint_keys.iter().filter(|key| !key.contains('+')) {
        let value = properties.at(key);
        if value.text().is_some_and(|text| is_open(&text)) {
            found.push(plain_http(format!("`{key}`"), value.origin.span));
        }
    }
    let Some((first, others)) = found.split_first() else { return };
    let message = format!(
        "The linked service `{}` does not insist on TLS with a valid certificate: {}",
        service.name.display(),
        first.what
    );
    let edits: Option<Vec<Edit>> = found.iter().map(|weakness| weakness.edit.clone()).collect();
    let finding = cx.report_on(service, &first.place, message);
    finding.help(first.help.as_str());
    for other in others {
        finding.related(other.place, other.what.as_str());
    }
    if let Some(edits) = edits {
        finding.fix("Use TLS and check the certificate", Applicability::Unsafe, edits);
    }
}

fn in_connection_string(graph: &Graph, facts: &LinkedService, written: &Value, found: &mut Vec<Weakness>) {
    let secure = written.get("type").is_text("SecureString").is_true();
    let value = if secure { written.get("value") } else { written.clone() };
    let pieces = value.pieces();
    if pieces.is_empty() {
        return;
    }
    let parsed = connection_string::parse(&pieces);
    let place = |part: &Part| {
        let span = part.fragments.first().and_then(|fragment| fragment.span(&pieces, graph));
        span.unwrap_or(value.origin.span)
    };
    for part in &parsed.parts {
        let Some(text) = part.value.known().map(|text| text.trim()) else { continue };
        let key: String = part.key.chars().filter(|character| !character.is_whitespace()).collect();
        let setting = facts.tls_weakening_connection_string.iter().find(|setting| setting.path == key);
        if let Some(setting) = setting {
            // The last one of two equal keys counts.
            let last = parsed.parts.iter().rfind(|other| other.key == part.key);
            let overridden = last.is_some_and(|last| last.fragments != part.fragments);
            if !overridden && setting.values.iter().any(|value| value.eq_ignore_ascii_case(text)) {
                let span = place(part);
                let written = graph.sources.iter().find(|parsed| parsed.source.id == span.source);
                let turned = written.and_then(|parsed| edit::flipped(parsed.source.slice(span)));
                let own = value.origin.span.contains(span) && value.origin.via.is_none();
                found.push(Weakness {
                    what: format!("`{}` is `{text}` in the connection string", part.key),
                    place: span,
                    help: format!(
                        "Set `{}` so that TLS is required and the certificate is checked",
                        part.key
                    ),
                    edit: turned.filter(|_| own).map(|text| Edit { span, text }),
                });
            }
        } else if part.key.ends_with("endpoint") && is_open(&part.value) {
            found.push(plain_http(format!("`{}` of the connection string", part.key), place(part)));
        }
    }
}

fn plain_http(what: String, place: Span) -> Weakness {
    Weakness {
        what: format!("{what} starts with `http://`"),
        place,
        help: "Use `https://`".into(),
        edit: None,
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
