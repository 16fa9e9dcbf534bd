use armlint_azure::facts::ReadablePlace;
use armlint_azure::secret::{ReadableSecrets, told};
use armlint_engine::rule::Context;

const HELP: &str =
    "use `secureValue` in a container group, and `secretRef` with a secret of the app in Container Apps";

pub(crate) fn check(cx: &mut Context<'_>) {
    let secrets = ReadableSecrets::in_view(cx.view());
    told::report(secrets.of(Some(ReadablePlace::ContainerEnvironment)), HELP, cx);
}
