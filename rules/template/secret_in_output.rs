use armlint_engine::rule::Context;
use armlint_engine::value::{StepKind, Type, Value};

use crate::language::secret_argument::carries_secret;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let nested = graph.nested_outputs.iter().map(|(_, outputs)| outputs);
    for outputs in graph.outputs.iter().chain(nested) {
        for output in outputs.object().map(|object| object.entries()).unwrap_or_default() {
            let value = output.value.get("value");
            let secure = is_secure(&output.value.get("type"));
            if secure || value.is_missing() || gives_nothing_away(&value) {
                continue;
            }
            if carries_secret(graph, &output.key, &value) {
                let message = format!("The output `{}` is a secret, and its type is not secure", output.key);
                let finding = cx.report(&value.origin.span, message);
                finding.traced(&value).help(
                    "read the secret where it is needed, from Key Vault or by a reference to the resource, \
                     and take the output away",
                );
            }
        }
    }
}

fn is_secure(ty: &Value) -> bool {
    ["securestring", "secureobject"].iter().any(|secure| ty.is_text(secure).is_true())
}

// How long a secret is, or whether there is one; and what `reference()` returns of a resource, since the
// service gives no secret back.
fn gives_nothing_away(value: &Value) -> bool {
    value.origin.steps().any(|step| step.kind == StepKind::Reference)
        || matches!(value.ty(), Some(Type::Bool | Type::Number | Type::Null))
}
