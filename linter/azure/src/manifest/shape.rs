//! From `spec` to the body of a resource as Resource Manager takes it.
//!
//! The operator's types are made from those of Resource Manager by a few turns that are undone here:
//! `properties` is flattened into `spec` and into the elements of lists, ids become references, secrets become references to Kubernetes
//! secrets, and values may come from config maps. Spans stay those of the tokens.

use armlint_engine::dialect::{CONFIG, SECRET};
use armlint_engine::span::Span;
use armlint_engine::syntax::{List, Member, Node, NodeKind, Scalar};
use smol_str::SmolStr;

use super::Manifest;
use super::index::Index;

/// What stands in `spec` for the operator and not for Azure.
const OPERATOR: [&str; 5] = ["azureName", "owner", "operatorSpec", "originalVersion", "$propertyBag"];

/// What stands beside `properties`, and not in it.
const ENVELOPE: [&str; 12] = [
    "location",
    "tags",
    "sku",
    "kind",
    "identity",
    "zones",
    "plan",
    "extendedLocation",
    "managedBy",
    "managedByExtended",
    "etag",
    "placement",
];

/// Types whose `sku` is a property.
const SKU_WITHIN: [&str; 5] = [
    "Microsoft.Cache/redis",
    "Microsoft.Network/applicationGateways",
    "Microsoft.Network/azureFirewalls",
    "Microsoft.Network/firewallPolicies",
    "Microsoft.OperationalInsights/workspaces",
];

/// Lists of objects that hold `properties` of their own in Azure and are flattened here, in the services
/// of [`NESTING`]. Source: the resource reference of Microsoft.Network (API version
/// 2024-05-01) and Microsoft.ContainerInstance (2023-05-01).
const NESTED: [&str; 31] = [
    "applicationRuleCollections",
    "authenticationCertificates",
    "backendAddressPools",
    "backendHttpSettingsCollection",
    "containers",
    "delegations",
    "frontendIPConfigurations",
    "frontendPorts",
    "gatewayIPConfigurations",
    "httpListeners",
    "inboundNatPools",
    "inboundNatRules",
    "initContainers",
    "ipConfigurations",
    "loadBalancingRules",
    "manualPrivateLinkServiceConnections",
    "natRuleCollections",
    "networkRuleCollections",
    "outboundRules",
    "privateDnsZoneConfigs",
    "privateLinkServiceConnections",
    "probes",
    "redirectConfigurations",
    "requestRoutingRules",
    "routes",
    "securityRules",
    "sslCertificates",
    "subnets",
    "trustedRootCertificates",
    "urlPathMaps",
    "virtualNetworkPeerings",
];

const NESTING: [&str; 2] = ["network", "containerinstance"];

/// What stands beside `properties` in such an object.
const BESIDE: [&str; 5] = ["name", "id", "type", "zones", "tags"];

pub(super) struct Shape<'a, 'i> {
    pub(super) manifest: &'i Manifest<'a>,
    pub(super) index: &'i Index<'a>,
}

