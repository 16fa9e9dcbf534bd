//! Which manifests make one deployment: those of a folder and of the folders below it.
//!
//! Folders that declare the same object twice are alternatives, such as the overlays of environments, and
//! stay apart.

use std::collections::{BTreeMap, HashSet};

use armlint_engine::syntax::Node;
use smol_str::SmolStr;

use super::manifests;

/// Manifests that are deployed together, by their places in the list that was given.
struct Group {
    members: Vec<usize>,
    objects: HashSet<SmolStr>,
    /// It may be joined with others; not once it has been kept apart.
    open: bool,
}

/// Sorts documents, by path, into deployments.
pub(super) fn trees(files: &[(usize, &str, &Node)]) -> Vec<Vec<usize>> {
    let mut folders: BTreeMap<(usize, &str), Vec<Group>> = BTreeMap::new();
    for (index, path, root) in files {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let objects: HashSet<SmolStr> = manifests(root).iter().map(|manifest| manifest.identity()).collect();
        let groups = folders.entry((depth(folder), folder)).or_default();
        match groups.first_mut() {
            Some(own) => {
                own.members.push(*index);
                own.objects.extend(objects);
            }
            None => groups.push(Group { members: vec![*index], objects, open: true }),
        }
    }
    // The deepest folder first, each into the one above it.
    while let Some(((level, folder), groups)) = folders.pop_last() {
        let groups = joined(groups);
        if level == 0 {
            return groups.into_iter().map(|group| group.members).collect();
        }
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        folders.entry((level - 1, above)).or_default().extend(groups);
    }
    Vec::new()
}

// One more than the number of slashes; the current folder is above all.
fn depth(folder: &str) -> usize {
    if folder.is_empty() { 0 } else { folder.split('/').count() }
}

fn joined(groups: Vec<Group>) -> Vec<Group> {
    let total: usize = groups.iter().map(|group| group.objects.len()).sum();
    let apart = |groups: &[Group]| {
        let mut seen: HashSet<&SmolStr> = HashSet::with_capacity(total);
        groups.iter().any(|group| !group.open)
            || groups.iter().flat_map(|g| &g.objects).any(|o| !seen.insert(o))
    };
    if groups.len() < 2 {
        return groups;
    }
    if apart(&groups) {
        return groups.into_iter().map(|group| Group { open: false, ..group }).collect();
    }
    let mut all = Group { members: Vec::new(), objects: HashSet::with_capacity(total), open: true };
    for group in groups {
        all.members.extend(group.members);
        all.objects.extend(group.objects);
    }
    all.members.sort_unstable();
    vec![all]
}

#[cfg(test)]
mod tests {
    use super::*;
    use armlint_engine::source::Source;
    use armlint_engine::span::SourceId;
    use armlint_engine::syntax::yaml;

    fn sorted(files: &[(&str, &str)]) -> Vec<Vec<usize>> {
        let document = |name: &str| {
            let text = format!(
                "apiVersion: storage.azure.com/v1api20230101\nkind: StorageAccount\nmetadata: {{name: {name}}}\n"
            );
            yaml::parse(&Source::new(SourceId(0), "a.yaml", text)).remove(0)
        };
        let documents: Vec<_> = files.iter().map(|(_, name)| document(name)).collect();
        let list: Vec<(usize, &str, &Node)> =
            files.iter().zip(&documents).enumerate().map(|(i, ((p, _), d))| (i, *p, &d.root)).collect();
        let mut found = trees(&list);
        found.sort();
        found
    }

    #[test]
    fn folders_are_joined_unless_they_are_alternatives() {
        assert_eq!(sorted(&[("a.yaml", "x"), ("b.yaml", "y")]), [vec![0, 1]]);
        assert_eq!(
            sorted(&[("infra/net/a.yaml", "x"), ("infra/data/deep/b.yaml", "y"), ("c.yaml", "z")]),
            [vec![0, 1, 2]]
        );
        assert_eq!(
            sorted(&[("base/a.yaml", "x"), ("dev/a.yaml", "x"), ("dev/b.yaml", "y")]),
            [vec![0], vec![1, 2]]
        );
        // What was kept apart below stays apart.
        assert_eq!(
            sorted(&[("s/dev/a.yaml", "x"), ("s/prod/a.yaml", "x"), ("t/b.yaml", "y")]),
            [vec![0], vec![1], vec![2]]
        );
        assert_eq!(sorted(&[("/abs/a.yaml", "x"), ("/abs/sub/b.yaml", "y")]), [vec![0, 1]]);
        assert_eq!(sorted(&[]), Vec::<Vec<usize>>::new());
    }
}
