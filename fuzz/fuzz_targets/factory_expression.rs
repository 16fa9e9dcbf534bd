//! Expressions of pipelines, by themselves and in one.

#![no_main]

use armlint_factory::adf_expression;
use serde_json::json;

libfuzzer_sys::fuzz_target!(|text: &str| {
    adf_expression::parse(text);
    let activity = json!({ "name": "a", "type": "Wait", "typeProperties": { "waitTimeInSeconds": text } });
    let pipeline = json!({ "name": "p", "properties": { "activities": [activity] } });
    armlint_fuzz::check("adf/pipeline/p.json", pipeline.to_string().as_bytes());
});
