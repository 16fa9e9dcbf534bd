//! Resources and modules, as entries of the template's `resources`.

use armlint_engine::span::Span;
use armlint_engine::syntax::{ExpressionNode, Member, Node, NodeKind, Scalar};
use smol_str::SmolStr;

use super::access::Found;
use super::identity::{ScopeOf, management_group};
use super::make::{
    array, call, called, evaluated, made_string, member, object, property, text, truth, unknown,
};
use super::types::is_decorator;
use super::unit::{DEPLOYMENTS, Declared, TargetScope};
use super::{Frame, Lowering, Place};
use crate::syntax::{self, Entry, Expression, ExpressionKind, Key};

/// What a body says that is no data, or has another form in a template.
const NOT_DATA: [&str; 10] = [
    "name",
    "parent",
    "scope",
    "dependsOn",
    "copy",
    "condition",
    "existing",
    "type",
    "apiVersion",
    "resources",
];

/// What an extension is called that has no name.
const EXTENSION: &str = "extension";

impl<'f> Lowering<'f> {
    pub(super) fn resources(&mut self) -> Vec<Member> {
        let count = self.own().resources.len();
        (0..count).filter_map(|resource| self.resource(resource)).collect()
    }

    fn resource(&mut self, resource: usize) -> Option<Member> {
        let declared = &self.own().resources[resource];
        if declared.name().text.is_empty() {
            return None;
        }
        let (frames, copy) = self.resource_loop(declared);
        let place = Place { unit: self.unit, frames, around: Some(resource), in_function: false };
        let members = self.elsewhere(place, |lowering| {
            let mut members: Vec<Member> = copy.into_iter().collect();
            members.extend(lowering.heading(resource));
            members.extend(match (declared.is_module, declared.is_azure) {
                (true, _) => lowering.module(resource),
                (false, true) => lowering.azure_resource(resource),
                (false, false) => lowering.foreign_resource(resource),
            });
            let depends = lowering.depends_on(resource);
            members.extend(depends);
            lowering.describe(declared, &mut members);
            members
        });
        let name = declared.name();
        Some(member(declared.key.clone(), name.span, object(members, declared.statement.span)))
    }

    // What the variables of a resource's loop stand for, and the loop.
    fn resource_loop(&mut self, declared: &Declared<'f>) -> (Vec<Frame>, Option<Member>) {
        let Some(each) = declared.each() else { return (Vec::new(), None) };
        let unit = self.unit;
        let place = Place { unit, frames: Vec::new(), around: declared.parent, in_function: false };
        let index = Lowering::copy_index(declared.key.clone(), each.item.span);
        let (count, frame) = self.elsewhere(place, |lowering| lowering.counted(each, index));
        let name = declared.name();
        let mut copy = vec![
            member("name", name.span, made_string(declared.key.clone(), name.span)),
            member("count", each.source.span, count),
        ];
        let batch =
            declared.statement.decorators.iter().find(|decorator| is_decorator(decorator, "batchSize"));
        if let Some((decorator, size)) = batch.and_then(|batch| Some((batch, batch.arguments.first()?))) {
            let at = decorator.name.span;
            copy.push(member("mode", at, made_string("serial", at)));
            copy.push(member("batchSize", at, self.value(size)));
        }
        (vec![frame], Some(member("copy", each.span, object(copy, each.span))))
    }

    // Condition, kind and type.
    fn heading(&mut self, resource: usize) -> Vec<Member> {
        let declared = &self.own().resources[resource];
        let mut members = Vec::new();
        if let Some(condition) = self.conditions(resource) {
            let value = match &declared.node.condition {
                // A literal stays one.
                Some(own) if declared.parent.is_none() => self.value(own),
                _ => evaluated(condition),
            };
            members.push(member("condition", value.span, value));
        }
        if declared.node.existing {
            members.push(member("existing", declared.name().span, truth(true, declared.name().span)));
        }
        let (ty, version) = type_tokens(declared);
        let value = match declared.is_azure {
            true => ty,
            false => made_string(format!("{}@{}", declared.ty, declared.version), declared.node.ty.span),
        };
        if !declared.ty.is_empty() {
            members.push(member("type", value.span, value));
        }
        if declared.is_azure {
            members.push(member("apiVersion", version.span, version));
        }
        members
    }

