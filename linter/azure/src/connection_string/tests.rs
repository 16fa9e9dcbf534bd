//! Tables of connection strings and what is in them.

use std::rc::Rc;

use armlint_engine::span::{SourceId, Span};
use armlint_engine::value::{Origin, Piece, Reason, Unknown};

use super::*;

// Stands for the language of a service: what calls one of its functions.
fn dynamic(text: &str) -> bool {
    text.contains("linkedService(") || text.contains("concat(")
}

// `<x>` stands for a hole, `|` ends a piece.
fn pieces(pattern: &str) -> Vec<Piece> {
    let piece = |pattern: &str| {
        let texts = pattern.split(['<', '>']).enumerate().map(|(index, part)| match index % 2 {
            0 => Text::Known(part.into()),
            _ => Text::hole(Rc::new(Unknown::new(Reason::Parameter, part))),
        });
        let origin = Origin::at(Span::new(SourceId(0), 0, 0));
        Piece { text: Text::concat(texts), origin, secure: false, assumed: false }
    };
    pattern.split('|').map(piece).collect()
}

fn read(pattern: &str) -> ConnectionString {
    parse(&pieces(pattern), dynamic)
}

fn secrets(pattern: &str) -> Vec<(String, String, Content)> {
    let found = read(pattern);
    let secrets = found.secrets();
    secrets
        .map(|part| (part.key.to_string(), part.value.braced().to_lowercase(), content(&part.value, dynamic)))
        .collect()
}

#[test]
fn hosts_and_ports() {
    let cases: &[(&str, Form, Option<&str>, Option<u16>)] = &[
        (
            "Server=tcp:s.database.windows.net,1433;Initial Catalog=d",
            Form::Keyed,
            Some("s.database.windows.net"),
            Some(1433),
        ),
        (
            "data source = s.database.windows.net ; user id=u",
            Form::Keyed,
            Some("s.database.windows.net"),
            None,
        ),
        ("Integrated Security=True;Network Address=h", Form::Keyed, Some("h"), None),
        ("Addr=h\\inst;", Form::Keyed, Some("h"), None),
        (
            "AccountEndpoint=https://a.documents.azure.com:443/;AccountKey=k==",
            Form::Keyed,
            Some("a.documents.azure.com"),
            Some(443),
        ),
        (
            "Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=k",
            Form::Keyed,
            Some("n.servicebus.windows.net"),
            None,
        ),
        (
            "Server=m.mysql.database.azure.com;Port=3306;Database=d;UID=u;PWD=p",
            Form::Keyed,
            Some("m.mysql.database.azure.com"),
            Some(3306),
        ),
        (
            "host=p.postgres.database.azure.com;port=5432;database=d;uid=u",
            Form::Keyed,
            Some("p.postgres.database.azure.com"),
            Some(5432),
        ),
        (
            "Host=o.example.com;Port=1521;Sid=orcl;User Id=u;Password=p",
            Form::Keyed,
            Some("o.example.com"),
            Some(1521),
        ),
        ("DBCName=td;Uid=u;Pwd=p", Form::Keyed, Some("td"), None),
        ("SERVERNODE=hana:30015;UID=u", Form::Keyed, Some("hana"), Some(30015)),
        (
            "jdbc:snowflake://acc.snowflakecomputing.com/?user=u&db=d&warehouse=w",
            Form::Url,
            Some("acc.snowflakecomputing.com"),
            None,
        ),
        ("jdbc:sqlserver://h:1433;databaseName=d;user=u;password=p", Form::Url, Some("h"), Some(1433)),
        ("jdbc:sqlserver://;serverName=h;portNumber=1433", Form::Url, Some("h"), Some(1433)),
        ("jdbc:oracle:thin:@//o.corp:1521/svc", Form::Url, Some("o.corp"), Some(1521)),
        ("jdbc:oracle:thin:u/p@o.corp:1521:sid", Form::Url, Some("o.corp"), Some(1521)),
        (
            "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(HOST=o.corp)(PORT=1522)))",
            Form::Url,
            Some("o.corp"),
            Some(1522),
        ),
        ("jdbc:db2://d.corp:50000/sales:user=u;password=p;", Form::Url, Some("d.corp"), Some(50000)),
        ("jdbc:teradata://t.corp/USER=u,PASSWORD=p,DATABASE=d", Form::Url, Some("t.corp"), None),
        ("jdbc:hive2://h.corp:10000/default;ssl=true;user=u", Form::Url, Some("h.corp"), Some(10000)),
        ("Server=s\\inst,1434;Database=d", Form::Keyed, Some("s"), Some(1434)),
        (
            "Data Source=(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=o.corp)(PORT=1521))(CONNECT_DATA=(SID=x)));User Id=u",
            Form::Keyed,
            Some("o.corp"),
            Some(1521),
        ),
        ("Data Source=o.corp:1521/svc;User Id=u", Form::Keyed, Some("o.corp"), Some(1521)),
        ("Driver={PostgreSQL Unicode};Server=p.corp;Port=5432;", Form::Keyed, Some("p.corp"), Some(5432)),
        (
            "mongodb://a:k/y==@a.mongo.cosmos.azure.com:10255/?ssl=true&appName=@a@",
            Form::Url,
            Some("a.mongo.cosmos.azure.com"),
            Some(10255),
        ),
        ("mongodb+srv://u:p@c.example.mongodb.net/db", Form::Url, Some("c.example.mongodb.net"), None),
        ("mongodb://u:p@h1:27017,h2:27018/db", Form::Url, Some("h1"), Some(27017)),
        ("mongodb://h1", Form::Url, Some("h1"), None),
        (
            "https://st1.blob.core.windows.net/c?sv=2020&sig=abc%3D",
            Form::Url,
            Some("st1.blob.core.windows.net"),
            None,
        ),
        (
            "https://<sa>.blob.core.windows.net/|?sv=2020&sig=|<sas>",
            Form::Url,
            Some("{sa}.blob.core.windows.net"),
            None,
        ),
        (
            "Server=<srv>.database.windows.net;Database=d",
            Form::Keyed,
            Some("{srv}.database.windows.net"),
            None,
        ),
        ("Server=tcp:|<srv>|,1433;Database=d", Form::Keyed, Some("{srv}"), Some(1433)),
        ("Server=<h>;Port=<p>", Form::Keyed, Some("{h}"), None),
        ("<cs>", Form::Plain, None, None),
        ("<cs>;Password=p", Form::Keyed, None, None),
        ("?sv=2020&sig=abc", Form::Query, None, None),
        ("sv=2020&sig=abc", Form::Query, None, None),
        ("@concat('Server=', linkedService().s)", Form::Dynamic, None, None),
        ("", Form::Plain, None, None),
        ("nothing here", Form::Plain, None, None),
        (";;;", Form::Plain, None, None),
        ("=", Form::Keyed, None, None),
        ("=;=;a=", Form::Keyed, None, None),
    ];
    for (pattern, form, host, port) in cases {
        let found = read(pattern);
        assert_eq!(found.form, *form, "{pattern}");
        assert_eq!(found.host().map(|host| host.braced().to_lowercase()).as_deref(), *host, "{pattern}");
        assert_eq!(found.port(), *port, "{pattern}");
    }
}

