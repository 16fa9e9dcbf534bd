//! Templates in JSON, broken or not.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &[u8]| armlint_fuzz::check("main.json", text));
