use armlint_azure::facts::ReadablePlace;
use armlint_azure::secret::{Carried, Readable, ReadableSecrets, What, told};
use armlint_engine::rule::Context;

const HELP: &str =
    "keep the secret in Key Vault, and give the setting a reference: `@Microsoft.KeyVault(SecretUri=..)`";

pub(crate) fn check(cx: &mut Context<'_>) {
    let secrets = ReadableSecrets::in_view(cx.view());
    told::report(secrets.of(Some(ReadablePlace::AppSetting)).filter(|found| !is_returned(found)), HELP, cx);
}

// Keys of other resources have a rule of their own.
fn is_returned(found: &Readable) -> bool {
    matches!(found.what, What::Carried(Carried::Call(_)))
}