    fn azure_resource(&mut self, resource: usize) -> Vec<Member> {
        let declared = &self.own().resources[resource];
        let name = match declared.property("name").filter(|_| declared.parent.is_none()) {
            Some(name) if declared.property("parent").is_none() => self.value(name),
            _ => evaluated(self.full_name(resource)),
        };
        let place = declared.node.body.member("name").map_or(declared.name().span, |own| own.key_span);
        let mut members = vec![member("name", place, name)];
        if !matches!(self.parent(resource), super::identity::Parent::Unknown(_)) {
            let scope = self.scope_of(resource);
            members.extend(self.scoped(scope, declared.statement.span));
        }
        members.extend(self.data(declared));
        members
    }

    // What a body says that is data.
    fn data(&mut self, declared: &Declared<'f>) -> Vec<Member> {
        let body = &declared.node.body;
        let is_data = |key: &Key| matches!(key, Key::Known(key) if !NOT_DATA.contains(&key.text.as_str()));
        let written = body.entries().iter().filter_map(move |entry| match entry {
            Entry::Member(member) if is_data(&member.key) => Some(member),
            _ => None,
        });
        let mut members = self.members(written, body.span);
        if declared.is(DEPLOYMENTS) {
            members.iter_mut().filter(|own| own.key.text == "properties").for_each(nest);
        }
        members
    }

    // A resource of an extension has no name, id or scope.
    fn foreign_resource(&mut self, resource: usize) -> Vec<Member> {
        let declared = &self.own().resources[resource];
        let place = declared.node.ty.span;
        let alias = declared.node.ty.text().and_then(|ty| ty.text.split_once(':'));
        let alias = alias.map_or(EXTENSION, |(alias, _)| alias);
        let written = declared.node.body.entries().iter().filter_map(|entry| match entry {
            Entry::Member(member) if !is_key(&member.key, "dependsOn") => Some(member),
            _ => None,
        });
        let properties = self.members(written, declared.node.body.span);
        vec![
            member("import", place, made_string(alias, place)),
            member("properties", declared.node.body.span, object(properties, declared.node.body.span)),
        ]
    }

    // Where something is deployed to, as templates say it. Nothing else that is evaluated stands at `place`.
    fn scoped(&self, scope: ScopeOf, place: Span) -> Vec<Member> {
        let own = self.own().scope;
        let one = |key: &str, value: ExpressionNode| vec![member(key, value.span, evaluated(value))];
        match scope {
            ScopeOf::Own => Vec::new(),
            ScopeOf::Resource(id) => one("scope", id),
            ScopeOf::Tenant if own == TargetScope::Tenant => Vec::new(),
            ScopeOf::Tenant => {
                vec![member("scope", place, made_string("/", place))]
            }
            ScopeOf::ManagementGroup(None) => Vec::new(),
            ScopeOf::ManagementGroup(Some(name)) => {
                let place = name.span;
                one(
                    "scope",
                    match own {
                        TargetScope::Tenant | TargetScope::ManagementGroup => {
                            let pattern = text("Microsoft.Management/managementGroups/{0}", place);
                            call("format", [pattern, name], place)
                        }
                        _ => management_group(name, place),
                    },
                )
            }
            ScopeOf::Subscription(Some(id)) => one("subscriptionId", id),
            ScopeOf::Subscription(None) if own == TargetScope::ResourceGroup => {
                let id = property(call("subscription", [], place), "subscriptionId", place, place);
                one("subscriptionId", id)
            }
            ScopeOf::Subscription(None) => Vec::new(),
            ScopeOf::ResourceGroup(subscription, name) => {
                let subscription = subscription.map(|id| one("subscriptionId", id));
                let name = name.map(|name| one("resourceGroup", name));
                subscription.into_iter().chain(name).flatten().collect()
            }
            ScopeOf::Unknown(place) => one("scope", unknown(place)),
        }
    }

    fn describe(&mut self, declared: &Declared<'f>, members: &mut Vec<Member>) {
        let Some(described) = self.described(&declared.statement.decorators) else { return };
        let own = members.iter_mut().find(|own| own.key.text == "metadata" && own.value.is_object());
        match own {
            None => members.push(described),
            Some(own) => {
                let both = own.value.members().iter().chain(described.value.members()).cloned().collect();
                own.value = object(both, own.value.span);
            }
        }
    }

