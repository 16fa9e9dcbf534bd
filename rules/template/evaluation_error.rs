use armlint_engine::expression::EvaluationProblemKind;
use armlint_engine::finding::Confidence;
use armlint_engine::rule::Context;

use crate::language::evaluation::{everything, is_reached};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    // With the values of a parameter file, what guards an expression is not told from what it uses.
    if !graph.dialect.is_template() || graph.is_environment {
        return;
    }
    everything(graph);
    for problem in graph.problems() {
        // A loop that is not there is a name that is not there.
        let named = graph.text(problem.span).eq_ignore_ascii_case("copyIndex");
        if problem.kind == EvaluationProblemKind::Evaluation && !named && is_reached(graph, problem.span) {
            let message = format!("The expression cannot be evaluated: {}", problem.message);
            cx.report(&problem.span, message)
                .confidence(Confidence::Medium)
                .help("The deployment ends with this error: correct the arguments, or use the expression only where they fit");
        }
    }
}
