//! URIs of documents, and the paths that they stand for.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use armlint_workspace::uri;
use lsp_types::Uri;
use percent_encoding::percent_decode_str;

/// The absolute path of a `file` URI; none of any other.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("file://")).map(|_| &uri[7..])?;
    let (host, path) = rest.split_at(rest.find('/')?);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let has_drive = matches!(decoded.as_bytes(), [b'/', drive, b':', ..] if drive.is_ascii_alphabetic());
    if cfg!(windows) && has_drive {
        // Clients write drives in both cases.
        let (drive, rest) = decoded[1..].split_at(1);
        return Some(PathBuf::from(format!("{}{rest}", drive.to_ascii_uppercase())));
    }
    match host {
        "" | "localhost" => Some(PathBuf::from(&*decoded)),
        host if cfg!(windows) => Some(PathBuf::from(format!("//{host}{decoded}"))),
        _ => None,
    }
}

/// The URI of an absolute path.
pub(super) fn uri(path: &Path) -> Option<Uri> {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    Uri::from_str(&uri::of(&text)).ok()
}

/// The name that a document without a file is shown under: that of its URI, with an ending for its
/// language.
pub(super) fn name(uri: &str, language: &str) -> String {
    let last = uri.rsplit(['/', ':']).next().unwrap_or_default();
    let name = percent_decode_str(last).decode_utf8_lossy();
    let name: String = name.chars().filter(|c| !matches!(c, '/' | '\\')).collect();
    let known = armlint_workspace::input::is_candidate(Path::new(&name));
    let ending = if language.contains("yaml") { "yaml" } else { "json" };
    match name.as_str() {
        "" => format!("untitled.{ending}"),
        _ if known => name,
        _ => format!("{name}.{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn paths_and_back() {
        for path_text in ["/a/b.json", "/a b/ä#?%.json", "/a/[x]{y}.json"] {
            let made = uri(Path::new(path_text)).unwrap();
            assert_eq!(path(made.as_str()).as_deref(), Some(Path::new(path_text)), "{}", made.as_str());
        }
        assert_eq!(path("file://localhost/a"), Some("/a".into()));
        assert_eq!(path("FILE:///a%20b"), Some("/a b".into()));
        for other in ["untitled:Untitled-1", "file://host/a", "file:", "git:/a.json", "é"] {
            assert_eq!(path(other), None, "{other}");
        }
    }

    #[test]
    fn names_of_documents_without_a_file() {
        assert_eq!(name("untitled:Untitled-1", "json"), "Untitled-1.json");
        assert_eq!(name("untitled:Untitled-1", "azure-yaml"), "Untitled-1.yaml");
        assert_eq!(name("git:/a/b.yml?x", "yaml"), "b.yml?x.yaml");
        assert_eq!(name("untitled:/a/b.yml", "json"), "b.yml");
        assert_eq!(name("", ""), "untitled.json");
    }
}
