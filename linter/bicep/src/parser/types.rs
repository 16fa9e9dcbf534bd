//! Types.

use super::{Ends, LINE, Parsed, Parser};
use crate::lexer::TokenKind;
use crate::syntax::{Expression, ExpressionKind, Name, Type, TypeKind, TypeMember};

impl Parser<'_> {
    /// The type of a declaration; `Broken` where there is none. Of an output `resource` may stand alone.
    pub(super) fn type_until(&mut self, ends: Ends, is_output: bool) -> Type {
        let first = self.at;
        let read = self.recover(ends, |parser| parser.declared_type(is_output));
        read.unwrap_or_else(|| Type::new(TypeKind::Broken, self.since(first)))
    }

    fn declared_type(&mut self, is_output: bool) -> Parsed<Type> {
        if !self.is_word("resource") || self.ahead(1).kind == TokenKind::Less {
            return self.ty();
        }
        let first = self.at;
        self.next();
        let ty = if self.is_text() {
            Some(Box::new(self.string()?))
        } else if is_output {
            None
        } else {
            return self.fail("the type of a resource");
        };
        Ok(self.typed(TypeKind::Resource(ty), first))
    }

    fn typed(&mut self, kind: TypeKind, first: usize) -> Type {
        let was_broken = matches!(kind, TypeKind::Broken);
        let ty = Type::new(kind, self.since(first));
        if matches!(ty.kind, TypeKind::Broken) && !was_broken {
            self.complain("this nests too deep");
        }
        ty
    }

    pub(super) fn ty(&mut self) -> Parsed<Type> {
        self.deeper(Parser::union)
    }

    fn is_pipe(&self) -> bool {
        self.is(TokenKind::Pipe)
            || (self.is(TokenKind::NewLine) && self.behind_lines().kind == TokenKind::Pipe)
    }

    // A line may end before a `|`.
    fn union(&mut self) -> Parsed<Type> {
        let first = self.at;
        let leads = self.is_pipe();
        if leads {
            self.skip_lines();
            self.next();
        }
        let only = self.unary_type()?;
        if !leads && !self.is_pipe() {
            return Ok(only);
        }
        let mut types = vec![only];
        while self.is_pipe() {
            self.skip_lines();
            self.next();
            types.push(
                self.recover(LINE, Parser::unary_type)
                    .unwrap_or_else(|| self.typed(TypeKind::Broken, self.at)),
            );
        }
        Ok(self.typed(TypeKind::Union(types), first))
    }

    fn unary_type(&mut self) -> Parsed<Type> {
        let first = self.at;
        let make: Option<fn(Box<Expression>) -> ExpressionKind> = match self.peek().kind {
            TokenKind::Exclamation => Some(ExpressionKind::Not),
            TokenKind::Minus => Some(ExpressionKind::Negative),
            _ => None,
        };
        if make.is_some() {
            self.next();
        }
        let mut ty = self.type_member()?;
        if let Some(make) = make {
            let TypeKind::Literal(literal) = ty.kind else { return self.fail("a literal") };
            let literal = Expression::new(make(Box::new(literal)), self.since(first));
            ty = self.typed(TypeKind::Literal(literal), first);
        }
        loop {
            let kind = match self.peek().kind {
                TokenKind::Question => TypeKind::Nullable(Box::new(ty)),
                TokenKind::Exclamation => TypeKind::NonNull(Box::new(ty)),
                _ => return Ok(ty),
            };
            self.next();
            ty = self.typed(kind, first);
        }
    }

    fn type_member(&mut self) -> Parsed<Type> {
        let first = self.at;
        let mut ty = self.primary_type()?;
        loop {
            let kind = match self.peek().kind {
                TokenKind::OpenSquare => self.type_index(ty)?,
                TokenKind::Dot => {
                    self.next();
                    if self.skip_if(TokenKind::Asterisk) {
                        TypeKind::Others(Box::new(ty))
                    } else {
                        let name = self.expect(TokenKind::Identifier, "a name")?;
                        let name = self.named(name);
                        match self.peek().kind {
                            TokenKind::Less => TypeKind::Generic(name, self.type_arguments()?),
                            _ => TypeKind::Property(Box::new(ty), name),
                        }
                    }
                }
                _ => return Ok(ty),
            };
            ty = self.typed(kind, first);
        }
    }

    fn type_index(&mut self, ty: Type) -> Parsed<TypeKind> {
        self.next();
        if self.skip_if(TokenKind::CloseSquare) {
            return Ok(TypeKind::Array(Box::new(ty)));
        }
        if self.skip_if(TokenKind::Asterisk) {
            self.expect(TokenKind::CloseSquare, "`]`")?;
            return Ok(TypeKind::Items(Box::new(ty)));
        }
        let index = self.expression()?;
        self.expect(TokenKind::CloseSquare, "`]`")?;
        Ok(TypeKind::Indexed(Box::new(ty), Box::new(index)))
    }

    fn type_arguments(&mut self) -> Parsed<Vec<Type>> {
        self.next();
        let mut arguments = Vec::new();
        self.skip_lines();
        let ends = LINE.and(TokenKind::Comma).and(TokenKind::Greater);
        while !self.is(TokenKind::Greater) && !self.is(TokenKind::End) {
            arguments.extend(self.recover(ends, Parser::ty));
            self.skip_lines();
            if !self.skip_if(TokenKind::Comma) {
                break;
            }
            self.skip_lines();
        }
        self.expect(TokenKind::Greater, "`>`")?;
        Ok(arguments)
    }

    fn primary_type(&mut self) -> Parsed<Type> {
        let first = self.at;
        let token = self.peek();
        let kind = match token.kind {
            TokenKind::Integer => {
                let Ok(number) = self.written(token).parse() else { return self.fail("a number of 64 bits") };
                self.next();
                self.literal(ExpressionKind::Integer(number), first)
            }
            TokenKind::True | TokenKind::False => {
                self.next();
                self.literal(ExpressionKind::Bool(token.kind == TokenKind::True), first)
            }
            TokenKind::Null => {
                self.next();
                self.literal(ExpressionKind::Null, first)
            }
            TokenKind::Text | TokenKind::TextLeft => TypeKind::Literal(self.string()?),
            TokenKind::OpenBrace => self.object_type()?,
            TokenKind::OpenSquare => {
                self.next();
                let ends = LINE.and(TokenKind::CloseSquare);
                let types = self.items(TokenKind::CloseSquare, |parser| {
                    parser.decorators();
                    parser
                        .recover(ends, Parser::ty)
                        .unwrap_or_else(|| parser.typed(TypeKind::Broken, parser.at))
                });
                self.expect(TokenKind::CloseSquare, "`]`")?;
                TypeKind::Tuple(types)
            }
            TokenKind::OpenParen => {
                let mut types = self.list(Parser::ty, false)?;
                let only = types.pop().flatten().filter(|_| types.is_empty());
                only.map_or(TypeKind::Broken, |ty| ty.kind)
            }
            TokenKind::Identifier => {
                self.next();
                match self.is(TokenKind::Less) {
                    true => TypeKind::Generic(self.named(token), self.type_arguments()?),
                    false => TypeKind::Name(self.written(token).into()),
                }
            }
            _ => return self.fail("a type"),
        };
        Ok(self.typed(kind, first))
    }

    fn literal(&self, kind: ExpressionKind, first: usize) -> TypeKind {
        TypeKind::Literal(Expression::new(kind, self.since(first)))
    }

    fn object_type(&mut self) -> Parsed<TypeKind> {
        self.next();
        let members = self.items(TokenKind::CloseBrace, Parser::type_entry);
        self.expect(TokenKind::CloseBrace, "`}`")?;
        Ok(TypeKind::Object(members.into_iter().flatten().collect()))
    }

    fn type_entry(&mut self) -> Option<TypeMember> {
        let decorators = self.decorators();
        let ends = LINE.and(TokenKind::CloseBrace);
        let key = self.recover(ends.and(TokenKind::Colon), Parser::type_key);
        self.recover(ends, |parser| parser.expect(TokenKind::Colon, "`:`"));
        let ty = self.recover(ends, Parser::ty);
        Some(TypeMember { decorators, key: key?, ty: ty? })
    }

    // None stands for all keys that have no member of their own.
    fn type_key(&mut self) -> Parsed<Option<Name>> {
        let token = self.peek();
        match token.kind {
            TokenKind::Identifier => {
                self.next();
                Ok(Some(self.named(token)))
            }
            TokenKind::Asterisk => {
                self.next();
                Ok(None)
            }
            _ if self.is_text() => {
                let text = self.string()?;
                let key = text.text().map(|scalar| scalar.text.clone()).unwrap_or_default();
                Ok(Some(Name { text: key, span: text.span }))
            }
            _ => self.fail("the name of a property or `*`"),
        }
    }
}
