"""A filed referral for which the partner asks changes, and hands to send them."""

from motions.cards import gather_card
from motions.correcting import correct
from motions.corrections import KIND
from motions.effects import EffectStatus
from motions.model import Person, Token
from motions.proposals import Approval, Proposal
from motions.referrals import Field, Problem
from motions.surfaces import ClickReply, MotionCard
from tests.fakes.world import MINUTE, MOTION, PRIYA, World
from tests.motions.stages import in_review

TOLD = "Orders are lost whenever the old warehouse system stops, twice a week."
LATER = "2027-06-30"


def asked(comments: str = "Say what is lost", **policy: object) -> World:
    """Filed, and AWS asks for changes."""
    made = in_review(**policy)
    made.portal.ask_for_changes("O1", comments)
    made.advance(MINUTE)
    return made


def request(made: World) -> tuple[Approval, Proposal]:
    found: tuple[Approval, Proposal] | None = made.read(lambda uow: uow.decisions.latest(MOTION, KIND))
    assert found is not None
    return found


def button(made: World) -> Token:
    """What the card's button carries."""
    shown = card(made).correction
    assert shown is not None
    return shown.token


def card(made: World) -> MotionCard:
    return gather_card(MOTION, made.ports, mention=False)[0]


def send(made: World, by: Person = PRIYA, **values: str) -> ClickReply | tuple[Problem, ...]:
    """Fill the form and press Send."""
    return correct(button(made), by, {Field(name): value for name, value in values.items()}, made.ports)


def sent(made: World, by: Person = PRIYA, **values: str) -> ClickReply:
    reply = send(made, by, **values)
    assert isinstance(reply, ClickReply)
    return reply


def corrections(made: World) -> list[EffectStatus]:
    return [e.status for e in made.read(lambda uow: uow.effects.of(MOTION)) if e.kind == "aws.correct"]
