//! Paths as they are compared and as they are shown.

use std::path::{Component, Path, PathBuf};

use super::neighbours;
use crate::error::Error;

/// The directory that paths are shown from.
#[derive(Clone, Debug)]
pub struct Base {
    directory: PathBuf,
    // Where the directory lies in an artefact folder: the folder that holds that one. What it holds is
    // shown with the way through it, since an artefact is known by the folder that it lies in.
    root: Option<PathBuf>,
}

impl Base {
    /// The current directory.
    pub fn current() -> Result<Base, Error> {
        std::env::current_dir().map(Base::new).map_err(Error::CurrentDirectory)
    }

    /// This directory, an absolute path.
    pub fn new(directory: PathBuf) -> Base {
        let root = neighbours::artefact_root(&directory, true).map(Path::to_path_buf);
        Base { directory, root }
    }

    /// The way to the directory from the root of the repository, the nearest folder with `.git` in it,
    /// with `/` and one at its end; empty at the root, and where there is no repository.
    pub fn prefix(&self) -> String {
        let root = self.directory.ancestors().find(|folder| folder.join(".git").exists());
        let way = root.and_then(|root| self.directory.strip_prefix(root).ok());
        let way = way.map(|way| way.to_string_lossy().into_owned()).unwrap_or_default();
        let way = if cfg!(windows) { way.replace('\\', "/") } else { way };
        if way.is_empty() { way } else { way + "/" }
    }

    /// The absolute path without `.` and `..`. Links are not followed, so that a path is shown as it was
    /// named.
    pub fn absolute(&self, path: &Path) -> PathBuf {
        clean(&self.directory.join(path))
    }

    /// The path as shown, with `/`: from the current directory, unless nothing leads there but the root of
    /// the file system. It depends on the file alone and not on how it was named.
    pub fn shown(&self, path: &Path) -> String {
        let absolute = self.absolute(path);
        let root = self.root.as_deref().filter(|root| absolute.starts_with(root));
        let common = root.or_else(|| self.directory.ancestors().find(|common| absolute.starts_with(common)));
        let common = common.filter(|common| common.parent().is_some() || self.directory.parent().is_none());
        let relative = common.and_then(|common| {
            let up = self.directory.strip_prefix(common).ok()?.components().map(|_| Component::ParentDir);
            Some(up.chain(absolute.strip_prefix(common).ok()?.components()).collect::<PathBuf>())
        });
        let shown = match relative {
            Some(relative) if relative.as_os_str().is_empty() => PathBuf::from("."),
            Some(relative) => relative,
            None => absolute,
        };
        let shown = shown.to_string_lossy();
        if cfg!(windows) { shown.replace('\\', "/") } else { shown.into_owned() }
    }
}

fn clean(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match (component, result.components().next_back()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                result.pop();
            }
            (Component::ParentDir, Some(Component::RootDir)) => {}
            (component, _) => result.push(component),
        }
    }
    result
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_the_current_directory() {
        let base = Base::new("/home/me/project".into());
        for (given, shown) in [
            ("a/b.json", "a/b.json"),
            ("./a/./b.json", "a/b.json"),
            ("a/../b.json", "b.json"),
            ("/home/me/project/a.json", "a.json"),
            ("../project/a.json", "a.json"),
            ("../other/a.json", "../other/a.json"),
            ("/home/me/other/a.json", "../other/a.json"),
            ("/srv/a.json", "/srv/a.json"),
            (".", "."),
            ("..", ".."),
            ("/../a", "/a"),
        ] {
            assert_eq!(base.shown(Path::new(given)), shown, "{given}");
        }
        assert_eq!(base.absolute(Path::new("./a")), base.absolute(Path::new("b/../a")));
    }

    #[test]
    fn from_within_an_artefact_folder_the_way_leads_through_it() {
        let base = Base { directory: "/r/adf/pipeline".into(), root: Some("/r/adf".into()) };
        assert_eq!(base.shown(Path::new("p.json")), "../pipeline/p.json");
        assert_eq!(base.shown(Path::new("../dataset/d.json")), "../dataset/d.json");
        assert_eq!(base.shown(Path::new("../../x.json")), "../../x.json");
    }
}
