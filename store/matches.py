"""Triggers, once each, and the history of matches; ranks nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import exists, func, insert, select
from sqlalchemy.orm import Session

from motions.deals import OpportunityId
from motions.model import Match, Trigger, TriggerId
from motions.records import COUNTED_TO
from store.rows import insert_new, record_from, values_of
from store.tables import deals, matches, triggers

NO_PARTNER = "none"  # the band of a match in which every partner is excluded


class SqlMatches:
    """`motions.records.Matches` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_trigger(self, trigger: Trigger) -> bool:
        return insert_new(triggers, values_of(trigger), self._session)

    def trigger(self, trigger_id: TriggerId) -> Trigger | None:
        row = self._session.execute(select(triggers).where(triggers.c.id == trigger_id)).mappings().first()
        return None if row is None else record_from(Trigger, row)

    def unmatched(self, *, since: datetime, before: datetime) -> Sequence[Trigger]:
        led_to = (matches.c.opportunity_id == triggers.c.opportunity_id, matches.c.trigger_id == triggers.c.id)
        seen = (triggers.c.seen_at > since, triggers.c.seen_at <= before)
        rows = self._session.execute(select(triggers).where(*seen, ~exists().where(*led_to)))
        return [record_from(Trigger, row) for row in rows.mappings()]

    def add(self, decided: Sequence[Match]) -> None:
        if decided:
            self._session.execute(insert(matches), [values_of(match) | {"band": band_of(match)} for match in decided])

    def latest(self, opportunity_id: OpportunityId) -> Match | None:
        query = select(matches).where(matches.c.opportunity_id == opportunity_id).order_by(matches.c.seq.desc())
        row = self._session.execute(query.limit(1)).mappings().first()
        return None if row is None else record_from(Match, row)

    def of(self, opportunity_id: OpportunityId) -> Sequence[Match]:
        query = select(matches).where(matches.c.opportunity_id == opportunity_id).order_by(matches.c.seq)
        return [record_from(Match, row) for row in self._session.execute(query).mappings()]

    def band_counts(self) -> Mapping[str, int]:
        of_deal = select(matches.c.band).where(matches.c.opportunity_id == deals.c.id)
        newest = of_deal.order_by(matches.c.seq.desc()).limit(1).correlate(deals).scalar_subquery()
        bands = select(newest.label("band")).where(~deals.c.is_closed).limit(COUNTED_TO).subquery()
        query = select(bands.c.band, func.count().label("n")).where(bands.c.band.is_not(None)).group_by(bands.c.band)
        return {row.band: row.n for row in self._session.execute(query)}


def band_of(match: Match) -> str:
    """The band of the best partner, as it is counted."""
    return match.best.band.value if match.best else NO_PARTNER
