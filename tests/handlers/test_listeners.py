"""People act in the emulated Slack; the real Bolt app hears it by signed HTTP and answers where they can see it."""

import json
import logging
from typing import Any

import pytest
from slack_bolt import App

from handlers.channels import SlackMessenger, open_messenger
from handlers.desk import whoami
from motions.correlation import reference
from motions.errors import Unavailable
from motions.model import Role, Token
from motions.referrals import Field
from motions.surfaces import ClickOutcome, ClickReply, EditForm
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import US, World
from tests.handlers.fakes import Recorder


@pytest.fixture
def messenger(world: World) -> SlackMessenger:
    return open_messenger(world.client(), values.configuration(), US)


@pytest.fixture
def card_ts(messenger: SlackMessenger) -> str:
    return messenger.post("C0AWSCENT", messenger.render(values.card()), "m1:card").ts


@pytest.fixture
def handoff_ts(messenger: SlackMessenger) -> str:
    return messenger.post("C0SHAREDAWS", messenger.render(values.handoff()), "m1:handoff").ts


def press(world: World, person: cast.Member, channel: str, ts: str, action_id: str) -> Any:
    return world.act("action", person, channel=channel, message_ts=ts, action_id=action_id)


def told(world: World, person: cast.Member) -> list[str]:
    """What a person was told and nobody else."""
    mine = (room for room in world.look("messages")["messages"] if room["ephemeral_to"] == person.id)
    return [json.dumps(message["blocks"], ensure_ascii=False) for message in mine]


def shown(modal: dict[str, Any]) -> str:
    return json.dumps(modal["blocks"], ensure_ascii=False)


def test_we_know_who_we_are(world: World) -> None:
    assert whoami(world.client()) == US


class TestCommand:
    def test_is_answered_to_the_asker_alone(self, world: World, recorder: Recorder) -> None:
        outcome = world.act("command", cast.PRIYA, channel="C0AWSCENT", command="/cosell", text="Acmeco")

        assert outcome["ok"]
        assert recorder.calls == [("answer", "Acmeco", values.person())]
        assert "What you can ask" in told(world, cast.PRIYA)[0]
        assert told(world, cast.DANA) == []

    def test_of_an_unknown_member_is_answered_with_what_they_can_do(self, world: World, recorder: Recorder) -> None:
        world.act("command", cast.TOMAS, channel="C0AWSCENT", command="/cosell", text="queue")

        assert recorder.calls == []
        assert "does not know you" in told(world, cast.TOMAS)[0]


