//! What holds for a file, and where each value of it is from.

use std::path::Path;

use armlint_engine::settings::Cloud;
use serde_json::{Value, json};
use serde_saphyr::{Location, Spanned};

use super::choice::patterns;
use super::layer::Layer;
use super::text::{ConfigText, OverrideText, RuleText, RuleTexts, SeverityName};
use super::{Configuration, Configurations, Options};

/// What holds for a file.
#[derive(Debug)]
pub struct Effective {
    /// The files that say it, as shown: the configuration first, and those that it extends, the last to win first.
    pub files: Vec<String>,
    /// The keys, as `armlint.yaml` has them; those of `adf` with a point.
    pub keys: Vec<EffectiveKey>,
}

/// A key of a configuration.
#[derive(Debug)]
pub struct EffectiveKey {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub value: EffectiveValue,
}

/// What a key is.
#[derive(Debug)]
pub enum EffectiveValue {
    /// One value, of which the last word counts.
    One(Value, ValueOrigin),
    /// A list that several files may have added to.
    List(Vec<(Value, ValueOrigin)>),
}

/// Where a value is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueOrigin {
    /// Nobody said anything.
    Default,
    /// The command line.
    CommandLine,
    /// A file, as shown, with line and column from 1.
    File(String, u64, u64),
}

impl Configurations {
    /// What holds for a file, or a folder, by its path as shown; `options` are those that the configurations were found
    /// by.
    pub fn effective(&self, shown: &str, options: &Options) -> Effective {
        let absolute = self.base.absolute(Path::new(shown));
        let configuration = match self.nearest(&absolute) {
            Some(configuration) => configuration,
            None => self.of(shown),
        };
        let path = self.relative(configuration, shown);
        let layers = &configuration.layers;
        let mut keys = Layers(layers).scalars(configuration, options);
        keys.extend(Layers(layers).factories(configuration));
        keys.extend(Layers(layers).lists(&path));
        Effective { files: layers.iter().rev().map(|layer| layer.shown.clone()).collect(), keys }
    }
}

struct Layers<'l>(&'l [Layer]);

