"""The repositories in memory, over one copy of the rows; each promise worded as in motions.records."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from motions.deals import Opportunity, OpportunityId
from motions.desk_records import Moments
from motions.doubts import Doubt
from motions.effects import Effect, EffectStatus
from motions.model import (
    EffectKey,
    Match,
    Motion,
    MotionId,
    MotionState,
    PartnerKey,
    Trigger,
    TriggerId,
)
from motions.proposals import canonical_json
from motions.records import (
    COUNTED_TO,
    Arrival,
    Envelope,
    LogEntry,
    MotionQuery,
    Position,
)
from store.log import chained, first_break
from tests.fakes.store_queries import closeness, has_changed, is_on_desk, is_wanted, owner_of, place_of, worth_of
from tests.fakes.store_rows import Letter, Rows, aware, must_be_aware

K = TypeVar("K")
V = TypeVar("V")


@dataclass
class FakeDeals:
    rows: Rows

    def get(self, opportunity_id: OpportunityId) -> Opportunity | None:
        return self.rows.deals.get(opportunity_id)

    def some(self, ids: Sequence[OpportunityId]) -> Mapping[OpportunityId, Opportunity]:
        return {each: self.rows.deals[each] for each in ids if each in self.rows.deals}

    def save(self, deals: Sequence[Opportunity]) -> None:
        for deal in deals:
            must_be_aware(deal)
            self.rows.deals[deal.id] = deal

    def stamps(self, ids: Sequence[OpportunityId] | None = None) -> Mapping[OpportunityId, datetime]:
        return {key: deal.modified_at for key, deal in self.rows.deals.items() if ids is None or key in set(ids)}

    def search(
        self, text: str, *, owner_email: str | None = None, regions: Sequence[str] | None = None, limit: int = 6
    ) -> Sequence[Opportunity]:
        asked = text.strip()
        fitting = [
            deal
            for deal in self.rows.deals.values()
            if not deal.is_closed
            and closeness(deal, asked) is not None
            and (owner_email is None or owner_of(deal, "email").casefold() == owner_email.casefold())
            and (regions is None or owner_of(deal, "region") in regions)
        ]
        newest = sorted(sorted(fitting, key=lambda deal: deal.id), key=lambda deal: deal.modified_at, reverse=True)
        return sorted(newest, key=lambda deal: closeness(deal, asked) or 0)[:limit]

    def changed_last(self, limit: int) -> Sequence[Opportunity]:
        standing = sorted((deal for deal in self.rows.deals.values() if not deal.is_closed), key=lambda deal: deal.id)
        return sorted(standing, key=lambda deal: deal.modified_at, reverse=True)[:limit]

    def places(self) -> Sequence[tuple[str | None, str | None]]:
        still_open = [deal for deal in self.rows.deals.values() if not deal.is_closed]
        return sorted(
            {place_of(deal) for deal in still_open}, key=lambda place: [(part is None, part) for part in place]
        )

    def watermark(self, feed: str) -> datetime | None:
        return self.rows.watermarks.get(feed)

    def set_watermark(self, feed: str, at: datetime) -> None:
        self.rows.watermarks[feed] = aware(at)


@dataclass
class FakeMatches:
    rows: Rows

    def add_trigger(self, trigger: Trigger) -> bool:
        must_be_aware(trigger)
        return _add(self.rows.triggers, trigger.id, trigger)

    def trigger(self, trigger_id: TriggerId) -> Trigger | None:
        return self.rows.triggers.get(trigger_id)

    def unmatched(self, *, since: datetime, before: datetime) -> Sequence[Trigger]:
        matched = {match.trigger_id for match in self.rows.matches}
        return [t for t in self.rows.triggers.values() if since < t.seen_at <= before and t.id not in matched]

    def add(self, matches: Sequence[Match]) -> None:
        for match in matches:
            must_be_aware(match)
        self.rows.matches.extend(matches)

    def latest(self, opportunity_id: OpportunityId) -> Match | None:
        return next((match for match in reversed(self.rows.matches) if match.opportunity_id == opportunity_id), None)

    def of(self, opportunity_id: OpportunityId) -> Sequence[Match]:
        return [match for match in self.rows.matches if match.opportunity_id == opportunity_id]

    def band_counts(self) -> Mapping[str, int]:
        still_open = {deal.id for deal in self.rows.deals.values() if not deal.is_closed}
        latest = {match.opportunity_id: match for match in self.rows.matches if match.opportunity_id in still_open}
        bands = [match.best.band.value if match.best else "none" for match in latest.values()]
        return {band: bands.count(band) for band in bands}


@dataclass
class FakeMotions:
    rows: Rows

    def add(self, motion: Motion) -> bool:
        must_be_aware(motion)
        return _add(self.rows.motions, motion.id, motion)

    def get(self, motion_id: MotionId) -> Motion | None:
        return self.rows.motions.get(motion_id)

    def locked(self, motion_id: MotionId) -> Motion | None:
        return self.get(motion_id)  # one transaction at a time: nobody else can move it anyway

    def find(self, query: MotionQuery) -> Sequence[Motion]:
        found = [motion for motion in self.rows.motions.values() if self._is_wanted(motion, query)]
        found.sort(key=lambda motion: (motion.seen_at, motion.id))
        due = sorted((m for m in found if m.due_at is not None), key=lambda motion: motion.due_at or motion.seen_at)
        in_order = [*due, *(motion for motion in found if motion.due_at is None)]
        if query.by_worth:
            in_order.sort(key=lambda motion: worth_of(motion, self.rows), reverse=True)
        return in_order[query.offset : query.offset + query.limit]

    def positions(self, query: MotionQuery) -> Sequence[Position]:
        found = [motion for motion in self.rows.motions.values() if self._is_wanted(motion, query)]
        return [Position(motion.id, motion.state, motion.epoch) for motion in found]

    def _is_wanted(self, motion: Motion, query: MotionQuery) -> bool:
        return (
            is_wanted(motion, query)
            and is_on_desk(motion, query, self.rows)
            and has_changed(motion.opportunity_id, query.deal_changed_since, self.rows)
        )

    def move(self, motion_id: MotionId, *, state: MotionState, epoch: int, changes: Mapping[str, object]) -> bool:
        motion = self.rows.motions.get(motion_id)
        if motion is None or (motion.state, motion.epoch) != (state, epoch):
            return False
        self.note(motion_id, changes)
        return True

    def note(self, motion_id: MotionId, changes: Mapping[str, object]) -> None:
        motion = self.rows.motions.get(motion_id)
        if motion is not None:
            changed = replace(motion, **changes)  # type: ignore[arg-type]  # names and values come as the port has them
            must_be_aware(changed)
            self.rows.motions[motion_id] = changed

    def how_many(self, query: MotionQuery) -> int:
        return min(sum(self._is_wanted(motion, query) for motion in self.rows.motions.values()), COUNTED_TO)

    def tally(self, query: MotionQuery) -> Mapping[tuple[PartnerKey, MotionState], int]:
        found = [motion for motion in self.rows.motions.values() if self._is_wanted(motion, query)]
        return Counter((motion.partner, motion.state) for motion in found)

    def moments(self, channel: str, since: datetime) -> Sequence[Moments]:
        found = [
            Moments(each.id, each.opportunity_id, each.matched_at, each.approved_at, _accepted_at(each))
            for each in self.rows.motions.values()
            if each.channel == channel
            and any(stamp and stamp >= since for stamp in (each.matched_at, each.approved_at, each.logged_at))
        ]
        return sorted(found, key=lambda each: (each.matched_at, each.id))

    def counts(self) -> Mapping[MotionState, int]:
        states = [motion.state for motion in self.rows.motions.values()]
        return {state: min(states.count(state), COUNTED_TO) for state in states}


def _accepted_at(motion: Motion) -> datetime | None:
    return None if motion.state is MotionState.REJECTED else motion.logged_at


@dataclass
class FakeEffects:
    rows: Rows

    def get(self, key: EffectKey) -> Effect | None:
        return self.rows.effects.get(key)

    def intend(self, effect: Effect) -> bool:
        must_be_aware(effect)
        canonical_json(effect.payload)
        return _add(self.rows.effects, effect.key, effect)

    def take(self, key: EffectKey, *, now: datetime, lease_until: datetime) -> bool:
        effect = self.rows.effects.get(key)
        if effect is None or effect.status not in {EffectStatus.HELD, EffectStatus.INTENT} or effect.lease_until > now:
            return False
        taken = replace(effect, status=EffectStatus.INTENT, tries=effect.tries + 1, lease_until=aware(lease_until))
        self.rows.effects[key] = taken
        return True

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
        effect = self.rows.effects.get(key)
        if effect is None or effect.status is EffectStatus.DONE:
            return
        if of_try not in {None, effect.tries} and status is not EffectStatus.DONE:
            return
        settled = replace(effect, status=status, external_id=external_id, detail=detail)
        is_open = status in {EffectStatus.HELD, EffectStatus.INTENT}
        moment = aware(at)
        self.rows.effects[key] = (
            replace(settled, lease_until=moment) if is_open else replace(settled, settled_at=moment)
        )

    def of(self, subject: str) -> Sequence[Effect]:
        return [effect for effect in self.rows.effects.values() if effect.subject == subject]


@dataclass
class FakeLog:
    rows: Rows

    def append(self, entry: LogEntry) -> None:
        must_be_aware(entry)
        last = self.rows.log[-1] if self.rows.log else LogEntry(entry.at, "", "", "", {})
        self.rows.log.extend(chained([entry], last.seq, last.hash))

    def of(self, subject: str) -> Sequence[LogEntry]:
        return [entry for entry in self.rows.log if entry.subject == subject]

    def first_break(self) -> int | None:
        last = self.rows.log[-1] if self.rows.log else None
        return first_break(iter(self.rows.log), head=(last.seq, last.hash) if last else (0, ""))


@dataclass
class FakeInbox:
    rows: Rows

    def receive(self, envelope: Envelope) -> Arrival:
        must_be_aware(envelope)
        known = next((letter for letter in self.rows.inbox.values() if _is_same(letter.envelope, envelope)), None)
        if known is None:
            self.rows.inbox[envelope.key] = Letter(envelope)
            return Arrival.NEW
        if known.handled_at is not None:
            return Arrival.HANDLED
        if known.envelope.payload:
            return Arrival.WAITING
        self._keep(known, envelope, key=known.envelope.key)
        return Arrival.NEW

    def take(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Envelope]:
        due = [letter for letter in self._waiting() if letter.envelope.due_at and letter.envelope.due_at <= now]
        return [
            self._keep(letter, letter.envelope, due_at=until, tries=letter.envelope.tries + 1) for letter in due[:limit]
        ]

    def hold(self, keys: Sequence[str], *, until: datetime) -> None:
        for letter in [self.rows.inbox[key] for key in keys if key in self.rows.inbox]:
            if letter.handled_at is None:
                self._keep(letter, letter.envelope, due_at=until)

    def handled(self, key: str, at: datetime) -> None:
        letter = self.rows.inbox.get(key)
        if letter is not None and letter.handled_at is None:
            done = replace(letter.envelope, payload="", due_at=None)
            self.rows.inbox[key] = Letter(done, aware(at))

    def pending(self, *, older_than: datetime, limit: int = 100) -> Sequence[tuple[str, str, str]]:
        waiting = [letter.envelope for letter in self._waiting() if letter.envelope.received_at <= older_than]
        return [(each.key, each.kind, each.payload) for each in waiting[:limit]]

    def forget(self, *, before: datetime) -> int:
        old = [x for x in self.rows.inbox.values() if x.envelope.received_at < before and x.envelope.payload]
        for letter in old:
            self._keep(letter, letter.envelope, payload="")
        return len(old)

    def prune(self, *, before: datetime) -> int:
        bare = [x.envelope for x in self.rows.inbox.values() if not x.envelope.payload]
        old = [envelope.key for envelope in bare if envelope.received_at < before]
        for key in old:
            del self.rows.inbox[key]
        return len(old)

    def _keep(self, letter: Letter, envelope: Envelope, **changed: Any) -> Envelope:
        """The letter with this envelope from now on."""
        kept = replace(envelope, **changed)
        self.rows.inbox[kept.key] = replace(letter, envelope=kept)
        return kept

    def _waiting(self) -> list[Letter]:
        return [x for x in self.rows.inbox.values() if x.handled_at is None and x.envelope.payload]


def _is_same(known: Envelope, other: Envelope) -> bool:
    by_moment = other.moment is not None and known.moment == other.moment
    by_message = other.message is not None and known.message == other.message
    return known.key == other.key or by_moment or by_message


@dataclass
class FakeMemory:
    rows: Rows

    def worked_at(self) -> datetime | None:
        return self.rows.worked_at

    def work(self, at: datetime) -> None:
        self.rows.worked_at = aware(at)

    def doubt(self) -> Doubt | None:
        return self.rows.doubt

    def set_doubt(self, doubt: Doubt) -> None:
        must_be_aware(doubt)
        self.rows.doubt = doubt


def _add(rows: dict[K, V], key: K, value: V) -> bool:
    is_new = key not in rows
    rows.setdefault(key, value)
    return is_new
