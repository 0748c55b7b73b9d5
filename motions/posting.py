"""Posting to Slack: only who the words are for may be reading, which is asked at the moment of sending.

Messages are drawn here and nowhere else, from the surface that is kept with them.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from motions.audiences import INTERNAL, is_meant, readers_of
from motions.edition_surfaces import Picture
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


def attach(plan: Plan, workbook: SharedFile, ref: MessageRef, ports: Ports) -> str:
    """Put a workbook into a message's thread once and return the file's id; WrongReaders as in `post`."""

    def send(_payload: Mapping[str, object]) -> str:
        file_id = ports.files.upload(workbook.name, workbook.data)
        check_readers(plan.destination, plan.audience, ports.messenger)
        ports.files.share(file_id, workbook.name, ref.channel, ref.ts)
        return file_id

    def find(_payload: Mapping[str, object], since: datetime) -> str | None:
        return ports.messenger.find_file(ref.channel, workbook.name, since, ref.ts)

    return perform(plan, ports, send=send, find=find)


def share_picture(plan: Plan, picture: Picture, ports: Ports) -> str:
    """Show a picture in a channel once, below its words, and return the file's id; WrongReaders as in `post`."""

    def send(payload: Mapping[str, object]) -> str:
        file_id = ports.files.upload(picture.name, picture.data, picture.alt)
        check_readers(plan.destination, plan.audience, ports.messenger)
        ports.files.share(file_id, picture.name, plan.destination, words=str(payload["words"]))
        return file_id

    def find(_payload: Mapping[str, object], since: datetime) -> str | None:
        return ports.messenger.find_file(plan.destination, picture.name, since, None)

    said = {"name": picture.name, "words": picture.words, "alt": picture.alt}
    return perform(replace(plan, payload=said), ports, send=send, find=find)


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
