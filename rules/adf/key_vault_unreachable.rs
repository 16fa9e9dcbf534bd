use armlint_azure::private_link::Connections;
use armlint_engine::dialect::World;
use armlint_engine::finding::{Finding, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, Value, presence};
use armlint_factory::activity::Uses;
use armlint_factory::artefact::ArtefactKind;
use armlint_factory::factory::Factories;
use armlint_factory::reach;
use armlint_factory::runtime::RuntimeClass;
use armlint_factory::secret;
use armlint_factory::vault_reads::VaultReads;

// A linked service that reads secrets of a vault.
struct Reader {
    class: RuntimeClass,
    called: String,
    place: Span,
}

pub(crate) fn check(cx: &mut Context<'_>) {
    for read in VaultReads::in_view(cx.view()).list() {
        let vault = cx.graph().resource(read.vault);
        let Some(closed) = closed(vault) else { continue };
        let (public, own) = readers(cx.view(), vault);
        let bypass = vault.property("networkAcls.bypass");
        if !public.is_empty() && bypass.is_text("None").is_true() && !bypass.assumed {
            report_bypass(vault, closed, &bypass, &public, cx);
        } else if !own.is_empty() && is_out_of_reach(cx.view(), cx.graph(), vault) {
            report_closed(vault, closed, &own, cx);
        }
    }
}

fn report_bypass(vault: &Resource, closed: Span, bypass: &Value, readers: &[Reader], cx: &mut Context<'_>) {
    let message = format!(
        "The firewall of the vault `{}` shuts out the Azure runtime of {}, which reads a secret of it",
        vault.name.display(),
        first(readers)
    );
    let finding = cx.report_on(vault, bypass, message);
    finding.help("Set `bypass` to `AzureServices`, which lets Data Factory in as a trusted service");
    finding.related(closed, "the vault is closed here");
    relate(readers, finding);
}

fn report_closed(vault: &Resource, closed: Span, readers: &[Reader], cx: &mut Context<'_>) {
    let message = format!(
        "The vault `{}` is closed to the self-hosted runtime of {}, which reads a secret of it",
        vault.name.display(),
        first(readers)
    );
    let finding = cx.report_on(vault, &closed, message);
    finding.severity(Severity::Medium);
    finding.help("Declare a private endpoint of the vault in the network of the runtime");
    relate(readers, finding);
}

fn first(readers: &[Reader]) -> &str {
    readers.first().map_or("a linked service", |reader| &reader.called)
}

fn relate(readers: &[Reader], finding: &mut Finding) {
    for reader in readers {
        finding.related(reader.place, format!("{} reads a secret of it", reader.called));
    }
}

// What closes the vault to public networks, where no rule makes an exception for some of them.
fn closed(vault: &Resource) -> Option<Span> {
    let access = vault.property("publicNetworkAccess");
    let action = vault.property("networkAcls.defaultAction");
    for list in ["networkAcls.ipRules", "networkAcls.virtualNetworkRules"] {
        let rules = vault.property(list);
        let none =
            presence(&rules) == Presence::Absent || rules.elements().is_some_and(|rules| rules.is_empty());
        if !none {
            return None;
        }
    }
    let closes = [(&access, "Disabled"), (&action, "Deny")].into_iter();
    let mut closes = closes.filter(|(value, closed)| value.is_text(closed).is_true() && !value.assumed);
    closes.next().map(|(value, _)| value.origin.span)
}

// The linked services that read secrets of a vault: those on public Azure compute, and those on self-hosted
// runtimes.
fn readers(view: View<'_>, vault: &Resource) -> (Vec<Reader>, Vec<Reader>) {
    let graph = view.graph();
    let (factories, uses) = (Factories::in_view(view), Uses::in_view(view));
    let reads = VaultReads::in_view(view).list().iter().filter(|read| read.vault == vault.id);
    let mut found: Vec<Reader> = Vec::new();
    for (reader, place) in reads.flat_map(|read| &read.readers) {
        let service = graph.resource(*reader);
        let Some(factory) = factories.of(service) else { continue };
        if secret::kind(service) != Some(ArtefactKind::LinkedService) {
            continue;
        }
        for run in reach::runs(graph, factory, uses, service) {
            let (class, called) = (run.runtime.class, format!("the {}", secret::describe(service)));
            if !found.iter().any(|other| other.class == class && other.place == *place) {
                found.push(Reader { class, called, place: *place });
            }
        }
    }
    let mut of_class =
        |wanted: fn(RuntimeClass) -> bool| found.extract_if(.., move |reader| wanted(reader.class)).collect();
    (of_class(|class| class == RuntimeClass::Global), of_class(RuntimeClass::is_self_hosted))
}

// Whether no private endpoint can lead to the vault, where some are declared here or everything is.
fn is_out_of_reach(view: View<'_>, graph: &Graph, vault: &Resource) -> bool {
    let connections = Connections::in_view(view);
    let told = graph.world == World::Closed || !connections.list().is_empty();
    told && connections.reach(vault, None).is_false()
}
