//! The table of names: which name is that of a secret itself, and not of its name, its place or its age.

use std::sync::LazyLock;

/// What a name says of what it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Naming {
    /// Nothing.
    Plain,
    /// It may be a secret: a key, a connection string.
    Perhaps,
    /// It is a secret.
    Secret,
}

/// Ends of names of secrets, in lower case and without signs between the words.
const SECRET: [&str; 43] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "credential",
    "credentials",
    "apikey",
    "accesskey",
    "accountkey",
    "sharedkey",
    "sharedaccesskey",
    "sharedaccesssignature",
    "storagekey",
    "storageaccountkey",
    "saskey",
    "functionkey",
    "functionskey",
    "hostkey",
    "subscriptionkey",
    "clientkey",
    "authkey",
    "masterkey",
    "signingkey",
    "encryptionkey",
    "decryptionkey",
    "privatekey",
    "secretkey",
    "secondarykey",
    "cosmosdbkey",
    "serviceprincipalkey",
    "registrationkey",
    "instrumentationkey",
    "workspacekey",
    "licensekey",
    "sassignature",
    "accesskeyid",
    "adminkey",
    "querykey",
    "bearer",
    "applicationkey",
];

/// Names that are those of secrets as a whole, but may end other names.
const WHOLE: [&str; 23] = [
    "pw",
    "pass",
    "pat",
    "sig",
    "jwt",
    "authorization",
    "proxyauthorization",
    "cookie",
    "appkey",
    "clientassertion",
    "credstring",
    "customdata",
    "encryptedcredential",
    "userpass",
    "dbpass",
    "mysqlpass",
    "sqlpass",
    "adminpass",
    "smtppass",
    "sshkey",
    "wpapsk",
    "securevalue",
    "sshprivatekey",
];

/// Ends of names of what may be a secret.
const PERHAPS: [&str; 6] = ["key", "connectionstring", "sas", "sasuri", "sasurl", "pin"];

/// Names that end like those of secrets, and are those of marks in a list, of public halves and of rules.
const FRIENDS: [&str; 11] = [
    "continuationtoken",
    "cancellationtoken",
    "paginationtoken",
    "nexttoken",
    "pagetoken",
    "skiptoken",
    "publickeytoken",
    "publickey",
    "partitionkey",
    "idempotencykey",
    "foreignkey",
];

/// What a name says, whatever its spelling: `Client_Secret`, `api-key`, `sqlPassword2`, `secretValue`.
pub fn naming(name: &str) -> Naming {
    if !may_end_a_word(name) {
        return Naming::Plain;
    }
    let mut buffer = [0u8; LONGEST];
    let plain = plain(name, &mut buffer);
    match by_end(plain) {
        // `secretValue` is what `secret` is.
        Naming::Plain => without_ending(plain).map_or(Naming::Plain, by_end),
        found => found,
    }
}

fn by_end(plain: &[u8]) -> Naming {
    let Some(words) = plain.last().and_then(|last| BY_LAST.get(usize::from(*last))) else {
        return Naming::Plain;
    };
    let fits = |word: &&Word| match word.whole {
        true => plain == word.text.as_bytes(),
        false => plain.ends_with(word.text.as_bytes()),
    };
    words.iter().find(fits).map_or(Naming::Plain, |word| word.naming)
}

/// Whether a name is that of a secret itself.
pub fn names_secret(name: &str) -> bool {
    naming(name) == Naming::Secret
}

/// Whether a name is that of a user, which is no secret, though many a template keeps it like one.
pub fn names_user(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["username", "user", "login", "userid"].iter().any(|end| lower.ends_with(end))
}

/// Whether a text is nothing but a word of the table: the password `password` must not take that word out of
/// every message.
pub fn is_word(text: &str) -> bool {
    let letters = |word: &&&str| {
        let mut plain = text.chars().filter(|c| c.is_alphanumeric());
        word.chars().all(|c| plain.next().is_some_and(|own| own.eq_ignore_ascii_case(&c)))
            && plain.next().is_none()
    };
    text.len() <= LONGEST && SECRET.iter().chain(&WHOLE).chain(&PERHAPS).any(|word| letters(&word))
}

/// Whether a member holds what the object around it is about: `{"type": "SecureString", "value": ..}`.
pub fn carries_value(key: &str) -> bool {
    ["value", "defaultValue"].iter().any(|name| key.eq_ignore_ascii_case(name))
}

// Of a longer name, only the end counts.
const LONGEST: usize = 48;

/// A row of the tables.
struct Word {
    text: &'static str,
    whole: bool,
    naming: Naming,
}

