"""`/cosell`, Home and direct questions: answered at once from what the bot knows, whatever the CRM does meanwhile."""

import pytest

from motions.model import Motion, MotionState
from sandbox.cast import ALEX, DANA, PRIYA, TOMAS, Member, Role
from tests.scenarios.company import HAYDEN, SELLER
from tests.scenarios.scene import Scene, said, words_of
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def asked(running: Scene) -> Motion:
    """A motion of Darcel's that waits for Priya."""
    return running.asked(running.company.new_deal())


def test_help_names_every_question(scene: Scene) -> None:
    answer = _ask(scene, SELLER, "help")

    assert all(f"/cosell {what}" in answer for what in ("why", "queue", "status"))


@pytest.mark.parametrize("who", [SELLER, PRIYA, DANA], ids=["the seller", "the manager", "the operator"])
def test_everybody_s_queue_holds_what_is_theirs(scene: Scene, asked: Motion, who: Member) -> None:
    assert asked.account_name in _ask(scene, who, "queue")


def test_a_queue_does_not_hold_what_is_somebody_else_s(scene: Scene, asked: Motion) -> None:
    assert asked.account_name not in _ask(scene, TOMAS, "queue")


def test_why_shows_every_partner_that_was_ranked_with_its_reasons(scene: Scene, asked: Motion) -> None:
    answer = _ask(scene, PRIYA, f"why {asked.deal_name}")

    assert all(partner in answer for partner in ("AWS", "Microsoft", "Northstar Integrators"))
    assert asked.reasons[0].text in answer
    assert f"Rules {asked.rule_version}" in answer


def test_status_says_what_the_program_is_doing_and_who_writes(scene: Scene, asked: Motion) -> None:
    answer = _ask(scene, DANA, "status")

    assert MotionState.AWAITING.value in answer
    assert "playbook" in answer


def test_a_deal_s_name_shows_where_its_motion_stands(scene: Scene, asked: Motion) -> None:
    answer = _ask(scene, SELLER, asked.deal_name)

    assert "approve, edit or deny the referral" in answer


def test_an_unknown_name_says_what_was_searched(scene: Scene) -> None:
    answer = _ask(scene, SELLER, "Nonesuch Industries")

    assert "No open deal matches" in answer
    assert "your open deals" in answer


def test_an_ambiguous_name_offers_a_choice(scene: Scene) -> None:
    answer = _ask(scene, DANA, "GTX")

    assert "Which deal do you mean" in answer
    assert "more" in answer


def test_a_seller_does_not_find_another_seller_s_deal(scene: Scene) -> None:
    theirs = scene.asked(scene.company.new_deal(owner=HAYDEN))

    assert "No open deal matches" in _ask(scene, SELLER, theirs.deal_name)
    assert "No open deal matches" not in _ask(scene, DANA, theirs.deal_name)


def test_an_answer_is_there_in_slack_s_time_while_the_crm_hangs(scene: Scene, asked: Motion) -> None:
    scene.company.trouble("salesforce", "latency", seconds=6, path="/services/data")

    answer = scene.company.act("command", PRIYA, channel="C0COSELLOPS", command="/cosell", text=asked.deal_name)

    assert answer["ok"]  # the emulated Slack gives up after three seconds, as the real one does
    assert asked.account_name in said(answer)


def test_a_partner_s_people_are_told_what_they_can_do_here(scene: Scene, asked: Motion) -> None:
    scene.company.act("message", ALEX, channel="C0SHAREDAWS", text=f"<@U0COSELLBOT> {asked.deal_name}")

    shown = wait_until(lambda: _whispers(scene, ALEX).partition("What you can ask")[2], what="an answer to Alex")

    assert asked.account_name not in shown


def test_home_shows_the_queue_of_whoever_opens_it(scene: Scene, asked: Motion) -> None:
    scene.company.act("home_open", PRIYA)

    def shown() -> str:
        view = scene.company.look("/slack/_control/views")["homes"].get(PRIYA.id)
        return words_of(view) if view and asked.deal_name in words_of(view) else ""

    assert "Waiting for a decision" in wait_until(shown, what="the deal on Priya's Home")


def _ask(scene: Scene, who: Member, text: str) -> str:
    answer = scene.company.act("command", who, channel=_room(who), command="/cosell", text=text)
    assert answer["ok"], answer
    return said(answer)


def _room(who: Member) -> str:
    return "C0SALES" if who.role is Role.SELLER else "C0COSELLOPS"


def _whispers(scene: Scene, who: Member) -> str:
    return "".join(str(m["blocks"]) for m in scene.company.messages("C0SHAREDAWS") if m["ephemeral_to"] == who.id)
