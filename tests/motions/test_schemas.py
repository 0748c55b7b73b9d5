"""Schema drift: what a change of a portal concerns is held and told, all else goes on, and a person lets it count."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from motions.approvals import approve, deny
from motions.errors import Unavailable, UserMistake
from motions.model import MotionState
from motions.proposals import Verdict
from motions.schema_records import PortalSchema
from motions.schema_rules import Change, changes_between, is_held, waiting_in
from motions.schemas import go_on, look, release, tell_drift
from motions.surfaces import ClickOutcome
from tests.fakes.portal import FakePortal
from tests.fakes.world import DANA, PRIYA, SECOND, World, world
from tests.motions.stages import awaiting
from tests.motions.unsteady import SlowMoveStore

BEFORE = {
    "tables": "1",
    "solution S-1": "GTX Platform",
    "field create.title": "string, at most 255",
    "field create.stage": "string",
    "option create.stage=demo": "",
    "option create.stage=won": "",
}
GONE = {name: said for name, said in BEFORE.items() if name != "option create.stage=won"}
HOLD = timedelta(seconds=31)
HELD = "so it is held"


class Told(FakePortal):
    """A portal that says what it asks for."""

    lines: Mapping[str, str] = BEFORE

    def described(self) -> Mapping[str, str]:
        return self.lines


class Away(FakePortal):
    """A portal that cannot be asked."""

    asked = 0

    def described(self) -> Mapping[str, str]:
        self.asked += 1
        raise Unavailable("FakePortal", f"away, {self.asked}")


def told(made: World) -> Told:
    portal = Told(made.clock)
    made.ports = replace(made.ports, portals={"aws": portal})
    look(made.ports)
    return portal


def asking() -> tuple[World, Told]:
    """The card is out, and the schema is the one that was first seen."""
    made = world()
    portal = told(made)
    made.change(stage_name="Proposal")
    made.poll()
    assert made.state is MotionState.AWAITING
    made.clock.advance(SECOND)
    return made, portal


def used(made: World) -> Mapping[str, str]:
    """What the referral at hand says at AWS, as lines of a schema."""
    filing = made.decision()[1].payload["file"]
    assert isinstance(filing, Mapping)
    return {f"option create.stage={filing['create']['stage']}": ""}


def seen(made: World) -> None:
    """The schema that was let count had what the referral at hand says."""
    schema = PortalSchema("aws", {**BEFORE, **used(made)})
    with made.store.transaction() as uow:
        uow.schemas.put(schema)


def drift(made: World, portal: Told, lines: Mapping[str, str]) -> int:
    made.clock.advance(SECOND)
    portal.lines = lines
    found = look(made.ports)
    made.durable.settle()
    return found


def card_text(made: World) -> str:
    """The card as it stands, in words."""
    (card,) = [each for each in made.messenger.posted if each.key == f"{made.motion.id}:card"]
    return str(card.message["blocks"])


def holding() -> tuple[World, Told]:
    """What the referral names as its stage is gone from the portal's list."""
    made, portal = asking()
    seen(made)
    assert drift(made, portal, BEFORE) == 1
    return made, portal


def test_the_first_look_holds_nobody_and_an_unchanged_one_neither() -> None:
    made, _ = asking()

    assert look(made.ports) == 0
    assert made.problems() == []


def test_a_portal_that_cannot_say_what_it_asks_for_is_left_alone() -> None:
    made = awaiting()

    assert look(made.ports) == 0


def test_a_portal_that_is_away_hides_no_other_and_is_told_afterwards() -> None:
    made, portal = asking()
    away = Away(made.clock)
    made.ports = replace(made.ports, portals={"microsoft": away, "aws": portal, "google": away})
    portal.lines = {**BEFORE, "tables": "2"}

    with pytest.raises(Unavailable, match="away, 1"):
        look(made.ports)

    assert made.problems() == ["schema-drift"]


def test_what_the_change_concerns_is_held_and_an_approval_changes_nothing() -> None:
    made, portal = holding()

    reply = approve(made.token, PRIYA, made.ports)

    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert "asks for something else since this was drafted, so it is held" in reply.text
    assert made.state is MotionState.AWAITING
    assert portal.referrals == ()
    [item] = made.read(lambda uow: uow.exceptions.of("schema:aws"))
    assert (item.code, item.owner) == ("schema-drift", DANA.email)
    assert "cosell schema release aws" in item.next_act
    assert "1 referrals" in item.reason


