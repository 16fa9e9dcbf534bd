//! Writes what a page says as constants of Rust.

use std::fmt::Write as _;

use armlint_page::{Carried, Change, Condition, Fix, Literal, Meaning, Page, Path, Ports, Setting, Step};

/// The rules so far, as elements of two lists.
#[derive(Default)]
pub(crate) struct Catalogue {
    rules: String,
    documentation: String,
    fixtures: String,
}

impl Catalogue {
    /// Adds a rule; `code` is the module that has its check.
    pub(crate) fn add(&mut self, id: &str, page: &Page, code: Option<&str>) {
        let check = match (&page.setting, code) {
            (Some(setting), _) => format!(
                "{{ static SETTING: Setting = {}; Check::Setting({}, Cow::Borrowed(&SETTING)) }}",
                self::setting(setting),
                texts(&page.resource_types)
            ),
            (None, None) => "Check::Engine".to_string(),
            (None, Some(module)) if page.resource_types.is_empty() => {
                format!("Check::Deployment({module}::check)")
            }
            (None, Some(module)) => format!("Check::Resource(&{:?}, {module}::check)", page.resource_types),
        };
        let Page { title, category, severity, level, equivalents, references, yields_to, .. } = page;
        let _ = writeln!(
            self.rules,
            "    RuleSpec {{ id: {id:?}, category: Category::{category:?}, severity: Severity::{severity:?}, \
             level: Level::{level:?}, equivalents: {}, references: {}, yields_to: {}, check: {check} }},",
            texts(equivalents),
            texts(references),
            texts(yields_to)
        );
        let Page { text, first_line, .. } = page;
        let _ = writeln!(
            self.documentation,
            "    Documentation {{ id: {id:?}, title: {}, text: {}, first_line: {first_line} }},",
            self::text(title),
            self::text(text)
        );
    }

    /// Adds files that examples share.
    pub(crate) fn add_fixture(&mut self, name: &str, text: &str) {
        let _ = writeln!(self.fixtures, "    ({name:?}, {text:?}),");
    }

    /// The file of constants.
    pub(crate) fn text(&self) -> String {
        format!(
            "#[allow(unused_imports)]\nmod constants {{\n\
             use std::borrow::Cow;\n\
             use armlint_engine::finding::{{Applicability, Category, Confidence, Severity}};\n\
             use armlint_engine::rule::page::{{\n\
             Carried, Change, Condition, Day, Fix, Literal, Meaning, Order, Path, Pattern, Ports, Setting, Step, Version,\n\
             }};\n\
             use armlint_engine::rule::{{Check, Documentation, Level, RuleSpec}};\n\
             use super::*;\n\n\
             /// The rules, by folder and name.\n\
             pub(crate) static RULES: &[RuleSpec] = &[\n{}];\n\n\
             /// Their pages.\n\
             pub(crate) static DOCUMENTATION: &[Documentation] = &[\n{}];\n\n\
             /// The files that examples share, by name.\n\
             pub(crate) static FIXTURES: &[(&str, &str)] = &[\n{}];\n}}\n\
             use constants::{{DOCUMENTATION, FIXTURES, RULES}};\n",
            self.rules, self.documentation, self.fixtures
        )
    }
}

fn setting(setting: &Setting) -> String {
    let Setting { existing, when, select, absent_is, condition, confidence, message, help, fix } = setting;
    format!(
        "Setting {{ existing: {existing}, when: {}, select: {}, absent_is: {}, condition: {}, \
         confidence: Confidence::{confidence:?}, message: {}, help: {}, fix: {} }}",
        list("Condition", when, self::condition),
        list("Path", select, path),
        list("Meaning", absent_is, meaning),
        list("Condition", condition, self::condition),
        text(message),
        option(help.as_deref(), text),
        option(fix.as_ref(), self::fix),
    )
}

fn texts(texts: &[String]) -> String {
    list("Cow<'static, str>", texts, |words| text(words))
}