impl Layers<'_> {
    fn scalars(&self, configuration: &Configuration, options: &Options) -> Vec<EffectiveKey> {
        let settings = &configuration.settings;
        let cloud = match settings.cloud {
            Cloud::Public => "public",
            Cloud::UsGovernment => "usgov",
            Cloud::China => "china",
        };
        let (severity, confidence) = (configuration.min_severity, configuration.min_confidence);
        let mut keys = vec![
            self.one("as-of", settings.as_of.to_string(), options.as_of.is_some(), |text| place(&text.as_of)),
            self.one("cloud", cloud, options.cloud.is_some(), |text| place(&text.cloud)),
            self.one("strict", settings.strict, options.strict, |text| place(&text.strict)),
            self.one("min-severity", severity.as_str(), options.min_severity.is_some(), |text| {
                place(&text.min_severity)
            }),
            self.one("min-confidence", confidence.as_str(), options.min_confidence.is_some(), |text| {
                place(&text.min_confidence)
            }),
            self.one("fail-on", configuration.fail_on.as_str(), options.fail_on.is_some(), |text| {
                place(&text.fail_on)
            }),
        ];
        let selected = self.0.iter().rev().find_map(|layer| layer.written.select.as_ref());
        let selected = selected.map_or(Value::Null, |names| plain(&names.value).collect());
        keys.push(self.one("select", selected, false, |text| place(&text.select)));
        keys
    }

    fn factories(&self, configuration: &Configuration) -> Vec<EffectiveKey> {
        let adf = &configuration.settings.adf;
        vec![
            self.one("adf.closed-world", adf.closed_world, false, |text| place(&text.adf.closed_world)),
            self.one("adf.strict", adf.strict, false, |text| place(&text.adf.strict)),
            self.one("adf.allow-auto-resolve", adf.allow_auto_resolve, false, |text| {
                place(&text.adf.allow_auto_resolve)
            }),
            self.one("adf.approved-subscriptions", adf.approved_subscriptions.clone(), false, |text| {
                place(&text.adf.approved_subscriptions)
            }),
            self.one("adf.private-link", adf.private_link.clone(), false, |text| {
                place(&text.adf.private_link)
            }),
        ]
    }

    // Of other choices for some paths only those for this one.
    fn lists(&self, path: &Path) -> Vec<EffectiveKey> {
        let holds = |text: &&OverrideText| patterns(&text.paths).is_ok_and(|patterns| patterns.matches(path));
        vec![
            self.list("ignore", |text| text.ignore.iter().map(named).collect()),
            self.list("rules", |text| singles(&text.rules)),
            self.list("overrides", |text| {
                text.overrides.iter().filter(holds).filter_map(other_choice).collect()
            }),
            self.list("exclude", |text| text.exclude.iter().map(named).collect()),
            self.list("suppress", |text| {
                let told = text.suppress.iter().map(|suppress| {
                    let paths: Value = plain(&suppress.paths).collect();
                    let said = json!({
                        "rule": suppress.rule.value, "paths": paths, "reason": suppress.reason.value,
                    });
                    (said, suppress.rule.referenced)
                });
                told.collect()
            }),
            self.list("parameters", |text| {
                let told = text.parameters.iter().map(|binding| {
                    let files: Value = plain(&binding.files).collect();
                    let said = json!({ "template": binding.template.value, "files": files });
                    (said, binding.template.referenced)
                });
                told.collect()
            }),
            self.packs(),
        ]
    }

    // Of one namespace the last one holds.
    fn packs(&self) -> EffectiveKey {
        let mut packs: Vec<(Value, ValueOrigin)> = Vec::new();
        for layer in self.0 {
            for pack in &layer.written.rule_packs {
                let namespace = &pack.namespace.value;
                packs.retain(|(known, _)| known["namespace"] != namespace.as_str());
                let said = json!({ "path": pack.path.value, "namespace": namespace });
                packs.push((said, origin(layer, pack.path.referenced)));
            }
        }
        EffectiveKey { name: "rule-packs", value: EffectiveValue::List(packs) }
    }

    fn one(
        &self,
        name: &'static str,
        value: impl Into<Value>,
        is_told: bool,
        place: impl Fn(&ConfigText) -> Option<Location>,
    ) -> EffectiveKey {
        let written = || self.0.iter().rev().find_map(|layer| Some(origin(layer, place(&layer.written)?)));
        let from = match is_told {
            true => ValueOrigin::CommandLine,
            false => written().unwrap_or(ValueOrigin::Default),
        };
        EffectiveKey { name, value: EffectiveValue::One(value.into(), from) }
    }

    fn list(&self, name: &'static str, said: impl Fn(&ConfigText) -> Vec<(Value, Location)>) -> EffectiveKey {
        let said = self.0.iter().flat_map(|layer| {
            said(&layer.written).into_iter().map(|(value, location)| (value, origin(layer, location)))
        });
        EffectiveKey { name, value: EffectiveValue::List(said.collect()) }
    }
}

fn place<T>(written: &Option<Spanned<T>>) -> Option<Location> {
    written.as_ref().map(|written| written.referenced)
}

fn origin(layer: &Layer, location: Location) -> ValueOrigin {
    ValueOrigin::File(layer.shown.clone(), location.line(), location.column())
}

fn named(name: &Spanned<String>) -> (Value, Location) {
    (name.value.clone().into(), name.referenced)
}

fn plain(names: &[Spanned<String>]) -> impl Iterator<Item = String> {
    names.iter().map(|name| name.value.clone())
}

fn singles(texts: &RuleTexts) -> Vec<(Value, Location)> {
    let said = texts.0.iter().map(|(name, said)| {
        let said = match said {
            RuleText::Off => json!("off"),
            RuleText::Severity(severity) => json!(word(*severity)),
        };
        (json!({ "rule": name.value, "is": said }), name.referenced)
    });
    said.collect()
}

fn other_choice(text: &OverrideText) -> Option<(Value, Location)> {
    let rules: Vec<Value> = singles(&text.rules).into_iter().map(|(said, _)| said).collect();
    let [paths, select, ignore]: [Value; 3] =
        [&text.paths, &text.select, &text.ignore].map(|names| plain(names).collect());
    let severity = text.severity.map(word);
    let said =
        json!({ "paths": paths, "select": select, "ignore": ignore, "severity": severity, "rules": rules });
    Some((said, text.paths.first()?.referenced))
}

fn word(severity: SeverityName) -> &'static str {
    armlint_engine::finding::Severity::from(severity).as_str()
}
