//! Runs the examples on the page of every rule, and the scenarios in `testdata/scenarios`, under all rules. Each rule and
//! each scenario is a test of its own, which is why this executable has no harness but `libtest-mimic`:
//! `cargo test --test examples adf/secret-literal` runs those of one rule.

mod running;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use armlint_engine::rule::example;
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let tests: Vec<Trial> = rules().into_iter().chain(scenarios()).collect();
    let arguments = Arguments::from_args();
    let filter = arguments.filter.as_deref().unwrap_or_default();
    if let Some(fault) = running::unmatched(filter, tests.iter().map(Trial::name)) {
        eprintln!("{fault}");
        return ExitCode::FAILURE;
    }
    libtest_mimic::run(&arguments, tests).exit_code()
}

fn rule(id: &str) -> Result<(), String> {
    let page = format!("rules/{id}.md");
    let examples = armlint_rules::catalogue().examples(id);
    running::hold(&page, &examples.map_err(|error| format!("{page}:{}: {}", error.line, error.kind))?)
}

fn rules() -> Vec<Trial> {
    let catalogue = armlint_rules::catalogue();
    let ids = catalogue.rules().iter().map(|rule| rule.id);
    let mut tests: Vec<Trial> = ids.map(|id| Trial::test(id, move || Ok(rule(id)?))).collect();
    let forgotten = running::forgotten(Path::new(env!("CARGO_MANIFEST_DIR")), &catalogue);
    tests.extend(forgotten.into_iter().map(|(id, fault)| Trial::test(id, move || Err(fault.into()))));
    tests
}

fn scenarios() -> impl Iterator<Item = Trial> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/scenarios");
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!paths.is_empty(), "there are no scenarios in {}", folder.display());
    paths.sort();
    paths.into_iter().map(|path| {
        let name = format!("scenarios/{}", path.file_stem().unwrap().to_string_lossy());
        let page = format!("testdata/{name}.md");
        Trial::test(name, move || {
            let examples = example::parse(&fs::read_to_string(path)?);
            let examples = examples.map_err(|error| format!("{page}:{}: {}", error.line, error.kind))?;
            Ok(running::hold(&page, &examples)?)
        })
    })
}
