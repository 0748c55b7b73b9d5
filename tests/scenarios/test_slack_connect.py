"""Every interaction for everybody, as docs/slack-connect.md says: its table is read here, and each cell is played.

The real listeners and use cases against the emulated Slack; CRM, portal and store are in memory, so that a cell takes
a moment.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from handlers import steps
from handlers.views.problem import NOT_YOURS, WHO_ARE_YOU
from motions.model import MotionState
from sandbox import cast
from tests.handlers.emulated_slack import US
from tests.handlers.emulated_slack import World as Slack
from tests.scenarios.connected import CARD_ROOM, SHARED, Stage, wired

PAGE = Path(__file__).parents[2] / "docs" / "slack-connect.md"
ACTORS = {
    "own member": cast.PRIYA,
    "guest": cast.GINA,
    "partner member": cast.ALEX,
    "Grid partner": cast.RIVER,
    "stranger": cast.MALLORY,
    "partner's bot": cast.AWS_BOT,
    "our sibling bot": cast.SIBLING,
}
# Where one of them reads, nothing more is sent: they come once what the cell is about is there.
LATE = (cast.GINA, cast.MALLORY)
JOINS = "joins the shared channel"
OF_OURS = ("54,000", "Confidence", "Waiting for your decision", "loses orders")


def cells() -> list[Any]:
    """(interaction, actor, outcome) of every cell of the page's first table."""
    lines = PAGE.read_text().split("## Every interaction")[1].split("\n\n| outcome")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    head, body = rows[0], rows[2:]
    return [
        pytest.param(row[0], head[n], row[n], id=f"{row[0]}, {head[n]}") for row in body for n in range(1, len(row))
    ]


@pytest.fixture
def stage(slack: Slack) -> Stage:
    """Both companies are in the shared channel, and nobody else; and nobody of the other one in ours."""
    return wired(slack, *(who for who in ACTORS.values() if who not in LATE))


@pytest.fixture
def asking(stage: Stage) -> Stage:
    """A card of ours waits; then the room it is in becomes everybody's."""
    stage.card_asks()
    assert stage.made.state is MotionState.AWAITING
    assert stage.made.motion.card is not None
    stage.change(CARD_ROOM, members=[who.id for who in ACTORS.values() if who is not cast.PRIYA])
    return stage


@pytest.fixture
def handed(stage: Stage) -> Stage:
    """A deal was handed to AWS in the shared channel."""
    stage.card_asks()
    stage.approve_and_file()
    stage.accept()
    assert stage.made.motion.handoff is not None
    return stage


def command(stage: Stage, who: cast.Member) -> Any:
    return stage.act("command", who, channel=SHARED, command="/cosell", text="Acmeco")


def shortcut(stage: Stage, who: cast.Member) -> Any:
    return stage.act("shortcut", who, callback_id="cosell.start")


def message_shortcut(stage: Stage, who: cast.Member) -> Any:
    return stage.act("shortcut", who, callback_id="cosell.message", **_handoff(stage))


def mention(stage: Stage, who: cast.Member) -> Any:
    return stage.act("message", who, channel=SHARED, text=f"<@{cast.BOT_USER_ID}> status")


def direct(stage: Stage, who: cast.Member) -> Any:
    return stage.act("message", who, channel=f"D{who.id[1:]}", text="status")


def reply(stage: Stage, who: cast.Member) -> Any:
    place = _handoff(stage)
    return stage.act("message", who, channel=SHARED, thread_ts=place["message_ts"], text="Looking at it")


def press_approve(stage: Stage, who: cast.Member) -> Any:
    card = stage.made.motion.card
    assert card is not None
    return stage.act("action", who, channel=card.channel, message_ts=card.ts, action_id="motion.approve")


def send_deny(stage: Stage, who: cast.Member) -> Any:
    reason = {"reason.code": {"value": {"selected_option": {"value": "too-early"}}}}
    return _send(stage, who, "motion.deny", str(stage.made.token), reason | {"reason.words": {"value": {}}})


def send_line(stage: Stage, who: cast.Member) -> Any:
    token = str(stage.made.token)
    about = json.dumps({"ref": f"motion:{stage.made.motion.id}", "token": token, "behind": "{}"})
    return _send(stage, who, "desk.item", about, {"decide": {"value": {"selected_option": {"value": "deny"}}}})


def send_several(stage: Stage, who: cast.Member) -> Any:
    box = f"chosen:{stage.made.token}"
    ticked = {box: {"value": {"selected_options": [{"value": "approve"}]}}}
    about = json.dumps({"ref": "", "token": None, "behind": "{}"})
    return _send(stage, who, "desk.several", about, ticked, [{"type": "input", "block_id": box}])


def press_take(stage: Stage, who: cast.Member) -> Any:
    return stage.act("action", who, **_handoff(stage), action_id="handoff.take")


