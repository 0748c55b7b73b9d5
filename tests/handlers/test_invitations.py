"""People press the buttons of a deal a partner brings and send its forms; the real Bolt app hears it by signed HTTP."""

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from handlers.channels import open_messenger
from motions.invitation_surfaces import AcceptForm, InvitationCard, RejectForm
from motions.invitations import InvitationState
from motions.model import Person, Token
from motions.revisions import InForce
from motions.surfaces import ClickOutcome, ClickReply
from sandbox import cast
from tests.contracts.test_store_invitations import DEAL, an_invitation
from tests.handlers import values
from tests.handlers.emulated_slack import US, World
from tests.handlers.fakes import Recorder

CHANNEL = "C0AWSCENT"
TOKEN = Token("t")


@dataclass
class InvitationRecorder(Recorder):
    """The recorder, whose forms are an invitation's."""

    is_open: bool = True

    def cases(self) -> Any:
        yes = AcceptForm(TOKEN, "AWS", "Acmeco", ((DEAL, "Acmeco rollout"),))
        no = RejectForm(TOKEN, "AWS", "Acmeco", ("Unable to support", "Other"))
        link = AcceptForm(TOKEN, "AWS", "Acmeco", (), is_accepted=True)
        forms: dict[str, object] = {"accept_form": yes, "reject_form": no, "link_form": link}
        showing: dict[str, Any] = {name: partial(self.show, form) for name, form in forms.items()}
        return replace(super().cases(), **showing)

    def show(self, form: object, _token: Token, _by: Person) -> object:
        return form if self.is_open else self.reply


@pytest.fixture
def recorder() -> InvitationRecorder:
    return InvitationRecorder()


def post(world: World, *, is_accepted: bool = False) -> str:
    """A card of one that asks, or of one whose deal is missing; its ts."""
    asking = an_invitation(opportunity_id=None)
    missing = an_invitation(opportunity_id=None, state=InvitationState.ACCEPTED)
    card = InvitationCard(missing if is_accepted else asking, "AWS", (), None if is_accepted else TOKEN)
    messenger = open_messenger(world.client(), InForce(values.configuration()), US)
    return messenger.post(CHANNEL, messenger.render(card), "invitation:engi-1:card").ts


def press(world: World, action_id: str, *, is_accepted: bool = False) -> Any:
    ts = post(world, is_accepted=is_accepted)
    return world.act("action", cast.PRIYA, channel=CHANNEL, message_ts=ts, action_id=action_id)


def send(world: World, action_id: str, said: dict[str, Any], *, is_accepted: bool = False) -> Any:
    (modal,) = press(world, action_id, is_accepted=is_accepted)["modals"]
    return world.act("submit", cast.PRIYA, view_id=modal["id"], values=said)


def picked(name: str, value: str) -> dict[str, Any]:
    return {name: {"value": {"selected_option": {"value": value}}}}


@pytest.mark.parametrize(
    ("choice", "deal", "other"),
    [
        (picked("invitation.deal", DEAL), DEAL, ""),
        (picked("invitation.deal", "new"), "", ""),
        ({"invitation.other": {"value": {"value": "Acmeco renewal"}}}, "", "Acmeco renewal"),
    ],
)
def test_accepting_carries_the_deal(
    world: World, recorder: InvitationRecorder, choice: dict[str, Any], deal: str, other: str
) -> None:
    outcome = send(world, "invitation.accept", choice)

    assert recorder.calls == [("accept", TOKEN, values.person(), deal, other)]
    assert recorder.reply.text in json.dumps(outcome["modals"][-1])


def test_accepting_without_a_deal_says_so_beside_the_field(world: World, recorder: InvitationRecorder) -> None:
    outcome = send(world, "invitation.accept", {})

    assert recorder.calls == []
    assert "Pick a deal above" in outcome["errors"]["invitation.other"]


def test_rejecting_carries_the_reason(world: World, recorder: InvitationRecorder) -> None:
    send(world, "invitation.reject", picked("invitation.reason", "Other"))

    assert recorder.calls == [("reject", TOKEN, values.person(), "Other")]


def test_linking_carries_the_deal(world: World, recorder: InvitationRecorder) -> None:
    said = {"invitation.other": {"value": {"value": "Acmeco renewal"}}}

    send(world, "invitation.link", said, is_accepted=True)

    assert recorder.calls == [("link", TOKEN, values.person(), "", "Acmeco renewal")]


def test_who_may_not_is_told_and_sees_no_form(world: World, recorder: InvitationRecorder) -> None:
    recorder.is_open = False
    recorder.reply = ClickReply(ClickOutcome.CHANGED_NOTHING, "Only alliance managers. Nothing changed.")

    outcome = press(world, "invitation.accept")

    assert outcome["modals"] == []
    told = [m for m in world.look("messages")["messages"] if m["ephemeral_to"] == cast.PRIYA.id]
    assert "Only alliance managers" in json.dumps(told[0]["blocks"])
