"""Portals' schemas as they were last let count, and what is pending; compares nothing."""

from collections.abc import Sequence

from sqlalchemy import Column, Table, Text, select
from sqlalchemy.orm import Session

from motions.schema_records import PortalSchema
from store.columns import Nested, UtcDateTime
from store.rows import insert_into, record_from, values_of
from store.tables import Id, metadata

portal_schemas = Table(
    "portal_schemas",
    metadata,
    Column("portal", Id, primary_key=True),
    Column("accepted", Nested(dict[str, str]), nullable=False),
    Column("pending", Nested(dict[str, str])),
    Column("pending_at", UtcDateTime),
    Column("released_by", Text),
)


class SqlSchemas:
    """`motions.schema_records.Schemas` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, portal: str) -> PortalSchema | None:
        wanted = select(portal_schemas).where(portal_schemas.c.portal == portal)
        row = self._session.execute(wanted).mappings().first()
        return None if row is None else record_from(PortalSchema, row)

    def all(self) -> Sequence[PortalSchema]:
        rows = self._session.execute(select(portal_schemas).order_by(portal_schemas.c.portal))
        return [record_from(PortalSchema, row) for row in rows.mappings()]

    def put(self, schema: PortalSchema) -> None:
        said = insert_into(portal_schemas, self._session).values(**values_of(schema))
        rest = {name: said.excluded[name] for name in ("accepted", "pending", "pending_at", "released_by")}
        self._session.execute(said.on_conflict_do_update(index_elements=["portal"], set_=rest))
