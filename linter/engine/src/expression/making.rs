//! From the `resources` of a template to declarations: instances of loops, names, ids.

use std::cell::RefCell;
use std::rc::Rc;

use smol_str::{SmolStr, format_smolstr};

use super::context::subscription_path;
use super::declaration::Declaration;
use super::evaluate::name_text;
use super::nested::NestedState;
use super::place::{empty, enter_scope, scope_path, target_context};
use super::resource_id::{RESOURCE_GROUPS, interleaved, joined};
use super::scope::TemplateScope;
use super::template::DeploymentContext;
use crate::syntax::{Member, Node, NodeKind, Number};
use crate::value::{Origin, Reason, Term, Text, Truth, Type, Unknown, Value, ValueKind};

/// How many instances one loop makes at most: the service's own limit (best practices page, 2024-06).
const MAX_COPIES: i64 = 800;

/// How many instances all loops of a template make before further loops stand for themselves.
const MAX_INSTANCES: usize = 5000;

/// How many resources of a template are looked at; the service takes 800.
const MAX_DECLARATIONS: usize = 10_000;

/// Makes the declarations of a section, one after the other.
pub(super) struct Maker<'a> {
    pub(super) context: &'a DeploymentContext,
    pub(super) list: Vec<Declaration>,
    pub(super) instances: usize,
}

impl Maker<'_> {
    pub(super) fn resource(
        &mut self,
        node: &Node,
        symbol: Option<&Member>,
        parent: Option<usize>,
        scope: &Rc<TemplateScope>,
    ) {
        if !node.is_object() {
            return;
        }
        if self.list.len() >= MAX_DECLARATIONS {
            scope.template.evaluator.limit(node.span.part(0, 1));
            return;
        }
        let Some(copy) = node.value("copy").filter(|copy| copy.is_object()) else {
            return self.instance(node, symbol, parent, scope.clone(), None, false);
        };
        let name: SmolStr = copy.value("name").and_then(Node::text).unwrap_or("").into();
        let count = match copy.get("count") {
            Some(member) => scope.evaluate_node(&member.value, member.key_span),
            None => Value::absent(copy.span),
        };
        let decided = !count.assumed || scope.template.evaluator.defaults_decide;
        match count.kind {
            ValueKind::Number(Number::Int(count @ 0..=MAX_COPIES))
                if (count > 0 || decided) && self.instances + count as usize <= MAX_INSTANCES =>
            {
                self.instances += count as usize;
                for index in 0..count {
                    let value = Value::new(ValueKind::Number(Number::Int(index)), Origin::at(copy.span));
                    let scope = scope.within_copy(&name, value, true);
                    self.instance(node, symbol, parent, scope, Some((name.clone(), Some(index))), false);
                }
            }
            _ => {
                let unknown =
                    Unknown::new(Reason::Computed, Term::loop_index(&name)).typed(Some(Type::Number));
                let index = Value::new(unknown.into(), Origin::at(copy.span));
                let scope = scope.within_copy(&name, index, true);
                self.instance(node, symbol, parent, scope, Some((name, None)), true);
            }
        }
    }

    fn instance(
        &mut self,
        node: &Node,
        symbol: Option<&Member>,
        parent: Option<usize>,
        scope: Rc<TemplateScope>,
        instance: Option<(SmolStr, Option<i64>)>,
        repeated: bool,
    ) {
        let own = |key: &str| match node.get(key) {
            Some(member) => scope.evaluate_node(&member.value, member.key_span),
            None => Value::absent(node.span),
        };
        let condition = own("condition");
        // What is not deployed has no name: only what its condition guards may make it one.
        let left_out = scope.decides(&condition).is_false() || above_left_out(parent, &self.list);
        let name = if left_out { Value::absent(node.span) } else { own("name") };
        let ty = own("type");
        let written: SmolStr = ty.known_text().unwrap_or("").trim_matches('/').into();
        let above = parent.map(|parent| &self.list[parent]);
        let relative = !written.split('/').next().is_some_and(|provider| provider.contains('.'));
        let (ty, segments) = match above {
            Some(above) if relative => {
                let ty = format_smolstr!("{}/{written}", above.ty);
                let segments = above.segments.iter().cloned().chain(name_text(&name).split('/')).collect();
                (ty, segments)
            }
            // The whole type, but perhaps not the whole name.
            Some(above) if is_below(&written, &above.ty) => {
                let own = name_text(&name).split('/');
                let wanted = written.split('/').count() - 1;
                let whole = own.len() >= wanted || own.len() + above.segments.len() > wanted;
                let before = if whole { &[] } else { above.segments.as_slice() };
                let known: Vec<Text> = before.iter().cloned().chain(own).collect();
                let segments =
                    if known.len() < wanted { name_segments(&scope, &written, &name) } else { known };
                (written, segments)
            }
            _ => {
                let segments = name_segments(&scope, &written, &name);
                (written, segments)
            }
        };
        let existing = node.value("existing").is_some_and(|node| node.kind == NodeKind::Bool(true));
        let repeated = repeated || above.is_some_and(|above| above.repeated);
        let place = match (node.value("name"), symbol) {
            (Some(name), _) => name.span,
            (None, Some(symbol)) => symbol.key_span,
            (None, None) => node.value("type").map_or(node.span.part(0, 1), |ty| ty.span),
        };
        let resource_id = match left_out {
            true => Text::hole(Rc::new(Unknown::new(Reason::Computed, scope.place("id", node.span)))),
            false => self.resource_id(node, &scope, &ty, &segments),
        };
        let declaration = Declaration {
            node: node.clone(),
            place,
            symbolic_name: symbol.map(|symbol| symbol.key.text.clone()),
            parent,
            repeated,
            instance,
            ty,
            segments,
            name,
            existing,
            left_out,
            condition,
            resource_id: resource_id.into(),
            foreign: is_foreign(node, &scope),
            context: self.context.clone(),
            nested: RefCell::new(NestedState::New),
            scope: scope.clone(),
        };
        let position = self.list.len();
        self.list.push(declaration);
        match node.value("resources").map(|children| &children.kind) {
            Some(NodeKind::Array(children)) => {
                for child in children.iter() {
                    self.resource(child, None, Some(position), &scope);
                }
            }
            Some(NodeKind::Object(children)) => {
                for child in children.iter() {
                    self.resource(&child.value, Some(child), Some(position), &scope);
                }
            }
            _ => {}
        }
    }

    fn resource_id(&self, node: &Node, scope: &Rc<TemplateScope>, ty: &str, names: &[Text]) -> Text {
        let own = |key: &str| {
            let member = node.get(key)?;
            let value = scope.evaluate_node(&member.value, member.key_span);
            (!value.is_missing()).then_some(value)
        };
        let mut target = target_context(self.context, own("subscriptionId"), own("resourceGroup"));
        if ty.eq_ignore_ascii_case(RESOURCE_GROUPS) {
            let parts = [Text::Known("/resourceGroups/".into()), names.last().cloned().unwrap_or_else(empty)];
            return Text::concat(std::iter::once(subscription_path(&target.subscription)).chain(parts));
        }
        if ty.eq_ignore_ascii_case("Microsoft.Management/managementGroups") {
            return interleaved(ty, names);
        }
        let Some(written) = own("scope") else { return joined(&scope_path(&target), ty, names) };
        if enter_scope(&mut target, &written) {
            return joined(&scope_path(&target), ty, names);
        }
        let base = name_text(&written);
        let base = match base.starts_with("/") {
            Truth::False => Text::concat([scope_path(&target), Text::Known("/providers/".into()), base]),
            _ => base,
        };
        joined(&base, ty, names)
    }
}

