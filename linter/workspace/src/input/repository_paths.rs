//! Paths as other programs know them: from the root of the repository that a file belongs to.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{Base, slashes};

/// The roots of repositories, each folder looked at once.
#[derive(Debug)]
pub struct RepositoryPaths {
    base: Base,
    // That of the current folder.
    own: Option<PathBuf>,
    by_folder: Mutex<HashMap<PathBuf, Option<PathBuf>>>,
}

impl RepositoryPaths {
    /// For paths that are shown from `base`.
    pub fn new(base: Base) -> RepositoryPaths {
        let own = root(base.directory());
        RepositoryPaths { base, own, by_folder: Mutex::default() }
    }

    /// A path as shown, from the root of the repository: that of the current folder, where the path is in it, or else
    /// that of the file. As it is where there is none.
    pub fn of(&self, shown: &str) -> String {
        if shown.is_empty() || shown.starts_with('<') {
            return shown.to_string();
        }
        let absolute = self.base.absolute(Path::new(shown));
        let within = |root: Option<PathBuf>| Some(slashes(absolute.strip_prefix(root?).ok()?));
        within(self.own.clone()).or_else(|| within(self.root(&absolute))).unwrap_or_else(|| shown.to_string())
    }

    fn root(&self, path: &Path) -> Option<PathBuf> {
        let folder = path.parent()?;
        let mut known = self.by_folder.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(folder.to_path_buf()).or_insert_with(|| root(folder)).clone()
    }
}

// The nearest folder with `.git` in it.
fn root(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_at_the_root_wherever_the_run_starts() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for made in ["main/.git", "main/infra/deep", "main/module/.git", "other", "second/.git"] {
            std::fs::create_dir_all(path(made)).unwrap();
        }
        for (start, shown, expected) in [
            ("main", "x.json", "x.json"),
            ("main/infra/deep", "x.json", "infra/deep/x.json"),
            ("main/infra/deep", "../x.json", "infra/x.json"),
            ("", "main/x.json", "x.json"),
            ("", "main/infra/x.json", "infra/x.json"),
            ("", "other/x.json", "other/x.json"),
            ("other", "../main/infra/x.json", "infra/x.json"),
            ("second", "../main/x.json", "x.json"),
            // A submodule is a part of the tree that is checked.
            ("main", "module/x.json", "module/x.json"),
            ("main/module", "x.json", "x.json"),
            ("main", "<stdin>", "<stdin>"),
            ("main", "", ""),
        ] {
            let paths = RepositoryPaths::new(Base::new(path(start)));
            assert_eq!(paths.of(shown), expected, "{shown} from {start}");
        }
        let absolute = path("main/x.json").to_string_lossy().into_owned();
        assert_eq!(RepositoryPaths::new(Base::new("/".into())).of(&absolute), "x.json");
    }
}
