use armlint_azure::facts::ReadablePlace;
use armlint_azure::secret::{ReadableSecrets, told};
use armlint_engine::rule::Context;

const HELP: &str = "move it to `protectedSettings`, which are encrypted and which only the machine reads";

pub(crate) fn check(cx: &mut Context<'_>) {
    let secrets = ReadableSecrets::in_view(cx.view());
    told::report(secrets.of(Some(ReadablePlace::ExtensionSettings)), HELP, cx);
}
