use armlint_engine::dialect::Dialect;
use armlint_engine::rule::Context;
use armlint_engine::semantics::NameScope;
use smol_str::StrExt;

/// Parameters that pipelines pass to every template, whether or not it asks for them.
const CONVENTIONAL: [&str; 2] = ["_artifactsLocation", "_artifactsLocationSasToken"];

pub(crate) fn check(cx: &mut Context<'_>) {
    // Data Factory writes the parameters of an export.
    if cx.graph().dialect == Dialect::Export {
        return;
    }
    let semantics = cx.graph().semantics();
    for scope in semantics.scopes.iter().filter(|scope| is_judged(scope)) {
        for member in scope.node.value("parameters").map(|node| node.members()).unwrap_or_default() {
            let name = &member.key.text;
            let conventional = CONVENTIONAL.iter().any(|other| name.eq_ignore_ascii_case(other));
            if !conventional && !scope.used.parameters.contains(&name.to_lowercase_smolstr()) {
                let message = format!("Nothing uses the parameter `{name}`");
                cx.report(&member.key_span, message).help("Use it, or remove it");
            }
        }
    }
}

fn is_judged(scope: &NameScope) -> bool {
    !scope.is_compiled() && scope.does_something() && !scope.used.computed_parameter && !scope.used.unread
}
