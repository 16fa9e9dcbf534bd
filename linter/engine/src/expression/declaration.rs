//! The resources that a template declares, one for each instance of a loop, with their types, names and
//! ids.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use super::making::Maker;
pub use super::nested::Nested;
use super::nested::NestedState;
use super::scope::TemplateScope;
use super::template::DeploymentContext;
use crate::span::Span;
use crate::syntax::{Member, Node, NodeKind};
use crate::value::{KeyedText, Object, Origin, Text, Value};

/// How deep templates of outer scope are searched for a resource that is referred to.
const MAX_OUTER_DEPTH: usize = 8;

/// The resource type of nested deployments.
pub const DEPLOYMENTS: &str = "Microsoft.Resources/deployments";

/// A declared resource.
pub struct Declaration {
    /// Its object.
    pub node: Node,
    /// The scope of its expressions.
    pub scope: Rc<TemplateScope>,
    /// The token that stands for the resource.
    pub place: Span,
    /// The symbolic name, in a template that has them.
    pub symbolic_name: Option<SmolStr>,
    /// The declaration that this one is written in, by position.
    pub parent: Option<usize>,
    /// The instance of a loop stands for all of them: their number is not known.
    pub repeated: bool,
    /// The loop's name and the instance's index.
    pub instance: Option<(SmolStr, Option<i64>)>,
    /// The whole type.
    pub ty: SmolStr,
    /// The whole name by segments.
    pub segments: Vec<Text>,
    /// The name as written.
    pub name: Value,
    /// It is not deployed, only referred to.
    pub existing: bool,
    /// The condition; absent where there is none.
    pub condition: Value,
    /// Its condition, or that of something around it, is false.
    pub(super) left_out: bool,
    /// The resource id.
    pub resource_id: KeyedText,
    /// The provider of an extension other than Azure has it: it has no id and is no part of the graph.
    pub foreign: bool,
    pub(super) context: DeploymentContext,
    pub(super) nested: RefCell<NestedState<Option<Rc<Nested>>>>,
}

/// The resources of a template.
#[derive(Default)]
pub struct Declarations {
    /// In the order of the text, parents before their children.
    pub list: Vec<Rc<Declaration>>,
    by_symbol: FxHashMap<SmolStr, Vec<usize>>,
    by_key: FxHashMap<SmolStr, Vec<usize>>,
}

impl Declarations {
    /// The declarations of a `resources` section.
    pub fn make(
        section: Option<&Node>,
        scope: &Rc<TemplateScope>,
        context: &DeploymentContext,
    ) -> Declarations {
        let mut made = Maker { context, list: Vec::new(), instances: 0 };
        match section.map(|node| &node.kind) {
            Some(NodeKind::Array(elements)) => {
                for element in elements.iter() {
                    made.resource(element, None, None, scope);
                }
            }
            Some(NodeKind::Object(members)) => {
                for member in members.iter() {
                    made.resource(&member.value, Some(member), None, scope);
                }
            }
            _ => {}
        }
        Declarations::indexed(made.list)
    }

    fn indexed(list: Vec<Declaration>) -> Declarations {
        let mut by_symbol: FxHashMap<SmolStr, Vec<usize>> = FxHashMap::default();
        let mut by_key: FxHashMap<SmolStr, Vec<usize>> = FxHashMap::default();
        for (position, declaration) in list.iter().enumerate() {
            if let Some(symbol) = &declaration.symbolic_name {
                let symbol = symbol.to_ascii_lowercase();
                if let Some((_, Some(index))) = &declaration.instance {
                    by_symbol.entry(format_smolstr!("{symbol}[{index}]")).or_default().push(position);
                }
                by_symbol.entry(symbol.into()).or_default().push(position);
            }
            by_key.entry(declaration.resource_id.key()).or_default().push(position);
            let name = declaration.segments.iter().map(Text::key).collect::<Vec<_>>().join("/");
            by_key.entry(name.into()).or_default().push(position);
        }
        Declarations { list: list.into_iter().map(Rc::new).collect(), by_symbol, by_key }
    }

    /// The resource that a `reference` or `dependsOn` names: by symbolic name, by id, or by a name that
    /// only one resource has; also one that a nested template of outer scope declares. None where a
    /// symbolic name stands for several instances.
    pub fn find(&self, text: &Text) -> Option<Rc<Declaration>> {
        self.find_within(text, MAX_OUTER_DEPTH)
    }

    fn find_within(&self, text: &Text, depth: usize) -> Option<Rc<Declaration>> {
        let key = text.key();
        let positions = match self.by_symbol.get(&key) {
            Some(positions) => Some(positions),
            None => self.by_key.get(&key),
        };
        match positions.map(Vec::as_slice) {
            Some([only]) => return Some(self.list[*only].clone()),
            Some([first, ..]) if key.starts_with('/') => return Some(self.list[*first].clone()),
            Some(_) => return None,
            None => {}
        }
        let depth = depth.checked_sub(1)?;
        let deployments = self.list.iter().filter(|declaration| declaration.is_deployment());
        let outer = deployments.filter_map(|declaration| declaration.nested().filter(|nested| nested.outer));
        outer.filter_map(|nested| nested.declarations()?.find_within(text, depth)).next()
    }

    /// All that [`Declarations::find`] could mean: also the instances of a loop, and several resources of
    /// one name.
    pub fn all(&self, text: &Text) -> Vec<Rc<Declaration>> {
        let key = text.key();
        let positions = self.by_symbol.get(&key).or_else(|| self.by_key.get(&key));
        let own: Vec<Rc<Declaration>> =
            positions.into_iter().flatten().map(|position| self.list[*position].clone()).collect();
        if own.is_empty() { self.find(text).into_iter().collect() } else { own }
    }

    /// The instances of a symbolic name, in their order.
    pub fn instances(&self, symbol: &Text) -> Vec<Rc<Declaration>> {
        let positions = self.by_symbol.get(&symbol.key());
        positions.into_iter().flatten().map(|position| self.list[*position].clone()).collect()
    }
}

impl Declaration {
    /// The whole object, evaluated as it is looked at. The template of a deployment is not in it where it
    /// has a scope of its own, in which its expressions mean something else.
    pub fn body(&self) -> Value {
        let NodeKind::Object(members) = &self.node.kind else { return Value::absent(self.place) };
        let inner = self.nested().is_some_and(|nested| !nested.outer);
        let members = match inner {
            true => members.iter().map(without_template).collect(),
            false => members.clone(),
        };
        let object = Object::written(members, self.place, self.scope.clone());
        Value::new(object.into(), Origin::at(self.node.span))
    }

    /// Whether this is a nested deployment.
    pub fn is_deployment(&self) -> bool {
        self.ty.eq_ignore_ascii_case(DEPLOYMENTS)
    }
}

fn without_template(member: &Member) -> Member {
    match &member.value.kind {
        NodeKind::Object(inner) if member.key.text.eq_ignore_ascii_case("properties") => {
            let kept = inner.iter().filter(|member| !member.key.text.eq_ignore_ascii_case("template"));
            let value = Node { kind: NodeKind::Object(kept.cloned().collect()), ..member.value.clone() };
            Member { value, ..member.clone() }
        }
        _ => member.clone(),
    }
}
