"""SOQL text to a tree of frozen values, or MALFORMED_QUERY; knows no schema and no SQL."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken, VisitError

from sandbox.salesforce.errors import SalesforceError, refused
from sandbox.salesforce.tree import (
    Among,
    AmongRows,
    Call,
    Column,
    Compare,
    Condition,
    Expression,
    FieldPath,
    Joined,
    Kind,
    Negated,
    Ordering,
    Query,
    TypeOf,
    Value,
)


@lru_cache(1024)  # programs ask in the same words again and again, and a tree is frozen
def parse(text: str) -> Query:
    """The query's tree; raises SalesforceError MALFORMED_QUERY."""
    try:
        parsed = _TREES.transform(_GRAMMAR.parse(text))
    except UnexpectedEOF as end:
        raise _malformed("unexpected token: '<EOF>'") from end
    except UnexpectedToken as found:
        raise _malformed(f"unexpected token: '{found.token or '<EOF>'}'") from found
    except UnexpectedCharacters as found:
        raise _malformed(
            f"line {found.line}:{found.column} no viable alternative at character '{found.char}'"
        ) from found
    except VisitError as wrapped:
        if isinstance(wrapped.orig_exc, SalesforceError):
            raise wrapped.orig_exc from wrapped
        raise
    assert isinstance(parsed, Query)
    return parsed


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_WORDS: dict[str, Kind] = {"true": "boolean", "false": "boolean", "null": "null"}


def _malformed(message: str) -> SalesforceError:
    return refused("MALFORMED_QUERY", message)


def _unescaped(quoted: str) -> str:
    """The text of a literal; escaped `_` and `%` keep their backslash, for LIKE to see."""

    def one(match: re.Match[str]) -> str:
        char = match[1]
        if char in "_%":
            return match[0]
        if char not in _ESCAPES:
            raise _malformed(f"Illegal quoted character in string literal: '\\{char}'")
        return _ESCAPES[char]

    return re.sub(r"\\(.)", one, quoted[1:-1], flags=re.DOTALL)


def _path(name: str) -> FieldPath:
    return FieldPath(tuple(name.split(".")))


@dataclass(frozen=True)
class _Part:
    """One optional clause on its way into Query's keyword of the same name."""

    keyword: str
    content: object


@v_args(inline=True)
class _Trees(Transformer[Token, object]):
    """Grammar rules to values, one method a rule; Lark calls them by name."""

    def path(self, name: Token) -> FieldPath:
        return _path(name)

    def call(self, name: Token, argument: Token | Call | None = None) -> Call:
        inner = argument.argument if isinstance(argument, Call) else argument and _path(argument)
        return Call(name.upper(), inner or None)

    def column(self, expression: Expression, alias: _Part | None = None) -> Column:
        return Column(expression, str(alias.content) if alias else None)

    def subquery(self, query: Query) -> Query:
        return query

    def names(self, *names: Token) -> tuple[FieldPath, ...]:
        return tuple(_path(name) for name in names)

    def when(self, name: Token, names: tuple[FieldPath, ...]) -> tuple[str, tuple[FieldPath, ...]]:
        return str(name), names

    def otherwise(self, names: tuple[FieldPath, ...]) -> _Part:
        return _Part("otherwise", names)

    def type_of(self, name: Token, *parts: object) -> TypeOf:
        branches = tuple(part for part in parts if isinstance(part, tuple))
        rest = [part.content for part in parts if isinstance(part, _Part)]
        return TypeOf(str(name), branches, rest[0] if rest else ())  # type: ignore[arg-type]  # Lark's parts are untyped

    def alias(self, name: Token) -> _Part:
        return _Part("alias", str(name))

    def scope(self, name: Token) -> _Part:
        return _Part("scope", name.lower())

    def security(self, name: Token) -> None:
        if name.upper() not in {"SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE"}:
            raise _malformed(f"unexpected token: '{name}'")

    def where(self, condition: Condition) -> _Part:
        return _Part("where", condition)

    def group(self, *expressions: Expression) -> _Part:
        return _Part("group", expressions)

    def having(self, condition: Condition) -> _Part:
        return _Part("having", condition)

    def order(self, *orderings: Ordering) -> _Part:
        return _Part("order", orderings)

    def direction(self, word: Token) -> _Part:
        return _Part("descending", word.type == "DESC")

    def nulls(self, word: Token) -> _Part:
        return _Part("nulls_last", word.type == "LAST")

    def ordering(self, expression: Expression, *parts: _Part) -> Ordering:
        flags = {part.keyword: bool(part.content) for part in parts}
        return Ordering(expression, flags.get("descending", False), flags.get("nulls_last", False))

    def limit(self, number: Token) -> _Part:
        return _Part("limit", _whole(number))

    def offset(self, number: Token) -> _Part:
        return _Part("offset", _whole(number))

    def locking(self, *_names: Token) -> None:
        return None

    def all_rows(self) -> _Part:
        return _Part("all_rows", content=True)

    def all_of(self, *terms: Condition) -> Joined:
        return Joined("AND", terms)

    def any_of(self, *terms: Condition) -> Joined:
        return Joined("OR", terms)

    def negate(self, term: Condition) -> Negated:
        return Negated(term)

    def compare(self, left: Expression, operator: Token, value: Value) -> Compare:
        return Compare(left, "!=" if operator == "<>" else str(operator), value)

    def like(self, left: Expression, value: Value) -> Compare:
        return Compare(left, "LIKE", value)

    def within(self, left: Expression, *values: Value) -> Among:
        return Among(left, "IN", values, negated=False)

    def outside(self, left: Expression, *values: Value) -> Among:
        return Among(left, "IN", values, negated=True)

    def includes(self, left: Expression, *values: Value) -> Among:
        return Among(left, "INCLUDES", values, negated=False)

    def excludes(self, left: Expression, *values: Value) -> Among:
        return Among(left, "INCLUDES", values, negated=True)

    def within_query(self, left: Expression, query: Query) -> AmongRows:
        return AmongRows(left, query, negated=False)

    def outside_query(self, left: Expression, query: Query) -> AmongRows:
        return AmongRows(left, query, negated=True)

    def value(self, token: Token) -> Value:
        match token.type:
            case "STRING":
                return Value("string", _unescaped(token))
            case "NAME":
                return Value(_WORDS.get(token.lower(), "period"), token.lower())
            case "PERIOD":
                return Value("period", token.lower())
            case kind:
                return Value(kind.lower(), str(token))  # type: ignore[arg-type]  # the rest are named as their kinds

    def query(self, *parts: object) -> Query:
        selections = [part for part in parts if isinstance(part, Column | TypeOf | Query)]
        source = next(part for part in parts if isinstance(part, Token))
        clauses = {part.keyword: part.content for part in parts if isinstance(part, _Part)}
        return Query(tuple(selections), str(source), **clauses)  # type: ignore[arg-type]  # keywords come from _Part


def _whole(number: str) -> int:
    if not number.isdigit():
        raise _malformed(f"unexpected token: '{number}'")
    return int(number)


_GRAMMAR = Lark(
    Path(__file__).with_name("soql.lark").read_text("utf-8"), start="query", parser="lalr", lexer="contextual"
)
_TREES = _Trees()
