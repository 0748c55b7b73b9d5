"""Joint pipelines and their lines: a line is replaced by its next version only; judges no figure."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from motions.deals import OpportunityId
from motions.model import PartnerKey, Token
from motions.spaces import Line, Space
from store.rows import in_chunks, insert_new, record_from, update_rows, values_of
from store.space_tables import space_lines, spaces
from store.tables import deals


class SqlSpaces:
    """`motions.space_records.Spaces` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, partner: PartnerKey) -> Space | None:
        row = self._session.execute(select(spaces).where(spaces.c.partner == partner)).mappings().first()
        return None if row is None else record_from(Space, row)

    def locked(self, partner: PartnerKey) -> Space | None:
        wanted = select(spaces).where(spaces.c.partner == partner).with_for_update()
        row = self._session.execute(wanted).mappings().first()
        return None if row is None else record_from(Space, row)

    def by_token(self, token: Token) -> Space | None:
        row = self._session.execute(select(spaces).where(spaces.c.token == token)).mappings().first()
        return None if row is None else record_from(Space, row)

    def all(self) -> Sequence[Space]:
        rows = self._session.execute(select(spaces).order_by(spaces.c.partner)).mappings()
        return [record_from(Space, row) for row in rows]

    def keep(self, space: Space) -> None:
        values = values_of(space)
        known = update(spaces).where(spaces.c.partner == space.partner).values(**values)
        if update_rows(known, self._session) == 0:
            self._session.execute(insert(spaces).values(**values))

    def line(self, partner: PartnerKey, deal: OpportunityId) -> Line | None:
        return self._line(space_lines.c.partner == partner, space_lines.c.deal == deal)

    def line_by_token(self, token: Token) -> Line | None:
        return self._line(space_lines.c.token == token)

    def open_lines(self, partner: PartnerKey) -> Sequence[Line]:
        return self._lines(space_lines.c.partner == partner, space_lines.c.is_open)

    def open_versions(self, partner: PartnerKey) -> Mapping[OpportunityId, int]:
        known = select(space_lines.c.deal, space_lines.c.version).join(deals, deals.c.id == space_lines.c.deal)
        rows = self._session.execute(known.where(space_lines.c.partner == partner, space_lines.c.is_open))
        return {row.deal: row.version for row in rows}

    def some_lines(self, partner: PartnerKey, wanted: Sequence[OpportunityId]) -> Sequence[Line]:
        are = [space_lines.c.deal.in_(some) for some in in_chunks(wanted, 5000)]
        return [line for is_one in are for line in self._lines(space_lines.c.partner == partner, is_one)]

    def open_stamp(self, partner: PartnerKey) -> tuple[object, ...]:
        versions = func.sum(space_lines.c.version)
        wanted = select(func.count(), versions, func.max(space_lines.c.updated_at))
        return tuple(self._session.execute(wanted.where(space_lines.c.partner == partner, space_lines.c.is_open)).one())

    def lines_of(self, deal: OpportunityId) -> Sequence[Line]:
        return self._lines(space_lines.c.deal == deal)

    def add_line(self, line: Line) -> bool:
        return insert_new(space_lines, values_of(line), self._session)

    def save_line(self, line: Line) -> bool:
        before = (
            space_lines.c.partner == line.partner,
            space_lines.c.deal == line.deal,
            space_lines.c.version == line.version - 1,
        )
        return update_rows(update(space_lines).where(*before).values(**values_of(line)), self._session) == 1

    def _line(self, *conditions: ColumnElement[bool]) -> Line | None:
        row = self._session.execute(select(space_lines).where(*conditions)).mappings().first()
        return None if row is None else record_from(Line, row)

    def _lines(self, *conditions: ColumnElement[bool]) -> Sequence[Line]:
        wanted = select(space_lines).where(*conditions).order_by(space_lines.c.partner, space_lines.c.deal)
        return [record_from(Line, row) for row in self._session.execute(wanted).mappings()]
