use armlint_engine::rule::Context;
use armlint_engine::value::{Entry, StepKind, Type, Value};

use crate::language::secret_argument::{SecretCarriers, name_sources};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let mut carriers = SecretCarriers::of(graph);
    let nested = graph.nested_outputs.iter().map(|(_, outputs)| outputs);
    for outputs in graph.outputs.iter().chain(nested) {
        for output in outputs.object().map(|object| object.entries()).unwrap_or_default() {
            if is_open(&output.value) && carriers.hold(&output.key, &output.value.get("value")) {
                report(&output, cx);
            }
        }
    }
}

fn report(output: &Entry, cx: &mut Context<'_>) {
    let value = output.value.get("value");
    let message = format!("The output `{}` is a secret, and its type is not secure", output.key);
    let finding = cx.report(&value.origin.span, message);
    finding.traced(&value).help(
        "Remove the output, and read the secret where it is needed: from Key Vault, or by a reference to the resource",
    );
    name_sources(&value, finding);
}

// Whether everybody may read the value of an output.
fn is_open(output: &Value) -> bool {
    let value = output.get("value");
    !is_secure(&output.get("type")) && !value.is_missing() && !gives_nothing_away(&value)
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
