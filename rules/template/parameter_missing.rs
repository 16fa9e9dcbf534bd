use armlint_engine::dialect::{Belonging, ParameterFile};
use armlint_engine::finding::Confidence;
use armlint_engine::rule::Context;
use armlint_engine::syntax::{Member, Node, NodeKind};

use crate::language::parameter::{Given, Literals, Schema, is_whole};

pub(crate) fn check(cx: &mut Context<'_>) {
    let Some(given) = Given::of(cx.graph()) else { return };
    let required: Vec<&Member> =
        given.declared().iter().filter(|declared| is_required(declared, given.template)).collect();
    for file in given.files {
        if file.belonging < Belonging::Named || !is_whole(&file.parsed.document) {
            continue;
        }
        let missing: Vec<&Member> =
            required.iter().copied().filter(|declared| !sets(file, &declared.key.text)).collect();
        if missing.len() * 2 > required.len() {
            continue;
        }
        let others = || given.files.iter().filter(|other| is_complement(file, other));
        for declared in missing {
            let name = &declared.key.text;
            if !others().any(|other| sets(other, name)) {
                report(cx, file, declared);
            }
        }
    }
}

fn report(cx: &mut Context<'_>, file: &ParameterFile, declared: &Member) {
    let root = &file.parsed.document.root;
    let name = &declared.key.text;
    let section = root.get("parameters").map_or(root.span.part(0, 1), |section| section.key_span);
    let at = file.entry(name).map_or(section, |entry| entry.key_span);
    cx.report(&at, format!("The parameter `{name}` has no default, and the file gives it no value"))
        .related(declared.key_span, "the parameter")
        .confidence(Confidence::Medium)
        .help("Give the parameter a value here, or a default in the template");
}

fn is_required(declared: &Member, template: &Node) -> bool {
    let schema = Schema::new(&declared.value, template, Literals::Template);
    let default = declared.value.get("defaultValue").is_some();
    // `_artifactsLocation` and its like.
    let by_scripts = declared.key.text.starts_with('_');
    declared.value.is_object() && !default && !schema.is_nullable() && !schema.is_secure() && !by_scripts
}

fn sets(file: &ParameterFile, name: &str) -> bool {
    let Some(entry) = file.entry(name) else { return false };
    let null = |value: &Node| value.kind == NodeKind::Null;
    let member = |key| entry.value.value(key).is_some_and(|value| !null(value));
    !entry.value.is_object() || ["value", "reference", "expression"].into_iter().any(member)
}

// Files without a parameter in common are parts of one environment.
fn is_complement(file: &ParameterFile, other: &ParameterFile) -> bool {
    file.entries().iter().all(|entry| other.entry(&entry.key.text).is_none())
}
