//! The settings of the client: `initializationOptions`, and the section `armlint` of its configuration.

use std::path::PathBuf;

use armlint_engine::finding::Confidence;
use armlint_engine::settings::Cloud;
use armlint_workspace::config::Options;
use serde_json::{Map, Value};

/// What the user chose in the client.
#[derive(Clone, Debug, Default)]
pub(super) struct Preferences {
    /// What wins over the configurations, as options of the command line do.
    pub(super) options: Options,
    /// Diagnostics are published for every file and not only for open buffers.
    pub(super) workspace: bool,
}

/// The settings, without what stands behind a dot.
const OWN: [&str; 6] = ["config", "diagnostics", "minSeverity", "minConfidence", "asOf", "cloud"];

/// Settings that concern the client alone; they are passed over.
const OF_CLIENTS: [&str; 4] = ["asksForReason", "path", "trace", "enable"];

impl Preferences {
    /// Whether settings say anything of the linter: clients also tell of settings of others, or of none.
    pub(super) fn are_in(settings: &Value) -> bool {
        let is_own = |key: &String| OWN.contains(&key.split('.').next().unwrap_or_default());
        settings.get("armlint").is_some_and(Value::is_object)
            || settings.as_object().is_some_and(|settings| settings.keys().any(is_own))
    }

    /// Reads settings: the section itself, or an object that holds it. Gives what is not understood of them
    /// as well.
    pub(super) fn read(settings: &Value) -> (Preferences, Vec<String>) {
        let section = settings.get("armlint").filter(|section| section.is_object()).unwrap_or(settings);
        let mut preferences = Preferences::default();
        let mut problems = Vec::new();
        for (key, value) in section.as_object().map(flat).unwrap_or_default() {
            let is_unset = value.is_null() || value.as_str().is_some_and(str::is_empty);
            let first = key.split('.').next().unwrap_or_default();
            if is_unset || OF_CLIENTS.contains(&first) {
                continue;
            }
            if let Err(problem) = preferences.set(&key, value) {
                problems.push(problem);
            }
        }
        (preferences, problems)
    }

    fn set(&mut self, key: &str, value: &Value) -> Result<(), String> {
        let text = value.as_str().ok_or_else(|| format!("the setting `{key}` is no text"));
        let wrong = |text: &str| format!("`{text}` is no value of the setting `{key}`");
        match key {
            "config" => self.options.config = Some(PathBuf::from(text?)),
            "diagnostics.scope" => {
                self.workspace = match text? {
                    "workspace" => true,
                    "open" | "openFiles" => false,
                    other => return Err(wrong(other)),
                }
            }
            "minSeverity" => {
                let text = text?;
                self.options.min_severity = Some(text.parse().map_err(|()| wrong(text))?);
            }
            "minConfidence" => {
                self.options.min_confidence = Some(match text? {
                    "low" => Confidence::Low,
                    "medium" => Confidence::Medium,
                    "high" => Confidence::High,
                    other => return Err(wrong(other)),
                });
            }
            "asOf" => {
                let day = text?.parse().map_err(|said| format!("the setting `{key}` is wrong: {said}"));
                self.options.as_of = Some(day?);
            }
            "cloud" => {
                self.options.cloud = Some(match text? {
                    "public" => Cloud::Public,
                    "usgov" => Cloud::UsGovernment,
                    "china" => Cloud::China,
                    other => return Err(wrong(other)),
                });
            }
            _ => return Err(format!("there is no setting `{key}`")),
        }
        Ok(())
    }
}

// Objects in objects as keys with dots.
fn flat(section: &Map<String, Value>) -> Vec<(String, &Value)> {
    let mut all = Vec::new();
    for (key, value) in section {
        match value {
            Value::Object(inner) => {
                all.extend(inner.iter().map(|(name, value)| (format!("{key}.{name}"), value)));
            }
            value => all.push((key.clone(), value)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use armlint_engine::finding::Severity;
    use serde_json::json;

    use super::*;

    #[test]
    fn all_settings_are_read() {
        let settings = json!({ "armlint": {
            "config": "ci/armlint.yaml",
            "diagnostics": { "scope": "workspace" },
            "minSeverity": "high",
            "minConfidence": "low",
            "asOf": "2020-04-01",
            "cloud": "usgov",
            "trace": { "server": "off" },
        }});
        let (preferences, problems) = Preferences::read(&settings);
        assert!(problems.is_empty(), "{problems:?}");
        let options = &preferences.options;
        assert!(preferences.workspace && options.config.as_deref() == Some("ci/armlint.yaml".as_ref()));
        assert_eq!(options.min_severity, Some(Severity::High));
        assert_eq!(options.min_confidence, Some(Confidence::Low));
        assert_eq!(options.as_of.map(|day| day.to_string()).as_deref(), Some("2020-04-01"));
        assert_eq!(options.cloud, Some(Cloud::UsGovernment));
    }

    #[test]
    fn what_is_not_understood_is_told_and_the_rest_holds() {
        let settings = json!({
            "diagnostics.scope": "workspace", "minSeverity": 3, "cloud": "moon", "asOf": "x", "colour": "red",
            "config": "", "minConfidence": null,
        });
        let (preferences, problems) = Preferences::read(&settings);
        assert!(preferences.workspace && preferences.options.config.is_none());
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(!Preferences::read(&Value::Null).0.workspace);
    }

    #[test]
    fn settings_of_others_are_none() {
        for settings in
            [json!({}), Value::Null, json!({ "other": { "cloud": "x" } }), json!({ "armlint": null })]
        {
            assert!(!Preferences::are_in(&settings), "{settings}");
        }
        for settings in
            [json!({ "armlint": {} }), json!({ "diagnostics.scope": "open" }), json!({ "cloud": "china" })]
        {
            assert!(Preferences::are_in(&settings), "{settings}");
        }
    }
}
