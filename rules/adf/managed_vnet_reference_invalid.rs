use armlint_azure::{resource_id, wording};
use armlint_engine::finding::{Applicability, Confidence, Edit};
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
    let name = wording::called(resource, "this runtime");
    let properties = resource.property("typeProperties");
    let inner = properties.get(KEY);
    if presence(&inner) == Presence::Present {
        let moved = moved(resource, &properties, &inner, cx.view());
        let finding = cx.report_on(
            resource,
            &key(&properties, KEY, &inner),
            format!(
                "`managedVirtualNetwork` of {name} is misplaced: nothing reads it under `typeProperties`"
            ),
        );
        finding.help(format!("move it out of `typeProperties`, beside it: {EXAMPLE}"));
        if let Some(edits) = moved {
            finding.fix("Move it beside `typeProperties`", Applicability::Safe, edits);
        }
        return;
    }
    let network = resource.property(KEY);
    if presence(&network) == Presence::Present {
        reference(resource, &network, cx);
    }
    let compute = properties.get("computeProperties");
    for (holder, own) in [(&compute, "vNetProperties"), (&properties, "customerVirtualNetwork")] {
        let joined = holder.get(own);
        let class = runtime::class(resource);
        let azure = matches!(class, RuntimeClass::Global | RuntimeClass::Managed);
        if azure && presence(&joined) == Presence::Present {
            cx.report_on(
                resource,
                &key(holder, own, &joined),
                format!("`{own}` of {name} has no effect: only Azure-SSIS runtimes join a network of yours"),
            )
            .help(format!("remove it, and put the runtime into the managed virtual network: {EXAMPLE}"));
        }
    }
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

fn reference(resource: &Resource, network: &Value, cx: &mut Context<'_>) {
    let name = wording::called(resource, "this runtime");
    let class = runtime::class(resource);
    let kind = match class {
        RuntimeClass::SelfHosted | RuntimeClass::Linked => Some("self-hosted"),
        RuntimeClass::Ssis => Some("Azure-SSIS"),
        _ => None,
    };
    if let Some(kind) = kind {
        let place = key(&resource.properties, KEY, network);
        cx.report_on(
            resource,
            &place,
            format!("The {kind} runtime {name} never runs in the managed virtual network"),
        )
        .help("remove `managedVirtualNetwork`");
        return;
    }
    let ty = network.get("type");
    if ty.known_text().is_some() && ty.is_text("ManagedVirtualNetworkReference").is_false() {
        cx.report_on(
            resource,
            &ty,
            format!("Reference of {name} to the managed virtual network has the wrong type"),
        )
        .traced(&ty)
        .help(format!("write {EXAMPLE}"));
    }
    let referred = network.get("referenceName");
    let Some(written) = referred.known_text() else {
        if presence(&referred) == Presence::Absent {
            let message = format!("Reference of {name} to the managed virtual network has no name");
            cx.report_on(resource, &referred, message).help(format!("write {EXAMPLE}"));
        }
        return;
    };
    if written == "default" || is_declared(resource, &referred, cx.view()).is_true() {
        return;
    }
    let message = match written {
        "" => format!("Reference of {name} to the managed virtual network is empty"),
        _ => {
            format!("Reference to the managed virtual network `{written}`, whose name is always `default`")
        }
    };
    let finding = cx.report_on(resource, &referred, message);
    finding.traced(&referred).help(format!("write {EXAMPLE}"));
    if referred.assumed {
        finding.confidence(Confidence::Medium);
    }
    // An expression may be right for another deployment.
    if referred.origin.via.is_none() && !referred.assumed {
        let edit = Edit { span: referred.origin.span, text: "\"default\"".into() };
        finding.fix("Refer to the network `default`", Applicability::Safe, vec![edit]);
    }
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
