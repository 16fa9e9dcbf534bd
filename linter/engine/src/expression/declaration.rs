//! The resources that a template declares, one for each instance of a loop, with their types, names and
//! ids; and the templates that are nested in them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use smol_str::{SmolStr, format_smolstr};

use super::context::{resource_group_path, subscription_path};
use super::evaluate::name_text;
use super::link;
use super::made;
use super::outputs::outputs;
use super::resource_id::{interleaved, joined};
use super::scope::TemplateScope;
use super::template::{DeploymentContext, Template, TemplateScopeKind, named_scope};
use crate::span::{SourceId, Span};
use crate::syntax::{Member, Node, NodeKind, Number};
use crate::value::{Object, Origin, Reason, Text, Truth, Type, Unknown, Value, ValueKind};

/// How many instances one loop makes at most: the service's own limit (best practices page, 2024-06).
const MAX_COPIES: i64 = 800;

/// How many instances all loops of a template make before further loops stand for themselves.
const MAX_INSTANCES: usize = 5000;

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
    left_out: bool,
    /// The resource id.
    pub resource_id: Text,
    /// The provider of an extension other than Azure has it: it has no id and is no part of the graph.
    pub foreign: bool,
    context: DeploymentContext,
    nested: RefCell<State<Option<Rc<Nested>>>>,
}

/// Something that is made when it is asked for, perhaps by itself.
enum State<T> {
    New,
    InTheMaking,
    Made(T),
}

impl<T: Clone> State<T> {
    /// What was made; `None` while it is being made, when it depends on itself.
    fn get(cell: &RefCell<State<T>>, make: impl FnOnce() -> T) -> Option<T> {
        match &*cell.borrow() {
            State::Made(made) => return Some(made.clone()),
            State::InTheMaking => return None,
            State::New => {}
        }
        cell.replace(State::InTheMaking);
        let made = make();
        cell.replace(State::Made(made.clone()));
        Some(made)
    }
}

/// The resources of a template.
#[derive(Default)]
pub struct Declarations {
    /// In the order of the text, parents before their children.
    pub list: Vec<Rc<Declaration>>,
    by_symbol: HashMap<SmolStr, Vec<usize>>,
    by_key: HashMap<SmolStr, Vec<usize>>,
}

/// A template that is nested in a deployment resource.
pub struct Nested {
    /// The template's object.
    pub node: Node,
    /// The scope of its outputs: its own, or its parent's for outer scope.
    pub scope: Rc<TemplateScope>,
    /// Its expressions are evaluated in the parent's scope.
    pub outer: bool,
    /// Where it is deployed to.
    pub context: DeploymentContext,
    /// The resources of a template of outer scope; those of inner scope belong to their template.
    outer_declarations: RefCell<State<Rc<Declarations>>>,
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
        let mut by_symbol: HashMap<SmolStr, Vec<usize>> = HashMap::new();
        let mut by_key: HashMap<SmolStr, Vec<usize>> = HashMap::new();
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

    /// The instances of a symbolic name, in their order.
    pub fn instances(&self, symbol: &Text) -> Vec<Rc<Declaration>> {
        let positions = self.by_symbol.get(&symbol.key());
        positions.into_iter().flatten().map(|position| self.list[*position].clone()).collect()
    }
}

struct Maker<'a> {
    context: &'a DeploymentContext,
    list: Vec<Declaration>,
    instances: usize,
}