#[test]
fn only_secret_keys_count() {
    let literal = |key: &str, value: &str| vec![(key.to_string(), value.to_string(), Content::Literal)];
    let cases = [
        ("Data Source=h;User ID=u;Password=p@ss", literal("password", "p@ss")),
        ("server=h;PWD = p w ;", literal("pwd", "p w")),
        ("Password=\"a;b\"\"c\";x=y", literal("password", "a;b\"c")),
        ("Password='a;b''c';x=y", literal("password", "a;b'c")),
        ("PWD={a;b}};UID=u", literal("pwd", "{a")),
        ("PWD={a;b};UID=u", literal("pwd", "a;b")),
        ("Password=\"unclosed;UID=u", literal("password", "\"unclosed")),
        ("Password=\"a\"b;UID=u", literal("password", "\"a\"b")),
        ("AccountName=a;AccountKey=abc==;EndpointSuffix=core.windows.net", literal("accountkey", "abc==")),
        ("Endpoint=sb://n/;SharedAccessKeyName=n;SharedAccessKey=k=", literal("sharedaccesskey", "k=")),
        (
            "BlobEndpoint=https://a/;SharedAccessSignature=sv=1&sig=x",
            literal("sharedaccesssignature", "sv=1&sig=x"),
        ),
        ("Server=h;CredString=c", literal("credstring", "c")),
        ("https://a/b?sp=r&sig=x%2B&se=1", literal("sig", "x%2b")),
        ("sv=1&sig=x", literal("sig", "x")),
        ("<base>?sv=1&sig=x", literal("sig", "x")),
        ("mongodb://u:p@h/", literal("password", "p")),
        ("jdbc:snowflake://h/?user=u&password=p", literal("password", "p")),
        ("jdbc:sqlserver://h;user=u;password=p", literal("password", "p")),
        ("jdbc:oracle:thin:scott/tiger@//h:1521/s", literal("password", "tiger")),
        ("jdbc:oracle:thin:@h:1521:s", Vec::new()),
        ("jdbc:db2://h:50000/d:password=p;user=u;", literal("password", "p")),
        ("jdbc:teradata://h/USER=u,PASSWORD=p", literal("password", "p")),
        ("jdbc:mysql://u:p@h:3306/d?useSSL=true", literal("password", "p")),
        ("jdbc:postgresql://h:5432/d?user=u&password=p&ssl=true", literal("password", "p")),
        ("jdbc:databricks://h:443/default;AuthMech=3;UID=token;PWD=p", literal("pwd", "p")),
        ("mongodb://u:p%40s@h1:27017,h2:27017/d?replicaSet=r", literal("password", "p%40s")),
        ("mongodb+srv://u@h/d", Vec::new()),
        ("Data Source=https://k.kusto.windows.net;AppClientId=i;AppKey=p", literal("appkey", "p")),
        ("PASSWORD = p ; Server = h", literal("password", "p")),
        ("sig=x", literal("sig", "x")),
        ("Driver={Some; Driver};PWD=p", literal("pwd", "p")),
        ("Data Source=h;Integrated Security=True;User ID=u", Vec::new()),
        ("abfss://container@a.dfs.core.windows.net/", Vec::new()),
        ("https://a/b?code=x", Vec::new()),
    ];
    for (pattern, expected) in cases {
        assert_eq!(secrets(pattern), expected, "{pattern}");
    }
}

