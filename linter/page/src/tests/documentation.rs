//! `docs/rule-pages.md` is made of the types that read front matter.
//!
//! `ARMLINT_WRITE_DOCS=1 cargo test -p armlint-page documentation` writes it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use schemars::schema_for;
use serde_json::Value;

use crate::front::keys::{
    CarriedKeys, CountKeys, DayKeys, FixKeys, Front, MeaningKeys, Operators, PortKeys, SetKeys, VersionKeys,
};
use crate::{Applicability, Category, Confidence, Level, Severity};

const HEAD: &str = "# Pages of rules

<!-- Made of the types in linter/page by a test: ARMLINT_WRITE_DOCS=1 cargo test -p armlint-page documentation -->

A rule is a page: front matter in YAML between two lines `---`, then Markdown with the sections `## Why`, `## How to fix`
and `## Examples`. The front matter is the metadata of the rule, and its whole check where `condition` is written: each
value of the resource that `select` finds is judged, and a finding stands at each of which the condition certainly holds.
What is not known is no finding: an operator asked of a parameter without a value gives neither yes nor no. Resources
that are certainly not deployed are left out, and existing ones unless `existing` is set.

In paths `$` is the resource as it is written, with `sku`, `tags` and `properties`. A finding points at the value where it
is used: at the expression and not at the variable that it reads. One of a value that is not written points at the key of
the object that it is missing in.

```markdown
---
title: Storage account takes plain HTTP
category: network
severity: medium
resource-types: [Microsoft.Storage/storageAccounts]
equivalents: [checkov:CKV_AZURE_3]
select: $.properties.supportsHttpsTrafficOnly
absent-is: [{before: 2019-04-01, value: false}, {value: true}]
condition: {equals: false}
message: Storage account `{name}` takes plain HTTP
fix:
  title: Take HTTPS only
  applicability: safe
  set: {path: $.properties.supportsHttpsTrafficOnly, value: true}
---

## Why
...
```

In YAML only `true` and `false` are booleans: `off` and `no` are texts. Where a service takes the words as well,
`equals: true` holds of the text, too. Paths are JSONPath as far as it never selects by what may be unknown: filters, `..`
and slices are refused.

A page has at most 256 KiB, 200 operators and 16 of them in each other.

A mistake fails the build, or costs the rule of a pack: ``rules/storage/https-only.md:4:1: there is no key `severty` here; did you mean `severity`?``
";

#[test]
fn the_page_about_pages_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rule-pages.md");
    let wanted = page();
    if std::env::var_os("ARMLINT_WRITE_DOCS").is_some() {
        fs::write(&path, wanted).expect("the page");
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(found == wanted, "run `ARMLINT_WRITE_DOCS=1 cargo test -p armlint-page documentation`");
}

fn page() -> String {
    let mut page = HEAD.to_string();
    let keys = [
        ("Keys", schema_for!(Front).to_value()),
        ("Operators of `condition` and `when`", schema_for!(Operators).to_value()),
        ("`date`", schema_for!(DayKeys).to_value()),
        ("`version`", schema_for!(VersionKeys).to_value()),
        ("`count`", schema_for!(CountKeys).to_value()),
        ("`ports`", schema_for!(PortKeys).to_value()),
        ("`carries`", schema_for!(CarriedKeys).to_value()),
        ("`absent-is` by version", schema_for!(MeaningKeys).to_value()),
        ("`fix`", schema_for!(FixKeys).to_value()),
        ("`fix: set`", schema_for!(SetKeys).to_value()),
    ];
    for (heading, schema) in keys {
        let _ = write!(page, "\n## {heading}\n\n| key | value | says |\n|---|---|---|\n");
        keys_of(&schema, &mut page);
    }
    let words = [
        ("`category`", schema_for!(Category).to_value()),
        ("`severity`", schema_for!(Severity).to_value()),
        ("`level`", schema_for!(Level).to_value()),
        ("`confidence`", schema_for!(Confidence).to_value()),
        ("`applicability`", schema_for!(Applicability).to_value()),
    ];
    for (heading, schema) in words {
        let _ = write!(page, "\n## {heading}\n\n| word | means |\n|---|---|\n");
        for word in schema["oneOf"].as_array().into_iter().flatten() {
            let _ = writeln!(page, "| `{}` | {} |", text(&word["const"]), text(&word["description"]));
        }
    }
    page
}

fn keys_of(schema: &Value, page: &mut String) {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().map(text).collect();
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        let needed = if required.contains(&key.as_str()) { " (required)" } else { "" };
        let says = text(&property["description"]).replace('\n', " ");
        let _ = writeln!(page, "| `{key}`{needed} | {} | {says} |", kind(property));
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

// What kind of value a key takes.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return named(name.rsplit('/').next().unwrap_or(name)).to_string();
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        return choices
            .iter()
            .filter(|choice| choice["type"] != "null")
            .map(kind)
            .collect::<Vec<_>>()
            .join(" or ");
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).filter(|ty| *ty != "null").collect(),
        ty => vec![text(ty)],
    };
    match types.as_slice() {
        ["array"] => format!("list: {}", kind(&schema["items"])),
        ["string"] => "text".to_string(),
        ["boolean"] => "`true` or `false`".to_string(),
        ["number" | "integer"] => "number".to_string(),
        _ => "any value".to_string(),
    }
}

fn named(ty: &str) -> &str {
    match ty {
        "Operators" | "#" => "operators",
        "Literal" => "text, number or boolean",
        "Selected" => "path, or list of paths",
        "Absent" => "literal, or list",
        "FixKeys" => "`title`, `applicability` and a change",
        "SetKeys" => "`path` and `value`",
        "Reporter" => "`engine`",
        "DayKeys" => "`before`, `after`",
        "VersionKeys" => "`at-least`, `below`",
        "CountKeys" => "`at-most`, `at-least`",
        "PortKeys" => "`holds`, `more-than`",
        "CarriedKeys" => "`any`, `call`, `decode`",
        "CarriedWord" => "`secure`, `secret-shape`",
        "AddressWord" => "`internet`",
        "Encoding" => "`base64`",
        _ => "a word, see below",
    }
}
