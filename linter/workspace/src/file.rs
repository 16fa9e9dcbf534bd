//! One file of the disk: read within bounds, and written as a whole or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

use armlint_engine::source::{DecodeError, MAX_SOURCE_BYTES};

use crate::error::Error;

/// The bytes of a regular file of at most the size of a source; links are followed. Every file that the
/// program finds by itself is read here: a repository may hold links to devices.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let bytes = capped(path)?;
    match bytes.len() > MAX_SOURCE_BYTES {
        true => Err(io::Error::new(io::ErrorKind::FileTooLarge, too_large(metadata.len()))),
        false => Ok(bytes),
    }
}

/// Whether an absolute path without `..` lies in a tree and what it stands for does not: a repository may hold links
/// to anything. Its tree is the nearest folder above it with `.git` in it, or else `otherwise`, where it is below that.
pub fn leads_out(path: &Path, otherwise: Option<&Path>) -> bool {
    let repository = path.ancestors().skip(1).find(|folder| folder.join(".git").exists());
    let Some(tree) = repository.or(otherwise.filter(|tree| path.starts_with(tree))) else { return false };
    // What is not there yet lies where its folder does.
    let within = |path: &Path| Some(fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?));
    let real = fs::canonicalize(path).ok().or_else(|| within(path));
    match (fs::canonicalize(tree), real) {
        (Ok(tree), Some(real)) => !real.starts_with(tree),
        _ => false,
    }
}

/// The same of a path from the current folder, which is the tree where there is no repository.
pub fn leads_out_of_tree(path: &Path) -> bool {
    let Ok(current) = std::env::current_dir() else { return false };
    leads_out(&clean(&current.join(path)), Some(&current))
}

/// The same, where there is a repository: nobody has committed what the user made elsewhere.
pub(crate) fn leads_out_of_repository(path: &Path) -> bool {
    std::env::current_dir().is_ok_and(|current| leads_out(&clean(&current.join(path)), None))
}

/// The path without `.` and `..`; links are not followed.
pub(crate) fn clean(path: &Path) -> PathBuf {
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

/// The bytes of a regular file of at most `limit` bytes.
pub(crate) fn bounded(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    match bytes.len() > limit {
        true => Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {limit} bytes"))),
        false => Ok(bytes),
    }
}

/// The text of a regular file of at most the size of a source.
pub fn text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// The bytes of a file that the user named, which may be a pipe; one more than a source may have where there
/// are more.
pub fn capped(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len()).min(MAX_SOURCE_BYTES as u64);
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    file.take(MAX_SOURCE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(crate) fn too_large(size: u64) -> String {
    DecodeError::TooLarge(usize::try_from(size).unwrap_or(usize::MAX)).to_string()
}

/// Replaces the content of a file in one step; a device or pipe is written to as it is. A link that leads out of the
/// repository is not followed: whoever can commit one would choose what is overwritten.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if leads_out_of_tree(path) {
        return Err(Error::LeadsOut { path: path.to_string_lossy().into_owned() });
    }
    replace(path, bytes).map_err(|source| Error::Write { path: path.to_string_lossy().into_owned(), source })
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays a link: what it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file()) {
        return fs::OpenOptions::new().write(true).open(&target)?.write_all(bytes);
    }
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".armlint-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(&target)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let missing = folder.path().join("no/such/report.json");
        assert!(matches!(write(&missing, b""), Err(Error::Write { .. })));
    }

    #[test]
    #[cfg(unix)]
    fn links_that_leave_the_tree_are_seen() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("repository/.git")).unwrap();
        fs::create_dir_all(path("repository/inner")).unwrap();
        fs::create_dir(path("outside")).unwrap();
        fs::write(path("outside/victim"), "victim").unwrap();
        fs::write(path("repository/own"), "own").unwrap();
        symlink(path("outside/victim"), path("repository/out")).unwrap();
        symlink("own", path("repository/in")).unwrap();
        symlink("../../outside", path("repository/inner/reports")).unwrap();
        symlink(path("outside/new"), path("repository/dangling")).unwrap();
        for (name, expected) in [
            ("own", false),
            ("in", false),
            ("out", true),
            ("new", false),
            ("inner/reports/victim", true),
            ("inner/reports/new", true),
        ] {
            assert_eq!(leads_out(&path("repository").join(name), None), expected, "{name}");
        }
        assert!(matches!(write(&path("repository/out"), b"report"), Err(Error::LeadsOut { .. })));
        assert_eq!(fs::read(path("outside/victim")).unwrap(), b"victim");
        // The link itself is replaced.
        write(&path("repository/dangling"), b"report").unwrap();
        assert!(!path("outside/new").exists());
        // Without a repository the folder says what is inside.
        assert!(!leads_out(&path("outside/victim"), None));
        symlink(path("repository/own"), path("outside/link")).unwrap();
        assert!(!leads_out(&path("outside/link"), None));
        assert!(leads_out(&path("outside/link"), Some(&path("outside"))));
        assert!(!leads_out(&path("outside/link"), Some(&path("repository"))));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
