"""Deals a partner brings: found once, shown once, counted down, and taken over from wherever they were settled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from motions.deals import Account
from motions.errors import OutcomeUnknown, Rejected
from motions.invitations import InvitationId, InvitationState
from motions.inviting import READ_AT_ONCE, days_left, look
from motions.model import MotionState
from tests.fakes.clock import MONDAY
from tests.fakes.messenger import Trouble
from tests.fakes.world import CHANNEL, DAY, MINUTE, PRIYA, World, a_deal, world
from tests.motions.invited import BROUGHT, ENGI, card_text, invitation, invited, say_yes, token_of

HOUR = timedelta(hours=1)
EXPIRED, ACCEPTED, REJECTED = InvitationState.EXPIRED, InvitationState.ACCEPTED, InvitationState.REJECTED


def cards(made: World) -> list[str]:
    return [each.key for each in made.messenger.in_channel(CHANNEL) if each.thread_ts is None]


def reminders(made: World) -> list[str]:
    return [each.key for each in made.messenger.in_channel(CHANNEL) if each.thread_ts is not None]


def looked(made: World, later: timedelta = timedelta()) -> int:
    """Time passes, the sweep comes by, and what it starts is done; how many it told of."""
    made.advance(later)
    told = look(made.ports)
    made.durable.settle()
    return told


def test_an_invitation_is_shown_once_with_the_deal_that_it_may_be() -> None:
    made = invited()

    looked(made)

    assert cards(made) == ["invitation:engi-1:card"]
    shown = card_text(made)
    assert "15 days to answer" in shown
    assert "Acmeco GTX rollout" in shown
    assert "same web address" in shown
    assert PRIYA.user_id in shown
    assert made.events(ENGI)[:2] == ["invitation.received", "proposal.made"]


def test_what_is_asked_for_waits_in_the_channel_of_the_likeliest_deals_region() -> None:
    owner = a_deal().owner
    assert owner is not None

    made = invited(a_deal(owner=replace(owner, region="West")))

    assert (invitation(made).channel, invitation(made).manager_email) == (
        "C0AWSWEST",
        "tomas.lindqvist@meridian.example",
    )


@pytest.mark.parametrize("deal", [a_deal(owner=None), a_deal(account=Account("001B", "Somebody Else"))])
def test_one_that_no_region_speaks_for_is_shown_where_its_partner_is_looked_after_first(deal: object) -> None:
    made = invited(deal)

    assert invitation(made).channel == CHANNEL


def test_the_days_on_the_card_go_down_and_its_manager_is_reminded_once_when_three_are_left() -> None:
    made = invited()

    told = [looked(made, DAY) for _ in range(13)]

    assert told == [1] * 13
    assert reminders(made) == ["invitation:engi-1:remind"]
    assert "2 days to answer" in card_text(made)
    assert invitation(made).days_left == 2


def test_one_that_was_answered_is_not_reminded_of() -> None:
    made = invited()
    made.advance(12 * DAY)
    look(made.ports)
    made.portal.be_unavailable(times=50)
    say_yes(made)

    made.durable.settle()

    assert reminders(made) == []


@pytest.mark.parametrize(
    ("left", "days"),
    [
        (15 * DAY, 15),
        (3 * DAY, 3),
        (3 * DAY - MINUTE, 3),
        (2 * DAY, 2),
        (MINUTE, 1),
        (timedelta(), 0),
        (-DAY, 0),
    ],
)
def test_a_day_that_has_begun_counts(left: timedelta, days: int) -> None:
    assert days_left(MONDAY + left, MONDAY) == days


def test_one_that_nobody_answers_lapses_and_its_button_says_so() -> None:
    made = invited()
    token = token_of(made)

    looked(made, 15 * DAY)

    assert invitation(made).state is EXPIRED
    assert "Lapsed. Nobody answered in time." in card_text(made)
    assert "invitation.accept" not in card_text(made)
    assert made.read(lambda uow: uow.decisions.get(token))[0].verdict == "expired"


def test_one_that_is_gone_from_the_portal_is_over() -> None:
    made = invited()
    made.portal.offers.clear()

    looked(made)

    assert invitation(made).state is EXPIRED


def test_one_rejected_in_the_portal_itself_is_shown_so() -> None:
    made = invited()
    made.portal.settle_elsewhere(ENGI, REJECTED, "Unclear")

    assert looked(made) == 1

    assert invitation(made).state is REJECTED
    shown = card_text(made)
    assert "own portal, not here" in shown
    assert "Unclear" in shown


def test_one_accepted_in_the_portal_itself_asks_which_deal_it_is() -> None:
    made = invited()
    made.portal.settle_elsewhere(ENGI, ACCEPTED)

    looked(made)

    assert (invitation(made).state, invitation(made).answered_by) == (ACCEPTED, None)
    assert made.problems(ENGI) == ["deal-missing"]
    assert "invitation.link" in card_text(made)


def test_one_that_still_waits_though_the_list_was_older_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made = invited()
    monkeypatch.setattr(made.portal, "pending", list)

    assert looked(made) == 0

    assert invitation(made).state is InvitationState.PENDING


def test_one_that_was_settled_between_the_list_and_the_reading_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made = world()
    made.portal.invite()
    made.portal.settle_elsewhere(ENGI, REJECTED)
    monkeypatch.setattr(made.portal, "pending", lambda: [ENGI])

    looked(made)

    assert made.read(lambda uow: uow.invitations.get(ENGI)) is None


def test_an_answer_given_while_the_sweep_looks_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes look at once: what one found is older than what the other, or a click, has done."""
    made = invited()
    made.portal.settle_elsewhere(ENGI, REJECTED)
    read = made.portal.invitation

    def slow(invitation_id: InvitationId) -> object:
        offered = read(invitation_id)
        assert say_yes(made).text
        return offered

    monkeypatch.setattr(made.portal, "invitation", slow)

    look(made.ports)

    assert invitation(made).state is InvitationState.ACCEPTING


