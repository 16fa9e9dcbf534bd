use super::*;

fn kinds(text: &str) -> Vec<TokenKind> {
    lex(text, SourceId(0)).tokens.iter().map(|token| token.kind).collect()
}

#[test]
fn tokens() {
    use TokenKind::*;
    for (text, expected) in [
        ("a1 _b true null 12", vec![Identifier, Identifier, True, Null, Integer, End]),
        ("a ?? b?.c", vec![Identifier, DoubleQuestion, Identifier, Question, Dot, Identifier, End]),
        (
            "a.?b[?^1]",
            vec![Identifier, Dot, Question, Identifier, OpenSquare, Question, Hat, Integer, CloseSquare, End],
        ),
        (
            "... .. :: => =~ !~ ||",
            vec![Ellipsis, Dot, Dot, DoubleColon, Arrow, EqualInsensitive, NotEqualInsensitive, Or, End],
        ),
        ("a\n\r\n \n b", vec![Identifier, NewLine, NewLine, Identifier, End]),
        (
            "'a' 'b${c}d${{e: 1}}f'",
            vec![
                Text, TextLeft, Identifier, TextMiddle, OpenBrace, Identifier, Colon, Integer, CloseBrace,
                TextRight, End,
            ],
        ),
        ("'''a''b''''", vec![Text, End]),
        (
            "$'''a${b}c''' $$'''${a}$${b}'''",
            vec![TextLeft, Identifier, TextRight, TextLeft, Identifier, TextRight, End],
        ),
        ("a // b\n/* c\n */d", vec![Identifier, NewLine, Identifier, End]),
        ("#disable-next-line a b\nc", vec![NewLine, Identifier, End]),
        ("'a${\nb", vec![TextLeft, TextRight, NewLine, Identifier, End]),
        ("'a\nb", vec![Text, NewLine, Identifier, End]),
        ("& \" ; $ #", vec![Unrecognized, Unrecognized, Unrecognized, Unrecognized, Unrecognized, End]),
    ] {
        assert_eq!(kinds(text), expected, "{text}");
    }
}

#[test]
fn errors() {
    for (text, message) in [
        ("'a", "the string has no closing quote"),
        ("'''a''", "the string has no closing `'''`"),
        ("'\\q'", "there is no such escape sequence"),
        ("'\\u{110000}'", "there is no such escape sequence"),
        ("'${a", "the string's `${` has no `}`"),
        ("/* a", "the comment has no `*/`"),
        ("#disable-next-line // a", "the directive names no diagnostic"),
        ("\"a\"", "strings stand in single quotes"),
    ] {
        let errors = lex(text, SourceId(0)).errors;
        assert_eq!(errors.first().map(|error| error.message.as_str()), Some(message), "{text}");
    }
}

#[test]
fn directives_stand_alone_on_their_line() {
    let lexed = lex("  #disable-next-line a-b BCP081 // why\nx #restore-diagnostics y", SourceId(0));
    let codes: Vec<&str> =
        lexed.directives.iter().flat_map(|own| &own.codes).map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["a-b", "BCP081"]);
    assert_eq!((lexed.directives.len(), lexed.comments.len()), (1, 1));
}
