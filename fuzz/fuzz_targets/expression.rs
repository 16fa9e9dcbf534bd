//! Expressions of templates, evaluated.

#![no_main]

use serde_json::json;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let expression = format!("[{text}]");
    let template = json!({
        "$schema": armlint_fuzz::SCHEMA, "contentVersion": "1.0.0.0",
        "parameters": { "a": { "type": "string" }, "b": { "type": "array", "defaultValue": [1, 2] } },
        "variables": { "v": { "x": "[parameters('a')]" } },
        "resources": [],
        "outputs": { "o": { "type": "string", "value": expression } }
    });
    armlint_fuzz::check("main.json", template.to_string().as_bytes());
});
