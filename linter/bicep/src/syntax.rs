//! The tree of a Bicep file. A tree is always made: what cannot be read is `Broken` in its place, and an error beside
//! the tree.

use armlint_engine::span::Span;
use armlint_engine::syntax::Scalar;
use smol_str::SmolStr;

/// A `.bicep` or `.bicepparam` file.
#[derive(Debug, Default)]
pub struct File {
    /// What it declares, in its order.
    pub statements: Vec<Statement>,
    /// The comments, with their delimiters.
    pub comments: Vec<Span>,
    /// The directives for the compiler's diagnostics.
    pub directives: Vec<Directive>,
    /// What is wrong, in its order.
    pub errors: Vec<SyntaxError>,
}

/// Something that is no Bicep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What, in one sentence without a full stop.
    pub message: SmolStr,
}

/// `#disable-next-line` and its like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// What it does.
    pub kind: DirectiveKind,
    /// From the hash to the last code.
    pub span: Span,
    /// The codes of the diagnostics.
    pub codes: Vec<(SmolStr, Span)>,
}

/// What a directive does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectiveKind {
    /// Hides diagnostics of the next line.
    DisableNextLine,
    /// Hides diagnostics of all that follows.
    Disable,
    /// Ends that.
    Restore,
}

/// A name and its token. The text is empty where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: SmolStr,
    /// Its token; empty where there is none.
    pub span: Span,
}

/// A declaration with its decorators.
#[derive(Debug)]
pub struct Statement {
    /// From the first decorator to its last token.
    pub span: Span,
    /// In their order.
    pub decorators: Vec<Decorator>,
    /// What it declares.
    pub kind: StatementKind,
}

/// `@name(arguments)`, perhaps with a namespace.
#[derive(Debug)]
pub struct Decorator {
    /// From the `@` on.
    pub span: Span,
    /// `sys` in `@sys.secure()`.
    pub namespace: Option<Name>,
    /// The name.
    pub name: Name,
    /// The arguments; none where it is not called.
    pub arguments: Vec<Expression>,
}

/// The kinds of declarations.
#[derive(Debug)]
pub enum StatementKind {
    /// `targetScope = value`.
    TargetScope(Expression),
    /// `metadata name = value`.
    Metadata(Name, Expression),
    /// `param name type = default`.
    Parameter(Box<Parameter>),
    /// `param name = value` of a parameter file.
    Assignment(Name, Expression),
    /// `var name type = value`.
    Variable(Box<Variable>),
    /// `output name type = value`.
    Output(Box<Output>),
    /// `type name = type`.
    Type(Name, Type),
    /// `func name(..) type => body`.
    Function(Box<Function>),
    /// `resource name 'type@version' = body`.
    Resource(Box<Resource>),
    /// `module name 'path' = body`.
    Module(Box<Resource>),
    /// `test name 'path' = body`.
    Test(Box<Resource>),
    /// `assert name = condition`.
    Assert(Name, Expression),
    /// `import {..} from 'path'`.
    Import(Box<Import>),
    /// `extension name with {..} as alias`.
    Extension(Box<Extension>),
    /// `extensionConfig name with {..}` of a parameter file.
    ExtensionConfig(Name, Option<Expression>),
    /// `using 'path' with {..}` of a parameter file; no path for `none`.
    Using(Option<Expression>, Option<Expression>),
    /// `extends 'path'` of a parameter file.
    Extends(Expression),
    /// Decorators of nothing.
    Missing,
    /// What is no declaration.
    Broken,
}

/// See [`StatementKind::Parameter`].
#[derive(Debug)]
pub struct Parameter {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: Type,
    /// The default.
    pub default: Option<Expression>,
}

/// See [`StatementKind::Variable`].
#[derive(Debug)]
pub struct Variable {
    /// The name.
    pub name: Name,
    /// The type that is said.
    pub ty: Option<Type>,
    /// The value.
    pub value: Expression,
}

/// See [`StatementKind::Output`].
#[derive(Debug)]
pub struct Output {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: Type,
    /// The value.
    pub value: Expression,
}

/// See [`StatementKind::Function`].
#[derive(Debug)]
pub struct Function {
    /// The name.
    pub name: Name,
    /// The parameters.
    pub parameters: Vec<(Name, Type)>,
    /// The type of what it returns.
    pub returns: Type,
    /// What it returns.
    pub body: Expression,
}

