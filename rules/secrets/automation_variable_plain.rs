use armlint_azure::facts::ReadablePlace;
use armlint_azure::secret::{ReadableSecrets, told};
use armlint_azure::types::AUTOMATION_VARIABLES;
use armlint_azure::{select, wording};
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

const HELP: &str = "set `isEncrypted` to `true`, or keep the secret in Key Vault";

pub(crate) fn check(cx: &mut Context<'_>) {
    let secrets = ReadableSecrets::in_view(cx.view());
    told::report(secrets.of(Some(ReadablePlace::AutomationVariable)), HELP, cx);
    if cx.settings().is_strict() {
        let graph = cx.graph();
        let told = |variable: &Resource| secrets.all().iter().any(|found| found.resource == variable.id);
        graph
            .of_type(AUTOMATION_VARIABLES)
            .filter(|variable| is_plain(variable) && !told(variable))
            .for_each(|variable| report(variable, cx));
    }
}

fn is_plain(variable: &Resource) -> bool {
    !variable.existing && select::is_one_of(variable, "properties.isEncrypted", "true|1").is_false()
}

fn report(variable: &Resource, cx: &mut Context<'_>) {
    let message =
        format!("Automation variable {} is not encrypted", wording::called(variable, "of a runbook"));
    cx.report_on(variable, &variable.property("isEncrypted"), message).severity(Severity::Low).help(HELP);
}
