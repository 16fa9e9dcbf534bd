//! Suppressions in comments and in metadata.

#![no_main]

use serde_json::Value;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (line, block) = (text.replace(['\n', '\r'], " "), text.replace("*/", "* /"));
    let metadata = Value::from(text);
    let template = format!(
        "{{ \"$schema\": \"{}\", \"contentVersion\": \"1.0.0.0\",\n// armlint: {line}\n\"metadata\": {{ \"armlint\": {{ \"ignore\": \
         [{{ \"rule\": {metadata}, \"reason\": {metadata} }}, {metadata}] }} }}, /* armlint: {block} */ \"resources\": [], \
         \"outputs\": {{ \"o\": {{ \"type\": \"string\", \"value\": \"[nope()]\" }} }} }}",
        armlint_fuzz::SCHEMA
    );
    armlint_fuzz::check("main.json", template.as_bytes());
    armlint_fuzz::check("main.yaml", format!("# armlint: {line}\n{template}").as_bytes());
});
