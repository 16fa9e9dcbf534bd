//! Packs are read with clear errors, and hostile ones end in one at once.

use std::time::{Duration, Instant};

use super::*;

const PAGE: &str = "---\ntitle: A title\ncategory: network\nseverity: low\nresource-types: [A.B/c]\nselect: $.x\n\
                    condition: {equals: 1}\nmessage: Wrong\n---\n## Why\nx\n## How to fix\nx\n## Examples\nx\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Folder {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Folder(folder)
    }

    fn read(&self, path: &str) -> Result<Arc<Pack>, String> {
        let place = PackPlace { folder: self.0.path(), shown: "cfg", path, namespace: "own" };
        Shelf::default().pack(place, &armlint_rules::catalogue())
    }

    // What is wrong in the page `own/a` of this text.
    fn fault(page: &str) -> String {
        let pack = Folder::new(&[("p/a.md", page)]).read("p").unwrap();
        assert!(pack.rules.is_empty(), "{page}");
        let fault = pack.faults.first().expect("a fault");
        format!("{fault} {}", fault.hint.clone().unwrap_or_default())
    }
}

#[test]
fn a_folder_and_a_page_are_packs() {
    let folder =
        Folder::new(&[("p/b.md", PAGE), ("p/a.md", PAGE), ("p/README.md", "# Rules"), ("p/x.txt", "")]);
    for (path, expected) in [("p", vec!["own/a", "own/b"]), ("./p/a.md", vec!["own/a"])] {
        let pack = folder.read(path).unwrap();
        let ids: Vec<&str> = pack.rules.iter().map(|loaded| loaded.rule.id).collect();
        assert_eq!((ids, pack.faults.len()), (expected, 0), "{path}");
    }
}

#[test]
fn a_faulty_page_costs_its_rule_alone() {
    let bad = PAGE.replace("severity: low", "severity: hihg");
    let pack = Folder::new(&[("p/a.md", PAGE), ("p/b.md", &bad), ("p/Bad_Name.md", PAGE)]).read("p").unwrap();
    assert_eq!(pack.rules.len(), 1);
    let said: Vec<String> = pack.faults.iter().map(ToString::to_string).collect();
    assert!(said[0].starts_with("cfg/p/Bad_Name.md: a page is named with small letters"), "{said:?}");
    assert!(said[1].starts_with("cfg/p/b.md:4:11: `hihg` is no value of this key"), "{said:?}");
    assert_eq!(pack.faults[1].hint.as_deref(), Some("did you mean `high`?"));
}

#[test]
fn what_is_wrong_says_where() {
    for (from, to, expected) in [
        (
            "severity: low",
            "severity: low\nyields-to: [adf/secret-litteral]",
            "cfg/p/a.md:5:13: there is no rule",
        ),
        (
            "severity: low",
            "severity: low\nyields-to: [adf/secret-litteral]",
            "did you mean `adf/secret-literal`?",
        ),
        ("select: $.x\ncondition: {equals: 1}\nmessage: Wrong\n", "", "`condition` is missing"),
        ("{equals: 1}", "{equal: 1}", "cfg/p/a.md:7:13: there is no key `equal` here"),
        ("{equals: 1}", "{matches: '('}", "cfg/p/a.md:7:22: it is no regular expression"),
        ("{equals: 1}", "{date: {after: P1X}}", "`P1X` is no day such as"),
        ("{equals: 1}", "{version: {below: x}}", "`x` is no version"),
        ("{equals: 1}", "{ports: {}}", "needs at least one operator"),
        ("{equals: 1}", "{absent-is: 1, equals: 1}", "`absent-is` says nothing without `property`"),
        ("A.B/c", "storageAccounts", "cfg/p/a.md:5:18: `storageAccounts` is no resource type"),
        ("A.B/c", "'*'", "`*` is no resource type: write `Microsoft.Web/sites`"),
    ] {
        let said = Folder::fault(&PAGE.replace(from, to));
        assert!(said.contains(expected), "{to}: {said}");
    }
    assert!(Folder::fault("x").contains("a page starts with front matter"));
}

#[test]
fn a_pack_lies_below_its_configuration() {
    let folder = Folder::new(&[("cfg/p/a.md", PAGE), ("other/a.md", PAGE), ("cfg/empty/x", "")]);
    let read = |path: &str| {
        let root = folder.0.path().join("cfg");
        let place = PackPlace { folder: &root, shown: "", path, namespace: "own" };
        Shelf::default().pack(place, &armlint_rules::catalogue()).map(|pack| pack.rules.len())
    };
    assert_eq!(read("p"), Ok(1));
    let absolute = folder.0.path().join("cfg/p").to_string_lossy().into_owned();
    for path in ["../other", "p/../../other", "", "p\0", &absolute] {
        assert!(read(path).unwrap_err().contains("does not lie below the folder"), "{path}");
    }
    assert!(read("none").unwrap_err().starts_with("cannot read `none`"));
    assert!(read("empty").unwrap_err().contains("has no pages"));
    #[cfg(unix)]
    {
        let link = |to: &str, from: &str| {
            std::os::unix::fs::symlink(to, folder.0.path().join("cfg").join(from)).unwrap()
        };
        link("../other", "link");
        assert!(read("link").unwrap_err().contains("a link leads from `link` out of"));
        link("../../other/a.md", "p/b.md");
        link("/dev/zero", "p/c.md");
        fs::create_dir(folder.0.path().join("cfg/p/d.md")).unwrap();
        assert_eq!(read("p"), Ok(1));
    }
}

