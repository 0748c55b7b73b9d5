"""An approval is taken back while nothing has left; from the first call on that is said, and nothing changes."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from motions.approvals import approve, undo
from motions.cards import gather_card
from motions.effects import EffectStatus
from motions.errors import OutcomeUnknown
from motions.model import MotionState, Person, Token
from motions.performing import SETTLING
from motions.proposals import Verdict
from motions.surfaces import ClickOutcome
from tests.fakes.world import ALEX, CHANNEL, DEAL, MINUTE, MOTION, PRIYA, SELLER, STRANGER, TOMAS, World
from tests.motions.stages import approved, asking, awaiting, in_review
from tests.motions.unsteady import SlowHandStore


def held() -> World:
    """Approved; the portal is away, so nothing has left."""
    made = approved()
    made.portal.be_unavailable(times=100, at="create")
    made.durable.settle()
    assert made.state is MotionState.FILING
    return made


def refused(made: World, by: Person = PRIYA, token: Token | None = None) -> str:
    before = (made.motion, made.decision(), made.store.enqueued)

    reply = undo(token or made.token, by, made.ports)

    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert (made.motion, made.decision(), made.store.enqueued) == before
    return reply.text


@pytest.mark.parametrize("by", [PRIYA, TOMAS], ids=lambda person: person.name)
@pytest.mark.parametrize("stage", [approved, held])
def test_before_anything_left_it_is_taken_back_and_never_filed(stage: object, by: Person) -> None:
    made = stage()  # type: ignore[operator]  # a function of the stages

    reply = undo(made.token, by, made.ports)
    made.portal._failures.clear()
    made.advance(15 * MINUTE)

    approval = made.decision()[0]
    assert reply.text == "Taken back. Nothing was filed."
    assert (approval.verdict, approval.decided_by, approval.revoked_by) == (Verdict.REVOKED, PRIYA.key, by.key)
    assert made.state is MotionState.DENIED
    assert made.portal.referrals == ()
    assert f"{by.name} took the approval back" in made.motion.next_act
    [card] = made.messenger.in_channel(CHANNEL)
    assert f"Approval taken back by {by.name}: before anything left" in str(card.message)
    assert made.org.get(DEAL).cosell.status == "Denied"


def test_what_was_open_about_the_filing_is_cleared() -> None:
    made = approved()
    made.portal.be_unavailable(times=100, at="create")
    made.advance(MINUTE)
    before = made.problems()

    undo(made.token, PRIYA, made.ports)

    assert (before, made.problems()) == (["file-failing"], [])


def test_once_it_is_in_the_portal_it_is_too_late_and_said_where_it_is() -> None:
    made = in_review()

    said = refused(made)

    assert "Too late to take it back: it is in AWS's portal already, as O1." in said


def test_a_call_under_way_is_too_late_too() -> None:
    made = approved()
    made.portal.lose_answer("create")
    made.portal.fail(OutcomeUnknown("FakePortal", "lost"), times=10, at="create")
    made.durable.run_named("file")
    assert made.read(lambda uow: uow.effects.of(MOTION))[-1].status is EffectStatus.INTENT

    assert "the first call to AWS's portal is under way" in refused(made)


@pytest.mark.parametrize("by", [SELLER, ALEX, STRANGER], ids=lambda person: person.name)
def test_sellers_partners_and_strangers_take_nothing_back(by: Person) -> None:
    assert "Only alliance managers and operators" in refused(approved(), by)


def test_what_was_taken_back_is_so_once() -> None:
    made = approved()
    undo(made.token, TOMAS, made.ports)

    assert "already taken back by Tomas Lindqvist" in refused(made)


def test_an_undecided_card_has_nothing_to_take_back() -> None:
    assert "There is nothing to take back: the motion is awaiting approval" in refused(awaiting())


def test_a_button_nobody_knows_takes_nothing_back() -> None:
    assert "not known here any more" in refused(approved(), token=Token("made up"))


def test_of_two_at_the_same_moment_one_takes_it_back() -> None:
    made = approved()
    made.ports = replace(made.ports, store=SlowHandStore(made.store))

    assert "Somebody else took it back a moment ago" in refused(made)


def test_the_card_offers_it_only_while_nothing_has_left() -> None:
    asked, _ = gather_card(MOTION, awaiting().ports, mention=False)
    waiting = held()
    filing, _ = gather_card(MOTION, waiting.ports, mention=False)
    under_way = approved()
    under_way.portal.be_unavailable(times=100, at="associate")
    under_way.durable.settle()
    left, _ = gather_card(MOTION, under_way.ports, mention=False)

    assert (asked.take_back, filing.take_back, left.take_back) == (None, waiting.token, None)


def test_a_card_drawn_during_the_first_call_offers_it_still_since_the_call_may_be_put_off() -> None:
    made = approved()
    saga, drawn = made.portal.saga, list[Token | None]()

    def looked_at(*given: object) -> object:
        first, *others = saga(*given)  # type: ignore[arg-type]  # passed through

        def send(ids: Mapping[str, str]) -> str:
            drawn.append(gather_card(MOTION, made.ports, mention=False)[0].take_back)
            return first.send(ids)

        return [replace(first, send=send), *others]

    made.portal.saga = looked_at  # type: ignore[method-assign, assignment]  # what happens in between
    made.durable.run_named("file")

    assert drawn == [made.token]


def test_a_call_that_starts_while_it_is_taken_back_does_not_leave() -> None:
    """The claim of the first call reads the approval in its own transaction, whatever was true when the work began."""
    made = approved()
    portal = made.portal
    saga = portal.saga

    def taken_back_meanwhile(*given: object) -> object:
        steps = saga(*given)  # type: ignore[arg-type]  # passed through
        undo(made.token, TOMAS, made.ports)
        return steps

    portal.saga = taken_back_meanwhile  # type: ignore[method-assign, assignment]  # what happens in between
    made.durable.run_named("file")

    assert portal.referrals == ()
    assert made.state is MotionState.DENIED
    assert made.problems() == []


def test_taking_back_a_filing_that_covered_the_match_leaves_the_crm_alone() -> None:
    made = asking(19000)
    approve(made.token, PRIYA, made.ports)
    undo(made.token, PRIYA, made.ports)

    made.advance(SETTLING)

    assert made.org.get(DEAL).cosell.status is None
