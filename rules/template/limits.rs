//! A template is larger than the service takes
//!
//! ## Why
//!
//! Resource Manager refuses a template with more than 256 parameters, 256 variables, 64 outputs or 800 resources
//! (the instances of copy loops included), with more than 4 MB, or with an expression of more than 24,576
//! characters (Best practices for ARM templates, Template limits, 2024-09-26). Each nested template counts by
//! itself. The templates that Data Factory exports reach the limit of parameters first.
//!
//! ## How to fix
//!
//! Put several values into one parameter or variable of type object, move parts into nested or linked
//! deployments, and let fewer properties of a factory become parameters
//! (`arm-template-parameters-definition.json`).
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [],
//!   "outputs": { // expect: template/limits
//!     "o0": { "type": "int", "value": 0 },
//!     "o1": { "type": "int", "value": 1 },
//!     "o2": { "type": "int", "value": 2 },
//!     "o3": { "type": "int", "value": 3 },
//!     "o4": { "type": "int", "value": 4 },
//!     "o5": { "type": "int", "value": 5 },
//!     "o6": { "type": "int", "value": 6 },
//!     "o7": { "type": "int", "value": 7 },
//!     "o8": { "type": "int", "value": 8 },
//!     "o9": { "type": "int", "value": 9 },
//!     "o10": { "type": "int", "value": 10 },
//!     "o11": { "type": "int", "value": 11 },
//!     "o12": { "type": "int", "value": 12 },
//!     "o13": { "type": "int", "value": 13 },
//!     "o14": { "type": "int", "value": 14 },
//!     "o15": { "type": "int", "value": 15 },
//!     "o16": { "type": "int", "value": 16 },
//!     "o17": { "type": "int", "value": 17 },
//!     "o18": { "type": "int", "value": 18 },
//!     "o19": { "type": "int", "value": 19 },
//!     "o20": { "type": "int", "value": 20 },
//!     "o21": { "type": "int", "value": 21 },
//!     "o22": { "type": "int", "value": 22 },
//!     "o23": { "type": "int", "value": 23 },
//!     "o24": { "type": "int", "value": 24 },
//!     "o25": { "type": "int", "value": 25 },
//!     "o26": { "type": "int", "value": 26 },
//!     "o27": { "type": "int", "value": 27 },
//!     "o28": { "type": "int", "value": 28 },
//!     "o29": { "type": "int", "value": 29 },
//!     "o30": { "type": "int", "value": 30 },
//!     "o31": { "type": "int", "value": 31 },
//!     "o32": { "type": "int", "value": 32 },
//!     "o33": { "type": "int", "value": 33 },
//!     "o34": { "type": "int", "value": 34 },
//!     "o35": { "type": "int", "value": 35 },
//!     "o36": { "type": "int", "value": 36 },
//!     "o37": { "type": "int", "value": 37 },
//!     "o38": { "type": "int", "value": 38 },
//!     "o39": { "type": "int", "value": 39 },
//!     "o40": { "type": "int", "value": 40 },
//!     "o41": { "type": "int", "value": 41 },
//!     "o42": { "type": "int", "value": 42 },
//!     "o43": { "type": "int", "value": 43 },
//!     "o44": { "type": "int", "value": 44 },
//!     "o45": { "type": "int", "value": 45 },
//!     "o46": { "type": "int", "value": 46 },
//!     "o47": { "type": "int", "value": 47 },
//!     "o48": { "type": "int", "value": 48 },
//!     "o49": { "type": "int", "value": 49 },
//!     "o50": { "type": "int", "value": 50 },
//!     "o51": { "type": "int", "value": 51 },
//!     "o52": { "type": "int", "value": 52 },
//!     "o53": { "type": "int", "value": 53 },
//!     "o54": { "type": "int", "value": 54 },
//!     "o55": { "type": "int", "value": 55 },
//!     "o56": { "type": "int", "value": 56 },
//!     "o57": { "type": "int", "value": 57 },
//!     "o58": { "type": "int", "value": 58 },
//!     "o59": { "type": "int", "value": 59 },
//!     "o60": { "type": "int", "value": 60 },
//!     "o61": { "type": "int", "value": 61 },
//!     "o62": { "type": "int", "value": 62 },
//!     "o63": { "type": "int", "value": 63 },
//!     "o64": { "type": "int", "value": 64 }
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "resources": { // expect: template/limits
//!     "zones": {
//!       "copy": { "name": "zones", "count": 500 },
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[format('zone{0}.contoso.com', copyIndex())]",
//!       "location": "global"
//!     },
//!     "others": {
//!       "copy": { "name": "others", "count": 500 },
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[format('other{0}.contoso.com', copyIndex())]",
//!       "location": "global"
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [],
//!   "outputs": { "all": { "type": "object", "value": { "one": 1, "two": 2 } } }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "count": { "type": "int", "defaultValue": 500 } },
//!   "resources": {
//!     "zones": {
//!       "copy": { "name": "zones", "count": 500 },
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[format('zone{0}.contoso.com', copyIndex())]",
//!       "location": "global"
//!     },
//!     "others": {
//!       "copy": { "name": "others", "count": "[parameters('count')]" },
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2020-06-01",
//!       "name": "[format('other{0}.contoso.com', copyIndex())]",
//!       "location": "global"
//!     }
//!   }
//! }
//! ```

use std::collections::BTreeMap;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{Graph, ResourceId};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::Node;

use crate::model::template::Templates;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "template/limits",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[
        "bicep-linter:max-params",
        "bicep-linter:max-variables",
        "bicep-linter:max-outputs",
        "bicep-linter:max-resources",
    ],
    references: &["Best practices for ARM templates, 2024-09-26"],
    sentences: &[],
    check: Check::Deployment(check),
};

