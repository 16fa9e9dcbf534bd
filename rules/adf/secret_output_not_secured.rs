use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, edit};
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, Segment, Text, Value, ValueKind, Walk, presence};
use armlint_factory::adf_expression::Chain;
use armlint_factory::{activity, adf_expression};
use smol_str::SmolStr;

const MAX_DEPTH: usize = 48;

// More places of one pipeline help nobody.
const MAX_RELATED: usize = 8;

// Activities without a policy.
const WITHOUT_POLICY: [&str; 8] =
    ["IfCondition", "ForEach", "Until", "Switch", "Filter", "Wait", "Fail", "AppendVariable"];

// Members of the output that say nothing of the secret.
const HARMLESS: [&str; 7] = [
    "statuscode",
    "adfwebactivityresponseheaders",
    "effectiveintegrationruntime",
    "executionduration",
    "durationinqueue",
    "billingreference",
    // Of `SetVariable`: the name of the variable.
    "name",
];

// An activity whose log shows a secret, unless its policy has the keys.
struct Logged {
    activity: Value,
    keys: Vec<&'static str>,
    message: String,
    // Where the secret of another activity is used.
    used: Option<Span>,
}

pub(crate) fn check(pipeline: &Resource, cx: &mut Context<'_>) {
    if pipeline.existing {
        return;
    }
    let logged = logged(pipeline, cx.graph());
    report(pipeline, &logged, cx);
}

// The activities of a pipeline whose logs show a secret.
fn logged(pipeline: &Resource, graph: &Graph) -> Vec<Logged> {
    let activities = activity::activities(pipeline);
    let reading = activities.iter().filter(|activity| reads_secret(activity));
    let names = reading.clone().filter_map(|activity| activity.get("name").known_text().map(SmolStr::from));
    let sources = Sources::of(graph, names.collect(), &activities);
    let mut found: Vec<Logged> = reading.filter_map(reader).collect();
    let users = activities.iter().filter(|_| !sources.activities.is_empty());
    found.extend(users.filter_map(|activity| user(graph, &sources, activity)));
    found
}

fn reader(activity: &Value) -> Option<Logged> {
    let name = activity.get("name");
    let message = format!(
        "The activity `{}` reads a secret from Key Vault, and its output is logged",
        name.known_text()?
    );
    let keys = unsecured(activity, &["secureOutput"]);
    (!keys.is_empty()).then(|| Logged { activity: activity.clone(), keys, message, used: None })
}

fn user(graph: &Graph, sources: &Sources, activity: &Value) -> Option<Logged> {
    let ty = activity.get("type");
    if WITHOUT_POLICY.iter().any(|without| ty.is_text(without).is_true()) {
        return None;
    }
    let (source, place) = sources.used(graph, activity)?;
    let name = activity.get("name");
    let name = name.known_text().unwrap_or("?");
    // The output of `SetVariable` is the name and the value of the variable.
    let sets = ty.is_text("SetVariable").is_true();
    let keys = unsecured(activity, if sets { &["secureInput", "secureOutput"] } else { &["secureInput"] });
    let what = match keys.as_slice() {
        [] => return None,
        ["secureOutput"] => "its output is logged",
        [_, _] => "its input and output are logged",
        _ => "its input is logged",
    };
    let message = format!("The activity `{name}` uses the secret that {source} holds, and {what}");
    Some(Logged { activity: activity.clone(), keys, message, used: Some(place) })
}

