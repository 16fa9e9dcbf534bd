//! Firewall policies: groups of rule collections, inherited ones first.

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::syntax::Number;
use armlint_engine::value::{Presence, Truth, Value, ValueKind, presence};

use crate::network::firewall::{Collection, RuleKind};
use crate::network::lookup::{self, Lookup};
use crate::types::FIREWALL_POLICIES;
use crate::{existence, resource_id};

const GROUPS: [&str; 2] = [
    "Microsoft.Network/firewallPolicies/ruleCollectionGroups",
    "Microsoft.Network/firewallPolicies/ruleGroups",
];

// How many policies inherit from each other.
const MAX_HEIGHT: i64 = 8;

/// The collections of a policy and of those that it inherits from; `None` where they are not known.
pub fn collections(graph: &Graph, policy: &Resource) -> Option<Vec<Collection>> {
    let mut found = Vec::new();
    let mut next = policy;
    for height in 0..MAX_HEIGHT {
        own(graph, next, height, &mut found)?;
        match lookup::referenced(graph, &next.property("basePolicy"), FIREWALL_POLICIES) {
            Lookup::Nothing => return Some(found),
            Lookup::Found(base) => next = base,
            Lookup::Elsewhere => return None,
        }
    }
    None
}

fn own(graph: &Graph, policy: &Resource, height: i64, found: &mut Vec<Collection>) -> Option<()> {
    for group in GROUPS.iter().flat_map(|ty| graph.of_type(ty)) {
        let above = group.name.segments.first();
        let same = above.map_or(Truth::Unknown, |above| resource_id::same_name(above, &policy.name.last()));
        if group.parent != Some(policy.id) && same.is_false() {
            continue;
        }
        let belongs = group.parent == Some(policy.id) || same.is_true();
        // A group that may not be there, or that is not known, may allow anything.
        if group.existing || group.repeated || !belongs || !existence::exists_with(group, policy) {
            return None;
        }
        let above = priority(&group.properties);
        for key in ["ruleCollections", "rules"] {
            let list = group.property(key);
            match list.elements() {
                Some(collections) => {
                    for collection in collections {
                        found.extend(read(collection, above, height, group.id)?);
                    }
                }
                None if presence(&list) == Presence::Absent => {}
                None => return None,
            }
        }
    }
    Some(())
}

// The inner `None` is a collection that translates addresses and decides nothing here.
fn read(
    collection: &Value,
    group: Option<i64>,
    height: i64,
    owner: ResourceId,
) -> Option<Option<Collection>> {
    let ty = collection.get("ruleCollectionType");
    if ty.is_text("FirewallPolicyNatRuleCollection").is_true() {
        return Some(None);
    }
    let rules = collection.get("rules").elements()?.to_vec();
    let kinded = |rule: Value| {
        let ty = rule.get("ruleType");
        let kind = match () {
            () if ty.is_text("NetworkRule").is_true() => RuleKind::Network,
            () if ty.is_text("ApplicationRule").is_true() => RuleKind::Application,
            () => return None,
        };
        Some((kind, rule))
    };
    let rules: Option<Vec<(RuleKind, Value)>> = rules.into_iter().map(kinded).collect();
    // What is inherited comes first.
    let order = group.zip(priority(collection)).map(|(group, own)| vec![-height, group, own]);
    Some(Some(Collection {
        action: collection.get("action"),
        order,
        rules: rules?,
        doubtful: false,
        owner,
        name: collection.get("name"),
    }))
}

/// The `priority` of something, where it is known.
pub fn priority(properties: &Value) -> Option<i64> {
    let value = properties.get("priority");
    match &value.kind {
        _ if value.assumed => None,
        ValueKind::Number(Number::Int(number)) => Some(*number),
        _ => value.known_text()?.parse().ok(),
    }
}
