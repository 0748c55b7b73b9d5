"""A world to which the partner offers a deal, and hands to answer it."""

from dataclasses import replace
from typing import Any

from motions.invitation_cards import latest_request
from motions.invitation_desk import accept, reject
from motions.invitations import Invitation, InvitationId, InvitationState
from motions.inviting import look
from motions.model import Person, Token
from motions.performing import LEASE
from motions.policy import ActionKind, Autonomy
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.world import DEAL, MINUTE, PRIYA, World, configuration, world

ENGI = InvitationId("engi-1")
BROUGHT = "OB-engi-1"  # what it becomes in the portal
PENDING, ACCEPTED, REJECTED = InvitationState.PENDING, InvitationState.ACCEPTED, InvitationState.REJECTED
LOST = LEASE + MINUTE


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


def settled(made: World) -> World:
    made.durable.settle()
    return made


def changed_nothing(reply: object, *words: str) -> bool:
    assert isinstance(reply, ClickReply)
    said = all(word in reply.text for word in words)
    return reply.outcome is ClickOutcome.CHANGED_NOTHING and said and "Nothing changed." in reply.text


def autonomy_of(kind: ActionKind, rule: Autonomy) -> dict[str, dict[str, str]]:
    table = configuration().policy.model_dump(mode="json")["autonomy"]
    return {**table, kind.value: dict.fromkeys(table[kind.value], rule.value)}


def tamper(made: World) -> None:
    """Somebody writes to the store what nobody was shown."""
    approval, proposal = made.store._rows.decisions[token_of(made)]
    made.store._rows.decisions[approval.token] = (approval, replace(proposal, payload={"facts": "others"}))
