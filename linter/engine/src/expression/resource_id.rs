//! `resourceId` and its kin: ids as texts, with holes where a part is not known.

use std::rc::Rc;

use smol_str::SmolStr;

use super::EvaluationProblemKind;
use super::context::{resource_group_path, subscription_path};
use super::evaluate::{name_text, type_name};
use super::parser::Call;
use super::scope::TemplateScope;
use super::template::TemplateScopeKind;
use crate::span::Span;
use crate::value::{Origin, Reason, Term, Text, Type, Value, ValueKind};

/// `/ns/type1/name1/type2/name2`: a type and its names in turns, with `/providers/` before. Where there are
/// not as many names as types, names that hold `/` fill several places.
pub fn interleaved(ty: &str, names: &[Text]) -> Text {
    let mut parts = vec![Text::Known("/providers/".into())];
    let mut segments = ty.trim_matches('/').split('/');
    parts.push(Text::Known(segments.next().unwrap_or("").into()));
    let names: Vec<Text> = match names.len() == segments.clone().count() {
        true => names.to_vec(),
        false => names.iter().flat_map(|name| name.split('/')).collect(),
    };
    let mut names = names.into_iter();
    for segment in segments {
        parts.push(Text::Known(format!("/{segment}").into()));
        if let Some(name) = names.next() {
            parts.push(Text::Known("/".into()));
            parts.push(name);
        }
    }
    for name in names {
        parts.push(Text::Known("/".into()));
        parts.push(name);
    }
    Text::concat(parts)
}

/// The id of a resource type and its names below a scope prefix.
pub fn joined(prefix: &Text, ty: &str, names: &[Text]) -> Text {
    Text::concat([prefix.clone(), interleaved(ty, names)])
}

struct Arguments {
    /// Before the type: subscription and resource group, the id of a scope.
    before: Vec<Value>,
    ty: SmolStr,
    names: Vec<Text>,
    secure: bool,
    assumed: bool,
}

enum Split {
    Known(Arguments),
    Value(Value),
}

// The type is the first argument with a `/` that names follow.
fn split(scope: &Rc<TemplateScope>, call: Call<'_>, leading: usize, span: Span) -> Split {
    let arguments = scope.arguments(call);
    let is_type =
        |value: &Value| value.known_text().is_some_and(|text| text.contains('/') && !text.starts_with('/'));
    let position = arguments.iter().skip(leading).position(is_type).map(|at| at + leading);
    let Some(position) = position else {
        if arguments.iter().skip(leading).any(|argument| !is_no_type(argument)) {
            let name = call.name();
            return Split::Value(scope.unknown_call(
                Reason::Computed,
                name,
                &arguments,
                Some(Type::String),
                span,
            ));
        }
        let message = format!("`{}` names no resource type", call.name());
        return Split::Value(scope.template.problem(EvaluationProblemKind::Evaluation, span, message));
    };
    let ty: SmolStr = arguments[position].known_text().unwrap_or("").trim_end_matches('/').into();
    let no_name = |value: &Value| !matches!(value.ty(), None | Some(Type::String));
    if let Some(at) = arguments.iter().skip(position + 1).position(no_name).map(|at| at + position + 1) {
        let message = format!("a name is a string, not {}", type_name(&arguments[at]));
        return Split::Value(scope.template.problem(
            EvaluationProblemKind::Evaluation,
            call.argument_span(at),
            message,
        ));
    }
    let names: Vec<Text> = arguments[position + 1..].iter().map(name_text).collect();
    let wanted = ty.split('/').count() - 1;
    let given: usize = names.iter().map(|name| name.split('/').len()).sum();
    let uncertain = names.iter().any(|name| name.known().is_none());
    if names.len() != wanted && given != wanted && !uncertain {
        let message = format!("the type `{ty}` takes {wanted} names, not {}", names.len());
        let value =
            scope.template.problem(EvaluationProblemKind::Evaluation, call.argument_span(position), message);
        return Split::Value(value);
    }
    let secure = arguments.iter().any(|argument| argument.secure);
    let assumed = arguments.iter().any(|argument| argument.assumed);
    Split::Known(Arguments { before: arguments[..position].to_vec(), ty, names, secure, assumed })
}

/// The type of resource groups, whose ids name no provider.
pub(crate) const RESOURCE_GROUPS: &str = "Microsoft.Resources/resourceGroups";

