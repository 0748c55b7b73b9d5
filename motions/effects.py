"""The effect ledger: nothing leaves without a row, a lost answer is looked up, nothing is ever sent blind twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from motions.model import EffectKey


class EffectStatus(StrEnum):
    """How far an effect got."""

    INTENT = "intent"  # stored; about to be performed, or its answer was lost
    HELD = "held"  # surely not performed; may be tried again without looking
    DONE = "done"
    REFUSED = "refused"  # the other side said no for good; a person is asked
    UNKNOWN = "unknown"  # performed or not, nobody can tell; a person looks


# What leaves even while everything is stopped: a card that is out already is brought up to date, so that it says so.
PASSES_STOP = frozenset({"slack.card.update"})


class Recovery(StrEnum):
    """What a lost answer allows; every outside write declares one."""

    REPEAT = "repeat"  # idempotent by key: sending again is harmless
    LOOK_UP = "look up"  # searchable by our own reference: look, then send only if it is not there
    ASK = "ask"  # neither: a person looks; never sent twice


class Undo(StrEnum):
    """What can be done about an effect afterwards; shown before approval."""

    REVERSIBLE = "reversible"
    COMPENSABLE = "compensable"
    FINAL = "final"


# What an approval of a referral also leads to, besides the portal's own calls, which declare theirs themselves.
UNDO_OF = {
    "slack.handoff": Undo.COMPENSABLE,
    "crm.deal": Undo.REVERSIBLE,
    "crm.motion": Undo.REVERSIBLE,
}


@dataclass(frozen=True)
class Stop:
    """The switch that stops every effect, as somebody last set it."""

    is_on: bool
    by_name: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Effect:
    """One call that changes the outside world."""

    key: EffectKey
    subject: str  # the motion's id; for a digest its own key
    kind: str  # 'crm.match', 'slack.card', 'aws.create', ...
    destination: str  # a channel id, a CRM record, a portal
    audience: str  # 'internal', or the partner's key
    payload: Mapping[str, object]
    sha256: str
    policy_version: str
    undo: Undo
    recovery: Recovery
    status: EffectStatus
    first_started_at: datetime
    lease_until: datetime
    tries: int = 1
    external_id: str | None = None
    detail: str = ""
    settled_at: datetime | None = None
    surface: str | None = None  # what a message was drawn from, see `drawings`; None for whatever people do not see


class Effects(Protocol):
    """The effect ledger."""

    def get(self, key: EffectKey) -> Effect | None: ...
    def intend(self, effect: Effect) -> bool:
        """Insert the intent; False when the key exists."""

    def take(self, key: EffectKey, *, now: datetime, lease_until: datetime) -> bool:
        """Take a HELD effect, or an INTENT whose lease is over: status INTENT, tries + 1. False: not to be taken."""

    def settle(
        self,
        key: EffectKey,
        status: EffectStatus,
        *,
        at: datetime,
        external_id: str | None = None,
        detail: str = "",
        of_try: int | None = None,
    ) -> None:
        """Record an outcome; for INTENT and HELD `at` is when it may be taken again.

        What is DONE stays so. Of an attempt that was overtaken, whose `of_try` is no longer the last, only DONE counts.
        """

    def of(self, subject: str) -> Sequence[Effect]:
        """A subject's effects, oldest first."""