// Those of the keys that the policy of an activity certainly does not have.
fn unsecured(activity: &Value, keys: &[&'static str]) -> Vec<&'static str> {
    let policy = activity.get("policy");
    let missing = |key: &&&'static str| {
        let secured = policy.get(key);
        match presence(&policy) {
            Presence::Unknown => false,
            Presence::Absent => true,
            Presence::Present => presence(&secured) == Presence::Absent || secured.truth().is_false(),
        }
    };
    keys.iter().filter(missing).copied().collect()
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

// One finding for a pipeline, at the first of its activities.
fn report(pipeline: &Resource, logged: &[Logged], cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some((first, others)) = logged.split_first() else { return };
    let more = match others.len() {
        0 => String::new(),
        1 => "; and so is a secret by another activity of the pipeline".to_string(),
        count => format!("; and so are secrets by {count} other activities of the pipeline"),
    };
    let edits: Vec<Edit> = logged.iter().flat_map(|logged| fix(graph, logged)).collect();
    let finding = cx.report_on(pipeline, &first.place(), format!("{}{more}", first.message));
    let keys: Vec<String> = first.keys.iter().map(|key| format!("`\"{key}\": true`")).collect();
    finding.help(format!("Set {} in the policy of the activity", keys.join(" and "))).fix(
        "Keep the secrets out of the logs",
        Applicability::Safe,
        edits,
    );
    if let Some(place) = first.used {
        finding.related(place, "the secret is used here");
    }
    for other in others.iter().take(MAX_RELATED) {
        finding.related(other.place(), other.message.as_str());
    }
    if others.len() > MAX_RELATED {
        finding.label(format!("and {} more", others.len() - MAX_RELATED));
    }
}

impl Logged {
    fn place(&self) -> Span {
        let written = self.keys.iter().map(|key| self.activity.get("policy").get(key));
        let mut written = written.filter(|value| presence(value) == Presence::Present);
        written.next().map_or(self.activity.get("name").origin.span, |value| value.origin.span)
    }
}

// The edits that set the keys: none where they are written elsewhere.
fn fix(graph: &Graph, logged: &Logged) -> Vec<Edit> {
    let activity = &logged.activity;
    let policy = activity.get("policy");
    if activity.origin.via.is_some() {
        return Vec::new();
    }
    let (written, absent): (Vec<_>, Vec<_>) =
        logged.keys.iter().copied().partition(|key: &&str| presence(&policy.get(key)) == Presence::Present);
    let mut edits: Vec<Edit> = written.iter().filter_map(|key| edit::flip(graph, &policy.get(key))).collect();
    // Several members at one place are one edit.
    let members: Vec<String> = absent.iter().map(|key| format!("\"{key}\": true")).collect();
    let Some((first, rest)) = absent.split_first().filter(|_| !members.is_empty()) else { return edits };
    if presence(&policy) == Presence::Absent {
        let object = format!("{{ {} }}", members.join(", "));
        edits.extend(edit::add_member(graph, activity.origin.span, "policy", &object));
    } else {
        let value = rest.iter().fold("true".to_string(), |text, key| format!("{text}, \"{key}\": true"));
        edits.extend(edit::add_member(graph, policy.origin.span, first, &value));
    }
    edits
}

// What holds a secret that is read: the outputs of activities, and variables.
struct Sources {
    activities: Vec<SmolStr>,
    variables: Vec<SmolStr>,
}

impl Sources {
    // Values go from variable to variable, and out of `SetVariable` again.
    fn of(graph: &Graph, reading: Vec<SmolStr>, activities: &[Value]) -> Sources {
        let mut sources = Sources { activities: reading, variables: Vec::new() };
        if sources.activities.is_empty() {
            return sources;
        }
        let sets = |activity: &&Value| {
            let ty = activity.get("type");
            ["SetVariable", "AppendVariable"].iter().any(|set| ty.is_text(set).is_true())
        };
        let mut setting: Vec<&Value> = activities.iter().filter(sets).collect();
        loop {
            let before = setting.len();
            setting.retain(|activity| !sources.take(graph, activity));
            if setting.len() == before {
                return sources;
            }
        }
    }

    // Whether an activity passes a secret on.
    fn take(&mut self, graph: &Graph, activity: &Value) -> bool {
        if self.used(graph, activity).is_none() {
            return false;
        }
        let variable = activity.at("typeProperties.variableName");
        self.variables.extend(variable.known_text().map(SmolStr::from));
        if activity.get("type").is_text("SetVariable").is_true() {
            self.activities.extend(activity.get("name").known_text().map(SmolStr::from));
        }
        true
    }

    // What an activity uses whose input is logged, and where.
    fn used(&self, graph: &Graph, activity: &Value) -> Option<(String, Span)> {
        let mut search = Search { graph, sources: self, once: graph.walk() };
        let mut logged = ["typeProperties", "linkedServiceName", "inputs", "outputs"].into_iter();
        logged.find_map(|key| uses(&mut search, &activity.get(key), 0))
    }
}

struct Search<'a> {
    graph: &'a Graph,
    sources: &'a Sources,
    once: Walk,
}

// The first use of a secret: what holds it, and where.
fn uses(search: &mut Search<'_>, value: &Value, depth: usize) -> Option<(String, Span)> {
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
    fn in_text(&self, value: &Value) -> Option<(String, Span)> {
        let text = value.known_text().filter(|text| text.contains('@') && text.contains('('))?;
        let content = adf_expression::parse(text);
        content.chains().iter().find_map(|chain| {
            let held = self.held(chain)?;
            let span = match value.pieces().as_slice() {
                [piece] => self.graph.part(piece.origin.span, text, chain.range.start, chain.range.end),
                _ => value.origin.span,
            };
            Some((held, span))
        })
    }

    // What a chain takes a secret from.
    fn held(&self, chain: &Chain<'_>) -> Option<String> {
        let (named, _) = chain.named()?;
        let of = |list: &[SmolStr]| list.iter().find(|name| name.eq_ignore_ascii_case(named)).cloned();
        if chain.calls("variables") {
            return of(&self.sources.variables).map(|name| format!("the variable `{name}`"));
        }
        let harmless = |step: &SmolStr| HARMLESS.contains(&step.to_ascii_lowercase().as_str());
        let telling =
            chain.calls("activity") && chain.takes(0, "output") && !chain.step(1).is_some_and(harmless);
        of(&self.sources.activities).filter(|_| telling).map(|name| format!("the output of `{name}`"))
    }
}
