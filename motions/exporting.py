"""What crossed to one partner, came from it, and let it: gathered from the log for an account both may read.

Composed low: no id of ours, no name the partner was not shown, nothing of another partner, and no number that would
tell how much else our log holds.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from motions.auditing import Held, subjects
from motions.exports import Entry
from motions.grant_terms import Grant
from motions.instance_wire import Outcome
from motions.journal import AGENT, OURS
from motions.model import Motion, PartnerKey
from motions.policy import Partner
from motions.proposals import sha256_of
from motions.records import LogEntry, UnitOfWork
from motions.space_journal import subject_of
from motions.spaces import Source

_BLANK = ".blank"
_KINDS: Mapping[str, str] = {
    "slack.handoff": "handoff.posted",
    "slack.handoff.update": "handoff.redrawn",
    "slack.nudge": "handoff.reminded",
    "slack.grant": "grant.asked",
    "slack.grant.update": "grant.redrawn",
    "slack.forecast": "forecast.posted",
    "slack.forecast.update": "forecast.drawn",
    "instance.figures": "figures.told",
}
_ACTS = {"handoff.taken", "handoff.declined", "handoff.asked", "handoff.next-step"}
_LOST = {"effect.intent", "effect.unknown"}

Dated = tuple[datetime, int, Entry]  # the number is our log's own: it orders, and goes nowhere


def entries_with(partner: Partner, our_name: str, uow: UnitOfWork) -> list[Entry]:
    """Everything between this partner and us, as it happened."""
    grants: dict[str, Grant] = {grant.id: grant for grant in uow.grants.of(partner.key)}
    names = {OURS: our_name, partner.key: partner.name}
    teller = _Teller(partner.key, names, grants)
    found = [dated for held in subjects(uow.archive) for dated in teller.of(held)]
    return [entry for _, _, entry in sorted(found, key=lambda dated: dated[:2])]


class _Teller:
    """Turns one subject's log into entries of one partner's account."""

    def __init__(self, partner: PartnerKey, names: Mapping[str, str], grants: Mapping[str, Grant]) -> None:
        self._partner = partner
        self._names = names
        self._grants = grants

    def of(self, held: Held) -> Iterator[Dated]:
        """The entries of one subject, whatever it is about."""
        entries = held.all(LogEntry)
        yield from self._effects(entries)
        if held.subject in self._grants:
            yield from self._each(entries, {"grant.proposed", "grant.confirmed", "grant.revoked"}, self._granted)
        if any(motion.partner == self._partner for motion in held.all(Motion)):
            yield from self._each(entries, _ACTS, self._acted)
        if held.subject == subject_of(self._partner):
            yield from self._each(entries, {"figures.heard"}, self._heard)
            yield from self._each(entries, {"line.moved"}, self._moved)
            yield from self._each(entries, {"line.said", "line.agreed"}, self._agreed)

    def _each(
        self, entries: list[LogEntry], events: set[str], told: Callable[[LogEntry], Entry | None]
    ) -> Iterator[Dated]:
        for entry in entries:
            found = told(entry) if entry.event in events else None
            if found is not None:
                yield entry.at, entry.seq, found

    def _effects(self, entries: list[LogEntry]) -> Iterator[Dated]:
        """What left for this partner: done, or sent with the answer lost."""
        by_key: dict[object, list[LogEntry]] = {}
        for entry in entries:
            if entry.event.startswith("effect."):
                by_key.setdefault(entry.detail["key"], []).append(entry)
        taken = [e.detail for e in entries if e.event == "figures.told" and e.detail["outcome"] == Outcome.TAKEN]
        rows = {each["sha256"]: sha256_of(each["rows"]) for each in taken}
        for steps in by_key.values():
            found = self._left(steps, rows)
            if found is not None:
                yield found

    def _left(self, steps: list[LogEntry], rows: Mapping[object, str]) -> Dated | None:
        intended = steps[0].detail
        if intended.get("audience") != self._partner:
            return None
        done = next((step for step in steps if step.event == "effect.done"), None)
        lost = next((step for step in steps if step.event in _LOST), steps[0] if len(steps) == 1 else None)
        last = done or lost
        if last is None:  # held back or refused each time: nothing crossed
            return None
        grant = self._grants.get(str(intended.get("grant")))
        entry = Entry(
            at=last.at,
            event=_named(str(intended["kind"]), str(intended["key"])),
            company=self._names[OURS],
            person=_person(grant.proposed_name) if grant else None,
            agent=AGENT,
            grant=grant.id if grant else None,
            sha256=str(intended["sha256"]),
            is_certain=done is not None,
            rows=rows.get(intended["sha256"]),
        )
        return last.at, last.seq, entry

    def _granted(self, entry: LogEntry) -> Entry:
        company = entry.detail.get("company", entry.detail.get("organisation"))
        return Entry(
            at=entry.at,
            event=entry.event,
            company=self._names.get(str(company), self._names[OURS]),
            person=_person(entry.actor),
            agent=AGENT,
            grant=entry.subject,
            sha256=str(entry.detail["terms"]),
        )

    def _acted(self, entry: LogEntry) -> Entry:
        said = {name: entry.detail.get(name) for name in ("how", "reason", "text")}
        return self._by_partner(entry, sha256_of(said))

    def _moved(self, entry: LogEntry) -> Entry | None:
        detail = entry.detail
        if detail["company"] != self._partner or detail["source"] == Source.INSTANCE:  # a message is told of whole
            return None
        return self._by_partner(entry, sha256_of(detail["figures"]), event="figures.given")

    def _heard(self, entry: LogEntry) -> Entry:
        detail = entry.detail
        by = detail["by"]
        return Entry(
            at=entry.at,
            event=entry.event,
            company=self._names[self._partner],
            person=None if by is None else str(by),
            agent=str(detail["agent"]),
            grant=str(detail["grant"]),
            sha256=str(detail["sha256"]),
            terms=str(detail["terms"]),
            rows=sha256_of(detail["rows"]),
        )

    def _agreed(self, entry: LogEntry) -> Entry:
        return self._by_partner(entry, sha256_of([entry.detail["figures"], entry.detail["agreed"]]))

    def _by_partner(self, entry: LogEntry, sha256: str, event: str | None = None) -> Entry:
        grant = entry.detail.get("grant")
        return Entry(
            at=entry.at,
            event=event or entry.event.replace("line.", "figures."),
            company=self._names.get(str(entry.detail.get("company", self._partner)), self._names[self._partner]),
            person=entry.actor,
            agent=AGENT,
            grant=str(grant) if grant else None,
            sha256=sha256,
        )


def _person(actor: str) -> str | None:
    """Nobody, where time or a policy acted."""
    return None if actor == "time" or actor.startswith("policy ") else actor


def _named(kind: str, key: str) -> str:
    if _BLANK in key:
        return "handoff.blanked"
    return _KINDS.get(kind) or f"referral.{kind.rpartition('.')[2]}"
