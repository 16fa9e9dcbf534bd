use armlint_azure::facts::ReadablePlace;
use armlint_azure::secret::{ReadableSecrets, told};
use armlint_engine::rule::Context;

const HELP: &str = "keep the secret in Key Vault, and store a reference to it";

pub(crate) fn check(cx: &mut Context<'_>) {
    let secrets = ReadableSecrets::in_view(cx.view());
    told::report(secrets.of(Some(ReadablePlace::ConfigStore)), HELP, cx);
}
