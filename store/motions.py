"""Motions by column, so that two writers cannot overwrite each other's fields; decides no state."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from motions.desk_records import Moments
from motions.model import Motion, MotionId, MotionState, PartnerKey
from motions.records import COUNTED_TO, MotionQuery, Position
from store.columns import WorthOf
from store.desk import wanted_on_a_desk
from store.rows import counted, insert_new, record_from, update_rows, values_of
from store.tables import deals, motions, triggers

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_EQUAL = (
    "opportunity_id",
    "referral_id",
    "handoff_token",
    "handoff",
    "manager_email",
    "seller_email",
    "partner",
    "channel",
)


class SqlMotions:
    """`motions.records.Motions` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, motion: Motion) -> bool:
        return insert_new(motions, values_of(motion), self._session)

    def get(self, motion_id: MotionId) -> Motion | None:
        row = self._session.execute(select(motions).where(motions.c.id == motion_id)).mappings().first()
        return None if row is None else record_from(Motion, row)

    def locked(self, motion_id: MotionId) -> Motion | None:
        wanted = select(motions).where(motions.c.id == motion_id).with_for_update()
        row = self._session.execute(wanted).mappings().first()
        return None if row is None else record_from(Motion, row)

    def find(self, query: MotionQuery) -> Sequence[Motion]:
        wanted = _ordered(select(motions).where(*_wanted(query)), query)
        rows = self._session.execute(wanted.limit(query.limit).offset(query.offset))
        return [record_from(Motion, row) for row in rows.mappings()]

    def positions(self, query: MotionQuery) -> Sequence[Position]:
        rows = self._session.execute(select(motions.c.id, motions.c.state, motions.c.epoch).where(*_wanted(query)))
        return [Position(MotionId(row.id), row.state, row.epoch) for row in rows]

    def move(self, motion_id: MotionId, *, state: MotionState, epoch: int, changes: Mapping[str, object]) -> bool:
        there = (motions.c.id == motion_id, motions.c.state == state, motions.c.epoch == epoch)
        return update_rows(update(motions).where(*there).values(**changes), self._session) == 1

    def note(self, motion_id: MotionId, changes: Mapping[str, object]) -> None:
        self._session.execute(update(motions).where(motions.c.id == motion_id).values(**changes))

    def how_many(self, query: MotionQuery) -> int:
        return self._session.execute(select(counted(motions, *_wanted(query))), {"most": COUNTED_TO}).scalar_one()

    def tally(self, query: MotionQuery) -> Mapping[tuple[PartnerKey, MotionState], int]:
        groups = (motions.c.partner, motions.c.state)
        counted = select(*groups, func.count().label("n")).where(*_wanted(query)).group_by(*groups)
        return {(PartnerKey(row.partner), row.state): row.n for row in self._session.execute(counted)}

    def moments(self, channel: str, since: datetime) -> Sequence[Moments]:
        stamps = (motions.c.matched_at, motions.c.approved_at, motions.c.logged_at)
        wanted = select(motions.c.id, motions.c.opportunity_id, motions.c.state, *stamps).order_by(
            motions.c.matched_at, motions.c.id
        )
        rows = self._session.execute(
            wanted.where(motions.c.channel == channel, or_(*(stamp >= since for stamp in stamps))).order_by(
                motions.c.matched_at, motions.c.id
            )
        )
        return [_moments(row) for row in rows]

    def counts(self) -> Mapping[MotionState, int]:
        return {row.state: row.n for row in self._session.execute(_COUNTS, {"most": COUNTED_TO}) if row.n}


def _wanted(query: MotionQuery) -> Iterator[ColumnElement[bool]]:
    for name in _EQUAL:
        if (value := getattr(query, name)) is not None:
            yield motions.c[name] == value
    if query.states is not None:
        yield motions.c.state.in_(query.states)
    yield from _timely(query)
    absent = {motions.c.card: query.without_card, motions.c.handoff: query.without_handoff}
    yield from (column.is_(None) for column, is_asked in absent.items() if is_asked)
    yield from wanted_on_a_desk(motions.c.id, motions.c.opportunity_id, query)


def _moments(row: Row[*tuple[Any, ...]]) -> Moments:
    """What was logged of a rejected one is its rejection."""
    accepted_at = None if row.state is MotionState.REJECTED else row.logged_at
    return Moments(row.id, row.opportunity_id, row.matched_at, row.approved_at, accepted_at)


def _ordered(wanted: Select[Any], query: MotionQuery) -> Select[Any]:
    by_due = (motions.c.due_at.asc().nulls_last(), motions.c.seen_at, motions.c.id)
    if not query.by_worth:
        return wanted.order_by(*by_due)
    worth = WorthOf(deals.c.snapshot).desc().nulls_last()
    return wanted.outerjoin(deals, deals.c.id == motions.c.opportunity_id).order_by(worth, *by_due)


def _timely(query: MotionQuery) -> Iterator[ColumnElement[bool]]:
    if query.due_before is not None:
        yield motions.c.due_at <= query.due_before
    if query.with_due or query.cold_at is not None:
        # As a range of the index: whoever waits for nothing any more is not even looked at.
        yield motions.c.due_at > _LONG_AGO
    if query.cold_at is not None:
        yield or_(motions.c.nudges > 0, motions.c.due_at <= query.cold_at)
    if query.idle_since is not None:
        yield motions.c.updated_at <= query.idle_since
    if query.moved_since is not None:
        yield motions.c.updated_at > query.moved_since
    if query.deal_changed_since is not None:
        yield motions.c.opportunity_id.in_(_changed_since(query.deal_changed_since))


def _changed_since(moment: datetime) -> CompoundSelect[tuple[str]]:
    """Deals that changed: by what is indexed, since closed deals only ever grow."""
    is_open_and_newer = (~deals.c.is_closed, deals.c.modified_at > moment)
    told = select(triggers.c.opportunity_id).where(triggers.c.seen_at > moment)
    return union_all(select(deals.c.id).where(*is_open_and_newer), told)


_COUNTS = union_all(
    *(
        select(
            literal(state, motions.c.state.type).label("state"), counted(motions, motions.c.state == state).label("n")
        )
        for state in MotionState
    )
)