#[test]
fn what_a_secret_is() {
    let cases = [
        ("Password=", Content::Empty),
        ("Password=;x=y", Content::Empty),
        ("Password=**********", Content::Masked),
        ("Password=@{linkedService().pw}", Content::Dynamic),
        ("Password=a@{concat(';', '=', '}')}b;UID=u", Content::Dynamic),
        ("Password=@linkedService().pw", Content::Dynamic),
        ("Password=@bc123", Content::Literal),
        ("Password=a@@{b}", Content::Literal),
        ("Password=@{unclosed", Content::Literal),
        ("Password=@P(ssw0rd1", Content::Literal),
        ("Password=<p>", Content::Open),
        ("Password=|<p>|;UID=u", Content::Open),
        ("Password=a<p>", Content::Open),
        ("Password=@{linkedService().<p>}", Content::Dynamic),
        ("mongodb://u:@{linkedService().pw}@h/", Content::Dynamic),
        ("https://@{linkedService().sa}.blob.core.windows.net/?sig=@{linkedService().sig}", Content::Dynamic),
    ];
    for (pattern, expected) in cases {
        let found = secrets(pattern);
        assert_eq!(
            found.iter().map(|secret| secret.2).collect::<Vec<_>>(),
            [expected],
            "{pattern}: {found:?}"
        );
    }
}

#[test]
fn fragments_point_at_the_value() {
    let parsed = pieces("Data Source=h;Password=|abc|;User ID=u;AccountKey= 'k;1' ;x=y");
    let found = parse(&parsed, dynamic);
    let at = |key: &str| {
        let part = found.get(key).expect("a part");
        let slices = part.fragments.iter().map(|fragment| {
            let text = parsed[fragment.piece].text.known().expect("a known piece");
            text[fragment.start..fragment.end].to_string()
        });
        slices.collect::<Vec<_>>()
    };
    assert_eq!(at("password"), ["abc"]);
    assert_eq!(found.get("password").map(|part| part.fragments[0].piece), Some(1));
    assert_eq!(at("accountkey"), ["k;1"]);
    assert_eq!(at("data source"), ["h"]);
    assert_eq!(at("x"), ["y"]);
    let split = parse(&pieces("Password=a|b|c;x=y"), dynamic);
    let fragments = &split.get("password").expect("a part").fragments;
    assert_eq!(fragments.iter().map(|fragment| fragment.piece).collect::<Vec<_>>(), [0, 1, 2]);
    let holed = parse(&pieces("x=<a>;Password=p"), dynamic);
    assert_eq!(
        holed.get("password").map(|part| part.fragments.clone()),
        Some(vec![Fragment { piece: 0, start: 0, end: 0 }])
    );
}

#[test]
fn storage_hosts() {
    let cases = [
        (
            "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=k;EndpointSuffix=core.windows.net",
            "blob",
            Some("a.blob.core.windows.net"),
        ),
        ("AccountName=<a>;AccountKey=k", "table", Some("{a}.table.core.windows.net")),
        ("AccountName=a;EndpointSuffix=<s>", "file", Some("a.file.{s}")),
        (
            "BlobEndpoint=https://b.blob.core.windows.net/;AccountName=a",
            "blob",
            Some("b.blob.core.windows.net"),
        ),
        ("AccountKey=k", "blob", None),
    ];
    for (pattern, service, host) in cases {
        let found =
            read(pattern).storage_host(service, Cloud::Public).map(|host| host.braced().to_lowercase());
        assert_eq!(found.as_deref(), host, "{pattern}");
    }
    let china = read("AccountName=a;AccountKey=k").storage_host("blob", Cloud::China);
    assert_eq!(
        china.map(|host| host.braced().to_lowercase()).as_deref(),
        Some("a.blob.core.chinacloudapi.cn")
    );
}

#[test]
fn openness() {
    assert!(read("<cs>").is_open());
    assert!(read("<cs>;Password=p").is_open());
    assert!(read("@concat('a')").is_open());
    assert!(!read("Server=<s>;Password=p").is_open());
    assert!(read("<key>=v").is_open());
}

#[test]
fn hostile_texts_take_linear_time() {
    for unit in [
        "a={;",
        "a=\";",
        "@{",
        "a=';b",
        "mongodb://",
        "?&=",
        "@{'",
        "é=;",
        "a=@{x};",
        "a=\"\"",
        "\u{1}",
        "://@",
    ] {
        let text = Text::Known(unit.repeat(100_000).into());
        let found = parse_text(&text, dynamic);
        let _ = (found.host(), found.port(), found.secrets().count(), found.is_open());
    }
}
