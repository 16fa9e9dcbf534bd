//! Paths as they are compared and as they are shown.

use std::path::{Component, Path, PathBuf};

use super::neighbours;
use crate::error::Error;
use crate::file::clean;

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

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
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
        slashes(&shown)
    }
}

/// The path with `/` between its parts.
pub(crate) fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
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