    fn module(&mut self, resource: usize) -> Vec<Member> {
        let declared = &self.own().resources[resource];
        let name = match declared.property("name") {
            Some(name) => self.value(name),
            None => evaluated(self.own_name(resource)),
        };
        let mut members = vec![member("name", name.span, name)];
        if let Some(identity) = declared.property("identity") {
            members.push(member("identity", identity.span, self.value(identity)));
        }
        let scope = self.scope_of(resource);
        let own = self.own().scope;
        let in_group = match scope {
            ScopeOf::Own => own == TargetScope::ResourceGroup,
            ScopeOf::ResourceGroup(..) => true,
            _ => false,
        };
        members.extend(self.scoped(scope, declared.statement.span));
        if !in_group {
            let of = if own == TargetScope::ResourceGroup { "resourceGroup" } else { "deployment" };
            let place = declared.node.ty.span;
            let location = property(call(of, [], place), "location", place, place);
            members.push(member("location", place, evaluated(location)));
        }
        members.push(self.deployment(declared));
        members
    }

    fn deployment(&mut self, declared: &Declared<'f>) -> Member {
        let place = declared.node.ty.span;
        let mut properties = vec![
            member("mode", place, made_string("Incremental", place)),
            member("templateLink", place, object(vec![link(declared)], place)),
        ];
        if let Some(parameters) = declared.node.body.member("params") {
            let given = parameters.value.bare().entries().iter().filter_map(|entry| match entry {
                Entry::Member(syntax::Member { key: Key::Known(key), key_span, value }) => {
                    Some((key, *key_span, value))
                }
                _ => None,
            });
            let given = given.map(|(key, key_span, value)| {
                let argument = self.argument(value);
                Member { key: key.clone(), key_span, value: argument }
            });
            let given = object(given.collect(), parameters.value.span);
            // What is spread may give any parameter.
            let is_whole = parameters
                .value
                .bare()
                .entries()
                .iter()
                .all(|entry| matches!(entry, Entry::Member(syntax::Member { key: Key::Known(_), .. })));
            let value = match is_whole {
                true => given,
                false => evaluated(unknown(parameters.value.span)),
            };
            properties.push(member("parameters", parameters.key_span, value));
        }
        member("properties", place, object(properties, declared.node.body.span))
    }

    // What is given to a parameter of a module: a value, or a reference to a secret.
    fn argument(&mut self, written: &'f Expression) -> Node {
        let span = written.span;
        if let Some(reference) = self.secret(written) {
            return object(vec![member("reference", span, reference)], span);
        }
        if let ExpressionKind::For(each) = &written.bare().kind {
            let entry = self.property_loop("value".into(), span, &each.0, &each.1);
            return object(vec![member("copy", span, array(vec![entry], span))], span);
        }
        if matches!(written.bare().kind, ExpressionKind::Ternary(_)) && holds_secret(written) {
            return evaluated(self.perhaps_secret(written));
        }
        object(vec![member("value", span, self.value(written))], span)
    }

    // `vault.getSecret('name')`.
    fn secret_call(&mut self, written: &'f Expression) -> Option<(Found<'f>, &'f [Expression], Span)> {
        let ExpressionKind::Method(method) = &written.bare().kind else { return None };
        if method.1.name.text != "getSecret" || method.1.arguments.is_empty() {
            return None;
        }
        Some((self.found(&method.0)?, &method.1.arguments, method.0.span))
    }

    fn vault_id(&mut self, vault: &Found<'f>, span: Span) -> ExpressionNode {
        self.id_at(vault, span)
    }

    fn secret(&mut self, written: &'f Expression) -> Option<Node> {
        let (vault, arguments, place) = self.secret_call(written)?;
        let id = evaluated(self.vault_id(&vault, place));
        let vault = object(vec![member("id", place, id)], place);
        let mut members = vec![member("keyVault", place, vault)];
        for (key, value) in ["secretName", "secretVersion"].into_iter().zip(arguments) {
            members.push(member(key, value.span, self.value(value)));
        }
        Some(object(members, written.span))
    }