/// A resource, module or test.
#[derive(Debug)]
pub struct Resource {
    /// The symbolic name.
    pub name: Name,
    /// Type and version, or the path.
    pub ty: Expression,
    /// It is only referred to.
    pub existing: bool,
    /// The loop that it is made in.
    pub each: Option<Loop>,
    /// The condition that it is made under, within the loop.
    pub condition: Option<Expression>,
    /// The body: an object, or `Broken`.
    pub body: Expression,
}

/// See [`StatementKind::Import`].
#[derive(Debug)]
pub struct Import {
    /// What is imported.
    pub what: Imported,
    /// The file.
    pub path: Expression,
}

/// What an import names.
#[derive(Debug)]
pub enum Imported {
    /// `{a, b as c}`: what is exported, and what it is called here.
    Names(Vec<(Name, Name)>),
    /// `* as name`.
    All(Name),
    /// Neither.
    Broken,
}

/// See [`StatementKind::Extension`].
#[derive(Debug)]
pub struct Extension {
    /// A name or a text.
    pub what: Expression,
    /// The configuration.
    pub configuration: Option<Expression>,
    /// What it is called here.
    pub alias: Option<Name>,
}

/// `for item in source`, and what is made of each.
#[derive(Debug)]
pub struct Loop {
    /// From the `for` to the colon.
    pub span: Span,
    /// The variable of the element.
    pub item: Name,
    /// The variable of the index.
    pub index: Option<Name>,
    /// The array.
    pub source: Expression,
}

/// The deepest tree that is kept: what is higher is `Broken`.
pub const MAX_HEIGHT: u16 = 256;

/// An expression.
#[derive(Debug)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// From its first to its last token.
    pub span: Span,
    height: u16,
}

/// The kinds of expressions.
#[derive(Debug)]
#[expect(missing_docs, reason = "they are named for what they are")]
pub enum ExpressionKind {
    Null,
    Bool(bool),
    /// Without a sign.
    Integer(u64),
    /// A string without holes.
    Text(Box<Scalar>),
    /// A string with holes.
    Interpolated(Vec<Piece>),
    Name(SmolStr),
    Call(Box<Call>),
    /// `base.name(arguments)`
    Method(Box<(Expression, Call)>),
    Property(Box<Property>),
    Index(Box<Index>),
    /// `base::name`
    Nested(Box<(Expression, Name)>),
    /// `base!`
    NonNull(Box<Expression>),
    Parenthesised(Box<Expression>),
    Not(Box<Expression>),
    Negative(Box<Expression>),
    Binary(Box<Binary>),
    /// Condition, and the values where it holds and where it does not.
    Ternary(Box<[Expression; 3]>),
    Lambda(Box<(Vec<Name>, Expression)>),
    Object(Vec<Entry>),
    Array(Vec<Element>),
    /// `[for item in source: body]`
    For(Box<(Loop, Expression)>),
    Broken,
}

/// A piece of a string with holes.
#[derive(Debug)]
pub enum Piece {
    /// What stands between two holes, and its token with the delimiters.
    Text(Scalar, Span),
    /// A hole.
    Hole(Expression),
}

/// `name(arguments)`.
#[derive(Debug)]
pub struct Call {
    /// The function.
    pub name: Name,
    /// The arguments.
    pub arguments: Vec<Expression>,
}

/// `base.name`, or `base.?name`.
#[derive(Debug)]
pub struct Property {
    /// What has the property.
    pub base: Expression,
    /// The property.
    pub name: Name,
    /// Null where it is missing.
    pub safe: bool,
}

/// `base[index]`, perhaps `[?` or `[^`.
#[derive(Debug)]
pub struct Index {
    /// What is looked into.
    pub base: Expression,
    /// The index.
    pub index: Expression,
    /// Null where it is missing.
    pub safe: bool,
    /// It counts from the end, from 1 on.
    pub from_end: bool,
}

/// `left operator right`.
#[derive(Debug)]
pub struct Binary {
    /// Before the operator.
    pub left: Expression,
    /// The operator.
    pub operator: Operator,
    /// Its token.
    pub operator_span: Span,
    /// Behind the operator.
    pub right: Expression,
}

/// The operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are named for what they are")]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    EqualInsensitive,
    NotEqualInsensitive,
    And,
    Or,
    Coalesce,
}

/// An entry of an object.
#[derive(Debug)]
pub enum Entry {
    /// `key: value`.
    Member(Member),
    /// `...value`.
    Spread(Expression),
    /// A resource in the body of its parent.
    Resource(Statement),
    /// What is none of these.
    Broken(Span),
}

/// `key: value`.
#[derive(Debug)]
pub struct Member {
    /// The key.
    pub key: Key,
    /// The key's token, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Expression,
}

