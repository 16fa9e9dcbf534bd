//! Credentials that a self-hosted runtime keeps, and whether Private Link of the factory breaks their way.
//!
//! A credential that is kept on the machines of a runtime is sent there over the channel of interactive
//! authoring, Azure Relay, which Private Link of the factory does not carry (Create and configure a
//! self-hosted integration runtime, Credentials store, 2023-07-13).

use armlint_azure::network::lookup::Lookup;
use armlint_azure::network::verdict::Decision;
use armlint_engine::graph::Resource;
use armlint_engine::rule::View;
use armlint_engine::settings::Date;
use armlint_engine::span::Span;
use armlint_engine::value::Truth;

use crate::factory::Factories;
use crate::facts::Fact;
use crate::machine::Machines;
use crate::machine_need::{self, MachineNeed};
use crate::private_factory::{self, Cause, PrivateFactories};
use crate::runtime::Runtime;

/// What the documentation says on a day of credentials outside of Key Vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayVerdict {
    /// They do not work as soon as a private endpoint exists (Azure Private Link for Azure Data Factory,
    /// 2020-09-01).
    WithEndpoint,
    /// They do not work when public access is blocked as well (the same page, 2021-06-16).
    WithoutPublicAccess,
    /// They work, but need egress to Azure Relay; Key Vault is advised (the same page, 2023-07-13).
    Advice,
}

/// What holds on a day; `None` before Private Link for factories existed.
pub fn verdict(day: Date) -> Option<RelayVerdict> {
    if Fact::CredentialsNeedKeyVault.holds(day) {
        Some(RelayVerdict::WithEndpoint)
    } else if Fact::CredentialsNeedKeyVaultWhenClosed.holds(day) {
        Some(RelayVerdict::WithoutPublicAccess)
    } else {
        Fact::FactoryPrivateLink.holds(day).then_some(RelayVerdict::Advice)
    }
}

/// A linked service whose credentials travel past the private endpoint of its factory.
#[derive(Clone, Debug)]
pub struct RelayedCredentials {
    /// What holds on the day that is checked for.
    pub verdict: RelayVerdict,
    /// The self-hosted runtime.
    pub runtime: Runtime,
    /// What makes the factory private, where that is written.
    pub causes: Vec<Span>,
    /// The machines of the runtime are here and certainly reach Azure Relay.
    pub open: bool,
}

/// Whether credentials that a linked service does not read from Key Vault travel past Private Link:
/// its factory is private and it runs on a self-hosted runtime. `None` where not, or where that is not
/// known.
pub fn relayed(service: &Resource, view: View<'_>) -> Option<RelayedCredentials> {
    let verdict = verdict(view.settings().as_of)?;
    let factories = Factories::in_view(view);
    let factory = factories.of(service)?;
    let runtime = factory.runtime_of(view.graph(), service);
    if !runtime.class.is_self_hosted() || private_factory::is_private(factory, view) != Truth::True {
        return None;
    }
    let privacy = PrivateFactories::in_view(view);
    let privacy = privacy.of(factory)?;
    let configured = privacy.causes.iter().any(|cause| matches!(cause, Cause::Configuration));
    let endpoint = privacy.endpoint().is_some() || configured;
    let closed = privacy.switch().is_some() || configured;
    let holds = match verdict {
        RelayVerdict::WithEndpoint => endpoint,
        RelayVerdict::WithoutPublicAccess => endpoint && closed,
        RelayVerdict::Advice => true,
    };
    let causes = privacy.causes.iter().filter_map(|cause| match cause {
        Cause::Switch(value) => Some(value.origin.span),
        Cause::Endpoint(place) => Some(*place),
        Cause::Configuration => None,
    });
    let open = holds && reaches_relay(&runtime, view);
    holds.then(|| RelayedCredentials { verdict, runtime, causes: causes.collect(), open })
}

// Whether all machines of a runtime certainly reach Azure Relay; not where none is known.
fn reaches_relay(runtime: &Runtime, view: View<'_>) -> bool {
    let (graph, machines) = (view.graph(), Machines::in_view(view));
    let own = machines
        .list()
        .iter()
        .filter(|machine| machine.runtime.is_some() && machine.runtime == runtime.resource);
    let mut reach = own.map(|machine| {
        let Some([interface]) = machine.interfaces.as_deref() else { return false };
        let around = interface.surroundings(graph);
        let Lookup::Found(subnet) = &around.subnet else { return false };
        let needs = machine_need::of_machine(machine, graph.resource(machine.resource), Some(subnet), view);
        let mut relay = needs.iter().filter(|need| need.is_relay());
        let passes = |need: &MachineNeed| need.verdict(graph, interface, &around).decision == Decision::Allow;
        interface.certain && relay.next().is_some_and(passes)
    });
    reach.next().is_some_and(|first| first && reach.all(|reaches| reaches))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_changed_its_mind() {
        let on = |text: &str| verdict(text.parse().expect("a date"));
        assert_eq!(on("2020-04-01"), None);
        assert_eq!(on("2020-10-01"), Some(RelayVerdict::WithEndpoint));
        assert_eq!(on("2022-01-01"), Some(RelayVerdict::WithoutPublicAccess));
        assert_eq!(on("2026-08-20"), Some(RelayVerdict::Advice));
    }
}
