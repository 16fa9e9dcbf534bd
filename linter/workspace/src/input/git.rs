//! Files as they are in a commit, read from the database of the Git repository. Git itself is not run, and no
//! configuration of it is read: filters, such as those for line ends or for large files, are not applied.

use std::path::{Path, PathBuf};

use gix_hash::ObjectId;
use gix_object::tree::EntryKind;
use gix_object::{FindExt, Kind};
use gix_ref::Target;
use gix_ref::file::ReferenceExt;

use super::Base;
use crate::error::Error;

/// The most steps to a parent that one `~` asks for.
const MAX_STEPS: usize = 1_000_000;

/// A repository with a work tree.
pub(crate) struct Repository {
    // Absolute.
    folder: PathBuf,
    objects: gix_odb::Handle,
    references: gix_ref::file::Store,
}

/// The id of the commit that is checked out where the current folder lies; none without a repository or a commit.
pub fn head(base: &Base) -> Option<String> {
    let repository = Repository::around(&base.absolute(Path::new("."))).ok()?;
    Some(repository.commit("HEAD").ok()??.to_string())
}

impl Repository {
    /// The repository that the absolute path `directory` lies in.
    pub(crate) fn around(directory: &Path) -> Result<Repository, Error> {
        let failed = |reason: String| Error::Repository { reason };
        let (path, _) = gix_discover::upwards(directory).map_err(|_| Error::NoRepository)?;
        let (git, folder) = path.into_repository_and_work_tree_directories();
        let folder = folder.ok_or(Error::NoRepository)?;
        // A linked work tree has its own HEAD, and everything else in the folder that this file names.
        let shared = gix_discover::path::from_plain_file_relative_to_file(&git.join("commondir"));
        let shared = shared.transpose().map_err(|error| failed(error.to_string()))?;
        let objects = gix_odb::at(shared.as_deref().unwrap_or(&git).join("objects"), gix_hash::Kind::Sha1);
        let objects = objects.map_err(|error| failed(error.to_string()))?;
        let references = match shared {
            Some(shared) => gix_ref::file::Store::for_linked_worktree(git, shared, gix_hash::Kind::Sha1),
            None => gix_ref::file::Store::at(git, gix_hash::Kind::Sha1),
        };
        Ok(Repository { folder: directory.join(folder), objects, references })
    }

    /// The folder of the work tree.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The commit that a name stands for: an id, whole or its beginning, or the name of a branch or tag as Git
    /// looks it up, and behind it any number of `^` (the first parent), `^2` (the second), `~3` (the first
    /// parent of the first parent of the first parent). `None` where nothing has that name, and for `HEAD`
    /// before the first commit.
    pub(crate) fn commit(&self, name: &str) -> Result<Option<ObjectId>, Error> {
        let (name, mut steps) = match name.find(['^', '~']) {
            Some(start) => name.split_at(start),
            None => (name, ""),
        };
        let Some(mut id) = self.named(name)? else { return Ok(None) };
        while let Some(rest) = steps.get(1..) {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let number: usize = if end == 0 { 1 } else { rest[..end].parse().unwrap_or(usize::MAX) };
            let parents = match steps.as_bytes().first() {
                Some(b'^') if number > 0 => vec![number - 1],
                Some(b'~') if number <= MAX_STEPS => vec![0; number],
                Some(b'^' | b'~') if number == 0 => Vec::new(),
                _ => return Ok(None),
            };
            for parent in parents {
                match self.parents(id)?.get(parent) {
                    Some(found) => id = *found,
                    None => return Ok(None),
                }
            }
            steps = &rest[end..];
        }
        Ok(Some(id))
    }

    fn named(&self, name: &str) -> Result<Option<ObjectId>, Error> {
        let failed = |reason: String| Error::Commit { name: name.to_string(), reason };
        // What is no name of a reference may still be an id.
        let reference = self.references.try_find(name).ok().flatten();
        if let Some(mut reference) = reference {
            if self.is_unborn(&reference.target) {
                return Ok(None);
            }
            let id = reference.peel_to_id(&self.references, &self.objects);
            return id.map(Some).map_err(|error| failed(error.to_string()));
        }
        let Ok(prefix) = gix_hash::Prefix::from_hex(name) else { return Ok(None) };
        match self.objects.lookup_prefix(prefix, None) {
            Ok(Some(Ok(id))) => Ok(Some(id)),
            Ok(Some(Err(()))) => Err(failed("several objects begin so".to_string())),
            Ok(None) => Ok(None),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    // Whether it leads to a branch that has no commit yet.
    fn is_unborn(&self, target: &Target) -> bool {
        match target {
            Target::Symbolic(branch) => matches!(self.references.try_find(branch.as_ref()), Ok(None)),
            Target::Object(_) => false,
        }
    }

    // In the order of the commit. That they are there is not sure: a shallow clone ends somewhere.
    fn parents(&self, id: ObjectId) -> Result<Vec<ObjectId>, Error> {
        let mut buffer = Vec::new();
        let commit = self.objects.find_commit(&id, &mut buffer).map_err(|error| unread(id, &error))?;
        Ok(commit.parents().collect())
    }

    /// The files of a commit that are wanted, by their absolute path, with their bytes. Links and submodules
    /// are none.
    pub(crate) fn files(
        &self,
        commit: ObjectId,
        wanted: impl Fn(&Path) -> bool,
    ) -> Result<Vec<(PathBuf, Vec<u8>)>, Error> {
        let mut files = Vec::new();
        let mut folders = vec![(self.folder.clone(), self.tree(commit)?)];
        let mut buffer = Vec::new();
        while let Some((folder, tree)) = folders.pop() {
            let tree = self.objects.find_tree(&tree, &mut buffer).map_err(|error| unread(tree, &error))?;
            let mut blobs = Vec::new();
            for entry in tree.entries {
                // A name that this system cannot have is no file of the work tree either.
                let Ok(name) = gix_path::from_bstr(entry.filename) else { continue };
                let path = folder.join(name);
                match entry.mode.kind() {
                    EntryKind::Tree => folders.push((path, entry.oid.to_owned())),
                    EntryKind::Blob | EntryKind::BlobExecutable if wanted(&path) => {
                        blobs.push((path, entry.oid.to_owned()));
                    }
                    _ => {}
                }
            }
            for (path, id) in blobs {
                let blob = self.objects.find_blob(&id, &mut buffer).map_err(|error| unread(id, &error))?;
                files.push((path, blob.data.to_vec()));
            }
        }
        Ok(files)
    }

    // Of a commit, or of a tag of one.
    fn tree(&self, id: ObjectId) -> Result<ObjectId, Error> {
        let (mut id, mut buffer) = (id, Vec::new());
        loop {
            let object = self.objects.find(&id, &mut buffer).map_err(|error| unread(id, &error))?;
            let next = match object.kind {
                Kind::Tree => return Ok(id),
                Kind::Commit => {
                    gix_object::CommitRefIter::from_bytes(object.data, object.object_hash).tree_id().ok()
                }
                Kind::Tag => {
                    gix_object::TagRefIter::from_bytes(object.data, object.object_hash).target_id().ok()
                }
                Kind::Blob => None,
            };
            id = next.ok_or_else(|| Error::Commit {
                name: id.to_string(),
                reason: "it is no commit".to_string(),
            })?;
        }
    }
}

fn unread(id: ObjectId, error: &dyn std::fmt::Display) -> Error {
    Error::Commit { name: id.to_string(), reason: error.to_string() }
}
