"""Match rules in Slack: the list with its buttons, the form, what it would change, and then in force."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handlers.views import rules as views
from handlers.views.answers import draw
from handlers.views.waiting import again
from motions.deals import OpportunityId
from motions.model import Band, PartnerKey, Token
from motions.rule_surfaces import RankChange, RuleForm, RuleLine, RuleList, RulePreview, RuleTyped
from motions.surfaces import ClickOutcome, ClickReply
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import World
from tests.handlers.fakes import Recorder
from tests.handlers.test_view_limits import extreme
from tests.handlers.validators import check_message, check_view

PRIYA = values.person()
TOKEN = Token("3.aws-small-deal")
TYPED = RuleTyped("amount at most 5000\ncountry is US", ("*", "aws"), "points", "-0.6", "too small", "2027-01-31")
PARTNERS = ((PartnerKey("aws"), "AWS"), (PartnerKey("northstar"), "Northstar"))
FORM = RuleForm(TOKEN, "aws-small-deal", TYPED, PARTNERS)
CHANGE = RankChange(OpportunityId("006A"), "Acme: big", ("AWS", 81, Band.HIGH), None)
PREVIEW = RulePreview(TOKEN, "aws-small-deal", TYPED, 500, 12, (CHANGE,), gained=0, lost=1)


def line(name: str = "aws-small-deal", **changes: Any) -> RuleLine:
    """One rule as it is listed."""
    typical = RuleLine(
        name, TOKEN, "AWS: -0.6 points", ("amount at most 5000",), name, "dana@meridian.example", None, is_on=True
    )
    return replace(typical, **changes)


def modal_of(world: World) -> dict[str, Any]:
    """The form Priya has open."""
    [found] = world.look("views")["modals"][cast.PRIYA.id]
    assert isinstance(found, dict)
    return found


def open_rule(world: World, recorder: Recorder) -> dict[str, Any]:
    """Type `/cosell rules` and press Change."""
    recorder.said = RuleList((line(),), Token("3."))
    recorder.returns["rules.form"] = FORM
    world.act("command", cast.PRIYA, channel="C0AWSCENT", command="/cosell", text="rules")
    world.settle()
    [shown] = [each for each in world.look("messages")["messages"] if each["ephemeral_to"] == cast.PRIYA.id]
    world.act("action", cast.PRIYA, channel="C0AWSCENT", message_ts=shown["ts"], action_id=views.CHANGE)
    world.settle()
    return modal_of(world)


def submit(world: World) -> dict[str, Any]:
    """Send the open form as it is."""
    outcome: dict[str, Any] = world.act("submit", cast.PRIYA, view_id=modal_of(world)["id"], values={})
    world.settle()
    return outcome


def test_a_rule_is_typed_looked_at_and_put_in_force(world: World, recorder: Recorder) -> None:
    asked = open_rule(world, recorder)
    recorder.returns |= {
        "rules.preview": PREVIEW,
        "rules.change": ClickReply(ClickOutcome.DONE, "In force now: rule aws-small-deal changed."),
    }

    submit(world)
    shown = modal_of(world)
    submit(world)

    assert asked["title"]["text"] == "Change a match rule"
    assert shown["submit"]["text"] == "Put in force"
    assert "In force now" in json.dumps(modal_of(world)["blocks"])
    assert recorder.calls[-2:] == [("rules.preview", TOKEN, PRIYA, TYPED), ("rules.change", TOKEN, PRIYA, TYPED)]


@pytest.mark.parametrize("step", ["rules.preview", "rules.change"])
def test_what_is_wrong_with_it_or_in_the_way_is_said(world: World, recorder: Recorder, step: str) -> None:
    open_rule(world, recorder)
    recorder.returns |= {"rules.preview": PREVIEW, "rules.change": {"when": "Line 1: nothing"}}
    recorder.returns[step] = ClickReply(ClickOutcome.CHANGED_NOTHING, "Somebody changed the rules meanwhile.")

    submit(world)
    if step == "rules.change":
        submit(world)

    assert "Somebody changed the rules meanwhile." in json.dumps(modal_of(world)["blocks"])


def test_a_complaint_stands_beside_its_input(world: World, recorder: Recorder) -> None:
    open_rule(world, recorder)
    recorder.returns["rules.preview"] = {"when": "Line 1: cosell knows no “mood”."}

    outcome = submit(world)

    assert outcome["errors"] == {"when": "Line 1: cosell knows no “mood”."}


def test_what_is_too_long_to_be_carried_along_is_refused_before_it_is_lost(world: World, recorder: Recorder) -> None:
    open_rule(world, recorder)
    recorder.returns["rules.preview"] = replace(PREVIEW, typed=replace(TYPED, when='"' * 1500))

    outcome = submit(world)

    assert outcome["errors"] == {"when": "This is too long for a form. Put it into rules.yml: cosell config import."}


def test_what_is_typed_is_read_as_it_was_typed() -> None:
    shown = views.rule_modal(FORM)
    given = {block["block_id"]: {"value": _state(block["element"])} for block in _inputs(shown)}
    filled: dict[str, Any] = {**shown, "state": {"values": given}}

    assert views.typed_rule(filled) == TYPED
    kept = again(filled, {"when": "Line 1: nothing"})
    assert [block["element"] for block in _inputs(kept)] == [block["element"] for block in _inputs(shown)]


def test_the_preview_carries_what_it_is_of() -> None:
    assert views.previewed(views.preview_modal(PREVIEW)) == (TOKEN, TYPED)


@pytest.mark.parametrize(
    ("preview", "said"),
    [
        (PREVIEW, "12 of 500 open deals would be ranked otherwise: 1 would no longer be."),
        (replace(PREVIEW, gained=2), "otherwise: 2 would become worth a motion, 1 would no longer be."),
        (replace(PREVIEW, lost=0), "otherwise; none begins or stops to be worth a motion."),
        (replace(PREVIEW, changed=0, firsts=(), lost=0), "No open deal would be ranked otherwise."),
        (replace(PREVIEW, changed=0, firsts=(), lost=0, looked_at=0), "There is no open deal to look at."),
    ],
)
def test_the_preview_says_what_it_would_change(preview: RulePreview, said: str) -> None:
    assert said in json.dumps(views.preview_modal(preview), ensure_ascii=False)


def test_the_list_says_of_each_rule_whether_it_counts() -> None:
    off = line(is_on=False, why_off="switched off")
    drawn = json.dumps(draw(RuleList((line(expires=date(2027, 1, 31)), off), None)), ensure_ascii=False)

    assert "Match rules (2)" in drawn
    assert "until 2027-01-31" in drawn
    assert drawn.count("Does not count: switched off.") == 1
    assert views.ADD not in drawn


@extreme
@pytest.mark.parametrize("count", [0, 1, 12, 10_000])
def test_every_face_of_it_fits(name: str, count: int) -> None:
    lines = (line(name, says=name, conditions=(name,) * 20, owner=name, why_off=name, is_on=False),) * count
    typed = replace(TYPED, when=name * 5, because=name[:140], points="-0.55")
    partners = tuple((PartnerKey(f"p{n}"), name) for n in range(min(count, 300)))
    changes = (RankChange(OpportunityId("006A"), name, (name, 81, Band.HIGH), (name, 1, Band.UNKNOWN)),) * min(count, 8)

    check_message(draw(RuleList(lines, TOKEN)))
    check_view(views.rule_modal(RuleForm(TOKEN, name, typed, partners)))
    check_view(views.rule_modal(RuleForm(TOKEN, "", RuleTyped("", (), "points", "", "", ""), partners)))
    check_view(views.preview_modal(RulePreview(TOKEN, name, typed, count, count, changes, count, count)))


def _inputs(view: Any) -> list[dict[str, Any]]:
    return [block for block in view["blocks"] if block["type"] == "input"]


def _state(element: dict[str, Any]) -> dict[str, Any]:
    """What Slack says of an input that nobody touched."""
    said = {name.replace("initial_", "selected_"): value for name, value in element.items() if "initial_" in name}
    return {("value" if name == "selected_value" else name): value for name, value in said.items()}
