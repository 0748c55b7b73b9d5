"""Any value of a type of the domain, for property tests; a field added to the domain is tried by itself."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from motions.grant_terms import DealRule
from motions.partner_sheets import SheetColumn

# PostgreSQL keeps no NUL in text, and no encoding a lone surrogate.
_words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=8,
)
_SIMPLE: dict[object, st.SearchStrategy[Any]] = {
    str: _words,
    bool: st.booleans(),
    int: st.integers(min_value=0, max_value=2**31 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    date: st.dates(),
    datetime: st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - zones come apart
    NoneType: st.none(),
    Mapping[str, object]: st.dictionaries(_words, _json, max_size=4),
    Mapping[str, SheetColumn]: st.dictionaries(_words, st.sampled_from(SheetColumn), max_size=3),
    Mapping[str, str]: st.dictionaries(_words, _words, max_size=4),
    # All deals, or at least one condition.
    DealRule: st.just(DealRule(everything=True))
    | st.builds(
        DealRule,
        regions=st.lists(_words, min_size=1, max_size=3).map(tuple),
        products=st.lists(_words, max_size=3).map(tuple),
        opportunities=st.lists(_words, max_size=3).map(tuple),
        minimum_amount=st.none() | st.decimals(min_value="0.01", max_value=10**12, places=2),
    ),
}


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type, field by field, so that a field added to the domain is tried too."""
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if isinstance(kind, NewType):
        return anything(kind.__supertype__)
    if get_origin(kind) in {Union, UnionType}:
        return st.one_of(*(anything(each) for each in get_args(kind)))
    if get_origin(kind) is tuple:
        first, *others = get_args(kind)
        if others == [...]:
            return st.lists(anything(first), max_size=3).map(tuple)
        return st.tuples(anything(first), *map(anything, others))
    if get_origin(kind) is frozenset:
        return st.frozensets(anything(*get_args(kind)), max_size=3)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{each.name: anything(hints[each.name]) for each in fields(kind)})
    assert issubclass(kind, StrEnum), kind
    return st.sampled_from(kind)
