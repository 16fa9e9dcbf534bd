//! Prints how long a check of a folder takes, as a ratio to reading the same files and parsing them with
//! `serde_json::Value`, which are kept, on the same threads, and how much memory it takes at most.
//!
//! It goes the way of `armlint check FOLDER --no-config`, up to the formats. Files that are no strict JSON are read and
//! count for nothing more.
//!
//! `cargo run --release -p armlint --example throughput -- FOLDER`

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use armlint_workspace::config::Options;
use armlint_workspace::digest::Digest;
use armlint_workspace::error::Error;
use armlint_workspace::input::Request;
use armlint_workspace::project::{Opening, pool};
use rayon::prelude::*;

const ROUNDS: usize = 7;

/// The files that a check of the folder finds.
fn found(folder: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let options = Options { no_config: true, ..Options::default() };
    let opening = Opening::find(request(folder), &options)?;
    Ok(opening.project().found.files.iter().map(|file| file.path.clone()).collect())
}

fn request(folder: &[PathBuf]) -> Request<'_> {
    let threads = rayon::current_num_threads();
    Request { paths: folder, parameters: &[], stdin_filename: None, explain: false, threads }
}

fn plain(paths: &[PathBuf]) -> (Duration, usize) {
    let start = Instant::now();
    let parse = |path: &PathBuf| {
        let bytes = fs::read(path).ok()?;
        let text = std::str::from_utf8(&bytes).ok()?;
        serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}')).ok()
    };
    let values: Vec<serde_json::Value> = paths.par_iter().filter_map(parse).collect();
    (start.elapsed(), values.len())
}

fn check(folder: &[PathBuf]) -> Result<(Duration, usize), Error> {
    let start = Instant::now();
    let options = Options { no_config: true, ..Options::default() };
    let opening = Opening::find(request(folder), &options)?;
    let (_, digest) = opening.check_groups(
        false,
        |_| {},
        |configurations, session| {
            Digest::of(&session.check_told(|deployment| configurations.standard(deployment), |_| {}))
        },
    );
    Ok((start.elapsed(), digest.report.findings.len()))
}

/// The most memory that the process has held so far, in MiB; none where the system does not say.
fn peak() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<usize>().ok()? >> 10)
}

fn measure(folder: &Path) -> Result<(), Error> {
    let folder = [folder.to_path_buf()];
    let paths = found(&folder)?;
    let (mut base, mut ours) = (Duration::MAX, Duration::MAX);
    let (mut parsed, mut findings) = (0, 0);
    for _ in 0..ROUNDS {
        let (time, count) = check(&folder)?;
        (ours, findings) = (ours.min(time), count);
    }
    let memory = peak().map_or(String::new(), |peak| format!(", at most {peak} MiB"));
    for _ in 0..ROUNDS {
        let (time, count) = plain(&paths);
        (base, parsed) = (base.min(time), count);
    }
    let ratio = ours.as_secs_f64() / base.as_secs_f64();
    println!("{} files, {parsed} of them strict JSON, {findings} findings", paths.len());
    println!("serde_json::Value {base:.1?}, check {ours:.1?}{memory}, ratio {ratio:.2} (best of {ROUNDS})");
    Ok(())
}

fn main() -> Result<(), Error> {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: throughput FOLDER");
        return Ok(());
    };
    pool(None)?.install(|| measure(Path::new(&folder)))
}
