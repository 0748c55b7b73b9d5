"""Sending one change of a filed referral: once, and looked up when its answer was lost; knows no table and no approval.

Whoever sends says by a guard what must hold when it leaves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from motions.errors import CompetitorNamed, NotGranted, Rejected
from motions.in_step import Amendable
from motions.in_step_log import STOPPED
from motions.model import Motion
from motions.performing import Guard, Plan, perform
from motions.ports import Ports
from motions.referrals import Field
from motions.unsent import settle_unsent

TORN = "CONFLICT"  # the code of a problem: somebody changed the field since it was read

Refusal = tuple[str, str]  # a code and why


@dataclass(frozen=True)
class Case:
    """One motion at one portal."""

    motion: Motion
    portal: Amendable
    key: str  # the portal's
    ports: Ports

    @property
    def referral_id(self) -> str:
        """What the portal calls it."""
        assert self.motion.referral_id is not None
        return self.motion.referral_id


def attempt(case: Case, plan: Plan, guard: Guard) -> Refusal | None:
    """Make a change; the refusal when there is one, and None when it stands there."""
    try:
        _send(case, plan, guard)
    except (NotGranted, CompetitorNamed) as refusal:
        return refusal.code, str(refusal).removeprefix(f"{refusal.system}: ")
    except Rejected as refusal:
        is_torn = any(problem.code == TORN for problem in refusal.problems)
        return TORN if is_torn else STOPPED, str(refusal)
    return None


def unless_there(case: Case, plan: Plan, refused: Refusal) -> Refusal | None:
    """The refusal of a change whose answer was lost, and which is surely not made; None when it stands there."""
    return None if settle_unsent(plan, case.ports, find=partial(_find, case), why=refused[1]) else refused


def fields_in(payload: Mapping[str, object], part: str) -> dict[Field, str]:
    """The values of one part of a change's payload."""
    values = payload[part]
    assert isinstance(values, dict)
    return {Field(name): value for name, value in values.items()}


def _send(case: Case, plan: Plan, guard: Guard) -> None:
    """Perform one change; an answer that was lost is looked up by the values that would stand there."""

    def send(payload: Mapping[str, object]) -> str:
        stamp = case.portal.change(case.referral_id, fields_in(payload, "changes"), fields_in(payload, "seen"))
        return stamp.isoformat()

    perform(plan, case.ports, send=send, find=partial(_find, case), guard=guard)


def _find(case: Case, payload: Mapping[str, object], _since: datetime) -> str | None:
    held = case.portal.held(case.referral_id)
    is_there = all(held.values.get(field) == value for field, value in fields_in(payload, "changes").items())
    return held.modified_at.isoformat() if is_there else None
