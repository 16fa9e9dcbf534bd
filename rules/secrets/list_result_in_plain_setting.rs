use armlint_azure::facts::ReadablePlace;
use armlint_azure::secret::{Carried, Readable, ReadableSecrets, What, told};
use armlint_engine::finding::Severity;
use armlint_engine::rule::Context;

const HELP: &str =
    "connect with the managed identity of the app, or give the setting a reference to Key Vault";

/// Settings of function apps that take a key and nothing else.
const CONTENT_SHARES: [&str; 1] = ["WEBSITE_CONTENTAZUREFILECONNECTIONSTRING"];

pub(crate) fn check(cx: &mut Context<'_>) {
    let secrets = ReadableSecrets::in_view(cx.view());
    let returned: Vec<&Readable> =
        secrets.of(Some(ReadablePlace::AppSetting)).filter(|found| is_returned(found)).collect();
    let (shares, others): (Vec<&Readable>, Vec<&Readable>) =
        returned.into_iter().partition(|found| is_content_share(found));
    told::report(others, HELP, cx);
    told::report_as(Severity::Low, shares, HELP, cx);
}

fn is_returned(found: &Readable) -> bool {
    matches!(found.what, What::Carried(Carried::Call(_)))
}

fn is_content_share(found: &Readable) -> bool {
    let is = |name: &str| CONTENT_SHARES.iter().any(|share| name.eq_ignore_ascii_case(share));
    found.name.as_deref().is_some_and(is)
}