def press_details(stage: Stage, who: cast.Member) -> Any:
    return stage.act("action", who, **_handoff(stage), action_id="handoff.details")


def press_ask(stage: Stage, who: cast.Member) -> Any:
    return stage.act("action", who, **_handoff(stage), action_id="handoff.ask")


def send_ask(stage: Stage, who: cast.Member) -> Any:
    token = str(stage.made.motion.handoff_token)
    return _send(stage, who, "handoff.ask", token, {"partner.words": {"value": {"value": "Who is the buyer?"}}})


def open_home(stage: Stage, who: cast.Member) -> Any:
    return stage.act("home", who)


def link(stage: Stage, who: cast.Member) -> Any:
    event = {"type": "link_shared", "user": who.id, "channel": SHARED, "message_ts": "1.1", "links": []}
    return stage.deliver("events_api", {"type": "event_callback", "event_id": "EvLink", "event": event})


def look(stage: Stage, who: cast.Member) -> Any:
    """A click on what stands under a link to a deal, in a channel that is ours until they read there too."""
    link = f"https://meridian.lightning.force.com/lightning/r/Opportunity/{stage.made.motion.opportunity_id}/view"
    ts = stage.slack.act("message", cast.PRIYA, channel=CARD_ROOM, text=link)["ts"]
    stage.settle()
    if who is not cast.PRIYA:
        stage.change(CARD_ROOM, members=[who.id])
    return stage.act("details", who, channel=CARD_ROOM, message_ts=ts, attachment_id=1)


def step(stage: Stage, who: cast.Member) -> Any:
    """A workflow of ours names them; what it hears."""
    inputs = {steps.DEAL: "Acmeco", steps.ASKER: who.id}
    stage.act("workflow", cast.PRIYA, callback_id=steps.START, inputs=inputs)
    stage.settle()
    heard = [each["content"]["text"] for each in stage.seen(cast.PRIYA) if each["kind"] == "notice"]
    return {"ok": True, "payload": heard}


def file(stage: Stage, who: cast.Member) -> Any:
    return stage.act("file", who, channel=SHARED, text="See this")


def react(stage: Stage, who: cast.Member) -> Any:
    return stage.act("reaction", who, **_handoff(stage), name="eyes")


def join_ours(stage: Stage, who: cast.Member) -> Any:
    if who is cast.PRIYA:
        stage.slack.act("leave", cast.TOMAS, channel=CARD_ROOM)
        stage.settle()
        return stage.act("join", cast.TOMAS, channel=CARD_ROOM)
    return stage.change(CARD_ROOM, members=[who.id])


def join_shared(stage: Stage, who: cast.Member) -> Any:
    stage.act("leave", who, channel=SHARED)
    return stage.change(SHARED, members=[who.id])


def becomes_shared(stage: Stage, who: cast.Member) -> Any:
    return stage.change(CARD_ROOM, teams=list(dict.fromkeys([US.team_id, who.team])))


def no_longer_shared(stage: Stage, who: cast.Member) -> Any:
    becomes_shared(stage, who)
    return stage.change(CARD_ROOM, teams=[US.team_id])


def moves(stage: Stage, _who: cast.Member) -> Any:
    return stage.change(CARD_ROOM, new_id="C0NEWPLACE")


def _handoff(stage: Stage) -> dict[str, str]:
    place = stage.made.motion.handoff
    assert place is not None
    return {"channel": place.channel, "message_ts": place.ts}


def _send(
    stage: Stage, who: cast.Member, callback: str, said: str, values: dict[str, Any], blocks: Sequence[Any] = ()
) -> Any:
    view: dict[str, Any] = {"id": "V1", "hash": "h", "type": "modal", "callback_id": callback, "private_metadata": said}
    payload = {
        "type": "view_submission",
        "user": {"id": who.id, "team_id": who.team},
        "team": {"id": who.team},
        "trigger_id": "1.1.sent",
        "view": {**view, "blocks": list(blocks), "state": {"values": values}, "app_installed_team_id": US.team_id},
    }
    return stage.deliver("interactive", payload)


