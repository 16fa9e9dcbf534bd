//! Compares the time to build the tree with that of `serde_json::Value` over the JSON files of a folder.
//!
//! `cargo run --release --example reading -- FOLDER`

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use armlint_engine::source::{Source, decode};
use armlint_engine::span::SourceId;
use armlint_engine::syntax::json;

const ROUNDS: usize = 9;

fn main() {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: reading FOLDER");
        std::process::exit(2);
    };
    let mut paths = Vec::new();
    collect(Path::new(&folder), &mut paths);
    let sources: Vec<Source> = paths
        .iter()
        .filter_map(|path| decode(std::fs::read(path).ok()?).ok())
        .filter(|text| serde_json::from_str::<serde_json::Value>(text).is_ok())
        .enumerate()
        .map(|(index, text)| Source::new(SourceId(index as u32), "", text))
        .collect();
    let bytes: usize = sources.iter().map(|source| source.text.len()).sum();
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        ours = ours.min(time(&sources, |source| {
            std::hint::black_box(json::parse(source));
        }));
        theirs = theirs.min(time(&sources, |source| {
            let _ = std::hint::black_box(serde_json::from_str::<serde_json::Value>(&source.text));
        }));
    }
    let speed = |taken: Duration| bytes as f64 / taken.as_secs_f64() / 1e6;
    println!("{} files, {bytes} bytes, best of {ROUNDS}, drop included", sources.len());
    println!("tree  {ours:?} ({:.0} MB/s)", speed(ours));
    println!("serde {theirs:?} ({:.0} MB/s)", speed(theirs));
    println!("ratio {:.2}", ours.as_secs_f64() / theirs.as_secs_f64());
}

fn time(sources: &[Source], read: impl Fn(&Source)) -> Duration {
    let start = Instant::now();
    sources.iter().for_each(read);
    start.elapsed()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
}
