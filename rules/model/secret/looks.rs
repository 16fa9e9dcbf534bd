//! What looks like a secret where no table says that it is one: names, values, and addresses with tokens.

/// Whether a name is that of a secret itself, and not of its name, its place or its age.
pub fn names_secret(name: &str) -> bool {
    const WORDS: [&str; 13] = [
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "secret",
        "apikey",
        "accesskey",
        "accountkey",
        "sharedkey",
        "token",
        "sastoken",
        "credential",
        "privatekey",
    ];
    const FUNCTIONKEYS: [&str; 4] = ["functionkey", "subscriptionkey", "clientkey", "authkey"];
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let plain = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    let plain = ["value", "string", "text"].iter().find_map(|end| plain.strip_suffix(end)).unwrap_or(plain);
    WORDS.iter().chain(&FUNCTIONKEYS).any(|word| plain.ends_with(word))
}

/// Whether a text, of which it is known that its name is that of a secret, looks like one: long, of several
/// kinds of characters, and neither an address, an id, nor words.
pub fn like_secret(text: &str) -> bool {
    let text = text.trim();
    if text.len() < 16 || text.contains("://") || text.contains(char::is_whitespace) || is_guid(text) {
        return false;
    }
    // Paths, lists, addresses and the names of secrets.
    if text.starts_with(['/', '\\', '$', '#']) || text.contains([',', '{', '}', '<', '>']) || is_words(text) {
        return false;
    }
    let has = |test: fn(char) -> bool| text.chars().any(test);
    let kinds = [
        has(|c| c.is_ascii_lowercase()),
        has(|c| c.is_ascii_uppercase()),
        has(|c| c.is_ascii_digit()),
        has(|c| c.is_ascii_punctuation()),
    ];
    kinds.iter().filter(|kind| **kind).count() >= 3 || is_long_hexadecimal(text)
}

/// Whether a text is a GUID.
pub fn is_guid(text: &str) -> bool {
    let text = text.trim_matches(['{', '}']);
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

// `sql-loader-password-2024`, `Contoso.Api.Key`: words of letters or of digits, joined by signs.
fn is_words(text: &str) -> bool {
    let mut words = text.split(['-', '_', '.', '/']);
    words.all(|word| {
        let lead = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let letters = lead.chars().all(|c| c.is_ascii_alphabetic());
        letters && word.len() - lead.len() <= 4 && changes(lead) <= 6
    })
}

// How often a small letter is followed by a capital one.
fn changes(word: &str) -> usize {
    let following = word.chars().skip(1);
    word.chars().zip(following).filter(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase()).count()
}

fn is_long_hexadecimal(text: &str) -> bool {
    text.len() >= 32
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// The part of an address that is a token by which whoever has the address is let in: the path of an
/// incoming webhook. The range counts in bytes of the text.
pub fn webhook_token(address: &str) -> Option<std::ops::Range<usize>> {
    // Slack, Discord, Microsoft Teams and Office 365 connectors, 2026-07.
    const HOOKS: [(&str, &str); 6] = [
        ("hooks.slack.com", "/services/"),
        ("discord.com", "/api/webhooks/"),
        ("discordapp.com", "/api/webhooks/"),
        ("outlook.office.com", "/webhook/"),
        ("outlook.office365.com", "/webhook/"),
        (".webhook.office.com", "/webhookb2/"),
    ];
    let lower = address.to_ascii_lowercase();
    let scheme = lower.find("://")? + 3;
    let host_end = scheme + lower.get(scheme..)?.find('/')?;
    let host = lower.get(scheme..host_end)?;
    let (_, path) = HOOKS
        .iter()
        .find(|(ending, _)| host == *ending || (ending.starts_with('.') && host.ends_with(ending)))?;
    let start = host_end + path.len();
    if !lower.get(host_end..)?.starts_with(path) {
        return None;
    }
    let end = lower.get(start..)?.find(['?', '#', '"', '\'', ' ']).map_or(lower.len(), |at| start + at);
    (end > start + 8).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in
            ["password", "sqlPassword", "Client_Secret", "api-key", "ApiKey2", "accessToken", "secretValue"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in [
            "passwordSecretName",
            "tokenUrl",
            "keyVault",
            "primaryKey",
            "secretId",
            "tokenExpiry",
            "partitionKey",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn values() {
        for text in ["n0tAr3alK3y4nyWh3r3", "N0t~a.R3al-Secret_4nywh3re", "0123456789abcdef0123456789abcdef"]
        {
            assert!(like_secret(text), "{text}");
        }
        for text in [
            "short",
            "https://login.example.com/Token1",
            "11111111-2222-3333-4444-555555555555",
            "sql-loader-password-2024",
            "ContosoSalesApiKeyName",
            "CustomerId,OrderDate2024",
            "/mnt/Secrets/Key2024",
        ] {
            assert!(!like_secret(text), "{text}");
        }
    }

    #[test]
    fn webhooks() {
        let slack = "https://hooks.slack.com/services/T000/B000/abcdef";
        assert_eq!(webhook_token(slack).map(|range| &slack[range]), Some("T000/B000/abcdef"));
        let teams = "https://contoso.webhook.office.com/webhookb2/0000-1111/IncomingWebhook/abc?x=1";
        assert_eq!(webhook_token(teams).map(|range| &teams[range]), Some("0000-1111/IncomingWebhook/abc"));
        for other in ["https://hooks.slack.com/", "https://example.com/services/T000/B000/x", "", "://"] {
            assert_eq!(webhook_token(other), None, "{other}");
        }
    }
}
