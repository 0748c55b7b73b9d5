"""A world to which the partner offers a deal, and hands to answer it."""

from typing import Any

from motions.invitation_cards import latest_request
from motions.invitation_desk import accept, reject
from motions.invitations import Invitation, InvitationId
from motions.inviting import look
from motions.model import Person, Token
from motions.surfaces import ClickReply
from tests.fakes.world import DEAL, PRIYA, World, world

ENGI = InvitationId("engi-1")
BROUGHT = "OB-engi-1"  # what it becomes in the portal


def invited(*deals: Any, policy: dict[str, Any] | None = None, **facts: Any) -> World:
    """The partner offers a deal of the one customer there is, and its card is out."""
    made = world(*deals, **(policy or {}))
    made.portal.invite(**facts)
    look(made.ports)
    made.durable.settle()
    return made


def invitation(made: World, invitation_id: InvitationId = ENGI) -> Invitation:
    found: Invitation | None = made.read(lambda uow: uow.invitations.get(invitation_id))
    assert found is not None
    return found


def token_of(made: World) -> Token:
    """What the buttons of the newest request carry."""
    present = invitation(made)
    found: Token = made.read(lambda uow: latest_request(present, uow)[0].token)
    return found


def say_yes(made: World, deal: str = DEAL, by: Person = PRIYA, asked: str = "") -> ClickReply:
    """Press Accept with a deal; nothing else happens yet."""
    return accept(token_of(made), by, deal, asked, made.ports)


def say_no(made: World, reason: str = "Duplicate", by: Person = PRIYA) -> ClickReply:
    """Press Reject for a reason; nothing else happens yet."""
    return reject(token_of(made), by, reason, made.ports)


def accepted(made: World, deal: str = DEAL) -> World:
    """Accepted as a deal, and all that follows done."""
    say_yes(made, deal)
    made.durable.settle()
    return made


def card_text(made: World, invitation_id: InvitationId = ENGI) -> str:
    """The card as it stands, in words."""
    (card,) = [each for each in made.messenger.posted if each.key == f"invitation:{invitation_id}:card"]
    return str(card.message["blocks"])