def test_a_held_card_says_that_an_approval_changes_nothing_and_until_when() -> None:
    made, _ = holding()

    shown = card_text(made)
    assert "asks for something else since this was drafted, so it is held" in shown
    assert "cosell schema release aws" in shown
    assert "Until then an approval changes nothing" in shown
    assert "Nothing leaves" not in shown


def test_a_card_says_it_no_more_when_the_portal_is_as_it_was() -> None:
    made, portal = holding()

    drift(made, portal, {**BEFORE, **used(made)})

    assert HELD not in card_text(made)


def test_a_card_says_it_no_more_when_another_change_does_not_concern_it() -> None:
    made, portal = holding()

    assert drift(made, portal, {**BEFORE, **used(made), "tables": "2"}) == 1

    assert HELD not in card_text(made)


def test_a_card_says_it_again_when_the_same_change_comes_back() -> None:
    made, portal = holding()
    drift(made, portal, {**BEFORE, **used(made)})

    drift(made, portal, BEFORE)

    assert HELD in card_text(made)


def test_the_difference_is_told_once_to_whoever_operates() -> None:
    made, portal = holding()
    look(made.ports)
    made.durable.settle()

    told_to_dana = [m for m in made.messenger.in_channel(made.messenger.direct_channel(DANA)) if "asks for" in str(m)]
    assert len(told_to_dana) == 1
    assert "gone: option create.stage=" in str(told_to_dana[0])
    assert portal.lines is BEFORE


def test_what_was_approved_before_waits_without_being_sent_and_without_an_alarm() -> None:
    made, portal = asking()
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE
    seen(made)
    portal.lines = BEFORE
    look(made.ports)

    made.advance(10 * HOLD)

    assert made.state is MotionState.FILING
    assert portal.referrals == ()
    assert made.problems() == ["schema-drift"]


def test_released_it_is_prepared_again_for_a_person_and_then_filed() -> None:
    made, portal = asking()
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE
    seen(made)
    portal.lines = BEFORE
    look(made.ports)
    made.advance(HOLD)
    first = made.decision()[0]

    with made.store.transaction() as uow:
        release("aws", DANA.name, uow, made.clock.now())
    assert go_on(made.ports) == 1
    made.advance(HOLD)

    assert made.state is MotionState.AWAITING
    verdicts = [a.verdict for a, _ in made.read(lambda uow: uow.decisions.of(first.motion_id))]
    assert verdicts == [Verdict.REVOKED, None]
    assert made.problems() == []
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE
    made.advance(HOLD)
    assert len(portal.referrals) == 1


def test_an_undecided_card_is_prepared_again_too() -> None:
    made, _ = holding()
    before = made.token

    with made.store.transaction() as uow:
        release("aws", DANA.name, uow, made.clock.now())
    go_on(made.ports)
    made.durable.settle()

    assert made.token != before
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE


def test_what_it_does_not_concern_goes_on() -> None:
    made, portal = asking()
    assert drift(made, portal, {**GONE, "option create.stage=new": "", "tables": "2"}) == 1

    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE
    made.durable.settle()

    assert len(portal.referrals) == 1


def test_what_is_drafted_afterwards_is_drafted_for_it() -> None:
    made, _ = holding()

    made.clock.advance(SECOND)
    made.change(stage_name="Committed")
    made.poll()

    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE


def test_half_of_a_filing_is_finished_as_it_was_approved() -> None:
    made, portal = asking()
    portal.be_unavailable(2, at="associate", retry_after=600)
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE
    seen(made)
    made.durable.settle()
    assert made.motion.state is MotionState.FILING
    portal.lines = BEFORE
    look(made.ports)
    made.durable.settle()
    held = card_text(made)
    made.clock.advance(SECOND)
    with made.store.transaction() as uow:
        release("aws", DANA.name, uow, made.clock.now())

    go_on(made.ports)
    made.durable.settle()
    released = card_text(made)
    made.advance(40 * HOLD)

    assert "is finished as it was approved" in held
    assert HELD not in released
    assert made.state is MotionState.IN_REVIEW
    assert len(portal.referrals) == 1


def test_as_it_was_again_holds_nobody() -> None:
    made, portal = holding()
    portal.lines = {**BEFORE, **used(made)}

    assert look(made.ports) == 0
    assert made.problems() == []
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE


def test_a_second_change_is_told_as_well() -> None:
    made, portal = holding()

    assert drift(made, portal, {**BEFORE, "solution S-2": "New"}) == 1

    assert made.events("schema:aws").count("schema.drifted") == 2


