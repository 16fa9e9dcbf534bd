//! `armlint test-rules`: the examples of a pack, run as tests.

use std::collections::HashSet;
use std::path::Path;

use armlint_engine::examples::Runner;
use armlint_engine::rule::Catalogue;
use armlint_engine::rule::example::{Example, ExampleKind};
use armlint_workspace::config::{Configurations, Options};
use armlint_workspace::error::Error as WorkspaceError;
use armlint_workspace::input::Base;
use armlint_workspace::pack::{Pack, PackPlace, namespace_fault};
use armlint_workspace::text::printable;

use crate::arguments::TestRulesArguments;
use crate::error::{Error, print_problem};
use crate::output;
use crate::status::Status;

/// How many bad and how many good examples a rule has at least.
const EXAMPLES: usize = 2;

/// Runs the examples, and says which do not hold.
pub(crate) fn run(arguments: &TestRulesArguments) -> Result<Status, Error> {
    let built_in = armlint_rules::catalogue();
    let Tested { pack, folder, only } = tested(arguments, &built_in)?;
    let incomplete = (!pack.faults.is_empty()).then(|| format!("{}/", pack.namespace));
    let catalogue = built_in.with_packs(&pack.rules, incomplete.into_iter().collect());
    let own: HashSet<&str> = pack.rules.iter().map(|loaded| loaded.rule.id).collect();
    let counts = |_: &Example, rule: &str| !arguments.own_rules || own.contains(rule);
    let runner = Runner::new(catalogue.clone(), armlint_rules::facts_date(), &counts);
    let (mut text, mut rules, mut examples, mut failed) = (String::new(), 0, 0, 0);
    for loaded in &pack.rules {
        let name = loaded.rule.id.split_once('/').map_or(loaded.rule.id, |(_, name)| name);
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let (count, faults) = faults(&runner, &catalogue, loaded.rule.id);
        let page = if folder.is_empty() { format!("{name}.md") } else { format!("{folder}/{name}.md") };
        faults.iter().for_each(|(line, fault)| text.push_str(&format!("{page}:{line}: {}\n", lines(fault))));
        (rules, examples, failed) = (rules + 1, examples + count, failed + usize::from(!faults.is_empty()));
    }
    let ending = match failed {
        0 if rules == 0 => "nothing is tested".to_string(),
        0 => "all hold".to_string(),
        failed => format!("the examples of {} do not hold", count(failed, "rule")),
    };
    text.push_str(&format!("{}, {}: {ending}\n", count(rules, "rule"), count(examples, "example")));
    output::to_stdout(text.as_bytes())?;
    pack.faults.iter().for_each(|fault| print_problem(&WorkspaceError::Pack(Box::new(fault.clone()))));
    Ok(match (pack.faults.is_empty() && rules > 0, failed) {
        (false, _) => Status::Incomplete,
        (true, 0) => Status::Clean,
        (true, _) => Status::Findings,
    })
}

/// What is tested.
struct Tested {
    pack: Pack,
    /// The folder of its pages, as shown.
    folder: String,
    /// The one rule, where a page was named.
    only: Option<String>,
}

// A page is tested beside the others of its pack, which it may yield to.
fn tested(arguments: &TestRulesArguments, built_in: &Catalogue) -> Result<Tested, Error> {
    let no_pack = |message: String| Error::NoPack { message };
    let base = Base::current()?;
    let path = base.absolute(&arguments.pack);
    if !path.exists() {
        return Err(WorkspaceError::NoSuchPath { path: base.shown(&path) }.into());
    }
    let is_page = path.is_file();
    let folder = if is_page { path.parent().unwrap_or(&path) } else { path.as_path() };
    let options = Options::default();
    // What is wrong with packs is told of this one, and below.
    let configurations = Configurations::around(base.clone(), folder, &options, built_in)?;
    let named = configurations.pack_of(&path);
    let namespace = arguments.namespace.clone().or_else(|| named.map(|(namespace, _)| namespace));
    let namespace = namespace.unwrap_or_else(|| name(folder));
    if let Some(fault) = namespace_fault(&namespace, built_in) {
        return Err(no_pack(format!("{fault}; `--namespace` names another one")));
    }
    let shown = base.shown(folder);
    let place = PackPlace { folder, shown: &shown, path: ".", namespace: &namespace };
    let pack = options.shelf.pack(place, built_in).map_err(no_pack)?;
    let pack = Pack { namespace, rules: pack.rules.clone(), faults: pack.faults.clone() };
    let only = is_page.then(|| path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
    Ok(Tested { pack, folder: if shown == "." { String::new() } else { shown }, only })
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

// How many examples a rule has, and what is wrong with them, by line of the page.
fn faults(runner: &Runner<'_>, catalogue: &Catalogue, rule: &str) -> (usize, Vec<(i64, String)>) {
    let examples = match catalogue.examples(rule) {
        Ok(examples) => examples,
        Err(error) => return (0, vec![(error.line as i64, error.kind.to_string())]),
    };
    let mut faults: Vec<(i64, String)> =
        runner.hold(&examples).into_iter().map(|fault| (fault.line, fault.message)).collect();
    let of = |kind: ExampleKind| examples.iter().filter(|example: &&Example| example.kind == kind).count();
    let (bad, good) = (of(ExampleKind::Bad), of(ExampleKind::Good));
    if bad < EXAMPLES || good < EXAMPLES {
        let message = format!(
            "there {} {} and {}; a rule has at least two of each",
            if bad == 1 { "is" } else { "are" },
            count(bad, "bad example"),
            count(good, "good example")
        );
        faults.push((1, message));
    }
    faults.sort();
    (examples.len(), faults)
}

fn lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n    ")
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
