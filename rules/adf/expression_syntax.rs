use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::adf_expression::ErrorKind;
use armlint_factory::dynamic::Dynamic;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let dynamic = Dynamic::in_view(cx.view());
    for text in dynamic.of(resource) {
        // What is too deep for this reader is not wrong.
        let error = text.content.error.as_ref().filter(|error| error.kind != ErrorKind::TooDeep);
        let Some(error) = error else { continue };
        let span = match error.range.is_empty() {
            true => text.place,
            false => text.span(graph, &error.range),
        };
        let finding = cx.report_on(resource, &span, error.kind.describe());
        finding.help(help(error.kind));
        if !text.typed {
            // A plain string may have been meant as such.
            finding.confidence(Confidence::Medium);
        }
    }
}

fn help(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::DoubleQuote => "put the text in single quotes; a quote within it is doubled: `'it''s'`",
        ErrorKind::QuoteWithin => {
            "double a quote that stands within the text: `'it''s'`; or close the string before it"
        }
        ErrorKind::UnterminatedString => "close the string; a quote within a string is doubled",
        ErrorKind::Trailing => {
            "there are no operators: call `concat`, `add` or `equals`, or write `@{...}` within a text"
        }
        ErrorKind::BareName => {
            "put a text in single quotes; a string that shall start with `@` starts with `@@`"
        }
        ErrorKind::UnclosedInterpolation => "close it with `}`; a plain `@{` is written `@@{`",
        _ => "Correct the expression; a string that is to start with `@` starts with `@@`",
    }
}