def test_nothing_is_released_that_is_not_held() -> None:
    made, _ = asking()

    with made.store.transaction() as uow, pytest.raises(UserMistake, match="Nothing of aws is held"):
        release("aws", DANA.name, uow, made.clock.now())
    with made.store.transaction() as uow, pytest.raises(UserMistake, match="Nothing of google is held"):
        release("google", DANA.name, uow, made.clock.now())


def test_what_is_held_may_be_denied() -> None:
    made, _ = holding()

    assert deny(made.token, PRIYA, "not now", made.ports).outcome is ClickOutcome.DONE


def test_with_a_channel_of_its_own_the_difference_goes_there_and_is_cut() -> None:
    made, portal = asking()
    config = made.ports.config
    coverage = config.coverage.model_copy(update={"ops_channel": "C0AWSEAST"})
    made.use(config.model_copy(update={"coverage": coverage}))

    drift(made, portal, {**BEFORE, **{f"option create.stage=new {n:02}": "" for n in range(25)}})

    [message] = made.messenger.in_channel("C0AWSEAST")
    assert "… and 5 more: cosell schema show aws" in str(message)


def test_without_anybody_to_tell_the_exception_tells() -> None:
    made, portal = asking()
    config = made.ports.config
    coverage = config.coverage.model_copy(update={"operators": ("nobody@meridian.example",)})
    made.use(config.model_copy(update={"coverage": coverage}))

    drift(made, portal, GONE)

    assert made.problems() == ["schema-drift"]


def test_what_was_released_before_it_was_told_is_told_no_more() -> None:
    made, _ = asking()

    tell_drift("aws", "f", made.ports)

    assert made.messenger.in_channel(made.messenger.direct_channel(DANA)) == []


def test_who_decided_meanwhile_goes_first() -> None:
    made, _ = holding()
    with made.store.transaction() as uow:
        release("aws", DANA.name, uow, made.clock.now())
    made.ports = replace(made.ports, store=SlowMoveStore(made.store))
    before = made.token

    go_on(made.ports)

    assert made.token == before


FILE: dict[str, Any] = {
    "create": {"Title": "x", "Spend": [{"Amount": "1", "Currency": "USD"}], "Account": {"Name": "Acme"}, "None": None},
    "associate": {"solution_id": "S-1"},
}


@pytest.mark.parametrize(
    ("name", "before", "after", "is_concerned"),
    [
        ("option create.Spend.Currency=USD", "", None, True),
        ("option create.Spend.Currency=EUR", "", None, False),
        ("option create.Spend.Currency=USD", None, "", False),
        ("solution S-1", "GTX", None, True),
        ("solution S-1", "GTX", "GTX 2", True),
        ("solution S-1", None, "GTX", False),
        ("solution S-9", "Other", None, False),
        ("field create.Title", "string, at most 255", "string, at most 100", True),
        ("field create.Title", "string", None, True),
        ("field create.None", "string", None, False),
        ("field create.Origin", None, "required, string", True),
        ("field create.Origin", None, "string", False),
        ("field create.Lead.Origin", None, "required, string", False),
        ("field create.Account.Duns", None, "required, string", True),
        ("field create.Title", None, "required, string", False),
        ("field create.Origin", "string", "required, string", True),
        ("field create.Origin", "string", "string, like required", False),
        ("field create.Origin", "required, string", "required, string, at most 9", False),
        ("field create.Lead.Origin", "string", "required, string", False),
        ("field create.Title", "string", "required, string", False),
        ("field create.Title", "required, string", "string", False),
        ("field create.Title", "string", "required, string, at most 9", True),
        ("field create.Account", "structure", "required, structure", False),
        ("field create.Spend", "list, at most 9", "list, at most 1", True),
        ("tables", "1", "2", False),
    ],
)
def test_a_change_concerns_what_names_it(
    name: str, before: str | None, after: str | None, *, is_concerned: bool
) -> None:
    made, _ = asking()
    proposal = replace(made.decision()[1], payload={"file": FILE})
    sides = [{name: said} if said is not None else {} for said in (before, after)]
    known = PortalSchema("aws", sides[0], sides[1], made.clock.now())

    assert is_held(proposal, known, waiting_in(known)) is is_concerned


def test_changes_are_told_in_words_what_is_gone_first() -> None:
    changes = changes_between({"a": "1", "b": "", "c": "x"}, {"a": "2", "c": "x", "d": "new"})

    assert [change.said for change in changes] == ["gone: b", "a: 1 -> 2", "new: d (new)"]
    assert Change("a", "", "1").said == "a: nothing -> 1"
