"""Posting to Slack: only who the words are for may be reading, which is asked at the moment of sending.

Messages are drawn here and nowhere else, from the surface that is kept with them.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from motions.errors import Rejected
from motions.model import MessageRef
from motions.performing import Guard, Plan, perform
from motions.ports import Audience, AudienceKind, Ports

INTERNAL = "internal"


def post(plan: Plan, ports: Ports, *, thread: str | None = None, guard: Guard | None = None) -> str:
    """Post once and return the message's ts; Rejected when anybody else would read it, or nobody can tell."""

    def send(message: Mapping[str, object]) -> str:
        _check_readers(plan, ports)
        return ports.messenger.post(plan.destination, message, plan.key, thread).ts

    def find(_message: Mapping[str, object], since: datetime) -> str | None:
        ref = ports.messenger.find_post(plan.destination, plan.key, since, thread)
        return ref.ts if ref else None

    return perform(_drawn(plan, ports), ports, send=send, find=find, guard=guard)


def rewrite(plan: Plan, ref: MessageRef, ports: Ports) -> str:
    """Replace a posted message and return its ts; Rejected as in `post`: the readers may have changed since."""

    def send(message: Mapping[str, object]) -> str:
        _check_readers(plan, ports)
        ports.messenger.update(ref, message)
        return ref.ts

    return perform(_drawn(plan, ports), ports, send=send)


def _drawn(plan: Plan, ports: Ports) -> Plan:
    if plan.surface is None:
        raise ValueError(f"{plan.key}: what people are to see is given as a surface, so that it can be drawn again")
    return replace(plan, payload=ports.messenger.render(plan.surface))


def _check_readers(plan: Plan, ports: Ports) -> None:
    audience = ports.messenger.audience(plan.destination)
    if not _is_meant(plan.audience, audience):
        said = ", ".join(audience.partners) or "nobody we know of"
        raise Rejected(
            "Slack", f"{plan.destination} is read by {audience.kind} ({said}), not {plan.audience}; nothing was sent"
        )


def _is_meant(wanted: str, actual: Audience) -> bool:
    if wanted == INTERNAL:
        return actual.kind is AudienceKind.INTERNAL
    return actual.kind is AudienceKind.ONE_PARTNER and actual.partners == (wanted,)
