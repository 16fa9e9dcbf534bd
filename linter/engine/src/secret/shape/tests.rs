use super::*;

fn found(text: &str) -> Vec<&str> {
    shapes(text, Reading::Value).into_iter().map(|range| &text[range]).collect()
}

fn raw(text: &str) -> Vec<&str> {
    shapes(text, Reading::Raw).into_iter().map(|range| &text[range]).collect()
}

#[test]
fn connection_strings() {
    for (text, secret) in [
        ("AccountName=a;AccountKey=abc+/==;EndpointSuffix=x", "abc+/=="),
        ("Server=a;User Id=b;Password=my pass, word;", "my pass, word"),
        ("Pwd=x1", "x1"),
        ("SharedAccessKeyName=root;SharedAccessKey=k=", "k="),
        ("https://a/b?sv=1&sig=abc%3D&se=2", "abc%3D"),
        ("https://f.azurewebsites.net/api/x?code=Qz7-planted&x=1", "Qz7-planted"),
        ("Password=\"a;b\";x", "a;b"),
        ("Password='a;b';x", "a;b"),
        ("Server=a;Password=' T3st';Encrypt=True", " T3st"),
        ("Server=a;Password=\"T3st;Encrypt=True", "T3st"),
        ("Server=a;Password=it's1;Encrypt=True", "it's1"),
        ("InstrumentationKey=00-11;IngestionEndpoint=https://x/", "00-11"),
        ("AAD Tenant;Application Key=k1;x", "k1"),
    ] {
        assert_eq!(found(text), [secret], "{text}");
    }
}

