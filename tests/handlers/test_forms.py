"""Opening a form in time, and putting a late answer where the form was; from what the emulated Slack then shows."""

import json
import logging
from typing import Any

import pytest

from handlers.forms import checking, open_form, put_in_place, readable
from handlers.views.edit import edit_modal
from handlers.views.problem import told
from motions.errors import Rejected, UserMistake
from motions.surfaces import EditForm
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import World

FORM = EditForm(values.TOKEN, "Edit the referral", "Change it.", values.form())
SITE = "field:website"


def trigger(world: World) -> str:
    """A click of Priya's, just now."""
    found: str = world.control("trigger", {"user": cast.PRIYA.id})["trigger_id"]
    return found


def opened(world: World) -> dict[str, Any]:
    """The form, open before Priya."""
    open_form(world.client(), {"trigger_id": trigger(world)}, edit_modal(FORM))
    return modal(world)


def modal(world: World) -> dict[str, Any]:
    """What Priya has open."""
    found: dict[str, Any] = world.look("views")["modals"][cast.PRIYA.id][-1]
    return found


def submission(view: dict[str, Any], **typed: Any) -> dict[str, Any]:
    state = {block: {"value": value} for block, value in typed.items()}
    return {"type": "view_submission", "view": {**view, "state": {"values": state}}}


def words(view: dict[str, Any]) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


def losses(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [m for m in caplog.messages if m.startswith("reply.lost")]


def test_a_form_opens_for_a_fresh_click(quiet_world: World) -> None:
    assert opened(quiet_world)["callback_id"] == "motion.edit"


@pytest.mark.parametrize("is_known", [True, False], ids=["expired", "unknown"])
def test_a_click_that_is_too_old_is_explained(quiet_world: World, *, is_known: bool) -> None:
    old = trigger(quiet_world) if is_known else "1.2.unknown"
    quiet_world.control("settings", {"trigger_seconds": 0})

    with pytest.raises(UserMistake, match="Please click again"):
        open_form(quiet_world.client(), {"trigger_id": old}, edit_modal(FORM))

    quiet_world.control("settings", {"trigger_seconds": 3})


def test_any_other_refusal_stays_one(quiet_world: World) -> None:
    with pytest.raises(Rejected, match="invalid_arguments"):
        open_form(quiet_world.client(), {"trigger_id": trigger(quiet_world)}, {"type": "modal"})


def test_a_late_answer_replaces_the_view_that_says_so(quiet_world: World) -> None:
    view = opened(quiet_world)
    acknowledge(quiet_world, view, "k1")
    meanwhile = words(modal(quiet_world))

    said = {"response_action": "update", "view": told("Edit the referral", "Saved.")}
    put_in_place(quiet_world.client(), "k1", submission(view), said, is_late=True)

    assert "takes longer than usual" in meanwhile
    assert "Saved." in words(modal(quiet_world))


def test_a_late_answer_does_not_overtake_the_acknowledgement(
    quiet_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = opened(quiet_world)
    looks: list[str] = []

    def look() -> None:
        looks.append("early")
        acknowledge(quiet_world, view, "k1")

    monkeypatch.setattr("handlers.forms._wait", look)
    said = {"response_action": "update", "view": told("Edit the referral", "Saved.")}

    put_in_place(quiet_world.client(), "k1", submission(view), said, is_late=True)

    assert looks == ["early"]
    assert "Saved." in words(modal(quiet_world))


def test_late_complaints_show_the_form_again_with_all_that_was_typed(quiet_world: World) -> None:
    view = opened(quiet_world)
    acknowledge(quiet_world, view, "k1")
    inputs = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
    typed = {
        "field:website": {"type": "url_text_input", "value": "https://typed.example"},
        "field:close_date": {"type": "datepicker", "selected_date": "2027-01-31"},
    }
    state = {name: {inputs[name]["action_id"]: value} for name, value in typed.items()}
    body = {"type": "view_submission", "view": {**view, "state": {"values": state}}}

    said = {"response_action": "errors", "errors": {SITE: "This is no <site>."}}
    put_in_place(quiet_world.client(), "k1", body, said, is_late=True)

    now = modal(quiet_world)
    elements = {b["block_id"]: b["element"] for b in now["blocks"] if b["type"] == "input"}
    assert elements[SITE]["initial_value"] == "https://typed.example"
    assert elements["field:close_date"]["initial_date"] == "2027-01-31"
    assert (now["callback_id"], now["private_metadata"]) == (view["callback_id"], view["private_metadata"])
    assert "Nothing was saved yet" in words(now)
    assert "This is no &lt;site&gt;." in words(now)
    assert list(elements) == list(inputs)


def test_a_replayed_form_is_answered_where_it_still_stands(quiet_world: World) -> None:
    view = opened(quiet_world)

    said = {"response_action": "update", "view": told("Edit the referral", "Saved.")}
    put_in_place(quiet_world.client(), "k1", submission(view), said, is_late=False)

    assert "Saved." in words(modal(quiet_world))


def test_a_late_answer_of_nothing_says_that_it_is_done(quiet_world: World) -> None:
    view = opened(quiet_world)

    put_in_place(quiet_world.client(), "k1", submission(view), {}, is_late=False)

    assert "This is done." in words(modal(quiet_world))


def test_an_answer_for_a_form_that_was_closed_is_logged(quiet_world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)

    put_in_place(quiet_world.client(), "k1", submission({"id": "V0GONE"}), {}, is_late=False)

    assert losses(caplog) == ["reply.lost reason=not_found"]


def test_an_answer_slack_cannot_take_just_now_is_given_again(quiet_world: World) -> None:
    view = opened(quiet_world)
    quiet_world.control("faults", {"kind": "http_503_html", "method": "views.update"})

    put_in_place(quiet_world.client(), "k1", submission(view), {}, is_late=False)

    assert "This is done." in words(modal(quiet_world))


def test_an_answer_slack_does_not_take_at_all_is_logged(
    quiet_world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr("handlers.forms._wait", lambda: None)
    view = opened(quiet_world)
    quiet_world.control("faults", {"kind": "http_503_html", "method": "views.update", "times": 100})

    put_in_place(quiet_world.client(), "k1", submission(view), {}, is_late=False)

    assert losses(caplog) == ["reply.lost reason=Unavailable"]


@pytest.mark.parametrize("error", [KeyError("state"), TypeError(), ValueError(), AttributeError(), IndexError()])
def test_a_form_of_another_shape_is_the_sender_s_mistake(error: Exception) -> None:
    with pytest.raises(UserMistake, match="did not arrive as cosell sent it"), readable():
        raise error


def acknowledge(world: World, view: dict[str, Any], key: str) -> None:
    """What Slack does with the acknowledgement of a form whose answer follows."""
    answer = checking(key)
    assert answer["response_action"] == "update"
    world.client().views_update(view_id=view["id"], view=answer["view"])  # type: ignore[arg-type] # it is one
