//! What is read, what is not, and where it stands.

use super::*;

fn error(text: &str) -> Option<(ErrorKind, &str)> {
    let error = parse(text).error?;
    Some((error.kind, &text[error.range]))
}

// Every chain as the function, its literal name, and the steps.
fn shown(text: &str) -> Vec<String> {
    let content = parse(text);
    assert_eq!(content.error, None, "{text}");
    let show = |chain: &Chain<'_>| {
        let name = chain.named().map_or(String::new(), |(name, range)| {
            assert_eq!(name.replace('\'', "''"), text[range]);
            name.to_string()
        });
        let steps: Vec<String> = chain.steps.iter().map(|step| text[step.range.clone()].into()).collect();
        format!("{}({name}) {}", chain.call.name, steps.join(" ")).trim_end().to_string()
    };
    content.chains().iter().map(show).collect()
}

#[test]
fn forms() {
    for (text, form) in [
        ("", Form::Literal),
        ("plain", Form::Literal),
        ("@", Form::Literal),
        ("@@pipeline().x", Form::Literal),
        (" @pipeline()", Form::Literal),
        ("a@b.com", Form::Literal),
        ("a @@{x}", Form::Literal),
        ("@pipeline().RunId", Form::Whole),
        ("@{pipeline().RunId}", Form::Interpolated),
        ("a@{pipeline().RunId}b", Form::Interpolated),
    ] {
        assert_eq!(parse(text).form, form, "{text}");
        assert_eq!(holds_expression(text), form != Form::Literal, "{text}");
    }
}

#[test]
fn passwords_are_no_expressions() {
    for text in ["@P(ssw0rd1", "@{Hunt3r", "@@pipeline()", "@Passw0rd", "pre@{x", "@", "a@b", "@x1!"] {
        assert!(!is_dynamic(text), "{text}");
        assert_eq!(secret_literals(text), None, "{text}");
    }
    for text in ["@linkedService().p", "@{linkedService().p}", "x@{dataset().y}z", "@concat('a'", "@foo(1)"] {
        assert!(is_dynamic(text), "{text}");
    }
    let literals = |text: &str| -> Vec<String> {
        secret_literals(text).unwrap().into_iter().map(|range| text[range].to_string()).collect()
    };
    assert_eq!(literals("@concat('Hunt', activity('Get').output.x, '3r1')"), ["Hunt", "3r1"]);
    assert_eq!(literals("@concat('Bearer ', variables('x'))"), [""; 0]);
}

#[test]
fn chains_of_members() {
    assert_eq!(shown("@pipeline().parameters.x"), ["pipeline() parameters x"]);
    assert_eq!(shown("@ Pipeline ( ) ?. globalParameters ['a b']"), ["Pipeline() globalParameters a b"]);
    assert_eq!(
        shown("@activity('Get ''it''').output?.value[0]['my-col'].x-y"),
        ["activity(Get 'it') output value 0 my-col x-y"]
    );
    assert_eq!(
        shown("@if(equals(item().a, null), variables('v')[int(item()?['n'])], concat('}', string(-1.5e3)))"),
        [
            "if()",
            "equals()",
            "item() a",
            "variables(v) int(item()?['n'])",
            "int()",
            "item() n",
            "concat(})",
            "string()"
        ]
    );
    assert_eq!(
        shown("x@{dataset().a}'}@{linkedService().b}{}@{variables(\n'ü')}"),
        ["dataset() a", "linkedService() b", "variables(ü)"]
    );
    assert_eq!(shown("@json('{\"a\": \"@{x\"}').a"), ["json({\"a\": \"@{x\"}) a"]);
}

#[test]
fn literals() {
    let kinds = |text: &str| {
        let content = parse(text);
        content.expressions.into_iter().map(|expression| expression.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds("@'it''s'"), [ExpressionKind::String("it's".into())]);
    assert_eq!(
        kinds("@{-1}@{TRUE}@{null}"),
        [ExpressionKind::Number("-1".into()), ExpressionKind::Bool(true), ExpressionKind::Null]
    );
    for number in ["0.5", "+.5", ".5", "1.", "-01.0", "3e1", "0.9e+1", "3.2e-1", "-51"] {
        assert_eq!(kinds(&format!("@{number}")), [ExpressionKind::Number(number.into())], "{number}");
    }
    assert_eq!(kinds("@''"), [ExpressionKind::String("".into())]);
}

#[test]
fn errors() {
    use ErrorKind::*;
    for (text, kind, token) in [
        ("@concat('a', 'b'", ExpectedCommaOrClose, ""),
        ("@concat('a' 'b')", ExpectedCommaOrClose, "'b'"),
        ("@concat('a', )", ExpectedExpression, ")"),
        ("@concat('a, 'b')", QuoteWithin, "b"),
        ("@concat('a)", UnterminatedString, "'a)"),
        ("@equals(abc, 1)", BareName, "abc"),
        ("@pipeline().", ExpectedName, ""),
        ("@pipeline()?x", ExpectedName, "x"),
        ("@pipeline().a[0", ExpectedCloseBracket, ""),
        ("@item().a == 1", Trailing, "== 1"),
        ("@{}", Empty, "}"),
        ("x@{item()", UnclosedInterpolation, "@{"),
        ("x@{item() + 1}", Trailing, "+"),
        ("@\"a\"", DoubleQuote, "\""),
        ("@concat(\"a\", 'b')", DoubleQuote, "\""),
        ("@concat('it's')", QuoteWithin, "s"),
        ("@1e", Trailing, "e"),
        ("@++1", ExpectedExpression, "+"),
        ("@.", ExpectedExpression, "."),
        ("@()", ExpectedExpression, "("),
        ("@concat('a')('b')", Trailing, "('b')"),
        ("@'a'}", Trailing, "}"),
        ("@-", ExpectedExpression, "-"),
        ("@ ", Empty, ""),
    ] {
        assert_eq!(error(text), Some((kind, token)), "{text}");
    }
}

#[test]
fn what_stands_before_an_error_is_kept() {
    let content = parse("@{item()}@{x");
    assert_eq!(content.expressions.len(), 1);
    assert_eq!(content.error.map(|error| error.kind), Some(ErrorKind::BareName));
}

#[test]
fn depth_is_limited() {
    for text in [
        format!("@{}1", "not(".repeat(100_000)),
        format!("@item(){}", "[0]".repeat(100_000)),
        format!("@item(){}", "[item()".repeat(100_000)),
    ] {
        assert_eq!(parse(&text).error.map(|error| error.kind), Some(ErrorKind::TooDeep));
    }
}

#[test]
fn any_cut_is_read() {
    let text = "ü@{concat('ä''', activity('é')?.output.ö[1.5e-3], true)}@@@{@x}@";
    for (at, _) in text.char_indices() {
        parse(&text[at..]);
        parse(&text[..at]);
        parse(&format!("@{}", &text[at..]));
    }
}