/// The key of an entry.
#[derive(Debug)]
pub enum Key {
    /// A name or a string without holes.
    Known(Scalar),
    /// A string with holes.
    Computed(Expression),
}

/// An element of an array.
#[derive(Debug)]
pub enum Element {
    /// A value.
    Value(Expression),
    /// `...value`.
    Spread(Expression),
}

/// A type.
#[derive(Debug)]
pub struct Type {
    /// What it is.
    pub kind: TypeKind,
    /// From its first to its last token.
    pub span: Span,
    height: u16,
}

/// The kinds of types.
#[derive(Debug)]
pub enum TypeKind {
    /// A literal: a type with one value.
    Literal(Expression),
    /// `name`.
    Name(SmolStr),
    /// `name<arguments>`, perhaps behind a namespace.
    Generic(Name, Vec<Type>),
    /// `a | b`.
    Union(Vec<Type>),
    /// `type?`.
    Nullable(Box<Type>),
    /// `type!`.
    NonNull(Box<Type>),
    /// `type[]`.
    Array(Box<Type>),
    /// `type[*]`: what an element of it is.
    Items(Box<Type>),
    /// `type[0]`.
    Indexed(Box<Type>, Box<Expression>),
    /// `type.name`.
    Property(Box<Type>, Name),
    /// `type.*`: what its other properties are.
    Others(Box<Type>),
    /// `{ key: type, *: type }`.
    Object(Vec<TypeMember>),
    /// `[ type, type ]`.
    Tuple(Vec<Type>),
    /// `resource 'type@version'`, or `resource` alone.
    Resource(Option<Box<Expression>>),
    /// What is no type.
    Broken,
}

/// A member of an object type.
#[derive(Debug)]
pub struct TypeMember {
    /// In their order.
    pub decorators: Vec<Decorator>,
    /// The key; none for `*`.
    pub key: Option<Name>,
    /// The type.
    pub ty: Type,
}

impl Expression {
    /// An expression; `Broken` where it is higher than [`MAX_HEIGHT`].
    pub fn new(kind: ExpressionKind, span: Span) -> Expression {
        let mut height = 0;
        kind.each_child(&mut |child| height = height.max(child.height));
        if let ExpressionKind::Object(entries) = &kind {
            let nested = entries.iter().filter_map(|entry| match entry {
                Entry::Resource(Statement { kind: StatementKind::Resource(resource), .. }) => {
                    Some(resource.body.height)
                }
                _ => None,
            });
            height = height.max(nested.max().unwrap_or(0));
        }
        if height >= MAX_HEIGHT {
            return Expression { kind: ExpressionKind::Broken, span, height: 0 };
        }
        Expression { kind, span, height: height + 1 }
    }

    /// Whether it could not be read.
    pub fn is_broken(&self) -> bool {
        matches!(self.kind, ExpressionKind::Broken)
    }

    /// What is inside of parentheses and before `!`, which change no value.
    pub fn bare(&self) -> &Expression {
        let mut at = self;
        while let ExpressionKind::Parenthesised(inner) | ExpressionKind::NonNull(inner) = &at.kind {
            at = inner;
        }
        at
    }

