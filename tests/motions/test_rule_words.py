"""A rule's conditions as people type them mean what the file means, and come back as they were."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motions.errors import UserMistake
from motions.policy import Condition, Op, RuleField
from motions.rule_words import conditions_of, spelled

_ANY = st.text(st.characters(exclude_categories=("C", "Zl", "Zp"), exclude_characters="\x85"), min_size=1, max_size=12)
_WORDS = st.one_of(_ANY, st.sampled_from(["Empty", " AI ", "one of a kind", "none of it", 'a "b", c', "is", "between"]))
_TEXTS = st.sampled_from([RuleField.INDUSTRY, RuleField.PRODUCT, RuleField.DESCRIPTION])
_NUMBERS = st.sampled_from([RuleField.AMOUNT, RuleField.EMPLOYEES, RuleField.DAYS_TO_CLOSE])
_CONDITIONS = st.one_of(
    st.builds(Condition, field=_TEXTS, op=st.just(Op.EQ), value=_WORDS),
    st.builds(
        Condition,
        field=_TEXTS,
        op=st.sampled_from([Op.IN, Op.NOT_IN, Op.CONTAINS_ANY]),
        value=st.lists(_WORDS, min_size=1, max_size=4).map(tuple),
    ),
    st.builds(
        Condition, field=_NUMBERS, op=st.sampled_from([Op.GTE, Op.LTE]), value=st.integers(-9, 10**9).map(Decimal)
    ),
    st.builds(
        Condition,
        field=_NUMBERS,
        op=st.just(Op.BETWEEN),
        value=st.tuples(st.integers(0, 9).map(Decimal), st.integers(10, 99).map(Decimal)),
    ),
    st.builds(Condition, field=st.sampled_from(RuleField), op=st.just(Op.IS_EMPTY), value=st.none()),
)


@given(st.lists(_CONDITIONS, max_size=4))
def test_conditions_come_back_from_their_lines(conditions: list[Condition]) -> None:
    lines = "\n".join(map(spelled, conditions))

    assert [_meant(each) for each in conditions_of(lines)] == [_meant(each) for each in conditions]


@pytest.mark.parametrize(
    ("typed", "op", "value"),
    [
        ("amount at least 20000", Op.GTE, "20000"),
        ("  Amount  AT LEAST 20000 ", Op.GTE, "20000"),
        ("amount gte 20000", Op.GTE, "20000"),
        ("product contains any of GTX, MG", Op.CONTAINS_ANY, ("GTX", "MG")),
        ('industry is one of "Media, print", retail', Op.IN, ("Media, print", "retail")),
        ("country is US", Op.EQ, "US"),
        ("description is empty", Op.IS_EMPTY, None),
        ("employees between 200, 20000", Op.BETWEEN, ("200", "20000")),
    ],
)
def test_what_people_type_is_understood(typed: str, op: Op, value: object) -> None:
    [found] = conditions_of(f"\n{typed}\n\n")

    assert (found.op, found.value) == (op, value)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("amount at least 1\nmood is good", "Line 2: cosell knows no “mood”. It looks at industry, country, amount"),
        ("amount", "Line 1: after the field comes one of: contains any of, is none of"),
        ("amount roughly 5", "Line 1: after the field"),
        ("amount at least", "Line 1: amount at least needs one value."),
        ("amount at least many", "Line 1: amount at least needs numbers."),
        ("amount at least 1, 2", "Line 1: “at least” takes one value"),
        ("stage at least 3", "Line 1: stage is not a number"),
        ("amount between 1", "Line 1: amount between needs exactly two values."),
        ("country is none of", "Line 1: say what country is none of."),
        ("country is empty US", "Line 1: nothing comes after “is empty”."),
    ],
)
def test_a_line_that_says_nothing_is_named(typed: str, said: str) -> None:
    with pytest.raises(UserMistake, match=f"^{re.escape(said)}"):
        conditions_of(typed)


def _meant(condition: Condition) -> tuple[object, ...]:
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return (condition.field, condition.op, *(None if value is None else str(value) for value in values))
