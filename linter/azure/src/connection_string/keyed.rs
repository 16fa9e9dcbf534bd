//! `key=value;key="quoted; value";key={value}`: the form of ADO.NET, ODBC and Azure Storage.

use std::ops::Range;

use armlint_engine::value::Text;

use crate::connection_string::{Part, Role};
use crate::text_with_holes::FlatText;

/// The parts between the semicolons of a range.
pub(super) fn parts(flat: &FlatText, range: &Range<usize>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut reader = Reader { flat, unclosed: Vec::new() };
    let mut at = range.start;
    while at < range.end {
        let rest = at..range.end;
        let stop = flat.find(&rest, b"=;").unwrap_or(range.end);
        let key = flat.trim(&(at..stop));
        if !flat.text()[stop..range.end].starts_with('=') {
            if !key.is_empty() {
                parts.push(Part::unkeyed(flat, &key));
            }
            at = stop + 1;
            continue;
        }
        let (value, next) = reader.value(&(stop + 1..range.end));
        let (name, role) = match name(flat, &key) {
            Some(name) => {
                let role = role(&name);
                (name, role)
            }
            None => (String::new(), Role::Hidden),
        };
        parts.push(match value {
            Read::Plain(value) => Part::new(flat, &name, role, &value),
            Read::Quoted(value, quote) => {
                Part { value: unescaped(flat, &value, quote), ..Part::new(flat, &name, role, &value) }
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
    flat: &'a FlatText,
    // Quotes that were looked for and not found: they are not looked for again, which keeps the time
    // linear.
    unclosed: Vec<u8>,
}

impl Reader<'_> {
    // The value that starts the range, and where the next part starts.
    fn value(&mut self, range: &Range<usize>) -> (Read, usize) {
        let bytes = self.flat.text().as_bytes();
        let start = self.flat.trim(range).start;
        let close = match bytes.get(start..range.end).and_then(|rest| rest.first()) {
            Some(quote @ (b'"' | b'\'')) => Some(*quote),
            Some(b'{') => Some(b'}'),
            _ => None,
        };
        if let Some(quote) = close.filter(|quote| !self.unclosed.contains(quote)) {
            match self.closing(start + 1..range.end, quote) {
                None => self.unclosed.push(quote),
                Some(end) => {
                    let next = self.flat.find(&(end + 1..range.end), b";").unwrap_or(range.end);
                    if self.flat.trim(&(end + 1..next)).is_empty() {
                        return (Read::Quoted(start + 1..end, quote), next + 1);
                    }
                }
            }
        }
        let end = self.flat.find(range, b";").unwrap_or(range.end);
        (Read::Plain(self.flat.trim(&(range.start..end))), end + 1)
    }

    // The closing quote; a doubled one stands for itself.
    fn closing(&self, range: Range<usize>, quote: u8) -> Option<usize> {
        let bytes = self.flat.text().as_bytes();
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

fn unescaped(flat: &FlatText, range: &Range<usize>, quote: u8) -> Text {
    let doubled = [char::from(quote), char::from(quote)].iter().collect::<String>();
    let single = char::from(quote).to_string();
    let mut texts = Vec::new();
    let mut at = range.start;
    for (found, _) in flat.str(range).match_indices(&doubled) {
        let found = range.start + found;
        texts.push(flat.slice(&(at..found)));
        texts.push(Text::Known(single.as_str().into()));
        at = found + doubled.len();
    }
    texts.push(flat.slice(&(at..range.end)));
    Text::concat(texts)
}

/// A key in lower case with single blanks; `None` where it is not known.
pub(super) fn name(flat: &FlatText, key: &Range<usize>) -> Option<String> {
    let words = flat.str(key).split_whitespace();
    flat.is_literal(key).then(|| words.collect::<Vec<_>>().join(" ").to_ascii_lowercase())
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
