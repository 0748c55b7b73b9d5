"""A line of the joint pipeline: who says what, where the two differ, and what both agreed on."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motions.deals import Money, Stage
from motions.model import Token
from motions.spaces import (
    Figures,
    JointField,
    Line,
    Side,
    Source,
    agreed_on,
    conflicts,
    figures_of,
    moved,
    picked,
    present,
    spelling,
    value_of,
)
from tests.fakes.world import a_deal
from tests.motions.spacing import MINUTE, NOW, a_line, figures, pipeline, told, word

AMOUNT, STAGE, CLOSES = JointField.AMOUNT, JointField.STAGE, JointField.CLOSE_DATE

_moneys = st.builds(
    Money,
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.sampled_from(["USD", "EUR"]),
)
_figures = st.builds(
    Figures,
    st.none() | st.sampled_from(Stage),
    st.none() | _moneys,
    st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
)
_lines = st.builds(lambda ours, theirs: replace(a_line(), ours=ours, theirs=theirs), _figures, _figures)


@given(line=_lines)
def test_a_conflict_is_the_same_seen_from_either_side(line: Line) -> None:
    turned = replace(line, ours=line.theirs, theirs=line.ours)

    assert conflicts(line) == conflicts(turned)


@given(line=_lines)
def test_a_conflict_is_where_both_say_something_and_not_the_same(line: Line) -> None:
    expected = [
        name
        for name in JointField
        if None not in {line.ours.of(name), line.theirs.of(name)} and line.ours.of(name) != line.theirs.of(name)
    ]

    assert list(conflicts(line)) == expected


@given(figures=_figures, name=st.sampled_from(JointField))
def test_a_figure_s_spelling_means_that_figure(figures: Figures, name: JointField) -> None:
    text = spelling(figures.of(name))

    assert text is None or value_of(name, text) == figures.of(name)


def test_the_four_deals_differ_in_three_figures() -> None:
    found = [(line.customer, name) for line in pipeline() for name in conflicts(line)]

    assert found == [("Acme", STAGE), ("Acme", AMOUNT), ("Cygnus", AMOUNT)]


def test_our_figures_are_those_of_the_crm() -> None:
    deal = a_deal()

    assert figures_of(deal) == Figures(deal.stage, deal.amount, deal.close_date)


def test_amounts_spelled_otherwise_are_the_same_amount() -> None:
    line = a_line(
        ours=Figures(amount=Money(Decimal("2E+6"), "USD")), theirs=Figures(amount=Money(Decimal("2000000.00"), "USD"))
    )

    assert conflicts(line) == ()
    assert moved(line, Side.OURS, line.theirs, by="", source=Source.CRM, at=NOW, token=Token("x")) is None


def test_who_moved_what_when_is_kept_for_each_side_and_field() -> None:
    line = told(a_line(), Side.THEIRS, figures("2.2", 5))
    again = told(line, Side.THEIRS, figures("2.4", 5), 2)

    kept = {(each.side, each.field): (each.before, each.after, each.at) for each in again.moves}
    assert kept[Side.THEIRS, AMOUNT] == ("2200000 USD", "2400000 USD", NOW + 2 * MINUTE)
    assert kept[Side.THEIRS, STAGE] == (None, "committed", NOW + MINUTE)
    assert (again.version, again.token) == (3, "t-Acme.1.2")


def test_a_deal_we_closed_stays_for_as_long_as_the_partner_has_it_open() -> None:
    line = told(a_line(theirs=figures("2.0", 4)), Side.OURS, figures("2.0", 4, stage=Stage.LOST))
    after = told(line, Side.THEIRS, figures("2.0", 4, stage=Stage.LOST), 2)
    unknown = told(a_line(), Side.OURS, figures("2.0", 6))

    assert (line.is_open, after.is_open, unknown.is_open) == (True, False, False)


@pytest.fixture
def acme() -> Line:
    return pipeline()[0]


def _say(line: Line, side: Side, choice: Side, name: JointField = AMOUNT) -> Line:
    after = picked(line, side, {name: choice}, word(side.value))
    assert after is not None
    return after


def test_one_side_s_word_decides_nothing(acme: Line) -> None:
    line = _say(acme, Side.OURS, Side.THEIRS)

    assert agreed_on(line, AMOUNT) is None
    assert conflicts(line) == (STAGE, AMOUNT)
    assert (line.version, line.token) == (acme.version + 1, acme.token)


def test_what_both_say_holds_for_both(acme: Line) -> None:
    line = _say(_say(acme, Side.OURS, Side.THEIRS), Side.THEIRS, Side.THEIRS)

    assert agreed_on(line, AMOUNT) == "2200000 USD"
    assert conflicts(line) == (STAGE,)
    assert present(line, Side.OURS).amount == present(line, Side.THEIRS).amount == acme.theirs.amount
    assert line.ours.amount == acme.ours.amount


def test_each_for_the_other_s_figure_is_no_agreement(acme: Line) -> None:
    line = _say(_say(acme, Side.OURS, Side.THEIRS), Side.THEIRS, Side.OURS)

    assert agreed_on(line, AMOUNT) is None
    assert AMOUNT in conflicts(line)


def test_the_same_word_twice_changes_nothing(acme: Line) -> None:
    line = _say(acme, Side.OURS, Side.THEIRS)

    assert picked(line, Side.OURS, {AMOUNT: Side.THEIRS}, word()) is None


def test_somebody_may_think_again_before_the_other_side_speaks(acme: Line) -> None:
    line = _say(_say(_say(acme, Side.OURS, Side.THEIRS), Side.OURS, Side.OURS), Side.THEIRS, Side.OURS)

    assert agreed_on(line, AMOUNT) == "2000000 USD"


def test_there_is_nothing_to_agree_on_where_nothing_differs(acme: Line) -> None:
    assert picked(acme, Side.OURS, {CLOSES: Side.OURS}, word()) is None
    settled = _say(_say(acme, Side.OURS, Side.OURS), Side.THEIRS, Side.OURS)
    assert picked(settled, Side.THEIRS, {AMOUNT: Side.THEIRS}, word()) is None


def test_a_figure_that_moves_ends_what_was_said_of_it(acme: Line) -> None:
    settled = _say(_say(acme, Side.OURS, Side.THEIRS), Side.THEIRS, Side.THEIRS)

    line = told(settled, Side.THEIRS, figures("2.6", 5))

    assert agreed_on(line, AMOUNT) is None
    assert line.agreements == ()
    assert AMOUNT in conflicts(line)


def test_a_word_about_figures_that_moved_since_counts_no_more(acme: Line) -> None:
    line = told(_say(acme, Side.OURS, Side.THEIRS), Side.THEIRS, figures("2.6", 5))

    assert agreed_on(_say(line, Side.THEIRS, Side.THEIRS), AMOUNT) is None


def test_a_side_that_moves_onto_the_agreed_value_breaks_nothing(acme: Line) -> None:
    settled = _say(_say(acme, Side.OURS, Side.THEIRS), Side.THEIRS, Side.THEIRS)

    line = told(settled, Side.OURS, figures("2.2", 4))

    assert agreed_on(line, AMOUNT) == "2200000 USD"


def test_a_figure_that_is_withdrawn_ends_what_was_said_of_it(acme: Line) -> None:
    line = told(_say(acme, Side.OURS, Side.THEIRS), Side.OURS, figures("2.0", 4, amount=None))

    assert line.agreements == ()


@given(
    line=_lines,
    steps=st.lists(
        st.tuples(st.sampled_from(["say", "move"]), st.sampled_from(Side), _figures, st.sampled_from(Side)), max_size=8
    ),
)
def test_an_agreement_in_force_was_said_by_both_about_the_present_figures(
    line: Line, steps: list[tuple[str, Side, Figures, Side]]
) -> None:
    """The machine of agreement: whatever is said and moved in whatever order."""
    for n, (what, side, said, choice) in enumerate(steps):
        if what == "move":
            at = NOW + timedelta(minutes=n)
            line = moved(line, side, said, by="", source=Source.FORM, at=at, token=Token(f"t{n}")) or line
        else:
            line = picked(line, side, dict.fromkeys(JointField, choice), word()) or line

        for name in JointField:
            value = agreed_on(line, name)
            if value is not None:
                assert name not in conflicts(line)
                assert (
                    spelling(present(line, Side.OURS).of(name))
                    == spelling(present(line, Side.THEIRS).of(name))
                    == value
                )
                [agreement] = [each for each in line.agreements if each.field is name]
                assert value in {agreement.ours_was, agreement.theirs_was}
                assert agreement.ours is not None
                assert agreement.theirs is not None
