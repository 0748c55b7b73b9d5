"""People act in the emulated Slack; the real Bolt app hears it by signed HTTP and answers where they can see it."""

import json
import logging
from typing import Any

import pytest
from slack_bolt import App, BoltRequest

from handlers.channels import SlackMessenger, open_messenger
from handlers.desk import whoami
from motions.correlation import reference
from motions.desk_surfaces import EVERYTHING
from motions.errors import Unavailable
from motions.model import Role, Token
from motions.referrals import Field
from motions.revisions import InForce
from motions.surfaces import ClickOutcome, ClickReply, EditForm, Nudge
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import US, World
from tests.handlers.fakes import Recorder


@pytest.fixture
def messenger(world: World) -> SlackMessenger:
    return open_messenger(world.client(), InForce(values.configuration()), US)


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

    def test_a_partner_asks_for_fewer_reminders(
        self, world: World, messenger: SlackMessenger, recorder: Recorder
    ) -> None:
        recorder.returns["remind_less"] = ClickReply(ClickOutcome.DONE, "Every 4 days from now on.")
        nudge = Nudge("U0ALEX", "Alex Moreno", "Call", "2026-11-26", 1, values.TOKEN)
        ts = messenger.post("C0SHAREDAWS", messenger.render(nudge), "m1:nudge.1").ts

        press(world, cast.ALEX, "C0SHAREDAWS", ts, "handoff.less")

        assert recorder.calls == [("remind_less", Token(values.TOKEN), values.person(Role.PARTNER))]
        assert "Every 4 days" in told(world, cast.ALEX)[0]

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

    def test_a_partners_question_is_answered_at_their_own_desk(self, world: World, recorder: Recorder) -> None:
        say(world, cast.ALEX, "C0SHAREDAWS", f"<@{cast.BOT_USER_ID}> what is the amount of Acmeco")

        assert recorder.calls == [("partner_answer", "what is the amount of Acmeco", values.person(Role.PARTNER))]
        assert "`status`" in told(world, cast.ALEX)[0]

    def test_a_partners_question_that_fails_tells_nothing(self, world: World, recorder: Recorder) -> None:
        recorder.error = Unavailable("Salesforce", "secret")

        say(world, cast.ALEX, "C0SHAREDAWS", f"<@{cast.BOT_USER_ID}> status")

        assert "This did not work." in told(world, cast.ALEX)[0]
        assert "Salesforce" not in told(world, cast.ALEX)[0]

    def test_a_partners_click_that_fails_tells_nothing(self, world: World, recorder: Recorder, handoff_ts: str) -> None:
        recorder.error = Unavailable("Salesforce", "secret")

        press(world, cast.ALEX, "C0SHAREDAWS", handoff_ts, "handoff.take")

        assert "This did not work." in told(world, cast.ALEX)[0]
        assert "Salesforce" not in told(world, cast.ALEX)[0]

    @pytest.mark.parametrize("who", [cast.ALEX, cast.PRIYA])
    def test_details_are_drawn_for_whoever_asks(
        self, world: World, recorder: Recorder, handoff_ts: str, who: cast.Member
    ) -> None:
        (modal,) = press(world, who, "C0SHAREDAWS", handoff_ts, "handoff.details")["modals"]

        ((name, token, viewer),) = recorder.calls
        assert (name, token, viewer.user_id) == ("details", Token(values.TOKEN), who.id)
        assert "leave its data centre" in shown(modal)

    def test_what_is_not_there_has_no_details(self, world: World, recorder: Recorder, handoff_ts: str) -> None:
        recorder.deal = None

        (modal,) = press(world, cast.ALEX, "C0SHAREDAWS", handoff_ts, "handoff.details")["modals"]

        assert "Nothing behind this button is shared with you" in shown(modal)

    @pytest.mark.parametrize(
        ("action", "given", "call"),
        [
            ("handoff.ask", {}, ("ask_owner", "Who is the buyer?")),
            ("handoff.next_step", {}, ("propose_next_step", "Who is the buyer?")),
            (
                "handoff.decline",
                {"partner.reason": {"value": {"selected_option": {"value": "no-fit"}}}},
                ("decline", "no-fit", "Who is the buyer?"),
            ),
        ],
    )
    def test_a_partner_answers_with_a_form(
        self, world: World, recorder: Recorder, handoff_ts: str, action: str, given: Any, call: tuple[str, ...]
    ) -> None:
        recorder.reply = ClickReply(ClickOutcome.DONE, "Noted.")
        (modal,) = press(world, cast.ALEX, "C0SHAREDAWS", handoff_ts, action)["modals"]

        said = {"partner.words": {"value": {"value": "Who is the buyer?"}}, **given}
        outcome = world.act("submit", cast.ALEX, view_id=modal["id"], values=said)

        assert recorder.calls == [(call[0], Token(values.TOKEN), values.person(Role.PARTNER), *call[1:])]
        assert "Noted." in shown(outcome["modals"][-1])


