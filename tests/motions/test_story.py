"""One whole story, from a seller's edit in the CRM to a partner at work; told twice, it changes nothing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from motions.approvals import approve, deny
from motions.deals import Stage
from motions.desk import home_for
from motions.desk_surfaces import EVERYTHING
from motions.editing import edit
from motions.effects import EffectStatus
from motions.errors import OutcomeUnknown, Unavailable
from motions.explaining import clocks_of, tell
from motions.handoffs import replied, take
from motions.model import MotionState, Token
from motions.nudging import sweep_cold
from motions.opening import evaluate
from motions.referrals import Field, Review
from motions.reviewing import watch_portal
from motions.surfaces import ClickOutcome, ClickReply
from motions.sweeping import expire_cards, restart_lost
from motions.triggers import read_changes, receive_alert, reconcile
from motions.writing import WORD_LIMIT, count_words
from tests.fakes.messenger import Trouble
from tests.fakes.portal import STEPS
from tests.fakes.world import ALEX, CHANNEL, DEAL, MINUTE, MOTION, PRIYA, SECOND, SHARED, TOMAS, World, a_deal, world
from tests.motions.stages import PAM, POLL

SELLERS_ROOM = "D0DARCEL"
CRM_SEES = 2 * SECOND  # from the seller's save to the bot's read
PRIYA_THINKS = 5 * MINUTE


@dataclass
class Told:
    """The world after the story, and the buttons people clicked in it."""

    made: World
    buttons: list[Token]
    handoff: Token


def told() -> Told:
    """A seller moves a deal on; Priya corrects one field and Tomas approves; AWS accepts; Alex takes it on."""
    made = world(a_deal(1), a_deal(2, name="Initech rollout"))
    made.change(stage=Stage.PROPOSAL, stage_name="Proposal")
    made.clock.advance(CRM_SEES)
    made.poll()
    made.advance(PRIYA_THINKS)
    first = made.token
    assert isinstance(edit(first, PRIYA, {Field.TITLE: "Warehouse rollout"}, made.ports), ClickReply)
    made.advance(SECOND)
    second = made.token
    approve(second, TOMAS, made.ports)
    made.advance(SECOND)
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(POLL)
    handoff = made.motion.handoff_token
    assert handoff is not None
    made.advance(MINUTE)
    take(handoff, ALEX, made.ports)
    made.advance(MINUTE)
    return Told(made, [first, second], handoff)


def outside(made: World) -> dict[str, Any]:
    """Everything anybody outside this program can see."""
    return {
        "deals": [made.org.get(a_deal(n).id) for n in (1, 2)],
        "tasks": list(made.org.tasks),
        "motions": dict(made.org.motions),
        "referrals": made.portal.referrals,
        "messages": [(each.ref, each.key, each.message) for each in made.messenger.posted],
    }


def test_the_motion_ends_engaged_and_every_side_knows_it() -> None:
    made = told().made

    assert made.state is MotionState.ENGAGED
    assert [referral.title for referral in made.portal.referrals] == ["Warehouse rollout"]
    cosell = made.org.get(DEAL).cosell
    assert (cosell.status, cosell.partners, cosell.referral_id, cosell.partner_stage) == (
        "Engaged",
        "AWS",
        "O1",
        "Qualified",
    )
    assert [task.subject for task in made.org.tasks] == ["Co-sell with AWS: accepted", "Co-sell with AWS: engaged"]
    assert len(made.messenger.in_channel(CHANNEL)) == 1
    assert len(made.messenger.in_channel(SHARED)) == 1
    assert len(made.messenger.in_channel(SELLERS_ROOM)) == 2
    assert 0 < count_words(made.motion.brief) <= WORD_LIMIT
    assert made.problems() == []


def test_the_other_deal_is_not_touched() -> None:
    made = told().made

    assert made.org.get(a_deal(2).id) == a_deal(2, name="Initech rollout")
    assert len(made.motions) == 1


def test_the_three_clocks_start_at_the_sellers_save() -> None:
    made = told().made

    clocks = clocks_of(made.motion)

    assert clocks.match == CRM_SEES
    assert clocks.first == CRM_SEES
    assert clocks.human_wait == PRIYA_THINKS + SECOND
    assert clocks.e2e is not None
    assert clocks.e2e > CRM_SEES + PRIYA_THINKS  # the human wait is in it, shown apart and never subtracted
    assert clocks.e2e - clocks.human_wait < MINUTE


def test_the_log_is_whole_and_names_everybody() -> None:
    made = told().made

    story = made.read(lambda uow: tell(MOTION, uow))

    assert made.read(lambda uow: uow.log.first_break()) is None
    assert {PRIYA.name, TOMAS.name, ALEX.name, "AWS"} <= {line.actor for line in story.lines}
    assert {effect.status for effect in story.effects} == {EffectStatus.DONE}


def test_a_changed_line_of_the_log_is_found() -> None:
    made = told().made
    rows = made.store._rows.log
    third = rows[2]
    rows[2] = type(third)(**{**third.__dict__, "actor": "somebody else"})

    assert made.read(lambda uow: uow.log.first_break()) == third.seq


def test_every_message_to_the_partner_was_approved_and_holds_nothing_else() -> None:
    made = told().made

    said = str([each.message for each in made.messenger.in_channel(SHARED)])

    assert not any(
        secret in said for secret in ("54,000", "1,350", "loses orders", "Sue Park", "Security review", "77")
    )


def test_told_twice_it_changes_nothing() -> None:
    story = told()
    made = story.made
    before = outside(made)
    state = made.motion

    trigger = made.motion.trigger_id
    receive_alert(DEAL, made.motion.triggered_at, made.ports)
    for _ in range(2):
        read_changes(made.ports)
        evaluate(DEAL, trigger, made.ports)
        for button in story.buttons:
            assert approve(button, PRIYA, made.ports).outcome is ClickOutcome.CHANGED_NOTHING
            assert deny(button, PRIYA, "no", made.ports).outcome is ClickOutcome.CHANGED_NOTHING
            assert isinstance(edit(button, PRIYA, {Field.TITLE: "x"}, made.ports), ClickReply)
        assert take(story.handoff, ALEX, made.ports).outcome is ClickOutcome.CHANGED_NOTHING
        replied(SHARED, made.messenger.in_channel(SHARED)[0].ref.ts, ALEX, made.ports)
        watch_portal("aws", made.ports)
        expire_cards(made.ports)
        sweep_cold(made.ports)
        restart_lost(made.ports)
        made.advance(MINUTE)
    made.durable.run_again()
    missed = reconcile(made.ports)

    assert outside(made) == before
    assert made.motion == state
    assert missed == 0
    assert made.problems() == []
    assert made.read(lambda uow: uow.log.first_break()) is None


def test_when_it_is_over_it_is_on_nobodys_desk() -> None:
    made = told().made

    home = home_for(PRIYA, EVERYTHING, made.ports)

    assert (home.to_decide, home.under_way, home.going_cold, home.exceptions) == ((), (), (), ())


troubles = st.fixed_dictionaries(
    {
        "crm": st.lists(st.sampled_from(["away", "lost"]), max_size=4),
        "portal": st.lists(st.tuples(st.sampled_from(STEPS[:3]), st.sampled_from(["away", "lost"])), max_size=4),
        "slack": st.lists(st.sampled_from(["away", "lost before", "lost after"]), max_size=4),
    }
)


@settings(max_examples=25)
@given(weather=troubles)
def test_whatever_the_weather_the_story_ends_the_same_and_once(weather: dict[str, Any]) -> None:
    made = world()
    made.change(stage=Stage.PROPOSAL, stage_name="Proposal")
    read_changes(made.ports)
    spoil(made, weather)
    made.advance(20 * MINUTE)
    spoil(made, weather)
    approve(made.token, PRIYA, made.ports)
    made.advance(20 * MINUTE)
    spoil(made, weather)
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(2 * timedelta(hours=1))
    handoff = made.motion.handoff_token
    assert handoff is not None
    take(handoff, ALEX, made.ports)
    made.advance(20 * MINUTE)

    assert made.state is MotionState.ENGAGED
    assert [referral.id for referral in made.portal.referrals] == ["O1"]
    assert [task.subject for task in made.org.tasks] == ["Co-sell with AWS: accepted", "Co-sell with AWS: engaged"]
    rooms = [each.ref.channel for each in made.messenger.posted]
    assert sorted(rooms) == [CHANNEL, SHARED, SELLERS_ROOM, SELLERS_ROOM]
    assert made.org.get(DEAL).cosell.status == "Engaged"
    assert "Taken on by Alex Moreno" in str(made.messenger.in_channel(CHANNEL)[0].message)
    assert made.problems() == []


def spoil(made: World, weather: dict[str, Any]) -> None:
    """The next calls go so."""
    for trouble in weather["crm"]:
        if trouble == "lost":
            made.org.lose_answers()
        else:
            made.org.fail(Unavailable("CRM", "away", retry_after=5))
    for step, trouble in weather["portal"]:
        if trouble == "lost":
            made.portal.lose_answer(step)
        else:
            made.portal.be_unavailable(at=step, retry_after=5)
    for trouble in weather["slack"]:
        error = Unavailable("Slack", "away") if trouble == "away" else OutcomeUnknown("Slack", "no answer")
        made.messenger.troubles.append(Trouble(error, after=trouble == "lost after"))
