//! Paths as they are compared and as they are shown.

use std::path::{Component, Path, PathBuf};

use crate::error::Error;

/// The directory that paths are shown from.
#[derive(Clone, Debug)]
pub(crate) struct Base(PathBuf);

impl Base {
    /// The current directory.
    pub(crate) fn current() -> Result<Base, Error> {
        std::env::current_dir().map(Base).map_err(Error::CurrentDirectory)
    }

    /// The absolute path without `.` and `..`. Links are not followed, so that a path is shown as it was
    /// named.
    pub(crate) fn absolute(&self, path: &Path) -> PathBuf {
        clean(&self.0.join(path))
    }

    /// The path as shown, with `/`: from the current directory where it is below it, as given otherwise.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let absolute = self.absolute(path);
        let shown = match absolute.strip_prefix(&self.0) {
            Ok(relative) if relative.as_os_str().is_empty() => PathBuf::from("."),
            Ok(relative) => relative.to_path_buf(),
            Err(_) => clean(path),
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
        let base = Base("/home/me/project".into());
        for (given, shown) in [
            ("a/b.json", "a/b.json"),
            ("./a/./b.json", "a/b.json"),
            ("a/../b.json", "b.json"),
            ("/home/me/project/a.json", "a.json"),
            ("../project/a.json", "a.json"),
            ("../other/a.json", "../other/a.json"),
            ("/tmp/a.json", "/tmp/a.json"),
            (".", "."),
            ("/../a", "/a"),
        ] {
            assert_eq!(base.shown(Path::new(given)), shown, "{given}");
        }
        assert_eq!(base.absolute(Path::new("./a")), base.absolute(Path::new("b/../a")));
    }
}
