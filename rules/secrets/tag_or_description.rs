use armlint_azure::secret::{ReadableSecrets, told};
use armlint_engine::rule::Context;

const HELP: &str = "take it out, and change the secret: tags and names are in logs, bills and exports";

pub(crate) fn check(cx: &mut Context<'_>) {
    told::report(ReadableSecrets::in_view(cx.view()).of(None), HELP, cx);
}
