use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, edit};
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, Segment, Text, Value, ValueKind, Walk, presence};
use armlint_factory::{activity, adf_expression};
use smol_str::SmolStr;

const MAX_DEPTH: usize = 48;

// Activities without a policy.
const WITHOUT_POLICY: [&str; 8] =
    ["IfCondition", "ForEach", "Until", "Switch", "Filter", "Wait", "Fail", "AppendVariable"];

// Members of the output that say nothing of the secret.
const HARMLESS: [&str; 6] = [
    "statuscode",
    "adfwebactivityresponseheaders",
    "effectiveintegrationruntime",
    "executionduration",
    "durationinqueue",
    "billingreference",
];

// An activity whose log shows a secret, unless its policy has the key.
struct Logged<'a> {
    activity: &'a Value,
    key: &'static str,
    message: String,
    // Where the secret of another activity is used.
    used: Option<Span>,
}

pub(crate) fn check(pipeline: &Resource, cx: &mut Context<'_>) {
    if pipeline.existing {
        return;
    }
    let activities = activity::activities(pipeline);
    let reading: Vec<(SmolStr, Value)> = activities
        .iter()
        .filter(|activity| reads_secret(activity))
        .filter_map(|activity| Some((activity.get("name").known_text()?.into(), activity.clone())))
        .collect();
    for (name, activity) in &reading {
        let message =
            format!("The activity `{name}` reads a secret from Key Vault, and its output is logged");
        unless_secured(pipeline, &Logged { activity, key: "secureOutput", message, used: None }, cx);
    }
    for activity in activities.iter().filter(|_| !reading.is_empty()) {
        let Some((source, place)) = used(cx.graph(), &reading, activity) else { continue };
        let name = activity.get("name");
        let message = format!(
            "The activity `{}` uses the secret that `{source}` reads from Key Vault, and its input is logged",
            name.known_text().unwrap_or("?")
        );
        unless_secured(pipeline, &Logged { activity, key: "secureInput", message, used: Some(place) }, cx);
    }
}

// The secret that an activity uses whose input is logged: what reads it, and where it is used.
fn used(graph: &Graph, reading: &[(SmolStr, Value)], activity: &Value) -> Option<(SmolStr, Span)> {
    let ty = activity.get("type");
    if WITHOUT_POLICY.iter().any(|without| ty.is_text(without).is_true()) {
        return None;
    }
    let mut search = Search { graph, reading, once: graph.walk() };
    let mut logged = ["typeProperties", "linkedServiceName", "inputs", "outputs"].into_iter();
    logged.find_map(|key| uses(&mut search, &activity.get(key), 0))
}

fn reads_secret(activity: &Value) -> bool {
    let properties = activity.get("typeProperties");
    let method = properties.get("method");
    let gets = method.is_text("GET").is_true() || presence(&method) == Presence::Absent;
    if !gets || !activity.get("type").is_text("WebActivity").is_true() {
        return false;
    }
    let url = properties.get("url");
    let url = if url.object().is_some() { url.get("value") } else { url };
    let resource = properties.at("authentication.resource");
    let resource = resource.known_text().unwrap_or("").to_ascii_lowercase();
    url.text().is_some_and(|url| is_of_secret(&url, &resource))
}

// Whether an address is that of a secret; `resource` is what the call signs in to.
fn is_of_secret(url: &Text, resource: &str) -> bool {
    const VAULTS: [&str; 3] = ["vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net"];
    // A part that is not known is one character that no address is made of.
    let part = |segment: Segment| match segment {
        Segment::Literal(text) => text.to_ascii_lowercase(),
        Segment::Hole(_) => "\u{1}".to_string(),
    };
    let joined = url.known().is_none();
    let text: String = url.segments().into_iter().map(part).collect();
    let of_vault = VAULTS.iter().any(|vault| text.contains(vault) || resource.contains(vault));
    let path = text.split_once('?').map_or(text.as_str(), |(path, _)| path);
    // Their names alone, or their versions, are no secrets.
    let named = path.split_once("/secrets/").is_some_and(|(_, name)| {
        let name = name.trim_end_matches(['\'', ')', ' ', '/']);
        !name.is_empty() && !name.ends_with("/versions")
    });
    let computed = path.contains("/secrets/") && (joined || text.contains("concat("));
    of_vault && (named || computed)
}

