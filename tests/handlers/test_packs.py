"""The form behind a filing pack's button: what it shows, what it asks, and what the real Bolt app makes of it."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from handlers.channels import open_messenger
from handlers.views import render
from handlers.views.filed import complaint, filed_modal, reference_given
from motions.model import MotionState, Person, Token
from motions.revisions import InForce
from motions.sheet_surfaces import LONGEST, FiledForm, NotTaken
from motions.surfaces import ClickReply
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import US, World
from tests.handlers.fakes import Recorder
from tests.handlers.validators import check_message, check_view

CHANNEL = "C0AWSCENT"
TO_DO = "file the pack packs/PACK-1.xlsx with Google Cloud"
LINES = (("Opportunity name", "Acmeco GTX"), ("Business need", "Orders are lost.\nEvery day."))
FORM = FiledForm(values.TOKEN, "Google Cloud", "Acmeco GTX", "PACK-1", TO_DO, LINES)
extreme = pytest.mark.parametrize("name", values.EXTREMES.values(), ids=values.EXTREMES.keys())


class Clerk(Recorder):
    """The recorder, whose form is a pack's."""

    refusal: NotTaken | None = None

    def cases(self) -> Any:
        return replace(super().cases(), filed_form=lambda _token, _by: FORM, filed=partial(self.filed))

    def filed(self, token: Token, by: Person, reference: str) -> ClickReply | NotTaken:
        self.calls.append(("filed", token, by, reference))
        return self.refusal or self.reply


@pytest.fixture
def recorder() -> Clerk:
    return Clerk()


def waiting_card() -> Any:
    motion = values.motion(state=MotionState.IN_REVIEW, referral_id="PACK-1")
    return values.card(motion=motion, token=None, to_file=values.TOKEN)


def modal(world: World) -> Any:
    messenger = open_messenger(world.client(), InForce(values.configuration()), US)
    ts = messenger.post(CHANNEL, messenger.render(waiting_card()), "m1:card").ts
    return world.act("action", cast.PRIYA, channel=CHANNEL, message_ts=ts, action_id="motion.filed")["modals"][0]


def send(world: World, reference: str) -> Any:
    said = {"filed.reference": {"value": {"value": reference}}}
    return world.act("submit", cast.PRIYA, view_id=modal(world)["id"], values=said)


def test_a_card_whose_pack_waits_says_so_and_has_one_button() -> None:
    message: Any = render(waiting_card())

    check_message(message)
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    assert [(each["action_id"], each["value"]) for row in rows for each in row] == [("motion.filed", values.TOKEN)]
    assert "The pack PACK-1 waits to be filed with AWS by a person" in json.dumps(message)


def test_the_form_lists_what_is_to_be_typed_there_and_asks_one_thing() -> None:
    view = filed_modal(FORM)

    check_view(view)
    said = json.dumps(view, ensure_ascii=False)
    assert all(words in said for words in ("Opportunity name: ", "Acmeco GTX", "Orders are lost.", TO_DO))
    blocks: Any = view["blocks"]
    assert [block["element"]["max_length"] for block in blocks if block["type"] == "input"] == [LONGEST]
    assert view["private_metadata"] == values.TOKEN


@extreme
def test_the_form_fits_whatever_the_deal_is_called(name: str) -> None:
    lines = tuple((f"{name} {n}", name * 20) for n in range(80))

    check_view(filed_modal(FiledForm(values.TOKEN, name, name, name, name * 9, lines)))
    check_view(filed_modal(FiledForm(values.TOKEN, name, name, name, name, ())))


def test_what_was_typed_and_the_complaint_belong_to_the_same_input() -> None:
    sent = {"state": {"values": {"filed.reference": {"value": {"value": None}}}}}

    assert reference_given(sent) == ""
    assert complaint(NotTaken("x" * 3000)).keys() == {"filed.reference"}
    assert len(complaint(NotTaken("x" * 3000))["filed.reference"]) <= 1000


def test_the_reference_is_carried_with_who_said_it(world: World, recorder: Clerk) -> None:
    outcome = send(world, "DR-1001")

    assert recorder.calls == [("filed", values.TOKEN, values.person(), "DR-1001")]
    assert recorder.reply.text in json.dumps(outcome["modals"][-1])


def test_a_reference_that_is_not_taken_is_explained_beside_it(world: World, recorder: Clerk) -> None:
    recorder.refusal = NotTaken("DR-7 is the reference of Borealis already. Nothing was changed.")

    outcome = send(world, "DR-7")

    assert outcome["errors"] == {"filed.reference": recorder.refusal.why}