#[test]
fn addresses() {
    for (text, secret) in [
        ("https://me:hunter2@host/x", "hunter2"),
        ("https://Hunter2Token@host/x.git", "Hunter2Token"),
        ("amqps://u:ab/T3st@h:5671/x", "ab/T3st"),
        ("jdbc:oracle:thin:scott/T1ger@//db:1521/x", "T1ger"),
        ("see https://hooks.slack.com/services/T000/B000/abcdef now", "T000/B000/abcdef"),
        ("IR@1234@name@eu@c2VjcmV0", "1234@name@eu@c2VjcmV0"),
    ] {
        assert_eq!(found(text), [secret], "{text}");
    }
    for text in [
        "https://host/x:y@z",
        "https://host:443/path@x",
        "https://contoso@dev.azure.com/contoso/_git/x",
        "sftp://host/a@b",
        "jdbc:oracle:thin:@host:1521:x",
        "urn:x:y",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn headers_and_tokens() {
    let pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIx\n-----END RSA PRIVATE KEY-----";
    for (text, secret) in [
        ("Authorization: Bearer T0ken-1", "Bearer T0ken-1"),
        ("Authorization: Basic dXNlcjpwdw==", "Basic dXNlcjpwdw=="),
        ("curl -H 'x' Bearer abcDEF0123", "abcDEF0123"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln here", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"),
        ("git ghp_abcd1234ABCD5678", "ghp_abcd1234ABCD5678"),
        (pem, pem),
    ] {
        assert_eq!(found(text), [secret], "{text}");
    }
    for text in [
        "Use a bearer token",
        "Basic authentication is off",
        "-----BEGIN CERTIFICATE-----\nMIIx\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nMIIx",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn command_lines() {
    for (text, secret) in [
        ("run -u sa -p Hunt3r", "Hunt3r"),
        ("sqlcmd -S x -U sa -P 'a b1'", "a b1"),
        ("tool --password Hunt3r --force", "Hunt3r"),
        ("tool --password=Hunt3r", "Hunt3r"),
        ("az storage x --account-key abc==", "abc=="),
        ("curl -u me:Hunt3r https://x", "Hunt3r"),
        ("mysql -u root -phunter22 db", "hunter22"),
        ("New-X -Password Hunt3r", "Hunt3r"),
        ("$p = ConvertTo-SecureString 'Hunt 3r' -AsPlainText -Force", "Hunt 3r"),
        ("ConvertTo-SecureString -AsPlainText -Force -String \"Hunt3r\"", "Hunt3r"),
        ("<a><Password>Hunt3r</Password></a>", "Hunt3r"),
    ] {
        assert_eq!(found(text), [secret], "{text}");
    }
    for text in [
        "mkdir -p data",
        "docker run -p web:80 x",
        "ssh -p 2222 host",
        "tool -p 8080",
        "tool -p ./path",
        "New-X -Password $secret",
        "tool --password-file /run/x",
        "ConvertTo-SecureString $x -AsPlainText",
        "enter <password> here",
        "a -- b",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn comments_and_text_that_did_not_parse() {
    for (text, secret) in [
        (r#"{"password": "hunter2""#, "hunter2"),
        (r#"{"clientSecret":"a\"b"}"#, r#"a\"b"#),
        ("  password: hunter2 # old\n  user: x", "hunter2"),
        ("{'sasToken': 'x'}", "x"),
        (r#"// {"name": "DB_PASSWORD", "value": "hunter2"}"#, "hunter2"),
        (r#"# {"type": "SecureString", "value": "hunter2"}"#, "hunter2"),
        (r#"// "adminPassword2": {"value": "hunter2"}"#, "hunter2"),
        (r#"{"password": 12345}"#, "12345"),
        (r#""x": "Password=\"a;b\";x""#, "a;b"),
        ("// was: Password=hunter2; now gone", "hunter2"),
    ] {
        assert_eq!(raw(text), [secret], "{text}");
    }
    for text in [
        r#"{"password": "[parameters('p')]"}"#,
        r#"{"password": "@{linkedService().p}"}"#,
        r#"{"password": {"type": "AzureKeyVaultSecret", "secretName": "name"}}"#,
        r#"{"password": "****"}"#,
        r#"{"password": ""}"#,
        r#"{"disablePassword": false}"#,
        r#"[concat('Password=', parameters('p'))]"#,
        r#""Password={0};""#,
        r#"{"name": "x", "value": "y"}"#,
        r#"{"parameters": {"region": {"value": "westeurope"}}}"#,
        "config=1",
        "",
    ] {
        assert_eq!(raw(text), [""; 0], "{text}");
    }
}

#[test]
fn expressions() {
    let found = |text: &str| -> Vec<String> {
        in_expression(text).into_iter().map(|range| text[range].to_string()).collect()
    };
    for (text, secret) in [
        ("@concat('Server=x;Password=','T3st',';')", "T3st"),
        ("[concat('Server=x;Password=', 'T3st;Encrypt=True')]", "T3st"),
        ("@format('Server=x;Password={0};','T3st')", "T3st"),
        ("[concat('run -p ', 'T3st')]", "T3st"),
        ("[concat('Server=x;Password=T3st;', parameters('x'))]", "T3st"),
        ("@concat('Bearer ', 'T3st')", "T3st"),
    ] {
        assert_eq!(found(text), [secret], "{text}");
    }
    for text in ["[concat('Password=', parameters('p'))]", "@concat('a=', 'b')", "[format('{0}-x', 'y')]"] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn what_stands_around_a_value() {
    for text in
        [";Password=", "Server=tcp:", "Data Source=", "Bearer ", "https://", ";", ".x.net,1433;User ID="]
    {
        assert!(is_frame(text), "{text}");
    }
    for text in ["Hunter2", "Hunter2/", "abc123=", "Password=hunter2;", "x:", "planted-", "abc+/=="] {
        assert!(!is_frame(text), "{text}");
    }
}

#[test]
fn sentences() {
    let found = |text: &str| -> Vec<String> {
        shapes(text, Reading::Prose).into_iter().map(|range| text[range].to_string()).collect()
    };
    assert_eq!(found("uses Password=abc here"), ["abc"]);
    for text in ["the password: a literal", "The secret is a token", "token: `x`"] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn every_part_of_a_text_is_taken_without_panic() {
    let text = "{\"pässword\": \"ü\", 'a': {\"value\":\"é\"}, p=\\\"x, Password='é, ://ü:é@, IR@é@é : = -p é --pwd 'ü\
                <pwd>é</ ConvertTo-SecureString \\\"é Bearer é eyJé.é https://é/é?code=é -----BEGIN PRIVATE KEY é";
    for start in 0..=text.len() {
        for end in start..=text.len() {
            if let Some(part) = text.get(start..end) {
                for reading in [Reading::Value, Reading::Prose, Reading::Raw] {
                    shapes(part, reading);
                }
                in_expression(part);
            }
        }
    }
}

#[test]
fn the_time_grows_with_the_text() {
    for part in
        ["Password='", "://a:", "-p ", "\"password\": \"", "-----BEGIN PRIVATE KEY", "<pwd>", "a=b ", "IR@"]
    {
        let text = part.repeat(100_000 / part.len());
        let start = std::time::Instant::now();
        shapes(&text, Reading::Raw);
        shapes(&text, Reading::Value);
        assert!(start.elapsed().as_secs() < 20, "{part}: {:?}", start.elapsed());
    }
}

#[test]
fn what_certainly_is_a_secret() {
    let found = |text: &str| -> Vec<(String, Shape)> {
        certain(text).into_iter().map(|(range, shape)| (text[range].to_string(), shape)).collect()
    };
    let key = "bm90LWEtcmVhbC1rZXktYnV0LW9mLXRoZS1yaWdodC1sZW5ndGgtZm9yLWEtc3RvcmFnZS1hY2NvdW50LTY0Ynl0ZQ";
    let storage = format!("{}==", &key[..86]);
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKjMzEfYyjiWA4R4bzXkz".repeat(2);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
    for (text, secret, shape) in [
        (storage.clone(), storage.as_str(), Shape::AccountKey),
        (format!("AccountName=a;AccountKey={storage};EndpointSuffix=x"), &storage, Shape::AccountKey),
        (
            "Endpoint=sb://n.servicebus.windows.net/;SharedAccessKey=bm90LWEtcmVhbC1rZXktYXQ=".into(),
            "bm90LWEtcmVhbC1rZXktYXQ=",
            Shape::AccountKey,
        ),
        (
            "https://a/b?sv=2022&se=2030&sig=Tm90QVJlYWxTaWduYXR1cmVCdXQ%3D".into(),
            "Tm90QVJlYWxTaWduYXR1cmVCdXQ%3D",
            Shape::Signature,
        ),
        (pem.clone(), &pem, Shape::PrivateKey),
        (
            "token ghp_n0tARealTokenButOfTheLength12345678".into(),
            "ghp_n0tARealTokenButOfTheLength12345678",
            Shape::Token,
        ),
    ] {
        assert_eq!(found(&text), [(secret.to_string(), shape)], "{text}");
    }
    for text in [
        "AccountKey=<your account key goes here>",
        "AccountName=a;AccountKey={0};EndpointSuffix=core.windows.net",
        "https://a/b?sig=abc",
        "sig=Tm90QVJlYWxTaWduYXR1cmVCdXQ%3D without the rest",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "AccountKey=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "https://hooks.slack.com/services/...",
        "Microsoft.Storage/storageAccounts/blobServices/containers",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}
