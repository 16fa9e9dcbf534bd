use armlint_azure::{resource_id, wording};
use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View, edit};
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, Truth, Value, presence};
use armlint_factory::factory::Factories;
use armlint_factory::runtime::{self, RuntimeClass};

const KEY: &str = "managedVirtualNetwork";
const EXAMPLE: &str = "\"managedVirtualNetwork\": { \"type\": \"ManagedVirtualNetworkReference\", \"referenceName\": \
                       \"default\" }";

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let inside = resource.property("typeProperties");
    if presence(&inside.get(KEY)) == Presence::Present {
        return report_misplaced(resource, &inside, cx);
    }
    let network = resource.property(KEY);
    if presence(&network) == Presence::Present {
        check_reference(resource, &network, cx);
    }
    if matches!(runtime::class(resource), RuntimeClass::Global | RuntimeClass::Managed) {
        check_joined(resource, &inside.get("computeProperties"), "vNetProperties", cx);
        check_joined(resource, &inside, "customerVirtualNetwork", cx);
    }
}

fn report_misplaced(resource: &Resource, inside: &Value, cx: &mut Context<'_>) {
    let name = called(resource);
    let inner = inside.get(KEY);
    let moved = moved(resource, inside, &inner, cx.view());
    let message =
        format!("`managedVirtualNetwork` of {name} is misplaced: nothing reads it under `typeProperties`");
    cx.report_on(resource, &key(inside, KEY, &inner), message)
        .help(format!("Move it out of `typeProperties`, beside it: {EXAMPLE}"))
        .fix("Move it beside `typeProperties`", Applicability::Safe, moved.unwrap_or_default());
}

// A network that an Azure runtime is to join as only those of SSIS do.
fn check_joined(resource: &Resource, holder: &Value, own: &str, cx: &mut Context<'_>) {
    let joined = holder.get(own);
    if presence(&joined) != Presence::Present {
        return;
    }
    let name = called(resource);
    let message =
        format!("`{own}` of {name} has no effect: only Azure-SSIS runtimes join a network of yours");
    cx.report_on(resource, &key(holder, own, &joined), message)
        .help(format!("Remove it, and put the runtime into the managed virtual network: {EXAMPLE}"));
}

// The edits that move a reference out of `typeProperties`; none where it is not written there as it is, or
// where there is one beside it already.
fn moved(resource: &Resource, inside: &Value, inner: &Value, view: View<'_>) -> Option<Vec<Edit>> {
    let graph = view.graph();
    let written = graph.dialect.is_folder() || inner.origin.via.is_none();
    let sound = inner.get("type").is_text("ManagedVirtualNetworkReference").is_true()
        && inner.get("referenceName").is_text("default").is_true();
    if !written || !sound || presence(&resource.property(KEY)) != Presence::Absent {
        return None;
    }
    inside.object()?.key_span(KEY)?;
    let beside = resource.properties.object()?.key_span("typeProperties")?;
    let remove = edit::remove(graph, inner.origin.span)?;
    let at = Span { end: beside.start, ..beside };
    Some(vec![remove, Edit { span: at, text: format!("{EXAMPLE}, ") }])
}

fn check_reference(resource: &Resource, network: &Value, cx: &mut Context<'_>) {
    let kind = match runtime::class(resource) {
        RuntimeClass::SelfHosted | RuntimeClass::Linked => "self-hosted",
        RuntimeClass::Ssis => "Azure-SSIS",
        _ => {
            check_type(resource, &network.get("type"), cx);
            return check_name(resource, &network.get("referenceName"), cx);
        }
    };
    let message =
        format!("The {kind} runtime {} never runs in the managed virtual network", called(resource));
    cx.report_on(resource, &key(&resource.properties, KEY, network), message)
        .help("Remove `managedVirtualNetwork`");
}

fn check_type(resource: &Resource, ty: &Value, cx: &mut Context<'_>) {
    if ty.known_text().is_some() && ty.is_text("ManagedVirtualNetworkReference").is_false() {
        let name = called(resource);
        let message = format!("Reference of {name} to the managed virtual network has the wrong type");
        cx.report_on(resource, ty, message).traced(ty).help(format!("Write {EXAMPLE}"));
    }
}

fn check_name(resource: &Resource, referred: &Value, cx: &mut Context<'_>) {
    let Some(message) = wrong_name(resource, referred, cx.view()) else { return };
    let finding = cx.report_on(resource, referred, message);
    finding.help(format!("Write {EXAMPLE}"));
    if referred.known_text().is_none() {
        return;
    }
    finding.traced(referred);
    finding.assuming(referred);
    // An expression may be right for another deployment.
    if referred.origin.via.is_none() && !referred.assumed {
        let edit = Edit { span: referred.origin.span, text: "\"default\"".into() };
        finding.fix("Refer to the network `default`", Applicability::Safe, [edit]);
    }
}

// What is wrong with the name of the network, as a message.
fn wrong_name(resource: &Resource, referred: &Value, view: View<'_>) -> Option<String> {
    let name = called(resource);
    match referred.known_text() {
        None => (presence(referred) == Presence::Absent)
            .then(|| format!("Reference of {name} to the managed virtual network has no name")),
        Some(written) if written == "default" || is_declared(resource, referred, view).is_true() => None,
        // A blank that is only a default is to be filled in.
        Some("") if referred.assumed => None,
        Some("") => Some(format!("Reference of {name} to the managed virtual network is empty")),
        Some(written) => Some(format!(
            "Reference to the managed virtual network `{written}`, whose name is always `default`"
        )),
    }
}

fn called(resource: &Resource) -> String {
    wording::called(resource, "this runtime")
}

// Whether the factory declares a network of that name; such a name has a rule of its own.
fn is_declared(resource: &Resource, referred: &Value, view: View<'_>) -> Truth {
    let factories = Factories::in_view(view);
    let (Some(factory), Some(name)) = (factories.of(resource), referred.text()) else {
        return Truth::Unknown;
    };
    let networks = factory.networks.iter().map(|id| view.graph().resource(*id).name.last());
    Truth::any(networks.map(|network| resource_id::same_name(&network, &name)))
}

// The key of a member, where it is written as such.
fn key(object: &Value, name: &str, member: &Value) -> Span {
    object.object().and_then(|object| object.key_span(name)).unwrap_or(member.origin.span)
}
