use armlint_azure::facts::ReadablePlace;
use armlint_azure::secret::{ReadableSecrets, told};
use armlint_engine::finding::Severity;
use armlint_engine::rule::Context;

const HELP: &str = "let the machine read the secret from Key Vault with its managed identity, or give it in `protectedSettings` of an extension";

pub(crate) fn check(cx: &mut Context<'_>) {
    let secrets = ReadableSecrets::in_view(cx.view());
    told::report(secrets.of(Some(ReadablePlace::UserData)), HELP, cx);
    // Nothing gives it back but the machine itself.
    told::report_as(Severity::Medium, secrets.of(Some(ReadablePlace::CustomData)), HELP, cx);
}
