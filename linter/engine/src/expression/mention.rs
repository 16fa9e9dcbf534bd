//! What an expression mentions: names, literals, and calls that are wrong whatever is declared. It follows from the
//! text alone and is found once for all strings of it.

use smol_str::{SmolStr, StrExt};

use super::parser::{Call, Expression, ExpressionKind};
use super::signature::{self, Signature, signature};
use super::tree::{Extent, Tree};
use crate::similar;
use crate::span::{SourceId, Span};
use crate::syntax::{ExpressionNode, Scalar};

/// Namespaces that are no user's: the language's own, and that of what Bicep tries out.
const OWN_NAMESPACES: [&str; 3] = ["sys", "az", "this"];

/// Something that an expression mentions.
#[derive(Debug)]
pub(crate) struct Mention {
    pub(crate) kind: MentionKind,
    /// The name as written; empty for what has none.
    pub(crate) name: SmolStr,
    /// It may not be evaluated: it stands in an argument that its function may skip, or in a lambda.
    pub(crate) guarded: bool,
    pub(super) extent: Extent,
}

impl Mention {
    /// Where it stands in the string of a token.
    pub(crate) fn span(&self, scalar: &Scalar, token: Span) -> Span {
        scalar.span(token, self.extent.start as usize, self.extent.end as usize)
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MentionKind {
    Literal,
    Parameter,
    Variable,
    /// The name of the parameter is computed.
    AnyParameter,
    AnyVariable,
    /// A resource by what may be its symbolic name.
    Symbol,
    /// A parameter may say which resource is meant.
    AnySymbol,
    /// A function that returns secrets: `listKeys`.
    List,
    /// Another function that is not allowed everywhere: `reference`, `newGuid`.
    Restricted,
    /// `copyIndex('loop')`.
    Loop,
    /// `copyIndex()`.
    AnyLoop,
    /// A function of the user's, `namespace.name`, with the number of its arguments.
    UserFunction(usize),
    LambdaVariable,
    /// No function has the name.
    NoFunction,
    /// The function takes another number of arguments than this.
    ArgumentCount(Signature<'static>, usize),
}

/// What the expression of a text mentions, in its order.
pub(super) fn mentions(tree: &Tree, text: &SmolStr) -> Box<[Mention]> {
    // In a file of its own, so that spans are offsets in the text.
    let scalar = Scalar::verbatim(text.clone(), 0);
    found_in(tree.within(&scalar, Span::new(SourceId(0), 0, text.len()))).into()
}

/// What an expression that is no text of a string mentions, in its order, and where.
pub(crate) fn mentions_of(expression: &ExpressionNode) -> impl Iterator<Item = (Mention, Span)> {
    let source = expression.span.source;
    let placed = move |mention: Mention| {
        let Extent { start, end } = mention.extent;
        (mention, Span { source, start, end })
    };
    found_in(expression.into()).into_iter().map(placed)
}

fn found_in(expression: Expression<'_>) -> Vec<Mention> {
    let mut search = MentionSearch { found: Vec::new(), lambdas: Vec::new(), guards: 0 };
    search.expression(expression);
    search.found
}

struct MentionSearch {
    found: Vec<Mention>,
    /// The variables of the lambdas around.
    lambdas: Vec<SmolStr>,
    /// How many arguments around may be skipped.
    guards: usize,
}

impl MentionSearch {
    fn add(&mut self, kind: MentionKind, name: impl Into<SmolStr>, span: Span) {
        let extent = Extent { start: span.start, end: span.end };
        self.found.push(Mention { kind, name: name.into(), guarded: self.guards > 0, extent });
    }

    fn expression(&mut self, expression: Expression<'_>) {
        match expression.kind() {
            ExpressionKind::String(text) => self.add(MentionKind::Literal, text.clone(), expression.span()),
            ExpressionKind::Number(_) | ExpressionKind::Invalid => {}
            ExpressionKind::Property(base, ..) => self.expression(base),
            ExpressionKind::Index(base, index) => {
                self.expression(base);
                self.expression(index);
            }
            ExpressionKind::Call(call) => self.call(call, expression),
        }
    }

    fn call(&mut self, call: Call<'_>, whole: Expression<'_>) {
        if let Some(namespace) = call.namespace() {
            if !OWN_NAMESPACES.iter().any(|own| namespace.eq_ignore_ascii_case(own)) {
                let kind = MentionKind::UserFunction(call.count());
                self.add(kind, format!("{namespace}.{}", call.name()), call.name_span());
            }
            return call.arguments().for_each(|argument| self.expression(argument));
        }
        match signature(call.name()) {
            None => self.add(MentionKind::NoFunction, call.name(), call.name_span()),
            Some(known) if !known.takes(call.count()) => {
                self.add(MentionKind::ArgumentCount(known, call.count()), call.name(), call.name_span());
            }
            Some(_) => {}
        }
        let first = call.argument(0);
        let literal = first.and_then(|argument| Some((argument.literal()?.clone(), argument.span())));
        match (call.name().to_ascii_lowercase_smolstr().as_str(), literal) {
            ("parameters", Some((name, span))) => return self.add(MentionKind::Parameter, name, span),
            ("variables", Some((name, span))) => return self.add(MentionKind::Variable, name, span),
            ("parameters", None) => self.add(MentionKind::AnyParameter, "", call.name_span()),
            ("variables", None) => self.add(MentionKind::AnyVariable, "", call.name_span()),
            ("copyindex", Some((name, span))) => self.add(MentionKind::Loop, name, span),
            ("copyindex", None) if call.count() == 0 => {
                self.add(MentionKind::AnyLoop, "", call.name_span());
            }
            ("lambda", _) => return self.lambda(whole),
            ("lambdavariables", Some((name, span))) if !self.is_lambda_variable(&name) => {
                self.add(MentionKind::LambdaVariable, name, span);
            }
            ("reference" | "references", Some((name, span))) => {
                self.add(MentionKind::Symbol, name, span);
                self.add(MentionKind::Restricted, call.name(), call.name_span());
            }
            ("reference" | "references", None) => {
                self.resource(first);
                self.add(MentionKind::Restricted, call.name(), call.name_span());
            }
            ("resourceinfo", None) => self.resource(first),
            ("newguid" | "utcnow", _) => {
                self.add(MentionKind::Restricted, call.name(), call.name_span());
            }
            (list, _) if list.starts_with("list") => {
                self.resource(first);
                self.add(MentionKind::List, call.name(), call.name_span());
            }
            _ => {}
        }
        for (at, argument) in call.arguments().enumerate() {
            let guards = usize::from(signature::may_skip(call.name(), at));
            self.guards += guards;
            self.expression(argument);
            self.guards -= guards;
        }
    }

    fn is_lambda_variable(&self, name: &str) -> bool {
        self.lambdas.iter().any(|other| other.eq_ignore_ascii_case(name))
    }

    fn resource(&mut self, named: Option<Expression<'_>>) {
        if let Some(named) = named.filter(|named| is_given(*named)) {
            self.add(MentionKind::AnySymbol, "", named.span());
        }
    }

    fn lambda(&mut self, lambda: Expression<'_>) {
        let Some((names, body)) = lambda.lambda() else { return };
        let depth = self.lambdas.len();
        for name in names {
            match name.literal() {
                Some(name) => self.lambdas.push(name.clone()),
                None => self.expression(name),
            }
        }
        self.guards += 1;
        self.expression(body);
        self.guards -= 1;
        self.lambdas.truncate(depth);
    }
}

/// Whether a parameter may be all of a text; the type in an id is known.
pub(crate) fn is_given(expression: Expression<'_>) -> bool {
    match expression.kind() {
        ExpressionKind::Property(base, ..) | ExpressionKind::Index(base, _) => is_given(base),
        ExpressionKind::Call(call) if call.name().eq_ignore_ascii_case("parameters") => true,
        ExpressionKind::Call(call) if call.name().to_ascii_lowercase().ends_with("resourceid") => false,
        ExpressionKind::Call(call) => call.arguments().any(is_given),
        _ => false,
    }
}

/// The function whose name is most like one that no function has.
pub(crate) fn function_like(name: &str) -> Option<&'static str> {
    similar::nearest(name, signature::names())
}
