//! Packs the table of Azure's resource types, so that the program has it as bytes that nothing has to load.

mod pack;
mod text;

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    match packed() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            println!("cargo::error={fault}");
            ExitCode::FAILURE
        }
    }
}

fn packed() -> Result<(), String> {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=schema");
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("schema");
    let read = |name: &str| {
        fs::read_to_string(folder.join(name)).map_err(|error| format!("linter/azure/schema/{name}: {error}"))
    };
    let table = text::Table::read(&read("types.txt")?, &read("versions.txt")?)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("schema.bin");
    fs::write(&out, pack::pack(&table)?).map_err(|error| format!("{}: {error}", out.display()))
}
