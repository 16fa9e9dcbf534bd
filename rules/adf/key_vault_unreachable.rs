use armlint_azure::private_link::Connections;
use armlint_engine::dialect::World;
use armlint_engine::finding::Severity;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, presence};
use armlint_factory::activity::Uses;
use armlint_factory::artefact::ArtefactKind;
use armlint_factory::factory::Factories;
use armlint_factory::reach;
use armlint_factory::runtime::RuntimeClass;
use armlint_factory::secret;
use armlint_factory::vault_reads::{VaultRead, VaultReads};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let reads = VaultReads::in_view(cx.view());
    let mut done = Vec::new();
    for read in reads.list() {
        let vault = graph.resource(read.vault);
        let Some(closed) = closed(vault).filter(|_| !done.contains(&read.vault)) else { continue };
        let same = reads.list().iter().filter(|other| other.vault == read.vault);
        let readers = readers(cx.view(), same);
        let of_class = |wanted: fn(RuntimeClass) -> bool| {
            readers.iter().filter(move |(class, ..)| wanted(*class)).collect::<Vec<_>>()
        };
        let name = vault.name.display();
        let public = of_class(|class| class == RuntimeClass::Global);
        let bypass = vault.property("networkAcls.bypass");
        if !public.is_empty() && bypass.is_text("None").is_true() && !bypass.assumed {
            let message = format!(
                "The firewall of the vault `{name}` shuts out the Azure runtime of {}, which reads a secret of it",
                public.first().map_or("a linked service", |(_, called, _)| called)
            );
            let finding = cx.report_on(vault, &bypass, message);
            finding.help("Set `bypass` to `AzureServices`, which lets Data Factory in as a trusted service");
            finding.related(closed, "the vault is closed here");
            public.iter().for_each(|(_, called, place)| {
                finding.related(*place, format!("{called} reads a secret of it"));
            });
            done.push(read.vault);
            continue;
        }
        let own = of_class(RuntimeClass::is_self_hosted);
        if own.is_empty() || !is_out_of_reach(cx.view(), graph, vault) {
            continue;
        }
        let message = format!(
            "The vault `{name}` is closed to the self-hosted runtime of {}, which reads a secret of it",
            own.first().map_or("a linked service", |(_, called, _)| called)
        );
        let finding = cx.report_on(vault, &closed, message);
        finding.severity(Severity::Medium);
        finding.help("Declare a private endpoint of the vault in the network of the runtime");
        own.iter().for_each(|(_, called, place)| {
            finding.related(*place, format!("{called} reads a secret of it"));
        });
        done.push(read.vault);
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

// The linked services that read, by the runtimes that they run on.
fn readers<'r>(
    view: View<'_>,
    reads: impl Iterator<Item = &'r VaultRead>,
) -> Vec<(RuntimeClass, String, Span)> {
    let graph = view.graph();
    let (factories, uses) = (Factories::in_view(view), Uses::in_view(view));
    let mut found: Vec<(RuntimeClass, String, Span)> = Vec::new();
    for (reader, place) in reads.flat_map(|read| &read.readers) {
        let service = graph.resource(*reader);
        let Some(factory) = factories.of(service) else { continue };
        if secret::kind(service) != Some(ArtefactKind::LinkedService) {
            continue;
        }
        for run in reach::runs(graph, factory, uses, service) {
            let class = run.runtime.class;
            if !found.iter().any(|(other, _, at)| *other == class && at == place) {
                found.push((class, format!("the {}", secret::describe(service)), *place));
            }
        }
    }
    found
}

// Whether no private endpoint can lead to the vault, where some are declared here or everything is.
fn is_out_of_reach(view: View<'_>, graph: &Graph, vault: &Resource) -> bool {
    let connections = Connections::in_view(view);
    let told = graph.world == World::Closed || !connections.list().is_empty();
    told && connections.reach(vault, None).is_false()
}
