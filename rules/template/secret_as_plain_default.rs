use armlint_engine::graph::ParameterUse;
use armlint_engine::rule::Context;

use crate::language::secret_argument::{SecretCarriers, name_sources};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.is_environment {
        return;
    }
    let mut carriers = SecretCarriers::of(graph);
    for declared in graph.parameters.iter().filter(|declared| is_plain(declared)) {
        if !carriers.hold(&declared.parameter.name, &declared.default) {
            continue;
        }
        let name = &declared.parameter.name;
        let message =
            format!("The default of the parameter `{name}` is a secret, and its type is not secure");
        let secure = if declared.parameter.ty.eq_ignore_ascii_case("object") {
            "secureObject"
        } else {
            "securestring"
        };
        let finding = cx.report(&declared.default, message);
        finding
            .traced(&declared.default)
            .related(declared.parameter.type_span, "the type")
            .help(format!("Make its type `{secure}`"));
        name_sources(&declared.default, finding);
    }
}

// Of a type with members these say what is secure.
fn is_plain(declared: &ParameterUse) -> bool {
    let parameter = &declared.parameter;
    !parameter.secure && !parameter.shaped && !declared.default.is_missing()
}
