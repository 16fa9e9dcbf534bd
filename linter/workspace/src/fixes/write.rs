//! Writing a fixed file: all of it or nothing, with its permissions and encoding, and never over what
//! someone else wrote.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use armlint_engine::source::{decode, encode};

use crate::error::Error;

/// Replaces the text of the file. One that no longer holds `before` is left alone, unless it holds `after`
/// already, as under a second name. A link stays a link: the file that it leads to is replaced.
pub(super) fn replace(path: &Path, shown: &str, before: &str, after: &str) -> Result<(), Error> {
    let write = |source: io::Error| Error::Write { path: shown.to_string(), source };
    let target = fs::canonicalize(path).map_err(write)?;
    let old = fs::read(&target).map_err(write)?;
    let changed = || Error::Changed { path: shown.to_string() };
    let text = decode(old.clone()).map_err(|_| changed())?;
    if text == after {
        return Ok(());
    }
    // An encoding that does not come back as it was would change what no fix speaks of.
    if text != before || encode(&text, &old) != old {
        return Err(changed());
    }
    swap(&target, &old, &encode(after, &old)).map_err(write)?.then_some(()).ok_or_else(changed)
}

// Whether the file still held `old`; from there to the swap is as short as it gets without a lock.
fn swap(target: &Path, old: &[u8], new: &[u8]) -> io::Result<bool> {
    let metadata = fs::metadata(target)?;
    // To replace a file asks for the right to write to its folder only.
    fs::OpenOptions::new().write(true).open(target)?;
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".armlint-").tempfile_in(folder)?;
    file.write_all(new)?;
    file.as_file().sync_all()?;
    fs::set_permissions(file.path(), metadata.permissions())?;
    if fs::read(target)? != old {
        return Ok(false);
    }
    file.persist(target)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "theirs").unwrap();
        assert!(matches!(replace(&path, "a.json", "mine", "fixed"), Err(Error::Changed { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert!(!swap(&path, b"mine", b"fixed").unwrap());
        replace(&path, "a.json", "theirs", "fixed").unwrap();
        replace(&path, "a.json", "theirs", "fixed").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"fixed");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let gone = folder.path().join("b.json");
        assert!(matches!(replace(&gone, "b.json", "", "x"), Err(Error::Write { .. })));
    }

    #[test]
    #[cfg(unix)]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("deep")).unwrap();
        let (path, link) = (folder.path().join("deep/a"), folder.path().join("b"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("deep/a", &link).unwrap();
        replace(&link, "b", "old", "new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
