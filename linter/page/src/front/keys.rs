//! The keys of front matter. What stands above a key here is what `docs/rule-pages.md` says of it.

use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::{Applicability, Category, Confidence, Level, Literal, Severity, Str};

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Front {
    /// What is wrong, in one sentence without a full stop.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) title: Spanned<String>,
    /// The group that the rule is selected and counted by.
    pub(crate) category: Category,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// `strict` for a rule that runs only where `strict` is chosen.
    #[serde(default)]
    pub(crate) level: Level,
    /// How sure the rule is of what it says; `high` unless given.
    pub(crate) confidence: Option<Confidence>,
    /// The types of the resources that are judged, in any case; `Microsoft.Web/*` stands for all that start so, and `*`,
    /// which needs `when`, for all. A rule with code and without types runs once for each deployment.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) resource_types: Vec<Spanned<String>>,
    /// `engine` for what the program itself reports: no file that cannot be read has resources.
    pub(crate) reported_by: Option<Reporter>,
    /// The rules of other tools that look for the same, as `tool:ID`.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(crate) equivalents: Vec<Spanned<String>>,
    /// Pages that say why, with their dates.
    #[serde(default)]
    pub(crate) references: Vec<String>,
    /// Rules that say the same with more reason: this rule has no finding of a resource that one of them reports, by
    /// itself or with the resource that it is a child of, or names in a label.
    #[serde(default)]
    pub(crate) yields_to: Vec<String>,
    /// Whether resources are judged that exist already and are only referred to.
    #[serde(default)]
    pub(crate) existing: bool,
    /// What must certainly hold of the resource, most often of a `property` of it; otherwise the rule says nothing of it.
    #[cfg_attr(test, schemars(with = "Option<Operators>"))]
    pub(crate) when: Option<Spanned<Operators>>,
    /// The JSONPath of what is judged, or a list of them: names, indexes, `[*]` and lists of these. `$` is the resource.
    #[cfg_attr(test, schemars(with = "Option<Selected>"))]
    pub(crate) select: Option<Spanned<Selected>>,
    /// What the service takes for a selected value that is not written: a literal, or a list of `value` with `before`,
    /// a version of the API, of which the first that fits counts.
    pub(crate) absent_is: Option<Absent>,
    /// What is wrong with a selected value. A finding needs that it certainly holds.
    #[cfg_attr(test, schemars(with = "Option<Operators>"))]
    pub(crate) condition: Option<Spanned<Operators>>,
    /// What a finding says. `{name}` and `{type}` are those of the resource, `{value}` is the selected value; what is from
    /// the file is put in backticks.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) message: Option<Spanned<String>>,
    /// What to do.
    pub(crate) help: Option<String>,
    /// The change that mends it.
    #[cfg_attr(test, schemars(with = "Option<FixKeys>"))]
    pub(crate) fix: Option<Spanned<FixKeys>>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reporter {
    Engine,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "a path, or a list of paths, is expected here")]