#[test]
fn namespaces_are_ones_own() {
    let catalogue = armlint_rules::catalogue();
    for namespace in ["adf", "template", "suppression", "network", "secrets", "armlint"] {
        assert!(namespace_fault(namespace, &catalogue).unwrap().contains("armlint's own"), "{namespace}");
    }
    for namespace in ["", "Contoso", "a/b", "a_b", "-a", "ä", ".."] {
        assert!(namespace_fault(namespace, &catalogue).unwrap().contains("is no namespace"), "{namespace}");
    }
    assert_eq!(namespace_fault("contoso-2", &catalogue), None);
}

#[test]
fn a_hostile_page_ends_in_an_error_at_once() {
    let condition = |text: &str| PAGE.replace("{equals: 1}", text);
    let nested = format!("{}{{equals: 1}}{}", "{not: ".repeat(40), "}".repeat(40));
    let deeper = format!("{}{{equals: 1}}{}", "{not: ".repeat(20_000), "}".repeat(20_000));
    let some = format!("{}{{equals: 1}}{}", "{some: ".repeat(30), "}".repeat(30));
    let mut bomb = String::from("---\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for at in 1..20 {
        let before = format!("*a{}", at - 1);
        bomb.push_str(&format!("a{at}: &a{at} [{}]\n", vec![before; 10].join(", ")));
    }
    bomb.push_str("title: *a19\n---\n## Why\n");
    let pages = [
        (
            "many",
            condition(&format!("{{any: [{}]}}", "{equals: 1}, ".repeat(1_000_000))),
            "larger than 262144 bytes",
        ),
        ("some", condition(&format!("{{any: [{}]}}", "{equals: 1}, ".repeat(10_000))), ""),
        ("few", condition(&format!("{{any: [{}]}}", "{equals: 1}, ".repeat(300))), "at most 200 operators"),
        ("nested", condition(&nested), "16 deep"),
        ("deeper", condition(&deeper), ""),
        ("elements", condition(&some), "16 deep"),
        ("repetition", condition("{matches: '((a{100}){100}){100}'}"), "its repetitions are too large"),
        ("long", condition(&format!("{{matches: '{}'}}", "a?".repeat(200))), "longer than 200 bytes"),
        ("backtracking", condition("{matches: '(a)\\1'}"), "backreferences are not supported"),
        ("aliases", bomb, ""),
        ("brackets", format!("---\n{}", "[".repeat(200_000)), ""),
    ];
    // The threads of the program have as much, and a level takes most without optimisation.
    let reading = std::thread::Builder::new().stack_size(8 << 20).spawn(move || {
        for (name, page, expected) in pages {
            let start = Instant::now();
            let said = Folder::fault(&page);
            assert!(said.contains(expected), "{name}: {said}");
            assert!(said.len() < 5_000, "{name}: {} bytes", said.len());
            assert!(start.elapsed() < Duration::from_secs(1), "{name} took {:?}", start.elapsed());
        }
    });
    reading.unwrap().join().unwrap();
}

#[test]
fn a_pack_of_too_many_or_too_large_pages_is_none() {
    let folder = Folder::new(&[("p/a.md", PAGE)]);
    let large = format!("{PAGE}\n{}", "x".repeat(200_000));
    (0..30).for_each(|at| fs::write(folder.0.path().join(format!("p/l{at}.md")), &large).unwrap());
    assert!(folder.read("p").unwrap_err().contains("larger than 4194304 bytes"));
    (0..=MAX_PAGES).for_each(|at| fs::write(folder.0.path().join(format!("p/m{at}.md")), "x").unwrap());
    assert!(folder.read("p").unwrap_err().contains("a pack may have 1000"));
}

#[test]
fn a_page_is_read_once_and_again_when_it_is_forgotten() {
    let folder = Folder::new(&[("p/a.md", PAGE)]);
    let shelf = Shelf::default();
    let place = PackPlace { folder: folder.0.path(), shown: "", path: "p", namespace: "own" };
    let catalogue = armlint_rules::catalogue();
    let read = || shelf.pack(place, &catalogue).unwrap();
    let first = read();
    assert!(Arc::ptr_eq(&first, &read()));
    let rule = match &first.rules[0].rule {
        armlint_engine::rule::Rule::Loaded(spec) => Arc::downgrade(spec),
        armlint_engine::rule::Rule::BuiltIn(_) => panic!("it was read"),
    };
    shelf.forget();
    assert!(!Arc::ptr_eq(&first, &read()));
    // Nothing of a page stays but its id.
    let id = first.rules[0].rule.id;
    drop(first);
    assert!(rule.upgrade().is_none());
    assert!(std::ptr::eq(id, read().rules[0].rule.id));
}
