"""What a message shows is the whole view's beginning, whatever moved meanwhile; only what moved is read for it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from motions.deals import OpportunityId
from motions.forecasting import gather, glance
from motions.grant_terms import DealRule
from motions.joint import RELEASABLE, SHOWN, JointForecast
from motions.model import PartnerKey
from motions.pipelines import Pipelines
from motions.records import UnitOfWork
from motions.referrals import Field
from motions.spaces import Line, Side
from tests.fakes.store_spaces import FakeSpaces
from tests.fakes.world import AWS, World, a_deal
from tests.motions.forecasts import deals, grant, joint_world, revoke
from tests.motions.spacing import a_line, figures, told

ALL = frozenset(RELEASABLE)


def test_a_message_shows_the_beginning_of_the_view_whatever_moves() -> None:
    made = joint_world(grants=False)
    _add(made, *(a_line(f"Customer {n}", deal=OpportunityId(f"0067{n:014}")) for n in range(SHOWN)))
    seen = [_both(made)]

    first = grant(made)
    seen.append(_both(made))
    _tell(made, "Customer 7")
    seen.append(_both(made))
    _close(made, "Customer 3")
    seen.append(_both(made))
    grant(made, fields=frozenset({Field.CUSTOMER, Field.STAGE}))
    seen.append(_both(made))
    revoke(made, first)
    some = DealRule(opportunities=(deals()[0].id, deals()[1].id))
    revoke(made, grant(made, rule=some, fields=frozenset({Field.AMOUNT})))
    seen.append(_both(made))

    assert len({view.state for view in seen}) == len(seen) - 1
    assert seen[-1] == seen[-2]
    assert [view.deals for view in seen] == [0, 24, 24, 23, 23, 23]


def test_a_line_that_stayed_as_it_was_is_not_read_again() -> None:
    made = joint_world()
    _both(made)
    read: list[OpportunityId] = []

    _tell(made, "Acme")
    _seen(made, read)
    of_change, read = read[:-4], []
    _seen(made, read)

    assert of_change == [deals()[0].id]
    assert sorted(read) == sorted(deal.id for deal in deals())  # the lines the message shows, and none for the rest


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 3), st.sets(st.sampled_from(sorted(ALL)))), max_size=9)
)
def test_a_gist_is_known_by_the_line_s_version_and_by_what_is_released(
    asked: Sequence[tuple[str, int, set[str]]],
) -> None:
    """Asked in any order, in between about fewer lines: always as if it were asked for the first time."""
    known = Pipelines()
    for name, version, released in asked:
        line = _versioned(name, version)
        wanted = {line.deal: (version, frozenset(released))}

        found = known.gists(AWS, wanted, partial(_given, line))
        elsewhere = known.gists(PartnerKey("another"), wanted, partial(_given, line))

        assert found == elsewhere == Pipelines().gists(AWS, wanted, partial(_given, line))


def _given(line: Line, _wanted: Sequence[OpportunityId]) -> Sequence[Line]:
    return [line]


def _versioned(name: str, version: int) -> Line:
    line = a_line(name)
    return line if version == 1 else replace(told(line, Side.THEIRS, figures(f"{version}.5", version)), version=version)


def _both(made: World) -> JointForecast:
    """The glance, which is the same as the whole view's beginning."""
    partner = made.ports.config.partner(AWS)
    glanced, whole = made.read(lambda uow: (glance(partner, uow, made.ports), gather(partner, uow, made.ports)))
    assert glanced == replace(whole, lines=whole.lines[:SHOWN])
    assert isinstance(glanced, JointForecast)
    return glanced


def _seen(made: World, read: list[OpportunityId]) -> None:
    class Noting(FakeSpaces):
        def some_lines(self, partner: PartnerKey, wanted: Sequence[OpportunityId]) -> Sequence[Line]:
            read.extend(wanted)
            return super().some_lines(partner, wanted)

    def look(uow: UnitOfWork) -> None:
        uow.spaces = Noting(uow.spaces.rows)  # type: ignore[attr-defined]  # the fake's own rows
        glance(made.ports.config.partner(AWS), uow, made.ports)

    made.read(look)


def _add(made: World, *lines: Line) -> None:
    with made.store.transaction() as uow:
        uow.deals.save([replace(a_deal(1), id=line.deal) for line in lines])
        for line in lines:
            uow.spaces.add_line(line)


def _line(made: World, customer: str) -> Line:
    lines: Sequence[Line] = made.read(lambda uow: uow.spaces.open_lines(AWS))
    return next(line for line in lines if line.customer == customer)


def _tell(made: World, customer: str) -> None:
    _save(made, told(_line(made, customer), Side.THEIRS, figures("9.5", 2)))


def _close(made: World, customer: str) -> None:
    line = _line(made, customer)
    _save(made, replace(line, version=line.version + 1, is_open=False))


def _save(made: World, line: Line) -> None:
    with made.store.transaction() as uow:
        assert uow.spaces.save_line(line)
