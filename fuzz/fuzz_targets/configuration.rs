//! Configurations.

#![no_main]

use std::path::Path;

use armlint_workspace::config::{self, ConfigFile, Options};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let path = Path::new("/repository/armlint.yaml");
    let file = ConfigFile { path, shown: "armlint.yaml", folder: Path::new("/repository") };
    if let Err(fault) = config::parse(text, file, &Options::default(), &armlint_rules::catalogue()) {
        let _ = fault.to_string();
    }
});