impl<'a> Shape<'a, '_> {
    /// The members of the body that come from `spec`; `properties` last.
    pub(super) fn body(&self, ty: &str) -> Vec<Member> {
        let Some(spec) = self.manifest.node.get("spec") else { return Vec::new() };
        let written = spec.value.members().iter();
        let written = written.filter(|member| !OPERATOR.contains(&member.key.text.as_str()));
        if spec.value.value("properties").is_some_and(Node::is_object) {
            return written.map(|member| self.member(member)).collect();
        }
        let sku_within = SKU_WITHIN.iter().any(|within| within.eq_ignore_ascii_case(ty));
        let beside = |member: &&Member| {
            let key = member.key.text.as_str();
            ENVELOPE.contains(&key) && !(key == "sku" && sku_within)
        };
        let (beside, within): (Vec<&Member>, Vec<&Member>) = written.partition(beside);
        let within: Vec<Member> = within.into_iter().map(|member| self.member(member)).collect();
        let mut body: Vec<Member> = beside.into_iter().map(|member| self.member(member)).collect();
        let value = Node { kind: NodeKind::Object(within.into()), span: spec.value.span };
        body.push(renamed(spec, "properties".into(), value));
        body
    }

    fn member(&self, member: &'a Member) -> Member {
        let key = member.key.text.as_str();
        if key == "userAssignedIdentities" && !member.value.elements().is_empty() {
            return Member { value: self.identities(&member.value), ..member.clone() };
        }
        if self.nests(key) {
            let elements = member.value.elements().iter().map(|element| self.nested(element));
            let value = Node { kind: NodeKind::Array(elements.collect()), span: member.value.span };
            return Member { value, ..member.clone() };
        }
        if let Some(id) = self.reference(&member.value) {
            let key = match key.strip_suffix("Reference") {
                Some("scope") => "scope".into(),
                Some(base) => format!("{base}Id").into(),
                None if key == "reference" => "id".into(),
                None => member.key.text.clone(),
            };
            return renamed(member, key, id);
        }
        if let Some(base) = key.strip_suffix("References") {
            let ids: Option<List<Node>> =
                member.value.elements().iter().map(|element| self.reference(element)).collect();
            if let Some(ids) = ids.filter(|ids| !ids.is_empty()) {
                let value = Node { kind: NodeKind::Array(ids), span: member.value.span };
                return renamed(member, format!("{base}Ids").into(), value);
            }
        }
        if let Some((name, entry)) = outside(&member.value) {
            let from_config = key.strip_suffix("FromConfig");
            let base = ["FromConfig", "FromSecret", "SecretRef"].iter().find_map(|end| key.strip_suffix(end));
            let start = if from_config.is_some() { CONFIG } else { SECRET };
            let value = text(format!("{start}{name}/{entry}}}").into(), member.value.span);
            return renamed(member, base.unwrap_or(key).into(), value);
        }
        Member { value: self.value(&member.value), ..member.clone() }
    }

    fn value(&self, node: &'a Node) -> Node {
        let kind = match &node.kind {
            _ if !self.is_turned(node) => return node.clone(),
            NodeKind::Object(members) => {
                NodeKind::Object(members.iter().map(|member| self.member(member)).collect())
            }
            NodeKind::Array(elements) => {
                NodeKind::Array(elements.iter().map(|element| self.element(element)).collect())
            }
            kind => kind.clone(),
        };
        Node { kind, span: node.span }
    }

    fn nests(&self, key: &str) -> bool {
        NESTED.contains(&key) && NESTING.contains(&self.manifest.group)
    }

    fn nested(&self, node: &'a Node) -> Node {
        let members = node.members();
        if members.is_empty() || node.get("properties").is_some() {
            return self.element(node);
        }
        let (mut beside, within): (Vec<Member>, Vec<Member>) = members
            .iter()
            .map(|member| self.member(member))
            .partition(|member| BESIDE.contains(&member.key.text.as_str()));
        if let Some(first) = within.first() {
            let (span, key_span) = (node.span, first.key_span);
            let value = Node { kind: NodeKind::Object(within.into()), span };
            beside.push(Member { key: Scalar::verbatim("properties", key_span.start), key_span, value });
        }
        Node { kind: NodeKind::Object(beside.into()), span: node.span }
    }

    fn element(&self, node: &'a Node) -> Node {
        match outside(node) {
            Some((name, entry)) => text(format!("{SECRET}{name}/{entry}}}").into(), node.span),
            None => self.value(node),
        }
    }

    // Whether anything in a tree is written otherwise than in Azure, so that what is not is shared.
    fn is_turned(&self, node: &Node) -> bool {
        match &node.kind {
            NodeKind::Object(members) => members.iter().any(|member| {
                let key = member.key.text.as_str();
                key == "reference"
                    || key == "userAssignedIdentities"
                    || key.ends_with("Reference")
                    || key.ends_with("References")
                    || self.nests(key)
                    || outside(&member.value).is_some()
                    || self.is_turned(&member.value)
            }),
            NodeKind::Array(elements) => {
                elements.iter().any(|element| outside(element).is_some() || self.is_turned(element))
            }
            _ => false,
        }
    }

    fn reference(&self, node: &'a Node) -> Option<Node> {
        let members = node.members();
        let known = |member: &Member| ["armId", "group", "kind", "name"].contains(&member.key.text.as_str());
        if members.is_empty() || !members.iter().all(known) {
            return None;
        }
        let id = self.index.reference(self.manifest, node)?;
        let token = node.value("armId").or(node.value("name")).unwrap_or(node);
        match (&token.kind, node.value("armId")) {
            (NodeKind::String(_), Some(_)) => Some(token.clone()),
            _ => Some(text(id.into(), token.span)),
        }
    }

    // A list of references here, an object with ids as keys there.
    fn identities(&self, node: &'a Node) -> Node {
        let members = node.elements().iter().filter_map(|element| {
            let id = self.reference(element.value("reference")?)?;
            let value = Node { kind: NodeKind::Object(List::default()), span: element.span };
            let NodeKind::String(key) = id.kind else { return None };
            Some(Member { key: *key, key_span: id.span, value })
        });
        Node { kind: NodeKind::Object(members.collect()), span: node.span }
    }
}

// `{name, key}`: an entry of a Kubernetes secret or of a config map.
fn outside(node: &Node) -> Option<(&str, &str)> {
    match node.members() {
        [_, _] => Some((node.value("name")?.text()?, node.value("key")?.text()?)),
        _ => None,
    }
}

fn renamed(member: &Member, key: SmolStr, value: Node) -> Member {
    Member { key: Scalar::verbatim(key, member.key_span.start), key_span: member.key_span, value }
}

/// A string that does not stand like this in the text, at the token that it comes from.
pub(super) fn text(text: SmolStr, span: Span) -> Node {
    Node { kind: NodeKind::String(Box::new(Scalar::verbatim(text, span.start))), span }
}