@pytest.fixture
def shared_card_ts(world: World, card_ts: str, recorder: Recorder) -> str:
    teams = [cast.MERIDIAN.id, cast.AWS.id]
    world.control("channels", {"id": "C0AWSCENT", "teams": teams, "members": [cast.ALEX.id, cast.GINA.id]})
    world.settle()
    recorder.calls.clear()
    return card_ts


@pytest.mark.parametrize("action", ["motion.approve", "motion.edit", "motion.deny"])
@pytest.mark.parametrize(("who", "words"), [(cast.ALEX, "This is for the company"), (cast.GINA, "does not know you")])
def test_nobody_else_presses_our_cards_buttons(
    world: World, recorder: Recorder, shared_card_ts: str, action: str, who: cast.Member, words: str
) -> None:
    outcome = press(world, who, "C0AWSCENT", shared_card_ts, action)

    assert (recorder.calls, outcome["modals"]) == ([], [])
    assert words in told(world, who)[0]


def test_nobody_else_sends_our_forms(world: World, bolt: App, recorder: Recorder) -> None:
    view = {"id": "V1", "hash": "h", "type": "modal", "callback_id": "motion.deny", "private_metadata": "x"}
    sent = {
        "type": "view_submission",
        "user": {"id": cast.ALEX.id, "team_id": cast.AWS.id},
        "team": {"id": cast.AWS.id},
        "trigger_id": "1.1.x",
        "view": view | {"blocks": [], "state": {"values": {}}},
    }

    answer = bolt.dispatch(BoltRequest(body=sent, mode="socket_mode"))

    assert recorder.calls == []
    assert "This is for the company that runs this assistant" in answer.body


def test_one_button_of_ours_among_theirs_is_one_too_many(bolt: App, recorder: Recorder) -> None:
    pressed = {
        "type": "block_actions",
        "user": {"id": cast.ALEX.id, "team_id": cast.AWS.id},
        "team": {"id": cast.MERIDIAN.id},
        "trigger_id": "1.1.y",
        "actions": [
            {"type": "button", "action_id": name, "block_id": "b", "value": "x", "action_ts": "1.1"}
            for name in ("handoff.take", "motion.approve")
        ],
    }

    bolt.dispatch(BoltRequest(body=pressed, mode="socket_mode"))

    assert recorder.calls == []


