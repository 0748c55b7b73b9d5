"""Snapshots of the CRM's deals, searchable, and how far each feed has been read; never writes to a CRM."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from unicodedata import normalize

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from motions.deals import Opportunity, OpportunityId
from store.columns import in_utc
from store.rows import in_chunks, insert_into
from store.tables import SEGMENT, deals
from store.upkeep_tables import watermarks

# Salesforce shows ids of 15 characters; the last 3 of the long form repeat their capitals.
_SHORT_ID = 15


class SqlDeals:
    """`motions.records.Deals` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, opportunity_id: OpportunityId) -> Opportunity | None:
        return self._session.scalar(select(deals.c.snapshot).where(deals.c.id == opportunity_id))

    def some(self, ids: Sequence[OpportunityId]) -> Mapping[OpportunityId, Opportunity]:
        return self._snapshots(ids)

    def save(self, deals_read: Sequence[Opportunity]) -> None:
        if not deals_read:
            return
        insert = insert_into(deals, self._session)
        replaced = {column.name: insert.excluded[column.name] for column in deals.c if not column.primary_key}
        statement = insert.on_conflict_do_update(index_elements=[deals.c.id], set_=replaced)
        self._session.execute(statement, [_values(deal) for deal in deals_read])

    def stamps(self, ids: Sequence[OpportunityId] | None = None) -> Mapping[OpportunityId, datetime]:
        query = select(deals.c.id, deals.c.modified_at)
        if ids is None:
            return self._pairs(query)
        chunks = in_chunks(ids, 5000)
        return {key: at for chunk in chunks for key, at in self._pairs(query.where(deals.c.id.in_(chunk))).items()}

    def search(
        self, text: str, *, owner_email: str | None = None, regions: Sequence[str] | None = None, limit: int = 6
    ) -> Sequence[Opportunity]:
        asked = text.strip()
        query = select(deals.c.id).where(~deals.c.is_closed, or_(_has_id(asked), _contains(_folded(asked))))
        if owner_email is not None:
            query = query.where(deals.c.owner_email == owner_email.casefold())
        if regions is not None:
            query = query.where(deals.c.region.in_(regions))
        ordered = query.order_by(_closeness(asked), deals.c.modified_at.desc(), deals.c.id).limit(limit)
        found = self._session.scalars(ordered).all()
        snapshots = self._snapshots(found)
        return [snapshots[opportunity_id] for opportunity_id in found]

    def changed_last(self, limit: int) -> Sequence[Opportunity]:
        latest = select(deals.c.snapshot).where(~deals.c.is_closed)
        return self._session.scalars(latest.order_by(deals.c.modified_at.desc(), deals.c.id).limit(limit)).all()

    def places(self) -> Sequence[tuple[str | None, str | None]]:
        found = select(deals.c.region, SEGMENT.label("segment")).where(~deals.c.is_closed).distinct()
        rows = self._session.execute(found.order_by(deals.c.region.nulls_last(), SEGMENT.nulls_last()))
        return [(row.region, row.segment) for row in rows]

    def watermark(self, feed: str) -> datetime | None:
        return self._session.scalar(select(watermarks.c.at).where(watermarks.c.feed == feed))

    def set_watermark(self, feed: str, at: datetime) -> None:
        insert = insert_into(watermarks, self._session).values(feed=feed, at=at)
        self._session.execute(insert.on_conflict_do_update(index_elements=[watermarks.c.feed], set_={"at": at}))

    def _snapshots(self, ids: Sequence[OpportunityId]) -> dict[OpportunityId, Opportunity]:
        queries = [select(deals.c.id, deals.c.snapshot).where(deals.c.id.in_(some)) for some in in_chunks(ids, 5000)]
        return {row.id: row.snapshot for query in queries for row in self._session.execute(query)}

    def _pairs(self, query: Select[OpportunityId, datetime]) -> dict[OpportunityId, datetime]:
        return {row.id: row.modified_at for row in self._session.execute(query)}


def _values(deal: Opportunity) -> dict[str, object]:
    owner = deal.owner
    in_utc(deal.created_at)  # inside the snapshot, where no column would refuse it
    return {
        "id": deal.id,
        "snapshot": deal,
        "modified_at": deal.modified_at,
        "is_closed": deal.is_closed,
        "name_folded": _folded(deal.name),
        "account_folded": _folded(deal.account.name) if deal.account else "",
        "owner_email": owner.email.casefold() if owner and owner.email else None,
        "region": owner.region if owner else None,
    }


def _folded(text: str) -> str:
    return normalize("NFKC", text).casefold()


def _has_id(asked: str) -> ColumnElement[bool]:
    if len(asked) == _SHORT_ID:
        return func.substr(deals.c.id, 1, _SHORT_ID) == asked
    return deals.c.id == asked


def _contains(folded: str) -> ColumnElement[bool]:
    return or_(
        deals.c.name_folded.contains(folded, autoescape=True),
        deals.c.account_folded.contains(folded, autoescape=True),
    )


def _closeness(asked: str) -> ColumnElement[int]:
    """0 for the very deal or account, 1 for a beginning, 2 for anything inside."""
    folded = _folded(asked)
    names = (deals.c.name_folded, deals.c.account_folded)
    exact = or_(_has_id(asked), *(name == folded for name in names))
    prefix = or_(*(name.startswith(folded, autoescape=True) for name in names))
    return case((exact, 0), (prefix, 1), else_=2)
