use armlint_azure::types::{DEPLOYMENT_SCRIPTS, VIRTUAL_MACHINE_SCALE_SETS, VIRTUAL_MACHINES, WEB_SITES};
use armlint_engine::finding::{Applicability, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View, edit};
use armlint_engine::span::Span;
use armlint_engine::syntax::{Node, NodeKind};
use armlint_engine::value::{Term, Text, Value, ValueKind, Walk};
use armlint_factory::secret::{SecretSource, Secrets};

// Properties that everybody who can read the resource can read, with what a message calls them.
const OPEN: [(&str, &str, &str); 12] = [
    ("Microsoft.Compute/virtualMachines/extensions", "settings", "the `settings` of an extension"),
    ("Microsoft.Compute/virtualMachineScaleSets/extensions", "settings", "the `settings` of an extension"),
    (
        VIRTUAL_MACHINE_SCALE_SETS,
        "virtualMachineProfile.extensionProfile.extensions[].properties.settings",
        "the `settings` of an extension",
    ),
    ("Microsoft.HybridCompute/machines/extensions", "settings", "the `settings` of an extension"),
    (VIRTUAL_MACHINES, "osProfile.customData", "the custom data of a machine"),
    (VIRTUAL_MACHINES, "userData", "the user data of a machine"),
    (
        VIRTUAL_MACHINE_SCALE_SETS,
        "virtualMachineProfile.osProfile.customData",
        "the custom data of a machine",
    ),
    ("Microsoft.Compute/virtualMachines/runCommands", "parameters", "the parameters of a run command"),
    (DEPLOYMENT_SCRIPTS, "arguments", "the arguments of a deployment script"),
    (DEPLOYMENT_SCRIPTS, "environmentVariables[].value", "an environment variable of a deployment script"),
    (
        "Microsoft.ContainerInstance/containerGroups",
        "containers[].properties.environmentVariables[].value",
        "an environment variable of a container",
    ),
    (WEB_SITES, "siteConfig.appSettings[].value", "the settings of an app"),
];

const MAX_DEPTH: usize = 64;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    // Only some of all templates name the function at all.
    let mut texts = graph.sources.iter().chain(&graph.linked);
    if texts.any(|parsed| names_function(parsed.source.slice(parsed.document.root.span))) {
        calls_in_open(cx);
    }
    literals(cx);
}

fn names_function(text: &str) -> bool {
    ["thKeys", "thkeys", "THKEYS"]
        .iter()
        .any(|name| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some())
}

fn calls_in_open(cx: &mut Context<'_>) {
    let graph = cx.graph();
    for (ty, path, what) in OPEN {
        for resource in graph.of_type(ty).filter(|resource| !resource.existing) {
            for value in at(&resource.properties, path) {
                report(cx, resource, &value, what, path.ends_with("settings").then_some(&value));
            }
        }
    }
    let settings = graph.of_type("Microsoft.Web/sites/config");
    for resource in
        settings.filter(|resource| resource.name.last().known().is_some_and(|name| name == "appsettings"))
    {
        report(cx, resource, &resource.properties, "the settings of an app", None);
    }
    for resource in graph.resources() {
        let tags = resource.body.get("tags");
        if !tags.is_absent() {
            report(cx, resource, &tags, "a tag", None);
        }
    }
}

fn report(cx: &mut Context<'_>, resource: &Resource, value: &Value, what: &str, settings: Option<&Value>) {
    let graph = cx.graph();
    let mut found = Vec::new();
    keys(value, 0, &mut graph.walk(), &mut found);
    for place in found {
        let edit = settings.and_then(|settings| protect(graph, settings.origin.span));
        let message =
            format!("The authentication key of an integration runtime is in {what}, which is not secret");
        let finding = cx.report_on(resource, &place, message);
        finding.help(match settings {
            Some(_) => "Move it to `protectedSettings`",
            None => "Pass it where it is protected: `protectedSettings` of an extension, or `secureValue`",
        });
        finding.fix("Protect the settings", Applicability::Safe, edit);
    }
}

// Renames the settings, unless there are protected ones already.
fn protect(graph: &Graph, settings: Span) -> Option<armlint_engine::finding::Edit> {
    let (object, _) = edit::member(graph, settings)?;
    object
        .get("protectedSettings")
        .is_none()
        .then(|| edit::rename_member(graph, settings, "protectedSettings"))?
}

