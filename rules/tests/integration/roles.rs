//! The ids of built-in roles in pages, examples and code are those of the table.

use std::fs;
use std::path::Path;

use armlint_azure::facts::roles;

// The GUIDs that stand behind the type of role definitions in a text, in lower case.
fn ids(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let behind = lower.match_indices("microsoft.authorization/roledefinitions").filter_map(|(at, found)| {
        let rest = lower[at + found.len()..].trim_start_matches(['\'', ',', ' ', '/']);
        rest.get(..36).filter(|id| id.bytes().filter(|byte| *byte == b'-').count() == 4)
    });
    behind.map(str::to_string).collect()
}

fn texts(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let text =
            ["md", "rs", "jsonc"].iter().any(|ending| entry.extension().is_some_and(|own| own == *ending));
        if entry.is_dir() {
            texts(&entry, found);
        } else if text {
            found.push((entry.display().to_string(), fs::read_to_string(&entry).expect("a text")));
        }
    }
}

#[test]
fn ids_of_roles_are_in_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    texts(root, &mut found);
    texts(&root.join("../testdata"), &mut found);
    let known = roles();
    let mut seen = 0;
    for (path, text) in &found {
        for id in ids(text) {
            seen += 1;
            assert!(known.iter().any(|role| role.id == id), "{path}: {id} is no role of the table");
        }
    }
    assert!(seen >= 5, "the pages have examples with roles");
}
