//! The framing of the language server: whatever comes in, it goes on until the end.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Without a client's `initialize` nothing is read from the disk.
    if !bytes.windows(10).any(|part| part.eq_ignore_ascii_case(b"initialize")) {
        armlint_lsp::serve_on(&mut &*bytes, std::io::sink());
    }
});