fn unless_secured(pipeline: &Resource, logged: &Logged<'_>, cx: &mut Context<'_>) {
    let Logged { activity, key, message, used } = logged;
    let policy = activity.get("policy");
    let secured = policy.get(key);
    let missing = presence(&policy) == Presence::Absent || presence(&secured) == Presence::Absent;
    if !missing && !secured.truth().is_false() || presence(&policy) == Presence::Unknown {
        return;
    }
    let place = if missing { activity.get("name").origin.span } else { secured.origin.span };
    let edit = fix(cx.graph(), activity, key, missing);
    let finding = cx.report_on(pipeline, &place, message.as_str());
    finding.help(format!("Set `\"{key}\": true` in the policy of the activity")).fix(
        &format!("Set `{key}`"),
        Applicability::Safe,
        edit,
    );
    if let Some(place) = used {
        finding.related(*place, "the secret is used here");
    }
}

fn fix(graph: &Graph, activity: &Value, key: &str, missing: bool) -> Option<Edit> {
    let policy = activity.get("policy");
    if activity.origin.via.is_some() {
        None
    } else if !missing {
        edit::flip(graph, &policy.get(key))
    } else if presence(&policy) == Presence::Absent {
        edit::add_member(graph, activity.origin.span, "policy", &format!("{{ \"{key}\": true }}"))
    } else {
        edit::add_member(graph, policy.origin.span, key, "true")
    }
}

struct Search<'a> {
    graph: &'a Graph,
    /// The activities whose outputs are looked for.
    reading: &'a [(SmolStr, Value)],
    once: Walk,
}

// The first use of the output of one of the activities, which are named.
fn uses(search: &mut Search<'_>, value: &Value, depth: usize) -> Option<(SmolStr, Span)> {
    const NESTED: [&str; 5] =
        ["activities", "ifTrueActivities", "ifFalseActivities", "defaultActivities", "cases"];
    if depth > MAX_DEPTH || !search.once.enters(value) {
        return None;
    }
    match &value.kind {
        ValueKind::Array(values) | ValueKind::OneOf(values) => {
            values.iter().find_map(|value| uses(search, value, depth + 1))
        }
        ValueKind::Object(object) => object
            .entries()
            .iter()
            .filter(|entry| !NESTED.iter().any(|key| entry.key.eq_ignore_ascii_case(key)))
            .find_map(|entry| uses(search, &entry.value, depth + 1)),
        ValueKind::Text(_) => search.in_text(value),
        _ => None,
    }
}

impl Search<'_> {
    fn in_text(&self, value: &Value) -> Option<(SmolStr, Span)> {
        let text = value.known_text().filter(|text| text.contains('@') && text.contains('('))?;
        let content = adf_expression::parse(text);
        let chains = content.chains();
        let outputs = chains.iter().filter(|chain| chain.calls("activity") && chain.takes(0, "output"));
        let mut telling = outputs.filter(|chain| {
            !chain.step(1).is_some_and(|step| HARMLESS.contains(&step.to_ascii_lowercase().as_str()))
        });
        telling.find_map(|chain| {
            let (named, _) = chain.named()?;
            let (source, _) = self.reading.iter().find(|(name, _)| name.eq_ignore_ascii_case(named))?;
            let span = match value.pieces().as_slice() {
                [piece] => self.graph.part(piece.origin.span, text, chain.range.start, chain.range.end),
                _ => value.origin.span,
            };
            Some((source.clone(), span))
        })
    }
}
