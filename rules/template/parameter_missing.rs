use armlint_engine::dialect::{Belonging, ParameterFile};
use armlint_engine::finding::Confidence;
use armlint_engine::rule::Context;
use armlint_engine::syntax::{Member, Node};

use crate::language::parameter::{Arguments, Giver, Schema};

pub(crate) fn check(cx: &mut Context<'_>) {
    let all = Arguments::all(cx.graph());
    for arguments in all.iter().filter(|arguments| arguments.is_complete) {
        let missing = match arguments.giver {
            Giver::File(file) => missing_in_file(arguments, file, &all),
            Giver::Deployment(_) => missing(arguments, |_| true),
        };
        for declared in missing {
            report(cx, arguments, declared);
        }
    }
}

fn report(cx: &mut Context<'_>, arguments: &Arguments<'_>, declared: &Member) {
    let name = &declared.key.text;
    let at = arguments.argument(name).map_or(arguments.section, |argument| argument.key);
    let message =
        format!("The parameter `{name}` has no default, and {} gives it no value", arguments.subject());
    let finding = cx.report(&at, message);
    finding.related(declared.key_span, "the parameter").confidence(arguments.confidence());
    finding.help("Give the parameter a value here, or a default in the template");
    // The rest may come from the command line.
    if matches!(arguments.giver, Giver::File(_)) {
        finding.confidence(Confidence::Medium);
    }
}

fn missing<'g>(arguments: &Arguments<'g>, asked: impl Fn(&Member) -> bool) -> Vec<&'g Member> {
    let declared = arguments.template.value("parameters").map(Node::members).unwrap_or_default();
    let required =
        declared.iter().filter(|declared| is_required(declared, arguments.template) && asked(declared));
    required.filter(|declared| !sets(arguments, &declared.key.text)).collect()
}

// What a file leaves out that comes from nowhere else, as far as one can tell.
fn missing_in_file<'g>(
    arguments: &Arguments<'g>,
    file: &ParameterFile,
    all: &[Arguments<'g>],
) -> Vec<&'g Member> {
    // Secrets had better not be in a file; names such as `_artifactsLocation` are set by scripts.
    let asked = |declared: &Member| {
        !Schema::new(&declared.value, arguments.template).is_secure() && !declared.key.text.starts_with('_')
    };
    let declared = arguments.template.value("parameters").map(Node::members).unwrap_or_default();
    let required = declared
        .iter()
        .filter(|declared| is_required(declared, arguments.template) && asked(declared))
        .count();
    let missing = missing(arguments, asked);
    if file.belonging < Belonging::Named || missing.len() * 2 > required {
        return Vec::new();
    }
    let others: Vec<&Arguments<'_>> = all.iter().filter(|other| is_complement(arguments, other)).collect();
    let set = |declared: &&Member| others.iter().any(|other| sets(other, &declared.key.text));
    missing.into_iter().filter(|declared| !set(declared)).collect()
}

fn is_required(declared: &Member, template: &Node) -> bool {
    let default = declared.value.get("defaultValue").is_some();
    declared.value.is_object() && !default && !Schema::new(&declared.value, template).is_nullable()
}

fn sets(arguments: &Arguments<'_>, name: &str) -> bool {
    arguments.argument(name).is_some_and(|argument| argument.is_set())
}

// Files without a parameter in common are parts of one environment.
fn is_complement(arguments: &Arguments<'_>, other: &Arguments<'_>) -> bool {
    matches!(other.giver, Giver::File(_))
        && arguments.list.iter().all(|argument| other.argument(&argument.name).is_none())
}
