//! What somebody is told who makes a mistake in a page, in its code or in its examples.

use std::fs;
use std::path::Path;

use armlint_engine::rule::example;

use crate::{folder, running};

const PAGE: &str = "---
title: A title
category: network
severity: low
resource-types: [Microsoft.Storage/storageAccounts]
---

## Why

Because.

## How to fix

Clear it.

## Examples

None.
";

const CODE: &str = "pub(crate) fn check() {}\n";

// What is wrong with a folder `web` of these files.
fn faults(files: &[(&str, &str)]) -> Vec<String> {
    let root = tempfile::tempdir().expect("a folder");
    fs::create_dir(root.path().join("web")).expect("a folder");
    for (name, text) in files {
        fs::write(root.path().join("web").join(name), text).expect("a file");
    }
    let mut faults = Vec::new();
    let rules = folder::read(root.path(), "web", &mut faults).expect("a folder that is read");
    faults.extend(folder::unknown_names(&rules));
    faults
}

#[test]
fn pages_and_code_that_do_not_fit() {
    let modules = ("mod.rs", "pub(crate) mod old_tls;\n");
    let by_itself = PAGE.replace("---\n\n", "select: $.a\ncondition: {exists: true}\nmessage: A\n---\n\n");
    let yielding = PAGE.replace("severity: low\n", "severity: low\nyields-to: [web/new-tlss]\n");
    assert_eq!(faults(&[modules, ("old-tls.md", PAGE), ("old_tls.rs", CODE)]), Vec::<String>::new());
    let cases: [(&[(&str, &str)], &str); 9] = [
        (
            &[("old-tls.md", PAGE)],
            "rules/web/old-tls.md:1:1: the rule has no check: write `condition` in the front matter, or a function \
             `check` in rules/web/old_tls.rs",
        ),
        (
            &[modules, ("old-tls.md", &by_itself), ("old_tls.rs", CODE)],
            "rules/web/old-tls.md:1:1: the rule has more than one check: the `condition` of the front matter and \
             rules/web/old_tls.rs",
        ),
        (
            &[("mod.rs", ""), ("old-tls.md", PAGE), ("old_tls.rs", CODE)],
            "rules/web/mod.rs: the line `pub(crate) mod old_tls;` is missing",
        ),
        (
            &[modules, ("old-tls.md", PAGE), ("old_tls.rs", "pub fn check() {}\n")],
            "rules/web/old_tls.rs: there is no `pub(crate) fn check`",
        ),
        (
            &[modules, ("old-tls.md", &by_itself), ("old_tsl.rs", CODE)],
            "rules/web/old_tsl.rs: there is no page rules/web/old-tsl.md; did you mean old-tls.md?",
        ),
        (
            &[("old-tls.md", &by_itself), ("old-tls.rs", CODE)],
            "rules/web/old-tls.rs: code is named with underscores: old_tls.rs",
        ),
        (
            &[modules, ("old_tls.md", PAGE), ("old_tls.rs", CODE)],
            "rules/web/old_tls.md: a page is named with small letters, digits and hyphens: old-tls.md",
        ),
        (
            &[modules, ("new-tls.md", &by_itself), ("old-tls.md", &yielding), ("old_tls.rs", CODE)],
            "rules/web/old-tls.md:5: there is no rule `web/new-tlss` to yield to; did you mean `web/new-tls`?",
        ),
        (
            &[("old-tls.md", "title: A\n")],
            "rules/web/old-tls.md:1:1: a page starts with front matter between two lines `---`",
        ),
    ];
    for (files, expected) in cases {
        assert_eq!(faults(files), [expected]);
    }
}

// What the runner says of a page with this example.
fn run(kind: &str, flag: &str) -> String {
    let text = format!(
        "# A page\n\n```jsonc {kind}\n[\n  {{\n    \"type\": \"Microsoft.DataFactory/factories\",\n    \
         \"apiVersion\": \"2018-06-01\",\n    \"name\": \"contoso-adf\",\n    \"location\": \"westeurope\",\n    \
         \"identity\": {{ \"type\": \"SystemAssigned\" }},\n    {flag}\n  }}\n]\n```\n"
    );
    let examples = example::parse(&text).expect("examples");
    running::hold("rules/web/old-tls.md", &examples).expect_err("a fault")
}

#[test]
fn faults_of_examples_have_a_place_on_the_page() {
    let open = "\"properties\": { \"publicNetworkAccess\": \"Enabled\" }";
    let closed = "\"properties\": { \"publicNetworkAccess\": \"Disabled\" }";
    for (kind, flag, expected) in [
        (
            "bad",
            format!("{closed} // expect: adf/public-network-access"),
            "rules/web/old-tls.md:11: `adf/public-network-access` is expected, but not found\n",
        ),
        (
            "bad",
            format!("{closed} // expect: adf/ttl-placement"),
            "rules/web/old-tls.md:11: `adf/ttl-placement` is expected, but not found: the rule looks at ",
        ),
        (
            "bad",
            format!("{closed} // expect: adf/ttl-placement"),
            "; the example has Microsoft.DataFactory/factories\n",
        ),
        (
            "bad strict",
            format!("{open} // expect: adf/public-network-acces"),
            "rules/web/old-tls.md:11: there is no rule `adf/public-network-acces`; did you mean \
             `adf/public-network-access`?\n",
        ),
        (
            "good without=adf/public-network-acces",
            closed.to_string(),
            "rules/web/old-tls.md:3: there is no rule `adf/public-network-acces`; did you mean",
        ),
        (
            "good",
            "\"properties\": tru".to_string(),
            "rules/web/old-tls.md:11: `template/syntax-error` is found, but not expected: ",
        ),
        (
            "good",
            "\"properties\": tru".to_string(),
            "rules/web/old-tls.md:3: template.json is checked in part only: A value is expected here, and this is something else\n",
        ),
    ] {
        let said = run(kind, &flag);
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn pages_without_examples() {
    assert_eq!(running::hold("rules/a/b.md", &[]), Err("rules/a/b.md: there are no examples\n".to_string()));
}

#[test]
fn a_folder_that_the_package_does_not_name() {
    let root = tempfile::tempdir().expect("a folder");
    fs::create_dir(root.path().join("web")).expect("a folder");
    fs::write(root.path().join("web/old-tls.md"), PAGE).expect("a page");
    let catalogue = armlint_rules::catalogue();
    let forgotten = running::forgotten(root.path(), &catalogue);
    let (id, fault) = forgotten.first().expect("a page that is no rule");
    assert_eq!(id, "web/old-tls");
    assert!(fault.contains("`mod web;` is missing in rules/lib.rs"), "{fault}");
    assert_eq!(running::forgotten(Path::new(env!("CARGO_MANIFEST_DIR")), &catalogue), []);
}

#[test]
fn filters_that_name_nothing() {
    let tests = ["adf/secret-literal", "template/limits"];
    let said = |filter: &str| running::unmatched(filter, tests.iter().copied());
    assert_eq!(
        said("adf/secret-litteral").as_deref(),
        Some("no rule and no scenario is called `adf/secret-litteral`; did you mean `adf/secret-literal`?")
    );
    assert_eq!((said("adf/"), said("lsp::hover"), said("")), (None, None, None));
}
