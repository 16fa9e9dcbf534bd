//! What a resource depends on: what it says, and what it mentions, also through variables.
//!
//! Source: Azure/bicep, Bicep.Core/Emit/ResourceDependencyVisitor.cs, 0.46.

use std::collections::{BTreeMap, HashSet};

use armlint_engine::span::Span;
use armlint_engine::syntax::{Member, Node};
use smol_str::{SmolStr, format_smolstr};

use super::Lowering;
use super::access::{Found, WRITTEN};
use super::identity::Parent;
use super::make::{array, call, evaluated, made_string, member, text};
use crate::syntax::{Entry, Expression, ExpressionKind, Key};

/// Something that is mentioned, and where.
struct Mentioned<'f> {
    found: Found<'f>,
    span: Span,
}

/// A search through expressions.
#[derive(Default)]
struct Search<'f> {
    mentioned: Vec<Mentioned<'f>>,
    variables: HashSet<SmolStr>,
    /// The names of loops and lambdas around, which hide others.
    hidden: Vec<SmolStr>,
    /// The resources that were gone through.
    passed: HashSet<usize>,
}

impl<'f> Lowering<'f> {
    /// The member `dependsOn` of a resource, in its body; none where there is nothing.
    pub(super) fn depends_on(&mut self, resource: usize) -> Option<Member> {
        let declared = &self.own().resources[resource];
        let mut search = Search::default();
        self.search_resource(resource, &mut search);
        let mut found: BTreeMap<SmolStr, Node> = BTreeMap::new();
        for mention in search.mentioned {
            let target = &self.own().resources[mention.found.resource];
            if mention.found.resource == resource {
                continue;
            }
            let span = mention.span;
            let is_one = !target.is_loop() || mention.found.index.is_none();
            let (key, node) = match mention.found.index.filter(|_| !is_one) {
                None => (target.key.clone(), made_string(target.key.clone(), span)),
                Some(at) => {
                    // Where nothing else is evaluated.
                    let place = at.span;
                    let pattern = text(format_smolstr!("{}[{{0}}]", target.key), span);
                    let at = self.expression(at);
                    let key = format_smolstr!("{}[{}:{}]", target.key, span.start, span.end);
                    (key, evaluated(call("format", [pattern, at], place)))
                }
            };
            found.entry(key).or_insert(node);
        }
        let place = declared.node.body.member("dependsOn").map(|own| own.key_span);
        let place = place.unwrap_or(declared.name().span);
        let entries: Vec<Node> = found.into_values().collect();
        (!entries.is_empty()).then(|| member("dependsOn", place, array(entries, place)))
    }

    // What a resource mentions in its declaration.
    fn search_resource(&mut self, resource: usize, search: &mut Search<'f>) {
        if !search.passed.insert(resource) {
            return;
        }
        let declared = &self.own().resources[resource];
        if let Parent::Known(parent) = self.parent(resource) {
            self.add(parent, declared.name().span, true, search);
        }
        let hidden = search.hidden.len();
        if let Some(each) = declared.each() {
            self.search(&each.source, false, search);
            search.hidden.push(each.item.text.clone());
            search.hidden.extend(each.index.as_ref().map(|index| index.text.clone()));
        }
        if let Some(condition) = &declared.node.condition {
            self.search(condition, false, search);
        }
        for entry in declared.node.body.entries() {
            match entry {
                Entry::Member(own) => {
                    let is_place =
                        matches!(&own.key, Key::Known(key) if key.text == "scope" || key.text == "parent");
                    if let Key::Computed(key) = &own.key {
                        self.search(key, false, search);
                    }
                    self.search(&own.value, is_place, search);
                }
                Entry::Spread(value) => self.search(value, false, search),
                Entry::Resource(_) | Entry::Broken(_) => {}
            }
        }
        search.hidden.truncate(hidden);
    }

    fn add(&mut self, found: Found<'f>, span: Span, weak: bool, search: &mut Search<'f>) {
        let target = &self.own().resources[found.resource];
        let passes = !target.is_module && target.node.existing && weak;
        if !passes {
            return search.mentioned.push(Mentioned { found, span });
        }
        // What only names an existing resource depends on what that depends on.
        let around = self.around.replace(found.resource);
        let from = search.mentioned.len();
        self.search_resource(found.resource, search);
        for mention in search.mentioned.iter_mut().skip(from) {
            mention.span = span;
            mention.found.index = None;
        }
        self.around = around;
    }

