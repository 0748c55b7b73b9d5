"""The stop: nothing leaves from the moment it is on, everybody is told, and what waited goes on by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from motions.answer_surfaces import DoneAnswer, ProblemAnswer, StatusAnswer
from motions.approvals import approve
from motions.asking import answer
from motions.desk import home_for
from motions.desk_surfaces import EVERYTHING
from motions.effects import Stop
from motions.errors import NotPermitted, Unavailable
from motions.model import Person
from motions.referrals import Review
from motions.segments import ATTEMPTS_AT_MOST
from motions.switches import COMMAND_LINE, resume, show_stop, stop, why_stopped
from tests.fakes.world import CHANNEL, DANA, DEAL, MINUTE, PRIYA, SAM, SELLER, SHARED, World, configuration, world
from tests.motions.outside import KEY, OtherSide, attempt, failure_of, plan
from tests.motions.stages import PAM, awaiting, in_review
from tests.motions.unsteady import WatchedStore


def say(made: World, words: str, by: Person = DANA) -> str:
    said = answer(words, by, made.ports)
    assert isinstance(said, DoneAnswer)
    return said.text


def outside(made: World) -> tuple[object, ...]:
    """Everything anybody outside could see of us, but for cards that are out already."""
    return made.portal.referrals, made.org.get(DEAL), len(made.messenger.posted), len(made.org.tasks)


def card_text(made: World) -> str:
    [card] = made.messenger.in_channel(CHANNEL)
    return str(card.message)


@pytest.mark.parametrize("by", [DANA, SAM], ids=lambda person: person.name)
def test_an_operator_stops_everything_and_it_is_logged_with_who_and_why(by: Person) -> None:
    made = world()

    said = say(made, "stop wrong price list", by)

    assert said.startswith("Stopped. Nothing leaves cosell from now on")
    [entry] = made.read(lambda uow: uow.log.of("effects"))[:1]
    assert (entry.event, entry.actor, entry.detail["by"]) == ("effects.stopped", by.name, by.key)
    assert made.problems("effects") == ["stopped"]
    [item] = made.read(lambda uow: uow.exceptions.of("effects"))
    assert (item.owner, item.reason) == (
        DANA.email,
        f"{by.name} stopped everything that leaves cosell: wrong price list. What waits is kept.",
    )


@pytest.mark.parametrize("words", ["stop", "resume"])
@pytest.mark.parametrize("by", [PRIYA, SELLER], ids=lambda person: person.name)
def test_nobody_else_stops_or_resumes(by: Person, words: str) -> None:
    made = world()

    said = answer(words, by, made.ports)

    assert isinstance(said, ProblemAnswer)
    assert said.what == "Only operators and admins stop and resume everything."
    assert made.read(lambda uow: uow.switches.stop()) is None


def test_it_is_stopped_once_and_resumed_once() -> None:
    made = world()
    nothing_to_resume = say(made, "resume")
    say(made, "stop")

    again = say(made, "stop because", SAM)
    say(made, "RESUME", SAM)

    assert nothing_to_resume == "It is not stopped. Nothing changed."
    assert again.startswith("It is stopped already: Dana Whitfield stopped cosell at 2026-11-23 15:00 UTC. Nothing")
    assert made.problems("effects") == []
    assert say(made, "resume") == "It is not stopped. Nothing changed."


def test_the_command_line_is_nobody_in_slack_and_may_stop() -> None:
    made = world()
    with made.store.transaction() as uow:
        stop(COMMAND_LINE, "", uow, made.ports.config, made.clock.now())

    assert made.read(lambda uow: why_stopped(uow, made.ports.config)).startswith("the command line stopped cosell at")


def test_resuming_leaves_what_policy_stops_stopped_and_says_so() -> None:
    made = world(kill_switch=True)
    say(made, "stop")

    assert "Resumed here, but policy.yml says kill_switch: true." in say(made, "resume")


def test_no_effect_leaves_while_it_is_on_and_none_is_noted() -> None:
    made, there = world(), OtherSide()
    say(made, "stop")

    failure = failure_of(lambda: attempt(there, made))

    assert isinstance(failure, Unavailable)
    assert "Dana Whitfield stopped cosell" in str(failure)
    assert there.done == []
    assert made.read(lambda uow: uow.effects.get(KEY)) is None


def test_what_is_done_already_is_still_told_while_it_is_on() -> None:
    made, there = world(), OtherSide()
    attempt(there, made)
    say(made, "stop")

    assert attempt(there, made) == "id-1"


def test_a_card_that_is_out_is_still_brought_up_to_date() -> None:
    made, there = world(), OtherSide()
    say(made, "stop")

    assert attempt(there, made, replace(plan(), kind="slack.card.update")) == "id-1"


def test_reads_and_clicks_go_on_and_the_decision_is_carried_out_after_it() -> None:
    made = awaiting()
    before = outside(made)
    say(made, "stop wrong price list")
    made.durable.settle()
    asked = card_text(made)
    approve(made.token, PRIYA, made.ports)
    made.advance(10 * MINUTE)
    during, filing = outside(made), card_text(made)

    say(made, "resume")
    made.advance(MINUTE)

    assert "*Nothing leaves at the moment.* Dana Whitfield stopped cosell" in asked
    assert "You can decide" in asked
    assert during == before
    assert "The referral is kept and filed when cosell goes on" in filing
    assert "motion.approve" not in filing
    assert len(made.portal.referrals) == 1
    assert "Nothing leaves at the moment" not in card_text(made)


def test_waiting_is_no_attempt_however_long_it_lasts_and_no_problem_of_its_own() -> None:
    made = awaiting()
    say(made, "stop")
    approve(made.token, PRIYA, made.ports)

    made.advance(timedelta(seconds=30) * (ATTEMPTS_AT_MOST + 20))
    during = made.problems()
    say(made, "resume")
    made.advance(MINUTE)

    assert during == ["stopped"]
    assert len(made.portal.referrals) == 1


def test_what_a_partner_reads_and_what_the_crm_holds_wait_too() -> None:
    made = in_review()
    before = outside(made)
    say(made, "stop")
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(10 * MINUTE)
    during = outside(made)

    say(made, "resume")
    made.advance(2 * MINUTE)

    assert during[1:] == before[1:]
    assert made.messenger.in_channel(SHARED) != []
    assert made.org.get(DEAL).cosell.status == "Accepted"


def test_status_and_home_say_who_stopped_it_and_why() -> None:
    made = world()
    before = (status(made), home_for(PRIYA, EVERYTHING, made.ports).stopped)
    say(made, "stop wrong price list.")

    why = "Dana Whitfield stopped cosell at 2026-11-23 15:00 UTC: wrong price list."
    assert before == (None, None)
    assert (status(made), home_for(PRIYA, EVERYTHING, made.ports).stopped) == (why, why)


def status(made: World) -> str | None:
    said = answer("status", PRIYA, made.ports)
    assert isinstance(said, StatusAnswer)
    return said.stopped


def test_policy_stops_as_well_and_says_so() -> None:
    made = world(kill_switch=True)

    assert status(made) == "policy.yml says kill_switch: true."


def test_cards_are_told_once_a_change_and_by_whichever_process_looks() -> None:
    made = awaiting()
    never = show_stop(made.ports)
    with made.store.transaction() as uow:
        uow.switches.set_stop(Stop(is_on=True, by_name="the command line", at=made.clock.now(), reason="why not"))

    told = [show_stop(made.ports) for _ in range(2)]
    made.durable.settle()

    assert (never, told) == (0, [1, 0])
    assert "the command line stopped cosell" in card_text(made)


def test_a_card_that_is_not_out_yet_is_not_redrawn() -> None:
    made = world()
    made.messenger.rooms.clear()
    made.change(stage_name="Proposal")
    made.poll()
    with made.store.transaction() as uow:
        uow.switches.set_stop(Stop(is_on=True, by_name="x", at=made.clock.now()))

    assert made.motion.card is None
    assert show_stop(made.ports) == 0


def test_who_may_not_stop_is_refused_wherever_they_ask() -> None:
    made = world()

    with made.store.transaction() as uow:
        with pytest.raises(NotPermitted):
            stop(PRIYA, "", uow, made.ports.config, made.clock.now())
        with pytest.raises(NotPermitted):
            resume(PRIYA, uow, made.ports.config, made.clock.now())


def test_a_switch_that_was_turned_off_stops_nothing() -> None:
    made = world()
    say(made, "stop")
    say(made, "resume")

    assert made.read(lambda uow: why_stopped(uow, configuration())) is None


def test_every_effect_locks_the_switch_so_that_who_turns_it_waits_for_what_is_leaving() -> None:
    made = world()
    watched = WatchedStore(made.store)
    made.ports = replace(made.ports, store=watched)

    attempt(OtherSide(), made)

    assert watched.locked == ["stop"]
