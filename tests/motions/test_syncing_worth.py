"""A portal that asks for what the whole deal is worth, and closes what is won, is kept in step by the same rules."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from motions.approvals import approve
from motions.consequences import consequences_of
from motions.deals import Money, Stage
from motions.effects import Undo
from motions.in_step import Held, covered
from motions.model import MotionState
from motions.referrals import Field, Referral, Review
from tests.fakes.portal import FakePortal
from tests.fakes.world import MOTION, PRIYA, World, world
from tests.motions.kept import exception, moves, says, writes
from tests.motions.stages import PAM, POLL

AMOUNT, CLOSE, SPEND, STAGE, STEPS = (
    Field.AMOUNT, Field.CLOSE_DATE, Field.MONTHLY_SPEND, Field.STAGE, Field.NEXT_STEPS
)  # fmt: skip
WHOLE = {
    "stage": "both",
    "close_date": "to_portal",
    "amount": "to_portal",
    "monthly_spend": "both",
    "next_steps": "both",
}


class ByWorth(FakePortal):
    """A portal that calls its money the deal's amount, and has no field for next steps."""

    @property
    def closing(self) -> frozenset[Stage]:
        return frozenset({Stage.WON, Stage.LOST})

    def worded(self, referral: Referral, today: date) -> Mapping[Field, str]:
        worth = referral.annual_value
        words = {field: word for field, word in super().worded(referral, today).items() if field in {STAGE, CLOSE}}
        return {**words, AMOUNT: str(worth.amount)} if worth else words

    def filed_as(self, payload: Mapping[str, object]) -> Mapping[Field, str | None]:
        filed = super().filed_as(payload)
        return {STAGE: filed[STAGE], CLOSE: filed[CLOSE], AMOUNT: "54000"}

    def held(self, referral_id: str) -> Held:
        held, kept = super().held(referral_id), self._found(referral_id).kept
        values = {field: kept.get(field) for field in (STAGE, CLOSE, AMOUNT)}
        return replace(held, values=values, open=frozenset(values) if held.open else held.open)

    def change(self, referral_id: str, changes: Mapping[Field, str], seen: Mapping[Field, str | None]) -> datetime:
        assert changes.keys() <= {STAGE, CLOSE, AMOUNT}
        return super().change(referral_id, changes, seen)


def asked() -> World:
    """A deal worth 54,000 whose card waits for a decision."""
    made = world(sync=WHOLE)
    made.portal = ByWorth(made.clock)
    made.ports = replace(made.ports, portals={"aws": made.portal})
    made.change(stage_name="Proposal")
    made.poll()
    return made


def handed() -> World:
    made = asked()
    approve(made.token, PRIYA, made.ports)
    made.durable.settle()
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(POLL)
    assert made.state is MotionState.HANDED_OFF
    return made


def test_the_deal_s_amount_is_sent_as_it_is() -> None:
    made = handed()

    moves(made, amount=Money(Decimal(60000), "USD"))

    assert set(covered(made.decision()[1])) == {STAGE, CLOSE, AMOUNT}
    assert (says(made, AMOUNT), writes(made)) == ("60000", 1)
    assert made.problems() == []


def test_a_field_that_the_portal_does_not_have_is_never_spoken_of() -> None:
    made = handed()

    moves(made, amount=Money(Decimal(60000), "USD"), next_step="Contract")

    told = [entry.detail for entry in made.read(lambda uow: uow.log.of(MOTION)) if entry.event.startswith("sync.")]
    assert told
    assert all("Monthly spend" not in str(each) and "Next steps" not in str(each) for each in told)


def test_an_amount_that_needs_two_people_stays_here_and_the_rest_goes() -> None:
    made = handed()

    moves(made, close_date=date(2027, 6, 30), amount=Money(Decimal(2_000_000), "USD"))

    assert (says(made, CLOSE), says(made, AMOUNT)) == ("2027-06-30", "54000")
    assert "two people" in exception(made, "sync-refused")


def test_the_card_says_what_closes_it_for_good() -> None:
    made = asked()

    said = consequences_of(made.decision()[1], made.motion, made.ports)

    assert [each.what for each in said if each.what.startswith("Closes")] == [
        "Closes it as won when the deal is won",
        "Closes it as lost when the deal is lost",
    ]
    assert {each.undo for each in said if each.what.startswith("Closes")} == {Undo.FINAL}