// By their last letter, in the order in which they are asked; most names end in no letter of a word.
static BY_LAST: LazyLock<[Vec<Word>; 128]> = LazyLock::new(|| {
    let mut by_last = std::array::from_fn(|_| Vec::new());
    let tables: [(&[&'static str], bool, Naming); 4] = [
        (&FRIENDS, false, Naming::Plain),
        (&SECRET, false, Naming::Secret),
        (&WHOLE, true, Naming::Secret),
        (&PERHAPS, false, Naming::Perhaps),
    ];
    for (table, whole, naming) in tables {
        for text in table {
            let last = text.bytes().next_back().map_or(0, usize::from);
            by_last[last].push(Word { text, whole, naming });
        }
    }
    by_last
});

/// Words that say what a name holds: `secretValue` is what `secret` is.
const ENDINGS: [&str; 3] = ["value", "string", "text"];

// Whether a name ends in the last three letters of a word, or in those that it has: most names do not, and need no
// closer look.
fn may_end_a_word(name: &str) -> bool {
    // By the last letter and the one before it the letters before these; the highest bit is for none.
    static ENDS: LazyLock<[[u32; 26]; 26]> = LazyLock::new(|| {
        let mut ends = [[0; 26]; 26];
        let tables: [&[&str]; 4] = [&SECRET, &WHOLE, &PERHAPS, &ENDINGS];
        for word in tables.into_iter().flatten() {
            match word.as_bytes() {
                [.., third, second, last] => ends[letter(*last)][letter(*second)] |= 1 << letter(*third),
                [second, last] => ends[letter(*last)][letter(*second)] |= 1 << 31,
                _ => {}
            }
        }
        ends
    });
    let mut behind = name.bytes().rev().filter(u8::is_ascii_alphanumeric).skip_while(u8::is_ascii_digit);
    match (behind.next(), behind.next()) {
        (Some(last), Some(second)) if second.is_ascii_alphabetic() => {
            let ends = ENDS[letter(last)][letter(second)];
            let third = behind.next().filter(u8::is_ascii_alphabetic);
            ends & (third.map_or(0, |third| 1 << letter(third)) | 1 << 31) != 0
        }
        _ => false,
    }
}

fn letter(byte: u8) -> usize {
    usize::from(byte.to_ascii_lowercase().wrapping_sub(b'a')).min(25)
}

// The end of a name in lower case, without signs and without the numbers behind it.
fn plain<'b>(name: &str, buffer: &'b mut [u8; LONGEST]) -> &'b [u8] {
    let mut start = LONGEST;
    for byte in name.bytes().rev() {
        let ends = start == LONGEST;
        if !byte.is_ascii_alphanumeric() || (ends && byte.is_ascii_digit()) {
            continue;
        }
        let Some(next) = start.checked_sub(1) else { break };
        buffer[next] = byte.to_ascii_lowercase();
        start = next;
    }
    &buffer[start..]
}

// Without the word that says what it holds, and the numbers before that.
fn without_ending(plain: &[u8]) -> Option<&[u8]> {
    let inner = ENDINGS.iter().find_map(|end| plain.strip_suffix(end.as_bytes()))?;
    let digits = inner.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    inner.get(..inner.len() - digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in [
            "password",
            "sqlPassword",
            "Client_Secret",
            "api-key",
            "ApiKey2",
            "apiKey2",
            "accessToken",
            "secretValue",
            "token",
            "apiToken",
            "authToken",
            "idToken",
            "subscriptionKey",
            "Ocp-Apim-Subscription-Key",
            "clientKey",
            "credential",
            "passwordText",
            "passwordString",
            "sasKey",
            "storageKey",
            "adminPassword2",
            "DB_PASSWORD_01",
            "password1Value",
            "administratorLoginPassword",
            "sharedAccessSignature",
            "Authorization",
            "customData",
            "pat",
            "x-functions-key",
        ] {
            assert!(names_secret(name), "{name}");
        }
    }

    #[test]
    fn false_friends() {
        for name in [
            "tokenUri",
            "tokenUrl",
            "tokenEndpoint",
            "tokenExpiry",
            "keyName",
            "secretName",
            "passwordSecretName",
            "passwordSecretRef",
            "secretId",
            "keyVaultSecretUrl",
            "keyVault",
            "passwordPolicy",
            "publicKey",
            "primaryKey",
            "partitionKey",
            "continuationToken",
            "compass",
            "bypass",
            "format",
            "value",
            "text",
            "description",
            "2",
            "",
        ] {
            assert!(!names_secret(name), "{name}");
        }
        for name in ["primaryKey", "connectionString", "blobConnectionString1", "key"] {
            assert_eq!(naming(name), Naming::Perhaps, "{name}");
        }
    }

    #[test]
    fn only_a_whole_text_is_a_word() {
        for text in ["password", "Access Key", "client-secret".get(7..).unwrap(), "connectionString"] {
            assert!(is_word(text), "{text}");
        }
        for text in ["Hunter03-MyPassword", "-----END RSA PRIVATE KEY-----", "planted", "passwordX", ""] {
            assert!(!is_word(text), "{text}");
        }
    }
}
