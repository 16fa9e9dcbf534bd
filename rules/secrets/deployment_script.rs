use armlint_azure::facts::ReadablePlace;
use armlint_azure::secret::{ReadableSecrets, told};
use armlint_engine::rule::Context;

const HELP: &str = "give it to the script as an environment variable with `secureValue`";

pub(crate) fn check(cx: &mut Context<'_>) {
    let secrets = ReadableSecrets::in_view(cx.view());
    told::report(secrets.of(Some(ReadablePlace::DeploymentScript)), HELP, cx);
}