def test_many_at_once_are_read_in_turns() -> None:
    made = world()
    for n in range(READ_AT_ONCE + 1):
        made.portal.invite(f"engi-{n}")

    told = [looked(made), looked(made)]

    assert told == [READ_AT_ONCE, 1]
    assert made.portal.calls.count("invitation") == READ_AT_ONCE + 1


def test_one_that_cannot_be_read_is_an_operators_and_the_others_go_on() -> None:
    made = world()
    for name in ("engi-0", ENGI):
        made.portal.invite(name)
    made.portal.fail(Rejected("FakePortal", "no"), at="invitation")

    looked(made)
    shown, problems = cards(made), made.problems("invitations:aws:engi-0")
    looked(made, HOUR)

    assert problems == ["invitation-unreadable"]
    assert shown == ["invitation:engi-1:card"]
    assert made.problems("invitations:aws:engi-0") == []
    assert len(cards(made)) == 2


def test_each_that_cannot_be_read_is_told_and_read_again_once_an_hour() -> None:
    made = world()
    unreadable(made, "engi-0", "engi-2")

    for _ in range(2 * 60):
        looked(made, MINUTE)

    told = [made.problems(f"invitations:aws:{name}") for name in ("engi-0", "engi-2")]
    assert told == [["invitation-unreadable"]] * 2
    assert made.portal.calls.count("invitation") == 2 * 2


def test_those_that_cannot_be_read_leave_room_for_the_others() -> None:
    made = world()
    unreadable(made, *(f"shut-{n}" for n in range(READ_AT_ONCE)))
    looked(made)
    made.portal.invite()

    looked(made, MINUTE)

    assert cards(made) == ["invitation:engi-1:card"]


def test_one_that_cannot_be_read_is_nobodys_any_more_when_it_waits_no_more() -> None:
    made = world()
    unreadable(made, "engi-0")
    looked(made)
    made.portal.settle_elsewhere(InvitationId("engi-0"), REJECTED)

    looked(made, MINUTE)

    assert made.problems("invitations:aws:engi-0") == []


def unreadable(made: World, *names: str) -> None:
    """The partner offers deals, and its portal does not let them be read."""
    read = made.portal.invitation

    def refused(invitation_id: InvitationId) -> object:
        offered = read(invitation_id)
        if invitation_id in names:
            raise Rejected("FakePortal", "no")
        return offered

    for name in names:
        made.portal.invite(name)
    made.portal.invitation = refused  # type: ignore[method-assign, assignment]  # the same call, refused for some


def test_nobody_is_shown_what_nobody_looks_after_and_an_operator_is_told_once() -> None:
    made = world()
    made.portal.invite()
    config = made.ports.config
    made.use(config.model_copy(update={"coverage": config.coverage.model_copy(update={"rows": ()})}))

    told = [looked(made), looked(made)]

    assert told == [0, 0]
    assert made.problems("invitations:aws") == ["no-coverage"]
    assert made.portal.calls.count("pending") == 0


def test_a_card_whose_posting_the_engine_lost_is_posted_all_the_same() -> None:
    made = world()
    made.portal.invite()
    look(made.ports)
    made.durable.lose_everything()

    before = looked(made, MINUTE), cards(made)
    looked(made)

    assert before == (0, ["invitation:engi-1:card"])
    assert cards(made) == ["invitation:engi-1:card"]


def test_a_card_whose_posting_is_under_way_is_not_started_again() -> None:
    made = world()
    made.portal.invite()
    look(made.ports)
    made.clock.advance(MINUTE)

    look(made.ports)

    assert len(made.durable.waiting("post_invitation")) == 1


def test_an_answer_the_engine_lost_is_given_all_the_same() -> None:
    made = invited()
    say_yes(made)
    made.durable.lose_everything()

    looked(made, MINUTE)

    assert made.portal.answers == [("accept", ENGI)]
    assert invitation(made).referral_id == BROUGHT


def test_a_card_whose_answer_was_lost_is_found_and_brought_up_to_date() -> None:
    made = world()
    made.portal.invite()
    made.messenger.troubles.append(Trouble(OutcomeUnknown("Slack", "no answer"), after=True))

    looked(made)
    made.advance(MINUTE)

    assert cards(made) == ["invitation:engi-1:card"]
    assert len(made.messenger.updates) == 1


def test_a_deal_that_is_filed_already_is_shown_so() -> None:
    made = world()
    made.change(stage_name="Proposal")
    made.poll()
    made.note(referral_id="O7")
    made.portal.invite()

    looked(made)

    assert "filed as O7 already" in card_text(made)
    assert made.state is MotionState.AWAITING


def test_a_partner_without_a_portal_that_invites_is_not_asked() -> None:
    made = world()
    made.ports = replace(made.ports, portals={})

    assert look(made.ports) == 0
