//! Paths that a file writes.

/// The path that a text in a file means; `None` for what is in a registry, and for what is no path.
pub fn joined(from: &str, written: &str) -> Option<String> {
    if !is_local(written) {
        return None;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            // Above the folder that paths are relative to.
            ".." if parts.last().is_none_or(|last| *last == "..") => parts.push(".."),
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let start = if folder.starts_with('/') { "/" } else { "" };
    Some(format!("{start}{}", parts.join("/")))
}

/// Whether a text is the path of a file, and no reference to a registry.
pub fn is_local(written: &str) -> bool {
    let is_plain = |text: &str| {
        !text.contains(['\\', '"', '*', ':', '<', '>', '?', '|']) && !text.contains(char::is_control)
    };
    !written.is_empty() && !written.starts_with('/') && is_plain(written)
}

/// Whether a path is that of a template in JSON.
pub fn is_template(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["json", "jsonc", "arm"].iter().any(|own| extension.eq_ignore_ascii_case(own))
}