class TestPlaces:
    def test_whoever_comes_or_goes_has_the_channel_looked_at(self, world: World, recorder: Recorder) -> None:
        act_and_settle(world, "join", cast.TOMAS, channel="C0SALES")
        act_and_settle(world, "leave", cast.TOMAS, channel="C0SALES")

        assert recorder.calls == [("recheck", "C0SALES")] * 2

    def test_the_bot_that_comes_asks_what_it_is_there_for(self, world: World, recorder: Recorder) -> None:
        wish = {"id": "C0BRANDNEW", "members": [cast.PRIYA.id, cast.BOT_USER_ID]}
        world.control("channels", wish)
        world.settle()

        assert recorder.calls[-2:] == [("recheck", "C0BRANDNEW"), ("welcome", "C0BRANDNEW")]

    def test_a_channel_that_is_shared_or_no_longer_is_looked_at(self, world: World, recorder: Recorder) -> None:
        for teams in ([cast.MERIDIAN.id, cast.AWS.id], [cast.MERIDIAN.id]):
            world.control("channels", {"id": "C0AWSCENT", "teams": teams})
            world.settle()

        assert recorder.calls == [("recheck", "C0AWSCENT")] * 2

    def test_a_channel_that_moved_is_said_so(self, world: World, recorder: Recorder) -> None:
        world.control("channels", {"id": "C0AWSCENT", "new_id": "C0NEWPLACE"})
        world.settle()

        assert recorder.calls == [("moved", "C0AWSCENT", "C0NEWPLACE")]

    @pytest.mark.parametrize("event", [{"type": "channel_shared"}, {"type": "channel_id_changed"}])
    def test_an_event_that_names_no_channel_is_nobodys_business(
        self, bolt: App, recorder: Recorder, event: dict[str, str]
    ) -> None:
        body = {"type": "event_callback", "event_id": "Ev1", "event": event}

        assert bolt.dispatch(BoltRequest(body=body, mode="socket_mode")).status == 200
        assert recorder.calls == []

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

    def test_of_a_partner_is_answered_at_their_own_desk(self, world: World, recorder: Recorder) -> None:
        say(world, cast.ALEX, "D0ALEX", "status")

        assert recorder.calls == [("partner_answer", "status", values.person(Role.PARTNER))]
        assert "What you can ask" in json.dumps(world.messages("D0ALEX")[-1]["blocks"])

    def test_of_a_stranger_is_answered_with_one_sentence(self, world: World, recorder: Recorder) -> None:
        say(world, cast.GINA, "D0GINA", "status")

        assert recorder.calls == []
        assert "does not know you" in json.dumps(world.messages("D0GINA")[-1]["blocks"])

    def test_that_fails_says_so(self, world: World, recorder: Recorder) -> None:
        recorder.error = Unavailable("the store", "secret")

        say(world, cast.PRIYA, "D0PRIYA", "status")

        assert "the store does not answer." in json.dumps(world.messages("D0PRIYA")[-1]["blocks"])


def test_a_direct_question_is_answered_only_where_the_asker_alone_reads(
    world: World, bolt: App, recorder: Recorder
) -> None:
    """Whatever Slack calls it: who reads there is asked before anything is posted."""
    said = {"type": "message", "channel_type": "im", "user": cast.PRIYA.id, "text": "queue", "ts": "1.1"}
    event = said | {"channel": "C0SHAREDAWS", "team": cast.MERIDIAN.id}

    bolt.dispatch(BoltRequest(body={"type": "event_callback", "event_id": "Ev1", "event": event}, mode="socket_mode"))

    assert [m for m in world.messages("C0SHAREDAWS") if m["user"] == cast.BOT_USER_ID] == []


class TestHome:
    def test_shows_the_opener_their_queue(self, world: World, recorder: Recorder) -> None:
        act_and_settle(world, "home", cast.PRIYA)

        assert recorder.calls == [("home_for", values.person(), EVERYTHING)]
        home = world.look("views")["homes"][cast.PRIYA.id]
        assert "Waiting for a decision (3)" in shown(home)

    def test_shows_a_partner_what_was_handed_to_them(self, world: World, recorder: Recorder) -> None:
        act_and_settle(world, "home", cast.ALEX)

        assert recorder.calls == [("shared_with", values.person(Role.PARTNER))]
        assert "Acmeco" in shown(world.look("views")["homes"][cast.ALEX.id])

    def test_tells_a_stranger_nothing(self, world: World, recorder: Recorder) -> None:
        act_and_settle(world, "home", cast.GINA)

        assert recorder.calls == []
        assert "does not know you" in shown(world.look("views")["homes"][cast.GINA.id])

    def test_is_not_drawn_for_the_messages_tab(self, world: World, recorder: Recorder) -> None:
        act_and_settle(world, "home", cast.PRIYA, tab="messages")

        assert [name for name, *_ in recorder.calls] == ["greet"]


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