// A static of its own, since what is dropped one day is not made static inside of an expression.
fn list<T>(ty: &str, elements: &[T], written: impl Fn(&T) -> String) -> String {
    let elements: Vec<String> = elements.iter().map(written).collect();
    format!("{{ static LIST: &[{ty}] = &[{}]; Cow::Borrowed(LIST) }}", elements.join(", "))
}

fn option<T: ?Sized>(value: Option<&T>, written: impl Fn(&T) -> String) -> String {
    value.map_or("None".to_string(), |value| format!("Some({})", written(value)))
}

fn text(text: &str) -> String {
    format!("Cow::Borrowed({text:?})")
}

fn condition(condition: &Condition) -> String {
    let all = |conditions: &[Condition]| list("Condition", conditions, self::condition);
    let inside = match condition {
        Condition::At(at, absent_is, conditions) => {
            format!("At({}, {}, {})", path(at), list("Meaning", absent_is, meaning), all(conditions))
        }
        Condition::All(conditions) => format!("All({})", all(conditions)),
        Condition::Any(conditions) => format!("Any({})", all(conditions)),
        Condition::Not(conditions) => format!("Not({})", all(conditions)),
        Condition::Exists => "Exists".to_string(),
        Condition::In(literals) => format!("In({})", list("Literal", literals, literal)),
        Condition::StartsWith(start) => format!("StartsWith({})", text(start)),
        Condition::EndsWith(end) => format!("EndsWith({})", text(end)),
        Condition::Contains(part) => format!("Contains({})", literal(part)),
        Condition::Is(order, bound) => format!("Is(Order::{order:?}, {bound:?})"),
        Condition::Matches(pattern) => format!("Matches(Pattern::constant({:?}))", pattern.text()),
        Condition::Day(order, day) => format!("Day(Order::{order:?}, Day::{day:?})"),
        Condition::Version(order, version) => {
            format!("Version(Order::{order:?}, Version({}))", list("u32", &version.0, u32::to_string))
        }
        Condition::Count(order, bound) => format!("Count(Order::{order:?}, {bound:?})"),
        Condition::Some(conditions) => format!("Some({})", all(conditions)),
        Condition::Internet => "Internet".to_string(),
        Condition::Ports(Ports { holds, more_than }) => {
            format!(
                "Ports(Ports {{ holds: {}, more_than: {more_than:?} }})",
                list("u16", holds, u16::to_string)
            )
        }
        Condition::Carries(kinds) => format!("Carries({})", list("Carried", kinds, carried)),
    };
    format!("Condition::{inside}")
}

fn carried(carried: &Carried) -> String {
    match carried {
        Carried::Call(name) => format!("Carried::Call({})", text(name)),
        other => format!("Carried::{other:?}"),
    }
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Text(words) => format!("Literal::Text({})", text(words)),
        other => format!("Literal::{other:?}"),
    }
}

fn path(path: &Path) -> String {
    format!("Path({})", list("Cow<'static, [Step]>", &path.0, |steps| list("Step", steps, step)))
}

fn step(step: &Step) -> String {
    match step {
        Step::Name(name) => format!("Step::Name({})", text(name)),
        other => format!("Step::{other:?}"),
    }
}

fn meaning(meaning: &Meaning) -> String {
    let Meaning { before, value } = meaning;
    format!("Meaning {{ before: {}, value: {} }}", option(before.as_deref(), text), literal(value))
}

fn fix(fix: &Fix) -> String {
    let Fix { title, applicability, change } = fix;
    let change = match change {
        Change::Remove => "Remove".to_string(),
        Change::Replace(json) => format!("Replace({})", text(json)),
        Change::Set(at, json) => format!("Set({}, {})", path(at), text(json)),
    };
    format!(
        "Fix {{ title: {}, applicability: Applicability::{applicability:?}, change: Change::{change} }}",
        text(title)
    )
}