// The values at a path; `[]` stands for every element.
fn at(value: &Value, path: &str) -> Vec<Value> {
    let mut found = vec![value.clone()];
    for step in path.split('.') {
        let (key, every) = match step.strip_suffix("[]") {
            Some(key) => (key, true),
            None => (step, false),
        };
        found = found.iter().map(|value| value.get(key)).filter(|value| !value.is_missing()).collect();
        if every {
            found = found.iter().flat_map(|value| value.elements().unwrap_or_default().to_vec()).collect();
        }
    }
    found
}

// Where a value calls `listAuthKeys()`, in the order of the text.
fn keys(value: &Value, depth: usize, once: &mut Walk, found: &mut Vec<Span>) {
    if depth > MAX_DEPTH || !once.enters(value) {
        return;
    }
    match &value.kind {
        ValueKind::Array(values) | ValueKind::OneOf(values) => {
            values.iter().for_each(|value| keys(value, depth + 1, once, found));
        }
        ValueKind::Object(object) => {
            object.entries().iter().for_each(|entry| keys(&entry.value, depth + 1, once, found));
        }
        ValueKind::Unknown(unknown) if calls(&unknown.term) => found.push(value.origin.span),
        ValueKind::Text(text @ Text::Symbolic(_)) if text.holes().any(|hole| calls(&hole.term)) => {
            found.push(value.origin.span);
        }
        _ => {}
    }
}

fn calls(term: &Term) -> bool {
    term.discloses_call(|function| function.eq_ignore_ascii_case("listAuthKeys"))
}

// Keys that are written down, wherever that is. Those that are a known secret have a rule of their own.
fn literals(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let mut found: Vec<Span> = Vec::new();
    for parsed in &graph.sources {
        if memchr::memmem::find(parsed.source.slice(parsed.document.root.span).as_bytes(), b"IR@").is_some() {
            written(&parsed.document.root, 0, &mut found);
        }
    }
    if found.is_empty() {
        return;
    }
    let known = known(cx.view());
    found.retain(|place| !known.iter().any(|known| known.contains(*place) || place.contains(*known)));
    for place in found {
        cx.report(&place, "The authentication key of an integration runtime is written down")
            .severity(Severity::Critical)
            .sensitive()
            .help("Regenerate the key, and read it with `listAuthKeys()` where it is used");
    }
}

// Where known secrets are written.
fn known(view: View<'_>) -> Vec<Span> {
    let places = Secrets::in_view(view).all(view.graph()).flat_map(|(_, secret)| match &secret.held {
        SecretSource::Literal => vec![secret.place],
        SecretSource::SecureParameter(_) | SecretSource::PlainParameter(_) => {
            secret.parameters.iter().filter_map(|parameter| parameter.default_span).collect()
        }
        _ => Vec::new(),
    });
    places.collect()
}

fn written(node: &Node, depth: usize, found: &mut Vec<Span>) {
    if depth > 2 * MAX_DEPTH {
        return;
    }
    match &node.kind {
        NodeKind::String(scalar) => {
            if let Some((start, end)) = key_in(&scalar.text) {
                found.push(scalar.span(node.span, start, end));
            }
        }
        NodeKind::Array(elements) => elements.iter().for_each(|element| written(element, depth + 1, found)),
        NodeKind::Object(members) => {
            members.iter().for_each(|member| written(&member.value, depth + 1, found));
        }
        _ => {}
    }
}

// `IR@<GUID>@...`, up to what cannot be a part of it.
fn key_in(text: &str) -> Option<(usize, usize)> {
    for (start, _) in text.match_indices("IR@") {
        let Some((guid, rest)) = text.get(start + 3..).and_then(|rest| rest.split_once('@')) else {
            continue;
        };
        let is_guid = guid.len() == 36
            && guid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
            && guid.bytes().filter(|byte| *byte == b'-').count() == 4;
        if is_guid && !rest.is_empty() {
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | ',' | ';' | ')'));
            let end = end.unwrap_or(rest.len());
            return Some((start, start + 3 + guid.len() + 1 + end));
        }
    }
    None
}
