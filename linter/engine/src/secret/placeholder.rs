//! Texts that stand for a secret and are none: what an author leaves for others to fill in.

/// Whether a text, without white space around it, only stands for something else.
pub fn is_placeholder(text: &str) -> bool {
    is_filler(text) || is_enclosed(text) || is_generated(text) || is_request(text)
}

// `********`, `xxxxxxxx`, `00000000-0000-0000-0000-000000000000`.
fn is_filler(text: &str) -> bool {
    let plain = || text.chars().filter(|character| *character != '-');
    let Some(first) = plain().next() else { return true };
    let filler = first == '*' || ("xX.#•?_".contains(first) && text.len() > 2);
    filler && plain().all(|character| character == first)
        || text.len() == 36 && first == '0' && plain().all(|character| character == '0')
}

// `<password>`, `{password}`, `#{password}#`, `__password__`, `${password}`, `$(password)`.
fn is_enclosed(text: &str) -> bool {
    const MARKS: [(&str, &str); 7] =
        [("<", ">"), ("{", "}"), ("#{", "}#"), ("__", "__"), ("${", "}"), ("$(", ")"), ("%", "%")];
    MARKS.iter().any(|(open, close)| {
        let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| !inner.is_empty() && !inner.contains([';', '=']))
    })
}

// `GEN-PASSWORD` and its like, which the pipeline of the quickstart templates replaces.
fn is_generated(text: &str) -> bool {
    let rest = text.strip_prefix("GEN").and_then(|rest| rest.strip_prefix(['-', '_']));
    let upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    text.starts_with("GET-PREREQ-") || rest.is_some_and(|rest| rest.bytes().all(upper))
}

// `your_password`, `enter your key here`, `TODO`; `string`, as references write the type instead of a value.
fn is_request(text: &str) -> bool {
    const WORDS: [&str; 11] = [
        "todo",
        "tbd",
        "redacted",
        "placeholder",
        "removed",
        "masked",
        "string",
        "na",
        "n/a",
        "none",
        "null",
    ];
    const STARTS: [&str; 6] = ["your", "enter", "insert", "replace", "put", "fill"];
    const THINGS: [&str; 8] = ["password", "passwd", "pwd", "secret", "key", "token", "credential", "value"];
    let lower = text.to_ascii_lowercase();
    let plain = lower.bytes().all(|byte| byte.is_ascii_lowercase() || b" _-.".contains(&byte));
    WORDS.contains(&lower.as_str())
        || plain
            && STARTS.iter().any(|start| lower.starts_with(start))
            && THINGS.iter().any(|thing| lower.contains(thing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        for text in [
            "**********",
            "xxxxxxxx",
            "XXXX-XXXX",
            "....",
            "00000000-0000-0000-0000-000000000000",
            "<password>",
            "<your key here>",
            "{your_password}",
            "#{SqlPassword}#",
            "__sql_password__",
            "${SQL_PASSWORD}",
            "$(SqlPassword)",
            "GEN-PASSWORD",
            "GEN-SSH-PUB-KEY",
            "GET-PREREQ-serverPassword",
            "your_password",
            "yourpassword",
            "Enter your key here",
            "TODO",
            "REDACTED",
            "string",
            "N/A",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn secrets() {
        for text in [
            "changeme",
            "password",
            "P@ssw0rd",
            "0000",
            "GENERATION1",
            "GEN-abc",
            "yoursTruly1",
            "put4me",
            "<a>b",
            "Xx",
            "x",
            "<a;b=c>",
            "enter-the-void",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
