"""The part of the expressions of GitHub Actions that action.yml uses; anything else is an error.

Names of contexts, texts, `==`, `!=`, `!`, `&&`, `||` and brackets
(https://docs.github.com/actions/reference/evaluate-expressions-in-workflows-and-actions, 2025-10).
"""

import re

TOKEN = re.compile(r"\s*(?:(==|!=|&&|\|\||[!()])|'((?:[^']|'')*)'|([A-Za-z_][\w.-]*))")
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


class Unsupported(Exception):
    """An expression with something that this evaluator does not know."""


def interpolate(text, contexts):
    """The text with each `${{ .. }}` in it evaluated."""
    if not isinstance(text, str):
        raise Unsupported(f"{text!r} is no text")
    return EXPRESSION.sub(lambda match: shown(evaluate(match[1], contexts)), text)


def condition(text, contexts):
    """What an `if` says; the brackets of an expression may be missing."""
    match = EXPRESSION.fullmatch(text.strip())
    return truthy(evaluate(match[1] if match else text, contexts))


def evaluate(text, contexts):
    """A text, a truth value, or `None` for what is not there."""
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match:
            raise Unsupported(text)
        tokens.append(match)
        position = match.end()
    parser = Parser(tokens, contexts)
    value = parser.alternatives()
    if parser.tokens:
        raise Unsupported(text)
    return value


def truthy(value):
    return value not in (None, False, "")


def shown(value):
    return {None: "", True: "true", False: "false"}.get(value, value)


def equal(left, right):
    # Texts are compared without regard to case; what is not there is as an empty text.
    left, right = shown(left), shown(right)
    return left.casefold() == right.casefold()


class Parser:
    def __init__(self, tokens, contexts):
        self.tokens = tokens
        self.contexts = contexts

    def takes(self, operator):
        if self.tokens and self.tokens[0][1] == operator:
            self.tokens.pop(0)
            return True
        return False

    def alternatives(self):
        value = self.conjunction()
        while self.takes("||"):
            other = self.conjunction()
            value = value if truthy(value) else other
        return value

    def conjunction(self):
        value = self.comparison()
        while self.takes("&&"):
            other = self.comparison()
            value = other if truthy(value) else value
        return value

    def comparison(self):
        value = self.single()
        if self.takes("=="):
            return equal(value, self.single())
        if self.takes("!="):
            return not equal(value, self.single())
        return value

    def single(self):
        if self.takes("!"):
            return not truthy(self.single())
        if self.takes("("):
            value = self.alternatives()
            if not self.takes(")"):
                raise Unsupported("a bracket is not closed")
            return value
        if not self.tokens or self.tokens[0][1]:
            raise Unsupported("a value is missing")
        token = self.tokens.pop(0)
        if token[2] is not None:
            return token[2].replace("''", "'")
        return self.name(token[3])

    def name(self, path):
        if self.tokens and self.tokens[0][1] == "(":
            raise Unsupported(f"the function {path}")
        value = {"true": True, "false": False, "null": None}.get(path, self)
        if value is not self:
            return value
        value = self.contexts
        for part in path.split("."):
            if value is self.contexts and part not in value:
                raise Unsupported(f"the context {part}")
            value = value.get(part) if isinstance(value, dict) else None
        return value
