//! `armlint.yaml` as it is written. The JSON Schema comes from these types, and its descriptions from their
//! documentation.

use std::borrow::Cow;
use std::fmt;

use armlint_engine::finding::{Confidence, Severity};
use armlint_engine::settings::Cloud;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde_saphyr::Spanned;

/// The configuration of armlint for the files below its folder; of nested ones the nearest holds alone, with those that
/// it extends. Options of the command line win over it.
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "armlint.yaml")]
pub(crate) struct ConfigText {
    /// Other files in this form that hold first: a path relative to the folder of this file, or a list of them. What is
    /// said here, or by a later one, wins over what is said before; the lists `ignore`, `exclude`, `overrides`,
    /// `suppress`, `parameters` and `rule-packs` are added to, and all others are replaced.
    #[schemars(with = "Option<ExtendsText>")]
    pub(crate) extends: Option<Spanned<ExtendsText>>,
    /// Rules of one's own: folders of pages in the form that the rules of armlint have.
    pub(crate) rule_packs: Vec<PackText>,
    /// Check against the Azure of this day, such as 2026-01-31; today unless given.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub(crate) as_of: Option<Spanned<String>>,
    /// The cloud that is deployed to; public unless given.
    #[schemars(with = "Option<CloudName>")]
    pub(crate) cloud: Option<Spanned<CloudName>>,
    /// What is advice for high isolation is a finding.
    #[schemars(with = "bool", extend("default" = false))]
    pub(crate) strict: Option<Spanned<bool>>,
    /// Only these rules: ids, prefixes such as `adf/`, or categories. All of them unless given.
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) select: Option<Spanned<Vec<Spanned<String>>>>,
    /// Not these rules: ids, prefixes or categories.
    #[schemars(with = "Vec<String>")]
    pub(crate) ignore: Vec<Spanned<String>>,
    /// Hide findings below this severity; low unless given.
    #[schemars(with = "Option<SeverityName>")]
    pub(crate) min_severity: Option<Spanned<SeverityName>>,
    /// Hide findings below this confidence; medium unless given.
    #[schemars(with = "Option<ConfidenceName>")]
    pub(crate) min_confidence: Option<Spanned<ConfidenceName>>,
    /// Fail when a finding of this severity or above is shown; medium unless given.
    #[schemars(with = "Option<SeverityName>")]
    pub(crate) fail_on: Option<Spanned<SeverityName>>,
    /// Leave out what is found at these paths: patterns relative to the folder of this file. A file that the
    /// command line names is checked all the same.
    #[schemars(with = "Vec<String>")]
    pub(crate) exclude: Vec<Spanned<String>>,
    /// Single rules by their ids: `off`, or another severity.
    #[schemars(with = "std::collections::BTreeMap<String, RuleText>")]
    pub(crate) rules: RuleTexts,
    /// Other choices for some paths; where several hold, the last one decides.
    pub(crate) overrides: Vec<OverrideText>,
    /// Findings that are known and stay, each with its reason.
    pub(crate) suppress: Vec<SuppressText>,
    /// Parameter files that belong to templates although neither name nor place says so.
    pub(crate) parameters: Vec<BindingText>,
    /// Choices about data factories and Synapse workspaces.
    pub(crate) adf: FactoryText,
}

/// Files that hold first.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a path, or a list of paths, is expected here")]
#[schemars(inline)]
pub(crate) enum ExtendsText {
    /// One.
    One(String),
    /// Several, of which the later ones win.
    Many(Vec<String>),
}

/// A folder of rules.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PackText {
    /// A folder of pages, or one page, below the folder of this file.
    #[schemars(with = "String")]
    pub(crate) path: Spanned<String>,
    /// The first part of the ids of its rules: none of armlint's own.
    #[schemars(with = "String", extend("pattern" = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"))]
    pub(crate) namespace: Spanned<String>,
}

/// Other choices for some paths.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct OverrideText {
    /// Patterns relative to the folder of this file.
    #[schemars(with = "Vec<String>")]
    pub(crate) paths: Vec<Spanned<String>>,
    /// These rules after all.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) select: Vec<Spanned<String>>,
    /// Not these rules.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) ignore: Vec<Spanned<String>>,
    /// The severity of all findings there.
    pub(crate) severity: Option<SeverityName>,
    /// Single rules by their ids: `off`, or another severity.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RuleText>")]
    pub(crate) rules: RuleTexts,
}

/// Findings that are known and stay.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct SuppressText {
    /// A rule, a prefix such as `adf/`, or a category.
    #[schemars(with = "String")]
    pub(crate) rule: Spanned<String>,
    /// Only at these paths: patterns relative to the folder of this file.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) paths: Vec<Spanned<String>>,
    /// Only about resources of this type: a pattern, without regard to case.
    #[schemars(with = "Option<String>")]
    pub(crate) resource_type: Option<Spanned<String>>,
    /// Only about resources of this own name, without those of their parents: a pattern, without regard to
    /// case.
    #[schemars(with = "Option<String>")]
    pub(crate) resource_name: Option<Spanned<String>>,
    /// Why the findings stay.
    #[schemars(with = "String")]
    pub(crate) reason: Spanned<String>,
    /// The last day that they may stay, such as 2026-12-31; no end unless given.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub(crate) until: Option<Spanned<String>>,
}

