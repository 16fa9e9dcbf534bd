use armlint_azure::facts::ReadablePlace;
use armlint_azure::secret::{ReadableSecrets, told};
use armlint_azure::wording;
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::{Presence, presence};

const HELP: &str = "set `secret` to `true`, or refer to a secret of Key Vault with `keyVault`";

const NAMED_VALUES: [&str; 2] =
    ["Microsoft.ApiManagement/service/namedValues", "Microsoft.ApiManagement/service/properties"];

pub(crate) fn check(cx: &mut Context<'_>) {
    let secrets = ReadableSecrets::in_view(cx.view());
    told::report(secrets.of(Some(ReadablePlace::NamedValue)), HELP, cx);
    if cx.settings().is_strict() {
        let graph = cx.graph();
        let told = |value: &Resource| secrets.all().iter().any(|found| found.resource == value.id);
        let all = NAMED_VALUES.iter().flat_map(|ty| graph.of_type(ty));
        all.filter(|value| is_outside_of_vault(value) && !told(value)).for_each(|value| report(value, cx));
    }
}

fn is_outside_of_vault(value: &Resource) -> bool {
    !value.existing && presence(&value.property("keyVault.secretIdentifier")) == Presence::Absent
}

fn report(value: &Resource, cx: &mut Context<'_>) {
    let message =
        format!("Named value {} is not kept in Key Vault", wording::called(value, "of the service"));
    cx.report_on(value, &value.property("value").origin.span, message).severity(Severity::Low).help(HELP);
}