pub(crate) enum Selected {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(
    untagged,
    expecting = "a text, a number, a boolean, or a list of `{before: 2019-04-01, value: true}` is expected here"
)]
pub(crate) enum Absent {
    Always(Literal),
    ByVersion(Vec<MeaningKeys>),
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct MeaningKeys {
    /// The version of the API from which on this is not so.
    pub(crate) before: Option<Str>,
    /// What the service takes.
    pub(crate) value: Literal,
}

#[derive(Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Operators {
    /// The JSONPath, from the value that is judged, or in `when` from the resource, of another value: the operators beside
    /// it are asked of that one, and hold where they hold of one of several.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) property: Option<Spanned<String>>,
    /// Beside `property`: what the service takes for that value where it is not written, as above.
    pub(crate) absent_is: Option<Absent>,
    /// Something other than `null` is written (`true`), or nothing is (`false`).
    pub(crate) exists: Option<bool>,
    /// Nothing is written, or `null` is (`true`); something is (`false`).
    pub(crate) absent: Option<bool>,
    /// It is this; text in any case.
    pub(crate) equals: Option<Literal>,
    /// It is something else, or nothing.
    pub(crate) not_equals: Option<Literal>,
    /// It is one of these.
    pub(crate) r#in: Option<Vec<Literal>>,
    /// It is none of these.
    pub(crate) not_in: Option<Vec<Literal>>,
    /// It is a text that starts with this, in any case.
    pub(crate) starts_with: Option<Str>,
    /// It is a text that ends with this, in any case.
    pub(crate) ends_with: Option<Str>,
    /// It is a text that holds this, or a list with this element; text in any case.
    pub(crate) contains: Option<Literal>,
    /// It is a number, perhaps as text, below this one.
    pub(crate) less_than: Option<f64>,
    /// It is a number, perhaps as text, up to this one.
    pub(crate) at_most: Option<f64>,
    /// It is a number, perhaps as text, from this one on.
    pub(crate) at_least: Option<f64>,
    /// It is a number, perhaps as text, above this one.
    pub(crate) greater_than: Option<f64>,
    /// It is a text in which this regular expression, as RE2 has them, finds something: `^` and `$` stand for its ends,
    /// and `(?i)` at the start for any case.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) matches: Option<Spanned<String>>,
    /// It is a text that starts with a day, before or after one such as `2026-01-31`, or before or after the day that is
    /// checked for and a duration such as `P1Y`.
    #[cfg_attr(test, schemars(with = "Option<DayKeys>"))]
    pub(crate) date: Option<DayKeys>,
    /// It is a version such as `1.29.3`, from one on or below one; numbers are compared one by one.
    #[cfg_attr(test, schemars(with = "Option<VersionKeys>"))]
    pub(crate) version: Option<VersionKeys>,
    /// It has so many elements or members; what is not written has none.
    pub(crate) count: Option<CountKeys>,
    /// All of these hold of one of its elements.
    #[cfg_attr(test, schemars(with = "Option<Box<Operators>>"))]
    pub(crate) some: Option<Box<Spanned<Operators>>>,
    /// There is no element of which all of these hold: of an empty list, and of nothing, none is.
    #[cfg_attr(test, schemars(with = "Option<Box<Operators>>"))]
    pub(crate) none: Option<Box<Spanned<Operators>>>,
    /// `internet`: it is a text that means every address, such as `*`, `Internet` or `0.0.0.0/0`.
    pub(crate) address: Option<AddressWord>,
    /// It is a port, a range such as `8000-8080`, `*`, or several of these with commas.
    #[cfg_attr(test, schemars(with = "Option<PortKeys>"))]
    pub(crate) ports: Option<Spanned<PortKeys>>,
    /// It holds a secret, or what a function returns.
    #[cfg_attr(test, schemars(with = "Option<CarriedKeys>"))]
    pub(crate) carries: Option<Spanned<CarriedKeys>>,
    /// All of these hold.
    #[cfg_attr(test, schemars(with = "Option<Vec<Operators>>"))]
    pub(crate) all: Option<Vec<Spanned<Operators>>>,
    /// One of these holds.
    #[cfg_attr(test, schemars(with = "Option<Vec<Operators>>"))]
    pub(crate) any: Option<Vec<Spanned<Operators>>>,
    /// This does not hold. What is not known stays unknown.
    #[cfg_attr(test, schemars(with = "Option<Box<Operators>>"))]
    pub(crate) not: Option<Box<Spanned<Operators>>>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FixKeys {
    /// What the change does.
    pub(crate) title: String,
    /// `safe` only where nothing else that somebody meant is lost.
    pub(crate) applicability: Applicability,
    /// The selected member is taken out.
    #[serde(default)]
    pub(crate) remove: bool,
    /// The selected value, where it is written as a literal, becomes this value of any type.
    pub(crate) replace: Option<serde_json::Value>,
    /// A member of the resource gets a value of any type, and is added where it is missing.
    pub(crate) set: Option<SetKeys>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct SetKeys {
    /// The JSONPath of the member, of names only.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) path: Spanned<String>,
    /// Its value.
    pub(crate) value: serde_json::Value,
}

/// Bounds of days.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DayKeys {
    /// It is an earlier day than this.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) before: Option<Spanned<String>>,
    /// It is a later day than this.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) after: Option<Spanned<String>>,
}

/// Bounds of versions.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct VersionKeys {
    /// It is this version or a later one.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) at_least: Option<Spanned<String>>,
    /// It is an earlier version.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) below: Option<Spanned<String>>,
}

/// Bounds of a number of elements.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CountKeys {
    /// There are no more than these.
    pub(crate) at_most: Option<u32>,
    /// There are no fewer than these.
    pub(crate) at_least: Option<u32>,
}

/// Ranges of addresses.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum AddressWord {
    Internet,
}

/// What is asked of ports; all of it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PortKeys {
    /// One of these is in it.
    pub(crate) holds: Option<Vec<u16>>,
    /// It has more ports than that.
    pub(crate) more_than: Option<u32>,
}

/// What a value may hold; one of these is enough.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CarriedKeys {
    /// `secure` for a value of a secure type, `secret-shape` for a text that looks like a secret.
    #[serde(default)]
    pub(crate) any: Vec<CarriedWord>,
    /// What one of these functions returns: names, or with `*` at their end starts of names.
    #[serde(default)]
    pub(crate) call: Vec<Str>,
    /// `base64` where a text is written in Base64: what it says is looked at as well.
    pub(crate) decode: Option<Encoding>,
}

/// Kinds of secrets.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CarriedWord {
    Secure,
    SecretShape,
}

/// Encodings of text.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Encoding {
    Base64,
}
