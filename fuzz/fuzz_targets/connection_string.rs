//! Connection strings and addresses, by themselves and in linked services.

#![no_main]

use armlint_engine::value::Text;
use armlint_factory::connection_string;
use serde_json::json;

libfuzzer_sys::fuzz_target!(|text: &str| {
    connection_string::parse_text(&Text::Known(text.into()));
    for (ty, key) in
        [("AzureSqlDatabase", "connectionString"), ("AzureBlobStorage", "sasUri"), ("RestService", "url")]
    {
        let service = json!({ "name": "s", "properties": { "type": ty, "typeProperties": { key: text } } });
        armlint_fuzz::check("adf/linkedService/s.json", service.to_string().as_bytes());
    }
});
