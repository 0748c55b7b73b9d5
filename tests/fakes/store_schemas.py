"""Portals' schemas in memory; each promise worded as in motions.schema_records."""

from collections.abc import Sequence
from dataclasses import dataclass

from motions.schema_records import PortalSchema
from tests.fakes.store_rows import Rows, must_be_aware


@dataclass
class FakeSchemas:
    rows: Rows

    def get(self, portal: str) -> PortalSchema | None:
        return self.rows.schemas.get(portal)

    def all(self) -> Sequence[PortalSchema]:
        return [self.rows.schemas[portal] for portal in sorted(self.rows.schemas)]

    def put(self, schema: PortalSchema) -> None:
        must_be_aware(schema)
        self.rows.schemas[schema.portal] = schema
