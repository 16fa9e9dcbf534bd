use armlint_engine::finding::Confidence;
use armlint_engine::rule::Context;
use armlint_engine::semantics::{Circle, NameScope, Use};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let semantics = graph.semantics();
    for (scope, circle) in
        semantics.scopes.iter().flat_map(|scope| scope.circles().into_iter().map(move |one| (scope, one)))
    {
        let Some(((first, at), rest)) = circle.uses.split_first() else { continue };
        if graph.is_lowered(*at) {
            continue;
        }
        let Some((noun, name)) = described(first, scope) else { continue };
        let message = match rest.len() {
            0 => format!("The {noun} `{name}` needs itself"),
            _ => format!("{} {noun}s need each other in a circle", circle.uses.len()),
        };
        let finding = cx.report(at, message);
        for (what, span) in rest {
            if let Some((_, name)) = described(what, scope) {
                finding.related(*span, format!("`{name}` is needed here"));
            }
        }
        finding.confidence(confidence(&circle)).help("Remove one of the uses");
    }
}

// What it is, and its name as declared.
fn described(what: &Use, scope: &NameScope) -> Option<(&'static str, String)> {
    let names = &scope.names;
    match what {
        Use::Parameter(name) => Some(("parameter", names.parameter(name)?.key.text.to_string())),
        Use::Variable(name) => Some(("variable", names.variable(name)?.name().to_string())),
        Use::Function(name) => {
            let (namespace, own) = name.split_once('.')?;
            Some(("function", names.function(namespace, own)?.member.key.text.to_string()))
        }
        Use::List(_) => None,
    }
}

// A parameter that is given a value needs no default, and what nothing uses may not be evaluated.
fn confidence(circle: &Circle) -> Confidence {
    let defaults = circle.uses.iter().any(|(what, _)| matches!(what, Use::Parameter(_)));
    if defaults || !circle.is_used { Confidence::Medium } else { Confidence::High }
}
