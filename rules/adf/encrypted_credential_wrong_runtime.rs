use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::Text;
use armlint_factory::encrypted_credential::{self, Encryption};
use armlint_factory::factory::Factories;
use armlint_factory::runtime::{AUTO_RESOLVE, Runtime, RuntimeClass};

pub(crate) fn check(service: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let credential = service.property("typeProperties.encryptedCredential");
    let Some(text) = credential.known_text() else { return };
    let factories = Factories::in_view(cx.view());
    let Some(factory) = factories.of(service) else { return };
    let runtime = factory.runtime_of(graph, service);
    let (made_for, runs_on) = match (encrypted_credential::read(text), is_azure(&runtime)) {
        (Encryption::SelfHosted, true) => ("a self-hosted", "an Azure"),
        (Encryption::Cloud, false) if runtime.class.is_self_hosted() => ("an Azure", "a self-hosted"),
        _ => return,
    };
    let message = format!(
        "The encrypted credential of the linked service `{}` was made for {made_for} runtime, but it runs on \
         {runs_on} one",
        service.name.display()
    );
    let declared = runtime.resource.map(|id| graph.resource(id).place);
    let finding = cx.report_on(service, &credential, message);
    finding.sensitive().help(
        "Enter the credential anew for the runtime that `connectVia` names, or keep it in Key Vault, which \
         every runtime reads",
    );
    if runtime.place != credential.origin.span && !runtime.implicit {
        finding.related(runtime.place, "it runs on this runtime");
    }
    if let Some(place) = declared {
        finding.related(place, format!("the runtime is {runs_on} one"));
    }
}

// The default runtime is one of Azure, whether or not it is in the managed network.
fn is_azure(runtime: &Runtime) -> bool {
    let default = runtime.name.equals_ignore_case(&Text::Known(AUTO_RESOLVE.into())).is_true();
    let undeclared = default && runtime.resource.is_none();
    undeclared || matches!(runtime.class, RuntimeClass::Global | RuntimeClass::Managed)
}