    // The same in an expression.
    fn perhaps_secret(&mut self, written: &'f Expression) -> ExpressionNode {
        let span = written.span;
        let made = |parts| called("createObject".into(), span, parts, span);
        if let ExpressionKind::Ternary(parts) = &written.bare().kind {
            let [condition, then, otherwise] = &**parts;
            let condition = self.expression(condition);
            let arms = [self.perhaps_secret(then), self.perhaps_secret(otherwise)];
            let [then, otherwise] = arms;
            return call("if", [condition, then, otherwise], span);
        }
        let Some((vault, arguments, place)) = self.secret_call(written) else {
            let value = self.expression(written);
            return made(vec![text("value", span), value]);
        };
        let id = self.vault_id(&vault, place);
        let mut parts = vec![text("keyVault", span), made(vec![text("id", span), id])];
        for (key, value) in ["secretName", "secretVersion"].into_iter().zip(arguments) {
            let value = self.expression(value);
            parts.extend([text(key, span), value]);
        }
        made(vec![text("reference", span), made(parts)])
    }
}

// A template that a resource is given is read by the next deployment: what was escaped for this one is an expression
// there. What this one evaluates of it stays what it is, unless it would mean something else in there.
fn nest(properties: &mut Member) {
    let scope =
        properties.value.value("expressionEvaluationOptions").and_then(|options| options.value("scope"));
    let is_outer = scope.and_then(Node::text).is_none_or(|scope| scope.eq_ignore_ascii_case("outer"));
    let template = |own: &Member| match nested(&own.value) {
        Some(nested) => nested,
        None if is_outer => own.value.clone(),
        None => evaluated(unknown(own.value.span)),
    };
    let members = properties.value.members().iter().map(|own| match own.key.text == "template" {
        true => Member { value: template(own), ..own.clone() },
        false => own.clone(),
    });
    if properties.value.is_object() {
        properties.value = object(members.collect(), properties.value.span);
    }
}

fn nested(node: &Node) -> Option<Node> {
    let text = |scalar: &Scalar| match scalar.text.starts_with("[[") {
        true => scalar.behind(1),
        false => scalar.clone(),
    };
    let kind = match &node.kind {
        NodeKind::String(scalar) => NodeKind::String(Box::new(text(scalar))),
        NodeKind::Expression(_) => return None,
        NodeKind::Array(elements) => {
            NodeKind::Array(elements.iter().map(nested).collect::<Option<Vec<_>>>()?.into())
        }
        NodeKind::Object(members) => {
            let member = |own: &Member| {
                let key = own.key.expression().is_none().then(|| text(&own.key))?;
                Some(Member { key, key_span: own.key_span, value: nested(&own.value)? })
            };
            NodeKind::Object(members.iter().map(member).collect::<Option<Vec<_>>>()?.into())
        }
        other => other.clone(),
    };
    Some(Node { kind, span: node.span })
}

// The file that a module is, or what the registry calls it.
fn link(declared: &Declared<'_>) -> Member {
    let written = &declared.node.ty;
    let place = written.span;
    match written.text() {
        Some(path) if crate::path::is_local(&path.text) => {
            member("relativePath", place, super::make::string(path, place))
        }
        Some(reference) => member("id", place, super::make::string(reference, place)),
        None => member("id", place, evaluated(unknown(place))),
    }
}

// The parts of the text that say type and version.
fn type_tokens(declared: &Declared<'_>) -> (Node, Node) {
    let place = declared.node.ty.span;
    let Some(scalar) = declared.node.ty.text().filter(|_| !declared.is_module) else {
        return (made_string(declared.ty.clone(), place), made_string(declared.version.clone(), place));
    };
    let written = &scalar.text;
    let at = written.find('@').unwrap_or(written.len());
    let before = written[..at].find(':').map_or(0, |colon| colon + 1);
    let ty = scalar.span(place, before, at);
    let version = match at == written.len() {
        true => place,
        false => scalar.span(place, at + 1, written.len()),
    };
    let made = |text: SmolStr, span: Span| Node {
        kind: NodeKind::String(Box::new(Scalar::verbatim(text, span.start))),
        span,
    };
    (made(declared.ty.clone(), ty), made(declared.version.clone(), version))
}

fn is_key(key: &Key, name: &str) -> bool {
    matches!(key, Key::Known(key) if key.text == name)
}

fn holds_secret(written: &Expression) -> bool {
    if let ExpressionKind::Method(method) = &written.kind
        && method.1.name.text == "getSecret"
    {
        return true;
    }
    let mut found = false;
    written.kind.each_child(&mut |child| found = found || holds_secret(child));
    found
}