/// How many members a section may have.
const SECTIONS: [(&str, usize); 3] = [("parameters", 256), ("variables", 256), ("outputs", 64)];

/// From this number of resources on, there may be more.
const MANY: usize = 5_000;

/// How many resources a template may have, the instances of loops included.
const MAX_RESOURCES: usize = 800;

/// How large a template may be, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// How long an expression may be, in characters.
const MAX_EXPRESSION: usize = 24_576;

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if !graph.dialect.is_template() {
        return;
    }
    let templates = cx.derived(Templates::build);
    for (template, _) in &templates.objects {
        for (section, most) in SECTIONS {
            let Some(member) = template.get(section) else { continue };
            let count = members(&member.value);
            if count > most {
                let message = format!("The template has {count} {section}, and the service allows {most}");
                cx.report(&member.key_span, message).help("put several values into one object");
            }
        }
    }
    for (place, count) in resources(graph) {
        let around = templates.objects.iter().filter(|(template, _)| template.span.contains(place));
        let Some((template, key)) = around.min_by_key(|(template, _)| template.span.range().len()) else {
            continue;
        };
        let at = template.get("resources").map(|member| member.key_span).or(*key);
        // Of very many not all are looked at.
        let least = if count < MANY { "" } else { "at least " };
        let message =
            format!("The template has {least}{count} resources, and the service allows {MAX_RESOURCES}");
        cx.report(&at.unwrap_or(template.span.part(0, 1)), message)
            .help("split the template into nested or linked deployments");
    }
    for (token, length) in &templates.long {
        let message =
            format!("The expression has {length} characters, and the service allows {MAX_EXPRESSION}");
        cx.report(token, message).help("move parts of it to variables");
    }
    for parsed in &graph.sources {
        let size = size(&parsed.source);
        if size > MAX_BYTES {
            let message = format!(
                "The template has {size} bytes without white space, and the service allows {MAX_BYTES}"
            );
            cx.report(&parsed.document.root.span.part(0, 1), message)
                .help("split the template into linked deployments");
        }
    }
}

// The declared names; a loop of variables stands for those that it makes.
fn members(section: &Node) -> usize {
    let copies = section.value("copy").map(Node::elements).unwrap_or_default();
    let own = section.members().len();
    if copies.is_empty() { own } else { own - 1 + copies.len() }
}

// The templates that certainly deploy too many resources by themselves: a place in each, and how many.
fn resources(graph: &Graph) -> Vec<(Span, usize)> {
    let mut counts: BTreeMap<(Option<ResourceId>, SourceId), (Span, usize)> = BTreeMap::new();
    for resource in graph.resources() {
        let certain = !resource.existing && resource.condition.truth.is_true();
        if certain && !resource.body.get("copy").get("count").assumed {
            let key = (resource.module, resource.span.source);
            counts.entry(key).or_insert((resource.span, 0)).1 += 1;
        }
    }
    counts.into_values().filter(|(_, count)| *count > MAX_RESOURCES).collect()
}

// The bytes without the white space between tokens, which tools take away.
fn size(source: &Source) -> usize {
    if source.text.len() <= MAX_BYTES {
        return source.text.len();
    }
    let (mut inside, mut escaped, mut size) = (false, false, 0);
    for byte in source.text.bytes() {
        match byte {
            b'"' if !escaped => inside = !inside,
            b' ' | b'\t' | b'\r' | b'\n' if !inside => continue,
            _ => {}
        }
        escaped = inside && byte == b'\\' && !escaped;
        size += 1;
    }
    size
}
