"""Going through everything the store holds, subject by subject; and whether each sealed thing is what its seal names.

The chain says that the log is whole; the hashes in it say that payloads, surfaces and what was known are. Nothing is
held in memory but one subject at a time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, TypeVar

from motions.archive import Archive, UnreadableError
from motions.canonical import Record
from motions.effects import Effect, Stop
from motions.grant_terms import Grant
from motions.invitations import Invitation
from motions.journal import EFFECTS, STANDINGS
from motions.model import ExceptionItem, Match, Motion
from motions.offers import PrivateOffer
from motions.proposals import Approval, Proposal, StandingApproval, sha256_of, sha256_of_text
from motions.records import LogEntry, UnitOfWork
from motions.space_journal import subject_of
from motions.spaces import Line, Space

R = TypeVar("R", bound=Record)

SHOWN = 20

# What each kind of record is about.
SUBJECTS: Mapping[type[Any], Callable[[Any], str]] = {
    LogEntry: lambda entry: entry.subject,
    Motion: lambda motion: motion.id,
    Proposal: lambda proposal: proposal.motion_id,
    Approval: lambda approval: approval.motion_id,
    Effect: lambda effect: effect.subject,
    ExceptionItem: lambda item: item.subject,
    Match: lambda match: match.opportunity_id,
    StandingApproval: lambda _: STANDINGS,
    Stop: lambda _: EFFECTS,
    Grant: lambda grant: grant.id,
    Invitation: lambda invitation: invitation.id,
    PrivateOffer: lambda offer: offer.id,
    Space: lambda space: subject_of(space.partner),
    Line: lambda line: subject_of(line.partner),
}


@dataclass(frozen=True)
class Difference:
    """Where two things that must be the same are not."""

    where: str  # 'motion 3f2a', 'proposal 91c0', 'entry 12'
    said: str


@dataclass
class Findings:
    """What an audit counted and found; only the first differences are kept, all are counted."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    found: int = 0

    def add(self, differences: Iterable[Difference]) -> None:
        """Count them, and keep the first of all."""
        for difference in differences:
            self.found += 1
            if len(self.differences) < SHOWN:
                self.differences.append(difference)


class Held:
    """Everything the store holds about one subject, each kind in the order it was written."""

    def __init__(self, subject: str, records: Iterable[object]) -> None:
        self.subject = subject
        self._records: dict[type[object], list[object]] = {}
        for record in records:
            self._records.setdefault(type(record), []).append(record)

    def all(self, kind: type[R]) -> list[R]:
        """The records of one kind."""
        return self._records.get(kind, [])  # type: ignore[return-value]  # kept by their own type


def subjects(archive: Archive) -> Iterator[Held]:
    """Everything held, one subject after the other."""
    streams = [_about(archive, kind, subject_of) for kind, subject_of in SUBJECTS.items()]
    for subject, records in groupby(merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
        yield Held(subject, (record for _, record in records))


def verify(uow: UnitOfWork) -> Findings:
    """Whether the chain holds, and everything its entries name by a hash is there and unchanged."""
    findings = Findings()
    go_through(uow, findings, lambda held: unsealed(held, findings.counts))
    return findings


def go_through(uow: UnitOfWork, findings: Findings, look: Callable[[Held], Iterator[Difference]]) -> None:
    """Look at one subject after the other, if the chain holds: what a broken one says proves nothing."""
    broken = uow.log.first_break()
    if broken is not None:
        said = "it was changed, or one before it was removed or reordered. Nothing else was looked at"
        findings.add([Difference(f"entry {broken}", said)])
        return
    try:
        for held in subjects(uow.archive):
            findings.counts["entries"] += len(held.all(LogEntry))
            findings.add(look(held))
    except UnreadableError as error:
        findings.add(
            [Difference(str(error), "it cannot be read: somebody else wrote it. What follows was not looked at")]
        )


def unsealed(held: Held, counts: Counter[str]) -> Iterator[Difference]:
    """What one subject's entries seal and is no more what was sealed, or is there without a seal."""
    sealed = dict(chain.from_iterable(_seals(entry) for entry in held.all(LogEntry)))
    for what, actual in _present(held):
        seal = sealed.pop(what, None)
        counts["seals"] += 1
        if seal is None:
            yield Difference(what, "no entry of the log names it: somebody else wrote it")
        elif seal[0] != actual:
            yield Difference(what, f"it is not what entry {seal[1]} names: it was changed afterwards")
    for what, (_, seq) in sealed.items():
        yield Difference(what, f"entry {seq} names it, and it is gone")


def _about(archive: Archive, kind: type[R], subject_of: Callable[[R], str]) -> Iterator[tuple[str, R]]:
    return ((subject_of(record), record) for record in archive.rows(kind))


def _seals(entry: LogEntry) -> Iterator[tuple[str, tuple[object, int]]]:
    """What an entry names by its hash."""
    detail, seq = entry.detail, entry.seq
    match entry.event:
        case "effect.intended":
            yield f"payload of effect {detail['key']}", (detail["sha256"], seq)
            if "surface" in detail:
                yield f"surface of effect {detail['key']}", (detail["surface"], seq)
        case "proposal.made":
            yield f"payload of proposal {detail['proposal']}", (detail["seal"], seq)
        case "deal.matched":
            if "known" in detail:
                yield f"what was known for trigger {detail['trigger']}", (detail["known"], seq)


def _present(held: Held) -> Iterator[tuple[str, str]]:
    """What is there to be named, with its present hash."""
    for effect in held.all(Effect):
        yield f"payload of effect {effect.key}", sha256_of(effect.payload)
        if effect.surface is not None:
            yield f"surface of effect {effect.key}", sha256_of_text(effect.surface)
    for proposal in held.all(Proposal):
        yield f"payload of proposal {proposal.id}", proposal.seal
    for match in held.all(Match):
        if match.known is not None:
            yield f"what was known for trigger {match.trigger_id}", sha256_of_text(match.known)
