//! `key=value;key="quoted; value";key={value}`: the form of ADO.NET, ODBC and Azure Storage.

use std::ops::Range;

use armlint_engine::value::Text;

use super::{Part, Role};
use crate::model::tape::Tape;

/// The parts between the semicolons of a range.
pub(super) fn parts(tape: &Tape, range: &Range<usize>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut reader = Reader { tape, unclosed: Vec::new() };
    let mut at = range.start;
    while at < range.end {
        let rest = at..range.end;
        let stop = tape.find(&rest, b"=;").unwrap_or(range.end);
        let key = tape.trim(&(at..stop));
        if !tape.text()[stop..range.end].starts_with('=') {
            if !key.is_empty() {
                parts.push(Part::unkeyed(tape, &key));
            }
            at = stop + 1;
            continue;
        }
        let (value, next) = reader.value(&(stop + 1..range.end));
        let (name, role) = match name(tape, &key) {
            Some(name) => {
                let role = role(&name);
                (name, role)
            }
            None => (String::new(), Role::Hidden),
        };
        parts.push(match value {
            Read::Plain(value) => Part::new(tape, &name, role, &value),
            Read::Quoted(value, quote) => {
                Part { value: unescaped(tape, &value, quote), ..Part::new(tape, &name, role, &value) }
            }
        });
        at = next;
    }
    parts
}

enum Read {
    Plain(Range<usize>),
    Quoted(Range<usize>, u8),
}

struct Reader<'a> {
    tape: &'a Tape,
    // Quotes that were looked for and not found: they are not looked for again, which keeps the time
    // linear.
    unclosed: Vec<u8>,
}

impl Reader<'_> {
    // The value that starts the range, and where the next part starts.
    fn value(&mut self, range: &Range<usize>) -> (Read, usize) {
        let bytes = self.tape.text().as_bytes();
        let start = self.tape.trim(range).start;
        let close = match bytes.get(start..range.end).and_then(|rest| rest.first()) {
            Some(quote @ (b'"' | b'\'')) => Some(*quote),
            Some(b'{') => Some(b'}'),
            _ => None,
        };
        if let Some(quote) = close.filter(|quote| !self.unclosed.contains(quote)) {
            match self.closing(start + 1..range.end, quote) {
                None => self.unclosed.push(quote),
                Some(end) => {
                    let next = self.tape.find(&(end + 1..range.end), b";").unwrap_or(range.end);
                    if self.tape.trim(&(end + 1..next)).is_empty() {
                        return (Read::Quoted(start + 1..end, quote), next + 1);
                    }
                }
            }
        }
        let end = self.tape.find(range, b";").unwrap_or(range.end);
        (Read::Plain(self.tape.trim(&(range.start..end))), end + 1)
    }

    // The closing quote; a doubled one stands for itself.
    fn closing(&self, range: Range<usize>, quote: u8) -> Option<usize> {
        let bytes = self.tape.text().as_bytes();
        let mut at = range.start;
        while at < range.end {
            match (bytes.get(at)?, bytes.get(at + 1)) {
                (byte, Some(next)) if *byte == quote && *next == quote && at + 1 < range.end => at += 2,
                (byte, _) if *byte == quote => return Some(at),
                _ => at += 1,
            }
        }
        None
    }
}

fn unescaped(tape: &Tape, range: &Range<usize>, quote: u8) -> Text {
    let doubled = [char::from(quote), char::from(quote)].iter().collect::<String>();
    let single = char::from(quote).to_string();
    let mut texts = Vec::new();
    let mut at = range.start;
    for (found, _) in tape.str(range).match_indices(&doubled) {
        let found = range.start + found;
        texts.push(tape.slice(&(at..found)));
        texts.push(Text::Known(single.as_str().into()));
        at = found + doubled.len();
    }
    texts.push(tape.slice(&(at..range.end)));
    Text::concat(texts)
}

/// A key in lower case with single blanks; `None` where it is not known.
pub(super) fn name(tape: &Tape, key: &Range<usize>) -> Option<String> {
    let words = tape.str(key).split_whitespace();
    tape.is_literal(key).then(|| words.collect::<Vec<_>>().join(" ").to_ascii_lowercase())
}

/// What a normalised key stands for, in the connection strings of whichever connector: the providers of
/// ADO.NET, ODBC and OLE DB, Azure Storage, Service Bus, Cosmos DB and Kusto, and the drivers of Oracle,
/// MySQL, PostgreSQL, Db2, SAP HANA, Teradata, Snowflake and Databricks.
pub(super) fn role(key: &str) -> Role {
    match key {
        "data source" | "datasource" | "server" | "addr" | "address" | "network address" | "host"
        | "hostname" | "host name" | "servername" | "server name" | "dbcname" | "servernode"
        | "accountendpoint" | "endpoint" | "server address" | "serveraddress" | "server hostname" => {
            Role::Host
        }
        "blobendpoint" | "fileendpoint" | "tableendpoint" | "queueendpoint" | "dfsendpoint" => {
            Role::StorageEndpoint
        }
        "port" | "portnumber" | "port number" | "dbs_port" => Role::Port,
        "user id" | "userid" | "uid" | "user" | "username" | "user name" | "user_id" => Role::User,
        "accountname" => Role::Account,
        "endpointsuffix" => Role::EndpointSuffix,
        "password"
        | "pwd"
        | "accountkey"
        | "sharedaccesskey"
        | "sharedaccesssignature"
        | "credstring"
        | "passwd"
        | "passphrase"
        | "sig" => Role::Secret,
        "application key"
        | "appkey"
        | "applicationkey"
        | "application secret"
        | "clientsecret"
        | "client secret"
        | "client_secret"
        | "accesskey"
        | "access key"
        | "accesstoken"
        | "access token"
        | "auth_accesstoken"
        | "jet oledb:database password" => Role::Secret,
        "keystorepassword"
        | "key store password"
        | "truststorepassword"
        | "trust store password"
        | "keypassword"
        | "key password"
        | "sslpassword"
        | "ssl password"
        | "proxypassword"
        | "proxy password"
        | "proxypwd"
        | "certificate password"
        | "certificatepassword" => Role::Secret,
        _ => Role::Other,
    }
}