class TestCard:
    def test_approving_is_told_to_the_clicker(self, world: World, recorder: Recorder, card_ts: str) -> None:
        outcome = press(world, cast.PRIYA, "C0AWSCENT", card_ts, "motion.approve")

        assert outcome["ok"]
        assert recorder.calls == [("approve", Token(values.TOKEN), values.person())]
        assert "Approved. Filing now." in told(world, cast.PRIYA)[0]

    def test_what_a_use_case_says_is_inert(self, world: World, recorder: Recorder, card_ts: str) -> None:
        recorder.reply = ClickReply(ClickOutcome.CHANGED_NOTHING, values.HOSTILE)

        press(world, cast.PRIYA, "C0AWSCENT", card_ts, "motion.approve")

        assert "<!channel>" not in told(world, cast.PRIYA)[0]

    def test_a_click_that_fails_is_explained(self, world: World, recorder: Recorder, card_ts: str) -> None:
        recorder.error = Unavailable("Salesforce", "secret")

        outcome = press(world, cast.PRIYA, "C0AWSCENT", card_ts, "motion.approve")

        assert outcome["ok"]
        assert "Salesforce does not answer." in told(world, cast.PRIYA)[0]

    def test_denying_asks_why_and_then_denies(self, world: World, recorder: Recorder, card_ts: str) -> None:
        (modal,) = press(world, cast.PRIYA, "C0AWSCENT", card_ts, "motion.deny")["modals"]
        assert recorder.calls == []
        recorder.reply = ClickReply(ClickOutcome.DONE, "Denied. Nothing was filed.")

        said = {
            "reason.code": {"value": {"selected_option": {"value": "too-early"}}},
            "reason.words": {"value": {"value": "Next quarter"}},
        }
        outcome = world.act("submit", cast.PRIYA, view_id=modal["id"], values=said)

        assert recorder.calls == [("deny", Token(values.TOKEN), values.person(), "too-early: Next quarter")]
        assert "Denied. Nothing was filed." in shown(outcome["modals"][-1])

    def test_editing_gives_back_what_was_typed(self, world: World, recorder: Recorder, card_ts: str) -> None:
        (modal,) = press(world, cast.PRIYA, "C0AWSCENT", card_ts, "motion.edit")["modals"]
        recorder.calls.clear()
        recorder.reply = ClickReply(ClickOutcome.DONE, "Saved.")

        said = {"field:website": {"value": {"value": "https://acmeco.example"}}}
        outcome = world.act("submit", cast.PRIYA, view_id=modal["id"], values=said)

        ((name, token, by, given),) = recorder.calls
        assert (name, token, by) == ("edit", Token(values.TOKEN), values.person())
        assert given[Field.WEBSITE] == "https://acmeco.example"
        assert given[Field.CLOSE_DATE] == "2027-03-31"
        assert "Saved." in shown(outcome["modals"][-1])

    def test_what_would_bounce_is_said_beside_the_field(self, world: World, recorder: Recorder, card_ts: str) -> None:
        (modal,) = press(world, cast.PRIYA, "C0AWSCENT", card_ts, "motion.edit")["modals"]
        recorder.problems = (values.problem(),)

        outcome = world.act("submit", cast.PRIYA, view_id=modal["id"], values={})

        assert "The website is missing." in outcome["errors"]["field:website"]

    def test_a_form_corrected_after_complaints_is_heard_again(
        self, world: World, recorder: Recorder, card_ts: str
    ) -> None:
        (modal,) = press(world, cast.PRIYA, "C0AWSCENT", card_ts, "motion.edit")["modals"]
        recorder.problems = (values.problem(),)
        world.act("submit", cast.PRIYA, view_id=modal["id"], values={})
        recorder.problems = ()

        world.act(
            "submit",
            cast.PRIYA,
            view_id=modal["id"],
            values={"field:website": {"value": {"value": "https://a.example"}}},
        )

        assert [call[0] for call in recorder.calls] == ["edit_form", "edit", "edit"]

    def test_a_card_that_cannot_be_edited_says_why(self, world: World, recorder: Recorder, card_ts: str) -> None:
        recorder.form = ClickReply(ClickOutcome.CHANGED_NOTHING, "This card was already approved by Dana.")

        outcome = press(world, cast.PRIYA, "C0AWSCENT", card_ts, "motion.edit")

        assert outcome["modals"] == []
        assert "already approved by Dana" in told(world, cast.PRIYA)[0]

    def test_answering_opens_the_form(self, world: World, messenger: SlackMessenger, recorder: Recorder) -> None:
        recorder.form = EditForm(values.TOKEN, "Edit the referral", "", values.form()[:1])
        asking = values.card(proposal=values.proposal(problems=(values.problem(),)))
        ts = messenger.post("C0AWSCENT", messenger.render(asking), "m1:card").ts

        (modal,) = press(world, cast.PRIYA, "C0AWSCENT", ts, "motion.answer")["modals"]

        assert modal["private_metadata"] == values.TOKEN