    /// The text of a string without holes.
    pub fn text(&self) -> Option<&Scalar> {
        match &self.kind {
            ExpressionKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The name that it is.
    pub fn name(&self) -> Option<&SmolStr> {
        match &self.kind {
            ExpressionKind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The entries of an object.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            ExpressionKind::Object(entries) => entries,
            _ => &[],
        }
    }

    /// The first member of an object with a key, in its case.
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.entries().iter().find_map(|entry| match entry {
            Entry::Member(member) => {
                matches!(&member.key, Key::Known(own) if own.text == key).then_some(member)
            }
            _ => None,
        })
    }
}

impl ExpressionKind {
    /// Visits the expressions directly in this one; not those of nested resources.
    pub fn each_child<'e>(&'e self, visit: &mut dyn FnMut(&'e Expression)) {
        match self {
            ExpressionKind::Interpolated(pieces) => pieces.iter().for_each(|piece| {
                if let Piece::Hole(hole) = piece {
                    visit(hole);
                }
            }),
            ExpressionKind::Call(call) => call.arguments.iter().for_each(visit),
            ExpressionKind::Method(method) => {
                visit(&method.0);
                method.1.arguments.iter().for_each(visit);
            }
            ExpressionKind::Property(property) => visit(&property.base),
            ExpressionKind::Index(index) => {
                visit(&index.base);
                visit(&index.index);
            }
            ExpressionKind::Nested(nested) => visit(&nested.0),
            ExpressionKind::NonNull(inner)
            | ExpressionKind::Parenthesised(inner)
            | ExpressionKind::Not(inner)
            | ExpressionKind::Negative(inner) => visit(inner),
            ExpressionKind::Binary(binary) => {
                visit(&binary.left);
                visit(&binary.right);
            }
            ExpressionKind::Ternary(parts) => parts.iter().for_each(visit),
            ExpressionKind::Lambda(lambda) => visit(&lambda.1),
            ExpressionKind::Object(entries) => entries.iter().for_each(|entry| match entry {
                Entry::Member(member) => {
                    if let Key::Computed(key) = &member.key {
                        visit(key);
                    }
                    visit(&member.value);
                }
                Entry::Spread(value) => visit(value),
                Entry::Resource(_) | Entry::Broken(_) => {}
            }),
            ExpressionKind::Array(elements) => elements.iter().for_each(|element| match element {
                Element::Value(value) | Element::Spread(value) => visit(value),
            }),
            ExpressionKind::For(each) => {
                visit(&each.0.source);
                visit(&each.1);
            }
            ExpressionKind::Null
            | ExpressionKind::Bool(_)
            | ExpressionKind::Integer(_)
            | ExpressionKind::Text(_)
            | ExpressionKind::Name(_)
            | ExpressionKind::Broken => {}
        }
    }
}

impl Type {
    /// A type; `Broken` where it is higher than [`MAX_HEIGHT`].
    pub fn new(kind: TypeKind, span: Span) -> Type {
        let height = match &kind {
            TypeKind::Union(types) | TypeKind::Tuple(types) | TypeKind::Generic(_, types) => {
                types.iter().map(|ty| ty.height).max().unwrap_or(0)
            }
            TypeKind::Nullable(ty)
            | TypeKind::NonNull(ty)
            | TypeKind::Array(ty)
            | TypeKind::Items(ty)
            | TypeKind::Property(ty, _)
            | TypeKind::Others(ty) => ty.height,
            TypeKind::Indexed(ty, index) => ty.height.max(index.height),
            TypeKind::Object(members) => members.iter().map(|member| member.ty.height).max().unwrap_or(0),
            TypeKind::Literal(literal) => literal.height,
            TypeKind::Resource(_) | TypeKind::Name(_) | TypeKind::Broken => 0,
        };
        if height >= MAX_HEIGHT {
            return Type { kind: TypeKind::Broken, span, height: 0 };
        }
        Type { kind, span, height: height + 1 }
    }
}

/// Visits all expressions of a statement, also those in others.
pub fn each_expression<'f>(statement: &'f Statement, visit: &mut dyn FnMut(&'f Expression)) {
    for argument in statement.decorators.iter().flat_map(|decorator| &decorator.arguments) {
        each_below(argument, visit);
    }
    match &statement.kind {
        StatementKind::TargetScope(value)
        | StatementKind::Metadata(_, value)
        | StatementKind::Assignment(_, value)
        | StatementKind::Assert(_, value) => each_below(value, visit),
        StatementKind::Parameter(parameter) => {
            parameter.default.iter().for_each(|default| each_below(default, visit));
        }
        StatementKind::Variable(variable) => each_below(&variable.value, visit),
        StatementKind::Output(output) => each_below(&output.value, visit),
        StatementKind::Function(function) => each_below(&function.body, visit),
        StatementKind::Resource(resource)
        | StatementKind::Module(resource)
        | StatementKind::Test(resource) => {
            resource.each.iter().for_each(|each| each_below(&each.source, visit));
            resource.condition.iter().for_each(|condition| each_below(condition, visit));
            each_below(&resource.body, visit);
        }
        StatementKind::Extension(extension) => {
            extension.configuration.iter().for_each(|value| each_below(value, visit));
        }
        StatementKind::ExtensionConfig(_, Some(value)) | StatementKind::Using(_, Some(value)) => {
            each_below(value, visit);
        }
        StatementKind::Type(..)
        | StatementKind::Import(_)
        | StatementKind::ExtensionConfig(_, None)
        | StatementKind::Using(_, None)
        | StatementKind::Extends(_)
        | StatementKind::Missing
        | StatementKind::Broken => {}
    }
}

fn each_below<'f>(written: &'f Expression, visit: &mut dyn FnMut(&'f Expression)) {
    visit(written);
    for entry in written.entries() {
        if let Entry::Resource(statement) = entry {
            each_expression(statement, visit);
        }
    }
    written.kind.each_child(&mut |child| each_below(child, visit));
}
