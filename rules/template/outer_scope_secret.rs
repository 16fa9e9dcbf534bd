use std::collections::HashSet;

use armlint_engine::graph::Graph;
use armlint_engine::rule::Context;
use armlint_engine::semantics::{NameScope, Outer, Use};
use armlint_engine::span::Span;
use smol_str::SmolStr;

/// How far a secret is followed from variable to variable.
const MAX_STEPS: usize = 64;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let semantics = cx.graph().semantics();
    let secure = secure_parameters(graph);
    for outer in &semantics.outers {
        let Some(scope) = semantics.scopes.get(outer.scope) else { continue };
        let secrets = secrets(scope, &secure);
        let used: Vec<Span> = uses(outer, scope, &secure, &secrets).collect();
        let Some((first, rest)) = used.split_first() else { continue };
        let message = "A nested deployment of outer scope uses a secret";
        let finding = cx.report(first, message);
        finding.related(outer.place, "the nested deployment").help(
            "Give the nested template `\"expressionEvaluationOptions\": { \"scope\": \"inner\" }`, and the secret as a \
             secure parameter",
        );
        for span in rest {
            finding.related(*span, "here as well");
        }
    }
}

// The tokens of the names of secure parameters.
fn secure_parameters(graph: &Graph) -> HashSet<Span> {
    let secure = graph.parameters.iter().filter(|declared| declared.parameter.secure);
    secure.map(|declared| declared.parameter.span).collect()
}

fn is_secret(what: &Use, scope: &NameScope, secure: &HashSet<Span>, variables: &HashSet<SmolStr>) -> bool {
    match what {
        Use::Parameter(name) => {
            scope.names.parameter(name).is_some_and(|declared| secure.contains(&declared.key_span))
        }
        Use::Variable(name) => variables.contains(name),
        Use::List(_) => true,
        Use::Function(_) => false,
    }
}

// The variables that hold secrets.
fn secrets(scope: &NameScope, secure: &HashSet<Span>) -> HashSet<SmolStr> {
    let mut found = HashSet::new();
    for _ in 0..MAX_STEPS {
        let before = found.len();
        for (owner, uses) in &scope.definitions {
            let Use::Variable(name) = owner else { continue };
            if uses.iter().any(|one| is_secret(&one.what, scope, secure, &found)) {
                found.insert(name.clone());
            }
        }
        if found.len() == before {
            break;
        }
    }
    found
}

fn uses<'a>(
    outer: &'a Outer,
    scope: &'a NameScope,
    secure: &'a HashSet<Span>,
    secrets: &'a HashSet<SmolStr>,
) -> impl Iterator<Item = Span> + 'a {
    let secret = outer.uses.iter().filter(|(_, what)| is_secret(what, scope, secure, secrets));
    secret.map(|(span, _)| *span)
}