# Each interaction: the stage it needs, how it is done, and what the log says when it worked.
INTERACTIONS: dict[str, tuple[str, Callable[[Stage, cast.Member], Any], str]] = {
    "slash command": ("handed", command, ""),
    "global shortcut": ("handed", shortcut, ""),
    "message shortcut": ("handed", message_shortcut, ""),
    "mention in the shared channel": ("handed", mention, ""),
    "direct message": ("handed", direct, ""),
    "reply in a handoff's thread": ("handed", reply, "handoff.taken"),
    "Approve on a card": ("asking", press_approve, "approval.approved"),
    "Deny form of a card, sent": ("asking", send_deny, "approval.denied"),
    "form of a desk's line, sent": ("asking", send_line, "approval.denied"),
    "form of several of a desk, sent": ("asking", send_several, "approval.approved"),
    '"I am on it" on a handoff': ("handed", press_take, "handoff.taken"),
    "Details on a handoff": ("handed", press_details, ""),
    "Ask on a handoff": ("handed", press_ask, ""),
    "form of a handoff, sent": ("handed", send_ask, "handoff.asked"),
    "app_home_opened": ("handed", open_home, ""),
    "link_shared": ("handed", link, ""),
    "click on what stands under a link of ours": ("handed", look, ""),
    "a workflow's step that names them": ("handed", step, ""),
    "file in the shared channel": ("handed", file, ""),
    "reaction on a handoff": ("handed", react, ""),
    "joins a channel of ours": ("stage", join_ours, ""),
    "joins the shared channel": ("handed", join_shared, ""),
    "channel of ours shared with their company": ("stage", becomes_shared, ""),
    "channel of ours no longer shared with it": ("stage", no_longer_shared, ""),
    "channel_id_changed": ("stage", moves, ""),
}


@dataclass
class Result:
    """What an interaction led to."""

    refused: bool
    shown: str  # to whoever acted, by the bot
    posted: int  # messages of the bot that others see, by which it answered
    happened: list[str]  # in the log
    looked: int
    problems: list[str]


def play(stage: Stage, interaction: str, who: cast.Member) -> Result:
    before, events, looks, problems = len(stage.seen(who)), stage.events(), stage.looks(), stage.problems()
    outcome = INTERACTIONS[interaction][1](stage, who)
    shown = [each for each in stage.seen(who)[before:] if each["kind"] in {"ephemeral", "modal", "home", "details"}]
    shown += [
        each for each in stage.seen(who)[before:] if each["channel"].startswith("D") and each["kind"] == "message"
    ]
    said = json.dumps([shown, (outcome or {}).get("payload")], ensure_ascii=False)
    return Result(
        refused=bool(outcome) and outcome.get("ok") is False,
        shown=said if said not in {"[[], null]", "[[], {}]"} else "",
        posted=len(shown),
        happened=stage.events()[len(events) :],
        looked=stage.looks() - looks,
        problems=stage.problems()[len(problems) :],
    )


def says_nothing_of_ours(result: Result) -> bool:
    return not any(words in result.shown for words in OF_OURS)


OUTCOMES: dict[str, Callable[[Result, str], bool]] = {
    "answer": lambda r, _: (
        (not r.refused and bool(r.shown) and not says_nothing_of_ours(r))
        or "CRM last read" in r.shown
        or "co-sell desk" in r.shown
    ),
    "desk": lambda r, _: "Acmeco" in r.shown and says_nothing_of_ours(r),
    "sentence": lambda r, _: (
        sum(r.shown.count(words) > 0 for words in (WHO_ARE_YOU, NOT_YOURS)) == 1
        and "Acmeco" not in r.shown
        and not r.happened
    ),
    "done": lambda r, event: event in r.happened,
    "noted": lambda r, event: event in r.happened and not r.shown,
    "told no": lambda r, _: "Only the partner" in r.shown and not r.happened,
    "form": lambda r, _: '"plain_text_input"' in r.shown and "Acmeco" not in r.shown and not r.happened,
    "goes on": lambda r, _: steps.UNDER_WAY in r.shown and "Acmeco" not in r.shown and not r.happened,
    "ends": lambda r, _: steps.NOT_OURS in r.shown and "Acmeco" not in r.shown and not r.happened,
    "nothing": lambda r, _: not r.shown and not r.happened and not r.problems,
    "refused by Slack": lambda r, _: r.refused and not r.happened,
    "looked at": lambda r, _: r.looked > 0 and not r.problems,
    "exception": lambda r, _: bool(r.problems) and not r.shown,
    "cleared": lambda r, _: r.looked > 1 and not r.problems,
}


@pytest.mark.parametrize(("interaction", "actor", "outcome"), cells())
def test_each_cell(request: pytest.FixtureRequest, interaction: str, actor: str, outcome: str) -> None:
    stage: Stage = request.getfixturevalue(INTERACTIONS[interaction][0])
    if ACTORS[actor] in LATE and interaction != JOINS:
        stage.change(SHARED, members=[ACTORS[actor].id])

    result = play(stage, interaction, ACTORS[actor])

    assert OUTCOMES[outcome](result, INTERACTIONS[interaction][2]), result


def test_the_table_has_every_interaction_and_everybody() -> None:
    written = [cell.values for cell in cells()]

    assert {row for row, *_ in written} == set(INTERACTIONS)
    assert {actor for _, actor, _ in written} == set(ACTORS)
    assert {outcome for *_, outcome in written} == set(OUTCOMES)
    assert len(written) == len(INTERACTIONS) * len(ACTORS)
