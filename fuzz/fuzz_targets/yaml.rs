//! Templates and manifests in YAML.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &[u8]| armlint_fuzz::check("main.yaml", text));
