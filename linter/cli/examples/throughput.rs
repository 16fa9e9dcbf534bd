//! Prints how long a check of a folder takes, as a ratio to reading the same files and parsing them with
//! `serde_json::Value`, in one process and on the same threads.
//!
//! `cargo run --release -p armlint --example throughput -- FOLDER`

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use armlint_engine::session::{Input, Session};
use armlint_engine::settings::{Cloud, Date, Settings};
use rayon::prelude::*;

const ROUNDS: usize = 7;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

fn plain(paths: &[PathBuf]) -> (Duration, usize) {
    let start = Instant::now();
    let parse = |path: &PathBuf| {
        let bytes = fs::read(path).ok()?;
        let text = std::str::from_utf8(&bytes).ok()?;
        serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}')).ok()
    };
    let values: Vec<_> = paths.par_iter().map(parse).collect();
    (start.elapsed(), values.iter().flatten().count())
}

fn check(paths: &[PathBuf]) -> (Duration, usize) {
    let start = Instant::now();
    let read = |path: &PathBuf| Input {
        path: Arc::from(path.to_string_lossy()),
        content: fs::read(path).map_err(|error| error.to_string()),
        context: false,
        named: false,
    };
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(paths.par_iter().map(read).collect());
    let as_of = Date { year: 2026, month: 11, day: 1 };
    let report = session.check(&Settings::new(as_of, Cloud::Public));
    (start.elapsed(), report.findings.len())
}

fn main() {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: throughput FOLDER");
        return;
    };
    let mut paths = Vec::new();
    files(Path::new(&folder), &mut paths);
    paths.sort();
    let (mut base, mut ours) = (Duration::MAX, Duration::MAX);
    let (mut parsed, mut found) = (0, 0);
    for _ in 0..ROUNDS {
        let (time, count) = plain(&paths);
        (base, parsed) = (base.min(time), count);
        let (time, count) = check(&paths);
        (ours, found) = (ours.min(time), count);
    }
    let ratio = ours.as_secs_f64() / base.as_secs_f64();
    println!("{} files, {parsed} of them strict JSON, {found} findings", paths.len());
    println!("serde_json::Value {base:.1?}, check {ours:.1?}, ratio {ratio:.2} (best of {ROUNDS})");
}
