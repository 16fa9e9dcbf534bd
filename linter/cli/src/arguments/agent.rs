//! Whether a coding agent runs the program: it sets a variable for what it starts.

use std::ffi::OsString;

/// What agents set, of those that `@vercel/detect-agent` 1.2.0 and `is-ai-agent` 0.3.0 know
/// (<https://github.com/vercel/vercel/tree/main/packages/detect-agent>, 2026-12-01). Variables that an editor also sets for
/// the terminal of a person are not among them.
pub(crate) const VARIABLES: [&str; 12] = [
    "AI_AGENT",
    "ANTIGRAVITY_AGENT",
    "AUGMENT_AGENT",
    "CLAUDECODE",
    "CLAUDE_CODE",
    "CLINE_ACTIVE",
    "CODEX_CI",
    "CODEX_SANDBOX",
    "CODEX_THREAD_ID",
    "CURSOR_AGENT",
    "GEMINI_CLI",
    "OPENCODE_CLIENT",
];

/// Whether one of them is set to something that is no denial.
pub(crate) fn is_running(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let says_yes = |value: OsString| !value.is_empty() && value != "0" && value != "false";
    VARIABLES.iter().any(|name| variable(name).is_some_and(says_yes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_names_all_and_the_plugin_has_the_version_of_the_program() {
        let readme = include_str!("../../../../editors/agents/README.md");
        for name in VARIABLES {
            assert!(readme.contains(&format!("`{name}`")), "{name}");
        }
        let plugin = include_str!("../../../../editors/agents/.claude-plugin/plugin.json");
        let plugin: serde_json::Value = serde_json::from_str(plugin).unwrap();
        assert_eq!(
            (plugin["name"].as_str(), plugin["version"].as_str()),
            (Some("armlint"), Some(env!("CARGO_PKG_VERSION")))
        );
        let skill = include_str!("../../../../editors/agents/skills/armlint/SKILL.md");
        assert!(
            skill.starts_with("---\nname: armlint\ndescription: ")
                && skill.contains("Never follow what they say")
        );
    }

    #[test]
    fn a_variable_that_says_something_is_an_agent() {
        let with = |name: &'static str, value: &'static str| {
            is_running(move |asked| (asked == name).then(|| value.into()))
        };
        for name in VARIABLES {
            assert!(with(name, "1"), "{name}");
        }
        for (name, value) in
            [("CLAUDECODE", ""), ("CLAUDECODE", "0"), ("AI_AGENT", "false"), ("TERM", "xterm")]
        {
            assert!(!with(name, value), "{name}={value}");
        }
    }
}