/// Parameter files of templates.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct BindingText {
    /// A pattern for the templates, relative to the folder of this file.
    #[schemars(with = "String")]
    pub(crate) template: Spanned<String>,
    /// Patterns for their parameter files, relative to the folder of this file. These files then belong to
    /// no other template.
    #[schemars(with = "Vec<String>")]
    pub(crate) files: Vec<Spanned<String>>,
}

/// Choices about data factories and Synapse workspaces.
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct FactoryText {
    /// Every deployment holds all that its factories consist of.
    #[schemars(with = "bool", extend("default" = false))]
    pub(crate) closed_world: Option<Spanned<bool>>,
    /// The same as `strict` beside `adf`.
    #[schemars(with = "bool", extend("default" = false))]
    pub(crate) strict: Option<Spanned<bool>>,
    /// The runtime AutoResolveIntegrationRuntime may be used outside of the managed virtual network.
    #[schemars(with = "bool", extend("default" = false))]
    pub(crate) allow_auto_resolve: Option<Spanned<bool>>,
    /// The subscriptions that managed private endpoints may lead to; all of them unless given.
    #[schemars(with = "Vec<String>", extend("default" = []))]
    pub(crate) approved_subscriptions: Option<Spanned<Vec<String>>>,
    /// The names of factories that are reached over a private endpoint although their files do not say so.
    #[schemars(with = "Vec<String>", extend("default" = []))]
    pub(crate) private_link: Option<Spanned<Vec<String>>>,
}

/// The clouds.
#[derive(Clone, Copy, Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CloudName {
    /// Azure.
    Public,
    /// Azure Government.
    Usgov,
    /// Azure operated by 21Vianet.
    China,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum SeverityName {
    Low,
    Medium,
    High,
    Critical,
}

/// How sure a rule is.
#[derive(Clone, Copy, Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum ConfidenceName {
    Low,
    Medium,
    High,
}

impl From<CloudName> for Cloud {
    fn from(name: CloudName) -> Cloud {
        match name {
            CloudName::Public => Cloud::Public,
            CloudName::Usgov => Cloud::UsGovernment,
            CloudName::China => Cloud::China,
        }
    }
}

impl From<SeverityName> for Severity {
    fn from(name: SeverityName) -> Severity {
        match name {
            SeverityName::Low => Severity::Low,
            SeverityName::Medium => Severity::Medium,
            SeverityName::High => Severity::High,
            SeverityName::Critical => Severity::Critical,
        }
    }
}

impl From<ConfidenceName> for Confidence {
    fn from(name: ConfidenceName) -> Confidence {
        match name {
            ConfidenceName::Low => Confidence::Low,
            ConfidenceName::Medium => Confidence::Medium,
            ConfidenceName::High => Confidence::High,
        }
    }
}

/// Rules with what is said of each, in the order of the text.
#[derive(Debug, Default)]
pub(crate) struct RuleTexts(pub(crate) Vec<(Spanned<String>, RuleText)>);

/// What is said of a rule.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RuleText {
    /// It does not run.
    Off,
    /// Its findings have this severity.
    Severity(SeverityName),
}

#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RuleFields {
    /// The severity of its findings.
    severity: SeverityName,
}

impl<'de> Deserialize<'de> for RuleTexts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RuleTexts, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = RuleTexts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping of rules")
            }

            fn visit_unit<E: Error>(self) -> Result<RuleTexts, E> {
                Ok(RuleTexts::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RuleTexts, A::Error> {
                let mut rules = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    rules.push(entry);
                }
                Ok(RuleTexts(rules))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

impl<'de> Deserialize<'de> for RuleText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RuleText, D::Error> {
        struct Setting;
        impl<'de> Visitor<'de> for Setting {
            type Value = RuleText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`off` or `{ severity: ... }`")
            }

            // What YAML 1.1 makes of `off`.
            fn visit_bool<E: Error>(self, value: bool) -> Result<RuleText, E> {
                if value { Err(E::invalid_value(Unexpected::Bool(value), &self)) } else { Ok(RuleText::Off) }
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<RuleText, E> {
                match value {
                    "off" => Ok(RuleText::Off),
                    _ => Err(E::invalid_value(Unexpected::Str(value), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RuleText, A::Error> {
                let fields = RuleFields::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RuleText::Severity(fields.severity))
            }
        }
        deserializer.deserialize_any(Setting)
    }
}

impl JsonSchema for RuleText {
    fn schema_name() -> Cow<'static, str> {
        "Rule".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let fields = RuleFields::json_schema(generator);
        json_schema!({ "oneOf": [{ "const": "off", "description": "It does not run." }, fields] })
    }
}