    // `weak` says that nothing is taken that only exists once it is deployed.
    fn search(&mut self, written: &'f Expression, weak: bool, search: &mut Search<'f>) {
        match &written.kind {
            ExpressionKind::Name(name) => {
                if !search.hidden.contains(name) {
                    self.search_name(name, written, weak, search);
                }
            }
            ExpressionKind::Nested(_) => {
                if let Some(found) = self.found(written) {
                    self.add(found, written.span, weak, search);
                }
            }
            ExpressionKind::Index(own) => {
                match self.found(written).filter(|_| !self.is_hidden(written, search)) {
                    Some(found) => {
                        // An index of a loop within is no index out here.
                        let index = found.index.filter(|index| self.is_known_here(index, search));
                        self.add(Found { index, ..found }, written.span, weak, search);
                        self.search(&own.index, false, search);
                    }
                    None => {
                        let is_written =
                            own.index.text().is_some_and(|key| WRITTEN.contains(&key.text.as_str()));
                        self.search(&own.base, weak || is_written, search);
                        self.search(&own.index, false, search);
                    }
                }
            }
            ExpressionKind::Property(own) => {
                let is_written = WRITTEN.contains(&own.name.text.as_str());
                self.search(&own.base, weak || is_written, search);
            }
            ExpressionKind::Method(own) => {
                self.search(&own.0, true, search);
                own.1.arguments.iter().for_each(|argument| self.search(argument, false, search));
            }
            ExpressionKind::Lambda(own) => {
                let hidden = search.hidden.len();
                search.hidden.extend(own.0.iter().map(|name| name.text.clone()));
                self.search(&own.1, false, search);
                search.hidden.truncate(hidden);
            }
            ExpressionKind::For(own) => {
                self.search(&own.0.source, false, search);
                let hidden = search.hidden.len();
                search.hidden.push(own.0.item.text.clone());
                search.hidden.extend(own.0.index.as_ref().map(|name| name.text.clone()));
                self.search(&own.1, false, search);
                search.hidden.truncate(hidden);
            }
            ExpressionKind::NonNull(inner) => self.search(inner, weak, search),
            kind => {
                let mut children = Vec::new();
                kind.each_child(&mut |child| children.push(child));
                children.into_iter().for_each(|child| self.search(child, false, search));
            }
        }
    }

    // Whether the name that an index is of is one of a loop or lambda.
    fn is_hidden(&self, written: &Expression, search: &Search<'f>) -> bool {
        match &written.bare().kind {
            ExpressionKind::Index(own) => self.is_hidden(&own.base, search),
            ExpressionKind::Name(name) => search.hidden.contains(name),
            _ => false,
        }
    }

    // Whether an index takes of the names around only those that are known here.
    fn is_known_here(&self, index: &Expression, search: &Search<'f>) -> bool {
        let inner: Vec<SmolStr> = search.hidden.iter().filter(|name| !self.is_local(name)).cloned().collect();
        !mentions(index, &inner)
    }

    fn search_name(&mut self, name: &SmolStr, written: &'f Expression, weak: bool, search: &mut Search<'f>) {
        if let Some(resource) = self.own().named(name, self.around) {
            let found = Found { resource, index: None };
            return self.add(found, written.span, weak, search);
        }
        let own = self.own();
        if own.parameters.contains_key(name.as_str()) || !search.variables.insert(name.clone()) {
            return;
        }
        let Some((variable, _)) = own.variables.get(name.as_str()) else { return };
        let around = self.around.take();
        let frames = std::mem::take(&mut self.frames);
        let hidden = std::mem::take(&mut search.hidden);
        let from = search.mentioned.len();
        self.search(&variable.value, false, search);
        for mention in search.mentioned.iter_mut().skip(from) {
            mention.span = written.span;
            mention.found.index = None;
        }
        search.hidden = hidden;
        self.frames = frames;
        self.around = around;
    }
}

// Whether an expression mentions one of some names.
fn mentions(written: &Expression, names: &[SmolStr]) -> bool {
    if written.name().is_some_and(|name| names.contains(name)) {
        return true;
    }
    let mut found = false;
    written.kind.each_child(&mut |child| found = found || mentions(child, names));
    found
}
