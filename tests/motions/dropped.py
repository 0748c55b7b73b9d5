"""A partner's sheet dropped into its alliance channel, and hands to press the buttons of its card."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from motions.model import Person, Token
from motions.policy import ActionKind, Autonomy
from motions.sheet_cards import latest
from motions.sheet_desk import drop, import_it, map_columns
from motions.sheet_drops import Dropped
from motions.surfaces import ClickReply
from tests.fakes.files import FakeFiles
from tests.fakes.messenger import Posted
from tests.fakes.store_decisions import FakeDecisions
from tests.fakes.world import CHANNEL, DEAL, PRIYA, World, configuration, world

TS = "1763640000.000100"
FILE, NAME = "F0SCORES", "scores.csv"
DROP = f"sheet:{FILE}:{TS}"


def csv(*rows: str, headings: str = "CRM ID,Whitespace,Score") -> bytes:
    return "\n".join((headings, *rows, "")).encode()


SCORES = csv(f"{DEAL},A,81")


def files(made: World) -> FakeFiles:
    found = made.ports.files
    assert isinstance(found, FakeFiles)
    return found


def put(made: World, data: bytes = SCORES, *, by: Person = PRIYA, file: str = FILE, ts: str = TS) -> ClickReply | None:
    """Somebody drops a file, and everything that follows at once happens."""
    files(made).put(file, NAME, data)
    reply = drop(CHANNEL, ts, ts, (Dropped(file, NAME),), by, made.ports)
    made.durable.settle()
    return reply


def dropped(data: bytes = SCORES) -> World:
    made = world()
    put(made, data)
    return made


def cards(made: World) -> list[Posted]:
    return [each for each in made.messenger.in_channel(CHANNEL) if each.key.startswith("sheet:")]


def card(made: World) -> str:
    [posted] = cards(made)
    return str(posted.message)


def token(made: World, drop_id: str = DROP) -> Token:
    found = made.read(lambda uow: latest(drop_id, uow))
    assert found is not None
    result: Token = found[0].token
    return result


def reply(outcome: object) -> ClickReply:
    assert isinstance(outcome, ClickReply)
    return outcome


def press_import(made: World, by: Person = PRIYA) -> ClickReply:
    outcome = import_it(token(made), by, made.ports)
    made.durable.settle()
    return outcome


def name_columns(made: World, given: Mapping[str, str], by: Person = PRIYA) -> ClickReply | dict[str, str]:
    outcome = map_columns(token(made), by, given, made.ports)
    made.durable.settle()
    return outcome


def forbid_writing(made: World) -> None:
    table = configuration().policy.model_dump()["autonomy"]
    made.configure(autonomy={**table, ActionKind.CRM_WRITE: {"high": Autonomy.FORBID}})


def tamper(made: World) -> None:
    """Somebody writes to the store past the program."""
    button = token(made)
    with made.store.transaction() as uow:
        decisions = uow.decisions
        assert isinstance(decisions, FakeDecisions)
        approval, proposal = decisions.rows.decisions[button]
        forged = replace(proposal, payload={**proposal.payload, "sha256": sha(b"forged")})
        decisions.rows.decisions[approval.token] = (approval, forged)


def sha(data: bytes) -> str:
    return sha256(data).hexdigest()