impl Maker<'_> {
    fn resource(
        &mut self,
        node: &Node,
        symbol: Option<&Member>,
        parent: Option<usize>,
        scope: &Rc<TemplateScope>,
    ) {
        if !node.is_object() {
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
                let residue = format_smolstr!("copyIndex('{}')", name.to_ascii_lowercase());
                let unknown = Unknown { ty: Some(Type::Number), ..Unknown::new(Reason::Computed, residue) };
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
                let segments = if known.len() < wanted { name_segments(&written, &name) } else { known };
                (written, segments)
            }
            _ => {
                let segments = name_segments(&written, &name);
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
            true => {
                Text::hole(Rc::new(Unknown::new(Reason::Computed, format_smolstr!("id@{}", node.span.start))))
            }
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
            resource_id,
            foreign: is_foreign(node, &scope),
            context: self.context.clone(),
            nested: RefCell::new(State::New),
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
        if ty.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups") {
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

fn empty() -> Text {
    Text::Known(SmolStr::default())
}

/// The id prefix of what is deployed to a context.
fn scope_path(context: &DeploymentContext) -> Text {
    match context.kind {
        TemplateScopeKind::ResourceGroup => {
            resource_group_path(&context.subscription, &context.resource_group)
        }
        TemplateScopeKind::Subscription => subscription_path(&context.subscription),
        TemplateScopeKind::ManagementGroup => Text::concat([
            Text::Known("/providers/Microsoft.Management/managementGroups/".into()),
            name_text(&context.management_group),
        ]),
        TemplateScopeKind::Tenant => empty(),
    }
}

/// The context of something that names another subscription or resource group than its template's.
fn target_context(
    context: &DeploymentContext,
    subscription: Option<Value>,
    resource_group: Option<Value>,
) -> DeploymentContext {
    let mut target = context.clone();
    // An empty name stands for the template's own, as Bicep's modules write it.
    let named = |value: &Value| value.known_text() != Some("");
    let (subscription, resource_group) = (subscription.filter(named), resource_group.filter(named));
    if let Some(subscription) = subscription {
        target.subscription = subscription;
        target.kind = TemplateScopeKind::Subscription;
    }
    if let Some(group) = resource_group {
        if group.text().map(|text| text.key()) != context.resource_group.text().map(|text| text.key()) {
            let residue = format_smolstr!("resourceGroup({}).location", group.residue());
            let unknown = Unknown { ty: Some(Type::String), ..Unknown::new(Reason::Context, residue) };
            target.location = Value::new(unknown.into(), Origin::at(group.origin.span));
        }
        target.resource_group = group;
        target.kind = TemplateScopeKind::ResourceGroup;
    }
    target
}

// Makes `context` that of a scope as templates write it: `/`, a management group, a subscription or a
// resource group. False, and no change, for the id of a resource and for what is not known.
fn enter_scope(context: &mut DeploymentContext, scope: &Value) -> bool {
    let text = name_text(scope);
    let parts = text.split('/');
    let known = |at: usize| parts.get(at).and_then(Text::known).map(|part| part.to_ascii_lowercase());
    let part = |at: usize| {
        let text = parts.get(at).cloned().unwrap_or_else(empty);
        Value::new(ValueKind::Text(text), scope.origin.clone()).tainted_by(scope)
    };
    let provider = |at: usize| {
        known(at).as_deref() == Some("microsoft.management")
            && known(at + 1).as_deref() == Some("managementgroups")
            && parts.len() == at + 3
    };
    if text.known().is_some_and(|text| text == "/") {
        context.kind = TemplateScopeKind::Tenant;
    } else if provider(0) {
        context.kind = TemplateScopeKind::ManagementGroup;
        context.management_group = part(2);
    } else if known(1).as_deref() == Some("providers") && provider(2) {
        context.kind = TemplateScopeKind::ManagementGroup;
        context.management_group = part(4);
    } else if known(0).as_deref() == Some("") && known(1).as_deref() == Some("subscriptions") {
        let group = known(3).as_deref() == Some("resourcegroups");
        match parts.len() {
            3 => *context = target_context(context, Some(part(2)), None),
            5 if group => *context = target_context(context, Some(part(2)), Some(part(4))),
            _ => return false,
        }
    } else {
        return false;
    }
    true
}

// One segment for each segment of the type behind the provider; where the name does not show its parts,
// the parents' are holes that equal nothing else.
fn name_segments(ty: &str, name: &Value) -> Vec<Text> {
    let text = if name.is_missing() {
        Text::hole(Rc::new(Unknown::new(
            Reason::Computed,
            format_smolstr!("name@{}", name.origin.span.start),
        )))
    } else {
        name_text(name)
    };
    let mut segments = text.split('/');
    let wanted = ty.split('/').count().saturating_sub(1);
    if segments.len() < wanted {
        let missing = wanted - segments.len();
        let residue = text.residue();
        let holes = (0..missing).map(|index| {
            Text::hole(Rc::new(Unknown::new(Reason::Computed, format_smolstr!("split({residue})[{index}]"))))
        });
        segments = holes.chain(segments).collect();
    }
    segments
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

    /// The template that is nested in this deployment, where it is here; none while it is being made.
    pub fn nested(&self) -> Option<Rc<Nested>> {
        State::get(&self.nested, || self.make_nested().map(Rc::new)).flatten()
    }

    fn own(&self, key: &str) -> Option<Value> {
        let member = self.node.get(key)?;
        let value = self.scope.evaluate_node(&member.value, member.key_span);
        (!value.is_missing()).then_some(value)
    }

    fn make_nested(&self) -> Option<Nested> {
        if !self.is_deployment() || self.existing || self.left_out {
            return None;
        }
        let properties = self.node.value("properties")?;
        let mut linked_from = self.scope.template.linked_from.clone();
        let node = match properties.get("template") {
            Some(template) if template.value.is_object() => template.value.clone(),
            // What an expression has made holds no more expressions of this template.
            Some(template) => {
                let made = made::template(&self.scope.evaluate_node(&template.value, template.key_span))?;
                return Some(self.inner(made, properties, linked_from));
            }
            None => {
                let node = self.linked(properties)?;
                linked_from.push(node.span.source);
                return Some(self.inner(node, properties, linked_from));
            }
        };
        let options = properties.get("expressionEvaluationOptions");
        let scope =
            options.map(|member| self.scope.evaluate_node(&member.value, member.key_span).get("scope"));
        if scope.is_some_and(|scope| scope.is_text("inner").is_true()) {
            return Some(self.inner(node, properties, linked_from));
        }
        let (scope, context) = (self.scope.clone(), self.nested_context(&node));
        let outer_declarations = RefCell::new(State::New);
        Some(Nested { node, scope, outer: true, context, outer_declarations })
    }

    // The template that is linked to, where it is here.
    fn linked(&self, properties: &Node) -> Option<Node> {
        let template = &self.scope.template;
        if template.evaluator.files.len() < 2 {
            return None;
        }
        let link = properties.get("templateLink")?;
        let link = self.scope.evaluate_node(&link.value, link.key_span);
        let node = link::resolve(&template.evaluator.files, self.node.span.source, &link)?;
        (!template.linked_from.contains(&node.span.source)).then_some(node)
    }

    fn inner(&self, node: Node, properties: &Node, linked_from: Vec<SourceId>) -> Nested {
        let context = self.nested_context(&node);
        let given = self.given(properties);
        let label = self.scope.template.residue(&format!("deployments({})", name_text(&self.name).residue()));
        let evaluator = self.scope.template.evaluator.clone();
        let template = Template::nested(evaluator, node.clone(), context.clone(), given, label, linked_from);
        let outer_declarations = RefCell::new(State::New);
        Nested { node, scope: template.scope(), outer: false, context, outer_declarations }
    }

    // Where the nested template is deployed to: what the deployment says, and what its schema says of it.
    fn nested_context(&self, node: &Node) -> DeploymentContext {
        let mut context =
            target_context(&self.context, self.own("subscriptionId"), self.own("resourceGroup"));
        if let Some(scope) = self.own("scope") {
            enter_scope(&mut context, &scope);
        }
        if let Some(kind) = named_scope(node) {
            context.kind = kind;
        }
        context.deployment = self.name.clone();
        context
    }

    // The object that the parameters of the nested template get their values from.
    fn given(&self, properties: &Node) -> Value {
        match (properties.get("parameters"), properties.get("parametersLink")) {
            (Some(parameters), _) => self.scope.evaluate_node(&parameters.value, parameters.key_span),
            (None, Some(link)) => {
                let residue = self.scope.template.residue("parametersLink");
                Value::unknown(Reason::External, residue, link.key_span)
            }
            (None, None) => Value::absent(self.node.span),
        }
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

impl Nested {
    /// The declared resources; none while they are being made.
    pub fn declarations(&self) -> Option<Rc<Declarations>> {
        if !self.outer {
            return self.scope.template.declarations();
        }
        State::get(&self.outer_declarations, || {
            Rc::new(Declarations::make(self.node.value("resources"), &self.scope, &self.context))
        })
    }

    /// The outputs, see [`outputs`].
    pub fn outputs(&self, span: Span) -> Value {
        outputs(&self.node, &self.scope, span)
    }
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