fn above_left_out(parent: Option<usize>, list: &[Declaration]) -> bool {
    parent.and_then(|parent| list.get(parent)).is_some_and(|parent| parent.left_out)
}

fn is_below(ty: &str, above: &str) -> bool {
    ty.get(..above.len()).is_some_and(|start| start.eq_ignore_ascii_case(above))
        && ty.as_bytes().get(above.len()) == Some(&b'/')
}

// One segment for each segment of the type behind the provider; where the name does not show its parts,
// the parents' are holes that equal nothing else.
fn name_segments(scope: &TemplateScope, ty: &str, name: &Value) -> Vec<Text> {
    let text = if name.is_missing() {
        Text::hole(Rc::new(Unknown::new(Reason::Computed, scope.place("name", name.origin.span))))
    } else {
        name_text(name)
    };
    let mut segments = text.split('/');
    let wanted = ty.split('/').count().saturating_sub(1);
    if segments.len() < wanted {
        let missing = wanted - segments.len();
        let split = Term::call("split", [Term::from(text)]);
        let holes = (0..missing).map(|index| {
            let index = Term::integer(i64::try_from(index).unwrap_or(i64::MAX));
            Text::hole(Rc::new(Unknown::new(Reason::Computed, split.index(index))))
        });
        segments = holes.chain(segments).collect();
    }
    segments
}

// A resource of an extension that is not Azure's: Microsoft Graph, Kubernetes, ...
fn is_foreign(node: &Node, scope: &Rc<TemplateScope>) -> bool {
    let Some(alias) = ["import", "extension"].iter().find_map(|key| node.value(key)?.text()) else {
        return false;
    };
    let template = &scope.template.node;
    let extension =
        ["imports", "extensions"].iter().find_map(|section| template.value(section)?.value(alias));
    let name = extension
        .and_then(|extension| ["name", "provider"].iter().find_map(|key| extension.value(key)?.text()));
    !["az", "AzureResourceManager"].iter().any(|own| name.unwrap_or(alias).eq_ignore_ascii_case(own))
}
