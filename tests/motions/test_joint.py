"""The one view of a joint pipeline: what is released and nothing else, the same for both companies."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motions.deals import Money, Stage
from motions.joint import CUSTOMER, RELEASABLE, Total, difference, in_words, ref_of, view_hash
from motions.model import Token
from motions.spaces import Figures, JointField, Line, Side, Value, picked, with_values
from tests.motions.spacing import a_line, figures, pipeline, told, viewed, word


def test_the_four_deals_count_eleven_four_and_eleven_eight_millions() -> None:
    assert viewed(*pipeline()).totals == (Total("USD", Decimal(11_400_000), Decimal(11_800_000)),)


def test_after_agreement_the_totals_match() -> None:
    lines = [_settled(line) for line in pipeline()]

    view = viewed(*lines)

    assert view.conflicts == 0
    assert view.totals == (Total("USD", Decimal(11_800_000), Decimal(11_800_000)),)


def test_currencies_are_never_added_up() -> None:
    lines = [a_line(ours=Figures(amount=Money(Decimal(5), "USD")), theirs=Figures(amount=Money(Decimal(7), "EUR")))]

    assert viewed(*lines).totals == (Total("EUR", Decimal(0), Decimal(7)), Total("USD", Decimal(5), Decimal(0)))


def test_what_differs_comes_first_and_then_by_name() -> None:
    assert [line.customer for line in viewed(*reversed(pipeline())).lines] == ["Acme", "Cygnus", "Beacon", "Drift"]


def test_what_is_not_released_is_not_there() -> None:
    view = viewed(*pipeline(), released=frozenset({"stage"}))

    assert {cell.field for line in view.lines for cell in line.cells} == {JointField.STAGE}
    assert {line.customer for line in view.lines} == {None}
    assert view.totals == ()
    assert [line.name for line in view.lines] == [f"Deal {line.ref}" for line in view.lines]


def test_a_line_of_which_nothing_is_released_is_not_there() -> None:
    assert viewed(*pipeline(), released=frozenset({"next_step"})).lines == ()


def test_the_last_move_shown_is_one_of_a_released_field() -> None:
    line = told(told(a_line(), Side.THEIRS, figures("2.0", 5)), Side.OURS, figures("9.9", 4), 2)

    whole, part = viewed(line), viewed(line, released=frozenset({"stage", CUSTOMER}))

    assert whole.lines[0].last is not None
    assert part.lines[0].last is not None
    assert (whole.lines[0].last.field, part.lines[0].last.field) == (JointField.AMOUNT, JointField.STAGE)


_released = st.frozensets(st.sampled_from(sorted(RELEASABLE)))


@given(released=_released, hidden=st.integers(0, 10**9), other=st.sampled_from(Stage), day=st.dates())
def test_what_is_withheld_changes_nothing_a_reader_sees(
    released: frozenset[str], hidden: int, other: Stage, day: date
) -> None:
    """Order, totals, names and the hash come of released values alone."""
    lines = pipeline()
    worlds = [lines, [_hiding(line, released, hidden + n, other, day) for n, line in enumerate(lines)]]

    one, two = (viewed(*world, released=released) for world in worlds)

    assert one == two
    assert view_hash(one) == view_hash(two)


def test_the_hash_is_of_what_is_shared_and_of_all_of_it() -> None:
    view = viewed(*pipeline())
    line = view.lines[0]

    assert view_hash(replace(view, token=Token("another"))) == view_hash(view)
    assert view_hash(replace(view, lines=(replace(line, token=Token("another")), *view.lines[1:]))) == view_hash(view)
    assert view_hash(viewed(*pipeline()[:3])) != view_hash(view)
    assert view_hash(viewed(told(pipeline()[0], Side.OURS, figures("2.1", 4)), *pipeline()[1:])) != view_hash(view)
    assert view_hash(viewed(*(_said(each) for each in pipeline()))) != view_hash(view)


def test_a_line_s_name_is_its_own_with_each_partner_and_not_the_crm_s() -> None:
    line = a_line()

    assert ref_of(line) == ref_of(told(line, Side.OURS, figures("9.9", 1)))
    assert line.deal not in ref_of(line)


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (
            {"amount": Money(Decimal(2_000_000), "USD")},
            {"amount": Money(Decimal("2200000.50"), "USD")},
            "AWS is higher by USD 200,000.5",
        ),
        ({"amount": Money(Decimal(9), "USD")}, {"amount": Money(Decimal(2), "USD")}, "Meridian is higher by USD 7"),
        ({"amount": Money(Decimal(9), "USD")}, {"amount": Money(Decimal(2), "EUR")}, "different currencies"),
        ({"stage": Stage.PROPOSAL}, {"stage": Stage.COMMITTED}, "AWS is further by 1 stage"),
        ({"stage": Stage.WON}, {"stage": Stage.DEMO}, "Meridian is further by 3 stages"),
        ({"stage": Stage.LOST}, {"stage": Stage.DEMO}, "Meridian has it as lost"),
        ({"stage": Stage.DEMO}, {"stage": Stage.LOST}, "AWS has it as lost"),
        ({"close_date": date(2026, 12, 1)}, {"close_date": date(2026, 12, 31)}, "AWS is later by 30 days"),
        ({"close_date": date(2026, 12, 2)}, {"close_date": date(2026, 12, 1)}, "Meridian is later by 1 day"),
    ],
)
def test_a_difference_is_said_in_words(ours: dict[str, object], theirs: dict[str, object], said: str) -> None:
    line = a_line(ours=Figures(**ours), theirs=Figures(**theirs))  # type: ignore[arg-type]  # fields by name
    [cell] = viewed(line).lines[0].conflicts

    assert difference(cell, "Meridian", "AWS") == said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (JointField.STAGE, "proposal", "4 (proposal)"),
        (JointField.AMOUNT, "2200000 USD", "USD 2,200,000"),
        (JointField.CLOSE_DATE, "2026-12-31", "2026-12-31"),
        (JointField.AMOUNT, None, "not told"),
        (JointField.AMOUNT, "two millions", "two millions"),
        (JointField.STAGE, "sunrise", "sunrise"),
    ],
)
def test_a_figure_is_said_as_people_say_it(name: JointField, text: str | None, said: str) -> None:
    assert in_words(name, text) == said


def _said(line: Line) -> Line:
    return picked(line, Side.OURS, dict.fromkeys(JointField, Side.THEIRS), word()) or line


def _settled(line: Line) -> Line:
    ours = _said(line)
    return picked(ours, Side.THEIRS, dict.fromkeys(JointField, Side.THEIRS), word("Alex Moreno")) or ours


def _hiding(line: Line, released: frozenset[str], hidden: int, other: Stage, day: date) -> Line:
    """The same line with other figures wherever they are withheld."""
    values: dict[JointField, Value] = {
        JointField.STAGE: other,
        JointField.AMOUNT: Money(Decimal(hidden), "EUR"),
        JointField.CLOSE_DATE: day,
    }
    withheld = {name: value for name, value in values.items() if name.value not in released}
    return replace(
        line,
        ours=with_values(line.ours, withheld),
        theirs=with_values(line.theirs, dict.fromkeys(withheld)),
        customer=line.customer if CUSTOMER in released else f"hidden {hidden}",
    )