// Whether an argument certainly is no type: it begins like an id, or has no `/`.
fn is_no_type(argument: &Value) -> bool {
    let id = argument.text().is_some_and(|text| text.prefix().starts_with('/'));
    !argument.assumed && (id || argument.is_known())
}

impl Arguments {
    // Below a subscription, which resource groups are right below of.
    fn id_in_subscription(&self, subscription: Text, span: Span) -> Value {
        match self.names.as_slice() {
            [name] if self.ty.eq_ignore_ascii_case(RESOURCE_GROUPS) => {
                let parts = [subscription, Text::Known("/resourceGroups/".into()), name.clone()];
                self.value(Text::concat(parts), span)
            }
            _ => self.id(subscription, span),
        }
    }

    fn id(&self, prefix: Text, span: Span) -> Value {
        self.value(joined(&prefix, &self.ty, &self.names), span)
    }

    fn value(&self, text: Text, span: Span) -> Value {
        let value = Value::new(ValueKind::Text(text), Origin::at(span));
        let value = Value { assumed: self.assumed, ..value };
        if self.secure { value.secured() } else { value }
    }
}

pub(super) fn resource_id(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let arguments = match split(scope, call, 0, span) {
        Split::Known(arguments) => arguments,
        Split::Value(value) => return value,
    };
    let context = &scope.template.context;
    let prefix = match (context.kind, arguments.before.as_slice()) {
        (TemplateScopeKind::ResourceGroup, []) => {
            resource_group_path(&context.subscription, &context.resource_group)
        }
        (TemplateScopeKind::ResourceGroup, [group]) => resource_group_path(&context.subscription, group),
        (TemplateScopeKind::Subscription, []) => {
            return arguments.id_in_subscription(subscription_path(&context.subscription), span);
        }
        (TemplateScopeKind::Subscription, [one]) if is_guid(one) => {
            return arguments.id_in_subscription(subscription_path(one), span);
        }
        (TemplateScopeKind::Subscription, [group]) => resource_group_path(&context.subscription, group),
        (TemplateScopeKind::ManagementGroup, []) => Text::concat([
            Text::Known("/providers/Microsoft.Management/managementGroups/".into()),
            name_text(&context.management_group),
        ]),
        (TemplateScopeKind::Tenant, []) => Text::Known(SmolStr::default()),
        (_, [subscription, group]) => resource_group_path(subscription, group),
        (_, [one]) => subscription_path(one),
        _ => {
            let message = format!("`{}` has too many arguments before the type", call.name());
            return scope.template.problem(EvaluationProblemKind::ArgumentCount, call.name_span(), message);
        }
    };
    arguments.id(prefix, span)
}

fn is_guid(value: &Value) -> bool {
    let own = Term::call("subscription", []).member("subscriptionId");
    value
        .known_text()
        .is_some_and(|text| text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4)
        || value.text().is_some_and(|text| text.holes().any(|hole| hole.term == own))
}

pub(super) fn subscription_resource_id(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let arguments = match split(scope, call, 0, span) {
        Split::Known(arguments) => arguments,
        Split::Value(value) => return value,
    };
    let own = &scope.template.context.subscription;
    arguments.id_in_subscription(subscription_path(arguments.before.last().unwrap_or(own)), span)
}

pub(super) fn tenant_resource_id(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    match split(scope, call, 0, span) {
        Split::Known(arguments) => arguments.id(Text::Known(SmolStr::default()), span),
        Split::Value(value) => value,
    }
}

pub(super) fn management_group_resource_id(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let arguments = match split(scope, call, 0, span) {
        Split::Known(arguments) => arguments,
        Split::Value(value) => return value,
    };
    let group = arguments.before.last().unwrap_or(&scope.template.context.management_group);
    let prefix = Text::concat([
        Text::Known("/providers/Microsoft.Management/managementGroups/".into()),
        name_text(group),
    ]);
    arguments.id(prefix, span)
}

pub(super) fn extension_resource_id(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let arguments = match split(scope, call, 1, span) {
        Split::Known(arguments) => arguments,
        Split::Value(value) => return value,
    };
    match arguments.before.first() {
        Some(base) if base.text().is_some() => arguments.id(name_text(base), span),
        Some(base) => {
            let term = Term::of_call("extensionResourceId", &arguments.before);
            Value::unknown(Reason::Computed, term, span).tainted_by(base)
        }
        None => Value::absent(span),
    }
}
