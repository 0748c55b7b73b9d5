"""Posting to Slack: only who the words are for may be reading, which is asked at the moment of sending.

Messages are drawn here and nowhere else, from the surface that is kept with them.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from motions.audiences import INTERNAL, is_meant, readers_of
from motions.effects import Recovery, Undo
from motions.errors import WrongReaders
from motions.model import EffectKey, MessageRef
from motions.performing import Guard, Plan, done, perform, was_found
from motions.ports import Messenger, Ports
from motions.proposals import sha256_of
from motions.records import UnitOfWork
from motions.sheet_drops import SharedFile
from motions.surfaces import Surface

AUDIENCE_CHANGED = "audience-changed"  # the exception while somebody else reads where something would have gone


def post(plan: Plan, ports: Ports, *, thread: str | None = None, guard: Guard | None = None) -> str:
    """Post once and return the message's ts; WrongReaders when anybody else would read it, or nobody can tell."""

    def send(message: Mapping[str, object]) -> str:
        check_readers(plan.destination, plan.audience, ports.messenger)
        return ports.messenger.post(plan.destination, message, plan.key, thread).ts

    def find(_message: Mapping[str, object], since: datetime) -> str | None:
        ref = ports.messenger.find_post(plan.destination, plan.key, since, thread)
        return ref.ts if ref else None

    return perform(_drawn(plan, ports), ports, send=send, find=find, guard=guard)


def rewrite(plan: Plan, ref: MessageRef, ports: Ports, *, guard: Guard | None = None) -> str:
    """Replace a posted message and return its ts; WrongReaders as in `post`: the readers may have changed since.

    A drawing that waits for its next try is sent as it was stored: what is drawn otherwise by then is another one.
    """

    def send(message: Mapping[str, object]) -> str:
        check_readers(plan.destination, plan.audience, ports.messenger)
        ports.messenger.update(ref, message)
        return ref.ts

    drawn = _drawn(plan, ports)
    keyed = replace(drawn, key=f"{plan.key}.{sha256_of(drawn.payload)[:12]}")
    return perform(keyed, ports, send=send, guard=guard)


def for_our_people(key: str, kind: str, destination: str, surface: Surface, subject: str | None = None) -> Plan:
    """The plan of a message for our own people alone, looked for after a lost answer; without a subject, its key is."""
    return Plan(
        key=key,
        subject=subject or key,
        kind=kind,
        destination=destination,
        audience=INTERNAL,
        surface=surface,
        recovery=Recovery.LOOK_UP,
        undo=Undo.REVERSIBLE,
    )


def attach(plan: Plan, file: SharedFile, ports: Ports, *, thread: str | None = None) -> str:
    """Put a file into a channel, or a message's thread, once and return its id; WrongReaders as in `post`.

    Its payload may have `words` that stand above it, and `alt` for whoever does not see it.
    """

    def send(payload: Mapping[str, object]) -> str:
        file_id = ports.files.upload(file.name, file.data, str(payload.get("alt", "")))
        check_readers(plan.destination, plan.audience, ports.messenger)
        ports.files.share(file_id, file.name, plan.destination, thread, str(payload.get("words", "")))
        return file_id

    def find(_payload: Mapping[str, object], since: datetime) -> str | None:
        return ports.messenger.find_file(plan.destination, file.name, since, thread)

    return perform(plan, ports, send=send, find=find)


def place_of(key: str, uow: UnitOfWork) -> MessageRef | None:
    """Where what was posted under this key stands, or None while it is not out."""
    effect, ts = uow.effects.get(EffectKey(key)), done(uow, key)
    return MessageRef(effect.destination, ts) if effect is not None and ts is not None else None


def says_something_else(present: Surface, key: str, uow: UnitOfWork, ports: Ports) -> bool:
    """Whether what went out under this key is what an earlier attempt had stored, or it changed on the way."""
    sent = uow.effects.get(EffectKey(key))
    assert sent is not None
    return was_found(sent) or sent.sha256 != sha256_of(ports.messenger.render(present))


def _drawn(plan: Plan, ports: Ports) -> Plan:
    if plan.surface is None:
        raise ValueError(f"{plan.key}: what people are to see is given as a surface, so that it can be drawn again")
    return replace(plan, payload=ports.messenger.render(plan.surface))


def check_readers(channel: str, meant_for: str, messenger: Messenger) -> None:
    """Raise WrongReaders unless nobody but those it is meant for would read a message in this channel now."""
    audience = messenger.audience(channel)
    if not is_meant(meant_for, audience):
        who = "our own people" if meant_for == INTERNAL else f"{meant_for} and us"
        raise WrongReaders("Slack", f"{channel} is meant for {who}, and {readers_of(audience)}; nothing was sent")
