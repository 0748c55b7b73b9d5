"""Every record in memory, in the order an audit reads it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from motions.auditing import SUBJECTS
from motions.effects import Effect, Stop
from motions.grant_terms import Grant
from motions.invitations import Invitation
from motions.model import ExceptionItem, Match, Motion
from motions.offers import PrivateOffer
from motions.proposals import Approval, Proposal, StandingApproval
from motions.records import LogEntry
from motions.spaces import Line, Space
from tests.fakes.store_rows import Rows

R = TypeVar("R")

_RECORDS: Mapping[type[Any], Callable[[Rows], Sequence[Any]]] = {
    LogEntry: lambda rows: rows.log,
    Motion: lambda rows: list(rows.motions.values()),
    Proposal: lambda rows: [proposal for _, proposal in rows.decisions.values()],
    Approval: lambda rows: [approval for approval, _ in rows.decisions.values()],
    Effect: lambda rows: list(rows.effects.values()),
    ExceptionItem: lambda rows: rows.exceptions,
    Match: lambda rows: rows.matches,
    StandingApproval: lambda rows: list(rows.standings.values()),
    Stop: lambda rows: [rows.stop] if rows.stop else [],
    Grant: lambda rows: list(rows.grants.values()),
    Invitation: lambda rows: list(rows.invitations.values()),
    PrivateOffer: lambda rows: list(rows.offers.values()),
    Space: lambda rows: list(rows.spaces.values()),
    Line: lambda rows: [rows.lines[key] for key in sorted(rows.lines)],
}


@dataclass
class FakeArchive:
    held: Rows

    def rows(self, kind: type[R]) -> Iterator[R]:
        return iter(sorted(_RECORDS[kind](self.held), key=SUBJECTS[kind]))