class TestSharedChannel:
    def test_a_partner_takes_a_handoff(self, world: World, recorder: Recorder, handoff_ts: str) -> None:
        recorder.reply = ClickReply(ClickOutcome.DONE, "Thank you: it is yours.")

        press(world, cast.ALEX, "C0SHAREDAWS", handoff_ts, "handoff.take")

        assert recorder.calls == [("take", Token(values.TOKEN), values.person(Role.PARTNER))]
        assert "it is yours" in told(world, cast.ALEX)[0]

    def test_a_partners_reply_in_a_thread_is_noted(self, world: World, recorder: Recorder, handoff_ts: str) -> None:
        say(world, cast.ALEX, "C0SHAREDAWS", "On it", thread_ts=handoff_ts)

        assert recorder.calls == [("replied", "C0SHAREDAWS", handoff_ts, values.person(Role.PARTNER))]

    def test_a_reply_that_mentions_the_bot_is_noted_once(
        self, world: World, recorder: Recorder, handoff_ts: str
    ) -> None:
        say(world, cast.ALEX, "C0SHAREDAWS", f"<@{cast.BOT_USER_ID}> on it", thread_ts=handoff_ts)

        assert [call[0] for call in recorder.calls] == ["replied"]
        assert told(world, cast.ALEX) == []

    @pytest.mark.parametrize("text", ["hello", "<@U0PRIYA> hello"])
    def test_talk_outside_threads_is_nobodys_business(self, world: World, recorder: Recorder, text: str) -> None:
        say(world, cast.ALEX, "C0SHAREDAWS", text)

        assert recorder.calls == []

    def test_our_own_replies_are_no_partners(self, world: World, recorder: Recorder, handoff_ts: str) -> None:
        say(world, cast.PRIYA, "C0SHAREDAWS", "Thanks", thread_ts=handoff_ts)

        assert recorder.calls == []

    def test_a_question_of_ours_is_answered_where_no_partner_reads(self, world: World, recorder: Recorder) -> None:
        say(world, cast.PRIYA, "C0SHAREDAWS", f"<@{cast.BOT_USER_ID}> why Acmeco &amp; Sons")

        assert recorder.calls == [("answer", "why Acmeco & Sons", values.person())]
        assert len(told(world, cast.PRIYA)) == 1
        answers = [m for m in world.messages("C0SHAREDAWS") if m["user"] == cast.BOT_USER_ID]
        assert [m["ephemeral_to"] for m in answers] == [cast.PRIYA.id]

    def test_a_partners_question_is_declined(self, world: World, recorder: Recorder) -> None:
        say(world, cast.ALEX, "C0SHAREDAWS", f"<@{cast.BOT_USER_ID}> what is the amount of Acmeco")

        assert recorder.calls == []
        assert "are answered to the company that runs this assistant" in told(world, cast.ALEX)[0]

    def test_a_mention_in_a_thread_that_is_no_handoff_is_answered(
        self, world: World, recorder: Recorder, handoff_ts: str
    ) -> None:
        recorder.is_handoff = False

        say(world, cast.ALEX, "C0SHAREDAWS", f"<@{cast.BOT_USER_ID}> hello", thread_ts=handoff_ts)

        assert len(told(world, cast.ALEX)) == 1


class TestDirectMessage:
    def test_is_answered_like_the_command(self, world: World, recorder: Recorder) -> None:
        say(world, cast.PRIYA, "D0PRIYA", "/cosell queue")

        assert recorder.calls == [("answer", "queue", values.person())]
        assert "What you can ask" in json.dumps(world.messages("D0PRIYA")[-1]["blocks"])

    def test_that_fails_says_so(self, world: World, recorder: Recorder) -> None:
        recorder.error = Unavailable("the store", "secret")

        say(world, cast.PRIYA, "D0PRIYA", "status")

        assert "the store does not answer." in json.dumps(world.messages("D0PRIYA")[-1]["blocks"])


class TestHome:
    def test_shows_the_opener_their_queue(self, world: World, recorder: Recorder) -> None:
        act_and_settle(world, "home", cast.PRIYA)

        assert recorder.calls == [("home_for", values.person())]
        home = world.look("views")["homes"][cast.PRIYA.id]
        assert "Waiting for your decision (3)" in shown(home)

    def test_shows_outsiders_what_they_can_do(self, world: World, recorder: Recorder) -> None:
        act_and_settle(world, "home", cast.ALEX)

        assert recorder.calls == []
        assert "take on a handoff" in shown(world.look("views")["homes"][cast.ALEX.id])

    def test_is_not_drawn_for_the_messages_tab(self, world: World, recorder: Recorder) -> None:
        act_and_settle(world, "home", cast.PRIYA, tab="messages")

        assert recorder.calls == []


def test_a_request_with_a_wrong_signature_reaches_nothing(world: World, bolt: App, recorder: Recorder) -> None:
    world.control("settings", {"signing_secret": "another"})

    outcome = world.act("command", cast.PRIYA, channel="C0AWSCENT", command="/cosell", text="Acmeco")

    assert not outcome["ok"]
    assert recorder.calls == []


def say(world: World, person: cast.Member, channel: str, text: str, **more: str) -> None:
    act_and_settle(world, "message", person, channel=channel, text=text, **more)


def act_and_settle(world: World, gesture: str, person: cast.Member, **body: str) -> None:
    """Act, and wait until every event it led to was delivered."""
    outcome = world.act(gesture, person, **body)
    assert outcome["ok"], outcome
    world.settle()


class References(logging.Handler):
    """What was worked on when a line was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(reference())


def test_a_line_about_an_envelope_carries_the_reference_the_person_was_told(world: World, recorder: Recorder) -> None:
    recorder.error, references = ValueError("boom"), References()
    replies = logging.getLogger("handlers.replies")
    replies.addHandler(references)

    world.act("command", cast.PRIYA, channel="C0AWSCENT", command="/cosell", text="Acmeco")

    replies.removeHandler(references)
    (named,) = references.heard
    assert named
    assert named in told(world, cast.PRIYA)[0]
