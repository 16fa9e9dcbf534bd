use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::{Text, Value};
use armlint_factory::encrypted_credential::{self, Encryption};
use armlint_factory::factory::Factories;
use armlint_factory::runtime::{AUTO_RESOLVE, Runtime, RuntimeClass};

pub(crate) fn check(service: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let credential = service.property("typeProperties.encryptedCredential");
    let Some(factory) = Factories::in_view(cx.view()).of(service) else { return };
    let runtime = factory.runtime_of(graph, service);
    let Some((made_for, runs_on)) = mismatch(&credential, &runtime) else { return };
    let message = format!(
        "The encrypted credential of the linked service `{}` was made for {made_for} runtime, but it runs on \
         {runs_on} one",
        service.name.display()
    );
    let finding = cx.report_on(service, &credential, message);
    finding.sensitive().help(
        "Enter the credential anew for the runtime that `connectVia` names, or keep it in Key Vault, which \
         every runtime reads",
    );
    if runtime.place != credential.origin.span && !runtime.implicit {
        finding.related(runtime.place, "it runs on this runtime");
    }
    if let Some(declared) = runtime.resource.map(|id| graph.resource(id)) {
        finding.related(declared.place, format!("the runtime is {runs_on} one"));
    }
}

// What a credential was made for, and what its linked service runs on instead.
fn mismatch(credential: &Value, runtime: &Runtime) -> Option<(&'static str, &'static str)> {
    match (encrypted_credential::read(credential.known_text()?), is_azure(runtime)) {
        (Encryption::SelfHosted, true) => Some(("a self-hosted", "an Azure")),
        (Encryption::Cloud, false) if runtime.class.is_self_hosted() => Some(("an Azure", "a self-hosted")),
        _ => None,
    }
}

// The default runtime is one of Azure, whether or not it is in the managed network.
fn is_azure(runtime: &Runtime) -> bool {
    let default = runtime.name.equals_ignore_case(&Text::Known(AUTO_RESOLVE.into())).is_true();
    let undeclared = default && runtime.resource.is_none();
    undeclared || matches!(runtime.class, RuntimeClass::Global | RuntimeClass::Managed)
}
