//! Every place of every text has an answer, and none takes long.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};
use std::time::Instant;

use armlint_engine::dialect::Deployment;
use armlint_engine::session::{Input, Session};
use armlint_workspace::masks::Masks;

use super::Place;
use super::definition::definition;
use super::hover::hover;
use super::symbols::symbols;
use super::testing::{check_nesting, session, settings};

/// Places at this distance are asked about.
const STRIDE: usize = 37;

/// How many texts of the corpus are asked about, and how long each may be, in bytes.
const TEXTS: usize = 120;
const MAX_BYTES: u64 = 16_000;

thread_local! {
    static PANICS: Cell<usize> = const { Cell::new(0) };
}

// What panics is caught and has no answer, so the panics of this thread are counted.
fn count_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            PANICS.set(PANICS.get() + 1);
            before(panic);
        }));
    });
}

fn ask(session: &Session, path: &str, length: usize) -> (usize, usize) {
    count_panics();
    let settings = settings();
    let choose = |_: &Deployment| &settings;
    let (mut hovers, mut targets) = (0, 0);
    for offset in (0..length + STRIDE).step_by(STRIDE) {
        let place = Place { session, settings: &choose, path, offset: offset as u32 };
        targets += definition(&place).len();
        hovers += usize::from(hover(&place, None).is_some());
    }
    assert_eq!(PANICS.get(), 0, "a panic in {path}");
    (hovers, targets)
}

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("ARMLINT_CORPUS").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("SKIPPED: no corpus at {}", folder.display());
        return None;
    }
    Some(folder)
}

fn texts(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .build()
        .filter_map(|entry| Some(entry.ok()?.into_path()))
        .filter(|path| {
            let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
            ["json", "jsonc", "yaml", "yml"].contains(&extension)
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_place_of_real_texts_has_an_answer() {
    let Some(folder) = corpus() else { return };
    let small = |path: &PathBuf| path.metadata().is_ok_and(|metadata| metadata.len() <= MAX_BYTES);
    let all: Vec<PathBuf> = texts(&folder).into_iter().filter(small).collect();
    let step = (all.len() / TEXTS).max(1);
    let (mut hovers, mut targets) = (0, 0);
    for path in all.iter().step_by(step) {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        let shown = path.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
        let half = text.floor_char_boundary(text.len() / 2);
        for text in [text.as_str(), &text[..half]] {
            let session = session(&[(&shown, text)]);
            let found = ask(&session, &shown, text.len());
            (hovers, targets) = (hovers + found.0, targets + found.1);
        }
    }
    assert!(hovers > 500 && targets > 200, "{hovers} hovers, {targets} definitions");
}

#[test]
fn outlines_of_real_texts_nest() {
    let Some(folder) = corpus() else { return };
    let input = |path: PathBuf| {
        let shown = path.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
        let content = std::fs::read(&path).map_err(|error| error.to_string());
        Input { path: Arc::from(shown), content, context: false, named: false }
    };
    let inputs: Vec<Input> = texts(&folder).into_iter().map(input).collect();
    let paths: Vec<Arc<str>> = inputs.iter().map(|input| input.path.clone()).collect();
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(inputs);
    let mut outlined = 0;
    for path in &paths {
        let found = symbols(&session, path);
        check_nesting(&found, None);
        outlined += usize::from(!found.is_empty());
    }
    assert!(outlined * 3 > paths.len(), "{outlined} of {} have an outline", paths.len());
}

fn large(resources: usize) -> String {
    let resource = |at: usize| {
        format!(
            r#"{{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01",
  "name": "[concat('st{at}', parameters('env'))]", "location": "[resourceGroup().location]",
  "dependsOn": ["[resourceId('Microsoft.Storage/storageAccounts', concat('st{}', parameters('env')))]"],
  "properties": {{}}}}"#,
            at.saturating_sub(1)
        )
    };
    let resources: Vec<String> = (0..resources).map(resource).collect();
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
"contentVersion": "1.0.0.0", "parameters": {{"env": {{"type": "string", "defaultValue": "x"}}}}, "resources": [{}]}}"#,
        resources.join(",\n")
    )
}

// The quickest of three.
fn time(mut run: impl FnMut()) -> f64 {
    let once = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    };
    (0..3).map(|_| once(&mut run)).fold(f64::INFINITY, f64::min)
}

#[test]
fn a_question_costs_little_more_than_a_check() {
    let text = large(700);
    let session = session(&[("main.json", &text)]);
    let settings = settings();
    let choose = |_: &Deployment| &settings;
    let check = time(|| drop(session.check(&settings)));
    let offset = text.rfind("parameters('env')").unwrap() as u32 + 1;
    let place = Place { session: &session, settings: &choose, path: "main.json", offset };
    assert!(hover(&place, None).is_some() && definition(&place).len() == 1);
    let masks = Masks::new(&session.check(&settings));
    let costs = [
        ("hover with masks", time(|| drop(hover(&place, Some(&masks))))),
        ("hover", time(|| drop(hover(&place, None)))),
        ("definition", time(|| drop(definition(&place)))),
        ("symbols", time(|| drop(symbols(&session, "main.json")))),
    ];
    for (name, cost) in costs {
        eprintln!("{name}: {:.2} of a check", cost / check);
        assert!(cost < 8.0 * check, "{name} takes {cost:.3} s, a check {check:.3} s");
    }
}

#[test]
fn every_place_of_the_example_has_an_answer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let files: Vec<(String, String)> = texts(&root)
        .into_iter()
        .filter_map(|path| {
            let shown = path.strip_prefix(&root).ok()?.to_string_lossy().replace('\\', "/");
            Some((shown, std::fs::read_to_string(&path).ok()?))
        })
        .collect();
    let borrowed: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let session = session(&borrowed);
    let (mut hovers, mut targets) = (0, 0);
    for (path, text) in &borrowed {
        let found = ask(&session, path, text.len());
        (hovers, targets) = (hovers + found.0, targets + found.1);
        check_nesting(&symbols(&session, path), None);
    }
    assert!(hovers > 20 && targets > 10, "{hovers} hovers, {targets} definitions");
}
