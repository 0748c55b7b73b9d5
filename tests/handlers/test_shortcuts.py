"""The shortcuts: a message that names a deal is answered in a form, and any other asks which deal is meant."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from handlers.channels import open_messenger
from handlers.views import which
from motions.answer_surfaces import ChoiceAnswer, HelpAnswer, ProblemAnswer
from motions.revisions import InForce
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import US, World
from tests.handlers.fakes import Recorder
from tests.handlers.test_view_limits import extreme
from tests.handlers.validators import check_view

PRIYA = values.person()
NOBODY = ProblemAnswer("No open deal matches “Umbrella”.", "Nothing was changed.", "Check the spelling.")
TWO = ChoiceAnswer("Acme", (values.deal("Acmeco"), values.deal("Acme Corporation")), 3)


def use(world: World, callback_id: str, place: Mapping[str, str] | None = None, who: cast.Member = cast.PRIYA) -> None:
    """Choose a shortcut in Slack."""
    assert world.act("shortcut", who, callback_id=callback_id, **(place or {}))["ok"]
    world.settle()


def modal_of(world: World, who: cast.Member = cast.PRIYA) -> dict[str, Any]:
    """The form somebody has open."""
    [found] = world.look("views")["modals"][who.id]
    assert isinstance(found, dict)
    return found


def submit(world: World, **chosen: dict[str, Any]) -> dict[str, Any]:
    """Send the open form."""
    given = {block_id.replace("_", "."): {"value": state} for block_id, state in chosen.items()}
    outcome: dict[str, Any] = world.act("submit", cast.PRIYA, view_id=modal_of(world)["id"], values=given)
    world.settle()
    return outcome


def message(world: World, text: str) -> dict[str, str]:
    """Somebody says something in an alliance channel."""
    said = world.act("message", cast.TOMAS, channel="C0AWSCENT", text=text)
    return {"channel": "C0AWSCENT", "message_ts": said["ts"]}


def test_the_global_one_asks_which_deal_and_answers_in_its_place(world: World, recorder: Recorder) -> None:
    use(world, which.GLOBAL)
    asked = modal_of(world)

    submit(world, deal_named={"value": "Acmeco"})

    assert asked["title"]["text"] == "Co-sell a deal"
    assert recorder.calls == [("about_deal", "Acmeco", PRIYA)]
    assert "What you can ask" in json.dumps(modal_of(world)["blocks"])


def test_a_message_that_names_a_deal_is_answered_at_once(world: World, recorder: Recorder) -> None:
    recorder.found = HelpAnswer()

    use(world, which.MESSAGE, message(world, "See https://meridian.example/lightning/r/006xx0000000001AAA/view"))

    [(name, text, asker)] = recorder.calls
    assert (name, asker) == ("about_message", PRIYA)
    assert "006xx0000000001AAA" in text
    assert "What you can ask" in json.dumps(modal_of(world)["blocks"])


def test_one_on_a_card_of_somebody_elses_app_is_found_too(world: World, recorder: Recorder) -> None:
    recorder.found = HelpAnswer()
    messenger = open_messenger(world.client(), InForce(values.configuration()), US)
    place = messenger.post("C0AWSCENT", messenger.render(values.card()), "m1:card")

    use(world, which.MESSAGE, {"channel": place.channel, "message_ts": place.ts})

    assert values.card().deal_url in recorder.calls[0][1]


@pytest.mark.usefixtures("recorder")
def test_a_message_that_names_none_asks_which(world: World) -> None:
    use(world, which.MESSAGE, message(world, "Who knows Acmeco?"))

    asked = json.dumps(modal_of(world)["blocks"])

    assert "No open deal of yours is named in this message." in asked
    assert "deal.named" in asked


def test_several_that_may_be_meant_are_picked_from(world: World, recorder: Recorder) -> None:
    recorder.said = TWO
    use(world, which.GLOBAL)
    submit(world, deal_named={"value": "Acme"})
    shown = modal_of(world)
    [option, *_] = shown["blocks"][0]["element"]["options"]
    recorder.said = HelpAnswer()

    submit(world, deal_picked={"selected_option": option})

    assert "3 more are not shown" in json.dumps(shown)
    assert recorder.calls[-1] == ("about_deal", TWO.choices[0].id, PRIYA)
    assert "What you can ask" in json.dumps(modal_of(world)["blocks"])


def test_what_is_not_found_is_said_beside_the_input_and_stays_there(world: World, recorder: Recorder) -> None:
    recorder.said = NOBODY
    use(world, which.GLOBAL)

    outcome = submit(world, deal_named={"value": "Umbrella"})

    assert outcome["errors"] == {"deal.named": "No open deal matches “Umbrella”. Check the spelling."}
    assert modal_of(world)["callback_id"] == which.CALLBACK


def test_a_guest_is_told_that_nobody_knows_them(world: World, recorder: Recorder) -> None:
    use(world, which.GLOBAL, who=cast.GINA)

    assert recorder.calls == []
    assert "does not know you" in json.dumps(modal_of(world, cast.GINA)["blocks"])


@extreme
def test_every_form_of_it_fits(name: str) -> None:
    deals = tuple(replace(values.deal(name), name=name) for _ in range(5))

    check_view(which.which_modal(of_message=True))
    check_view(which.choice_modal(ChoiceAnswer(name, deals, 20)))
    check_view(which.answer_modal(ProblemAnswer(name, name, name)))
